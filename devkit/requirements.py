"""What goes into the deployment package, exported from the lock: python -m devkit.requirements [--check]."""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "requirements.txt"
HEADER = "# Exported from uv.lock by `python -m devkit.requirements`. Do not edit.\n"

# Lambda's Python runtime brings boto3 and all it needs; `chalice package` vendors chalice's runtime itself.
IN_THE_RUNTIME = "boto3"
VENDORED = frozenset({"chalice"})
DEPLOYED_ON = {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"}


def export(lock: Path = ROOT / "uv.lock") -> str:
    """The text of requirements.txt: the project's dependencies and theirs, pinned as locked."""
    packages = {p["name"]: p for p in tomllib.loads(lock.read_text(encoding="utf-8"))["package"]}
    provided = set(_closure(packages, IN_THE_RUNTIME, frozenset()))
    deployed = set(_closure(packages, "viva", provided | VENDORED)) - {"viva"}
    return HEADER + "".join(f"{name}=={packages[name]['version']}\n" for name in sorted(deployed))


def _closure(packages: dict[str, Any], name: str, without: frozenset[str] | set[str]) -> Iterator[str]:
    reached, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        if current in reached or current in without:
            continue
        reached.add(current)
        yield current
        waiting.extend(d["name"] for d in packages[current].get("dependencies", []) if _applies(d))


def _applies(dependency: dict[str, Any]) -> bool:
    marker = dependency.get("marker")
    return marker is None or Marker(marker).evaluate(DEPLOYED_ON)


def main() -> int:
    """Write requirements.txt, or with --check say whether it is stale."""
    text = export()
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print("requirements.txt 已过期，请运行 / is stale, run: python -m devkit.requirements", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
