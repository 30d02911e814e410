"""The spool: whenever the plug is pulled, what was acknowledged is whole, and what was begun is known."""

import hashlib
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devkit.client import Manifest, SegmentLost, SegmentRotted, Spool
from devkit.client.disk import Disk
from tests.unit.devkit.upload_server import NOON

PART_BYTES = 64


class PlugPulled(BaseException):
    """The machine stops here."""


class FailingDisk(Disk):
    """A disk whose machine stops at a given step; what was not synced is cut to any length."""

    def __init__(self, steps: int, kept: float) -> None:
        self.steps_left = steps
        self.kept = kept
        self.unsynced: set[Path] = set()

    def _step(self) -> None:
        if self.steps_left == 0:
            for path in self.unsynced:
                content = path.read_bytes()
                path.write_bytes(content[: int(len(content) * self.kept)])
            raise PlugPulled
        self.steps_left -= 1

    def write(self, path: Path, content: bytes) -> None:
        self._step()
        super().write(path, content)
        self.unsynced.add(path)

    def sync(self, path: Path) -> None:
        self._step()
        self.unsynced.discard(path)

    def rename(self, source: Path, target: Path) -> None:
        self._step()
        super().rename(source, target)
        if source in self.unsynced:
            self.unsynced.remove(source)
            self.unsynced.add(target)

    def sync_folder(self, folder: Path) -> None:
        self._step()

    def remove(self, path: Path) -> None:
        self._step()
        super().remove(path)


def add(spool: Spool, content: bytes) -> Manifest:
    start = NOON + timedelta(seconds=spool.last_segment_no("camera"))
    return spool.add("camera", start, start + timedelta(seconds=1), "video/webm", content)


def whole(spool: Spool, manifest: Manifest) -> bytes:
    parts = range(1, len(manifest.declaration.parts) + 1)
    return b"".join(spool.read_part(manifest, part_no) for part_no in parts)


@settings(max_examples=150)
@given(
    steps=st.integers(0, 40),
    kept=st.floats(0, 1),
    sizes=st.lists(st.integers(1, 200), min_size=3, max_size=5),
)
def test_whenever_the_plug_is_pulled_nothing_acknowledged_is_lost(
    steps: int, kept: float, sizes: list[int]
) -> None:
    with TemporaryDirectory() as folder:
        contents = [Random(number).randbytes(size) for number, size in enumerate(sizes)]
        acknowledged: list[bytes] = []
        releasing = False
        disk = FailingDisk(steps, kept)
        try:
            spool = Spool(Path(folder), part_bytes=PART_BYTES, disk=disk)
            for content in contents:
                add(spool, content)
                acknowledged.append(content)
            releasing = True
            spool.mark_uploaded(spool.segments()[0])
            spool.release(spool.segments()[0])
        except PlugPulled:
            pass

        spool = Spool(Path(folder), part_bytes=PART_BYTES)

        segments = spool.segments("camera")
        assert spool.unreadable == []
        assert len(segments) in (len(acknowledged), len(acknowledged) + 1)
        for manifest, content in zip(segments, acknowledged, strict=False):
            assert manifest.declaration.sha256 == hashlib.sha256(content).hexdigest()
            if manifest.state == "verified":
                assert releasing
                assert not list(Path(folder).glob(f"camera/{manifest.segment_no:05d}.media*"))
            else:
                assert whole(spool, manifest) == content
        for begun in segments[len(acknowledged) :]:
            # It may be known to be lost; it is never half there, and never forgotten.
            with suppress(SegmentLost):
                assert whole(spool, begun) == contents[len(acknowledged)]
        assert add(spool, b"recorded after the crash").segment_no == len(segments) + 1


RECORDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from devkit.client import Spool
spool = Spool(Path(sys.argv[1]))
noon = datetime(2026, 11, 22, tzinfo=UTC)
while True:
    number = spool.last_segment_no("camera") + 1
    spool.add("camera", noon, noon, "video/webm", bytes([number % 256]) * 30_000)
    print(number, flush=True)
"""


def test_a_recorder_killed_for_good_leaves_all_that_it_acknowledged(tmp_path: Path) -> None:
    recorder = subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert recorder.stdout is not None
    with recorder.stdout:
        assert recorder.stdout.readline() == "1\n"
        time.sleep(0.15)
        recorder.send_signal(signal.SIGKILL)
        acknowledged = 1 + len(recorder.stdout.readlines())
    recorder.wait()

    spool = Spool(tmp_path)

    assert spool.last_segment_no("camera") in (acknowledged, acknowledged + 1)
    for manifest in spool.segments()[:acknowledged]:
        assert whole(spool, manifest) == bytes([manifest.segment_no % 256]) * 30_000


def test_parts_have_the_protocols_length_and_their_own_hashes(tmp_path: Path) -> None:
    spool = Spool(tmp_path, part_bytes=PART_BYTES)
    content = Random(1).randbytes(2 * PART_BYTES + 1)

    parts = add(spool, content).declaration.parts

    assert [part.size_bytes for part in parts] == [PART_BYTES, PART_BYTES, 1]
    assert parts[2].sha256 == hashlib.sha256(content[-1:]).hexdigest()


@pytest.mark.parametrize("rotted", [b"", b"short", bytes(100)])
def test_changed_bytes_are_never_handed_out(tmp_path: Path, rotted: bytes) -> None:
    spool = Spool(tmp_path, part_bytes=PART_BYTES)
    manifest = add(spool, b"x" * 100)
    (tmp_path / "camera" / "00001.media").write_bytes(rotted)

    with pytest.raises(SegmentRotted, match="camera segment 1 has changed on disk"):
        spool.read_part(manifest, 1)


def test_a_manifest_that_rotted_is_reported_and_its_number_stays_taken(tmp_path: Path) -> None:
    add(Spool(tmp_path), b"first")
    rotted = tmp_path / "camera" / "00001.json"
    rotted.write_bytes(b'{"kind": "cam')

    spool = Spool(tmp_path)

    assert spool.unreadable == [rotted]
    assert add(spool, b"second").segment_no == 2
    assert (tmp_path / "camera" / "00001.media").read_bytes() == b"first"


def test_the_end_of_a_recording_is_remembered(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    add(spool, b"only")
    assert spool.closing("camera") is None

    spool.close("camera")
    spool.mark_closing_told("camera")

    closing = Spool(tmp_path).closing("camera")
    assert closing is not None
    assert (closing.last_segment_no, closing.told) == (1, True)
