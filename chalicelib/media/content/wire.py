"""Messages between the engine and its decoding process: a JSON head and raw bytes, both with their length.

No pickle: what comes back was made beside a codec that may have been taken over by the file that it read.
"""

import json
from struct import Struct
from typing import Any, BinaryIO

LENGTHS = Struct(">II")
MAX_HEAD_BYTES = 4 * 1024 * 1024
MAX_BODY_BYTES = 64 * 1024 * 1024


class WireError(ConnectionError):
    """The other side is gone, or speaks nonsense."""


def send(pipe: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    """Write one message. Raises OSError when nobody reads."""
    text = json.dumps(head, separators=(",", ":")).encode()
    pipe.write(LENGTHS.pack(len(text), len(body)))
    pipe.write(text)
    pipe.write(body)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Read one message. Raises WireError at the end or for what is none."""
    head_length, body_length = LENGTHS.unpack(_exactly(pipe, LENGTHS.size))
    if head_length > MAX_HEAD_BYTES or body_length > MAX_BODY_BYTES:
        raise WireError(f"a message of {head_length} and {body_length} bytes")
    text = _exactly(pipe, head_length)
    try:
        head = json.loads(text)
    except ValueError as error:
        raise WireError("a message that is no JSON") from error
    if not isinstance(head, dict):
        raise WireError("a message that is no object")
    return head, _exactly(pipe, body_length)


def _exactly(pipe: BinaryIO, length: int) -> bytes:
    pieces = b""
    while len(pieces) < length:
        piece = pipe.read(length - len(pieces))
        if not piece:
            raise WireError("the other side is gone")
        pieces += piece
    return pieces
