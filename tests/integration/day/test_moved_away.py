"""A desktop whose sitting was moved away comes back and delivers what it holds (ADR 0017)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.domain.recording import START_SLACK_MS
from chalicelib.ports import Ports
from devkit.tapes import DayTapes
from tests.integration.day.backstage import until
from tests.integration.day.film import Film, shoot_all
from tests.integration.day.people import Device, Exam, Office, Sitter
from tests.integration.day.test_roles import expire
from tests.integration.day.test_sessions import move, take_over
from tests.integration.day.test_whole_day import SEGMENT_MS, deliver

DESKTOP = ("camera", "screen")


def filmed(tapes: DayTapes, kind: str, start: datetime, end: datetime, tag: str) -> list[Film]:
    tape = {"camera": tapes.camera, "screen": tapes.screen, "evidence": tapes.side}[kind]
    return shoot_all(tape, start, end, SEGMENT_MS, f"{tag} {kind}")


def send(device: Device, kind: str, films: Sequence[Film]) -> None:
    """Declare, put, complete; nothing is closed."""
    segments = f"/recordings/{kind}/segments"
    for film in films:
        declared = device.ask("POST", segments, json=film.declaration()).ok()
        for part in declared["missing_parts"]:
            content = film.parts[part["part_no"] - 1]
            assert device.web.put(part["url"], part["headers"], content).status_code == 200
        device.ask("POST", f"{segments}/{film.segment_no}/complete").ok()


def row_of(exam: Exam, sitter: Sitter, verdict: str) -> dict[str, object]:
    def judged() -> dict[str, object] | None:
        row = next(r for r in exam.report()["rows"] if r["ticket_no"] == sitter.person.ticket_no)
        return row if row["verdict"] == verdict else None

    return until(judged, 60, f"the verdict {verdict}")


def test_what_a_broken_network_kept_on_the_old_desktop_arrives_and_counts(
    office: Office, ports: Ports, tapes: DayTapes
) -> None:
    # Given somebody whose network broke on entering, and who goes on with another computer after T0
    exam = office.exam()
    old = exam.sitter().log_in().bind().enter().wait()
    entered_at = datetime.fromisoformat(old.view()["on_record"]["enter"])
    bound_at = datetime.fromisoformat(old.view()["on_record"]["bind_evidence"])
    start = exam.start_in(2, lasts_s=600)
    # More than a camera's start is forgiven.
    middle = max(start, entered_at + timedelta(milliseconds=START_SLACK_MS + 2000))
    until(lambda: datetime.now(UTC) >= middle, what="the middle of the exam")
    code, computer = move(old), Device(old.web)
    take_over(computer, code)
    taken_over_at = datetime.now(UTC)

    # And who finishes there, whose recordings all arrive, and who is judged by them
    until(lambda: datetime.now(UTC) >= taken_over_at + timedelta(seconds=2), what="some answering")
    computer.ask("POST", "/sitting/finish").ok()
    finished_at = datetime.now(UTC)
    for kind in DESKTOP:
        deliver(computer, kind, filmed(tapes, kind, taken_over_at, finished_at, "new"))
    deliver(old.phone, "evidence", filmed(tapes, "evidence", bound_at, finished_at, "phone"))
    row_of(exam, old, "incomplete")

    # When the old computer is online again, long after its token expired
    expire(ports, old.token)
    old.ask("GET", "/recordings").refused(401, "session_expired")
    old.resume()
    old.ask("GET", "/sitting").refused(401, "session_moved")
    for kind in DESKTOP:
        held = filmed(tapes, kind, entered_at, taken_over_at, "old")
        old.ask("POST", f"/recordings/{kind}/segments", json=held[0].declaration()).refused(
            409, "segment_conflict"
        )
        (known,) = [r for r in old.ask("GET", "/recordings").ok()["recordings"] if r["kind"] == kind]
        behind = max(segment["segment_no"] for segment in known["segments"])
        send(old, kind, [replace(film, segment_no=behind + film.segment_no) for film in held])

        # Then it is not asked for what it recorded beside the other
        later = replace(held[0], segment_no=99, started_at=finished_at, ended_at=datetime.now(UTC))
        old.ask("POST", f"/recordings/{kind}/segments", json=later.declaration()).refused(
            409, "recorded_after_move"
        )

    # And nothing is missing
    row = row_of(exam, old, "intact")
    assert [recording["missing"] for recording in row["recordings"]] == [[], [], []]  # type: ignore[attr-defined]
