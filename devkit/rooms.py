"""What a function may import beside its own package, laid out as Lambda mounts it.

Lambda's Python brings boto3 and what that needs; a layer brings the media libraries. Here both are folders of
links into the development environment, so that an import that would fail in AWS fails here as well.
"""

import contextlib
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py")
MEDIA = ("av", "av.libs", "cv2", "numpy", "numpy.libs", "opencv_python_headless.libs")


def lay_out(under: Path, *, with_media: bool) -> list[Path]:
    """Make the folders under `under` if need be; those a function sees, in order of precedence."""
    runtime = _link(under / "runtime", RUNTIME)
    return [_link(under / "media-layer", MEDIA), runtime] if with_media else [runtime]


def lay_out_package(under: Path, name: str, package: Path) -> Path:
    """A folder under `under` from which `package` alone can be imported, as `name`."""
    room = under / name
    room.mkdir(parents=True, exist_ok=True)
    _point(room / name, package)
    return room


def child_command(path: Sequence[Path], code: str, *arguments: str) -> list[str]:
    """A command that runs `code` where only `path` and the standard library can be imported.

    Isolated from the user's settings (-I) and the environment's packages (-S); `arguments` are sys.argv[1:].
    """
    folders = [str(folder.resolve()) for folder in path]
    return [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {folders!r}; {code}", *arguments]


def _link(room: Path, names: Sequence[str]) -> Path:
    room.mkdir(parents=True, exist_ok=True)
    site_packages = Path(sysconfig.get_path("purelib"))
    for name in names:
        if (site_packages / name).exists():
            _point(room / name, site_packages / name)
    return room


def _point(link: Path, target: Path) -> None:
    # Several functions start at once and share the rooms.
    with contextlib.suppress(FileExistsError):
        link.symlink_to(target)
