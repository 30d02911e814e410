"""Files that take long to make, and are kept for the next run."""

import tempfile
from collections.abc import Callable
from pathlib import Path


def made_once(path: Path, make: Callable[[Path], object]) -> Path:
    """Return the file, having `make` write it where there is none yet.

    Two may be at it at the same time: each writes a file of its own, and the rename decides.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".making-") as own:
            draft = Path(own) / path.name
            make(draft)
            draft.replace(path)
    return path
