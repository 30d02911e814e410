"""`viva photos`: folders become archives that the API takes; what came of them is told in both languages."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from chalicelib.domain import photos as rules
from chalicelib.domain.photos import ArchiveRefused, read_archive
from devkit.photos import command
from devkit.photos.desk import Photos, Problem, Purge, StillWaiting, Upload
from devkit.photos.pack import PER_ARCHIVE, archives_of

JPEG = b"\xff\xd8 a photo \xff\xd9"
ASKED = ["--password", "p", "--code", "123456"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos in two folders, and a note."""
    (tmp_path / "more").mkdir()
    for name in ("A001.jpg", "A002.JPEG", "more/A003.jpg", "readme.txt"):
        (tmp_path / name).write_bytes(JPEG + name.encode())
    return tmp_path


def test_a_folder_is_packed_as_the_api_takes_it(folder: Path) -> None:
    (archive,) = archives_of(folder)

    assert [(it.ticket_no, it.fault) for it in read_archive(archive)] == [
        ("A001", None),
        ("A002", None),
        ("A003", None),
    ]


def test_many_photos_go_in_several_archives(tmp_path: Path) -> None:
    for number in range(PER_ARCHIVE + 1):
        (tmp_path / f"A{number:04}.jpg").write_bytes(JPEG)

    assert [len(list(read_archive(it))) for it in archives_of(tmp_path)] == [PER_ARCHIVE, 1]


def test_a_zip_goes_as_it_is_unless_it_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "photos.zip"
    archive.write_bytes(b"x" * 100)
    assert list(archives_of(archive)) == [b"x" * 100]
    monkeypatch.setattr(rules, "MAX_ARCHIVE_BYTES", 99)

    with pytest.raises(ArchiveRefused):
        list(archives_of(archive))


def test_a_folder_without_photos_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no \.jpg file"):
        list(archives_of(tmp_path))


class Desk:
    """An officer's desk before an API that reads photos at once."""

    def __init__(self, problems: tuple[Problem, ...] = (), *, slow: bool = False) -> None:
        self.sent: list[bytes] = []
        self.reason = ""
        self._came = Upload("pho_1", "read", 2, problems, None)
        self._slow = slow

    def send(self, archive: bytes) -> str:
        self.sent.append(archive)
        return "pho_1"

    def report(self, upload_id: str, patience_s: float) -> Upload:
        if self._slow:
            raise StillWaiting(upload_id)
        return self._came

    def look(self) -> Photos:
        return Photos(3, 2, ("A003",), (self._came,), datetime(2026, 12, 22, tzinfo=UTC))

    def purge(self, reason: str) -> Purge:
        self.reason = reason
        return Purge({"photos": 2, "embeddings": 2}, 0)


def run(desk: Desk, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    monkeypatch.setattr(command, "_desk", lambda exam_id, **_: desk)
    ended = CliRunner().invoke(command.photos, [*arguments, *ASKED])
    return ended.exit_code, ended.output


def test_uploading_tells_who_still_lacks_a_photo(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()

    code, said = run(desk, monkeypatch, "upload", "exam_1", str(folder))

    assert code == 0
    assert "with photo 2 / 3" in said
    assert "without: A003" in said
    assert zipfile.ZipFile(io.BytesIO(desk.sent[0])).namelist() == ["A001.jpg", "A002.JPEG", "A003.jpg"]


def test_an_unusable_photo_is_named_in_both_languages_and_the_exit_code_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk((Problem("A002.JPEG", "A002", "too_dark", "太暗。", "Too dark."),))

    code, said = run(desk, monkeypatch, "upload", "exam_1", str(folder))

    assert code == 1
    assert "A002.JPEG too_dark\n    太暗。\n    Too dark." in said


def test_a_report_that_takes_long_can_be_seen_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = run(Desk(slow=True), monkeypatch, "upload", "exam_1", str(folder))

    assert code == 1
    assert "viva photos show" in said
    assert "pho_1" in run(Desk(), monkeypatch, "show", "exam_1")[1]


def test_purging_wants_a_reason_and_tells_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()

    assert run(desk, monkeypatch, "purge", "exam_1")[0] == 2
    code, said = run(desk, monkeypatch, "purge", "exam_1", "--reason", "到期")

    assert (code, desk.reason) == (0, "到期")
    assert "left at the second look: 0" in said
