"""Routes of proctors and support: admissions, board, chat, announcements, sessions, locks, verdicts."""

import re
from functools import partial

from chalice.app import Blueprint

from chalicelib.api.routing import Call, endpoint
from chalicelib.api.schemas import Announce, Decide, OverrideVerdict, Say, WithReason
from chalicelib.api.views import (
    AdmissionView,
    ArrivalsView,
    Done,
    EntriesView,
    InvitationView,
    admission_view,
    arrivals_view,
    invitation_view,
)
from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Admission, Role
from chalicelib.domain.recording import Kind
from chalicelib.usecases.find import the_candidate, the_sitting
from chalicelib.usecases.keep_photo import portrait_base64
from chalicelib.usecases.list_recordings import list_recordings
from chalicelib.usecases.log_in import decide_admission, pending_admissions
from chalicelib.usecases.move_session import move_session
from chalicelib.usecases.override_verdict import override_verdict
from chalicelib.usecases.play_segment import Playback, play_segment
from chalicelib.usecases.report_exam import BoardPage, view_board
from chalicelib.usecases.talk import announce, answer_help, read_events, read_help, read_inbox
from chalicelib.usecases.unlock_ticket import LockedTicket, locked_tickets, unlock_ticket

proctor = Blueprint(__name__)
PROCTOR = frozenset({Role.PROCTOR})
WITH_PHOTO = 60
"""So many portraits of about 20 KB fit the gateway's six megabytes with room to spare."""

WATCHERS = frozenset({Role.PROCTOR, Role.OFFICER, Role.SUPPORT})


@endpoint(
    proctor, "GET", "/exams/{exam_id}/admissions", roles=PROCTOR, answers=list[AdmissionView],
    zh="待人工核验的考生", en="Who waits for admission",
)  # fmt: skip
def admissions(call: Call, exam_id: str) -> list[AdmissionView]:
    waiting = pending_admissions(call.ports, exam_id)
    shown = [candidate.ticket_no for _, candidate in waiting[:WITH_PHOTO]]
    photos = dict(
        zip(shown, call.ports.crew(partial(portrait_base64, call.ports, exam_id), shown), strict=True)
    )
    return [
        admission_view(
            invitation,
            candidate,
            photos.get(candidate.ticket_no),
            photo_later=candidate.ticket_no not in photos,
        )
        for invitation, candidate in waiting
    ]


@endpoint(
    proctor, "POST", "/admissions/{invitation_id}/decide", roles=PROCTOR, body=Decide, answers=AdmissionView,
    zh="人工核验决定", en="Admit or refuse",
)  # fmt: skip
def decide(call: Call, body: Decide, invitation_id: str) -> AdmissionView:
    decided = decide_admission(
        call.ports, invitation_id, call.caller.subject, body.reason, Admission(body.decision)
    )
    candidate = the_candidate(call.ports, decided.exam_id, decided.ticket_no)
    return admission_view(decided, candidate, portrait_base64(call.ports, decided.exam_id, decided.ticket_no))


@endpoint(
    proctor, "GET", "/exams/{exam_id}/board", roles=WATCHERS, answers=BoardPage,
    zh="考场看板", en="The live board",
)  # fmt: skip
def board(call: Call, exam_id: str) -> BoardPage:
    return view_board(call.ports, exam_id, call.page)


@endpoint(
    proctor, "POST", "/exams/{exam_id}/announcements", roles=frozenset({Role.PROCTOR, Role.OFFICER}),
    body=Announce, answers=Done, status=201, zh="发布通知", en="Tell everyone",
)  # fmt: skip
def tell_everyone(call: Call, body: Announce, exam_id: str) -> Done:
    announce(call.ports, exam_id, body.text_zh, body.text_en, call.caller.subject, body.announcement_id)
    return Done(now=call.ports.clock.now())


@endpoint(
    proctor, "GET", "/exams/{exam_id}/help", roles=PROCTOR, answers=EntriesView,
    zh="求助列表", en="The help inbox",
)  # fmt: skip
def inbox(call: Call, exam_id: str) -> EntriesView:
    return EntriesView(entries=list(read_inbox(call.ports, exam_id, call.after)))


@endpoint(
    proctor, "GET", "/sittings/{sitting_id}/help", roles=PROCTOR, answers=EntriesView,
    zh="与考生的对话", en="The talk with a candidate",
)  # fmt: skip
def talk(call: Call, sitting_id: str) -> EntriesView:
    return EntriesView(entries=list(read_help(call.ports, sitting_id, call.after)))


@endpoint(
    proctor, "POST", "/sittings/{sitting_id}/help", roles=PROCTOR, body=Say, answers=Done, status=201,
    zh="回复考生", en="Answer a candidate",
)  # fmt: skip
def answer(call: Call, body: Say, sitting_id: str) -> Done:
    answer_help(call.ports, sitting_id, body.text, call.caller.subject)
    return Done(now=call.ports.clock.now())


@endpoint(
    proctor, "GET", "/sittings/{sitting_id}/events", roles=WATCHERS, answers=EntriesView,
    zh="考生事件", en="Integrity events of a sitting",
)  # fmt: skip
def sitting_events(call: Call, sitting_id: str) -> EntriesView:
    return EntriesView(entries=list(read_events(call.ports, sitting_id, call.after)))


@endpoint(
    proctor, "GET", "/sittings/{sitting_id}/recordings", roles=WATCHERS, answers=ArrivalsView,
    zh="考生录像到达情况", en="What arrived of a sitting",
)  # fmt: skip
def sitting_recordings(call: Call, sitting_id: str) -> ArrivalsView:
    the_sitting(call.ports, sitting_id)
    return arrivals_view(list_recordings(call.ports, sitting_id))


@endpoint(
    proctor, "GET", "/sittings/{sitting_id}/segments/{kind}/{segment_no}/playback",
    roles=frozenset({Role.PROCTOR, Role.SUPPORT}), answers=Playback,
    zh="查看录像片段", en="Look at a segment",
)  # fmt: skip
def playback(call: Call, sitting_id: str, kind: str, segment_no: str) -> Playback:
    if kind not in Kind or not re.fullmatch("[0-9]{1,5}", segment_no, re.ASCII):
        raise NotFound(what="segment")
    return play_segment(call.ports, sitting_id, Kind(kind), int(segment_no), call.caller.subject)


@endpoint(
    proctor, "POST", "/sittings/{sitting_id}/move-session", roles=PROCTOR, body=WithReason,
    answers=InvitationView, status=201, zh="转移考生登录", en="Move a session to another device",
)  # fmt: skip
def move(call: Call, body: WithReason, sitting_id: str) -> InvitationView:
    return invitation_view(move_session(call.ports, sitting_id, body.reason, call.caller.subject))


@endpoint(
    proctor, "POST", "/sittings/{sitting_id}/override", roles=frozenset({Role.SUPPORT}), body=OverrideVerdict,
    answers=Done, zh="人工改判完整性结论", en="Override a verdict",
)  # fmt: skip
def override(call: Call, body: OverrideVerdict, sitting_id: str) -> Done:
    override_verdict(call.ports, sitting_id, body.verdict, body.reason, call.caller.subject)
    return Done(now=call.ports.clock.now())


@endpoint(
    proctor, "GET", "/exams/{exam_id}/locked-tickets", roles=WATCHERS, answers=list[LockedTicket],
    zh="人脸登录被锁定的准考证号", en="Tickets whose face login is locked",
)  # fmt: skip
def locked(call: Call, exam_id: str) -> list[LockedTicket]:
    return locked_tickets(call.ports, exam_id)


@endpoint(
    proctor, "POST", "/exams/{exam_id}/tickets/{ticket_no}/unlock", roles=frozenset({Role.SUPPORT}),
    body=WithReason, answers=Done, zh="解锁准考证号", en="Unlock a ticket",
)  # fmt: skip
def unlock(call: Call, body: WithReason, exam_id: str, ticket_no: str) -> Done:
    unlock_ticket(call.ports, exam_id, ticket_no, body.reason, call.caller.subject)
    return Done(now=call.ports.clock.now())
