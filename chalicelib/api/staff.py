"""Routes for signing in as staff, and for what any device may ask: the time, how fast its line is."""

from chalice.app import Blueprint

from chalicelib.api.routing import ANYONE, Call, endpoint
from chalicelib.api.schemas import StaffSignIn
from chalicelib.api.views import ServerTime, SessionView, session_view
from chalicelib.usecases.sign_in_staff import sign_in_staff

staff = Blueprint(__name__)
PROBE_LIMIT = 512 * 1024


@endpoint(
    staff, "POST", "/staff/sessions", roles=ANYONE, body=StaffSignIn, answers=SessionView, status=201,
    zh="工作人员登录", en="Sign in as staff",
)  # fmt: skip
def sign_in(call: Call, body: StaffSignIn) -> SessionView:
    return session_view(
        sign_in_staff(
            call.ports,
            body.account,
            body.password,
            body.code,
            body.acting_as(),
            body.device_key.domain(),
            body.new_password,
        )
    )


@endpoint(staff, "GET", "/time", roles=ANYONE, answers=ServerTime, zh="服务器时间", en="The server's time")
def server_time(call: Call) -> ServerTime:
    return ServerTime(now=call.ports.clock.now())


@endpoint(
    staff, "POST", "/upload-probes", roles=ANYONE, body=bytes, answers=ServerTime,
    zh="测量上传速度", en="Measure the upload rate", limit_bytes=PROBE_LIMIT,
    content_type="application/octet-stream",
)  # fmt: skip
def probe_upload(call: Call, body: bytes) -> ServerTime:
    # Nothing is kept: that it came, and when, is the measurement.
    return ServerTime(now=call.ports.clock.now())
