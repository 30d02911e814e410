"""What a function may import beside its own package, laid out as Lambda mounts it.

Lambda's Python brings boto3 and what that needs; a layer brings the media libraries. Here both are folders of
links into the development environment, so that an import that would fail in AWS fails here as well.
"""

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
        link = room / name
        if (site_packages / name).exists() and not link.is_symlink():
            link.symlink_to(site_packages / name)
    return room
