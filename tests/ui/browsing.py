"""A real Chromium for the tests of page and embed, and the rules of accessibility it is held to."""

from __future__ import annotations

import shutil
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium")
NEEDS_CHROMIUM = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on the PATH (apt-get install chromium)")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip


def broken_rules(page: Page) -> list[str]:
    """The rules that the page breaks as it stands, within shadow roots too."""
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{broken['id']}: {broken['nodes'][0]['html'][:200]}" for broken in result["violations"]]


def width_of_overflow(page: Page) -> int:
    """How many CSS pixels of the page lie beyond its right edge."""
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found
