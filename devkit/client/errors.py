"""What can go wrong between a device and the server.

ClientError
├── ApiError            the API answered, and refused: a code, a sentence in two languages, details
├── Unreachable         no answer: the network is down, or the server did not answer in time
├── UrlExpired          the bucket refuses a presigned URL: ask for a fresh one
├── PartRefused         the bucket refuses a part: its bytes are not those that were declared
├── BucketBusy          the bucket asks to come again later
└── SpoolError
    ├── SegmentLost     the device recorded a segment and no longer holds it
    └── SegmentRotted   the device holds a segment whose bytes have changed since it was recorded
"""

from collections.abc import Mapping


class ClientError(Exception):
    """Any trouble of the upload client."""


class ApiError(ClientError):
    """The API refused: the reason as a stable code, and as a sentence for a person.

    Attributes
    ----------
    status
        HTTP status.
    code
        Stable name of the reason; `http_<status>` when the answer was not the API's own.
    message_zh, message_en
        The sentence.
    details
        Whatever the code adds.
    """

    def __init__(
        self, status: int, code: str, message_zh: str, message_en: str, details: Mapping[str, object]
    ) -> None:
        super().__init__(f"{status} {code}: {message_en}")
        self.status = status
        self.code = code
        self.message_zh = message_zh
        self.message_en = message_en
        self.details = details


class Unreachable(ClientError):
    """No answer came; nothing is known of what the server did."""


class UrlExpired(ClientError):
    """A presigned URL is no longer, or not yet, accepted (HTTP 403)."""


class PartRefused(ClientError):
    """The bucket refused a part for good reason (HTTP 4xx other than 403)."""

    def __init__(self, status: int, answer: str) -> None:
        super().__init__(f"the bucket refused a part with {status}: {answer[:200]}")
        self.status = status


class BucketBusy(ClientError):
    """The bucket cannot take a part now (HTTP 429 or 5xx); `retry_after_s` when it said how long to wait."""

    def __init__(self, status: int, retry_after_s: float | None) -> None:
        super().__init__(f"the bucket is busy ({status})")
        self.retry_after_s = retry_after_s


class SpoolError(ClientError):
    """The device cannot give back a segment as it was recorded."""

    def __init__(self, kind: str, segment_no: int, what: str) -> None:
        super().__init__(f"{kind} segment {segment_no} {what}")
        self.kind = kind
        self.segment_no = segment_no


class SegmentLost(SpoolError):
    """The device recorded a segment and no longer holds it."""


class SegmentRotted(SpoolError):
    """The device holds a segment whose bytes have changed since it was recorded."""
