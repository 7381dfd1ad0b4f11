"""Ask, read the sources, open a quote in its place, rate, save, clear: by mouse, and by keyboard alone."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from docx import Document
from playwright.sync_api import expect

from tests.ui.seeing import Seen

pytestmark = pytest.mark.slow

QUESTION = "How many local people began jobs?"
HOSTILE = "How did the orchard scheme begin and grow?"


def takes_ratings(seen: Seen) -> bool:
    return "/v1/feedback" in httpx.get(f"{seen.origin}/openapi.json").json()["paths"]


def quotes_shown(seen: Seen) -> list[str]:
    return seen.page.locator(".al-answer blockquote p").evaluate_all(
        "all => all.map(p => [...p.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('').trim())"
    )


def save(seen: Seen, words: str, folder: Path, *, by_keyboard: bool = False) -> Path:
    value = "word" if words.endswith("Word") else "markdown"
    with seen.page.expect_download() as waiting:
        if by_keyboard:
            seen.tab_to(f'button[value="{value}"]')
            seen.page.keyboard.press("Enter")
        else:
            seen.page.get_by_role("button", name=words).click()
    saved = folder / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    return saved


def check_word(saved: Path, quotes: list[str]) -> None:
    document = Document(str(saved))
    shown = [paragraph.text.rpartition(" [")[0] for paragraph in document.paragraphs if paragraph.style.name == "Quote"]
    assert shown == quotes
    assert not [one for one in document.part.rels.values() if one.is_external]
    with ZipFile(saved) as parts:
        assert not [name for name in parts.namelist() if b"External" in parts.read(name)]


@pytest.mark.parametrize("size", ["1280", "320"])
def test_the_whole_way_by_mouse(seen: Seen, tmp_path: Path) -> None:
    seen.ask(QUESTION)
    quotes = quotes_shown(seen)
    assert quotes
    seen.page.locator(".al-marker").first.click()
    card = seen.page.locator(".al-card").first
    card.get_by_text("Read in place").click()
    assert card.locator("mark").first.inner_text() in quotes
    if takes_ratings(seen):
        seen.page.get_by_role("button", name="No", exact=True).click()
        seen.page.get_by_role("button", name="Something is missing").click()
        expect(seen.page.locator(".al-rating .al-told")).to_contain_text("has been noted")
        seen.page.get_by_role("button", name="Yes", exact=True).click()
        expect(seen.page.locator(".al-reasons")).to_be_hidden()
    else:
        assert seen.page.locator(".al-rating").count() == 0
    check_word(save(seen, "Save as Word", tmp_path), quotes)
    expect(seen.page.locator(".al-actions .al-told")).to_contain_text("Saved as Word")
    markdown = save(seen, "Save as Markdown", tmp_path).read_text("utf-8")
    assert markdown.startswith(f"# {QUESTION}")
    assert "documents as of 20" in markdown
    seen.page.get_by_role("button", name="Copy", exact=True).click()
    expect(seen.page.locator(".al-actions .al-told")).to_contain_text("Answer copied")
    copied = seen.page.evaluate("navigator.clipboard.readText()")
    assert all(f"“{quote}” [" in copied for quote in quotes)
    assert seen.axe() == []
    seen.page.get_by_role("button", name="Clear").click()
    expect(seen.page.locator("#al-conversation h2")).to_have_count(0)


@pytest.mark.parametrize("size", ["1280"])
def test_the_whole_way_by_keyboard_alone(seen: Seen, tmp_path: Path) -> None:
    seen.tab_to("#al-pick-population > summary")
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Escape")
    assert seen.page.evaluate("document.activeElement.parentElement.open") is False
    seen.tab_to("#al-question textarea")
    seen.page.keyboard.type(QUESTION)
    seen.page.keyboard.press("Enter")
    seen.answered(QUESTION)
    seen.tab_to(".al-in-place > summary")
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator(".al-passage mark").first).to_be_visible()
    saved = save(seen, "Save as Word", tmp_path, by_keyboard=True)
    check_word(saved, quotes_shown(seen))
    if takes_ratings(seen):
        seen.tab_to('.al-rate[value="useful"]')
        seen.page.keyboard.press("Space")
        expect(seen.page.locator(".al-rating .al-told")).to_contain_text("Thank you")
    seen.tab_to("#al-clear", key="Shift+Tab")
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("#al-conversation h2")).to_have_count(0)


@pytest.mark.parametrize("size", ["1280"])
def test_nothing_that_has_the_focus_is_hidden(seen: Seen) -> None:
    """WCAG 2.2, focus not obscured: what Tab reaches is on the screen."""
    seen.ask(QUESTION)
    for _ in range(25):
        seen.page.keyboard.press("Tab")
        box = seen.page.evaluate("(b => [b.top, b.bottom])(document.activeElement.getBoundingClientRect())")
        assert box[1] > 0
        assert box[0] < 900


@pytest.mark.parametrize("size", ["1280"])
def test_a_hostile_document_is_saved_as_text(seen: Seen, tmp_path: Path) -> None:
    seen.ask(HOSTILE)
    quotes = quotes_shown(seen)
    assert any("evil.example" in quote for quote in quotes)
    check_word(save(seen, "Save as Word", tmp_path), quotes)
    text = save(seen, "Save as Markdown", tmp_path).read_text("utf-8")
    assert "<img" not in text.replace(r"\<img", "")
    assert "](" not in text.replace(r"\](", "")


@pytest.mark.parametrize("size", ["1280"])
def test_an_answer_that_has_left_the_session_cannot_be_saved_and_says_so(seen: Seen) -> None:
    seen.ask(QUESTION)
    seen.page.evaluate("document.querySelector('.al-answer').id = 'answer-gone'")
    seen.page.get_by_role("button", name="Save as Word").click()
    expect(seen.page.locator(".al-actions .al-told")).to_contain_text("has left the session")
