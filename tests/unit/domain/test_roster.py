"""The roster: CSV as offices send it, and a word on each line that could not be read."""

import codecs
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import RosterUnreadable
from chalicelib.domain.roster import RosterLine, read_roster

pytestmark = pytest.mark.fuzz

HEADER = "准考证号,姓名,身份证号"
NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)
TICKETS = st.from_regex(r"[0-9A-Za-z-]{4,32}", fullmatch=True)
ID_NUMBERS = st.from_regex(r"[0-9]{17}[0-9xX]", fullmatch=True)
PEOPLE = st.lists(st.tuples(TICKETS, NAMES, ID_NUMBERS), unique_by=lambda person: person[0], max_size=12)
ENCODINGS = st.sampled_from(("utf-8", "utf-8-sig", "gb18030"))
# Each is wrong in one column, whatever stands around it.
BAD_LINES = {
    "abc,王五,110101199001011234": "ticket_no",
    ",王五,110101199001011234": "ticket_no",
    "２０２６０００１,王五,110101199001011234": "ticket_no",
    f"{'9' * 33},王五,110101199001011234": "ticket_no",
    "20269999,,110101199001011234": "name",
    f"20269999,{'王' * 65},110101199001011234": "name",
    "20269999,王五,": "id_number",
    "20269999,王五,11010119900101-234": "id_number",
    "20269999,王五": "",
    "20269999,王五,110101199001011234,多": "",
}


def csv(*lines: str, encoding: str = "utf-8", ending: str = "\r\n") -> bytes:
    return ending.join([*lines, ""]).encode(encoding)


@given(PEOPLE, ENCODINGS, st.sampled_from(("\r\n", "\n", "\r")))
def test_what_is_right_is_read_in_either_encoding(
    people: list[tuple[str, str, str]], encoding: str, ending: str
) -> None:
    roster = read_roster(csv(HEADER, *map(",".join, people), encoding=encoding, ending=ending))

    assert roster.bad_lines == ()
    assert roster.encoding == ("gb18030" if encoding == "gb18030" else "utf-8")
    assert [(line.ticket_no, line.name, line.id_tail) for line in roster.lines] == [
        (ticket, name, number[-4:].upper()) for ticket, name, number in people
    ]


@given(
    PEOPLE, st.lists(st.tuples(st.integers(0, 12), st.sampled_from(sorted(BAD_LINES))), max_size=6), ENCODINGS
)
def test_bad_lines_are_named_and_cost_no_good_line(
    people: list[tuple[str, str, str]], wrong: list[tuple[int, str]], encoding: str
) -> None:
    lines: list[tuple[str, str | None]] = [
        (",".join(person), None) for person in people if person[0] != "20269999"
    ]
    good = [line for line, _ in lines]
    for place, bad in wrong:
        lines.insert(min(place, len(lines)), (bad, BAD_LINES[bad]))

    roster = read_roster(csv(HEADER, *(line for line, _ in lines), encoding=encoding))

    assert [(bad.line_no, bad.column) for bad in roster.bad_lines] == [
        (number, column) for number, (_, column) in enumerate(lines, start=2) if column is not None
    ]
    assert [line.ticket_no for line in roster.lines] == [line.split(",")[0] for line in good]


@pytest.mark.parametrize("line", [line for line, column in BAD_LINES.items() if column])
def test_the_word_on_a_bad_line_is_in_both_languages_and_repeats_nobody(line: str) -> None:
    (bad,) = read_roster(csv(HEADER, line)).bad_lines

    assert any("\u4e00" <= letter <= "\u9fff" for letter in bad.reason_zh)
    assert bad.reason_en.isascii()
    for said in (bad.reason_zh, bad.reason_en):
        assert "王" not in said
        assert "1101" not in said


def test_a_ticket_that_stands_twice_counts_once() -> None:
    roster = read_roster(csv(HEADER, "20260001,张三,110101199001011234", "20260001,李四,110101199001015678"))

    assert [line.name for line in roster.lines] == ["张三"]
    assert [(bad.line_no, bad.column) for bad in roster.bad_lines] == [(3, "ticket_no")]


@pytest.mark.parametrize(
    "header",
    [
        "ticket_no,name,id_number",
        "准考证号,姓名,证件号码",
        "\ufeff准考证号, 姓名 ,身份证号",
        '"准考证号","姓名","证件号"',
    ],
)
def test_headers_are_known_in_both_languages(header: str) -> None:
    roster = read_roster(csv(header, "20260001,张三,11010119900101123x"))

    assert roster.lines == (RosterLine("20260001", "张三", "123X"),)


def test_columns_stand_in_any_order_and_others_are_passed_over() -> None:
    roster = read_roster(
        csv("单位,身份证号,加时秒数,准考证号,姓名", "教育局,110101199001011234,600,20260001,张三")
    )

    assert roster.lines == (RosterLine("20260001", "张三", "1234", extra_time_s=600),)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [("", 0), ("0", 0), ("14400", 14400), ("14401", None), ("-1", None), ("1.5", None), ("十", None)],
)
def test_extra_time_is_seconds_up_to_four_hours(cell: str, seconds: int | None) -> None:
    roster = read_roster(csv(f"{HEADER},extra_time_s", f"20260001,张三,110101199001011234,{cell}"))

    if seconds is None:
        assert [bad.column for bad in roster.bad_lines] == ["extra_time_s"]
    else:
        assert [line.extra_time_s for line in roster.lines] == [seconds]


def test_an_absurd_extra_time_is_a_bad_line_like_any_other() -> None:
    roster = read_roster(csv(f"{HEADER},extra_time_s", f"20260001,张三,110101199001011234,{'9' * 5000}"))

    assert [bad.column for bad in roster.bad_lines] == ["extra_time_s"]


def test_a_name_may_hold_commas_and_quotes_and_empty_lines_do_not_count() -> None:
    roster = read_roster(csv("ticket_no,name,id_number", "", '20260001,"O""Neil, Ann",A1234567', "", ",,"))

    assert [line.name for line in roster.lines] == ['O"Neil, Ann']
    assert roster.bad_lines == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02\x03",
        b"\xff" * 100,
        csv("准考证号,姓名", "20260001,张三"),
        csv("20260001,张三,110101199001011234"),
        csv(HEADER, "20260001,张三,110101199001011234").decode().encode("utf-16"),
        csv(HEADER, '20260001,"张三,110101199001011234'),
        csv(HEADER, f"20260001,{'张' * 200_000},110101199001011234"),
        codecs.BOM_UTF8,
    ],
    ids=[
        "empty",
        "binary",
        "no text",
        "no column",
        "no header",
        "utf-16",
        "open quote",
        "huge cell",
        "only a mark",
    ],
)
def test_what_is_no_roster_is_refused_with_the_columns_that_it_needs(content: bytes) -> None:
    with pytest.raises(RosterUnreadable) as caught:
        read_roster(content)

    assert "ticket_no, name, id_number" in caught.value.message_zh
    assert "ticket_no, name, id_number" in caught.value.message_en


@given(st.binary(max_size=400))
def test_no_bytes_break_it(content: bytes) -> None:
    with suppress(RosterUnreadable):
        read_roster(content)


@given(st.text(max_size=200), ENCODINGS)
def test_no_text_under_a_good_header_breaks_it(text: str, encoding: str) -> None:
    try:
        roster = read_roster(
            csv(HEADER, text.encode(encoding, "replace").decode(encoding), encoding=encoding)
        )
    except RosterUnreadable:
        return
    assert len({line.ticket_no for line in roster.lines}) == len(roster.lines)
