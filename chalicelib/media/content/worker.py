"""The decoding process: frames in, numbers out. A codec that crashes, hangs or eats memory harms nobody."""

import resource
import sys
from collections.abc import Callable
from typing import Any

from chalicelib.media.content.pictures import PictureReader
from chalicelib.media.content.sound import level_of
from chalicelib.media.content.wire import WireError, receive, send

MEMORY_BYTES = 2 * 1024**3
"""Address space: the libraries alone map about 1 GiB."""

CPU_SECONDS = 900
"""Of a whole life; a closer look at two hours costs about a minute."""

OPEN_FILES = 64


def limit_self() -> None:
    """Give up what a decoder does not need."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def main() -> None:
    """Answer requests on standard input until it ends."""
    limit_self()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    pictures = PictureReader()
    operations: dict[str, Callable[[dict[str, Any], bytes], dict[str, Any]]] = {
        "look": pictures.look,
        "pan": pictures.pan,
        "listen": level_of,
    }
    while True:
        try:
            head, body = receive(source)
        except WireError:
            return
        try:
            answer = operations[head["op"]](head, body)
        except Exception as error:
            # A codec may raise anything at damaged input: it is an answer, and the next request is served.
            answer = {"error": f"{type(error).__name__}: {error}"[:200]}
        send(sink, answer)
