"""Every refusal viva can give, with a stable code and a sentence in Chinese and English.

VivaError
├── Unreadable          400  what was sent is not what was expected
│   ├── TooLarge        413
│   └── MediaTypeUnsupported 415
├── Unauthenticated     401  who are you
├── Forbidden           403  not with this role
├── NotFound            404  no such thing
├── Refused             409  not now, not like this
│   └── StepRefused          the flow's own refusal, see flow.py
├── TooManyTries        429  too often from one address
├── Unavailable         503  a part that is switched off or busy
└── TooEarly            425  a workflow came before its instant; it tries again
"""

from collections.abc import Mapping
from typing import ClassVar, Final


class VivaError(Exception):
    """A refusal that a person can read.

    Parameters
    ----------
    details
        Facts for the sentence and for programs: JSON values only, never personal data.
    """

    code: ClassVar[str] = "viva_error"
    zh: ClassVar[str] = "系统出现问题，请稍后重试。"
    en: ClassVar[str] = "Something went wrong. Please try again in a moment."

    def __init__(self, **details: object) -> None:
        self.details: Mapping[str, object] = details
        super().__init__(f"{self.code}: {self.message_en}")

    @property
    def message_zh(self) -> str:
        """The sentence in Chinese."""
        return self.zh.format_map(self.details)

    @property
    def message_en(self) -> str:
        """The sentence in English."""
        return self.en.format_map(self.details)


class Unreadable(VivaError):
    """What was sent is not what was expected."""


class _Explained(VivaError):
    """A refusal whose sentence has a reason in it, given in both languages where it is raised."""

    def __init__(self, *, zh: str, en: str, **details: object) -> None:
        super().__init__(reason_zh=zh, reason_en=en, **details)


class BadInput(_Explained, Unreadable):
    """What was sent cannot be read as what was expected."""

    code = "bad_input"
    zh = "提交的内容有误：{reason_zh}。请更正后重试。"
    en = "The request could not be read: {reason_en}. Correct it and try again."


class TooLarge(Unreadable):
    """The body is larger than the route takes."""

    code = "too_large"
    zh = "提交的内容过大（{size_bytes} 字节），上限为 {limit_bytes} 字节。"
    en = "The body has {size_bytes} bytes; the limit is {limit_bytes}."


class MediaTypeUnsupported(Unreadable):
    """The body is of another media type than the route takes."""

    code = "media_type_unsupported"
    zh = "不支持这种内容类型，应为 {expected}。"
    en = "This content type is not supported; send {expected}."


class ScheduleInvalid(Unreadable):
    """The instants of an exam are out of order."""

    code = "schedule_invalid"
    zh = "考试时间安排有误：{earlier} 必须早于 {later}。"
    en = "The schedule is out of order: {earlier} must come before {later}."


class ScheduleTooLate(Unreadable):
    """A schedule whose start has passed cannot be published."""

    code = "schedule_too_late"
    zh = "开考时间 {starts_at} 已过，请重新安排。"
    en = "The start {starts_at} has passed; choose a later one."


class PaperInvalid(_Explained, Unreadable):
    """The paper cannot be used."""

    code = "paper_invalid"
    zh = "试卷有误：{reason_zh}。"
    en = "The paper cannot be used: {reason_en}."


class RosterUnreadable(_Explained, Unreadable):
    """The roster is no CSV in UTF-8 or GB18030, or lacks a column."""

    code = "roster_unreadable"
    zh = "无法读取考生名单：{reason_zh}。请使用 UTF-8 或 GB18030 编码的 CSV，含列 {columns}。"
    en = "The roster cannot be read: {reason_en}. Send CSV in UTF-8 or GB18030 with the columns {columns}."


class Unauthenticated(VivaError):
    """No session stands behind the request."""

    code = "unauthenticated"
    zh = "请先登录。"
    en = "Please sign in first."


class SessionExpired(Unauthenticated):
    """The token was good once."""

    code = "session_expired"
    zh = "登录状态已过期，请在原浏览器中恢复。"
    en = "The session has expired. Resume it in the same browser."


class SessionRevoked(Unauthenticated):
    """The session was ended."""

    code = "session_revoked"
    zh = "该登录已转移到其他设备或被终止。如非本人操作，请立即联系监督员。"
    en = "This session was moved or ended. If it was not you, call the proctor at once."


class SessionMoved(SessionRevoked):
    """A proctor moved the sitting to another device; this one may only deliver what it recorded."""

    code = "session_moved"
    zh = "考试已转到其他设备进行，本机只上传此前录下的录像。如非本人操作，请立即联系监督员。"
    en = "The exam goes on on another device; this one only delivers its recordings. Not you? Tell a proctor."


class LoginRefused(Unauthenticated):
    """Constant answer: it does not tell whether the ticket exists."""

    code = "login_refused"
    zh = "准考证号或证件信息不符，请核对后重试。"
    en = "The ticket number and the identity do not match. Check both and try again."


class FaceRefused(Unauthenticated):
    """The frames did not show the person of the roster photo, alive and alone.

    An unknown ticket and a wrong identity get the same answer. `reasons` lists every one with what to do.
    """

    code = "face_refused"
    zh = "人脸登录未通过：{advice_zh}还可尝试 {tries_left} 次；也可申请人工核验，或拨打 {hotline}。"
    en = (
        "Face login was refused: {advice_en} Tries left: {tries_left}. You can also ask for manual "
        "admission, or call {hotline}."
    )


class SignInRefused(LoginRefused):
    """Constant answer: it tells neither what was wrong nor whether there is such an account."""

    code = "sign_in_refused"
    zh = "账号、密码或动态码不符。每个动态码只能使用一次，请用下一个动态码重试；连续失败 5 次将被锁定。"
    en = "Account, password and code do not match. A code works once: try the next. Five failures lock it."


class IdTokenRefused(Unauthenticated):
    """The identity provider's token does not prove who this is."""

    code = "id_token_refused"
    zh = "统一身份认证的凭证无效（{reason}），请重新登录。"
    en = "The identity provider's token is not valid ({reason}). Sign in there again."


class ProofRefused(Unauthenticated):
    """The browser's key did not sign what it should have."""

    code = "proof_refused"
    zh = "设备密钥校验失败，请在原浏览器中恢复登录，或联系监督员转移登录。"
    en = "The device key's proof is not valid. Use the same browser, or ask a proctor to move the session."


class ProofMissing(Unauthenticated):
    """A token without a proof of possession."""

    code = "proof_missing"
    zh = "请求缺少设备密钥签名，请刷新页面后重试。"
    en = "The request lacks the device key's proof. Reload the page and try again."


class ProofStale(Unauthenticated):
    """The proof's instant is not the server's, which `now` tells: a wrong clock, or a request held up."""

    code = "proof_stale"
    zh = "设备时间与服务器时间不一致，请开启系统的自动校时后重试。"
    en = "The device's time is not the server's. Let the system set its clock, then try again."


class ProofReplayed(Unauthenticated):
    """The same proof came before; what it was for may have been done."""

    code = "proof_replayed"
    zh = "该请求已提交过，未重复执行。请刷新页面查看结果。"
    en = "This request was sent before and is not done again. Reload the page to see what came of it."


class Forbidden(VivaError):
    """The role may not do this."""

    code = "forbidden"
    zh = "当前身份（{role}）无权执行此操作。"
    en = "The role {role} may not do this."


class AccountLocked(Forbidden):
    """Too many failures in a row under this name, whether or not it is an account's."""

    code = "account_locked"
    zh = "连续失败次数过多，该账号锁定至 {until}。请届时重试，或请技术支持解锁。"
    en = "Too many failures: the account is locked until {until}. Try again then, or ask support."


class PasswordChangeDue(Forbidden):
    """Somebody else chose the password; its owner must choose another."""

    code = "password_change_due"
    zh = "首次登录请设置新密码：填写新密码，并使用下一个动态码登录。"
    en = "Choose a password of your own first: sign in with a new password and the next code."


class PasswordRefused(Forbidden):
    """Old password and code do not match; the session stays as it is."""

    code = "password_refused"
    zh = "原密码或动态码不符。每个动态码只能使用一次，请用下一个动态码重试。"
    en = "The old password and the code do not match. A code works once: try the next."


_IN_CHINESE: Final = {
    "account": "账号",
    "admission": "核验申请",
    "candidate": "考生",
    "exam": "考试",
    "invitation": "邀请",
    "kind": "录像种类",
    "object": "文件",
    "recording": "录像",
    "segment": "录像片段",
    "session": "登录",
    "sitting": "考生场次",
    "ticket": "准考证号",
}
"""What may not be found, as people call it."""


class NotFound(VivaError):
    """No such thing, or none that the caller may see."""

    code = "not_found"
    zh = "未找到所请求的{what}。"
    en = "There is no such {what}."

    @property
    def message_zh(self) -> str:
        """The sentence in Chinese, what is missing too."""
        what = str(self.details.get("what"))
        return self.zh.format_map({**self.details, "what": _IN_CHINESE.get(what, "内容")})


class TicketUnknown(NotFound):
    """No candidate of the roster has this ticket number."""

    code = "ticket_unknown"
    zh = "名单中没有准考证号 {ticket_no}。"
    en = "Ticket {ticket_no} is not on the roster."


class RouteUnknown(NotFound):
    """No route has this path and method."""

    code = "route_unknown"
    zh = "没有此接口。"
    en = "There is no such route."


class Refused(VivaError):
    """The request is understood, but the state stands against it."""


class Conflict(_Explained, Refused):
    """The state stands against it, for a reason in words."""

    code = "conflict"
    zh = "当前状态不允许此操作：{reason_zh}。"
    en = "The present state does not allow this: {reason_en}."


class StateChanged(Refused):
    """Somebody else wrote first, and again; nothing was written here."""

    code = "state_changed"
    zh = "数据刚刚被更新，请重试。"
    en = "The record has just changed. Please try again."


class StepRefused(Refused):
    """The flow does not permit the action now."""

    code = "step_refused"
    zh = "现在不能进行“{action_zh}”：{reason_zh}。"
    en = "“{action_en}” is not possible now: {reason_en}."


class AlreadySignedIn(Refused):
    """One live session per candidate."""

    code = "already_signed_in"
    zh = "该准考证号已在另一设备登录。如需更换设备，请联系监督员转移登录。"
    en = "This ticket is signed in on another device. Ask a proctor to move the session."


class ConsentRequired(Refused):
    """Face login asks for consent to the text as it stands now; without it the alternative stands open."""

    code = "consent_required"
    zh = "人脸登录需要您同意当前版本的人脸信息处理说明。如不同意，请申请人工核验登录。"
    en = (
        "Face login needs your consent to the present text on face data. If you do not consent, ask for "
        "manual admission instead."
    )


class ChallengeSpent(Refused):
    """A liveness challenge that is over, was answered with other frames, or never was. It costs no try."""

    code = "challenge_spent"
    zh = "本次人脸验证已失效，请重新开始，并按提示及时完成转头动作。"
    en = "This face check is no longer valid. Start again and follow the turns without delay."


class TicketLocked(Refused):
    """Too many failures: face login is locked until support unlocks it; manual admission stands open."""

    code = "ticket_locked"
    zh = "人脸登录失败次数过多，该准考证号已锁定。请拨打 {hotline} 解锁，或申请人工核验登录。"
    en = (
        "Face login failed too often and is locked for this ticket. Call {hotline} to unlock it, or ask "
        "for manual admission."
    )


class PhotoMissing(Refused):
    """There is no usable roster photo to compare with."""

    code = "photo_missing"
    zh = "没有可用于比对的报名照片，请申请人工核验登录。"
    en = "There is no roster photo to compare your face with. Ask for manual admission instead."


class AdmissionPending(Refused):
    """The proctor has not decided yet."""

    code = "admission_pending"
    zh = "等待监督员人工核验，请稍候。"
    en = "Waiting for a proctor to admit you."


class AdmissionRefused(Forbidden):
    """The proctor refused."""

    code = "admission_refused"
    zh = "监督员未通过人工核验：{reason}。"
    en = "The proctor did not admit you: {reason}."


class InvitationSpent(Refused):
    """A one-time link that was used, is over, or never was."""

    code = "invitation_spent"
    zh = "该二维码已失效，请刷新后重新扫描。"
    en = "This code is no longer valid. Refresh it and scan again."


class Unavailable(VivaError):
    """A part that is switched off or busy."""

    code = "unavailable"
    zh = "服务暂不可用，请稍后重试。"
    en = "The service is not available now. Try again soon."


class FaceLoginOff(Unavailable):
    """No face engine is configured; the alternative stands open."""

    code = "face_login_off"
    zh = "人脸登录暂未开放，请申请人工核验登录。"
    en = "Face login is off. Ask for manual admission instead."


class OidcOff(Unavailable):
    """No identity provider is configured; passwords are."""

    code = "oidc_off"
    zh = "未启用统一身份认证，请使用账号、密码和动态码登录。"
    en = "No identity provider is set up. Sign in with account, password and code."


class IdentityProviderUnreachable(Unavailable):
    """The provider's keys cannot be fetched, so nothing that it says can be checked."""

    code = "identity_provider_unreachable"
    zh = "暂时无法连接统一身份认证，请稍后重试，或使用账号、密码和动态码登录。"
    en = "The identity provider cannot be reached. Try again soon, or sign in with password and code."


class SegmentConflict(Refused):
    """Another content is declared under this number; both stay as they are."""

    code = "segment_conflict"
    zh = "片段 {segment_no} 已登记了不同的内容，原内容保持不变。请使用新的片段号。"
    en = "Segment {segment_no} is declared with other content, which stays. Use a new number."


class SegmentUnknown(NotFound):
    """Complete before declare."""

    code = "segment_unknown"
    zh = "片段 {segment_no} 尚未登记，请先登记。"
    en = "Segment {segment_no} has not been declared. Declare it first."


class PartsMissing(Refused):
    """S3 does not hold all declared parts yet."""

    code = "parts_missing"
    zh = "片段 {segment_no} 还缺少分片 {missing_parts}，请补传。"
    en = "Segment {segment_no} still lacks the parts {missing_parts}. Send them."


class RecordingClosed(Refused):
    """The recording was closed with a smaller last segment."""

    code = "recording_closed"
    zh = "录像已在片段 {last_segment_no} 处结束。"
    en = "The recording was closed at segment {last_segment_no}."


class RecordedAfterMove(Refused):
    """A former device went on recording when another had taken over."""

    code = "recorded_after_move"
    zh = "片段 {segment_no} 是在其他设备接续考试之后录下的，不需要上传。"
    en = "Segment {segment_no} was recorded after another device took over; it is not needed."


class RehearsalRequired(Refused):
    """The exam demands a passed rehearsal."""

    code = "rehearsal_required"
    zh = "请先完成并通过模拟考试。"
    en = "Pass the rehearsal first."


class ExamNotReady(Refused):
    """Something must be there before publishing."""

    code = "exam_not_ready"
    zh = "考试尚不能发布，缺少：{missing_zh}。"
    en = "The exam cannot be published yet; missing: {missing_en}."


class ExamStarted(Refused):
    """What is only possible before T0."""

    code = "exam_started"
    zh = "考试已于 {starts_at} 开始，不能再进行此操作。"
    en = "The exam started at {starts_at}; this is no longer possible."


class PaperSealed(Refused):
    """A published paper is not replaced."""

    code = "paper_sealed"
    zh = "考试已发布，试卷不能再更换。"
    en = "The exam is published; its paper can no longer be replaced."


class TooManyTries(VivaError):
    """So many failed logins came from one address that others' tickets are protected for a while."""

    code = "too_many_tries"
    zh = "该网络地址的登录失败次数过多，请 {retry_after_s} 秒后重试，或拨打 {hotline}。"
    en = (
        "Too many logins failed from this network address. Try again in {retry_after_s} seconds, or call "
        "{hotline}."
    )


class TooEarly(VivaError):
    """A workflow came before its instant; its Retry tries again."""

    code = "too_early"
    zh = "时间未到：{at}。"
    en = "Not before {at}."


class Superseded(VivaError):
    """A task of an older schedule version; its execution ends."""

    code = "superseded"
    zh = "时间安排已更新（版本 {version}）。"
    en = "The schedule has a newer version, {version}."
