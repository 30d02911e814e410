"""What is kept for the next run is whole, whoever makes it, and however many do."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from devkit.made_once import made_once


def test_a_file_is_made_the_first_time_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tape.mkv"

    made_once(path, lambda draft: draft.write_text("first"))
    made_once(path, lambda draft: draft.write_text("second"))

    assert path.read_text() == "first"


def test_two_at_a_time_do_not_write_into_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "tape.mkv"
    both = Barrier(2, timeout=30)

    def make(draft: Path) -> None:
        with draft.open("a") as file:
            file.write("half ")
            file.flush()
            both.wait()
            file.write("whole")

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: made_once(path, make).read_text(), range(2)))

    assert made == ["half whole"] * 2
    assert list(tmp_path.iterdir()) == [path]


def test_what_could_not_be_made_leaves_nothing(tmp_path: Path) -> None:
    def make(draft: Path) -> None:
        draft.write_text("half")
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        made_once(tmp_path / "tape.mkv", make)

    assert list(tmp_path.iterdir()) == []
