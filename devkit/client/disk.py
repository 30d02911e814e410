"""Writing so that a file is whole or not there, whenever the power goes.

Each step is a method of its own, so that a test can pull the plug between any two.
"""

import os
from pathlib import Path

DRAFT_SUFFIX = ".draft"


class Disk:
    """A folder's disk, used so that what was acknowledged is durable."""

    def write_whole(self, path: Path, content: bytes) -> None:
        """Put `content` at `path` in one step: write beside it, make durable, rename, make that durable."""
        draft = path.with_name(path.name + DRAFT_SUFFIX)
        self.write(draft, content)
        self.sync(draft)
        self.rename(draft, path)
        self.sync_folder(path.parent)

    def write(self, path: Path, content: bytes) -> None:
        """Write a file; its bytes may still be lost."""
        path.write_bytes(content)

    def sync(self, path: Path) -> None:
        """Make a file's bytes durable."""
        with path.open("rb") as file:
            os.fsync(file.fileno())

    def rename(self, source: Path, target: Path) -> None:
        """Give a file its name."""
        source.replace(target)

    def sync_folder(self, folder: Path) -> None:
        """Make a folder's names durable."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        path.unlink(missing_ok=True)
