"""A phone that still owes an earlier sitting its recording delivers it beside the one that it films now."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from devkit.cloud import LocalCloud
from tests.e2e.browser import Computer
from tests.e2e.office import Office
from tests.e2e.phone.desk import Desk
from tests.e2e.phone.handset import Handset
from tests.e2e.waiting import wait_for

OWED = "本手机还有另一场考试的录像"


@pytest.fixture
def a_desk(cloud: LocalCloud, office: Office) -> Iterator[Callable[[], Desk]]:
    """Desktops of candidates, each of an exam of their own."""
    desks: list[Desk] = []

    def make() -> Desk:
        exam = office.exam()
        desks.append(Desk(cloud.api_url, exam, exam.people[0]))
        desks[-1].log_in()
        return desks[-1]

    yield make
    for desk in desks:
        desk.go_home()


def test_what_an_earlier_sitting_is_owed_arrives_there_and_nowhere_else(
    cloud: LocalCloud, a_desk: Callable[[], Desk], computer: Callable[..., Computer]
) -> None:
    morning, noon = a_desk(), a_desk()

    # Given a phone that films one exam and can deliver nothing of it
    phone = Handset(computer("phone"))
    phone.start()
    bucket = f"{cloud.aws_url}/**"
    phone.context.route(bucket, lambda route: route.abort())
    phone.bind(morning.show_qr_code())
    phone.set_down()
    phone.wait_for_backlog(2)

    # When it is bound to another, it says what it owes, after a reload too
    phone.bind(noon.show_qr_code())
    expect(phone.page.get_by_text(OWED)).to_be_visible()
    phone.photograph("earlier")
    phone.page.reload()
    expect(phone.page.get_by_text(OWED)).to_be_visible()
    assert morning.segments() == []

    # Then both get their own as soon as there is a way, and the earlier one is closed
    phone.context.unroute(bucket)
    morning.wait_until_arrived()
    owed = morning.segments()
    assert len(owed) >= 2
    expect(phone.page.get_by_text(OWED)).to_have_count(0)
    filmed = noon.wait_for_verified(1)
    assert filmed[0] == 1

    # And once it is delivered nobody asks for it again
    phone.set_down()
    phone.page.reload()
    phone.expect_recording()
    wait_for(lambda: len(noon.segments()) > len(filmed), "the present exam goes on")
    assert morning.segments() == owed
    expect(phone.page.get_by_text(OWED)).to_have_count(0)
    assert phone.errors == []
