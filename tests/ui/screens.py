"""Photographs every page and state of a running service, at a desk and on a phone: ``python -m tests.ui.screens URL``.

The pictures in ``docs/screens`` are of the shipped corpus alone, so that they show nobody else's words. Where the
service has no documents, only the state of an error is photographed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import REPO
from tests.ui.browsing import CHROMIUM, FLAGS
from tests.ui.seeing import READY_MS

FOLDER = REPO / "docs" / "screens"
DEVICES = {"desktop": (1280, 900), "phone": (390, 844)}
TALLEST_PX = 2_600  # of a page that is longer, its beginning
COLOURS = 64  # keeps each picture under 200 KB

Act = Callable[[Page], None]


def shown(selector: str) -> Act:
    return lambda page: expect(page.locator(selector).first).to_be_visible(timeout=READY_MS)


def chosen(page: Page) -> None:
    page.locator("#al-pick-population > summary").click()


def mistaken(page: Page) -> None:
    page.get_by_role("button", name="Ask", exact=True).click()
    shown(".al-error")(page)


def personal(page: Page) -> None:
    page.get_by_label("Your question").fill("My patient 943 476 5919 needs a home")
    page.get_by_role("button", name="Ask", exact=True).click()
    shown(".al-personal_data")(page)


def unreachable(page: Page) -> None:
    shown(".al-card")(page)
    page.context.set_offline(True)
    page.get_by_label("Your question").fill("What did it cost?")
    page.get_by_role("button", name="Ask", exact=True).click()
    shown("#al-refused p:not(:empty)")(page)


def unanswered(page: Page) -> None:
    page.get_by_label("Your question").fill("How do we start?")
    page.get_by_role("button", name="Ask", exact=True).click()
    shown(".al-notice")(page)


SCREENS: dict[str, tuple[str, Act]] = {
    "first": ("", shown("#al-starters")),
    "choosing": ("?page=ask&trust_type=mental_health&determinant=employment", chosen),
    "answer": ("?q=How+do+we+start%3F", shown(".al-card")),
    "partial": ("?q=How+much+did+Healthcare+Horizons+cost%3F", shown(".al-answer")),
    "out-of-scope": ("?q=What+is+the+capital+of+France%3F", shown(".al-answer")),
    "clinical": ("?q=What+dose+of+ibuprofen+is+safe%3F", shown(".al-answer")),
    "personal-data": ("", personal),
    "mistake": ("", mistaken),
    "unreachable": ("?q=How+do+we+start%3F", unreachable),
    "programmes": ("?page=programmes&determinant=housing", shown(".al-programmes")),
    "programme": ("?programme=healthcare-horizons", shown("#al-view blockquote")),
    "compare": ("?page=compare&programme=healthcare-horizons&programme=new2care", shown("#al-view table")),
    "map": ("?page=map", shown(".al-wide a:visible, .al-narrow a:visible")),
    "about": ("?page=about", shown("#al-view h3")),
    "passage": ("?passage=brief-new2care%230001&from=0&to={end}", shown("#al-view mark")),
}
WITHOUT_DOCUMENTS: dict[str, tuple[str, Act]] = {"error": ("", unanswered)}


def first_sentence(url: str, passage: str) -> str:
    """Where the first sentence of a passage ends."""
    return str(httpx.get(f"{url}/v1/passages/{passage}").raise_for_status().json()["sentences"][0]["end"])


def photograph(browser: Browser, url: str) -> Iterator[Path]:
    page = browser.new_page()
    page.goto(url)
    footer = page.locator("#al-footer")
    expect(footer).to_contain_text("ocuments", timeout=READY_MS)
    screens = WITHOUT_DOCUMENTS if "No documents" in footer.inner_text() else SCREENS
    page.close()
    end = "" if screens is WITHOUT_DOCUMENTS else first_sentence(url, "brief-new2care%230001")
    for device, (width, height) in DEVICES.items():
        for name, (query, act) in screens.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"{url}/{query.format(end=end)}")
            expect(page.locator("#al-footer")).to_contain_text("ocuments", timeout=READY_MS)
            act(page)
            page.wait_for_timeout(700)
            saved = FOLDER / f"{name}-{device}.png"
            page.screenshot(path=saved, full_page=True)
            page.close()
            yield _small(saved)


def _small(saved: Path) -> Path:
    with Image.open(saved) as taken:
        box = (0, 0, taken.width, min(taken.height, TALLEST_PX))
        taken.convert("RGB").crop(box).quantize(COLOURS).save(saved, optimize=True)
    return saved


def main(url: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for saved in photograph(browser, url.rstrip("/")):
            print(f"{saved.relative_to(REPO)}: {saved.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(sys.argv[1])
