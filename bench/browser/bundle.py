"""How much JavaScript a page loads before anything is done on it."""

import json
from gzip import compress
from pathlib import Path
from typing import Any, Final

from bench.contract import BenchUnavailableError, Emit
from devkit.site.build import BuildFailed, build_site

_LIMITS_KB: Final = {"index.html": 120.0, "phone.html": 120.0, "staff.html": None}
_NAMES: Final = {"index.html": "candidate", "phone.html": "phone", "staff.html": "staff"}


def measure_bundles(emit: Emit) -> None:
    """Gzipped, a page's entry and all that it imports at once; what it imports when needed does not count."""
    try:
        dist = build_site()
    except BuildFailed as failed:
        raise BenchUnavailableError(str(failed)) from failed
    manifest: dict[str, dict[str, Any]] = json.loads((dist / ".vite" / "manifest.json").read_text())
    for page, limit_kb in _LIMITS_KB.items():
        size = sum(_gzipped_bytes(dist / manifest[chunk]["file"]) for chunk in _loaded(manifest, page))
        emit(f"bundle_gz_kb_{_NAMES[page]}", size / 1000, "kB", baseline=limit_kb, better="lower")


def _loaded(manifest: dict[str, dict[str, Any]], entry: str) -> set[str]:
    loaded: set[str] = set()
    waiting = [entry]
    while waiting:
        chunk = waiting.pop()
        if chunk not in loaded:
            loaded.add(chunk)
            waiting.extend(manifest[chunk].get("imports", []))
    return loaded


def _gzipped_bytes(file: Path) -> int:
    return len(compress(file.read_bytes(), 6))
