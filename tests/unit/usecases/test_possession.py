"""A token is of use to whoever holds its session's key, once a proof, for a minute (DESIGN §11)."""

from datetime import datetime

import pytest

from chalicelib.domain.errors import ProofMissing, ProofRefused, ProofReplayed, ProofStale, VivaError
from chalicelib.domain.people import DeviceKey, Role, Session
from chalicelib.domain.possession import Request, signed_text
from chalicelib.usecases.authenticate import prove_possession
from chalicelib.usecases.open_session import OpenedSession
from tests.unit.usecases.exam_day import T0, Day, a_day, a_key, minutes
from tests.unit.usecases.memory_ports import proof

JTI = "A" * 22


def logged_in() -> tuple[Day, OpenedSession]:
    day = a_day()
    day.publish("A001", "A002")
    day.at(T0 - minutes(20))
    return day, day.log_in()


def signed(request: Request, key: DeviceKey, at: datetime, jti: str = JTI) -> str:
    iat_ms = round(at.timestamp() * 1000)
    return f"{iat_ms}.{jti}.{proof(key.x, key.y, signed_text(request, iat_ms, jti).encode())}"


def enters(opened: OpenedSession) -> Request:
    return Request("POST", "/sitting/enter", opened.token)


def refusal(day: Day, session: Session, request: Request, header: str) -> type[VivaError]:
    with pytest.raises(VivaError) as refused:
        prove_possession(day.ports, session, request, header)
    return type(refused.value)


def test_what_the_sessions_key_signed_is_let_through_once() -> None:
    day, opened = logged_in()
    header = signed(enters(opened), opened.session.device_key, day.now)
    prove_possession(day.ports, opened.session, enters(opened), header)

    assert refusal(day, opened.session, enters(opened), header) is ProofReplayed
    other = signed(enters(opened), opened.session.device_key, day.now, "B" * 22)
    prove_possession(day.ports, opened.session, enters(opened), other)


def test_two_sessions_may_draw_the_same_number() -> None:
    day, mine = logged_in()
    other = day.log_in("A002")
    for opened in (mine, other):
        header = signed(enters(opened), opened.session.device_key, day.now)
        prove_possession(day.ports, opened.session, enters(opened), header)


def test_reading_again_is_reading_and_writes_nothing() -> None:
    day, opened = logged_in()
    reads = Request("GET", "/sitting", opened.token)
    header = signed(reads, opened.session.device_key, day.now)
    for _ in range(2):
        prove_possession(day.ports, opened.session, reads, header)

    assert day.memory.used_proofs.items == {}


def test_a_proof_of_anything_else_is_refused_and_does_not_spend_the_number() -> None:
    day, opened = logged_in()
    key = opened.session.device_key
    request = enters(opened)
    others = {
        "method": signed(Request("PUT", request.path, request.token), key, day.now),
        "path": signed(Request("POST", "/sitting/finish", request.token), key, day.now),
        "token": signed(Request("POST", request.path, request.token + "x"), key, day.now),
        "key": signed(request, a_key("thief"), day.now),
    }
    now_ms, jti, signature = signed(request, key, day.now).split(".")
    others |= {
        "instant": f"{int(now_ms) + 1}.{jti}.{signature}",
        "number": f"{now_ms}.{'B' * 22}.{signature}",
    }
    for what, header in others.items():
        assert refusal(day, opened.session, request, header) is ProofRefused, what

    prove_possession(day.ports, opened.session, request, signed(request, key, day.now))


def test_a_proof_that_was_kept_too_long_is_stale_used_or_not() -> None:
    day, opened = logged_in()
    used, kept = (signed(enters(opened), opened.session.device_key, day.now, jti * 22) for jti in "AB")
    prove_possession(day.ports, opened.session, enters(opened), used)

    day.memory.clock.advance(seconds=60)
    assert refusal(day, opened.session, enters(opened), used) is ProofReplayed
    day.memory.clock.advance(seconds=0.001)

    assert refusal(day, opened.session, enters(opened), used) is ProofStale
    assert refusal(day, opened.session, enters(opened), kept) is ProofStale


def test_only_who_has_the_key_is_told_the_time() -> None:
    day, opened = logged_in()
    early = signed(enters(opened), a_key("thief"), day.now + minutes(5))

    assert refusal(day, opened.session, enters(opened), early) is ProofRefused
    assert refusal(day, opened.session, enters(opened), "") is ProofMissing


def test_of_two_copies_in_the_same_moment_one_is_let_through() -> None:
    day, opened = logged_in()
    header = signed(enters(opened), opened.session.device_key, day.now)
    day.memory.used_proofs.before_write.append(
        lambda: prove_possession(day.ports, opened.session, enters(opened), header)
    )

    assert refusal(day, opened.session, enters(opened), header) is ProofReplayed


def test_every_session_of_every_role_has_a_key() -> None:
    day = a_day()
    day.publish("A001")
    day.until_waiting()

    for session in day.memory.sessions.items.values():
        assert session.device_key.x
        assert session.role in {Role.CANDIDATE, Role.PHONE}
