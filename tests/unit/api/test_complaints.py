"""What is wrong with a body is said in Chinese too, whatever msgspec's own words for it are."""

import re
from typing import Any

import msgspec
import pytest

from chalicelib.api import schemas
from chalicelib.api.complaints import in_chinese

KEY = '{"x": "' + "A" * 43 + '", "y": "' + "A" * 43 + '"}'
PARTS = '"mime_type": "video/webm", "size_bytes": 1, "sha256": "' + "0" * 64 + '"'
SPAN = '"started_at": "2026-11-28T08:00:00Z", "ended_at": "2026-11-28T08:02:00Z"'


def complaint_of(kind: type[Any], body: str) -> str:
    with pytest.raises(msgspec.DecodeError) as refused:
        msgspec.json.decode(body, type=kind)
    return str(refused.value)


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        (schemas.Say, "{}", "缺少必填字段 `text`"),
        (schemas.Say, '{"text": "a", "more": 1}', "含有未定义的字段 `more`"),
        (schemas.Say, '{"text": 1}', "`$.text`：类型应为 `str`，实为 `int`"),
        (schemas.Say, '{"text": ""}', "`$.text`：长度不得小于 1（`str`）"),
        (schemas.WithReason, '{"reason": "ab"}', "`$.reason`：长度不得小于 3（`str`）"),
        (schemas.AskHelp, '{"text": "a", "message_id": "' + "a" * 81 + '"}', "长度不得大于 80"),
        (schemas.CloseRecording, '{"last_segment_no": -1}', "`$.last_segment_no`：数值不得小于 0（`int`）"),
        (schemas.CloseRecording, '{"last_segment_no": 10000}', "数值不得大于 9999"),
        (schemas.CloseRecording, '{"last_segment_no": 1e400}', "数值超出范围"),
        (schemas.Heartbeat, '{"battery": 1.5}', "`$.battery`：数值不得大于 1.0（`float`）"),
        (schemas.Consent, '{"text_sha256": "x"}', "内容与规定的格式 '^[0-9a-f]{64}$"),
        (schemas.Resume, '{"session_id": "abcd", "signed_at": "2026-11-28T08:00:00"}', "时间缺少时区"),
        (schemas.Resume, '{"session_id": "abcd", "signed_at": "soon"}', "时间不符合 RFC 3339 格式"),
        (schemas.Decide, '{"decision": "perhaps", "reason": "none"}', "取值 'perhaps' 不在允许范围内"),
        (schemas.ReportEvents, '{"events": []}', "`$.events`：长度不得小于 1（`array`）"),
        (schemas.ReportEvents, '{"events": [{"event_no": 1}]}', "`$.events[0]`：缺少必填字段 `kind`"),
        (
            schemas.FaceLogin,
            '{"ticket_no": "1234", "id_tail": "1234", "device_key": ' + KEY + ', "challenge_id": "abcd", '
            '"frames": ["!"]}',
            "`$.frames[0]`：不是有效的 Base64 编码",
        ),
        (
            schemas.DeclareSegment,
            '{"segment_no": 1, ' + SPAN + ", " + PARTS + ', "parts": [{"size_bytes": "1"}]}',
            "`$.parts[0].size_bytes`：类型应为 `int`，实为 `str`",
        ),
        (schemas.Say, '{"text', "JSON 不完整"),
        (schemas.Say, '{"text": ,}', "JSON 格式错误（第 9 字节）"),
    ],
)
def test_every_complaint_has_its_sentence(kind: type[Any], body: str, said: str) -> None:
    complaint = complaint_of(kind, body)

    told = in_chinese(complaint)

    assert said in told, complaint
    # No English but names, types, values and what everybody calls so.
    rest = re.sub(r"`[^`]*`|'[^']*'|JSON|RFC|Base64", "", told)
    assert not re.search(r"[A-Za-z]", rest), told


def test_what_is_not_known_is_quoted() -> None:
    assert in_chinese("Something new - at `$.text`") == "`$.text`：请求内容不符合格式（Something new）"
