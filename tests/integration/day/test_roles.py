"""A token of each role on each route, and what is no token (DESIGN §11)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

import app  # noqa: F401  its blueprints fill ENDPOINTS
from chalicelib.api.routing import ENDPOINTS, Endpoint
from chalicelib.domain.people import DeviceKey as PublicKey
from chalicelib.domain.people import Role
from chalicelib.ports import Ports
from chalicelib.usecases.open_session import open_session, revoke_session
from devkit.client import DeviceKey
from devkit.tapes import DayTapes
from tests.integration.day.film import shoot
from tests.integration.day.people import Exam, Office, Sitter
from tests.integration.day.roles import ANYONE, MAY, ROLES
from tests.integration.day.web import Answer, Bearer, Web

SECRET = "A" * 43
NO_HEADERS: Mapping[str, str] = {}
SIGN_OUT = "/staff/sign-out"
GUARDED = [e for e in ENDPOINTS if e.roles]


@dataclass(frozen=True)
class Everybody:
    """A token of each role, and tokens that are no longer or never were any."""

    exam: Exam
    sitting_id: str
    good: dict[str, Bearer]
    bad: dict[str, tuple[Bearer | None, str]]


def expire(ports: Ports, token: str) -> None:
    ended = datetime.now(UTC) - timedelta(seconds=1)
    ports.sessions.change(token.partition(".")[0], lambda stored: replace(stored, expires_at=ended))


@pytest.fixture(scope="module")
def everybody(office: Office, ports: Ports) -> Everybody:
    """Sittings of which nothing else is asked: what is allowed may be done to them."""
    exam = office.exam(4)
    sitter = exam.sitter().log_in().bind()
    moved, late, ended = (exam.sitter(number).log_in() for number in (1, 2, 3))
    path = f"/sittings/{moved.sitting_id}/move-session"
    office.ask("POST", path, Role.PROCTOR, json={"reason": "设备损坏 / broken"}).ok()
    expire(ports, late.token)
    revoke_session(ports, ended.session_id)
    return Everybody(
        exam=exam,
        sitting_id=sitter.sitting_id,
        good={"candidate": sitter.bearer, "phone": sitter.phone.bearer, "former": moved.bearer}
        | {role.value: bearer for role, bearer in office.bearers.items()},
        bad={
            "none": (None, "unauthenticated"),
            "no secret": (sitter.bearing("ses_x."), "unauthenticated"),
            "made up": (sitter.bearing(f"ses_{'a' * 26}.{SECRET}"), "unauthenticated"),
            "of another's secret": (sitter.bearing(f"{sitter.session_id}.{SECRET}"), "unauthenticated"),
            "revoked": (ended.bearer, "session_revoked"),
            "expired": (late.bearer, "session_expired"),
        },
    )


def call(
    web: Web,
    everybody: Everybody,
    endpoint: Endpoint,
    by: Bearer | None,
    kind: str,
    headers: Mapping[str, str] = NO_HEADERS,
) -> Answer:
    """Call a route with a body that is empty of sense."""
    headers = {"Content-Type": endpoint.content_type, **headers}
    return web.ask(endpoint.method, nothing(endpoint, kind), by, content=b"{}", headers=headers)


def nothing(endpoint: Endpoint, kind: str) -> str:
    """The route's path, naming nothing that is there."""
    return endpoint.path.format(
        account="nobody",
        exam_id="exam_none",
        sitting_id="sit_none",
        invitation_id="inv_none",
        kind=kind,
        segment_no="1",
        ticket_no="T0000",
    )


def somebody(everybody: Everybody, ports: Ports, endpoint: Endpoint, role: str) -> Bearer:
    """Somebody of the role; who may sign out and so be gone is nobody whom the other tests need."""
    if endpoint.path != SIGN_OUT or role not in MAY[endpoint.method, SIGN_OUT].split():
        return everybody.good[role]
    key, until = DeviceKey.generate(), datetime.now(UTC) + timedelta(hours=1)
    public = PublicKey(**key.public_coordinates)
    return Bearer(open_session(ports, Role(role), "leaver", until, public).token, key)


def test_the_table_names_every_route_and_no_other() -> None:
    assert {(e.method, e.path) for e in ENDPOINTS} == set(MAY)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
class TestRoute:
    def test_a_role_may_what_the_table_says_and_nothing_else(
        self, web: Web, ports: Ports, everybody: Everybody, endpoint: Endpoint
    ) -> None:
        may = MAY[endpoint.method, endpoint.path]
        for role in ROLES:
            kind = "evidence" if role == "phone" else "camera"
            answer = call(web, everybody, endpoint, somebody(everybody, ports, endpoint, role), kind)
            if may == ANYONE or role in may.split():
                assert answer.status not in (401, 403), f"{role}: {answer}"
                assert answer.status < 500, f"{role}: {answer}"
            elif role == "former":
                assert answer.refused(401, "session_moved") == {}
            else:
                assert answer.refused(403, "forbidden") == {"role": role}

    def test_who_has_no_good_token_is_told_why(
        self, web: Web, everybody: Everybody, endpoint: Endpoint
    ) -> None:
        for name, (bearer, code) in everybody.bad.items():
            answer = call(web, everybody, endpoint, bearer, "camera")
            if MAY[endpoint.method, endpoint.path] == ANYONE:
                assert answer.status not in (401, 403), f"{name}: {answer}"
            else:
                answer.refused(401, code)


@pytest.mark.parametrize("endpoint", GUARDED, ids=lambda e: f"{e.method} {e.path}")
class TestGuardedRoute:
    def test_a_token_is_of_no_use_without_its_keys_own_proof(
        self, web: Web, everybody: Everybody, endpoint: Endpoint
    ) -> None:
        role = MAY[endpoint.method, endpoint.path].split()[0]
        mine, path, now = everybody.good[role], nothing(endpoint, "camera"), datetime.now(UTC)
        copied = Bearer(mine.token, DeviceKey.generate())
        another = next(bearer for name, bearer in everybody.good.items() if name != role)
        other_method = "POST" if endpoint.method == "GET" else "GET"
        no_proofs = {
            "none": ("", "proof_missing"),
            "no proof": ("viva", "proof_refused"),
            "of another key": (copied.prove(endpoint.method, path), "proof_refused"),
            "of another token": (another.prove(endpoint.method, path), "proof_refused"),
            "of another route": (mine.prove(endpoint.method, "/time"), "proof_refused"),
            "of another method": (mine.prove(other_method, path), "proof_refused"),
            "late": (mine.prove(endpoint.method, path, now - timedelta(seconds=90)), "proof_stale"),
            "early": (mine.prove(endpoint.method, path, now + timedelta(seconds=90)), "proof_stale"),
        }
        for name, (proof, code) in no_proofs.items():
            answer = call(web, everybody, endpoint, mine, "camera", {"Viva-Proof": proof})
            assert (answer.status, answer.code) == (401, code), f"{name}: {answer}"

    def test_a_proof_is_good_once_but_for_reading(
        self, web: Web, ports: Ports, everybody: Everybody, endpoint: Endpoint
    ) -> None:
        role = MAY[endpoint.method, endpoint.path].split()[0]
        bearer = somebody(everybody, ports, endpoint, role)
        proof = bearer.prove(endpoint.method, nothing(endpoint, "camera"))
        header = {"Viva-Proof": proof}
        first, again = (call(web, everybody, endpoint, bearer, "camera", header) for _ in range(2))
        assert first.status not in (401, 403), first
        if endpoint.method == "GET":
            assert again.status == first.status
        else:
            # Whoever signed out has no session any more that a proof could be of.
            again.refused(401, "session_revoked" if endpoint.path == SIGN_OUT else "proof_replayed")


@pytest.mark.parametrize("header", ["Basic dTpw", "Bearer", "Token abc", "Bearer ses_x", "."])
def test_another_scheme_is_no_token(web: Web, header: str) -> None:
    web.ask("GET", "/sitting", headers={"Authorization": header}).refused(401, "unauthenticated")


def test_a_token_opens_its_own_sitting_and_no_other(office: Office, exam: Exam) -> None:
    """No route of a candidate names a sitting: there is nothing to try but staff's, and those refuse."""
    mine, other = exam.sitter(0).log_in(), office.exam().sitter().log_in()
    assert mine.view()["sitting_id"] == mine.sitting_id
    assert other.view()["sitting_id"] == other.sitting_id
    before = other.view()
    for method, path in MAY:
        if "{sitting_id}" in path or ("{exam_id}" in path and MAY[method, path] != ANYONE):
            asked = path.format(
                sitting_id=other.sitting_id,
                exam_id=other.exam.exam_id,
                ticket_no=other.person.ticket_no,
                kind="camera",
                segment_no="1",
            )
            mine.ask(method, asked).refused(403, "forbidden")
    mine.bind()
    assert mine.view()["on_record"].keys() - {"login"} == {"read_process", "bind_evidence"}
    assert {**other.view(), "now": ""} == {**before, "now": ""}


def test_a_phone_of_one_candidate_delivers_nothing_for_another(exam: Exam, tapes: DayTapes) -> None:
    mine, other = exam.sitter(0).log_in().bind(), exam.sitter(1).log_in().bind()
    film = shoot(tapes.side, datetime.now(UTC))
    mine.phone.ask("POST", "/recordings/evidence/segments", json=film.declaration()).ok()
    (evidence,) = other.phone.ask("GET", "/recordings").ok()["recordings"]
    assert evidence["segments"] == []
    assert mine.phone.ask("GET", "/sitting").ok()["sitting_id"] == mine.sitting_id


@pytest.mark.parametrize(("who", "kind"), [("phone", "camera"), ("phone", "screen"), ("desktop", "evidence")])
def test_a_device_delivers_its_own_recordings_only(exam: Exam, tapes: DayTapes, who: str, kind: str) -> None:
    sitter = entered(exam)
    device = sitter.phone if who == "phone" else sitter
    film = shoot(tapes.camera, datetime.now(UTC))
    for path, body in (
        ("segments", film.declaration()),
        ("segments/1/complete", {}),
        ("close", {"last_segment_no": 1}),
    ):
        device.ask("POST", f"/recordings/{kind}/{path}", json=body).refused(403, "forbidden")
    told = sitter.ask("GET", "/recordings").ok()["recordings"]
    assert [(r["kind"], r["closed"], r["segments"]) for r in told if r["kind"] == kind] == [(kind, False, [])]


def test_a_phone_sees_evidence_and_nothing_else(exam: Exam) -> None:
    told = exam.sitter().log_in().bind().phone.ask("GET", "/recordings").ok()["recordings"]
    assert [recording["kind"] for recording in told] == ["evidence"]


def test_a_grader_sees_lot_numbers_and_no_person(office: Office, exam: Exam) -> None:
    sitter = entered(exam)
    answer = exam.ask("GET", "/report", Role.GRADER)
    assert [row["lot_number"] for row in answer.ok()["rows"]] == [sitter.view()["lot_number"]]
    for person in exam.people:
        assert person.name not in answer.text
        assert person.ticket_no not in answer.text


def entered(exam: Exam) -> Sitter:
    return exam.sitter().log_in().bind().enter()
