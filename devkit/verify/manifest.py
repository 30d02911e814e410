"""Declarations from a JSON file: one segment's, or a list of them under `segments`.

A segment reads as the client declares it to the API: `{kind, segment_no, started_at, ended_at, mime_type,
size, sha256, parts: [{size, sha256}]}`, instants as ISO 8601 with an offset. Among several, `file` names the
file that is meant; without it the SHA-256, and failing that the order, decides.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.domain.facts import Expected, ExpectedPart


class ManifestError(ValueError):
    """The declaration cannot be read; the text says what was found where."""


class Manifest:
    """Declarations, to be asked for by file."""

    def __init__(self, path: Path) -> None:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ManifestError(f"{path}: {error}") from error
        entries = content.get("segments", [content]) if isinstance(content, dict) else content
        if not isinstance(entries, list) or not entries:
            raise ManifestError(f"{path}: 没有片段申报 · no segments declared")
        self._declared = [(expected_from(entry), _text(entry, "file", "")) for entry in entries]

    def expected_for(self, name: str, place: int, of: int) -> Expected:
        """The declaration of the file with this name, the `place`-th of `of` files given."""
        for expected, declared_name in self._declared:
            if declared_name and Path(declared_name).name == Path(name).name:
                return expected
        if len(self._declared) == 1 or len(self._declared) == of:
            return self._declared[min(place, len(self._declared) - 1)][0]
        raise ManifestError(f"{name}: 清单中没有这个文件 · not in the manifest")


def expected_from(entry: Any) -> Expected:
    """Read one segment's declaration. Raises ManifestError."""
    if not isinstance(entry, dict):
        raise ManifestError(f"不是片段申报 · no segment: {entry!r}")
    try:
        return Expected(
            kind=_text(entry, "kind", "camera"),
            mime_type=_text(entry, "mime_type", ""),
            size_bytes=int(entry["size_bytes"] if "size_bytes" in entry else entry["size"]),
            sha256=str(entry["sha256"]).lower(),
            parts=tuple(
                ExpectedPart(
                    int(part["size_bytes"] if "size_bytes" in part else part["size"]), part["sha256"].lower()
                )
                for part in entry.get("parts", [])
            ),
            started_at=_instant(entry["started_at"]),
            ended_at=_instant(entry["ended_at"]),
            segment_no=int(entry.get("segment_no", 1)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ManifestError(f"片段申报有误 · a bad segment: {type(error).__name__}: {error}") from error


def _text(entry: dict[str, Any], key: str, otherwise: str) -> str:
    return str(entry.get(key, otherwise))


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no offset from UTC")
    return instant
