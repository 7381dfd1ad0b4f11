"""A client that leaves takes its call to the language model with it, within a second or so."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from retrieval.assistant import open_model
from retrieval.live import LiveAssistant
from retrieval.writers import llm
from retrieval.writers.types import Endpoint
from server.settings import Settings
from tests.conftest import REPO
from tests.pace import slowness
from tests.retrieval.writers.scripted import Handler, chunk, endpoint
from tests.serving import serving_here

pytestmark = pytest.mark.slow

QUESTION = "Which homes were repaired, and how many local people began jobs?"
ASKED = {"question": QUESTION, "writer": "compose"}
COMPLETION = {"model": "anchorline-compose", "messages": [{"role": "user", "content": QUESTION}]}
MODEL_S, PATIENCE_S = 30.0, 2.5
SOON_S = 4.0  # it takes half a second; other work may share the machine


class Writing:
    """An endpoint that writes on and on; ``begun`` and ``broken_off`` tell of it."""

    def __init__(self) -> None:
        self.begun, self.broken_off = threading.Event(), threading.Event()

    def __call__(self, handler: Handler) -> None:
        handler.begin()
        self.begun.set()
        until = time.monotonic() + MODEL_S
        try:
            while time.monotonic() < until:
                handler.event(chunk("so "))
                time.sleep(0.1)
        except OSError:
            self.broken_off.set()


@pytest.fixture
def writing() -> Writing:
    return Writing()


@pytest.fixture
def url(index_dir: Path, writing: Writing) -> Iterator[str]:
    assert llm.LanguageModel  # imported beforehand: that takes longer than a client here waits
    with endpoint(writing) as script:
        model = open_model(Endpoint(script.url, "tiny", timeout_s=MODEL_S))
        live = LiveAssistant(index_dir, None, REPO / ".cache" / "encoders", model)
        with serving_here(Settings(index=index_dir, feedback_url="off", rate_limit="off"), live) as running:
            yield running


@pytest.mark.parametrize(
    ("path", "sent", "accept"),
    [
        ("/v1/ask", ASKED, "application/json"),
        ("/v1/ask", ASKED, "text/event-stream"),
        ("/v1/chat/completions", COMPLETION, "application/json"),
        ("/v1/chat/completions", COMPLETION | {"stream": True}, "text/event-stream"),
    ],
)
def test_whoever_leaves_lets_the_model_go(
    url: str, writing: Writing, path: str, sent: dict[str, object], accept: str
) -> None:
    with pytest.raises(httpx.ReadTimeout):  # by which the client closes its connection
        httpx.post(url + path, json=sent, headers={"Accept": accept}, timeout=httpx.Timeout(60, read=PATIENCE_S))
    assert writing.begun.is_set()
    assert writing.broken_off.wait(SOON_S * slowness())
    assert httpx.post(f"{url}/v1/ask", json={"question": QUESTION}, timeout=60).status_code == 200
