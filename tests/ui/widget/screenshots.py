"""``python -m tests.ui.widget.screenshots INDEX``: take the pictures of docs/embed/ again, desktop and phone."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from retrieval.types import BlockRole, Status
from tests.conftest import REPO
from tests.serving import Running, serving
from tests.ui.browsing import CHROMIUM, FLAGS
from tests.ui.widget.hosting import Embedded, Site, hosting, markup
from tests.ui.widget.peer import answer, block, citation, speaking

FOLDER = REPO / "docs" / "embed"
SIZES = {"desktop": (900, 700), "phone": (375, 667)}
HOST = "<style>body { font-family: Arial, sans-serif; max-width: 52rem; margin: 0 auto; padding: 8px 16px }</style>"
ASKED: Mapping[str, str] = {
    "answered": "How many people got jobs at Barts Health?",
    "plan": "How do we start?",
    "partial": "What did the programme in Narnia cost?",
    "personal-data": "My patient 943 476 5919 needs a home",
    "clinical": "What dose of ibuprofen is safe?",
    "crisis": "I want to end my life",
}


class Camera:
    def __init__(self, browser: Browser, site: Site, service: Running, size: str) -> None:
        self.browser, self.site, self.service, self.size = browser, site, service, size

    def open(self, mode: str = "inline", api: str = "") -> Embedded:
        width, height = SIZES[self.size]
        context = self.browser.new_context(viewport={"width": width, "height": height})
        contact = 'contact="https://haln.example/contact"'
        text = markup(self.service.url, mode=mode, head=HOST, attributes=contact)
        text = text.replace(f'api="{self.service.url}"', f'api="{api or self.service.url}"')
        return Embedded.open(context, self.site.put("/picture", text))

    def take(self, opened: Embedded, name: str, whole: bool = True) -> None:
        picture = Image.open(io.BytesIO(opened.page.screenshot(full_page=whole)))
        few = picture.convert("RGB").quantize(48)  # a quarter of the bytes, and no difference to be seen
        few.save(FOLDER / f"{name}-{self.size}.png", optimize=True)

    def inline(self) -> None:
        opened = self.open()
        self.take(opened, "untouched")
        opened.box.focus()
        expect(opened.embed.get_by_text("Questions to start with")).to_be_visible()
        self.take(opened, "empty")
        for name, question in ASKED.items():
            opened.ask(question)
            if name == "answered":
                opened.embed.get_by_text("Read in place").first.click()
                expect(opened.embed.locator("mark").first).to_be_visible()
                opened.embed.get_by_role("button", name="No", exact=True).click()
            self.take(opened, name)
            opened.embed.get_by_role("button", name="Clear conversation").click()
        opened.box.fill("x" * 1010)
        opened.box.press("Enter")
        self.take(opened, "too-long")

    def launcher(self) -> None:
        opened = self.open(mode="launcher")
        self.take(opened, "launcher-closed", whole=False)
        opened.embed.get_by_role("button", name="Ask Anchorline").click()
        opened.ask("How do we start?")
        self.take(opened, "launcher-open", whole=False)

    def faults(self) -> None:
        """What the service shows only while it works or fails, from a peer that speaks its contract."""
        with speaking() as peer:
            peer.answer = answer(
                block(BlockRole.QUOTE, "The first sentence of an answer is here already.", 1),
                block(BlockRole.CONFLICT, "One source says 62 per cent, the other says 68 per cent.", 1, 2),
                block(BlockRole.GAP, "The sources do not say what it cost."),
                status=Status.PARTIAL,
                citations=(citation(1), citation(2)),
            )
            opened = self.open(api=peer.url)
            opened.box.fill("How many suppliers pay the real Living Wage?")
            opened.box.press("Enter")
            expect(opened.embed.locator("article blockquote")).to_have_count(1)
            self.take(opened, "working")
            peer.go.set()
            opened.answered()
            self.take(opened, "conflict")
        opened = self.open(api=peer.url)
        opened.box.focus()
        expect(opened.status).to_contain_text("cannot be reached")
        self.take(opened, "error")


def main(index: Path) -> None:
    settings = {"ENCODER_CACHE": cache} if (cache := os.environ.get("ANCHORLINE_ENCODER_CACHE")) else {}
    with hosting() as site, tempfile.TemporaryDirectory() as log, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with serving(index, Path(log) / "server.log", ORIGINS=site.origin, **settings) as service:
            for size in SIZES:
                camera = Camera(browser, site, service, size)
                camera.inline()
                camera.launcher()
                camera.faults()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
