"""One slow call never delays others: a slow writer, a reader that does not read, a client that sends no end."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from retrieval.assistant import EVERYTHING, EXTRACT, Assistant
from retrieval.encode import open_encoder
from retrieval.generation import current_folder, open_generation
from retrieval.live import LiveAssistant
from retrieval.types import Answer, Narrowing, Turn
from server.gates import BODY_S
from server.settings import Settings
from tests.conftest import REPO
from tests.pace import slowness
from tests.serving import serving_here

pytestmark = pytest.mark.slow

QUESTION = {"question": "How did the trust start to hire local people?"}
RUNNING, WAITING = 2, 2
SLOW_S = 20.0


class WithSlowWriter(Assistant):
    """A real assistant that also has a writer as slow as a language model that hangs."""

    released = threading.Event()

    def ask(
        self, question: str, history: Sequence[Turn] = (), narrowing: Narrowing = EVERYTHING, writer: str = EXTRACT
    ) -> Answer:
        if writer == "slow":
            self.released.wait(SLOW_S)
        return super().ask(question, history, narrowing)


class LiveWithSlowWriter(LiveAssistant):
    writers = (EXTRACT, "slow")

    def __init__(self, index: Path, encoders: Path) -> None:
        super().__init__(index, None, encoders)
        encoder = open_encoder(None, encoders)
        self._slow = WithSlowWriter(open_generation(current_folder(index), encoder), encoder)

    def current(self) -> Assistant:
        return self._slow


@pytest.fixture(scope="module")
def url(index_dir: Path) -> Iterator[str]:
    encoders = REPO / ".cache" / "encoders"
    chosen = Settings(index=index_dir, concurrent=RUNNING, queued=WAITING, feedback_url="off", rate_limit="9999/minute")
    with serving_here(chosen, LiveWithSlowWriter(index_dir, encoders)) as running:
        httpx.post(f"{running}/v1/ask", json=QUESTION, timeout=60)
        yield running


def wait_for_queue(url: str, lane: str, waiting: int) -> None:
    until = time.monotonic() + SLOW_S * slowness()
    while f'anchorline_waiting{{lane="{lane}"}} {waiting}.0' not in httpx.get(f"{url}/metrics").text:
        assert time.monotonic() < until


def check_others_go_on(url: str) -> None:
    """Well before a slow one is done: generous, since other work may share the machine."""
    begun = time.monotonic()
    assert httpx.get(f"{url}/health", timeout=SLOW_S).status_code == 200
    assert httpx.post(f"{url}/v1/ask", json=QUESTION, timeout=SLOW_S).status_code == 200
    assert httpx.post(f"{url}/v1/search", json={"query": "jobs"}, timeout=SLOW_S).status_code == 200
    assert httpx.get(f"{url}/v1/sources", timeout=SLOW_S).status_code == 200
    assert time.monotonic() - begun < SLOW_S / 2 * slowness()


def test_slow_writers_wait_in_their_own_lane_and_its_queue_is_bounded(url: str) -> None:
    WithSlowWriter.released.clear()
    slow = QUESTION | {"writer": "slow"}
    with ThreadPoolExecutor(RUNNING + WAITING) as pool:
        waiting = [pool.submit(httpx.post, f"{url}/v1/ask", json=slow, timeout=60) for _ in range(RUNNING + WAITING)]
        wait_for_queue(url, "slow", WAITING)
        check_others_go_on(url)
        for headers in ({}, {"Accept": "text/event-stream"}):
            refused = httpx.post(f"{url}/v1/ask", json=slow, headers=headers)
            assert refused.status_code == 503
            assert refused.json()["error"]["code"] == "busy"
            assert int(refused.headers["retry-after"]) > 0
        WithSlowWriter.released.set()
        assert [done.result().status_code for done in waiting] == [200] * (RUNNING + WAITING)


def test_a_days_answers_of_a_model_have_an_end_and_the_alarm_comes_before(index_dir: Path) -> None:
    chosen = Settings(index=index_dir, feedback_url="off", rate_limit="9999/minute", llm_answers_a_day=5)
    WithSlowWriter.released.set()
    slow = QUESTION | {"writer": "slow"}
    completion = {"model": "anchorline-slow", "messages": [{"role": "user", "content": QUESTION["question"]}]}
    low = []
    live = LiveWithSlowWriter(index_dir, REPO / ".cache" / "encoders")
    with serving_here(chosen, live) as url, httpx.Client(base_url=url, timeout=60) as client:
        for _ in range(5):
            assert client.post("/v1/ask", json=slow).status_code == 200
            low.append("anchorline_model_budget_low 1.0" in client.get("/metrics").text)
        for path, sent, headers in (
            ("/v1/ask", slow, {}),
            ("/v1/ask", slow, {"Accept": "text/event-stream"}),
            ("/v1/chat/completions", completion, {}),
            ("/v1/chat/completions", completion | {"stream": True}, {}),
        ):
            refused = client.post(path, json=sent, headers=headers)
            assert refused.status_code == 503
            assert refused.json()["error"]["code"] == "model_budget"
            assert "choose the writer extract" in refused.json()["error"]["message"]
            assert 0 < int(refused.headers["retry-after"]) <= 24 * 3600
        assert client.post("/v1/ask", json=QUESTION).status_code == 200
        assert 'anchorline_refused_total{reason="model_budget"} 4.0' in client.get("/metrics").text
    assert low == [False, False, False, False, True]


def test_a_stream_says_that_it_works_while_a_slow_writer_does(url: str) -> None:
    WithSlowWriter.released.clear()
    begun = time.monotonic()
    slow = QUESTION | {"writer": "slow"}
    with httpx.stream(
        "POST", f"{url}/v1/ask", json=slow, headers={"Accept": "text/event-stream"}, timeout=60
    ) as events:
        first = next(events.iter_text())
        assert time.monotonic() - begun < SLOW_S / 2 * slowness()
        assert first.startswith('event: status\ndata: {"status": "searching"}')
        WithSlowWriter.released.set()


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30)


def test_clients_that_do_not_read_delay_nobody(url: str) -> None:
    body = json.dumps(QUESTION).encode()
    head = (
        "POST /v1/ask HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    idle = [connect(url) for _ in range(20)]
    try:
        for connection in idle:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            connection.sendall(head.encode() + body)
            assert connection.recv(12) == b"HTTP/1.1 200"
            wait_for_queue(url, "quick", 0)
        check_others_go_on(url)
    finally:
        for connection in idle:
            connection.close()


def test_clients_that_do_not_finish_sending_delay_nobody_and_are_sent_away(url: str) -> None:
    idle = [connect(url) for _ in range(50)]
    try:
        for connection in idle:
            connection.sendall(
                b"POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
            )
        check_others_go_on(url)
        idle[0].settimeout(3 * BODY_S)
        assert idle[0].recv(12) == b"HTTP/1.1 408"
    finally:
        for connection in idle:
            connection.close()
