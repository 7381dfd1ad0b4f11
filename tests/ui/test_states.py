"""Every state of the page, at three sizes, against the rules of WCAG 2.0 to 2.2 AA and best practice."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from playwright.sync_api import Browser, expect

from retrieval.assistant import Assistant
from retrieval.live import LiveAssistant
from retrieval.types import Answer, Narrowing, Turn
from server.app import create_app
from server.settings import STARTERS, Settings
from tests.conftest import REPO
from tests.serving import Running, serving
from tests.ui.seeing import Seen, opened
from ui import page

pytestmark = pytest.mark.slow

REFUSED = "My patient 943 476 5919 needs a home"


def test_empty_answered_refused_and_mistaken_break_no_rule(seen: Seen) -> None:
    assert seen.axe() == []
    seen.page.get_by_role("button", name="Ask", exact=True).click()
    expect(seen.page.locator("#al-progress .al-error")).to_contain_text("type a question")
    assert seen.axe() == []
    seen.ask("How many local people began jobs?")
    for summary in seen.page.locator(".al-answer summary").all():
        summary.click()
    assert seen.axe() == []
    seen.page.get_by_label("Your question").fill(REFUSED)
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("#al-progress")).to_contain_text("personal details", timeout=30_000)
    assert seen.axe() == []
    assert seen.overflow() == 0
    assert "943 476" not in seen.page.inner_text("#al-conversation")


def test_what_is_chosen_breaks_no_rule(seen: Seen) -> None:
    seen.page.locator("#al-pick-determinant > summary").click()
    assert seen.axe() == []
    seen.page.locator("#al-pick-determinant").get_by_role("link", name="housing").click()
    expect(seen.page.locator(".al-chip")).to_contain_text("housing")
    assert seen.axe() == []
    assert seen.overflow() == 0


def test_without_documents_it_says_so_and_breaks_no_rule(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, size: str
) -> None:
    folder = tmp_path_factory.mktemp("nothing")
    with (
        serving(folder / "index", folder / "server.log") as running,
        opened(browser, running.url, size, footer="No documents") as seen,
    ):
        seen.page.get_by_label("Your question").fill("How do we start?")
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator(".al-notice")).to_contain_text("no documents to answer from", timeout=30_000)
        assert seen.axe() == []
        seen.page.get_by_role("link", name="Programmes").click()
        expect(seen.page.locator("#al-view .al-notice")).to_contain_text("no documents to show")
        assert seen.axe() == []


@contextmanager
def held_back(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    bound = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)


def test_while_it_works_it_says_so_and_breaks_no_rule(browser: Browser, documents_index: Path, size: str) -> None:
    """The real service, but that the answer is held back until the page has been looked at."""
    may_go_on = threading.Event()

    def ask(assistant: Assistant, question: str, turns: Sequence[Turn], narrowing: Narrowing) -> Answer:
        may_go_on.wait(60)
        return assistant.ask(question, turns, narrowing)

    settings = Settings(index=documents_index, rate_limit="off")
    live = LiveAssistant(documents_index, None, REPO / ".cache" / "encoders")
    app = create_app(settings, live)
    blocks = page.build_page(live.current, page.PageTexts("Anchorline", settings.standing, STARTERS, 1_000), ask)
    app.get("/page.js")(lambda: FileResponse(page.SCRIPT, media_type="text/javascript"))
    app.get("/page.css")(lambda: Response(page.style(), media_type="text/css"))
    page.mount(app, blocks)
    with held_back(app) as url, opened(browser, url, size) as seen:
        seen.page.get_by_label("Your question").fill("Who repaired damp homes?")
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator("#al-progress")).to_contain_text("Looking in the sources")
        assert seen.axe() == []
        may_go_on.set()
        seen.answered("Who repaired damp homes?")


@pytest.mark.parametrize("size", ["1280"])
def test_forced_colours_and_reduced_motion(browser: Browser, page_server: Running, size: str) -> None:
    with opened(browser, page_server.url, size) as seen:
        seen.page.emulate_media(forced_colors="active", reduced_motion="reduce")
        seen.ask("Who repaired damp homes?")
        edges = seen.page.evaluate(
            "[...document.querySelectorAll('blockquote, .al-act, #al-ask')].map(e => getComputedStyle(e))"
            ".map(style => [style.borderLeftStyle, style.borderLeftWidth, style.transitionDuration])"
        )
        assert edges
        for style, width, moves in edges:
            assert style != "none"
            assert width != "0px"
            assert moves == "0s"
        assert seen.axe() == []
