"""The CDN: public reading of one bucket under /_cdn/, as CloudFront would serve it, but without its cache."""

from collections.abc import Iterable
from typing import Any

from moto.s3.models import FakeKey, s3_backends

from devkit.cloud.presigned import WsgiApp
from devkit.cloud.settings import ACCOUNT

PREFIX = "/_cdn"
_PASSED_ON = ("content-type", "cache-control", "content-encoding")
# Origin access control without s3:ListBucket: S3 says of a missing object that it is forbidden.
_FORBIDDEN = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'


class Cdn:
    """WSGI middleware; everything outside of /_cdn/ goes to the app behind.

    Attributes
    ----------
    bucket
        Where objects come from, empty until the distribution is deployed.
    headers
        What its response headers policy adds to every answer.
    """

    def __init__(self, behind: WsgiApp) -> None:
        self._behind = behind
        self.bucket = ""
        self.headers: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        path: str = environ["PATH_INFO"]
        if not path.startswith(PREFIX + "/"):
            return self._behind(environ, start_response)
        method = environ["REQUEST_METHOD"]
        status, headers, body = self._answer(method, path.removeprefix(PREFIX + "/"), environ)
        headers |= self.headers | {"Content-Length": str(len(body))}
        start_response(status, list(headers.items()))
        return [b"" if method == "HEAD" else body]

    def _answer(self, method: str, key: str, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
        if method == "OPTIONS":
            return "204 No Content", {}, b""
        if method not in ("GET", "HEAD"):
            return "403 Forbidden", {"Content-Type": "application/xml"}, _FORBIDDEN
        found: FakeKey | None = None
        if self.bucket and key:
            found = s3_backends[ACCOUNT]["aws"].get_object(self.bucket, key)
        if found is None:
            return "403 Forbidden", {"Content-Type": "application/xml"}, _FORBIDDEN
        metadata = {name.lower(): str(value) for name, value in found.metadata.items()}
        headers = {name.title(): metadata[name] for name in _PASSED_ON if name in metadata}
        headers |= {"ETag": found.etag, "Last-Modified": found.last_modified_RFC1123}
        if environ.get("HTTP_IF_NONE_MATCH") == found.etag:
            return "304 Not Modified", headers, b""
        return "200 OK", headers, found.value
