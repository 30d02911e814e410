"""Routes of the candidate's desktop: from login to receipt."""

from chalice.app import Blueprint

from chalicelib.api.routing import ANYONE, Call, endpoint
from chalicelib.api.schemas import (
    AcceptText,
    AskChallenge,
    Claim,
    ClaimWithKey,
    FaceLogin,
    RequestLogin,
    Resume,
    Say,
)
from chalicelib.api.views import (
    ChallengeView,
    Done,
    IdentityView,
    InvitationView,
    LotView,
    SessionView,
    TextsView,
    challenge_view,
    invitation_view,
    session_view,
)
from chalicelib.domain.flow import Action
from chalicelib.domain.people import Role
from chalicelib.usecases.bind_evidence import invite_phone
from chalicelib.usecases.face_login import FaceLoginAsked, log_in_by_face
from chalicelib.usecases.find import the_exam, the_sitting
from chalicelib.usecases.keep_photo import portrait_base64
from chalicelib.usecases.log_in import claim_login, request_login
from chalicelib.usecases.move_session import claim_move
from chalicelib.usecases.open_session import resume_session
from chalicelib.usecases.set_challenge import set_challenge
from chalicelib.usecases.take_step import accept_text, enter, finish, report_identity_error, take_step
from chalicelib.usecases.view_sitting import SittingView, sitting_view, view_sitting

candidate = Blueprint(__name__)
CANDIDATE = frozenset({Role.CANDIDATE})
KIB = 1024


@endpoint(
    candidate, "POST", "/exams/{exam_id}/logins", roles=ANYONE, body=RequestLogin, answers=InvitationView,
    status=202, zh="申请人工核验登录", en="Ask for manual admission",
)  # fmt: skip
def ask_login(call: Call, body: RequestLogin, exam_id: str) -> InvitationView:
    device_key = body.device_key.domain()
    invited = request_login(call.ports, exam_id, body.ticket_no, body.id_tail, device_key, call.address)
    return invitation_view(invited)


@endpoint(
    candidate, "POST", "/exams/{exam_id}/face-challenges", roles=ANYONE, body=AskChallenge,
    answers=ChallengeView, status=201, zh="申请人脸登录的转头验证", en="Ask for a face login's head turns",
)  # fmt: skip
def ask_challenge(call: Call, body: AskChallenge, exam_id: str) -> ChallengeView:
    return challenge_view(set_challenge(call.ports, exam_id, body.ticket_no, body.id_tail, call.address))


@endpoint(
    candidate, "POST", "/exams/{exam_id}/face-logins", roles=ANYONE, body=FaceLogin, answers=SessionView,
    status=201, zh="人脸登录", en="Log in by face", limit_bytes=4 * 1024 * KIB,
)  # fmt: skip
def face_login(call: Call, body: FaceLogin, exam_id: str) -> SessionView:
    asked = FaceLoginAsked(
        exam_id=exam_id,
        ticket_no=body.ticket_no,
        id_tail=body.id_tail,
        device_key=body.device_key.domain(),
        challenge_id=body.challenge_id,
        consent_sha256=body.consent.text_sha256 if body.consent else None,
        frames=body.frames,
        address=call.address,
    )
    return session_view(log_in_by_face(call.ports, asked))


@endpoint(
    candidate, "POST", "/logins/{invitation_id}/claim", roles=ANYONE, body=Claim, answers=SessionView,
    status=201, zh="核验通过后领取登录", en="Claim an admitted login",
)  # fmt: skip
def claim(call: Call, body: Claim, invitation_id: str) -> SessionView:
    return session_view(claim_login(call.ports, invitation_id, body.secret))


@endpoint(
    candidate, "POST", "/moves/{invitation_id}/claim", roles=ANYONE, body=ClaimWithKey, answers=SessionView,
    status=201, zh="在新设备上接续登录", en="Take a moved session over",
)  # fmt: skip
def take_over(call: Call, body: ClaimWithKey, invitation_id: str) -> SessionView:
    return session_view(claim_move(call.ports, invitation_id, body.secret, body.device_key.domain()))


@endpoint(
    candidate, "POST", "/sessions/resume", roles=ANYONE, body=Resume, answers=SessionView, status=201,
    zh="凭浏览器密钥恢复登录", en="Resume by the browser's key",
)  # fmt: skip
def resume(call: Call, body: Resume) -> SessionView:
    return session_view(resume_session(call.ports, body.session_id, body.signed_at, body.signature))


@endpoint(
    candidate, "GET", "/sitting", roles=frozenset({Role.CANDIDATE, Role.PHONE}), answers=SittingView,
    zh="我的考试状态", en="My sitting",
)  # fmt: skip
def my_sitting(call: Call) -> SittingView:
    return view_sitting(call.ports, call.sitting_id)


@endpoint(
    candidate, "GET", "/sitting/identity", roles=CANDIDATE, answers=IdentityView,
    zh="我的身份信息", en="Who I am on the roster",
)  # fmt: skip
def identity(call: Call) -> IdentityView:
    sitting = view_sitting(call.ports, call.sitting_id)
    return IdentityView(
        name=sitting.name,
        ticket_no=sitting.ticket_no,
        lot_number=sitting.lot_number,
        photo_jpeg_base64=portrait_base64(call.ports, sitting.exam_id, sitting.ticket_no),
    )


@endpoint(
    candidate, "GET", "/sitting/texts", roles=CANDIDATE, answers=TextsView,
    zh="流程、承诺书和须知", en="Process, pledge and notice",
)  # fmt: skip
def texts(call: Call) -> TextsView:
    exam = the_exam(call.ports, the_sitting(call.ports, call.sitting_id).exam_id)
    return TextsView(process=exam.process, pledge=exam.pledge, notice=exam.notice)


def _step(call: Call, action: Action) -> SittingView:
    return sitting_view(call.ports, take_step(call.ports, call.sitting_id, action))


def _accept(call: Call, body: AcceptText, action: Action) -> SittingView:
    return sitting_view(call.ports, accept_text(call.ports, call.sitting_id, action, body.text_sha256))


@endpoint(
    candidate, "POST", "/sitting/check-device", roles=CANDIDATE, answers=SittingView,
    zh="设备准备完成", en="Device check done",
)  # fmt: skip
def check_device(call: Call) -> SittingView:
    return _step(call, Action.CHECK_DEVICE)


@endpoint(
    candidate, "POST", "/sitting/read-process", roles=CANDIDATE, body=AcceptText, answers=SittingView,
    zh="已阅读考试流程", en="Process read",
)  # fmt: skip
def read_process(call: Call, body: AcceptText) -> SittingView:
    return _accept(call, body, Action.READ_PROCESS)


@endpoint(
    candidate, "POST", "/sitting/phone-link", roles=CANDIDATE, answers=InvitationView, status=201,
    zh="生成佐证绑定二维码", en="Make the phone's link",
)  # fmt: skip
def phone_link(call: Call) -> InvitationView:
    invited = invite_phone(call.ports, call.sitting_id)
    # The secret stands behind '#': it never reaches a server log on the way.
    fragment = f"{invited.invitation.invitation_id}.{invited.secret}"
    return invitation_view(invited, f"{call.ports.site_url}/phone#{fragment}")


@endpoint(
    candidate, "POST", "/sitting/draw-lot", roles=CANDIDATE, answers=LotView,
    zh="抽签", en="Draw a lot",
)  # fmt: skip
def draw_lot(call: Call) -> LotView:
    sitting = take_step(call.ports, call.sitting_id, Action.DRAW_LOT)
    lottery = the_exam(call.ports, sitting.exam_id).lottery
    return LotView(
        lot_number=sitting.lot_number or 0,
        commitment=lottery.commitment if lottery else "",
        drawn_at=sitting.on_record[Action.DRAW_LOT],
    )


@endpoint(
    candidate, "POST", "/sitting/accept-pledge", roles=CANDIDATE, body=AcceptText, answers=SittingView,
    zh="接受诚信承诺书", en="Accept the pledge",
)  # fmt: skip
def accept_pledge(call: Call, body: AcceptText) -> SittingView:
    return _accept(call, body, Action.ACCEPT_PLEDGE)


@endpoint(
    candidate, "POST", "/sitting/accept-notice", roles=CANDIDATE, body=AcceptText, answers=SittingView,
    zh="接受须知", en="Accept the notice",
)  # fmt: skip
def accept_notice(call: Call, body: AcceptText) -> SittingView:
    return _accept(call, body, Action.ACCEPT_NOTICE)


@endpoint(
    candidate, "POST", "/sitting/enter", roles=CANDIDATE, answers=SittingView, zh="进入考试", en="Enter"
)
def enter_exam(call: Call) -> SittingView:
    return sitting_view(call.ports, enter(call.ports, call.sitting_id))


@endpoint(
    candidate, "POST", "/sitting/confirm-devices", roles=CANDIDATE, answers=SittingView,
    zh="确认设备", en="Confirm devices",
)  # fmt: skip
def confirm_devices(call: Call) -> SittingView:
    return _step(call, Action.CONFIRM_DEVICES)


@endpoint(
    candidate, "POST", "/sitting/confirm-identity", roles=CANDIDATE, answers=SittingView,
    zh="确认身份", en="Confirm identity",
)  # fmt: skip
def confirm_identity(call: Call) -> SittingView:
    return _step(call, Action.CONFIRM_IDENTITY)


@endpoint(
    candidate, "POST", "/sitting/identity-errors", roles=CANDIDATE, body=Say, answers=Done, status=201,
    zh="报告身份信息有误", en="Report an identity error",
)  # fmt: skip
def identity_error(call: Call, body: Say) -> Done:
    report_identity_error(call.ports, call.sitting_id, body.text)
    return Done(now=call.ports.clock.now())


@endpoint(
    candidate, "POST", "/sitting/finish", roles=CANDIDATE, answers=SittingView, zh="结束考试", en="Finish"
)
def finish_exam(call: Call) -> SittingView:
    return sitting_view(call.ports, finish(call.ports, call.sitting_id))
