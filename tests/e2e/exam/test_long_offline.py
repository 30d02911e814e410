"""A network that stays away until the exam is over: a minute, or for as long as one cares to wait.

`VIVA_OFFLINE_MINUTES=60 scripts/run pytest --log-cli-level=info tests/e2e/exam/test_long_offline.py`
"""

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from playwright.sync_api import expect

from devkit.site.server import SiteServer
from tests.e2e.browser import Computer
from tests.e2e.exam.candidate import Candidate, everything_arrived
from tests.e2e.exam.coverage import MOST_PER_ROTATION_MS, gaps_ms
from tests.e2e.office import QUESTION, Office
from tests.e2e.phone.handset import Handset

logger = logging.getLogger(__name__)
MINUTES: Final = int(os.environ.get("VIVA_OFFLINE_MINUTES", "1"))
SEGMENT: Final = timedelta(seconds=10 if MINUTES < 10 else 60)
ONE_LOOK: Final = SEGMENT / 2


@pytest.mark.timeout(MINUTES * 120 + 900)
def test_an_exam_that_is_offline_to_its_end_arrives_afterwards(
    computer: Callable[..., Computer], site: SiteServer, office: Office
) -> None:
    # Given a desktop and a phone that record, and a question that was read
    exam = office.exam(segment_seconds=int(SEGMENT.total_seconds()))
    (person,) = exam.people
    desktop, phone = computer("desktop"), Handset(computer("phone"))
    desktop.start()
    phone.start()
    candidate = Candidate(desktop, site.url, exam, person)
    candidate.until_waiting(phone)
    offline = timedelta(minutes=MINUTES)
    exam.start_in(8, lasts_s=(offline - SEGMENT).total_seconds())
    assert candidate.read_question() == QUESTION

    # When both lose the network until the exam is over and a segment longer
    began = datetime.now(UTC)
    desktop.context.set_offline(True)
    phone.context.set_offline(True)
    before = candidate.stored()
    while (left := began + offline - datetime.now(UTC)) > timedelta():
        desktop.page.wait_for_timeout(min(left, ONE_LOOK).total_seconds() * 1000)
        passed = datetime.now(UTC) - began
        logger.info("offline for %s: %d segments of the camera", passed, candidate.stored())
        # Then the page keeps what it records, alarms nobody, and stops by itself when time is up
        if passed < offline - 2 * SEGMENT:
            filmed = passed // SEGMENT - 1
            candidate.wait_for_stored(before + filmed)
            phone.wait_for_backlog(max(0, filmed))
            expect(desktop.page.get_by_text("正在录制", exact=True)).to_be_visible()
            phone.expect_recording()
    candidate.see("upload")

    # And all of it arrives, intact and without a hole, once the network is back
    desktop.context.set_offline(False)
    phone.context.set_offline(False)
    phone.stop()
    everything_arrived(candidate)
    expect(phone.heading("全部送达，可以关闭本页")).to_be_visible(timeout=600_000)
    row = exam.wait_for_row(person, lambda row: row["verdict"] is not None, "the verdict")
    assert row["verdict"] == "intact", row
    for recording in candidate.recordings():
        assert len(recording["segments"]) >= offline // SEGMENT - 1
        assert max(gaps_ms(recording)) <= MOST_PER_ROTATION_MS, recording
    logger.info("all arrived %s after the network came back", datetime.now(UTC) - began - offline)
