"""Makes the deployment package: the template, the zip, the state machines, all in one folder.

The folder is what `aws cloudformation package` takes and what the local cloud runs.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import yaml

from devkit.package_check import PackageUnfit, check

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_OUT = ROOT / "build" / "package"
TEMPLATE = "sam.json"
UNZIPPED = "unzipped"
_MADE_FROM = "made-from"

# Chalice prints this and exits with 0.
_MISSING_WHEEL = "Could not install dependencies"


class PackagingFailed(Exception):
    """`chalice package` failed, or made something that Lambda could not run."""


def package(out_dir: Path = DEFAULT_OUT, project: Path = ROOT) -> Path:
    """Package the project, unless its package was made from the same files already.

    Parameters
    ----------
    out_dir
        Where the package is kept. Holds afterwards `sam.json`, `deployment.zip`, `stepfunctions/` and
        `unzipped/` (the zip's content, as Lambda would mount it).
    project
        A Chalice project with `infra/resources.yaml`.

    Returns
    -------
    Path
        The packaged template, `out_dir/sam.json`.

    Raises
    ------
    PackagingFailed
        With what Chalice said, or with what is wrong with the package.
    """
    made_from = _digest(project)
    with _only_one(out_dir):
        note = out_dir / _MADE_FROM
        if not (note.exists() and note.read_text() == made_from):
            with tempfile.TemporaryDirectory(dir=out_dir.parent, prefix=out_dir.name + "-") as scratch:
                fresh = Path(scratch) / "package"
                _make(project, fresh)
                (fresh / _MADE_FROM).write_text(made_from)
                shutil.rmtree(out_dir, ignore_errors=True)
                fresh.rename(out_dir)
    return out_dir / TEMPLATE


def _make(project: Path, out: Path) -> None:
    _run_chalice(project, out)
    packaged = out / "sam.yaml"
    # JSON, since YAML would carry the anchors of resources.yaml, which CloudFormation does not take.
    template = yaml.safe_load(packaged.read_text(encoding="utf-8"))
    (out / TEMPLATE).write_text(json.dumps(template, indent=2, ensure_ascii=False), encoding="utf-8")
    packaged.unlink()
    shutil.copytree(project / "stepfunctions", out / "stepfunctions")
    with zipfile.ZipFile(out / "deployment.zip") as archive:
        archive.extractall(out / UNZIPPED)
    try:
        check(template, out / UNZIPPED)
    except PackageUnfit as unfit:
        raise PackagingFailed(str(unfit)) from unfit


def _run_chalice(project: Path, out: Path) -> None:
    # The working tree is imported by Chalice; bytecode there would be a trace of a read.
    environment = os.environ | {
        "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "ap-southeast-1"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore",
        # requirements.txt is complete; what it leaves out on purpose (botocore) must not come back in.
        "PIP_NO_DEPS": "1",
    }
    command = [sys.executable, "-c", "from chalice.cli import main; main()", "package"]
    command += ["--merge-template", "infra/resources.yaml", str(out)]
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    said = done.stdout + done.stderr
    if done.returncode or _MISSING_WHEEL in said or not (out / "deployment.zip").exists():
        # Chalice keeps what it could install and would take it for whole the next time.
        shutil.rmtree(project / ".chalice" / "deployments", ignore_errors=True)
        raise PackagingFailed(f"chalice package failed (exit {done.returncode}):\n{said}")


def _digest(project: Path) -> str:
    digest = hashlib.sha256(f"{sys.version} chalice {version('chalice')}".encode())
    for path in sorted(_inputs(project)):
        digest.update(f"\0{path.relative_to(project)}\0".encode())
        digest.update(path.read_bytes())
    for maker in (Path(__file__), Path(__file__).with_name("package_check.py")):
        digest.update(maker.read_bytes())
    return digest.hexdigest()


def _inputs(project: Path) -> Iterator[Path]:
    for name in ("app.py", "requirements.txt", ".chalice/config.json", "infra/resources.yaml"):
        if (project / name).exists():
            yield project / name
    for room in ("chalicelib", "vendor", "stepfunctions", ".chalice/policies"):
        for path in (project / room).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


@contextmanager
def _only_one(out_dir: Path) -> Iterator[None]:
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    with (out_dir.parent / f".{out_dir.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    print(package(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_OUT))
