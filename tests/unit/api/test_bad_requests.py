"""Bad input and trouble: typed error, right status, both languages, no stack trace, nothing half-written."""

import json
from typing import Any

import pytest

from chalicelib.api.routing import ENDPOINTS, Endpoint
from chalicelib.domain.errors import Conflict
from chalicelib.domain.people import Role
from chalicelib.usecases import view_sitting
from tests.unit.api.test_routes import assert_refusal
from tests.unit.api.wire import ask, call, proof_of, sent, token_of
from tests.unit.usecases.exam_day import T0, Day

WITH_JSON = [e for e in ENDPOINTS if e.body is not None and e.body is not bytes]


def a_token(day: Day, declared: Endpoint) -> str | None:
    return token_of(day, sorted(declared.roles)[0]) if declared.roles else None


@pytest.mark.parametrize("declared", WITH_JSON, ids=lambda e: f"{e.method} {e.path}")
@pytest.mark.parametrize(
    "body",
    [
        "{", "[]", "null", '"text"', '{"unknown_field": 1}', "\ud800".encode("utf-8", "surrogatepass"),
        b"\xff\xfe", "[" * 500,
    ],
)  # fmt: skip
def test_a_body_that_is_not_as_declared_is_bad_input(day: Day, declared: Endpoint, body: str | bytes) -> None:
    assert_refusal(ask(declared, token=a_token(day, declared), body=body), 400, "bad_input")


@pytest.mark.parametrize(
    "declared", [e for e in WITH_JSON if e.path != "/heartbeat"], ids=lambda e: f"{e.method} {e.path}"
)
def test_only_a_heartbeat_may_say_nothing(day: Day, declared: Endpoint) -> None:
    assert_refusal(ask(declared, token=a_token(day, declared), body="{}"), 400, "bad_input")


@pytest.mark.parametrize(
    "declared", [e for e in ENDPOINTS if e.body is not None], ids=lambda e: f"{e.method} {e.path}"
)
def test_a_body_over_the_limit_is_too_large(day: Day, declared: Endpoint) -> None:
    body = " " * (declared.limit_bytes + 1)
    refused = ask(
        declared,
        token=a_token(day, declared),
        body=body.encode() if declared.body is bytes else body,
    )

    assert_refusal(refused, 413, "too_large")
    assert refused.json["error"]["details"] == {
        "size_bytes": declared.limit_bytes + 1,
        "limit_bytes": declared.limit_bytes,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("segment_no", 0), ("segment_no", "1"), ("segment_no", 1.5), ("segment_no", 10**30),
        ("segment_no", True),
        ("started_at", "2026-11-22T09:00:00"), ("started_at", "yesterday"), ("started_at", 1),
        ("sha256", "A" * 64), ("sha256", "a" * 63), ("sha256", "a" * 64 + "\n"),
        ("mime_type", "text/html"), ("mime_type", "video/webm\r\nX: y"),
        ("mime_type", "video/webm\n"), ("mime_type", "video/webm;\ncodecs=vp8"),
        ("mime_type", "video/webm;codecs=中"),
        ("parts", []), ("parts", [{"size_bytes": 1, "sha256": "a" * 64, "extra": 1}]), ("size_bytes", -1),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(day: Day, field: str, value: object) -> None:
    declaration: dict[str, Any] = {
        "segment_no": 1, "started_at": "2026-11-22T08:50:00+08:00", "ended_at": "2026-11-22T08:51:00+08:00",
        "mime_type": "video/webm", "size_bytes": 4, "sha256": "a" * 64,
        "parts": [{"size_bytes": 4, "sha256": "a" * 64}],
    }  # fmt: skip
    token = token_of(day, Role.CANDIDATE)

    def declare(body: dict[str, Any]) -> Any:
        return call(
            "POST", "/recordings/{kind}/segments", path={"kind": "camera"}, token=token, body=json.dumps(body)
        )

    refused = declare({**declaration, field: value})

    assert declare(declaration).status == 200
    assert_refusal(refused, 400, "bad_input")
    assert field in refused.json["error"]["message_en"]


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_at_the_edge_of_the_calendar_is_bad_input(day: Day, instant: str) -> None:
    officer = token_of(day, Role.OFFICER)
    moved = json.dumps({"reason": "更改时间", "ends_at": instant})
    events = json.dumps({"events": [{"event_no": 1, "kind": "hidden", "at": instant}]})

    for refused in (
        call("POST", "/exams/{exam_id}/reschedule", path={"exam_id": day.exam_id}, token=officer, body=moved),
        call("POST", "/events", token=token_of(day, Role.CANDIDATE), body=events),
    ):
        assert refused.status == 400
    assert call("GET", "/exams", token=officer).status == 200


@pytest.mark.parametrize("name", ["x" * 5000, "a/b", "%2e%2e", "ä", "a b", "9" * 4400])
def test_ids_that_cannot_be_ours_name_nothing(day: Day, name: str) -> None:
    officer, desktop = token_of(day, Role.OFFICER), token_of(day, Role.CANDIDATE)

    assert_refusal(call("GET", "/exams/{exam_id}", path={"exam_id": name}, token=officer), 404, "not_found")
    completing = call(
        "POST", "/recordings/{kind}/segments/{segment_no}/complete",
        path={"kind": "camera", "segment_no": name}, token=desktop,
    )  # fmt: skip
    assert_refusal(completing, 404, "not_found")


@pytest.mark.parametrize(
    ("no", "code"), [("9" * 79, "not_found"), ("7", "segment_unknown"), ("-1", "not_found")]
)
def test_segment_numbers_that_are_none(day: Day, no: str, code: str) -> None:
    refused = call(
        "POST", "/recordings/{kind}/segments/{segment_no}/complete",
        path={"kind": "camera", "segment_no": no}, token=token_of(day, Role.CANDIDATE),
    )  # fmt: skip

    assert_refusal(refused, 404, code)


@pytest.mark.parametrize("query", [{"after": "x" * 2000}, {"after": "a\x00b"}, {"after": "中文"}])
def test_a_line_that_cannot_be_ours_is_bad_input(day: Day, query: dict[str, str]) -> None:
    token = token_of(day, Role.CANDIDATE)

    assert_refusal(call("GET", "/help", token=token, query=query), 400, "bad_input")


@pytest.mark.parametrize("page", ["-1", "x", "1.0", "9" * 5000, "²"])
def test_a_page_is_a_small_whole_number(day: Day, page: str) -> None:
    refused = call(
        "GET", "/exams/{exam_id}/board", path={"exam_id": day.exam_id}, token=token_of(day, Role.PROCTOR),
        query={"page": page},
    )  # fmt: skip

    assert_refusal(refused, 400, "bad_input")


# What Chalice says by itself


def test_a_wrong_media_type_is_told_as_everything_else(day: Day) -> None:
    token = token_of(day, Role.CANDIDATE)

    refused = call("POST", "/sitting/read-process", token=token, body="{}", content_type="text/plain")

    assert_refusal(refused, 415, "media_type_unsupported")


def test_a_method_that_a_path_does_not_have_is_told_as_everything_else() -> None:
    refused = call("DELETE", "/sitting")

    assert_refusal(refused, 405, "route_unknown")
    assert refused.headers["allow"] == "GET"


def test_an_event_that_is_no_request_is_told_as_everything_else() -> None:
    assert_refusal(sent({"requestContext": {}, "headers": {}}), 500, "viva_error")


def test_a_route_that_is_not_there_is_told_as_everything_else() -> None:
    """API Gateway refuses it before us; should one come through, Chalice knows no method of it."""
    refused = call("GET", "/nothing/here")

    assert_refusal(refused, 405, "route_unknown")


def test_a_body_whose_encoding_is_broken_is_bad_input(day: Day) -> None:
    token = token_of(day, Role.CANDIDATE)
    event = {
        "requestContext": {"resourcePath": "/sitting/read-process", "httpMethod": "POST"},
        "headers": {
            "Content-Type": "application/json", "Authorization": f"Bearer {token}",
            "Viva-Proof": proof_of("POST", "/sitting/read-process", token),
        },
        "multiValueQueryStringParameters": None, "pathParameters": {}, "stageVariables": None,
        "body": "a", "isBase64Encoded": True,
    }  # fmt: skip

    assert_refusal(sent(event), 400, "bad_input")


# Trouble of our own


SECRET_INPUT = "张伟-110101199001011234"


@pytest.mark.parametrize("kind", [RuntimeError, KeyError, AssertionError])
def test_whatever_breaks_nobody_sees_a_stack_trace_or_what_was_sent(
    day: Day, monkeypatch: pytest.MonkeyPatch, kind: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> object:
        raise kind(SECRET_INPUT)

    monkeypatch.setattr(day.memory.sittings, "find", broken)

    answer = call("GET", "/sitting", token=token_of(day, Role.CANDIDATE))

    assert_refusal(answer, 500, "viva_error")
    for trace in ("Traceback", "RuntimeError", "KeyError", ".py", "张伟", "1101"):
        assert trace not in answer.text
    assert SECRET_INPUT not in "".join(capsys.readouterr())


def test_what_cannot_be_written_as_json_is_trouble_of_ours(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_sitting, "sitting_view", lambda *_: object())

    assert_refusal(call("GET", "/sitting", token=token_of(day, Role.CANDIDATE)), 500, "viva_error")


def test_a_refusal_leaves_nothing_half_written(day: Day) -> None:
    proctor = token_of(day, Role.PROCTOR)
    before = dict(day.memory.sittings.items), dict(day.memory.journal.lines), dict(day.memory.sessions.items)

    for body in ('{"reason": ""}', "{}", '{"reason": "x", "sitting_id": 1}'):
        refused = call(
            "POST", "/sittings/{sitting_id}/move-session", path={"sitting_id": day.sitting_id()},
            token=proctor, body=body,
        )  # fmt: skip
        assert_refusal(refused, 400, "bad_input")

    assert before == (
        dict(day.memory.sittings.items), dict(day.memory.journal.lines), dict(day.memory.sessions.items)
    )  # fmt: skip


def test_a_refused_step_says_where_the_candidate_is(day: Day) -> None:
    refused = call("POST", "/sitting/finish", token=token_of(day, Role.CANDIDATE))

    assert_refusal(refused, 409, "step_refused")
    details = refused.json["error"]["details"]
    assert (details["reason"], details["current_step"]) == ("too_early", "wait")
    assert details["opens_at"] == T0.isoformat()
    assert "结束考试" in refused.json["error"]["message_zh"]
    assert Conflict.code != refused.code
