"""A day under way, behind the API."""

import pytest

from chalicelib import bootstrap
from tests.unit.usecases.exam_day import T0, Day, a_day, minutes


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    """Two candidates; A001 waits for T0, which is five minutes away."""
    day = a_day()
    day.publish("A001", "A002")
    day.until_waiting("A001")
    day.at(T0 - minutes(5))
    monkeypatch.setattr(bootstrap, "ports", lambda: day.ports)
    return day
