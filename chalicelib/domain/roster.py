"""The roster: CSV as offices really send it, in UTF-8 or GB18030, with a word on each bad line."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.errors import RosterUnreadable

COLUMNS = ("ticket_no", "name", "id_number")
_ALIASES = {
    "ticket_no": "ticket_no", "准考证号": "ticket_no",
    "name": "name", "姓名": "name",
    "id_number": "id_number", "身份证号": "id_number", "证件号": "id_number", "证件号码": "id_number",
    "extra_time_s": "extra_time_s", "加时秒数": "extra_time_s",
}  # fmt: skip
_TICKET = re.compile(r"[0-9A-Za-z-]{4,32}")
_ID_TAIL = 4
MAX_EXTRA_TIME_S = 4 * 3600


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A person as the file names them. `id_tail` is the ID number's last four characters, upper case."""

    ticket_no: str
    name: str
    id_tail: str
    extra_time_s: int = 0


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was left out, counted from 1 with the header as line 1. It repeats no personal data."""

    line_no: int
    column: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Roster:
    """What could be read, and what could not."""

    lines: tuple[RosterLine, ...]
    bad_lines: tuple[BadLine, ...]
    encoding: str


def read_roster(content: bytes) -> Roster:
    """Read a roster.

    Raises
    ------
    RosterUnreadable
        If the bytes are neither UTF-8 nor GB18030, or the header lacks a column.
    """
    text, encoding = _decoded(content)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [_ALIASES.get(cell.strip().lstrip("\ufeff")) for cell in next(rows, [])]
        numbered = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise RosterUnreadable(
            zh=f"第 {rows.line_num} 行格式有误（{error}）",
            en=f"line {rows.line_num}: {error}",
            columns=", ".join(COLUMNS),
        ) from error
    twice = {name for name in header if name and header.count(name) > 1}
    if twice:
        named = ", ".join(sorted(twice))
        raise RosterUnreadable(
            zh=f"列 {named} 重复", en=f"two columns for {named}", columns=", ".join(COLUMNS)
        )
    absent = [column for column in COLUMNS if column not in header]
    if absent:
        raise RosterUnreadable(
            zh=f"缺少列 {', '.join(absent)}", en=f"no column {', '.join(absent)}", columns=", ".join(COLUMNS)
        )
    return _sorted_out(header, numbered, encoding)


def _sorted_out(header: list[str | None], rows: Iterable[tuple[int, list[str]]], encoding: str) -> Roster:
    lines: dict[str, RosterLine] = {}
    bad: list[BadLine] = []
    for line_no, row in rows:
        if len(row) != len(header):
            bad.append(BadLine(line_no, "", f"应有 {len(header)} 列，实有 {len(row)} 列",
                               f"{len(row)} columns instead of {len(header)}"))  # fmt: skip
            continue
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=True) if name}
        fault = _fault_of(cells, lines)
        if fault:
            bad.append(BadLine(line_no, *fault))
            continue
        lines[cells["ticket_no"]] = RosterLine(
            ticket_no=cells["ticket_no"],
            name=cells["name"],
            id_tail=cells["id_number"][-_ID_TAIL:].upper(),
            extra_time_s=int(cells.get("extra_time_s") or 0),
        )
    return Roster(tuple(lines.values()), tuple(bad), encoding)


def _fault_of(cells: dict[str, str], known: dict[str, RosterLine]) -> tuple[str, str, str] | None:
    ticket_no, extra = cells["ticket_no"], cells.get("extra_time_s") or "0"
    if not _TICKET.fullmatch(ticket_no):
        return (
            "ticket_no",
            "准考证号应为 4 至 32 位字母、数字或连字符",
            "must be 4 to 32 letters, digits or hyphens",
        )
    if ticket_no in known:
        return "ticket_no", "准考证号重复", "the ticket number stands twice"
    if not cells["name"] or len(cells["name"]) > 64:
        return "name", "姓名应为 1 至 64 个字", "must have 1 to 64 characters"
    if not re.fullmatch(r"[0-9A-Za-z]{4,32}", cells["id_number"]):
        return "id_number", "证件号应为 4 至 32 位字母或数字", "must be 4 to 32 letters or digits"
    if not re.fullmatch(r"[0-9]{1,5}", extra) or int(extra) > MAX_EXTRA_TIME_S:
        return (
            "extra_time_s",
            f"加时应为 0 至 {MAX_EXTRA_TIME_S} 秒",
            f"must be 0 to {MAX_EXTRA_TIME_S} seconds",
        )
    return None


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, "utf-8" if encoding == "utf-8-sig" else encoding
    raise RosterUnreadable(
        zh="文件既不是 UTF-8 也不是 GB18030 编码",
        en="the bytes are neither UTF-8 nor GB18030",
        columns=", ".join(COLUMNS),
    )
