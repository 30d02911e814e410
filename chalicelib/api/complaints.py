"""What msgspec found wrong with a body, in Chinese; its English is told as it is."""

import re
from typing import Final

# The longer first: "of length" is said by its own line before a bare comparison could take it.
_SENTENCES: Final = (
    (r"Object missing required field (`[^`]*`)", r"缺少必填字段 \1"),
    (r"Object contains unknown field (`[^`]*`)", r"含有未定义的字段 \1"),
    (r"Expected (`[^`]*`) of length >= (\d+)", r"长度不得小于 \2（\1）"),
    (r"Expected (`[^`]*`) of length <= (\d+)", r"长度不得大于 \2（\1）"),
    (r"Expected (`[^`]*`) >= (-?[\d.]+)", r"数值不得小于 \2（\1）"),
    (r"Expected (`[^`]*`) <= (-?[\d.]+)", r"数值不得大于 \2（\1）"),
    (r"Expected (`[^`]*`) matching regex (.*)", r"内容与规定的格式 \2 不符（\1）"),
    (r"Expected (`[^`]*`) with a timezone component", r"时间缺少时区（\1）"),
    (r"Expected (`[^`]*`), got (`[^`]*`)", r"类型应为 \1，实为 \2"),
    (r"Invalid enum value (.*)", r"取值 \1 不在允许范围内"),
    (r"Invalid RFC3339 encoded datetime", r"时间不符合 RFC 3339 格式"),
    (r"Invalid base64 encoded string", r"不是有效的 Base64 编码"),
    (r"(?:Integer value|Number) out of range", r"数值超出范围"),
    (r"Input data was truncated", r"JSON 不完整"),
    (r"JSON is malformed: .*\(byte (\d+)\)", r"JSON 格式错误（第 \1 字节）"),
)


def in_chinese(complaint: str) -> str:
    """The sentence for one of msgspec's; what is not known is quoted as it is.

    Examples
    --------
    >>> in_chinese("Expected `int`, got `str` - at `$.parts[0].size_bytes`")
    '`$.parts[0].size_bytes`：类型应为 `int`，实为 `str`'
    """
    what, at, place = complaint.rpartition(" - at ")
    if not at:
        return _said(complaint)
    return f"{place}：{_said(what)}"


def _said(what: str) -> str:
    for pattern, sentence in _SENTENCES:
        found = re.fullmatch(pattern, what, re.DOTALL)
        if found:
            return found.expand(sentence)
    return f"请求内容不符合格式（{what}）"
