"""The app as API Gateway calls it, on ports in memory; nothing in between is left out."""

import base64
import itertools
import json
from dataclasses import dataclass
from typing import Any

from app import app
from chalicelib import bootstrap
from chalicelib.api.routing import Endpoint
from chalicelib.domain.people import Role
from chalicelib.domain.possession import HEADER, Request, signed_text
from chalicelib.domain.totp import code_at, step_at
from chalicelib.usecases.add_staff import add_staff
from chalicelib.usecases.open_session import STAFF_LIFE, open_session
from tests.unit.usecases.exam_day import Day, a_key
from tests.unit.usecases.memory_ports import proof

STAFF_PASSWORD = "correct horse battery staple"
STAFF_SECRET = b"twenty random bytes!"


@dataclass(frozen=True)
class Answer:
    """Status, headers in lower case, and the body as sent and as JSON."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        code: str = self.json["error"]["code"]
        return code


def call(
    method: str,
    resource: str,
    *,
    path: dict[str, str] | None = None,
    body: str | bytes | None = None,
    token: str | None = None,
    content_type: str | None = "application/json",
    query: dict[str, str] | None = None,
    authorization: str | None = None,
    possession: str | None = None,
) -> Answer:
    """One request. `resource` is the route with its parameters' names in braces.

    With a token it is signed as its session's device would; `possession` is sent in place of that, nothing
    for an empty one.
    """
    headers = {"Accept": "application/json"}
    if content_type is not None:
        headers["Content-Type"] = content_type
    if token is not None or authorization is not None:
        headers["Authorization"] = authorization if authorization is not None else f"Bearer {token}"
    if token is not None and possession is None:
        possession = proof_of(method, resource.format_map(path or {}), token)
    if possession:
        headers[HEADER] = possession
    return sent(
        {
            "requestContext": {"resourcePath": resource, "httpMethod": method, "path": resource},
            "resource": resource,
            "httpMethod": method,
            "headers": headers,
            "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} if query else None,
            "pathParameters": path or {},
            "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
            "isBase64Encoded": isinstance(body, bytes),
            "stageVariables": None,
        }
    )


def sent(event: dict[str, Any]) -> Answer:
    answer = app(event, None)
    headers = {**answer.get("headers", {})}
    return Answer(answer["statusCode"], {k.lower(): v for k, v in headers.items()}, answer["body"])


def proof_of(method: str, path: str, token: str) -> str:
    """The request's proof, as the device that holds the key of the token's session makes it."""
    ports = bootstrap.ports()
    session = ports.sessions.find(token.partition(".")[0])
    key = session.device_key if session else a_key("nobody")
    iat_ms, jti = round(ports.clock.now().timestamp() * 1000), f"{next(_NUMBERS):022d}"
    text = signed_text(Request(method, path, token), iat_ms, jti)
    return f"{iat_ms}.{jti}.{proof(key.x, key.y, text.encode())}"


_NUMBERS = itertools.count()


def ask(
    declared: Endpoint,
    *,
    token: str | None = None,
    body: str | bytes | None = None,
    possession: str | None = None,
) -> Answer:
    """The route with ids that name nothing."""
    return call(
        declared.method,
        declared.path,
        path=nothing(declared),
        token=token,
        body=body,
        content_type=declared.content_type,
        possession=possession,
    )


def nothing(declared: Endpoint) -> dict[str, str]:
    """The route's parameters, naming nothing that is there."""
    names = [part[1:-1] for part in declared.path.split("/") if part.startswith("{")]
    return {name: _SOME.get(name, f"{name}_unknown") for name in names}


_SOME = {"kind": "camera", "segment_no": "1"}


def code_of(day: Day) -> str:
    """The code that staff's authenticators show now."""
    return code_at(STAFF_SECRET, step_at(day.now))


def token_of(day: Day, role: Role) -> str:
    """A token in the role; for a candidate's devices, of a sitting under way."""
    if role is Role.PHONE:
        return day.bind(device="another phone").opened.token
    if role in {Role.CANDIDATE, Role.FORMER}:
        session = next(s for s in day.memory.sessions.items.values() if s.role is Role.CANDIDATE)
        return open_session(
            day.ports, role, session.subject, session.lives_until, a_key("desktop"),
            exam_id=session.exam_id, sitting_id=session.sitting_id,
        ).token  # fmt: skip
    if day.memory.staff.find(role.value) is None:
        add_staff(day.ports, role.value, "工作人员", (role,), STAFF_PASSWORD, STAFF_SECRET)
    return open_session(day.ports, role, role.value, day.now + STAFF_LIFE, a_key(role.value)).token
