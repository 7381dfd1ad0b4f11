"""What the page says when the service takes no more of its calls: a limit, a kill switch, a service that is gone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from retrieval.assistant import Assistant
from retrieval.live import LiveAssistant
from retrieval.types import Answer
from server.answering import Answering, Asked
from server.app import create_app, mount_page
from server.settings import Settings
from server.switches import switch
from tests.conftest import REPO
from tests.serving import Running, serving
from tests.ui.conftest import ENCODERS
from tests.ui.seeing import Seen, opened
from tests.ui.test_states import held_back as held_app
from ui import page

pytestmark = pytest.mark.slow

ASKED = ("Who repaired damp homes?", "How is impact measured?")
REFUSED = "How many local people began jobs?"
CALLS = 1 + len(ASKED)  # loading the page is one call, each question another


@pytest.fixture
def limited(documents_index: Path, tmp_path: Path) -> Iterator[Running]:
    limits = {"RATE_LIMIT": f"{CALLS}/minute", "SWITCHES": str(tmp_path / "off"), "ENCODER_CACHE": ENCODERS}
    with serving(documents_index, tmp_path / "server.log", **limits) as running:
        yield running


def refused(seen: Seen, words: str) -> None:
    """The words stand where they are read out, and nothing else claims that an answer is ready."""
    seen.page.get_by_label("Your question").fill(REFUSED)
    seen.page.get_by_role("button", name="Ask", exact=True).click()
    expect(seen.page.get_by_role("alert").filter(has_text=words)).to_be_visible(timeout=30_000)
    expect(seen.page.get_by_text("Answer ready")).to_be_hidden()
    assert seen.page.get_by_label("Your question").input_value() == REFUSED
    assert seen.overflow() == 0
    assert seen.axe() == []


def test_a_limit_is_told_with_the_time_to_wait(browser: Browser, limited: Running, size: str) -> None:
    with opened(browser, limited.url, size) as seen:
        for question in ASKED:
            seen.ask(question)
        refused(seen, "Too many questions from one place. Please wait")
        seen.page.get_by_role("link", name="Programmes", exact=True).click()
        expect(seen.page.get_by_role("alert").filter(has_text="Please wait")).to_be_visible()
        seen.page.get_by_role("button", name="Save as Word").first.click()
        expect(seen.page.locator(".al-actions .al-told").first).to_contain_text("Please wait")


def test_more_than_the_queue_of_the_page_holds_is_told_to_retry(
    documents_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, answer = threading.Event(), Answering.answer

    def held_back(answering: Answering, assistant: Assistant, asked: Asked) -> Answer:
        may_go_on.wait(60)
        return answer(answering, assistant, asked)

    monkeypatch.setattr(Answering, "answer", held_back)
    monkeypatch.setattr(page, "QUEUED", 1)
    settings = Settings(index=documents_index, rate_limit="off", feedback_url="off")
    live = LiveAssistant(documents_index, None, REPO / ".cache" / "encoders")
    app = create_app(settings, live)
    mount_page(app, settings, live)
    with held_app(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        client.get("/")
        config = client.get("/config").json()
        asking = next(event["id"] for event in config["dependencies"] if len(event["inputs"]) == 3)
        call = {"data": [ASKED[0], None, None], "fn_index": asking, "trigger_id": None, "event_data": None}
        sent = []
        for session in range(page.CONCURRENT + 1 + 2):
            sent.append(client.post("/gradio_api/queue/join", json={**call, "session_hash": f"session{session}"}))
            time.sleep(0.3)  # until a lane has taken it out of the queue
        may_go_on.set()
    assert [one.status_code for one in sent] == [200] * (page.CONCURRENT + 1) + [503] * 2
    assert sent[-1].json()["error"]["message"] == "Anchorline is busy just now. Please try again in a few seconds."
    assert int(sent[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("size", ["1280"])
def test_an_open_page_tells_that_it_was_switched_off_and_then_that_nobody_answers(
    browser: Browser, limited: Running, tmp_path: Path, size: str
) -> None:
    with opened(browser, limited.url, size) as seen:
        seen.ask(ASKED[0])
        switch(tmp_path / "off", ["page"], on=False)
        seen.page.wait_for_timeout(1_500)
        refused(seen, "has been switched off for now")
        switch(tmp_path / "off", ["page"], on=True)
        seen.page.wait_for_timeout(1_500)
        seen.ask(ASKED[1])
        expect(seen.page.locator("#al-refused")).to_have_text("")
        os.kill(limited.pid, signal.SIGTERM)
        seen.page.wait_for_timeout(6_500)
        refused(seen, "cannot be reached")
