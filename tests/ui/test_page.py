"""The page in a real browser: asked, read, opened; by keyboard; at three sizes; with hostile documents."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Dialog, expect

from tests.serving import Running
from tests.ui.seeing import Seen

pytestmark = pytest.mark.slow


def test_first_screen_says_what_this_is_and_breaks_no_rule(seen: Seen) -> None:
    text = seen.page.inner_text("body")
    for heading in ("What this is", "It can be wrong", "No personal data", "Not for care decisions"):
        assert heading in text
    assert seen.page.locator("#al-starters button").count() == 6
    assert seen.page.get_by_label("Your question").get_attribute("maxlength") == "1000"
    assert seen.axe() == []
    assert seen.overflow() == 0


def test_an_answer_is_cited_read_in_place_and_breaks_no_rule(seen: Seen) -> None:
    seen.page.get_by_role("button", name="How do we start?").click()
    seen.answered("How do we start?")
    assert seen.page.locator("blockquote").count() > 0
    card = seen.page.locator(".al-card").first
    card.get_by_text("Read in place").click()
    expect(card.locator("mark")).to_be_visible()
    quote = seen.page.locator("blockquote p").first.inner_text().rsplit("Source", 1)[0].strip()
    assert quote in card.locator(".al-passage").inner_text()
    assert seen.axe() == []
    assert seen.overflow() == 0


def test_a_marker_leads_to_its_source_and_earlier_answers_stay(seen: Seen) -> None:
    seen.ask("Who repaired damp homes?")
    seen.page.locator(".al-marker").first.click()
    assert str(seen.page.evaluate("document.activeElement.id")).startswith("source-1-")
    seen.ask("How many local people began jobs?")
    expect(seen.page.get_by_text("Earlier questions")).to_be_visible()
    assert seen.axe() == []
    seen.page.get_by_role("button", name="Clear").click()
    expect(seen.page.locator("#al-conversation h2")).to_have_count(0)
    expect(seen.page.locator("#al-starters button").first).to_be_visible()


@pytest.mark.parametrize("size", ["1280"])
def test_the_keyboard_alone_asks_and_opens_a_source(seen: Seen) -> None:
    seen.page.get_by_label("Your question").focus()
    seen.page.keyboard.type("How many local people began jobs?")
    seen.page.keyboard.press("Enter")
    seen.answered("How many local people began jobs?")
    assert seen.page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    for _ in range(20):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator(".al-passage mark").first).to_be_visible()


@pytest.mark.parametrize("size", ["1280"])
def test_refusals_gaps_and_errors_look_different_and_break_no_rule(seen: Seen) -> None:
    seen.page.get_by_role("button", name="Ask").click()
    expect(seen.page.locator("#al-progress .al-error")).to_contain_text("type a question")
    assert seen.axe() == []
    for question in ("Who won the cup final last night?", "My patient 943 476 5919 needs a home"):
        seen.page.get_by_label("Your question").fill(question)
        seen.page.get_by_role("button", name="Ask").click()
        expect(seen.page.locator("#al-progress")).to_contain_text("Answer ready", timeout=30_000)
        expect(seen.page.locator(".al-banner, .al-notice").first).to_be_visible()
        assert seen.page.locator("blockquote").count() == 0
        assert seen.axe() == []
    assert "943 476" not in seen.page.inner_text("#al-conversation")


@pytest.mark.parametrize("size", ["1280"])
def test_a_question_without_a_subject_is_asked_back(seen: Seen) -> None:
    seen.page.get_by_label("Your question").fill("???")
    seen.page.get_by_role("button", name="Ask").click()
    expect(seen.page.locator(".al-banner").first).to_contain_text("Can you tell me more?", timeout=30_000)
    expect(seen.page.get_by_role("link", name="How do we start as an anchor institution?")).to_be_visible()
    assert seen.axe() == []


@pytest.mark.parametrize("size", ["1280"])
def test_what_is_announced_is_short_and_controls_are_large_enough(seen: Seen) -> None:
    assert seen.page.locator("#al-progress").get_attribute("role") == "status"
    seen.page.evaluate(
        "window.said = []; const line = document.getElementById('al-progress');"
        "new MutationObserver(() => window.said.push(line.innerText))"
        ".observe(line, {subtree: true, childList: true, characterData: true})"
    )
    seen.ask("Who repaired damp homes?")
    said = seen.page.evaluate("[...new Set(window.said.map(text => text.trim()).filter(Boolean))]")
    assert 1 <= len(said) <= 2
    assert said[-1].startswith("Answer ready")
    small = seen.page.evaluate(
        "[...document.querySelectorAll('a, button, summary, textarea')].filter(e => e.checkVisibility())"
        ".map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 80)])"
        ".filter(([box]) => box.width < 28 || box.height < 28).map(([, html]) => html)"
    )
    assert small == []


@pytest.mark.parametrize(
    ("question", "words"),
    [("How did the orchard scheme begin and grow?", "javascript:"), ("How did the pear scheme begin?", "onerror=")],
)
def test_a_hostile_document_runs_nothing_and_calls_nobody(seen: Seen, question: str, words: str) -> None:
    dialogs: list[Dialog] = []
    seen.page.on("dialog", lambda dialog: dialogs.append(dialog))
    seen.ask(question)
    for summary in seen.page.locator(".al-in-place > summary").all():
        summary.click()
    seen.page.wait_for_timeout(500)
    assert words in seen.page.inner_text(".al-answer")  # it is there, as text
    assert seen.page.evaluate("window.pwned") is None
    assert dialogs == []
    inside = seen.page.locator(".al-answer")
    assert inside.locator("img, script, iframe, form, input, style, object, embed, [onerror]").count() == 0
    assert inside.locator('a[href^="javascript"], a[href*="evil.example"]').count() == 0
    assert seen.outside() == []


@pytest.mark.parametrize("size", ["320"])
def test_rules_for_narrow_screens_and_for_motion_take_effect(seen: Seen) -> None:
    """Gradio rewrites the style sheets that it is given; ours must reach the browser as it is."""
    first = seen.page.locator("#al-title-bar h1")
    assert first.evaluate("e => getComputedStyle(e).fontSize") == "24px"
    seen.page.emulate_media(reduced_motion="reduce", forced_colors="active")
    button = seen.page.locator("#al-ask")
    assert button.evaluate("e => getComputedStyle(e).transitionProperty") == "none"
    assert button.evaluate("e => getComputedStyle(e).borderTopWidth") == "2px"


def test_the_page_names_no_other_host(page_server: Running, browser: Browser) -> None:
    """Gradio's template holds a few addresses in its meta elements; nothing of ours may add one."""
    page = browser.new_page()
    page.goto(page_server.url)
    expect(page.locator("#al-footer")).to_contain_text("gen-", timeout=30_000)
    loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert loaded
    assert [url for url in loaded if not url.startswith(page_server.url)] == []
    page.close()
