"""What `expect_accessible` finds: a look that sees nothing would pass every page."""

import pytest
from playwright.sync_api import Playwright

from tests.e2e.accessibility import expect_accessible
from tests.e2e.browser import FLAGS, chromium

FADES_IN = "<style>@keyframes fade { from { opacity: 0.2 } }</style>"
PAGE = '<!doctype html><html lang="zh-CN"><head><title>考试</title></head><body><main>{}</main></body></html>'


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("<button></button>", "button-name"),
        ('<p style="color: #bbb">正在录制</p>', "color-contrast"),
        ('<input name="code">', "label"),
        ("<p>正在录制</p>", None),
        (f'{FADES_IN}<p style="animation: fade 1s">正在录制</p>', None),
    ],
)
def test_what_a_screen_reader_or_weak_eyes_miss_is_found(
    playwright: Playwright, content: str, rule: str | None
) -> None:
    with playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS)) as browser:
        page = browser.new_page()
        page.set_content(PAGE.format(content))
        if rule is None:
            expect_accessible(page, "a page")
        else:
            with pytest.raises(AssertionError, match=rule):
                expect_accessible(page, "a page")
