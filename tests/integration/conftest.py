"""The local cloud of the real project, one for all integration tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devkit.cloud import LocalCloud


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The project packaged, deployed and serving. Tests share it: use fresh ids."""
    with LocalCloud(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture(scope="session")
def toy_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged template of tests/integration/cloud/toy."""
    from devkit.package import DEFAULT_OUT, package

    return package(DEFAULT_OUT.parent / "toy-package", Path(__file__).parent / "cloud" / "toy")


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory, toy_template: Path) -> Iterator[LocalCloud]:
    """A project as small as can be, to try the cloud itself with."""
    state_dir = tmp_path_factory.mktemp("toy")
    with LocalCloud(state_dir, template=toy_template, parameters={"VerifyRetrySeconds": "3"}) as running:
        yield running
