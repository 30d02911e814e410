"""Routes of staff's own accounts: password, signing out, unlocking, the audit, the identity provider."""

from chalice.app import Blueprint

from chalicelib.api.routing import ANYONE, Call, endpoint
from chalicelib.api.schemas import ChangePassword, OidcSignIn, WithReason
from chalicelib.api.views import Done, EntriesView, OidcView, SessionView, SignInOptionsView, session_view
from chalicelib.domain.people import STAFF, Role
from chalicelib.usecases.change_password import change_password
from chalicelib.usecases.look_after_accounts import unlock_account
from chalicelib.usecases.sign_in_oidc import sign_in_oidc
from chalicelib.usecases.sign_in_staff import sign_out
from chalicelib.usecases.talk import read_staff_audit

accounts = Blueprint(__name__)


@endpoint(
    accounts, "GET", "/staff/sign-in-options", roles=ANYONE, answers=SignInOptionsView,
    zh="工作人员登录方式", en="How staff may sign in",
)  # fmt: skip
def sign_in_options(call: Call) -> SignInOptionsView:
    provider = call.ports.identity_provider
    if provider is None:
        return SignInOptionsView(oidc=None)
    client = provider.client
    return SignInOptionsView(oidc=OidcView(client.issuer, client.client_id, client.authorize_url))


@endpoint(
    accounts, "POST", "/staff/oidc-sessions", roles=ANYONE, body=OidcSignIn, answers=SessionView, status=201,
    zh="工作人员通过统一身份认证登录", en="Sign in as staff by an identity provider",
)  # fmt: skip
def sign_in_by_provider(call: Call, body: OidcSignIn) -> SessionView:
    return session_view(sign_in_oidc(call.ports, body.id_token, body.acting_as(), body.device_key.domain()))


@endpoint(
    accounts, "POST", "/staff/password", roles=STAFF, body=ChangePassword, answers=Done,
    zh="修改密码", en="Change the password",
)  # fmt: skip
def change_own_password(call: Call, body: ChangePassword) -> Done:
    change_password(call.ports, call.caller, body.old, body.new, body.code)
    return Done(now=call.ports.clock.now())


@endpoint(
    accounts, "POST", "/staff/sign-out", roles=STAFF, answers=Done,
    zh="工作人员退出登录", en="Sign out as staff",
)  # fmt: skip
def sign_out_staff(call: Call) -> Done:
    sign_out(call.ports, call.caller)
    return Done(now=call.ports.clock.now())


@endpoint(
    accounts, "POST", "/staff/{account}/unlock", roles=frozenset({Role.SUPPORT}), body=WithReason,
    answers=Done, zh="解锁工作人员账号", en="Unlock a staff account",
)  # fmt: skip
def unlock_staff(call: Call, body: WithReason, account: str) -> Done:
    unlock_account(call.ports, account, body.reason, call.caller.subject)
    return Done(now=call.ports.clock.now())


@endpoint(
    accounts, "GET", "/staff/audit", roles=frozenset({Role.OFFICER, Role.SUPPORT}), answers=EntriesView,
    zh="工作人员账号审计记录", en="The audit of staff accounts",
)  # fmt: skip
def staff_audit(call: Call) -> EntriesView:
    return EntriesView(entries=list(read_staff_audit(call.ports, call.after)))
