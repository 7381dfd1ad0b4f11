"""No rule of accessibility is broken in any state, at any width; and what axe cannot see: contrast, motion, zoom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from retrieval.types import BlockRole
from tests.serving import Running
from tests.ui.browsing import NEEDS_CHROMIUM, broken_rules, width_of_overflow
from tests.ui.widget.conftest import Open
from tests.ui.widget.hosting import Embedded, Site, markup
from tests.ui.widget.peer import Peer, answer, block, citation, speaking

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]


@pytest.fixture
def peer() -> Iterator[Peer]:
    with speaking() as speaker:
        yield speaker


def check(opened: Embedded) -> None:
    assert broken_rules(opened.page) == []
    assert width_of_overflow(opened.page) == 0


@pytest.mark.parametrize("mode", ["inline", "launcher"])
def test_empty_answered_refused_and_error(open_page: Open, size: tuple[int, int], mode: str) -> None:
    opened = open_page(size=size, mode=mode)
    check(opened)  # untouched
    if mode == "launcher":
        opened.embed.get_by_role("button", name="Ask Anchorline").click()
    opened.box.focus()
    expect(opened.embed.get_by_text("Questions to start with")).to_be_visible()
    check(opened)  # empty
    opened.ask("How many local people began jobs?")
    for summary in opened.embed.locator(".card summary").all():
        summary.click()
    expect(opened.embed.locator("mark").first).to_be_visible()
    opened.embed.get_by_role("button", name="No", exact=True).click()
    check(opened)  # answered
    for refused in ("My patient 943 476 5919 needs a home", "I want to end my life", "What dose of ibuprofen is safe?"):
        opened.ask(refused)
        expect(opened.embed.locator(".banner").first).to_be_visible()
        check(opened)
    opened.box.fill("x" * 1001)
    opened.box.press("Enter")
    expect(opened.status).to_contain_text("1 characters too long")
    expect(opened.box).to_have_attribute("aria-invalid", "true")
    check(opened)  # error


def test_working(browser: Browser, peer: Peer, service: Running, site: Site, size: tuple[int, int]) -> None:
    """While an answer streams: busy, without a live region, and the focus stays where it is."""
    peer.answer = answer(
        block(BlockRole.QUOTE, "Quote 1.", 1), block(BlockRole.STEP, "Quote 2.", 2),
        citations=(citation(1), citation(2, basis="brief")),
    )  # fmt: skip
    text = markup(service.url).replace(f'api="{service.url}"', f'api="{peer.url}"')
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    opened = Embedded.open(context, site.put("/working", text))
    opened.box.fill("How?")
    opened.box.press("Enter")
    article = opened.embed.locator("article")
    expect(article).to_have_attribute("aria-busy", "true")
    expect(article.locator("blockquote")).to_have_count(1)
    expect(opened.status).to_contain_text("Looking in the sources")
    check(opened)
    opened.page.evaluate(
        "() => { window.moved = 0; document.querySelector('anchorline-assistant').shadowRoot"
        ".addEventListener('focusin', () => window.moved++); }"
    )
    opened.box.press("Enter")  # one question at a time
    peer.go.set()
    opened.answered()
    expect(article).to_have_attribute("aria-busy", "false")
    expect(article.locator("blockquote.source")).to_have_count(1)
    expect(article.locator("ol.sources .card")).to_have_count(2)
    expect(article.locator("blockquote.brief")).to_have_count(1)
    assert opened.page.evaluate("window.moved") == 0
    assert opened.focused().startswith("TEXTAREA")
    assert len(peer.asked) == 1
    context.close()


def test_forced_colours_and_reduced_motion(open_page: Open) -> None:
    opened = open_page()
    opened.page.emulate_media(forced_colors="active", reduced_motion="reduce")
    opened.ask("How many local people began jobs?")
    button = opened.embed.get_by_role("button", name="Ask", exact=True)
    assert button.evaluate("e => getComputedStyle(e).borderTopWidth") == "2px"
    assert button.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"
    quote = opened.embed.locator("blockquote").first
    assert quote.evaluate("e => getComputedStyle(e).borderInlineStartWidth") == "6px"
    check(opened)


def test_what_has_the_focus_is_not_under_the_sheets_header(open_page: Open) -> None:
    opened = open_page(mode="launcher", size=(320, 256))
    opened.embed.get_by_role("button", name="Ask Anchorline").click()
    opened.ask("How many local people began jobs?")
    for key in ["Tab"] * 12 + ["Shift+Tab"] * 12:
        opened.page.keyboard.press(key)
        hidden = opened.page.evaluate(
            """() => { const root = document.querySelector('anchorline-assistant').shadowRoot;
              const at = root.activeElement, header = root.querySelector('header');
              if (header.contains(at)) return '';
              const box = at.getBoundingClientRect(), bar = header.getBoundingClientRect();
              return box.bottom <= bar.bottom || box.top >= innerHeight ? at.outerHTML : ''; }"""
        )
        assert hidden == ""


def test_the_counter_shows_late_and_the_limit_is_named(open_page: Open) -> None:
    opened = open_page()
    opened.box.focus()
    expect(opened.embed.get_by_text("Questions to start with")).to_be_visible()
    counter = opened.embed.locator(".count")
    opened.box.fill("x" * 799)
    expect(counter).to_be_hidden()
    opened.box.fill("x" * 800)
    expect(counter).to_have_text("You have 200 characters left.")
    opened.box.fill("🌳" * 1002)  # each is one character, as the service counts
    expect(counter).to_have_text("You have 2 characters too many.")
    opened.box.press("Enter")
    expect(opened.status).to_contain_text("2 characters too long")
    assert not [url for method, url in opened.requests if method == "POST"]
    opened.box.fill("")
    opened.box.press("Enter")
    expect(opened.status).to_contain_text("type a question")


def test_the_check_sees_into_the_embed(open_page: Open, service: Running) -> None:
    """A page that sets a pale colour breaks a rule, so an empty list above means something."""
    pale = "<style>anchorline-assistant { --anchorline-text-secondary: #c0c0c0 }</style>"
    broken = broken_rules(open_page(markup(service.url, head=pale)).page)
    assert any(rule.startswith("color-contrast") for rule in broken)
