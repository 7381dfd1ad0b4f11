"""A real Chromium before the page of a real service, and what is asked of every screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.ui.browsing import broken_rules, width_of_overflow

READY_MS = 30_000

SIZES: Mapping[str, dict[str, Any]] = {
    "1280": {"viewport": {"width": 1280, "height": 900}},
    "320": {"viewport": {"width": 320, "height": 640}},
    "400%": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},  # 1280 by 1024, zoomed in
}


@dataclass(slots=True)
class Seen:
    """An open page and every address it asked for."""

    page: Page
    origin: str
    requests: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        self.page.get_by_label("Your question").fill(question)
        self.page.get_by_role("button", name="Ask", exact=True).click()
        self.answered(question)

    def answered(self, question: str) -> None:
        expect(self.page.locator("#al-conversation h2").first).to_contain_text(question, timeout=READY_MS)
        expect(self.page.locator("#al-progress")).to_contain_text("Answer ready")

    def follow(self, words: str, heading: str) -> None:
        self.page.get_by_role("link", name=words, exact=True).first.click()
        self.headed(heading)

    def headed(self, heading: str) -> None:
        expect(self.page.locator("#al-view h2")).to_contain_text(heading, timeout=READY_MS)

    def tab_to(self, selector: str, key: str = "Tab", most: int = 150) -> None:
        """By keyboard alone, until the focus is on what ``selector`` picks."""
        for _ in range(most):
            self.page.keyboard.press(key)
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{key} does not lead to {selector}")

    def axe(self) -> list[str]:
        return broken_rules(self.page)

    def overflow(self) -> int:
        return width_of_overflow(self.page)

    def outside(self) -> list[str]:
        return [url for url in self.requests if not url.startswith((self.origin, "data:", "blob:" + self.origin))]


@contextmanager
def opened(browser: Browser, url: str, size: str, query: str = "", footer: str = "gen-") -> Iterator[Seen]:
    """The page at a size; when it is left, it must have called no other host and set no cookie."""
    context = browser.new_context(**SIZES[size])
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    seen = Seen(context.new_page(), url)
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.goto(f"{url}/{query}")
    expect(seen.page.locator("#al-footer")).to_contain_text(footer, timeout=READY_MS)
    yield seen
    assert seen.outside() == []
    assert context.cookies() == []
    context.close()
