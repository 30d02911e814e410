"""A browser that has stopped drawing is told from a page that fails: only the former begins anew."""

import pytest
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.drawing import StoppedDrawing, expect_drawing
from tests.e2e.hall import Hall


def test_a_page_without_frames_is_noticed(hall: Hall) -> None:
    # Given two pages that are drawn
    hall.corner()
    page = hall.corner().page
    expect_drawing([hall])

    # When one of them gets no frames any more
    page.evaluate("window.requestAnimationFrame = () => 0")

    # Then that is told
    with pytest.raises(StoppedDrawing, match="about:blank"):
        expect_drawing([hall])


def test_a_page_that_is_gone_is_another_trouble(hall: Hall) -> None:
    page = hall.corner().page
    with pytest.raises(PlaywrightError):
        page.goto("chrome://crash")

    expect_drawing([hall])
