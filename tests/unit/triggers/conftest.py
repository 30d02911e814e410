"""A day, and what triggers find in place of AWS."""

import io
import logging
from collections.abc import Iterator

import pytest

from chalicelib import bootstrap
from chalicelib.observability import logger
from tests.unit.usecases.exam_day import Day, a_day


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    """Two candidates, published, the day before."""
    day = a_day()
    day.publish("A001", "A002")
    monkeypatch.setattr(bootstrap, "ports", lambda: day.ports)
    monkeypatch.setattr(bootstrap, "inspector", lambda: day.inspector)
    return day


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Every line that the service logs, as it would stand in the log group."""
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(logger().registered_formatter)
    logging.getLogger("viva").addHandler(handler)
    yield told
    logging.getLogger("viva").removeHandler(handler)
