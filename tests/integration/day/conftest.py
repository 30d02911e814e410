"""The exam day's people and tapes, on the one local cloud of all integration tests."""

from collections.abc import Iterator

import pytest

from chalicelib.bootstrap import make_ports
from chalicelib.domain.people import STAFF
from chalicelib.ports import Ports
from devkit.accounts import settings_of
from devkit.cloud import LocalCloud
from devkit.package import ROOT
from devkit.tapes import DayTapes, MasterTape, film_day
from tests.integration.day.backstage import Backstage
from tests.integration.day.film import noisy_tape
from tests.integration.day.people import Exam, Office, an_account
from tests.integration.day.web import Web, Witness

_TAPES = ROOT / "build" / "tapes"


@pytest.fixture(scope="session")
def ports(cloud: LocalCloud) -> Ports:
    """The cloud's own stores, to bring about what takes hours, as a token's end."""
    return make_ports(settings_of(cloud))


@pytest.fixture(scope="session")
def backstage(cloud: LocalCloud) -> Backstage:
    """The cloud seen by its owner."""
    return Backstage(cloud)


@pytest.fixture(scope="session")
def web(cloud: LocalCloud) -> Iterator[Web]:
    """The API over HTTP."""
    opened = Web(cloud.api_url, Witness())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def office(web: Web, ports: Ports) -> Office:
    """Staff of every role. Exams that tests make here are their own: nobody else touches them."""
    return Office(web, {role: an_account(ports, role, f"day-{role.value}") for role in sorted(STAFF)})


@pytest.fixture(scope="session")
def tapes() -> DayTapes:
    """Half a minute of each camera; kept among builds."""
    return film_day(30_000, _TAPES)


@pytest.fixture(scope="session")
def noise() -> MasterTape:
    """A camera whose four seconds do not fit one part."""
    return noisy_tape(_TAPES / "noise-1.mkv")


@pytest.fixture
def exam(office: Office) -> Exam:
    """A published exam of two, open from login to the waiting page; T0 is an hour away."""
    return office.exam(2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Look through the logs after everybody else has written to them."""
    items.sort(key=lambda item: item.path.name == "test_logs.py")
