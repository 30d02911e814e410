"""The engine's side of decoding: a child process that may crash, hang or be killed without harm.

A plain child over pipes, for that works in Lambda, which lacks the shared memory that `multiprocessing`'s
locks want. It may be kept for many recordings; whoever made it closes it.
"""

import json
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from select import select
from threading import Condition, Thread
from time import monotonic
from typing import Any, BinaryIO, Self, cast

from chalicelib.media.content.wire import WireError, receive, send

Answer = dict[str, Any]
ANSWER_SECONDS = 60.0
"""A request is a few frames or one stretch between keyframes; more than this is a hang."""

MAX_STARTS = 4
"""How often the process is started anew after a crash before the file's pictures are given up."""

MAX_WAITING = 8
"""Requests under way: bounds the memory that waits in pipes and queues."""

_START = (
    "import json, sys; sys.path[:0] = json.loads(sys.argv[1]);"
    "from chalicelib.media.content.worker import main; main()"
)


class Decoder:
    """Sends requests and hands each answer to the function that came with it.

    Parameters
    ----------
    answer_seconds
        How long a request may take before the process is killed as hung.
    """

    def __init__(self, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.state = "not_needed"
        self._answer_seconds = answer_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: Thread | None = None
        self._waiting: deque[tuple[float, Callable[[Answer], None]]] = deque()
        self._changed = Condition()
        self._starts = 0

    @property
    def process_id(self) -> int | None:
        """The process's id while there is one."""
        return None if self._process is None else self._process.pid

    def begin(self) -> None:
        """Forget how the last recording went, so that the next one starts with a clean account."""
        self.state = "not_needed"
        self._starts = 0 if self._process is None else 1

    def ask(self, head: dict[str, Any], body: bytes, on_answer: Callable[[Answer], None]) -> None:
        """Send a request; `on_answer` is called later, from another thread.

        A request that the process did not survive is answered with `{"error": ...}`.
        """
        with self._changed:
            while len(self._waiting) >= MAX_WAITING and self._alive():
                self._changed.wait(1.0)
            if not self._alive() and not self._start():
                on_answer({"error": "decoding was given up"})
                return
            process = self._process
            if self.state == "not_needed":
                self.state = "ok"
            self._waiting.append((monotonic(), on_answer))
        assert process is not None and process.stdin is not None  # noqa: S101, PT018 - started above
        with suppress(OSError):  # gone: the reader answers for it
            send(cast("BinaryIO", process.stdin), head, body)

    def answer(self, head: dict[str, Any], body: bytes) -> Answer:
        """Send a request and wait for its answer."""
        answers: list[Answer] = []
        self.ask(head, body, answers.append)
        self.wait()
        return answers[0]

    def wait(self) -> None:
        """Wait until every request is answered."""
        with self._changed:
            while self._waiting:
                self._changed.wait(1.0)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(OSError):
                if process.stdin is not None:
                    process.stdin.close()
            try:
                process.wait(1.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if self._reader is not None:
                self._reader.join()
            if process.stdout is not None:
                process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _start(self) -> bool:
        """Start the process; False where it was started too often. The condition is held."""
        if self._starts >= MAX_STARTS:
            return False
        if self._process is not None:
            self._changed.release()
            try:
                self.close()
            finally:
                self._changed.acquire()
        self._starts += 1
        # The same interpreter and paths as ours: in Lambda the libraries lie in a layer.
        command = [sys.executable, "-c", _START, json.dumps(sys.path)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._reader = Thread(target=self._read, args=(self._process,), name="decoder", daemon=True)
        self._reader.start()
        return True

    def _kill_if_hung(self) -> None:
        if self._waiting and monotonic() - self._waiting[0][0] > self._answer_seconds:
            self.state = "timed_out"
            if self._process is not None:
                self._process.kill()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - opened as a pipe
        descriptor = process.stdout.fileno()
        pipe = open(descriptor, "rb", buffering=0, closefd=False)  # noqa: SIM115 - a pipe, closed by close
        while True:
            try:
                # The writer may be stuck with a full pipe, so it is this thread that watches the time.
                while not select([descriptor], [], [], 0.5)[0]:
                    with self._changed:
                        self._kill_if_hung()
                answer, _ = receive(pipe)
            except (WireError, ValueError, OSError):
                break
            with self._changed:
                if not self._waiting:
                    break
                _, on_answer = self._waiting.popleft()
                on_answer(answer)
                if self._waiting:  # the next one's time begins now
                    self._waiting[0] = (monotonic(), self._waiting[0][1])
                self._changed.notify_all()
        process.kill()
        process.wait()
        with self._changed:
            if self._waiting and self.state != "timed_out":
                self.state = "crashed"
            while self._waiting:
                self._waiting.popleft()[1]({"error": "the decoder did not survive this"})
            self._changed.notify_all()
