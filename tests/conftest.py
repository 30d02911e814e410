"""Settings that every test shares."""

from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent
# Tests of such a room share one cloud, in their order; beside another room they may run (--dist=loadgroup).
ONE_CLOUD: Final = ("integration", "e2e")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each of those rooms in one process."""
    for item in items:
        room = item.path.relative_to(HERE).parts[0]
        if room in ONE_CLOUD:
            item.add_marker(pytest.mark.xdist_group(room))
