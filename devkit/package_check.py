"""Whether a package would run on Lambda: its size, what it must not hold, that each handler imports."""

import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from devkit.rooms import child_command, lay_out

# The heavy libraries live in layers, boto3 in the runtime; pydantic is a stowaway of powertools extras.
KEPT_OUT = ("av", "cv2", "numpy", "pydantic", "boto3", "botocore")
BUDGET_BYTES = 60 * 2**20

_IMPORT = "import importlib; getattr(importlib.import_module(sys.argv[1]), sys.argv[2])"


class PackageUnfit(Exception):
    """The package would fail on Lambda."""


def check(template: dict[str, Any], unzipped: Path) -> None:
    """Raise PackageUnfit unless every function in the template could start from the unzipped package."""
    stowaways = [name for name in KEPT_OUT if (unzipped / name).exists()]
    if stowaways:
        raise PackageUnfit(
            f"the package holds {', '.join(stowaways)}, which belong in a layer or the runtime"
        )
    size_bytes = sum(path.stat().st_size for path in unzipped.rglob("*") if path.is_file())
    if size_bytes > BUDGET_BYTES:
        raise PackageUnfit(f"the package is {size_bytes} bytes unzipped, the budget is {BUDGET_BYTES}")
    functions = {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource.get("Type") == "AWS::Serverless::Function"
    }
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as threads:
        tries = [threads.submit(_import, *f, unzipped, Path(scratch)) for f in functions.items()]
    for one in tries:
        one.result()


def _import(name: str, properties: dict[str, Any], unzipped: Path, scratch: Path) -> None:
    module, _, attribute = properties["Handler"].rpartition(".")
    rooms = lay_out(scratch, with_media=bool(properties.get("Layers")))
    done = subprocess.run(
        child_command([unzipped, *rooms], _IMPORT, module, attribute),
        capture_output=True,
        text=True,
        cwd=scratch,
        env={"AWS_DEFAULT_REGION": "ap-southeast-1"},
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise PackageUnfit(f"{name}: handler {properties['Handler']} does not import:\n{done.stderr}")
