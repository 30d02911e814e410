"""Help: three candidates talk with a proctor at the same time, each in a context of one browser."""

from collections.abc import Sequence
from typing import Final

import pytest
from playwright.sync_api import Locator, Route, expect

from chalicelib.domain.people import Role
from chalicelib.ports import Ports
from devkit.site.server import SiteServer
from tests.e2e.exam.candidate import Candidate
from tests.e2e.hall import Corner, Hall
from tests.e2e.office import Exam, Office
from tests.e2e.staff.conftest import Console, hire

QUESTIONS: Final = ("二维码扫不出来", "听不到声音", "摄像头画面是黑的")
ANSWERS: Final = ("请把屏幕调亮后再扫", "请检查耳机是否插好", "请换一个摄像头后刷新")


class Asker(Candidate):
    """A candidate who is logged in and asks for help."""

    def __init__(self, corner: Corner, site_url: str, exam: Exam, number: int) -> None:
        super().__init__(corner, site_url, exam, exam.people[number])
        self.context: Final = corner.context
        self.question: Final = QUESTIONS[number]
        self.answer: Final = ANSWERS[number]

    @property
    def help(self) -> Locator:
        """The part of the page where help is."""
        return self.page.locator("section.help")

    def toggle(self) -> None:
        """Open the talk, or close it."""
        self.help.locator("button").first.click()

    def say(self, text: str) -> None:
        """Write and send."""
        self.page.get_by_label("输入要说的话").fill(text)
        self.press("发送")

    def talk(self) -> Locator:
        """The lines that are at the server, announcements aside."""
        return self.help.locator("ul[aria-live] li:not(.pending)")

    def expect_talk(self, *texts: str) -> None:
        """Just these lines, in this order."""
        expect(self.talk()).to_contain_text(texts)
        expect(self.talk()).to_have_count(len(texts))


class Inbox:
    """The proctor's inbox, open all the while."""

    def __init__(self, console: Console, exam: Exam) -> None:
        self.page: Final = console.page
        console.sign_in()
        console.open("exams", exam.exam_id, "inbox")

    def asker(self, candidate: Asker) -> Locator:
        """The line of somebody who asked."""
        return self.page.get_by_role("button").filter(has_text=candidate.person.ticket_no)

    def choose(self, candidate: Asker) -> None:
        self.asker(candidate).click()
        expect(self.page.get_by_role("heading", name=candidate.person.ticket_no)).to_be_visible()

    def answer(self, text: str) -> None:
        self.page.get_by_placeholder("回复考生…").fill(text)
        self.page.get_by_role("button", name="发送").click()

    def expect_talk(self, *texts: str) -> None:
        """Just these lines of the one who is chosen, in this order."""
        lines = self.page.get_by_role("log").locator(".line .text")
        expect(lines).to_have_text(texts)


@pytest.fixture
def exam(office: Office) -> Exam:
    """Three people on the roster; T0 is hours away."""
    return office.exam(len(QUESTIONS))


@pytest.fixture
def askers(hall: Hall, site: SiteServer, exam: Exam) -> Sequence[Asker]:
    """All of them logged in."""
    people = [Asker(hall.corner(), site.url, exam, number) for number in range(len(QUESTIONS))]
    for one in people:
        one.until_logged_in(checked=False)
    return people


@pytest.fixture
def inbox(hall: Hall, ports: Ports, site: SiteServer, exam: Exam) -> Inbox:
    """A proctor before an inbox in which nothing is yet."""
    return Inbox(hire(ports, site, hall.corner().page, Role.PROCTOR), exam)


def test_three_candidates_and_a_proctor_talk_at_the_same_time(
    askers: Sequence[Asker], inbox: Inbox, exam: Exam, office: Office
) -> None:
    # Given an open inbox, when all three write
    expect(inbox.page.get_by_text("目前没有求助。")).to_be_visible()
    for one in askers:
        one.toggle()
        one.page.get_by_label("输入要说的话").fill(one.question)
    for one in askers:
        one.press("发送")

    # Then each stands there, and each message is in the talk of who wrote it and of nobody else
    expect(inbox.page.get_by_role("status")).to_have_text("待回复 3 人")
    for one in askers:
        expect(inbox.asker(one)).to_contain_text("1 条未回复")
        inbox.choose(one)
        inbox.expect_talk(one.question)

    # When two write more, in a hurry, and have their page closed while they are answered
    askers[0].say("换了手机也不行")
    askers[0].say("还有别的办法吗")
    expect(inbox.asker(askers[0])).to_contain_text("3 条未回复")
    for one in askers[:2]:
        one.expect_talk(*_said_by(one))
        one.toggle()
    for one in askers:
        inbox.choose(one)
        inbox.answer(one.answer)
        inbox.expect_talk(*_said_by(one), one.answer)
        expect(inbox.asker(one)).to_contain_text("已回复")
    expect(inbox.page.get_by_role("status")).to_have_count(0)

    # Then who looks on sees the answer, the others are told that there is one, also after a reload
    askers[2].expect_talk(askers[2].question, askers[2].answer)
    expect(askers[2].help.locator(".unread")).to_have_count(0)
    askers[1].page.reload()
    for one in askers[:2]:
        expect(one.help.locator(".unread")).to_have_text("1 条新回复")
        one.toggle()
        one.expect_talk(*_said_by(one), one.answer)
        expect(one.help.locator(".unread")).to_have_count(0)

    # And what was read stays read, and nobody sees another's words or the proctor's account
    askers[1].toggle()
    askers[1].page.reload()
    expect(askers[1].help).to_be_visible()
    askers[1].toggle()
    askers[1].expect_talk(askers[1].question, askers[1].answer)
    for one in askers:
        expect(one.help.locator(".unread")).to_have_count(0)
        for other in (each for each in askers if each is not one):
            expect(one.help).not_to_contain_text(other.question)
            expect(one.help).not_to_contain_text(other.answer)
        expect(one.page.locator("body")).not_to_contain_text("proctor-")

    # And an announcement reaches all three, whatever they look at
    told = {"text_zh": "请提前十分钟进入考场。", "text_en": "Enter ten minutes early."}
    office.api(Role.PROCTOR).post(f"/exams/{exam.exam_id}/announcements", told)
    for one in askers:
        expect(one.page.get_by_role("status").filter(has_text=told["text_zh"]).first).to_be_visible()
        expect(one.help.locator("li").filter(has_text=told["text_zh"])).to_have_count(1)
    askers[0].snap("24-help-answered")


def _said_by(one: Asker) -> Sequence[str]:
    more = ("换了手机也不行", "还有别的办法吗") if one.question == QUESTIONS[0] else ()
    return (one.question, *more)


def _answer_is_lost(route: Route, lost: list[str]) -> None:
    """The server hears it, and the page does not hear so."""
    assert route.fetch().ok
    said = route.request.post_data_json
    assert said is not None
    lost.append(str(said["text"]))
    route.abort("connectionreset")


def test_what_is_written_offline_arrives_once(askers: Sequence[Asker], inbox: Inbox) -> None:
    # Given somebody whose first message was lost on its way back: it came, and its answer did not
    one, other, _ = askers
    one.toggle()
    lost: list[str] = []

    one.page.route("**/help", lambda route: _answer_is_lost(route, lost), times=1)
    one.say(one.question)
    one.expect_talk(one.question)
    assert lost == [one.question]

    # When the network is away while two more are written, and the page is even reloaded
    one.context.set_offline(True)
    one.say("断网了")
    one.say("还在吗")
    unsent = one.help.locator("li.pending")
    expect(unsent).to_have_count(2)
    expect(unsent.first).to_contain_text("网络恢复后自动发送")
    one.snap("25-help-unsent")
    other.toggle()
    other.say(other.question)
    expect(inbox.asker(other)).to_contain_text("1 条未回复")
    one.page.reload()

    # Then they arrive by themselves once it is back: in order, once each
    one.context.set_offline(False)
    expect(inbox.asker(one)).to_contain_text("3 条未回复")
    inbox.choose(one)
    inbox.expect_talk(one.question, "断网了", "还在吗")
    one.toggle()
    one.expect_talk(one.question, "断网了", "还在吗")
    expect(unsent).to_have_count(0)
    inbox.choose(other)
    inbox.expect_talk(other.question)
