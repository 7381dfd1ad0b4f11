"""Gradio is one adapter: with the page gone, the service still answers over its port."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import READY_S, environment
from tests.ui.conftest import ENCODERS

pytestmark = pytest.mark.slow

WITHOUT_PAGE = """
import sys
sys.modules.update(ui=None, gradio=None)  # as if neither were installed
import socket, threading, time
import httpx, uvicorn
from retrieval.live import LiveAssistant
from server.app import create_app
from server.settings import Settings
settings = Settings()
live = LiveAssistant(settings.index, settings.encoder, settings.encoders)
server = uvicorn.Server(uvicorn.Config(create_app(settings, live), log_level="error"))
bound = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True).start()
while not server.started:
    time.sleep(0.05)
url = f"http://127.0.0.1:{bound.getsockname()[1]}"
answer = httpx.post(f"{url}/v1/ask", json={"question": "Who repaired damp homes?"}, timeout=60).json()
print(answer["status"], len(answer["citations"]), httpx.get(f"{url}/health").json()["status"])
import retrieval.__main__
"""


def test_without_the_page_the_service_answers(documents_index: Path) -> None:
    settings = environment(documents_index, ENCODER_CACHE=ENCODERS)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PAGE], env=settings, capture_output=True, text=True, timeout=READY_S
    )
    assert done.returncode == 0, done.stderr
    status, citations, health = done.stdout.split()
    assert (status, health) == ("answered", "ok")
    assert int(citations) > 0
