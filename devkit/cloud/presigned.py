"""S3's own checks of a presigned request, which moto leaves out: signature, expiry, checksum of the body.

Moto 5.2.5 takes an expired or tampered URL and a body that does not match its `x-amz-checksum-sha256`. S3
takes neither, and viva counts on that (a part's URL is bound to its key, number, length and checksum).

A request with the header `X-Viva-Unchecked: checksum` is not held against its checksum. It is how a test or a
demo lets damage through to prove that viva's own verification finds it. S3 knows no such header.
"""

import base64
import hashlib
import hmac
import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

from devkit.cloud.settings import SECRET_ACCESS_KEY

type WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]

UNCHECKED_HEADER = "HTTP_X_VIVA_UNCHECKED"


class _Refused(Exception):
    def __init__(self, status: str, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class PresignedDoor:
    """WSGI middleware before moto."""

    def __init__(self, behind: WsgiApp) -> None:
        self._behind = behind

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Refuse what S3 would refuse, pass on everything else."""
        if environ["REQUEST_METHOD"] == "OPTIONS":
            # A browser's preflight of a presigned PUT carries its URL and is signed by nobody.
            return self._behind(environ, start_response)
        try:
            _check_signature(environ)
            if "HTTP_X_AMZ_CHECKSUM_SHA256" in environ and environ["REQUEST_METHOD"] == "PUT":
                _check_body(environ)
        except _Refused as refused:
            body = f"<Error><Code>{refused.code}</Code><Message>{refused}</Message></Error>".encode()
            headers = [
                ("Content-Type", "application/xml"),
                ("Content-Length", str(len(body))),
                ("Access-Control-Allow-Origin", "*"),
            ]
            # What was not read would be taken for the next request.
            _drain(environ)
            start_response(refused.status, headers)
            return [body]
        return self._behind(environ, start_response)


def _check_signature(environ: dict[str, Any]) -> None:
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    given = dict(query)
    if "AWSAccessKeyId" in given:
        message = "Requests to a bucket with KMS-managed keys require AWS Signature Version 4."
        raise _Refused("400 Bad Request", "InvalidArgument", message)
    if "X-Amz-Signature" not in given:
        return
    signed_at = datetime.strptime(given["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if datetime.now(UTC) > signed_at + timedelta(seconds=int(given["X-Amz-Expires"])):
        raise _Refused("403 Forbidden", "AccessDenied", "Request has expired")
    signed_headers = given["X-Amz-SignedHeaders"].split(";")
    canonical = "\n".join(
        [
            environ["REQUEST_METHOD"],
            environ["RAW_URI"].partition("?")[0],
            "&".join(
                f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}"
                for k, v in sorted(query)
                if k != "X-Amz-Signature"
            ),
            *(f"{name}:{_header(environ, name)}" for name in signed_headers),
            "",
            ";".join(signed_headers),
            "UNSIGNED-PAYLOAD",
        ]
    )
    _, day, region, service, _ = given["X-Amz-Credential"].split("/")
    to_sign = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            given["X-Amz-Date"],
            f"{day}/{region}/{service}/aws4_request",
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"AWS4{SECRET_ACCESS_KEY}".encode()
    for step in (day, region, service, "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    if not hmac.compare_digest(hmac.digest(key, to_sign.encode(), "sha256").hex(), given["X-Amz-Signature"]):
        message = "The request signature we calculated does not match the signature you provided."
        raise _Refused("403 Forbidden", "SignatureDoesNotMatch", message)


def _header(environ: dict[str, Any], name: str) -> str:
    cgi = name.upper().replace("-", "_")
    value = environ.get(cgi if cgi in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{cgi}", "")
    return " ".join(value.split())


def _check_body(environ: dict[str, Any]) -> None:
    if environ.get("HTTP_X_AMZ_CONTENT_SHA256", "").startswith("STREAMING-"):
        return  # the body is wrapped in chunks and the checksum follows it
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    found = base64.b64encode(hashlib.sha256(body).digest()).decode()
    if found != environ["HTTP_X_AMZ_CHECKSUM_SHA256"] and environ.get(UNCHECKED_HEADER) != "checksum":
        message = "The SHA256 you specified did not match the calculated checksum."
        raise _Refused("400 Bad Request", "BadDigest", message)


def _drain(environ: dict[str, Any]) -> None:
    if isinstance(environ["wsgi.input"], io.BytesIO):
        return
    left = int(environ.get("CONTENT_LENGTH") or 0)
    while left > 0 and (chunk := environ["wsgi.input"].read(min(left, 1 << 16))):
        left -= len(chunk)
