"""The one authorizer: every route names its roles, every request passes here (ADR 0004)."""

import re
from collections.abc import Mapping

from chalicelib.domain.errors import Forbidden, SessionMoved, Unauthenticated
from chalicelib.domain.people import Role, Session
from chalicelib.domain.possession import HEADER, Request
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import authenticate, prove_possession

# What cannot be a token is not looked for.
_TOKEN = re.compile(r"[0-9A-Za-z_-]{1,80}\.[0-9A-Za-z_-]{1,100}", re.ASCII)


def authorize(
    ports: Ports, headers: Mapping[str, str], roles: frozenset[Role], method: str, path: str
) -> Session:
    """The caller's session, if its key signed this request and its role may use the route.

    Raises
    ------
    Unauthenticated, SessionExpired, SessionRevoked
    ProofMissing, ProofRefused, ProofStale, ProofReplayed
        A copied token gets no further than this, and does not learn what its role may do.
    SessionMoved
        From a former device, on a route that delivers nothing.
    Forbidden
        With a role that the route does not name.
    """
    scheme, _, given = headers.get("authorization", "").partition(" ")
    token = given.strip()
    if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token):
        raise Unauthenticated
    session = authenticate(ports, token)
    prove_possession(ports, session, Request(method, path, token), headers.get(HEADER.lower(), ""))
    if session.role in roles:
        return session
    if session.role is Role.FORMER:
        raise SessionMoved
    raise Forbidden(role=session.role.value)
