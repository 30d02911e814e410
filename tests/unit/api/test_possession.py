"""Route by route: a token without its key's own, new, first proof opens nothing (DESIGN §11, ADR 0011)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.adapters.crypto import P256Proofs
from chalicelib.api.routing import CORS, ENDPOINTS, Endpoint
from chalicelib.domain import people
from chalicelib.domain.people import STAFF, Role
from chalicelib.domain.possession import Request, read_proof, signed_text
from chalicelib.usecases.open_session import STAFF_LIFE, open_session, revoke_session
from devkit.client import DeviceKey
from devkit.package import ROOT
from tests.unit.api.test_routes import assert_refusal, refusal_of
from tests.unit.api.wire import Answer, ask, call, nothing
from tests.unit.usecases.exam_day import Day

GUARDED = [e for e in ENDPOINTS if e.roles]
route_by_route = pytest.mark.parametrize("declared", GUARDED, ids=lambda e: f"{e.method} {e.path}")


@pytest.fixture(autouse=True)
def _keys_as_browsers_have_them(day: Day) -> None:
    """Signatures are P-256's own here, not the memory's."""
    day.ports = day.memory.ports(proofs=P256Proofs())


@dataclass(frozen=True)
class Device:
    """A session, and the key that it is bound to."""

    day: Day
    token: str
    key: DeviceKey

    @property
    def session_id(self) -> str:
        return self.token.partition(".")[0]

    def prove(self, declared: Endpoint, at: datetime | None = None) -> str:
        path = declared.path.format_map(nothing(declared))
        return self.key.prove(declared.method, path, self.token, at or self.day.now)

    def ask(self, declared: Endpoint, possession: str, body: str = "{}") -> Answer:
        return ask(declared, token=self.token, body=body, possession=possession)


def a_device(day: Day, role: Role) -> Device:
    """Signed in in the role; candidate and phone in the sitting that is under way."""
    key = DeviceKey.generate()
    bound = people.DeviceKey(**key.public_coordinates)
    if role in STAFF:
        return Device(day, open_session(day.ports, role, role.value, day.now + STAFF_LIFE, bound).token, key)
    opened = open_session(
        day.ports, role, "A001", day.now + timedelta(hours=4), bound,
        exam_id=day.exam_id, sitting_id=day.sitting_id(),
    )  # fmt: skip
    return Device(day, opened.token, key)


def everything(day: Day) -> list[Any]:
    """All that a request could have changed."""
    memory = day.memory
    kept = (memory.exams, memory.candidates, memory.sittings, memory.sessions, memory.invitations)
    return [dict(kind.items) for kind in kept] + [dict(memory.journal.lines), dict(memory.presence.beats)]


def of_another_method(device: Device, declared: Endpoint) -> str:
    return device.prove(replace(declared, method="GET" if declared.method != "GET" else "POST"))


def of_another_route(device: Device, declared: Endpoint) -> str:
    other = next(e for e in GUARDED if e.method == declared.method and e.path != declared.path)
    return device.prove(other)


def of_the_route_unfilled(device: Device, declared: Endpoint) -> str:
    return device.key.prove(declared.method, f"{declared.path}/", device.token, device.day.now)


def of_another_token(device: Device, declared: Endpoint) -> str:
    return replace(device, token=a_device(device.day, Role.OFFICER).token).prove(declared)


def of_another_key(device: Device, declared: Endpoint) -> str:
    return replace(device, key=DeviceKey.generate()).prove(declared)


def late(device: Device, declared: Endpoint) -> str:
    return device.prove(declared, device.day.now - timedelta(seconds=60, milliseconds=1))


def early(device: Device, declared: Endpoint) -> str:
    return device.prove(declared, device.day.now + timedelta(seconds=60, milliseconds=1))


NO_PROOFS: dict[str, tuple[Callable[[Device, Endpoint], str], str]] = {
    "none": (lambda device, declared: "", "proof_missing"),
    "no proof at all": (lambda device, declared: "proof", "proof_refused"),
    "cut off": (lambda device, declared: device.prove(declared)[:-1], "proof_refused"),
    "zeros": (lambda device, declared: device.prove(declared)[:-86] + "A" * 86, "proof_refused"),
    "by another key": (of_another_key, "proof_refused"),
    "of another token": (of_another_token, "proof_refused"),
    "of another method": (of_another_method, "proof_refused"),
    "of another route": (of_another_route, "proof_refused"),
    "of a path beside": (of_the_route_unfilled, "proof_refused"),
    "late": (late, "proof_stale"),
    "early": (early, "proof_stale"),
}


@route_by_route
def test_what_is_no_proof_of_this_request_opens_nothing(day: Day, declared: Endpoint) -> None:
    for role in Role:
        device = a_device(day, role)
        for name, (forged, code) in NO_PROOFS.items():
            possession = forged(device, declared)
            before = everything(day)
            refused = device.ask(declared, possession)

            assert (refused.status, refused.code) == (401, code), f"{role}, {name}"
            assert_refusal(refused, 401, code)
            assert everything(day) == before, f"{role}, {name}"
    assert day.memory.used_proofs.items == {}


@route_by_route
def test_a_proof_of_its_own_opens_the_door_and_no_more_than_the_roles(day: Day, declared: Endpoint) -> None:
    for role in Role:
        device = a_device(day, role)
        answer = device.ask(declared, device.prove(declared))
        if role in declared.roles:
            assert answer.status not in {401, 500}, f"{role}: {answer.text}"
        else:
            assert_refusal(answer, *refusal_of(role))


@route_by_route
def test_a_proof_is_used_once_but_for_reading(day: Day, declared: Endpoint) -> None:
    device = a_device(day, sorted(declared.roles)[0])
    possession = device.prove(declared)
    first = device.ask(declared, possession)
    before = everything(day)

    again = device.ask(declared, possession)

    assert everything(day) == before
    if declared.method == "GET":
        assert (again.status, again.text) == (first.status, first.text)
    else:
        # Whoever signed out has no session any more that a proof could be of.
        left = declared.path == "/staff/sign-out"
        assert_refusal(again, 401, "session_revoked" if left else "proof_replayed")


@route_by_route
def test_a_session_that_is_over_opens_nothing_with_the_best_of_proofs(day: Day, declared: Endpoint) -> None:
    for role in sorted(declared.roles):
        revoked, expired = a_device(day, role), a_device(day, role)
        revoke_session(day.ports, revoked.session_id)
        day.memory.sessions.change(expired.session_id, lambda s: replace(s, expires_at=day.now))

        assert_refusal(revoked.ask(declared, revoked.prove(declared)), 401, "session_revoked")
        assert_refusal(expired.ask(declared, expired.prove(declared)), 401, "session_expired")


@route_by_route
def test_the_sitting_of_another_exam_is_out_of_reach(day: Day, declared: Endpoint) -> None:
    """Given the same ticket under way in two exams, When the first one's devices call, Then the route refuses
    to be told an exam or sitting by them, and what belongs to the second stays as it is."""
    mine = [a_device(day, role) for role in (Role.CANDIDATE, Role.PHONE)]
    day.publish("A001")
    day.until_waiting("A001")
    theirs = {"exam_id": day.exam_id, "sitting_id": day.sitting_id()}
    named = {**nothing(declared), **{k: v for k, v in theirs.items() if f"{{{k}}}" in declared.path}}
    before = day.candidate(), day.sitting(), day.exam, day.memory.journal.read(f"events:{day.sitting_id()}")

    for device in mine:
        path = declared.path.format_map(named)
        answer = call(
            declared.method, declared.path, path=named, token=device.token, body="{}",
            content_type=declared.content_type,
            possession=device.key.prove(declared.method, path, device.token, day.now),
        )  # fmt: skip
        if named != nothing(declared):
            assert_refusal(answer, 403, "forbidden")

    assert before == (
        day.candidate(), day.sitting(), day.exam, day.memory.journal.read(f"events:{day.sitting_id()}")
    )  # fmt: skip


def test_a_stale_proof_is_told_the_servers_time_and_the_next_one_is_good(day: Day) -> None:
    device = a_device(day, Role.CANDIDATE)
    (enter,) = [e for e in GUARDED if (e.method, e.path) == ("GET", "/sitting")]
    told = device.ask(enter, late(device, enter)).json["error"]["details"]

    assert device.ask(enter, device.prove(enter, datetime.fromisoformat(told["now"]))).status == 200


def test_the_documented_example_is_a_proof() -> None:
    """Every client can check its own half against these lines."""
    lines = (ROOT / "docs/sessions.md").read_text(encoding="utf-8").splitlines()
    x, y = (next(line.split()[1] for line in lines if line.startswith(f"{axis}  ")) for axis in "xy")
    text = next(line for line in lines if line.startswith("viva-proof|POST"))
    sent = read_proof(next(line for line in lines if line.startswith("Viva-Proof: 1")).split()[1])

    assert text == signed_text(Request("POST", "/sitting/enter", "ses_1.secret"), sent.iat_ms, sent.jti)
    assert P256Proofs().holds(x, y, text.encode(), sent.signature)


def test_browsers_may_send_the_header_from_another_origin() -> None:
    assert "Viva-Proof" in CORS.get_access_control_headers()["Access-Control-Allow-Headers"]
