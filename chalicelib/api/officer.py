"""Routes of the exam officer: exams, roster, paper, schedule, extra time, report."""

import msgspec
from chalice.app import Blueprint

from chalicelib.api.routing import KIB, Call, endpoint
from chalicelib.api.schemas import CreateExam, ExtendTime, Reschedule, UploadPaper, WithReason
from chalicelib.api.views import EntriesView, ExamView, ExtensionsView, exam_view
from chalicelib.domain.exam import DEFAULT_CONSENT, Exam
from chalicelib.domain.paper import Paper, Question
from chalicelib.domain.people import STAFF, Role
from chalicelib.domain.schedule import plan_schedule
from chalicelib.usecases.create_exam import create_exam, exam_text
from chalicelib.usecases.extend_time import extend_time, foresee_extension
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.import_roster import RosterReport, foresee_roster, import_roster
from chalicelib.usecases.publish_exam import publish_exam
from chalicelib.usecases.report_exam import ExamReport, report_exam
from chalicelib.usecases.reschedule_exam import Rescheduling, cancel_exam, dry_reschedule, reschedule_exam
from chalicelib.usecases.talk import read_audit
from chalicelib.usecases.upload_paper import upload_paper

officer = Blueprint(__name__)
OFFICER = frozenset({Role.OFFICER})
ROSTER_LIMIT = 4 * 1024 * KIB
_INSTANTS = ("login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "ends_at")


def _view(call: Call, exam: Exam) -> ExamView:
    return exam_view(exam, call.ports.publications.url(f"bulletins/{exam.exam_id}.json"))


@endpoint(
    officer, "POST", "/exams", roles=OFFICER, body=CreateExam, answers=ExamView, status=201,
    zh="创建考试", en="Create an exam",
)  # fmt: skip
def create(call: Call, body: CreateExam) -> ExamView:
    exam = create_exam(
        call.ports,
        call.caller.subject,
        title_zh=body.title_zh,
        title_en=body.title_en,
        kind=body.kind,
        zone=body.zone,
        schedule=plan_schedule(
            body.starts_at,
            body.ends_at,
            login_opens_at=body.login_opens_at,
            draw_closes_at=body.draw_closes_at,
            entry_opens_at=body.entry_opens_at,
            upload_window_s=body.upload_window_s,
        ),
        hotline=body.hotline,
        process=exam_text(body.process.zh, body.process.en),
        pledge=exam_text(body.pledge.zh, body.pledge.en),
        notice=exam_text(body.notice.zh, body.notice.en),
        consent=exam_text(body.consent.zh, body.consent.en) if body.consent else DEFAULT_CONSENT,
        segment_seconds=body.segment_seconds,
        rehearsal_required=body.rehearsal_required,
    )
    return _view(call, exam)


@endpoint(
    officer, "GET", "/exams", roles=STAFF,
    answers=list[ExamView], zh="考试列表", en="List exams",
)  # fmt: skip
def list_exams(call: Call) -> list[ExamView]:
    return [_view(call, exam) for exam in call.ports.exams.all()]


@endpoint(
    officer, "GET", "/exams/{exam_id}", roles=STAFF,
    answers=ExamView, zh="查看考试", en="See an exam",
)  # fmt: skip
def see_exam(call: Call, exam_id: str) -> ExamView:
    return _view(call, the_exam(call.ports, exam_id))


@endpoint(
    officer, "PUT", "/exams/{exam_id}/roster", roles=OFFICER, body=bytes, answers=RosterReport,
    zh="导入考生名单（CSV）", en="Import the roster (CSV)", limit_bytes=ROSTER_LIMIT, content_type="text/csv",
)  # fmt: skip
def put_roster(call: Call, body: bytes, exam_id: str) -> RosterReport:
    return import_roster(call.ports, exam_id, body, call.caller.subject)


@endpoint(
    officer, "POST", "/exams/{exam_id}/roster/preview", roles=OFFICER, body=bytes, answers=RosterReport,
    zh="预检考生名单（CSV）", en="See what an import would do", limit_bytes=ROSTER_LIMIT,
    content_type="text/csv",
)  # fmt: skip
def preview_roster(call: Call, body: bytes, exam_id: str) -> RosterReport:
    return foresee_roster(call.ports, exam_id, body)


@endpoint(
    officer, "PUT", "/exams/{exam_id}/paper", roles=OFFICER, body=UploadPaper, answers=ExamView,
    zh="上传试卷", en="Upload the paper", limit_bytes=1024 * KIB,
)  # fmt: skip
def put_paper(call: Call, body: UploadPaper, exam_id: str) -> ExamView:
    paper = Paper(
        body.title, tuple(Question(q.number, q.text, q.preparation_s, q.answer_s) for q in body.questions)
    )
    return _view(
        call, upload_paper(call.ports, exam_id, paper, msgspec.json.encode(paper), call.caller.subject)
    )


@endpoint(
    officer, "POST", "/exams/{exam_id}/publish", roles=OFFICER, answers=ExamView,
    zh="发布考试", en="Publish the exam",
)  # fmt: skip
def publish(call: Call, exam_id: str) -> ExamView:
    return _view(call, publish_exam(call.ports, exam_id, call.caller.subject))


@endpoint(
    officer, "POST", "/exams/{exam_id}/reschedule", roles=OFFICER, body=Reschedule, answers=Rescheduling,
    zh="调整时间", en="Reschedule",
)  # fmt: skip
def reschedule(call: Call, body: Reschedule, exam_id: str) -> Rescheduling:
    instants = {name: at for name in _INSTANTS if (at := getattr(body, name)) is not None}
    if body.dry_run:
        return dry_reschedule(call.ports, exam_id, instants)
    by = call.caller.subject
    return reschedule_exam(call.ports, exam_id, instants, body.reason, by, body.seen_version)


@endpoint(
    officer, "POST", "/exams/{exam_id}/cancel", roles=OFFICER, body=WithReason, answers=ExamView,
    zh="取消考试", en="Cancel the exam",
)  # fmt: skip
def cancel(call: Call, body: WithReason, exam_id: str) -> ExamView:
    return _view(call, cancel_exam(call.ports, exam_id, body.reason, call.caller.subject))


@endpoint(
    officer, "POST", "/exams/{exam_id}/extensions", roles=OFFICER, body=ExtendTime, answers=ExtensionsView,
    zh="延长考生时间", en="Give candidates extra time",
)  # fmt: skip
def extend(call: Call, body: ExtendTime, exam_id: str) -> ExtensionsView:
    if body.dry_run:
        changes = foresee_extension(call.ports, exam_id, body.ticket_nos, body.extra_time_s)
    else:
        by = call.caller.subject
        changes = extend_time(
            call.ports, exam_id, body.ticket_nos, body.extra_time_s, body.reason, by, body.seen
        )
    return ExtensionsView(dry_run=body.dry_run, changes=list(changes))


@endpoint(
    officer, "GET", "/exams/{exam_id}/report", roles=frozenset({Role.OFFICER, Role.SUPPORT, Role.GRADER}),
    answers=ExamReport, zh="考试报告", en="The exam's report",
)  # fmt: skip
def report(call: Call, exam_id: str) -> ExamReport:
    return report_exam(call.ports, exam_id, call.caller.role, call.page)


@endpoint(
    officer, "GET", "/exams/{exam_id}/audit", roles=frozenset({Role.OFFICER, Role.SUPPORT}),
    answers=EntriesView, zh="审计记录", en="The audit",
)  # fmt: skip
def audit_trail(call: Call, exam_id: str) -> EntriesView:
    return EntriesView(entries=list(read_audit(call.ports, exam_id, call.after)))
