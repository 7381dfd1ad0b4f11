"""From the question to a cleared conversation, by mouse and by keyboard alone, inline and from the launcher."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Running
from tests.ui.browsing import NEEDS_CHROMIUM, width_of_overflow
from tests.ui.widget.conftest import Open
from tests.ui.widget.hosting import Embedded, Site, markup

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]

QUESTION = "How many local people began jobs?"
QUOTE = "In the first year 42 local people who had been out of work began jobs at the trust."
RATED = {204: "Thank you", 404: "not collected"}


def saved(opened: Embedded, press: str | None = None) -> str:
    with opened.page.expect_download() as waiting:
        if press:
            opened.page.keyboard.press(press)
        else:
            opened.embed.get_by_role("button", name="Save a copy").click()
    assert waiting.value.suggested_filename == "anchorline.txt"
    return waiting.value.path().read_text("utf-8")


def check_copy(text: str) -> None:
    assert f"You asked: {QUESTION}" in text
    assert f"“{QUOTE}”" in text
    for part in ("[1]", "Local jobs at Wexcombe", "Impact", "Documents as of 20", "(gen-", "can be wrong"):
        assert part in text


def test_by_mouse(open_page: Open, size: tuple[int, int]) -> None:
    opened = open_page(size=size)
    opened.ask(QUESTION)
    embed = opened.embed
    expect(embed.locator("blockquote.source", has_text=QUOTE)).to_be_visible()
    embed.locator("blockquote", has_text=QUOTE).get_by_role("button").click()
    card = embed.locator(".card").filter(has_text="Local jobs at Wexcombe").first
    for part in ("Impact", "Quoted word for word", "date not known"):
        expect(card).to_contain_text(part)
    card.get_by_text("Read in place").click()
    expect(card.locator("mark").first).to_be_visible()
    assert QUOTE in card.locator("mark").all_inner_texts()
    assert "Thirty-eight of them" in card.locator(".passage").inner_text()
    embed.get_by_role("button", name="No", exact=True).click()
    embed.get_by_label("It is out of date").check()
    with opened.page.expect_response("**/v1/feedback") as rated:
        embed.get_by_role("button", name="Send the rating").click()
    sent = json.loads(rated.value.request.post_data or "")
    assert sent["verdict"] == "not_useful"
    assert sent["reason"] == "out_of_date"
    assert set(sent) == {"answer_id", "verdict", "reason"}
    expect(embed.get_by_text(RATED[rated.value.status])).to_be_focused()
    check_copy(saved(opened))
    assert width_of_overflow(opened.page) == 0
    embed.get_by_role("button", name="Clear conversation").click()
    expect(embed.locator("article")).to_have_count(0)
    expect(opened.box).to_be_focused()
    expect(embed.get_by_text("Questions to start with")).to_be_visible()


def test_by_keyboard_alone(open_page: Open) -> None:
    opened = open_page()
    keyboard = opened.page.keyboard
    opened.tab_to("TEXTAREA", "Your question")
    keyboard.type("How many local people")
    keyboard.press("Shift+Enter")
    keyboard.type("began jobs?")
    assert "\n" in opened.box.input_value()
    keyboard.press("Enter")
    opened.answered()
    assert opened.focused().startswith("TEXTAREA")
    opened.tab_to("BUTTON", "Go to source [1]")
    keyboard.press("Enter")
    assert opened.focused().startswith("LI [1]")
    opened.tab_to("SUMMARY", "Read in place")
    keyboard.press("Enter")
    expect(opened.embed.locator("mark").first).to_be_visible()
    opened.tab_to("BUTTON", "Yes")
    keyboard.press("Enter")
    expect(opened.embed.get_by_text("Thank you").or_(opened.embed.get_by_text("not collected"))).to_be_focused()
    for name, then in (("Save a copy", None), ("Clear conversation", "Enter")):
        back_to(opened, name)
        if then:
            keyboard.press(then)
        else:
            assert QUOTE in saved(opened, "Enter")
    expect(opened.embed.locator("article")).to_have_count(0)
    assert opened.focused().startswith("TEXTAREA")


def back_to(opened: Embedded, name: str) -> None:
    for _ in range(60):
        opened.page.keyboard.press("Shift+Tab")
        if opened.focused() == f"BUTTON {name}":
            return
    raise AssertionError(f"Shift+Tab does not lead back to {name}")


def test_tab_goes_through_the_embed_and_out_of_it(open_page: Open) -> None:
    opened = open_page()
    opened.ask(QUESTION)
    opened.tab_to("A", "A link of the site", most=80)


def test_nothing_is_contacted_until_it_is_used(open_page: Open, service: Running, site: Site) -> None:
    opened = open_page()
    opened.page.wait_for_timeout(500)
    assert [url for _, url in opened.requests if url.startswith(service.url)] == [
        f"{service.url}/embed/v1/assistant.js"
    ]
    opened.box.focus()
    expect(opened.embed.get_by_text("Questions to start with")).to_be_visible()
    opened.box.blur()
    opened.box.focus()
    asked = [url for _, url in opened.requests if url.startswith(service.url)]
    assert asked[1:] == [f"{service.url}/v1/config"]
    config = opened.page.request.get(f"{service.url}/v1/config")
    assert len(config.body()) <= 2048


def test_a_starter_is_asked_and_the_standing_texts_stay_within_reach(open_page: Open) -> None:
    opened = open_page()
    opened.box.focus()
    expect(opened.embed.get_by_text("Not for care decisions")).to_be_visible()
    opened.embed.get_by_role("button", name="How do we measure impact?").click()
    opened.answered()
    expect(opened.box).to_be_focused()
    expect(opened.embed.get_by_text("Not for care decisions")).to_be_hidden()
    opened.embed.get_by_text("About these answers").click()
    expect(opened.embed.get_by_text("Not for care decisions")).to_be_visible()


def test_a_follow_up_carries_the_history_and_earlier_answers_fold_away(open_page: Open) -> None:
    opened = open_page()
    opened.ask("Who repaired damp homes?")
    with opened.page.expect_request("**/v1/ask") as second:
        opened.ask("How many?")
    history = json.loads(second.value.post_data or "")["history"]
    assert [turn["role"] for turn in history] == ["user", "assistant"]
    assert history[0]["content"] == "Who repaired damp homes?"
    earlier = opened.embed.get_by_role("button", name="Who repaired damp homes?")
    expect(earlier).to_have_attribute("aria-expanded", "false")
    earlier.click()
    expect(earlier).to_have_attribute("aria-expanded", "true")
    expect(opened.embed.locator("article").last.locator("blockquote").first).to_be_visible()


def test_personal_data_is_neither_shown_nor_sent_on(open_page: Open) -> None:
    opened = open_page()
    opened.ask("My patient 943 476 5919 needs a home")
    assert "943 476" not in opened.embed.locator("article").inner_text()
    expect(opened.box).to_have_value("My patient 943 476 5919 needs a home")  # to take the details out
    with opened.page.expect_request("**/v1/ask") as second:
        opened.ask("Who repaired damp homes?")
    assert json.loads(second.value.post_data or "")["history"] == []
    assert "943 476" not in saved(opened)


def test_what_is_read_out_is_short_and_little(open_page: Open) -> None:
    opened = open_page()
    opened.box.focus()
    expect(opened.embed.get_by_text("Questions to start with")).to_be_visible()
    opened.page.evaluate(
        """() => {
          const root = document.querySelector('anchorline-assistant').shadowRoot;
          window.said = [];
          for (const region of root.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log]'))
            new MutationObserver(changes => changes.forEach(() => window.said.push(region.textContent)))
              .observe(region, { subtree: true, childList: true, characterData: true });
        }"""
    )
    opened.ask(QUESTION)
    said = opened.page.evaluate("window.said")
    assert 1 <= len(said) <= 3
    assert said[-1].startswith("Answer ready, ")
    article = opened.embed.locator("article")
    expect(article).to_have_attribute("aria-busy", "false")
    assert article.locator("[aria-live], [role=status], [role=alert]").count() == 0


def test_controls_are_large_enough(open_page: Open, size: tuple[int, int]) -> None:
    opened = open_page(size=size)
    opened.ask(QUESTION)
    opened.embed.get_by_role("button", name="No", exact=True).click()
    small = opened.page.evaluate(
        """() => [...document.querySelector('anchorline-assistant').shadowRoot
          .querySelectorAll('a, button, summary, textarea, input')].filter(e => e.checkVisibility())
          .filter(e => { const box = e.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
          .map(e => e.textContent)"""
    )
    assert small == []


def focus_is_in_the_embed(page: Page) -> bool:
    found: bool = page.evaluate("document.activeElement?.tagName === 'ANCHORLINE-ASSISTANT'")
    return found


def test_the_launcher_opens_beside_the_page_and_escape_returns_to_it(open_page: Open, service: Running) -> None:
    opened = open_page(mode="launcher")
    assert not opened.embed.get_by_role("region").is_visible()
    opened.tab_to("BUTTON", "Ask Anchorline")
    assert not any(url.startswith(f"{service.url}/v1/") for _, url in opened.requests)
    opened.page.keyboard.press("Enter")
    expect(opened.embed.get_by_role("region", name="Anchorline")).to_be_visible()
    assert opened.focused().startswith("TEXTAREA")
    expect(opened.embed.get_by_role("button", name="Ask Anchorline")).to_have_attribute("aria-expanded", "true")
    opened.ask(QUESTION)
    opened.page.get_by_role("link", name="A link of the site").click()  # the page beside it can be used
    opened.box.focus()
    opened.page.keyboard.press("Escape")
    expect(opened.embed.get_by_role("region")).to_be_hidden()
    assert opened.focused() == "BUTTON Ask Anchorline"
    opened.page.keyboard.press("Enter")
    expect(opened.embed.locator("article")).to_be_visible()  # the conversation is still there
    opened.embed.get_by_role("button", name="Close").click()
    assert opened.focused() == "BUTTON Ask Anchorline"


@pytest.mark.parametrize("size", ["320", "400%"], indirect=True)
def test_the_launcher_is_a_modal_sheet_on_a_narrow_screen(open_page: Open, size: tuple[int, int]) -> None:
    opened = open_page(mode="launcher", size=size)
    opened.embed.get_by_role("button", name="Ask Anchorline").click()
    sheet = opened.embed.get_by_role("dialog", name="Anchorline")
    expect(sheet).to_have_attribute("aria-modal", "true")
    opened.ask(QUESTION)
    held = set()
    for _ in range(40):
        opened.page.keyboard.press("Tab")
        assert focus_is_in_the_embed(opened.page)
        held.add(opened.focused())
    assert "BUTTON Close" in held  # round and round
    opened.box.focus()
    opened.page.keyboard.press("Shift+Tab")
    opened.page.keyboard.press("Shift+Tab")
    assert focus_is_in_the_embed(opened.page)
    opened.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert opened.focused() == "BUTTON Ask Anchorline"


def test_the_launcher_changes_its_form_with_the_screen(open_page: Open) -> None:
    opened = open_page(mode="launcher")
    opened.embed.get_by_role("button", name="Ask Anchorline").click()
    opened.box.fill("half a quest")
    opened.page.set_viewport_size({"width": 400, "height": 700})
    expect(opened.embed.get_by_role("dialog")).to_be_visible()
    expect(opened.box).to_have_value("half a quest")
    assert opened.focused().startswith("TEXTAREA")
    opened.page.set_viewport_size({"width": 1000, "height": 700})
    expect(opened.embed.get_by_role("region")).to_be_visible()


def test_two_on_one_page_keep_to_themselves(open_page: Open, service: Running) -> None:
    second = f'<anchorline-assistant id="second" api="{service.url}" heading="Another"></anchorline-assistant>'
    opened = open_page(markup(service.url, second))
    opened.ask(QUESTION)
    other = opened.page.locator("#second")
    expect(other.locator("article")).to_have_count(0)
    expect(other.get_by_role("heading", name="Another")).to_be_visible()
    other.get_by_label("Your question").fill("Who repaired damp homes?")
    other.get_by_role("button", name="Ask", exact=True).click()
    expect(other.get_by_role("status")).to_contain_text("Answer ready", timeout=30_000)
    expect(opened.embed.locator("article")).to_have_count(1)
    labels = opened.page.get_by_role("region").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(set(labels)) == 2


def test_it_does_not_move_the_page_while_it_loads(open_page: Open, service: Running) -> None:
    """With the rule of the recipe, which keeps the place free until the script is there."""
    rule = "<style>anchorline-assistant:not(:defined) { display: block; min-height: 23rem }</style>"
    watch = """<script>window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(
      entry => { window.shift += entry.value })).observe({ type: 'layout-shift', buffered: true });</script>"""
    opened = open_page(markup(service.url, head=rule + watch))
    opened.page.wait_for_timeout(300)
    assert opened.page.evaluate("window.shift") <= 0.02
