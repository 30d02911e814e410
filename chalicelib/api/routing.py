"""Routes: declared once with roles, schemas and words, for Chalice, OpenAPI and the role table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from chalice.app import Blueprint, CORSConfig, Request, Response

from chalicelib import bootstrap
from chalicelib.api.authorizer import authorize
from chalicelib.api.complaints import in_chinese
from chalicelib.api.errors import JSON, refusal
from chalicelib.domain.errors import BadInput, MediaTypeUnsupported, NotFound, TooLarge, VivaError
from chalicelib.domain.people import Role, Session
from chalicelib.domain.possession import HEADER
from chalicelib.observability import log_crash, logger
from chalicelib.ports import Ports

KIB = 1024
BODY_LIMIT = 64 * KIB
CORS = CORSConfig(allow_origin="*", allow_headers=["Authorization", "Content-Type", HEADER], max_age=600)
ANYONE: frozenset[Role] = frozenset()
# Longer than any id that we give: what is longer never reaches a table as its key.
_OPAQUE = re.compile(r"[0-9A-Za-z_-]{1,80}", re.ASCII)
_ENTRY_ID = re.compile(r"[0-9A-Za-z_.:-]{0,160}", re.ASCII)
_PAGE = re.compile(r"[0-9]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in. `session` is None on routes for anyone.

    `address`: of the network that it came from, as the gateway saw it.
    """

    ports: Ports
    session: Session | None
    query: Mapping[str, str]
    address: str = ""

    @property
    def caller(self) -> Session:
        """The session of a route that demands one."""
        if self.session is None:
            raise AssertionError("a route for anyone asked who calls")
        return self.session

    @property
    def page(self) -> int:
        """The page of a long answer that is asked for, from 0.

        Raises
        ------
        BadInput
        """
        page = self.query.get("page", "0")
        if not _PAGE.fullmatch(page):
            raise BadInput(zh="page 应为从 0 开始的整数", en="page must be a whole number from 0")
        return int(page)

    @property
    def after(self) -> str:
        """The entry after which lines of a stream are asked for; empty for all.

        Raises
        ------
        BadInput
        """
        after = self.query.get("after", "")
        if not _ENTRY_ID.fullmatch(after):
            raise BadInput(zh="after 应为某一行的 entry_id", en="after must be the entry_id of a line")
        return after

    @property
    def sitting_id(self) -> str:
        """The sitting that the caller's own token belongs to."""
        return self.caller.sitting_id or ""


# Takes the call, the body where the route has one, and the path's parameters by name.
type Handler = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route. `roles` empty: anyone. `body` is a msgspec type, `bytes` for a raw body, None for none."""

    method: str
    path: str
    name: str
    roles: frozenset[Role]
    body: type | None
    answers: Any
    status: int
    zh: str
    en: str
    limit_bytes: int
    content_type: str


ENDPOINTS: list[Endpoint] = []


def endpoint(
    blueprint: Blueprint,
    method: str,
    path: str,
    *,
    roles: frozenset[Role],
    answers: Any,
    zh: str,
    en: str,
    body: type | None = None,
    status: int = 200,
    limit_bytes: int = BODY_LIMIT,
    content_type: str = "application/json",
) -> Callable[[Handler], Handler]:
    """Declare a route on a blueprint."""

    def register(handler: Handler) -> Handler:
        declared = Endpoint(
            method, path, handler.__name__, roles, body, answers, status, zh, en, limit_bytes, content_type
        )
        ENDPOINTS.append(declared)

        def view(**path_parameters: str) -> Response:
            return serve(declared, handler, blueprint.current_request, path_parameters)

        blueprint.route(
            # No list of types here: Chalice would refuse in a shape of its own, before anyone is authorized.
            path,
            methods=[method],
            name=handler.__name__,
            cors=CORS,
            content_types=[],
        )(view)
        return handler

    return register


def serve(declared: Endpoint, handler: Handler, request: Request, path: Mapping[str, str]) -> Response:
    """Let in or refuse, read, answer. Whatever breaks, the client gets a sentence and no stack trace."""
    try:
        ports = bootstrap.ports()
        session = admit(ports, declared, request, path) if declared.roles else None
        call = Call(ports, session, request.query_params or {}, _address(request))
        check_path(path)
        arguments = () if declared.body is None else (read_request(declared, request),)
        body = msgspec.json.encode(handler(call, *arguments, **path)).decode()
    except OverflowError as error:
        # An instant at the edge of the calendar, which only input can hold.
        log_crash(declared.name, error)
        return refusal(BadInput(zh="时间超出可用范围", en="an instant is out of range"))
    except VivaError as error:
        logger().info("refused", extra={"route": declared.name, "code": error.code})
        return refusal(error)
    except Exception as error:
        # The rim: whatever broke, a client gets a sentence and never a stack trace.
        log_crash(declared.name, error)
        return refusal(VivaError())
    headers: dict[str, str | list[str]] = {"Content-Type": JSON, "Cache-Control": "no-store"}
    return Response(body, headers, declared.status)


def _address(request: Request) -> str:
    # Not a forwarded header, which the caller could write.
    return str((request.context.get("identity") or {}).get("sourceIp") or "")


def admit(ports: Ports, declared: Endpoint, request: Request, path: Mapping[str, str]) -> Session:
    """The session behind a request. What its key signed is the route with the parameters filled in."""
    asked = declared.path.format_map(path)
    return authorize(ports, request.headers, declared.roles, declared.method, asked)


def check_path(path: Mapping[str, str]) -> None:
    """Whether the path's parameters can name anything of ours.

    Raises
    ------
    NotFound
    """
    for name, value in path.items():
        if not _OPAQUE.fullmatch(value):
            raise NotFound(what=name.removesuffix("_id").removesuffix("_no"))


def read_request(declared: Endpoint, request: Request) -> Any:
    """The body, if it is of the route's media type.

    Raises
    ------
    MediaTypeUnsupported, TooLarge, BadInput
    """
    given = request.headers.get("content-type", "application/json")
    if given.partition(";")[0].strip().lower() != declared.content_type:
        raise MediaTypeUnsupported(expected=declared.content_type)
    try:
        raw = request.raw_body
    except ValueError as error:
        raise BadInput(zh="请求内容的编码有误", en="the body's encoding is broken") from error
    return read_body(declared, raw)


def read_body(declared: Endpoint, raw: str | bytes) -> Any:
    """The body as its schema says.

    Raises
    ------
    TooLarge
        Over the route's limit.
    BadInput
        Unknown fields, wrong types, broken JSON: where and what.
    """
    raw = raw.encode() if isinstance(raw, str) else raw
    if len(raw) > declared.limit_bytes:
        raise TooLarge(size_bytes=len(raw), limit_bytes=declared.limit_bytes)
    if declared.body is bytes:
        return raw
    try:
        return msgspec.json.decode(raw or b"{}", type=declared.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(zh=in_chinese(str(error)), en=str(error)) from error
