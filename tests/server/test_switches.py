"""Kill switches: a command beside a running service turns a part of it off, and on again, within five seconds."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.pace import slowness
from tests.serving import Running, environment, serving

pytestmark = pytest.mark.slow

WITHIN_S = 5.0
QUESTION = {"question": "How did the trust start?"}
ELSEWHERE = {"Origin": "https://listed.example"}


@pytest.fixture(scope="module")
def switched(index_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("switched")
    with serving(
        index_dir, folder / "server.log", SWITCHES=str(folder / "off"), ORIGINS="https://listed.example"
    ) as running:
        yield running


@pytest.fixture
def switch(switched: Running, index_dir: Path) -> Iterator[Callable[[str, str], str]]:
    file = switched.log.with_name("off")

    def command(turn: str, part: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "server", turn, part],
            env=environment(index_dir, SWITCHES=str(file)),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield command
    file.unlink(missing_ok=True)
    time.sleep(1.5)


def until(status: int, request: Callable[[], httpx.Response]) -> httpx.Response:
    """The first response with this status, within the time that is promised."""
    last = time.monotonic() + WITHIN_S * slowness()
    while (response := request()).status_code != status:
        assert time.monotonic() < last, f"still {response.status_code} after {WITHIN_S} s, as a quick machine counts"
        time.sleep(0.1)
    return response


def check_off(response: httpx.Response) -> None:
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    body = response.json()
    assert body["status"] == "unavailable"
    assert body["error"]["code"] == "unavailable"
    assert body["error"]["message"] == "Anchorline has been switched off for now. Please try again later."


def test_the_api_goes_off_and_comes_back(switched: Running, switch: Callable[[str, str], str]) -> None:
    with httpx.Client(base_url=switched.url, timeout=60) as client:
        assert client.post("/v1/ask", json=QUESTION).status_code == 200
        assert switch("off", "api") == "Switched off: api.\n"
        check_off(until(503, lambda: client.post("/v1/ask", json=QUESTION)))
        check_off(client.post("/v1/ask", json=QUESTION, headers={"Accept": "text/event-stream"}))
        check_off(client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "How?"}]}))
        check_off(client.post("/mcp", json={}))
        check_off(client.get("/v1/config"))
        assert [client.get(path).status_code for path in ("/health", "/ready", "/metrics", "/")] == [200] * 4
        assert switch("on", "api") == "Switched off: nothing.\n"
        until(200, lambda: client.post("/v1/ask", json=QUESTION))


def test_the_page_goes_off_and_says_so_in_words(switched: Running, switch: Callable[[str, str], str]) -> None:
    with httpx.Client(base_url=switched.url, timeout=60) as client:
        switch("off", "page")
        response = until(503, lambda: client.get("/", headers={"Accept": "text/html"}))
        assert "<h1>Anchorline is switched off</h1>" in response.text
        assert '<meta name="viewport"' in response.text  # else a phone shows it in tiny letters
        assert "default-src 'self'" in response.headers["content-security-policy"]
        check_off(client.post("/gradio_api/queue/join", json={}))
        assert client.post("/v1/ask", json=QUESTION).status_code == 200


def test_the_embed_goes_off_alone(switched: Running, switch: Callable[[str, str], str]) -> None:
    with httpx.Client(base_url=switched.url, timeout=60) as client:
        assert client.post("/v1/ask", json=QUESTION, headers=ELSEWHERE).status_code == 200
        switch("off", "embed")
        response = until(503, lambda: client.post("/v1/ask", json=QUESTION, headers=ELSEWHERE))
        check_off(response)
        assert response.headers["access-control-allow-origin"] == ELSEWHERE["Origin"]  # so that its page can read it
        check_off(client.get("/v1/config", headers=ELSEWHERE))
        check_off(client.get("/embed/v1/assistant.js"))
        assert client.post("/v1/ask", json=QUESTION).status_code == 200
        assert client.get("/").status_code == 200


def test_several_parts_are_named_and_stay_off_together(switched: Running, switch: Callable[[str, str], str]) -> None:
    switch("off", "api")
    assert switch("off", "page") == "Switched off: api, page.\n"
    with httpx.Client(base_url=switched.url, timeout=60) as client:
        until(503, lambda: client.get("/"))
        check_off(client.post("/v1/ask", json=QUESTION))
        switch("on", "api")
        until(200, lambda: client.post("/v1/ask", json=QUESTION))
        assert client.get("/").status_code == 503


def test_an_unknown_part_and_a_file_that_cannot_be_written_are_clear_lines(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    for arguments, words in ((("off", "everything"), "everything"), (("off", "api"), "Nothing was switched")):
        done = subprocess.run(
            [sys.executable, "-m", "server", *arguments],
            env=environment(tmp_path, SWITCHES=str(blocked / "off")),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr
