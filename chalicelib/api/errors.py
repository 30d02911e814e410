"""Domain errors as HTTP: one table, one body."""

import msgspec
from chalice.app import Response

from chalicelib.domain.errors import (
    Forbidden,
    MediaTypeUnsupported,
    NotFound,
    Refused,
    TooEarly,
    TooLarge,
    TooManyTries,
    Unauthenticated,
    Unavailable,
    Unreadable,
    VivaError,
)

STATUS: tuple[tuple[type[VivaError], int], ...] = (
    (TooLarge, 413),
    (MediaTypeUnsupported, 415),
    (Unreadable, 400),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (TooEarly, 425),
    (Refused, 409),
    (TooManyTries, 429),
    (Unavailable, 503),
    (VivaError, 500),
)
JSON = "application/json; charset=utf-8"


def status_of(error: VivaError) -> int:
    """The HTTP status of an error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def refusal(error: VivaError) -> Response:
    """The one shape that every refusal has."""
    status = status_of(error)
    headers: dict[str, str | list[str]] = {"Content-Type": JSON, "Cache-Control": "no-store"}
    if status == 503:
        headers["Retry-After"] = "2"
    body = {
        "error": {
            "code": error.code,
            "message_zh": error.message_zh,
            "message_en": error.message_en,
            "details": dict(error.details),
        }
    }
    return Response(msgspec.json.encode(body).decode(), headers, status)
