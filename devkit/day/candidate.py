"""A virtual candidate, who lives through the day with a desktop and a phone as the scenario has it."""

import threading
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from devkit.client import ApiError, Progress, RecordingKind, SegmentLost, SegmentRotted
from devkit.day.desktop import Desktop
from devkit.day.diary import Diary
from devkit.day.mishaps import LOST_SEGMENT_NO, ForgetfulDisk, damage_on_the_wire
from devkit.day.network import Network
from devkit.day.phone import Phone
from devkit.day.plan import DayPlan
from devkit.day.results import KINDS
from devkit.day.scenarios import Scenario, Trait
from devkit.day.world import World
from devkit.tapes import Tape

_FACE_TRIES: Final = 3
_RELOAD_S: Final = 1.5
_LEAST_BEAT_S: Final = 6.0
_LAST_BEAT_S: Final = 2.5
"""How long a page stays open after the uploads were due, to be told that all is verified."""


class Candidate:
    """One person of the roster; `live` is run in a thread of its own."""

    def __init__(self, world: World, ticket_no: str, name: str, id_tail: str, scenario: Scenario) -> None:
        self.ticket_no: Final = ticket_no
        self.name: Final = name
        self.scenario: Final = scenario
        self.diary: Final = Diary()
        self._world: Final = world
        self._id_tail: Final = id_tail
        self._rng: Final = Random(f"{world.seed} {ticket_no}")
        disk = ForgetfulDisk("camera", LOST_SEGMENT_NO) if self._is("loses_segment") else None
        self.desktop = Desktop(world, ticket_no, Network(), disk)
        self.phone: Final = Phone(world, ticket_no, Network())
        self._tapes: Final = self._choose_tapes()

    def live(self) -> None:
        """Live through the day; what goes wrong without being asked for is kept in the diary."""
        try:
            self._live()
        except Exception as error:
            # Whatever it is, it is this candidate's result, and no reason to end the day.
            self.diary.stumble(f"{type(error).__name__}: {error}")
        finally:
            self.desktop.switch_off()
            self.phone.switch_off()

    @property
    def _plan(self) -> DayPlan:
        return self._world.plan

    def _is(self, trait: Trait) -> bool:
        return trait in self.scenario.traits

    def _live(self) -> None:
        if self._is("absent"):
            return
        self.desktop.learn_time()
        if self._is("logs_in_after_start"):
            self._come_too_late()
            return
        self._log_in()
        self._prepare()
        if self._is("never_pledges"):
            self._be_refused_entry()
            return
        self._enter()
        ended_at = self._sit()
        self._deliver(ended_at)

    def _come_too_late(self) -> None:
        self.desktop.wait_for(lambda plan: plan.during_exam(0.1))
        try:
            self.desktop.log_in(self._id_tail)
        except ApiError as refused:
            if refused.code == "step_refused" and refused.details.get("reason") == "too_late":
                self.diary.observe("login_refused")
            self.diary.note("refused", ("登录被拒", "login refused"), self.desktop.clock.now())

    def _log_in(self) -> None:
        window_s = (self._plan.entry_opens_at - self._plan.login_opens_at).total_seconds()
        self.desktop.wait_until(
            self._plan.login_opens_at + timedelta(seconds=0.2 + self._rng.random() * window_s * 0.4)
        )
        by_face = self._log_in_by_face()
        if not by_face:
            self.desktop.log_in(self._id_tail)
        self.diary.observe("face_login" if by_face else "manual_login")
        words = ("人脸登录", "logged in by face") if by_face else ("登录", "logged in")
        self.diary.note("login", words, self.desktop.clock.now())
        self._world.board.reach("logged_in")
        if self._is("second_login"):
            self._let_another_try()

    def _log_in_by_face(self) -> bool:
        """Whether the candidate has a face and came in by it; the alternative stands open.

        Who is refused tries again, as the page says: a made-up head comes back to its pose by chance now and
        then, as a still picture does.
        """
        film = self._world.booth.film_of(self.ticket_no) if self._world.booth else None
        if film is None:
            return False
        tries = 0
        while True:
            tries += 1
            try:
                self.desktop.log_in_by_face(self._id_tail, film)
            except ApiError as refused:
                if refused.code != "face_refused" or tries == _FACE_TRIES:
                    self.diary.stumble(f"face login: {refused.code} {refused.details}")
                    return False
                self.diary.note("refused", ("人脸未通过", "face refused"), self.desktop.clock.now())
            else:
                return True

    def _let_another_try(self) -> None:
        """Somebody who knows the ticket and the ID number tries to log in elsewhere."""
        stranger = Desktop(self._world, self.ticket_no, Network(), place="elsewhere")
        try:
            stranger.log_in(self._id_tail)
        except ApiError as refused:
            if refused.code == "already_signed_in":
                self.diary.observe("second_login_refused")
            self.diary.note("refused", ("二次登录被拒", "second login refused"), self.desktop.clock.now())

    def _prepare(self) -> None:
        texts = self.desktop.texts()
        self.desktop.accept("read-process", texts.process.sha256)
        self._bind_phone()
        if not self._is("never_draws"):
            self.desktop.draw_lot()
            self.diary.note("drew", ("抽签", "drew"), self.desktop.clock.now())
            self._world.board.reach("drawn")
        else:
            self._be_given_a_lot()
        if not self._is("never_pledges"):
            self.desktop.accept("accept-pledge", texts.pledge.sha256)
            self.desktop.accept("accept-notice", texts.notice.sha256)

    def _be_given_a_lot(self) -> None:
        """Wait for the number that everyone gets when the draw closes."""
        self.desktop.wait_for(lambda plan: plan.entry_opens_at + timedelta(seconds=0.5))
        while self.desktop.sitting().lot_number is None:
            self.desktop.clock.sleep(1.0)

    def _bind_phone(self) -> None:
        qr_code = self.desktop.show_qr_code()
        self.phone.learn_time()
        self.phone.scan(qr_code)
        self.phone.start_recording(self._tapes.get("evidence"))
        bound_at = self.phone.clock.now()
        self.diary.note("bound", ("绑定", "phone bound"), bound_at)
        self._world.board.reach("bound")
        if self._is("evidence_late") or self._is("evidence_too_late"):
            self.phone.network.cut()
        self.phone.start_uploading()

    def _be_refused_entry(self) -> None:
        self.desktop.wait_for(lambda plan: plan.entry_opens_at + timedelta(seconds=1))
        try:
            self.desktop.take_when_open("enter")
        except ApiError as refused:
            if refused.code == "step_refused":
                self.diary.observe("entry_refused")
            self.diary.note("refused", ("进场被拒", "entry refused"), self.desktop.clock.now())
        self.phone.wait_for(lambda plan: plan.starts_at)
        self.phone.stop_recording(self._plan.starts_at)

    def _enter(self) -> None:
        window_s = (self._plan.starts_at - self._plan.entry_opens_at).total_seconds()
        after = timedelta(seconds=0.7 + self._rng.random() * window_s * 0.25)
        self.desktop.wait_for(lambda plan: plan.entry_opens_at + after)
        # Cameras run from the click on, so that no second is lost to a slow answer.
        self.desktop.start_recording(self._desktop_tapes())
        self.desktop.take_when_open("enter")
        self.diary.note("entered", ("进场", "entered"), self.desktop.clock.now())
        if self._is("damaged_part"):
            damage_on_the_wire(self.desktop, "camera", self.diary, rots_too=False)
        if self._is("damaged_for_good"):
            damage_on_the_wire(self.desktop, "screen", self.diary, rots_too=True)
        self.desktop.start_uploading()
        self.desktop.take("confirm-devices")
        sitting = self.desktop.take("confirm-identity")
        self._world.board.reach("in_room")
        threading.Thread(target=self._read_paper, args=(sitting.bulletin_url,), daemon=True).start()

    def _read_paper(self, bulletin_url: str) -> None:
        """Fetch the sealed paper before T0, and open it when the key comes out."""
        try:
            sealed, bulletin = self.desktop.sealed_paper(bulletin_url)
            early = self.desktop.clock.now() < self._plan.starts_at - timedelta(seconds=0.5)
            if early and bulletin.paper is not None and bulletin.paper.key is not None:
                self.diary.stumble("the paper's key was public before T0")
            self.desktop.wait_for(lambda plan: plan.starts_at)
            paper = self.desktop.open_paper(sealed, bulletin_url, self._plan.ends_at)
        except Exception as error:
            # Whatever it is: this candidate saw no question.
            self.diary.stumble(f"no question: {type(error).__name__}: {error}")
            return
        if paper is None:
            self.diary.stumble("the question never appeared")
        else:
            self._world.board.reach("question_seen")

    def _desktop_tapes(self) -> dict[RecordingKind, Tape]:
        return {kind: tape for kind, tape in self._tapes.items() if kind != "evidence"}

    def _choose_tapes(self) -> dict[RecordingKind, Tape]:
        tapes: dict[RecordingKind, Tape] = {
            "camera": self._world.tapes.camera,
            "screen": self._world.tapes.screen,
        }
        if self._is("browser_recordings"):
            tapes |= {kind: self._rng.choice(files) for kind in KINDS if (files := self._world.browser[kind])}
        return tapes

    def _sit(self) -> datetime:
        """Sit through the exam with its troubles; return when it ended for this candidate."""
        self.desktop.wait_for(lambda plan: plan.starts_at)
        if self._is("loses_network"):
            self._lose_network()
        if self._is("crashes"):
            self._crash()
        if self._is("finishes_early"):
            self.desktop.wait_until(self._plan.during_exam(0.6))
            self.desktop.take("finish")
            ended_at = self.desktop.clock.now()
        else:
            ended_at = self._sit_to_the_end()
        self.desktop.stop_recording(ended_at)
        self.phone.stop_recording(max(ended_at, self.phone.clock.now()))
        self.diary.note("finished", ("结束", "finished"), ended_at)
        self._world.board.reach("finished")
        return ended_at

    def _sit_to_the_end(self) -> datetime:
        """Wait for the deadline, which heartbeats may move."""
        ends_at = self._plan.ends_at
        beat_s = max(_LEAST_BEAT_S, self._plan.segment_s / 2)
        while (left_s := (ends_at - self.desktop.clock.now()).total_seconds()) > _LAST_BEAT_S:
            self.desktop.clock.sleep(min(left_s - _LAST_BEAT_S + 0.1, beat_s))
            pulse = self.desktop.heartbeat()
            if pulse is not None and pulse.ends_at > ends_at:
                ends_at = pulse.ends_at
                self.diary.observe("extra_time")
        self.desktop.wait_until(ends_at)
        return ends_at

    def _lose_network(self) -> None:
        self.desktop.wait_until(self._plan.during_exam(0.1))
        lost_at = self.desktop.clock.now()
        for device in (self.desktop, self.phone):
            device.network.cut()
        if self.desktop.heartbeat() is None:
            self.diary.observe("offline")
        self.desktop.wait_until(self._plan.during_exam(0.65))
        for device in (self.desktop, self.phone):
            device.network.mend()
        self.diary.note("offline", ("断网", "offline"), lost_at, self.desktop.clock.now(), KINDS)

    def _crash(self) -> None:
        self.desktop.wait_until(self._plan.during_exam(0.4))
        self.diary.note("crash", ("崩溃", "crashed"), self.desktop.clock.now())
        left = self.desktop.crash()
        threading.Event().wait(_RELOAD_S)
        self.desktop = Desktop(self._world, self.ticket_no, Network())
        self.desktop.learn_time()
        self.desktop.resume()
        self.desktop.rescue(left, self._desktop_tapes())
        self.desktop.start_recording(self._desktop_tapes())
        self.desktop.start_uploading()
        self.diary.observe("resumed")

    def _deliver(self, ended_at: datetime) -> None:
        """Wait until all is verified, or the time for uploads is over."""
        due_at = ended_at + timedelta(seconds=self._plan.upload_window_s)
        if self._is("evidence_late"):
            self._deliver_evidence(self.phone.clock.now() + timedelta(seconds=5), due_at)
        if self._is("evidence_too_late"):
            self._deliver_evidence(due_at + timedelta(seconds=1.5), due_at + timedelta(seconds=8))
        over_at = due_at + self._plan.verdict_patience
        desktop = self.desktop.deliver_until(over_at)
        phone = self.phone.deliver_until(over_at)
        self._draw_conclusions(desktop, phone)

    def _deliver_evidence(self, back_at: datetime, until: datetime) -> None:
        """Come back from airplane mode."""
        self.phone.wait_until(back_at)
        bound = next(m.at for m in self.diary.moments if m.sign == "bound")
        self.phone.network.mend()
        away_since = datetime.fromtimestamp(bound.start_ms / 1000, UTC)
        words = ("手机飞行模式", "phone in airplane mode")
        self.diary.note("offline", words, away_since, self.phone.clock.now(), ("evidence",))
        self.phone.deliver_until(until)

    def _draw_conclusions(self, desktop: Progress, phone: Progress) -> None:
        given_up = [*desktop.given_up.values(), *phone.given_up.values()]
        if any(isinstance(error, SegmentLost) for error in given_up):
            self.diary.observe("segment_lost")
        if any(isinstance(error, SegmentRotted) for error in given_up):
            self.diary.observe("segment_rotted")
        refused = [error for error in phone.given_up.values() if isinstance(error, ApiError)]
        if refused and all(error.code == "step_refused" for error in refused):
            self.diary.observe("evidence_refused")
        if phone.settled and not phone.given_up:
            self.diary.observe("evidence_delivered")
        self._world.board.reach("delivered")
