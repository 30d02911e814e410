"""Routes (DESIGN §11): every one is declared, names its roles, and is guarded by the one authorizer."""

import json

import pytest

from app import app
from chalicelib.api.routing import ENDPOINTS, Endpoint
from chalicelib.domain.people import STAFF, Role
from tests.unit.api.wire import Answer, ask, call, token_of
from tests.unit.usecases.exam_day import Day

OPEN = {
    ("POST", "/exams/{exam_id}/logins"),
    ("POST", "/exams/{exam_id}/face-challenges"),
    ("POST", "/exams/{exam_id}/face-logins"),
    ("POST", "/logins/{invitation_id}/claim"),
    ("POST", "/moves/{invitation_id}/claim"),
    ("POST", "/phones/{invitation_id}/bind"),
    ("POST", "/sessions/resume"),
    ("POST", "/staff/sessions"),
    ("GET", "/staff/sign-in-options"),
    ("POST", "/staff/oidc-sessions"),
    ("GET", "/time"),
    ("POST", "/upload-probes"),
}
"""Routes for anyone: each hands out a session for a proof of its own, or tells the time."""

GUARDED = [e for e in ENDPOINTS if e.roles]


def assert_refusal(answer: Answer, status: int, code: str | None = None) -> None:
    """The one shape of a refusal, in both languages."""
    error = answer.json["error"]
    assert answer.status == status
    assert set(answer.json) == {"error"}
    assert set(error) == {"code", "message_zh", "message_en", "details"}
    assert error["message_zh"]
    assert error["message_en"]
    assert error["message_zh"] != error["message_en"]
    assert answer.headers["content-type"].startswith("application/json")
    if code is not None:
        assert error["code"] == code


def refusal_of(role: Role) -> tuple[int, str]:
    """What a role hears on a route that is not for it: a former desktop, that the exam goes on elsewhere."""
    return (401, "session_moved") if role is Role.FORMER else (403, "forbidden")


def test_every_route_of_the_app_is_declared_and_passes_the_authorizer() -> None:
    routes = {(method, path) for path, methods in app.routes.items() for method in methods}

    assert routes == {(e.method, e.path) for e in ENDPOINTS}
    assert len(ENDPOINTS) == len(routes)


def test_only_the_listed_routes_are_for_anyone() -> None:
    assert {(e.method, e.path) for e in ENDPOINTS if not e.roles} == OPEN


def test_every_route_says_what_it_is_in_both_languages() -> None:
    for declared in ENDPOINTS:
        assert declared.zh
        assert declared.en
        assert declared.zh != declared.en


@pytest.mark.parametrize("declared", GUARDED, ids=lambda e: f"{e.method} {e.path}")
def test_a_guarded_route_refuses_whom_it_does_not_name(day: Day, declared: Endpoint) -> None:
    tokens = {role: token_of(day, role) for role in Role}
    before = dict(day.memory.sittings.items)

    assert_refusal(ask(declared), 401, "unauthenticated")
    assert_refusal(ask(declared, token="ses_1.nonsense"), 401, "unauthenticated")
    for role in set(Role) - declared.roles:
        assert_refusal(ask(declared, token=tokens[role]), *refusal_of(role))

    assert day.memory.sittings.items == before


@pytest.mark.parametrize("declared", GUARDED, ids=lambda e: f"{e.method} {e.path}")
def test_a_guarded_route_lets_in_whom_it_names(day: Day, declared: Endpoint) -> None:
    for role in declared.roles:
        answer = ask(declared, token=token_of(day, role), body="{}")
        # The camera is the desktop's: a phone passes the door and is refused by the recording's kind.
        refused = {403} if role is not Role.PHONE or "{kind}" not in declared.path else set()
        assert answer.status not in {401, 500} | refused


def test_a_phone_does_evidence_and_nothing_else(day: Day) -> None:
    phone = token_of(day, Role.PHONE)
    assert {e.path for e in ENDPOINTS if Role.PHONE in e.roles} == {
        "/sitting", "/recordings", "/recordings/{kind}/segments", "/heartbeat", "/events",
        "/recordings/{kind}/segments/{segment_no}/complete", "/recordings/{kind}/close",
    }  # fmt: skip

    closing = json.dumps({"last_segment_no": 0})
    refused = call("POST", "/recordings/{kind}/close", path={"kind": "camera"}, token=phone, body=closing)

    assert_refusal(refused, 403, "forbidden")


def test_a_former_desktop_delivers_camera_and_screen_and_nothing_else(day: Day) -> None:
    former = token_of(day, Role.FORMER)
    assert {(e.method, e.path) for e in ENDPOINTS if Role.FORMER in e.roles} == {
        ("GET", "/recordings"),
        ("POST", "/recordings/{kind}/segments"),
        ("POST", "/recordings/{kind}/segments/{segment_no}/complete"),
    }

    path = {"kind": "evidence", "segment_no": "1"}
    refused = call(
        "POST", "/recordings/{kind}/segments/{segment_no}/complete", path=path, token=former, body="{}"
    )
    seen = call("GET", "/recordings", token=former).json["recordings"]

    assert_refusal(refused, 403, "forbidden")
    assert [recording["kind"] for recording in seen] == ["camera", "screen"]


def test_staff_and_devices_never_share_a_route_but_by_name() -> None:
    for declared in GUARDED:
        assert not (declared.roles & STAFF and declared.roles - STAFF), declared.path


def test_an_expired_token_says_so(day: Day) -> None:
    token = token_of(day, Role.OFFICER)
    day.memory.clock.advance(hours=13)

    assert_refusal(call("GET", "/exams", token=token), 401, "session_expired")


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer ..", "Bearer é.é", "Bearer " + "x" * 9000],
)
def test_odd_authorization_headers_are_refused(day: Day, header: str) -> None:
    refused = call("GET", "/sitting", authorization=header)

    assert_refusal(refused, 401, "unauthenticated")


def test_what_is_right_is_answered(day: Day) -> None:
    view = call("GET", "/sitting", token=token_of(day, Role.CANDIDATE))

    assert view.status == 200
    assert view.json["current_step"] == "wait"
    assert view.headers["cache-control"] == "no-store"
    assert view.headers["access-control-allow-origin"] == "*"
