"""Routes of both devices: binding the phone, recordings, heartbeats, events, help."""

import re

from chalice.app import Blueprint

from chalicelib.api.routing import ANYONE, Call, endpoint
from chalicelib.api.schemas import AskHelp, BindPhone, CloseRecording, DeclareSegment, Heartbeat, ReportEvents
from chalicelib.api.views import (
    BoundPhoneView,
    Done,
    EntriesView,
    RecordingsView,
    RecordingView,
    SegmentView,
    recording_view,
    segment_view,
    session_view,
)
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.facts import ExpectedPart
from chalicelib.domain.people import Role
from chalicelib.domain.recording import Declaration, Kind
from chalicelib.domain.schedule import utc
from chalicelib.usecases.bind_evidence import bind_phone
from chalicelib.usecases.declare_segment import (
    close_recording,
    complete_segment,
    declare_held_segment,
    declare_segment,
)
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.keep_in_touch import Event, Pulse, heartbeat, report_events
from chalicelib.usecases.list_recordings import list_recordings
from chalicelib.usecases.talk import ask_help, hear_answers

evidence = Blueprint(__name__)
DEVICES = frozenset({Role.CANDIDATE, Role.PHONE})
# A desktop that was moved away from has recordings to deliver, and nothing to say.
DELIVERERS = DEVICES | {Role.FORMER}
MAY_RECORD = {
    Role.CANDIDATE: (Kind.CAMERA, Kind.SCREEN),
    Role.PHONE: (Kind.EVIDENCE,),
    Role.FORMER: (Kind.CAMERA, Kind.SCREEN),
}


@endpoint(
    evidence, "POST", "/phones/{invitation_id}/bind", roles=ANYONE, body=BindPhone, answers=BoundPhoneView,
    status=201, zh="手机扫码绑定", en="Bind the phone that scanned",
)  # fmt: skip
def bind(call: Call, body: BindPhone, invitation_id: str) -> BoundPhoneView:
    bound = bind_phone(
        call.ports, invitation_id, body.secret, body.device_key.domain(), consents=body.consents
    )
    exam = the_exam(call.ports, bound.opened.session.exam_id or "")
    return BoundPhoneView(
        session=session_view(bound.opened),
        next_segment_no=bound.next_segment_no,
        segment_seconds=exam.segment_seconds,
    )


def _kind(call: Call, kind: str) -> Kind:
    """The recording that the path names, if the caller's device makes such.

    Raises
    ------
    NotFound, Forbidden
    """
    if kind not in Kind:
        raise NotFound(what="recording")
    if Kind(kind) not in MAY_RECORD[call.caller.role]:
        raise Forbidden(role=call.caller.role.value)
    return Kind(kind)


@endpoint(
    evidence, "POST", "/recordings/{kind}/segments", roles=DELIVERERS, body=DeclareSegment,
    answers=SegmentView, zh="登记片段并获取上传地址", en="Declare a segment and get URLs for what is missing",
)  # fmt: skip
def declare(call: Call, body: DeclareSegment, kind: str) -> SegmentView:
    declared = Declaration(
        segment_no=body.segment_no,
        started_at=utc(body.started_at),
        ended_at=utc(body.ended_at),
        mime_type=body.mime_type,
        size_bytes=body.size_bytes,
        sha256=body.sha256,
        parts=tuple(ExpectedPart(part.size_bytes, part.sha256) for part in body.parts),
        previous_sha256=body.previous_sha256,
    )
    wanted = _kind(call, kind)
    if call.caller.role is Role.FORMER:
        return segment_view(declare_held_segment(call.ports, call.caller, wanted, declared))
    return segment_view(declare_segment(call.ports, call.sitting_id, wanted, declared))


@endpoint(
    evidence, "POST", "/recordings/{kind}/segments/{segment_no}/complete", roles=DELIVERERS,
    answers=SegmentView, zh="片段上传完成", en="Complete a segment",
)  # fmt: skip
def complete(call: Call, kind: str, segment_no: str) -> SegmentView:
    if not re.fullmatch("[0-9]{1,5}", segment_no):
        raise NotFound(what="segment")
    return segment_view(complete_segment(call.ports, call.sitting_id, _kind(call, kind), int(segment_no)))


@endpoint(
    evidence, "POST", "/recordings/{kind}/close", roles=DEVICES, body=CloseRecording, answers=RecordingView,
    zh="录像结束", en="Close a recording",
)  # fmt: skip
def close(call: Call, body: CloseRecording, kind: str) -> RecordingView:
    wanted = _kind(call, kind)
    close_recording(call.ports, call.sitting_id, wanted, body.last_segment_no, call.caller.session_id)
    return recording_view(list_recordings(call.ports, call.sitting_id, (wanted,))[0])


@endpoint(
    evidence, "GET", "/recordings", roles=DELIVERERS, answers=RecordingsView,
    zh="录像到达情况", en="What arrived",
)  # fmt: skip
def recordings(call: Call) -> RecordingsView:
    # The desktop shows how far the phone is.
    kinds = tuple(Kind) if call.caller.role is Role.CANDIDATE else MAY_RECORD[call.caller.role]
    states = list_recordings(call.ports, call.sitting_id, kinds)
    return RecordingsView(recordings=[recording_view(state) for state in states])


@endpoint(
    evidence, "POST", "/heartbeat", roles=DEVICES, body=Heartbeat, answers=Pulse, zh="心跳", en="Heartbeat"
)
def beat(call: Call, body: Heartbeat) -> Pulse:
    told = {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not None}
    return heartbeat(call.ports, call.caller, told)


@endpoint(
    evidence, "POST", "/events", roles=DEVICES, body=ReportEvents, answers=Done, status=201,
    zh="上报事件", en="Report integrity events",
)  # fmt: skip
def events(call: Call, body: ReportEvents) -> Done:
    seen = [Event(e.event_no, e.kind, utc(e.at), e.details) for e in body.events]
    report_events(call.ports, call.caller, seen)
    return Done(now=call.ports.clock.now())


@endpoint(
    evidence, "POST", "/help", roles=frozenset({Role.CANDIDATE}), body=AskHelp, answers=Done, status=201,
    zh="求助", en="Ask a proctor",
)  # fmt: skip
def ask(call: Call, body: AskHelp) -> Done:
    ask_help(call.ports, call.sitting_id, body.text, body.message_id)
    return Done(now=call.ports.clock.now())


@endpoint(
    evidence, "GET", "/help", roles=frozenset({Role.CANDIDATE}), answers=EntriesView,
    zh="求助对话", en="The help chat",
)  # fmt: skip
def read(call: Call) -> EntriesView:
    return EntriesView(entries=list(hear_answers(call.ports, call.sitting_id, call.after)))
