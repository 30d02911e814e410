"""What a machine can tell of WCAG 2.2 AA: names for screen readers, contrast, roles, labels, sizes."""

from functools import cache
from typing import Any, Final

from playwright.sync_api import Page

from devkit.package import ROOT

AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is fading in is pale for a moment. What never ends, as a loading mark, is not waited for.
_COME_TO_REST: Final = """() => Promise.race([
    new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() => {
        const running = document.getAnimations().filter(
            one => one.playState === "running" && one.effect.getComputedTiming().endTime < Infinity);
        return Promise.allSettled(running.map(one => one.finished));
    }),
    new Promise(enough => setTimeout(enough, 5000)),
])"""


def expect_accessible(page: Page, name: str) -> None:
    """Let axe look at the page once it has come to rest.

    Raises
    ------
    AssertionError
        Naming each rule that is broken, where, and how.
    """
    page.evaluate(_COME_TO_REST)
    page.evaluate(_axe())
    found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)
    broken = [line for violation in found["violations"] for line in _lines(violation)]
    assert not broken, f"{name}:\n" + "\n".join(broken)


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def _lines(violation: dict[str, Any]) -> list[str]:
    return [
        f"{violation['id']}: {' '.join(node['target'])}: {node['failureSummary']}"
        for node in violation["nodes"]
    ]
