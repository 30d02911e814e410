"""A small exam day from roster to receipt: verdicts settle, and each can be proved afterwards."""

import base64
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from chalicelib.domain.people import Role
from devkit.lottery import verify as verify_lottery
from devkit.tapes import DayTapes
from tests.integration.day.backstage import Backstage, until
from tests.integration.day.film import Film, shoot_all
from tests.integration.day.people import Device, Exam, Office, Sitter

LASTS_S = 6.0
WINDOW_S = 25
SEGMENT_MS = 6000


@dataclass(frozen=True)
class Day:
    """A day that is over: its exam, its report as the officer reads it, and who sat."""

    exam: Exam
    intact: Sitter
    early: Sitter
    lacking: Sitter
    report: dict[str, Any]
    failures: list[dict[str, Any]]
    films: dict[str, list[Film]]

    def row(self, ticket_no: str) -> dict[str, Any]:
        (found,) = [row for row in self.report["rows"] if row["ticket_no"] == ticket_no]
        return dict(found)


def deliver(device: Device, kind: str, films: Sequence[Film]) -> None:
    """Bring a recording to the server, as declare, put, complete, close."""
    for film in films:
        path = f"/recordings/{kind}/segments"
        for part in device.ask("POST", path, json=film.declaration()).ok()["missing_parts"]:
            assert device.web.put(part["url"], part["headers"], film.content).status_code == 200
        device.ask("POST", f"{path}/{film.segment_no}/complete").ok()
    device.ask("POST", f"/recordings/{kind}/close", json={"last_segment_no": len(films)}).ok()


def deliver_all(sitter: Sitter, tapes: DayTapes, without: tuple[str, int] | None = None) -> list[Film]:
    """Deliver what a sitting demands: camera and screen from entering, evidence from the binding."""
    seen = sitter.view()
    ended_at = datetime.fromisoformat(seen["instants"]["finished_at"])
    delivered = []
    for kind, tape, since in (
        ("camera", tapes.camera, "enter"),
        ("screen", tapes.screen, "enter"),
        ("evidence", tapes.side, "bind_evidence"),
    ):
        started_at = datetime.fromisoformat(seen["on_record"][since])
        films = shoot_all(tape, started_at, ended_at, SEGMENT_MS, sitter.person.ticket_no)
        device = sitter.phone if kind == "evidence" else sitter
        kept = [film for film in films if (kind, film.segment_no) != without]
        deliver(device, kind, kept)
        if len(kept) < len(films):
            device.ask("POST", f"/recordings/{kind}/close", json={"last_segment_no": len(films)}).ok()
        delivered += kept
    return delivered


@pytest.fixture(scope="module")
def day(office: Office, backstage: Backstage, tapes: DayTapes) -> Day:
    """Of four on the roster one sits to the end, one finishes early, one loses a segment, one never comes."""
    known = len(backstage.cloud.function_errors())
    exam = office.exam(4, window_s=WINDOW_S)
    with ThreadPoolExecutor(3) as threads:

        def prepared(index: int) -> Sitter:
            return exam.sitter(index).log_in().bind().enter().wait()

        intact, early, lacking = threads.map(prepared, range(3))
        starts_at = exam.start_in(3, LASTS_S)
        ends_at = starts_at + timedelta(seconds=LASTS_S)
        until(lambda: datetime.now(UTC) > starts_at + timedelta(seconds=2), what="the middle of the exam")
        early.step("finish").ok()
        until(lambda: datetime.now(UTC) > ends_at, what="the end")
        delivered = threads.map(
            lambda who: deliver_all(who, tapes, ("camera", 2) if who is lacking else None),
            (intact, early, lacking),
        )
        films = dict(zip((s.person.ticket_no for s in (intact, early, lacking)), delivered, strict=True))

    def settled() -> dict[str, Any] | None:
        report = exam.report()
        return report if report["state"] == "settled" else None

    report = until(settled, 90, "the settlement")
    return Day(exam, intact, early, lacking, report, backstage.cloud.function_errors()[known:], films)


def test_each_sitting_has_the_verdict_that_it_should(day: Day) -> None:
    rows = {
        name: (row["ending"], row["verdict"])
        for name, row in (
            ("intact", day.row(day.intact.person.ticket_no)),
            ("early", day.row(day.early.person.ticket_no)),
            ("lacking", day.row(day.lacking.person.ticket_no)),
            ("absent", day.row(day.exam.people[3].ticket_no)),
        )
    }
    assert rows == {
        "intact": ("deadline", "intact"),
        "early": ("finished_early", "intact"),
        "lacking": ("deadline", "incomplete"),
        "absent": ("absent", None),
    }, json.dumps(day.report["rows"], ensure_ascii=False, indent=1)


def test_coverage_is_what_was_recorded_and_the_gap_is_named(day: Day) -> None:
    for recording in day.row(day.intact.person.ticket_no)["recordings"]:
        assert recording["missing"] == []
        assert recording["required_ms"] - recording["coverage_ms"] <= 300, recording
    judged = {r["kind"]: r for r in day.row(day.lacking.person.ticket_no)["recordings"]}
    assert {kind: r["verdict"] for kind, r in judged.items()} == {
        "camera": "incomplete", "screen": "intact", "evidence": "intact"
    }  # fmt: skip
    assert judged["camera"]["missing_segments"] == [2]
    lost_ms = sum(gap["end_ms"] - gap["start_ms"] for gap in judged["camera"]["missing"])
    since, until_ms = judged["camera"]["required"].values()
    assert lost_ms == pytest.approx(min(SEGMENT_MS, until_ms - since - SEGMENT_MS), abs=300)
    reason = day.row(day.lacking.person.ticket_no)
    assert "主录像" in reason["reason_zh"]
    assert "missing segments 2" in reason["reason_en"]


def test_the_receipt_is_signed_by_the_key_that_kms_shows_to_everyone(day: Day, backstage: Backstage) -> None:
    receipt = until(lambda: day.intact.view()["receipt"], 30, "the receipt")
    told = backstage.cloud.client("kms").get_public_key(KeyId=receipt["key_id"])
    key = load_der_public_key(told["PublicKey"])
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(
        base64.b64decode(receipt["signature"]), receipt["statement"].encode(), ec.ECDSA(hashes.SHA256())
    )
    statement = json.loads(receipt["statement"])
    assert statement["verdict"] == "intact"
    signed = {segment["sha256"] for segments in statement["recordings"].values() for segment in segments}
    assert signed == {film.sha256 for film in day.films[day.intact.person.ticket_no]}


def test_the_lottery_follows_from_the_seed(day: Day, tmp_path: Path) -> None:
    bulletin = until(lambda: (told := day.exam.bulletin())["lottery"]["seed"] and told, 15, "the seed")
    bulletin_file, report_file = tmp_path / "bulletin.json", tmp_path / "report.json"
    bulletin_file.write_text(json.dumps(bulletin))
    report_file.write_text(json.dumps(day.report))
    proved = CliRunner().invoke(verify_lottery, [str(bulletin_file), str(report_file)])
    assert proved.exit_code == 0, proved.output
    assert sorted(row["lot_number"] for row in day.report["rows"]) == [1, 2, 3, 4]

    # And two numbers that were exchanged are found.
    first, second = day.report["rows"][:2]
    exchanged = [
        first | {"lot_number": second["lot_number"]},
        second | {"lot_number": first["lot_number"]},
        *day.report["rows"][2:],
    ]
    report_file.write_text(json.dumps(day.report | {"rows": exchanged}))
    assert CliRunner().invoke(verify_lottery, [str(bulletin_file), str(report_file)]).exit_code != 0


def test_the_report_lies_beside_the_recordings(day: Day, backstage: Backstage) -> None:
    key = f"reports/{day.exam.exam_id}/report.json"
    kept = json.loads(backstage.s3.get_object(Bucket=backstage.recordings, Key=key)["Body"].read())
    told = {row["ticket_no"]: (row["lot_number"], row["ending"], row["verdict"]) for row in kept["rows"]}
    assert told == {
        row["ticket_no"]: (row["lot_number"], row["ending"], row["verdict"]) for row in day.report["rows"]
    }


def test_no_function_failed_and_none_lacked_a_permission(day: Day, backstage: Backstage) -> None:
    # The workflow's first version ends as superseded; that is how it is told.
    assert [error for error in day.failures if error["errorType"] != "Superseded"] == []
    for name, content in backstage.logs():
        assert b"is not authorized to perform" not in content, name
        assert b"AccessDenied" not in content, name


def test_a_decision_of_support_lets_the_last_workflow_end(day: Day, backstage: Backstage) -> None:
    waiting = backstage.executions("Sitting", day.lacking.sitting_id)
    assert waiting == {day.lacking.sitting_id: "RUNNING"}
    body = {"verdict": "intact", "reason": "备份录像已补交 / a backup was handed in"}
    path = f"/sittings/{day.lacking.sitting_id}/override"
    day.exam.office.ask("POST", path, Role.SUPPORT, json=body).ok()

    def ended() -> bool:
        sittings = [day.intact, day.early, day.lacking]
        states = [backstage.executions("Sitting", s.sitting_id)[s.sitting_id] for s in sittings]
        states.append(backstage.executions("Exam", day.exam.exam_id)[f"{day.exam.exam_id}-v2"])
        return states == ["SUCCEEDED"] * 4

    until(ended, 30, "the end of all workflows")
    (row,) = [r for r in day.exam.report()["rows"] if r["ticket_no"] == day.lacking.person.ticket_no]
    assert (row["verdict"], row["override"]["reason"]) == ("intact", body["reason"])
    receipt = json.loads(until(lambda: day.lacking.view()["receipt"], 30, "the receipt")["statement"])
    assert (receipt["verdict"], receipt["override"]) == ("incomplete", "intact")
    entries = day.exam.ask("GET", "/audit").ok()["entries"]
    (overridden,) = [entry for entry in entries if entry["what"] == "verdict_overridden"]
    assert (overridden["by"], overridden["details"]["reason"]) == ("day-support", body["reason"])
