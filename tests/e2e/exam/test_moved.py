"""A computer loses its network, the exam goes on on another, and what the first recorded arrives later."""

from collections.abc import Callable

from playwright.sync_api import expect

from devkit.site.server import SiteServer
from tests.e2e.browser import Computer
from tests.e2e.exam.candidate import Candidate, everything_arrived
from tests.e2e.office import QUESTION, Office


def test_a_computer_that_was_replaced_delivers_what_it_recorded(
    computer: Callable[..., Computer], site: SiteServer, office: Office
) -> None:
    # Given somebody who waits for the start when the network of their computer breaks
    exam = office.exam()
    (person,) = exam.people
    broken = computer("broken")
    context = broken.start()
    before = Candidate(broken, site.url, exam, person)
    before.until_waiting()
    context.set_offline(True)

    # When a proctor moves the sitting, and the code is typed at another computer
    spare = computer("spare")
    spare.start()
    after = Candidate(spare, site.url, exam, person)
    after.open()
    after.check_devices()
    spare.page.get_by_role("button", name="继续").last.click()
    after.type_move_code(exam.move_session(person))
    after.see("wait")
    after.go_on_recording()

    # Then the first one says so once it is online, records no more, and delivers
    context.set_offline(False)
    before.see("session_moved")
    expect(broken.page.get_by_text("本机录下的录像已全部送达并核验").first).to_be_visible()
    before.snap("24-moved")
    broken.page.reload()
    before.see("session_moved")
    expect(broken.page.get_by_text("本机录下的录像已全部送达并核验").first).to_be_visible()

    # And the exam goes on undisturbed on the second, with the recordings of both
    exam.start_in(8, lasts_s=600)
    assert after.read_question() == QUESTION
    after.finish()
    for recording in everything_arrived(after):
        assert {segment["state"] for segment in recording["segments"]} == {"verified"}, recording
        assert len(recording["segments"]) >= 2
