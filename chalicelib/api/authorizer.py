"""The one authorizer: every route names its roles, every request passes here (ADR 0004)."""

import re
from collections.abc import Mapping

from chalicelib.domain.errors import Forbidden, Unauthenticated
from chalicelib.domain.people import Role, Session
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import authenticate

# What cannot be a token is not looked for.
_TOKEN = re.compile(r"[0-9A-Za-z_-]{1,80}\.[0-9A-Za-z_-]{1,100}", re.ASCII)


def authorize(ports: Ports, headers: Mapping[str, str], roles: frozenset[Role]) -> Session:
    """The caller's session, if its role may use the route.

    Raises
    ------
    Unauthenticated, SessionExpired, SessionRevoked
    Forbidden
        With a role that the route does not name.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token.strip()):
        raise Unauthenticated
    session = authenticate(ports, token.strip())
    if session.role not in roles:
        raise Forbidden(role=session.role.value)
    return session
