"""Hostile documents, hostile host pages, and a host page with a strict policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Dialog, expect

from retrieval.types import BlockRole, Status
from tests.serving import Running
from tests.ui.browsing import NEEDS_CHROMIUM, broken_rules, width_of_overflow
from tests.ui.widget.conftest import Open
from tests.ui.widget.hosting import Embedded, Site, markup
from tests.ui.widget.peer import answer, block, citation, speaking

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]

HOSTILE = """<style>
* { all: unset; float: left; } button, textarea, section, details { display: none; }
anchorline-assistant, anchorline-assistant * { all: unset; color: #fff; font-size: 1px; position: absolute; }
html { font-size: 40%; } #cover { position: fixed; top: 0; left: 0; right: 0; height: 120px; z-index: 2147483647; }
p { direction: rtl; text-transform: uppercase; letter-spacing: 1em; } body { line-height: 0.5; visibility: visible; }
</style>"""


@pytest.mark.parametrize(
    ("question", "words"),
    [("How did the orchard scheme begin and grow?", "javascript:"), ("How did the pear scheme begin?", "onerror=")],
)
def test_a_hostile_document_runs_nothing_and_calls_nobody(open_page: Open, question: str, words: str) -> None:
    dialogs: list[Dialog] = []
    opened = open_page()
    opened.page.on("dialog", lambda dialog: dialogs.append(dialog))
    opened.ask(question)
    for summary in opened.embed.locator("article summary").all():
        summary.click()
    expect(opened.embed.locator("mark").first).to_be_visible()
    opened.page.wait_for_timeout(500)
    article = opened.embed.locator("article")
    assert words in article.inner_text()  # it is there, as text
    assert opened.page.evaluate("window.pwned") is None
    assert dialogs == []
    assert article.locator("img, script, iframe, form, style, object, embed, [onerror], [style]").count() == 0
    assert article.locator('a[href^="javascript"], a[href*="evil.example"]').count() == 0
    with opened.page.expect_download() as waiting:
        opened.embed.get_by_role("button", name="Save a copy").click()
    assert waiting.value.suggested_filename.endswith(".txt")
    assert words in waiting.value.path().read_text("utf-8")  # a fixture sees that nobody was called


def test_a_service_that_lies_gives_no_link_but_to_the_web(browser: Browser, service: Running, site: Site) -> None:
    """Markup and script in every field that is shown; addresses of other schemes."""
    bad = '"><img src="https://evil.example/x.png" onerror="window.pwned=1"><script>window.pwned=1</script>'
    poisoned = citation(
        1, title=bad, publisher=bad, organisation=bad, programme=bad, section=[bad], quote=bad, original=f"a › {bad}",
        url="javascript:window.pwned=1", superseded_by=bad, published=bad, passage_id="../../evil?#1",
    )  # fmt: skip
    with speaking() as peer:
        peer.go.set()
        said = block(BlockRole.QUOTE, bad, 1, heading=bad)
        peer.answer = answer(said, status=Status.PARTIAL, citations=(poisoned, citation(2, url="data:text/html,x")))
        peer.answer.gaps = peer.answer.suggestions = [bad]
        peer.answer.question_understood = bad
        text = markup(service.url).replace(f'api="{service.url}"', f'api="{peer.url}"')
        opened = Embedded.open(browser.new_context(), site.put("/lies", text))
        opened.ask("How?")
        opened.embed.locator("article summary").first.click()
        opened.page.wait_for_timeout(300)
        assert opened.page.evaluate("window.pwned") is None
        assert opened.embed.locator("article").locator("a, img, script").count() == 0
        assert opened.outside(site.origin, service.url, peer.url) == []
        assert opened.requests[-1][1].startswith(f"{peer.url}/v1/passages/..%2F..%2Fevil%3F%231")
        opened.context.close()


@pytest.mark.parametrize("mode", ["inline", "launcher"])
def test_a_hostile_host_page_leaves_it_usable(open_page: Open, service: Running, mode: str) -> None:
    second = f'<div id="cover"></div><anchorline-assistant id="two" api="{service.url}"></anchorline-assistant>'
    opened = open_page(markup(service.url, second, mode=mode, head=HOSTILE).replace("<html ", '<html dir="rtl" '))
    if mode == "launcher":
        opened.embed.get_by_role("button", name="Ask Anchorline").click()
    opened.ask("How many local people began jobs?")  # Playwright clicks only what is visible and not covered
    quote = opened.embed.locator("blockquote").first
    expect(quote).to_be_visible()
    style = quote.evaluate(
        "e => (s => [s.fontSize, s.direction, s.textTransform, s.letterSpacing])(getComputedStyle(e))"
    )
    assert style == ["16px", "ltr", "none", "normal"]
    assert quote.evaluate("e => getComputedStyle(e).color") == "rgb(33, 43, 50)"
    opened.embed.get_by_text("Read in place").first.click()
    expect(opened.embed.locator("mark").first).to_be_visible()
    other = opened.page.locator("#two")
    if mode == "inline":
        other.get_by_label("Your question").fill("Who repaired damp homes?")
        other.get_by_role("button", name="Ask", exact=True).click()
        expect(other.get_by_role("status")).to_contain_text("Answer ready", timeout=30_000)


def test_a_page_in_a_language_from_right_to_left(open_page: Open, service: Running) -> None:
    """Its corner is on the other side there; our English sentences still run from left to right."""
    opened = open_page(markup(service.url, mode="launcher").replace('lang="en"', 'lang="ar" dir="rtl"'))
    launcher = opened.embed.get_by_role("button", name="Ask Anchorline")
    assert (launcher.bounding_box() or {"x": 999})["x"] < 100
    launcher.click()
    opened.ask("How many local people began jobs?")
    assert opened.embed.locator("blockquote").first.evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert opened.embed.locator("article").evaluate("e => e.closest('[lang]').lang") == "en-GB"
    assert broken_rules(opened.page) == []
    assert width_of_overflow(opened.page) == 0


def test_a_strict_policy_of_the_host_page_needs_no_exception_but_our_address(open_page: Open, service: Running) -> None:
    policy = f"default-src 'self'; script-src 'self' {service.url}; connect-src 'self' {service.url}; style-src 'self'"
    opened = open_page(headers={"Content-Security-Policy": policy})
    opened.ask("How many local people began jobs?")
    opened.embed.get_by_text("Read in place").first.click()
    expect(opened.embed.locator("mark").first).to_be_visible()
    assert opened.box.evaluate("e => getComputedStyle(e).borderTopWidth") == "2px"  # its style sheet is in force
    with opened.page.expect_download():
        opened.embed.get_by_role("button", name="Save a copy").click()
    assert opened.faults == []


def test_a_host_page_sets_its_colours(open_page: Open, service: Running) -> None:
    theme = "<style>anchorline-assistant { --anchorline-band: #123456; --anchorline-font-size: 20px }</style>"
    opened = open_page(markup(service.url, head=theme))
    assert opened.embed.locator("header").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(18, 52, 86)"
    assert opened.embed.locator("p").first.evaluate("e => getComputedStyle(e).fontSize") == "20px"


def test_a_host_page_may_move_it_about(open_page: Open) -> None:
    opened = open_page()
    opened.ask("How many local people began jobs?")
    opened.page.evaluate("document.body.append(document.querySelector('anchorline-assistant'))")
    expect(opened.embed.locator("article")).to_have_count(1)
    opened.ask("Who repaired damp homes?")
    expect(opened.embed.locator("article")).to_have_count(2)


@pytest.mark.parametrize("size", [(1000, 700), (320, 640)], ids=["panel", "sheet"])
def test_a_host_page_may_take_an_open_launcher_out_and_put_it_back(open_page: Open, size: tuple[int, int]) -> None:
    opened = open_page(mode="launcher", size=size)
    launcher = opened.embed.get_by_role("button", name="Ask Anchorline")
    launcher.click()
    opened.page.evaluate("document.body.append(document.querySelector('anchorline-assistant'))")
    expect(opened.box).to_be_hidden()
    launcher.click()
    expect(opened.box).to_be_focused()
