"""One shape for every refusal: what Chalice says by itself is told as viva tells it, in both languages."""

from collections.abc import Callable

from chalice.app import Request, Response

from chalicelib.api.errors import JSON, refusal
from chalicelib.domain.errors import BadInput, MediaTypeUnsupported, RouteUnknown, VivaError
from chalicelib.observability import log_crash


def in_our_shape(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Chalice's middleware round every route: no body of a refusal is Chalice's own.

    The status stays, and so do the headers of a refusal (CORS, Allow) but for its type.
    """
    try:
        response = get_response(request)
    except Exception as error:
        # Whatever it is, the client gets a sentence; where it broke is in the log.
        log_crash("chalice", error)
        return refusal(VivaError())
    if response.status_code < 400 or response.headers.get("Content-Type") == JSON:
        return response
    ours = refusal(_error_for(response.status_code))
    kept = {name: value for name, value in response.headers.items() if name.lower() != "content-type"}
    return Response(ours.body, {**kept, **ours.headers}, response.status_code)


def _error_for(status: int) -> VivaError:
    if status in {403, 404, 405}:
        return RouteUnknown()
    if status == 415:
        return MediaTypeUnsupported(expected="application/json")
    if status < 500:
        return BadInput(zh="请求格式有误", en="the request is malformed")
    return VivaError()
