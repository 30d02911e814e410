"""Heavy libraries stay in their rooms: a cold start of the API never pays for them."""

import subprocess
import sys

import pytest

from tests.unit.project.source import ROOT, modules_under

HEAVY = ("av", "cv2", "numpy", "pydantic")


@pytest.mark.parametrize(
    "room", ["chalicelib/api", "chalicelib/usecases", "chalicelib/adapters", "chalicelib/bootstrap.py"]
)
def test_what_the_api_loads_is_light(room: str) -> None:
    modules = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in modules_under(room)]
    script = (
        "import importlib, sys\n"
        "for module in sys.argv[1:]: importlib.import_module(module)\n"
        f"print(*[library for library in {HEAVY} if library in sys.modules])"
    )
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        script,
        *(name.removesuffix(".__init__") for name in modules),
    ]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.split() == []
