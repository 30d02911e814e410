"""The report of a day: complete, self-contained, in both languages, and never kinder than the facts."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from rich.console import Console

from devkit.day.expectation import faults_of
from devkit.day.report_html import render_html
from devkit.day.report_json import json_lines
from devkit.day.report_table import day_table
from devkit.day.results import CandidateResult, DayResult, Stretch, lottery_faults
from devkit.day.scenarios import CORE, MORE, cast
from devkit.day.timeline import WIDTH, Axis
from tests.unit.devkit.made_up_day import SCHEDULE, made_up_day


@pytest.fixture(scope="module")
def day() -> DayResult:
    return made_up_day(16)


def of(day: DayResult, scenario: str) -> CandidateResult:
    return next(candidate for candidate in day.candidates if candidate.scenario.name == scenario)


def gone_wrong(day: DayResult) -> DayResult:
    first = replace(day.candidates[0], faults=("verdict damaged, expected intact",))
    return replace(day, candidates=(first, *day.candidates[1:]))


def test_the_html_needs_nothing_from_outside(day: DayResult) -> None:
    html = render_html(day)

    assert not re.search(r"""(?:src|href)\s*=|@import|url\((?!#)""", html)
    assert "<script" not in html


def test_the_html_is_well_formed_and_says_all_in_both_languages(day: DayResult) -> None:
    class Balanced(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open_tags: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in {"meta", "br"}:
                self.open_tags.append(tag)

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert self.open_tags.pop() == tag

    html = render_html(day)
    parser = Balanced()
    parser.feed(html)

    assert parser.open_tags == []
    for candidate in day.candidates:
        for text in (candidate.ticket_no, candidate.scenario.title_zh, candidate.scenario.title_en):
            assert text in html


def test_what_people_wrote_stays_text(day: DayResult) -> None:
    odd = replace(day.candidates[0], name="<script>alert(1)</script>")

    assert "<script" not in render_html(replace(day, candidates=(odd,)))


def test_one_that_did_not_come_out_is_seen_at_once(day: DayResult) -> None:
    wrong = gone_wrong(day)

    html = render_html(wrong)

    assert "15 / 16" in html
    assert "有结果不符预期" in html
    assert "verdict damaged, expected intact" in html
    assert not wrong.as_it_should


def test_the_timeline_draws_each_stretch_where_it_was(day: DayResult) -> None:
    axis = Axis(SCHEDULE)
    camera = axis.lanes(of(day, "loses_segment"))[0]
    facts = of(day, "loses_segment").recordings["camera"]

    missing = next(bar for bar in camera.bars if bar.kind == "missing")

    assert missing.x == axis.x(facts.missing[0].start_ms)
    assert missing.width == pytest.approx(axis.x(facts.missing[0].end_ms) - missing.x, abs=0.02)
    assert axis.x(SCHEDULE.login_opens_ms) == 0
    assert axis.x(SCHEDULE.settled_ms + 10_000) == WIDTH


def test_almost_all_is_not_written_as_all(day: DayResult) -> None:
    candidate = of(day, "all_well")
    camera = candidate.recordings["camera"]
    required = camera.required
    nearly = replace(camera, covered=(Stretch(required.start_ms, required.end_ms - 1),))

    lane = Axis(SCHEDULE).lanes(replace(candidate, recordings={"camera": nearly}))[0]

    assert lane.percent == "99.9%"


def test_json_lines_hold_one_object_a_candidate_and_the_totals(day: DayResult) -> None:
    lines = [json.loads(line) for line in json_lines(day)]

    assert len(lines) == 17
    for line in lines[:-1]:
        assert line["expected"] == line["verdict"]
        assert line["as_it_should"] is True
    lost = next(line for line in lines if line.get("scenario") == "loses_segment")
    assert [(gap["kind"], gap["segments"]) for gap in lost["missing"]] == [("camera", [2])]
    assert lost["coverage_ms"]["camera"] < lost["required_ms"]["camera"]
    totals = lines[-1]["totals"]
    assert (totals["candidates"], totals["as_it_should"], totals["verdict_intact"]) == (16, 16, 9)
    assert lines[-1]["as_it_should"] is True


@pytest.mark.parametrize("width", [120, 200])
def test_the_table_has_a_line_a_candidate(day: DayResult, width: int) -> None:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(day_table(gone_wrong(day), width))

    text = console.export_text()

    for candidate in day.candidates:
        assert candidate.ticket_no in text
    assert text.count("✓") == 15
    assert "15/16" in text


def test_a_result_is_held_against_its_scenario(day: DayResult) -> None:
    well = of(day, "all_well")
    lost = of(day, "loses_segment")
    absent = of(day, "absent")

    assert faults_of(well) == ()
    assert faults_of(replace(well, ended="missed"))
    assert faults_of(replace(well, verdict="incomplete"))
    assert faults_of(replace(well, recordings={**well.recordings, "camera": lost.recordings["camera"]}))
    assert faults_of(replace(well, recordings={"camera": well.recordings["camera"]}))
    assert faults_of(replace(lost, recordings=well.recordings))
    assert faults_of(replace(lost, observed=frozenset()))
    assert faults_of(replace(absent, recordings=well.recordings))
    camera = replace(lost.recordings["camera"], missing_segments=(3,))
    assert faults_of(replace(lost, recordings={**lost.recordings, "camera": camera}))


def test_lot_numbers_must_be_a_permutation(day: DayResult) -> None:
    same = replace(day.candidates[1], lot_number=day.candidates[0].lot_number)
    without = replace(day.candidates[1], lot_number=None)

    assert lottery_faults(day.candidates) == ()
    assert "no permutation" in lottery_faults((day.candidates[0], same))[0]
    assert day.candidates[1].ticket_no in lottery_faults((day.candidates[0], without))[0]


@pytest.mark.parametrize("candidates", [1, 12, 16, 40])
def test_the_cast_follows_from_number_and_seed(candidates: int) -> None:
    chosen = cast(candidates, seed=7)

    assert len(chosen) == candidates
    assert cast(candidates, seed=7) == chosen
    assert set(chosen) >= set(CORE[:candidates])
    if candidates >= 16:
        assert set(chosen) == {*CORE, *MORE}


def test_another_seed_gives_another_order() -> None:
    assert cast(12, seed=1) != cast(12, seed=2)
