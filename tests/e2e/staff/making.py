"""What people do at the console in more than one test."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

ZONE: Final = ZoneInfo("Asia/Shanghai")


def wall(hours: float) -> str:
    """What a clock in the exam's zone shows then."""
    return (datetime.now(UTC) + timedelta(hours=hours)).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def give_reason(page: Page, reason: str) -> None:
    """Answer the question for a reason."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").last.fill(reason)
    dialog.get_by_role("button", name="确定").click()
    expect(dialog).to_be_hidden()
