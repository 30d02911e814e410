"""Staff's accounts over the wire: in and out, passwords, unlocking, the audit, the provider's door."""

import json
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.adapters.jwks import JwksProvider
from chalicelib.domain.id_token import OidcClient, thumbprint
from chalicelib.domain.people import Role
from tests.unit.api.test_routes import assert_refusal
from tests.unit.api.wire import STAFF_PASSWORD, Answer, call, code_of, token_of
from tests.unit.staff.issuer import CLIENT_ID, ISSUER, ROLES_CLAIM, Issuer, a_token
from tests.unit.usecases.exam_day import Day, a_key

KEY = a_key("a browser")


def post(resource: str, body: Any = None, token: str | None = None, **path: str) -> Answer:
    sent = json.dumps(body) if body is not None else None
    return call("POST", resource, path=path, body=sent, token=token)


def sign_in(day: Day, account: str = "officer", **changed: str) -> Answer:
    body = {
        "account": account, "password": STAFF_PASSWORD, "code": code_of(day), "role": account,
        "device_key": {"x": KEY.x, "y": KEY.y},
    }  # fmt: skip
    return post("/staff/sessions", body | changed)


@pytest.fixture
def officer(day: Day) -> str:
    """A token of the officer's, who thereby has an account."""
    return token_of(day, Role.OFFICER)


@pytest.mark.usefixtures("officer")
def test_signing_in_wants_password_and_code(day: Day) -> None:
    assert_refusal(sign_in(day, password="wrong"), 401, "sign_in_refused")
    assert_refusal(sign_in(day, "nobody", role="officer"), 401, "sign_in_refused")
    assert_refusal(sign_in(day, role="support"), 403, "forbidden")
    day.memory.clock.advance(seconds=30)

    told = sign_in(day)

    assert told.status == 201
    assert told.json["role"] == "officer"
    assert call("GET", "/exams", token=told.json["token"]).status == 200


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５６", "123456\n"])
def test_what_cannot_be_a_code_is_not_tried(day: Day, code: str) -> None:
    assert_refusal(sign_in(day, code=code), 400, "bad_input")

    assert day.memory.attempts.items == {}


def test_a_locked_account_says_until_when_and_support_unlocks_it(day: Day, officer: str) -> None:
    for _ in range(5):
        assert_refusal(sign_in(day, password="wrong"), 401, "sign_in_refused")
    locked = sign_in(day)
    assert_refusal(locked, 403, "account_locked")
    assert set(locked.json["error"]["details"]) == {"until"}
    support, reason = token_of(day, Role.SUPPORT), {"reason": "来电核实 / called"}

    assert_refusal(post("/staff/{account}/unlock", reason, officer, account="officer"), 403, "forbidden")
    assert_refusal(post("/staff/{account}/unlock", {}, support, account="officer"), 400, "bad_input")
    assert_refusal(post("/staff/{account}/unlock", reason, support, account="nobody"), 404, "not_found")
    assert post("/staff/{account}/unlock", reason, support, account="officer").status == 200

    assert sign_in(day).status == 201


def test_a_new_password_ends_the_other_sessions(day: Day, officer: str) -> None:
    other = sign_in(day).json["token"]
    day.memory.clock.advance(seconds=30)
    mine = sign_in(day).json["token"]
    day.memory.clock.advance(seconds=30)
    change = {"old": STAFF_PASSWORD, "new": "another long password", "code": code_of(day)}

    assert_refusal(post("/staff/password", change | {"old": "wrong"}, mine), 403, "password_refused")
    assert_refusal(post("/staff/password", change | {"new": "short"}, mine), 400, "bad_input")
    assert post("/staff/password", change, mine).status == 200

    assert_refusal(call("GET", "/exams", token=other), 401, "session_revoked")
    assert call("GET", "/exams", token=mine).status == 200
    day.memory.clock.advance(seconds=30)
    assert_refusal(sign_in(day), 401, "sign_in_refused")
    assert sign_in(day, password="another long password").status == 201


@pytest.mark.usefixtures("officer")
def test_a_new_password_can_come_with_the_sign_in(day: Day) -> None:
    assert sign_in(day, new_password="another long password").status == 201
    day.memory.clock.advance(seconds=30)

    assert sign_in(day, password="another long password").status == 201


def test_who_signs_out_is_out(day: Day, officer: str) -> None:
    assert post("/staff/sign-out", token=officer).status == 200

    assert_refusal(call("GET", "/exams", token=officer), 401, "session_revoked")


def test_officers_and_support_read_who_signed_in(day: Day, officer: str) -> None:
    sign_in(day, password="wrong")
    sign_in(day)

    entries = call("GET", "/staff/audit", token=officer).json["entries"]

    told = {(e["by"], e["what"], e["details"].get("reason")) for e in entries}
    assert told == {
        ("operator", "account_added", None),
        ("officer", "sign_in_refused", "password"),
        ("officer", "signed_in", None),
    }
    first, *later = [e["entry_id"] for e in entries]
    after = call("GET", "/staff/audit", token=officer, query={"after": first}).json["entries"]
    assert [e["entry_id"] for e in after] == later


def test_without_a_provider_staff_are_told_so(day: Day) -> None:
    assert call("GET", "/staff/sign-in-options").json == {"oidc": None}
    body = {"id_token": a_token({}), "role": "officer", "device_key": {"x": KEY.x, "y": KEY.y}}
    assert_refusal(post("/staff/oidc-sessions", body), 503, "oidc_off")


def test_a_provider_opens_its_door(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    client = OidcClient(ISSUER, CLIENT_ID, f"{ISSUER}/authorize", ROLES_CLAIM)
    ports = day.memory.ports(identity_provider=JwksProvider(client, Issuer().fetch))
    monkeypatch.setattr(bootstrap, "ports", lambda: ports)
    now = int(day.now.timestamp())
    claims = {
        "iss": ISSUER, "aud": CLIENT_ID, "sub": "7", "iat": now, "exp": now + 60,
        "nonce": thumbprint(KEY), "realm_access": {"roles": ["officer"]},
    }  # fmt: skip
    body = {"id_token": a_token(claims), "role": "officer", "device_key": {"x": KEY.x, "y": KEY.y}}

    options = call("GET", "/staff/sign-in-options").json["oidc"]
    opened = post("/staff/oidc-sessions", body)

    assert options == {"issuer": ISSUER, "client_id": CLIENT_ID, "authorize_url": f"{ISSUER}/authorize"}
    assert opened.status == 201
    assert call("GET", "/exams", token=opened.json["token"]).status == 200
    assert_refusal(post("/staff/oidc-sessions", body | {"role": "support"}), 403, "forbidden")
    refused = post("/staff/oidc-sessions", body | {"id_token": a_token(claims | {"aud": "other"})})
    assert_refusal(refused, 401, "id_token_refused")
    assert refused.json["error"]["details"] == {"reason": "audience"}
    no_key = {name: value for name, value in body.items() if name != "device_key"}
    assert_refusal(post("/staff/oidc-sessions", no_key), 400, "bad_input")
