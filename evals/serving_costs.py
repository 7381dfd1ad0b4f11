"""What a serving process costs: from its start to ``/ready``, and the memory it holds once it has been used.

It is started as an operator starts it, asked over its port, and looked at from outside.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from corpus.errors import AnchorlineError

ASKED = 200  # questions, before memory is looked at


@dataclass(frozen=True, slots=True)
class ServingCosts:
    """``page_s``: from ``/ready`` until the page has come once. ``memory_mb`` is None where the system does not tell;
    it is what the process holds after ``ASKED`` questions and that page."""

    ready_s: float
    page_s: float
    memory_mb: float | None


def measure_serving(index: Path, encoders: Path, encoder_name: str | None, questions: Sequence[str]) -> ServingCosts:
    """Start the service, open its page, ask ``ASKED`` of the questions in turn. Raises AnchorlineError."""
    begun = time.perf_counter()
    with _served(_settings(index, encoders, encoder_name)) as (url, process_id):
        _fetch(f"{url}ready")
        ready = time.perf_counter()
        _fetch(url)
        page = time.perf_counter()
        for at in range(ASKED):
            _fetch(f"{url}v1/ask", {"question": questions[at % len(questions)]})
        return ServingCosts(ready - begun, page - ready, _memory_mb(process_id))


def seconds_to_import(module: str) -> float:
    """What a fresh interpreter takes for one import: what a start can be held against on this machine, now."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True, capture_output=True)  # noqa: S603 - our own
    return time.perf_counter() - begun


def _settings(index: Path, encoders: Path, encoder_name: str | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANCHORLINE_")}
    named = {"INDEX": str(index), "ENCODER_CACHE": str(encoders), "PORT": "0", "RATE_LIMIT": "off"}
    named |= {"FEEDBACK_URL": "off"} | ({"ENCODER": encoder_name} if encoder_name else {})
    return kept | {f"ANCHORLINE_{name}": value for name, value in named.items()}


@contextmanager
def _served(environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Address and process id of a service that lasts as long as the block."""
    command = [sys.executable, "-m", "server"]
    process = subprocess.Popen(  # noqa: S603 - our own
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        said = process.stdout.readline().split() if process.stdout else []
        if not said:
            raise AnchorlineError("the service ended at its start; run `python -m server` to see why")
        yield said[-1], process.pid
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout:
            process.stdout.close()


def _fetch(url: str, body: Mapping[str, str] | None = None) -> None:
    sent = None if body is None else json.dumps(body).encode()
    request = Request(url, sent, {"Content-Type": "application/json"})  # noqa: S310 - our own address
    try:
        with urlopen(request, timeout=120) as response:  # noqa: S310
            response.read()
    except HTTPError as error:
        raise AnchorlineError(f"the service answers {error.code} at {error.url}; run it and look at its log") from error


def _memory_mb(process_id: int) -> float | None:
    try:
        status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    except OSError:
        return None
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000
