"""Where a device's segments stand on their way to the server."""

from dataclasses import dataclass

from devkit.client.errors import ClientError
from devkit.client.wire import RecordingKind

SegmentKey = tuple[RecordingKind, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the spool's segments stand, by kind and number.

    Attributes
    ----------
    waiting
        Not yet sent, or to be sent again.
    uploaded
        Sent; the server has not judged them yet.
    verified
        Proved; the device no longer holds them.
    given_up
        Will not be sent any more, each with the reason.
    closings_settled
        Whether the server knows of each recording that has ended here, or refuses for good to hear of it.
    online
        Whether the last round reached the server.
    """

    waiting: tuple[SegmentKey, ...]
    uploaded: tuple[SegmentKey, ...]
    verified: tuple[SegmentKey, ...]
    given_up: dict[SegmentKey, ClientError]
    closings_settled: bool
    online: bool

    @property
    def settled(self) -> bool:
        """Whether no further round can change anything."""
        return not self.waiting and not self.uploaded and self.closings_settled
