"""What is shown when the service is down, empty, too busy or breaks off; and what each kind of block looks like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from retrieval.types import BlockRole, Status
from tests.serving import Running, serving
from tests.ui.browsing import NEEDS_CHROMIUM
from tests.ui.widget.hosting import Embedded, Site, markup
from tests.ui.widget.peer import Peer, answer, block, citation, speaking

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]

CONTACT = 'contact="https://haln.example/contact"'
TWO = answer(
    block(BlockRole.QUOTE, "Quote 1.", 1), block(BlockRole.QUOTE, "Quote 2.", 2), citations=(citation(1), citation(2))
)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with speaking() as speaker:
        speaker.answer = TWO
        speaker.go.set()
        yield speaker


def at(browser: Browser, site: Site, service: Running, api: str, attributes: str = CONTACT) -> Embedded:
    """The embed, its script from the service that runs, put to another address."""
    text = markup(service.url, attributes=attributes).replace(f'api="{service.url}"', f'api="{api}"')
    return Embedded.open(browser.new_context(), site.put("/faults", text))


def helped(opened: Embedded, api: str) -> None:
    """A plain message, and the way to the full page and to a human, once each."""
    expect(opened.status).to_have_class("status error")
    for address in (f"{api}/", "https://haln.example/contact"):
        expect(opened.embed.locator(f'a[href="{address}"]')).to_be_visible()
    expect(opened.box).to_be_enabled()


def test_the_service_is_down(browser: Browser, site: Site, service: Running) -> None:
    with speaking() as gone:
        api = gone.url
    opened = at(browser, site, service, api)
    opened.box.fill("How do we start?")
    expect(opened.status).to_contain_text("cannot be reached")
    opened.box.press("Enter")
    expect(opened.status).to_contain_text("cannot be reached")
    helped(opened, api)
    expect(opened.box).to_have_value("How do we start?")  # nothing typed is lost
    opened.context.close()


def test_the_site_is_not_listed(browser: Browser, site: Site, service: Running, tmp_path: Path) -> None:
    """The script itself is refused by the browser, and the link inside the element stays."""
    with serving(tmp_path, tmp_path / "server.log", ORIGINS="https://other.example") as other:
        page = browser.new_page()
        page.goto(site.put("/unlisted", markup(other.url)))
        page.wait_for_timeout(500)
        expect(page.get_by_role("link", name="Ask Anchorline on its own page")).to_be_visible()
        assert page.evaluate("customElements.get('anchorline-assistant') === undefined")
        page.close()


def test_there_is_no_index(browser: Browser, site: Site, service: Running, tmp_path: Path) -> None:
    with serving(tmp_path, tmp_path / "server.log", ORIGINS=site.origin) as empty:
        opened = at(browser, site, service, empty.url)
        opened.box.focus()
        expect(opened.embed.get_by_text("Questions to start with")).to_be_visible()
        opened.box.fill("How do we start?")
        opened.box.press("Enter")
        expect(opened.status).to_contain_text("no documents to answer from just now")
        helped(opened, empty.url)
        expect(opened.embed.locator("article")).to_have_count(0)
        opened.context.close()


def test_too_many_questions(browser: Browser, site: Site, service: Running, embed_index: Path, tmp_path: Path) -> None:
    """The service says how long to wait; until then the embed does not ask again."""
    limits = {"ORIGINS": site.origin, "RATE_LIMIT": "2/minute"}
    with serving(embed_index, tmp_path / "server.log", **limits) as busy:
        opened = at(browser, site, service, busy.url)
        opened.ask("How many local people began jobs?")
        opened.box.fill("Who repaired damp homes?")
        opened.box.press("Enter")
        expect(opened.status).to_contain_text("Please wait")
        assert any(word.isdigit() for word in opened.status.inner_text().split())
        helped(opened, busy.url)
        sent = len(opened.requests)
        opened.box.press("Enter")
        expect(opened.status).to_contain_text("Please wait")
        assert len(opened.requests) == sent
        opened.context.close()


@pytest.mark.parametrize("header", ["30", "Wed, 01 Jan 2099 00:00:00 GMT", "soon", ""])
def test_a_503_says_when_to_come_back_if_that_is_known(
    browser: Browser, site: Site, service: Running, peer: Peer, header: str
) -> None:
    peer.refusal = (503, {"Retry-After": header} if header else {})
    opened = at(browser, site, service, peer.url)
    opened.box.fill("How do we start?")
    opened.box.press("Enter")
    expect(opened.status).to_contain_text("cannot answer just now")
    text = opened.status.inner_text()
    assert ("wait 30 seconds" in text) == (header == "30")
    assert "NaN" not in text
    helped(opened, peer.url)
    assert len(peer.asked) == 1  # a refusal is not asked again
    opened.context.close()


def test_a_stream_that_breaks_off_is_asked_for_once_more_whole(
    browser: Browser, site: Site, service: Running, peer: Peer
) -> None:
    peer.breaks = True
    opened = at(browser, site, service, peer.url)
    opened.ask("How?")
    assert peer.accepted == ["text/event-stream", "application/json"]
    quotes = opened.embed.locator("blockquote")
    assert [quote.split()[:2] for quote in quotes.all_inner_texts()] == [["Quote", "1."], ["Quote", "2."]]
    opened.context.close()


def test_history_is_kept_within_the_limits_and_a_cleared_conversation_is_a_new_one(
    browser: Browser, site: Site, service: Running, peer: Peer
) -> None:
    peer.answer = answer(block(BlockRole.NOTE, "🌳" * 20), status=Status.NOT_FOUND)
    opened = at(browser, site, service, peer.url)
    for number in range(4):
        opened.ask(f"Question {number}?")
    last = peer.asked[-1]["history"]
    assert [turn["content"] for turn in last] == ["Question 1?", "🌳" * 10, "Question 2?", "🌳" * 10]  # type: ignore
    opened.embed.get_by_role("button", name="Clear conversation").click()
    opened.ask("Again?")
    assert peer.asked[-1]["history"] == []
    assert len(set(peer.tokens)) == 2
    assert all(len(token) == 32 for token in peer.tokens)
    opened.context.close()


def test_clearing_breaks_off_what_is_under_way(browser: Browser, site: Site, service: Running, peer: Peer) -> None:
    opened = at(browser, site, service, peer.url)
    opened.ask("First?")
    peer.go.clear()
    opened.box.fill("Second?")
    opened.box.press("Enter")
    expect(opened.embed.locator('article[aria-busy="true"] blockquote')).to_have_count(1)
    opened.embed.get_by_role("button", name="Clear conversation").click()
    expect(opened.embed.locator("article")).to_have_count(0)
    peer.go.set()
    opened.page.wait_for_timeout(300)
    expect(opened.embed.locator("article")).to_have_count(0)
    expect(opened.status).to_have_text("The conversation is cleared.")
    opened.ask("Third?")
    opened.context.close()


@pytest.mark.parametrize(("status", "words"), [(204, "Thank you"), (404, "not collected"), (503, "could not be sent")])
def test_a_rating_tells_what_became_of_it(
    browser: Browser, site: Site, service: Running, peer: Peer, status: int, words: str
) -> None:
    peer.feedback_status = status
    opened = at(browser, site, service, peer.url)
    opened.ask("How?")
    opened.embed.get_by_role("button", name="Yes", exact=True).click()
    expect(opened.embed.get_by_text(words)).to_be_focused()
    assert peer.rated == [{"answer_id": "01JTEST", "verdict": "useful"}]
    opened.context.close()


def test_each_kind_of_block_looks_different(browser: Browser, site: Site, service: Running, peer: Peer) -> None:
    quoted, brief = citation(1), citation(2, basis="brief", original="report › Impact › First year", page=None)
    peer.answer = answer(
        block(BlockRole.QUOTE, "A quote.", 1),
        block(BlockRole.STATEMENT, "A statement.", 2),
        block(BlockRole.STEP, "A step.", 1, heading="First steps"),
        block(BlockRole.STEP, "Another step.", 2),
        block(BlockRole.CONFLICT, "One says 62, another 68.", 1, 2),
        block(BlockRole.COMPARE, "Side by side.", 1),
        block(BlockRole.CONTACT, "The press office.", 1),
        block(BlockRole.GAP, "No costs are given."),
        block(BlockRole.NOTE, "A note of ours."),
        status=Status.PARTIAL,
        citations=(quoted, brief),
    )
    opened = at(browser, site, service, peer.url)
    opened.ask("How?")
    article = opened.embed.locator("article")
    look = """e => { const s = getComputedStyle(e);
      return [s.borderInlineStartStyle, s.borderInlineStartWidth, s.backgroundColor].join(); }"""
    looks = {
        name: article.locator(selector).first.evaluate(look)
        for name, selector in {
            "quote": "blockquote.quote", "brief": "blockquote.statement", "conflict": "blockquote.conflict",
            "gap": ".gap", "note": ".note",
        }.items()
    }  # fmt: skip
    assert len(set(looks.values())) == len(looks), looks
    expect(article.locator(".conflict")).to_contain_text("The sources differ. ")
    expect(article.locator(".gap")).to_contain_text("Gap. ")
    expect(article.locator("ol > li[value='2']")).to_contain_text("Another step.")
    expect(article.locator(".banner")).to_contain_text("Part of an answer")
    card = article.locator(".card").nth(1)
    expect(card).to_contain_text("In the source: Impact › First year")
    expect(card).to_contain_text("From our own summary of the source")
    link = article.locator('.card a[href="https://report.example/"]').first
    expect(link).to_have_text("Open the publisher’s page of source 1 (opens in a new tab)")
    assert link.get_attribute("rel") == "noopener noreferrer"
    opened.context.close()
