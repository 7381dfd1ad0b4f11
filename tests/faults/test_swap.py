"""A new generation is published while fifty questions a second are asked over HTTP: no error, no answer from two."""

from __future__ import annotations

import re
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.conftest import Filled
from tests.faults.making import HOMES, JOBS, PATIENCE_S, QUESTION, SERVER, check_right
from tests.ingest.making import command, start, write
from tests.serving import serving

pytestmark = pytest.mark.slow
RATE, AFTER_S = 50, 2.0
PEOPLE = {"gen-000002": "42", "gen-000003": "43"}


def test_an_ingest_under_fifty_questions_a_second(filled: Filled, tmp_path: Path) -> None:
    write(filled.documents, {"jobs.md": JOBS.format(people=43), "more.md": HOMES.replace("Aldermere", "Larkfield")})
    published = threading.Event()

    def ingest() -> None:
        time.sleep(AFTER_S)
        assert command(filled.index, filled.documents).returncode == 0
        time.sleep(AFTER_S)
        published.set()

    with (
        serving(filled.index, tmp_path / "log", **SERVER) as running,
        httpx.Client(base_url=running.url, timeout=PATIENCE_S, limits=httpx.Limits(max_connections=100)) as client,
        ThreadPoolExecutor(100) as askers,
        ThreadPoolExecutor(1) as ingests,
    ):
        client.post("/v1/ask", json={"question": QUESTION})
        ingesting = ingests.submit(ingest)
        pending, began = [], time.monotonic()
        while not published.is_set() and not ingesting.done():
            pending.append(askers.submit(_timed, client))
            time.sleep(max(0.0, began + len(pending) / RATE - time.monotonic()))
        took_s = time.monotonic() - began
        ingesting.result()
        replies = [one.result() for one in pending]
    served = [_generation(answer, filled.index) for answer, _ in replies]
    times = sorted(seconds for _, seconds in replies)
    print(
        f"SWAP: {len(replies)} questions in {took_s:.0f} s ({len(replies) / took_s:.0f} a second), 0 errors, "
        f"{served.count('gen-000002')} from the old generation and {served.count('gen-000003')} from the new one; "
        f"median {statistics.median(times):.2f} s, slowest {times[-1]:.2f} s"
    )
    assert len(replies) > 0.8 * RATE * took_s, "the questions did not come fast enough to prove anything"
    assert set(served) == set(PEOPLE)


def _timed(client: httpx.Client) -> tuple[dict[str, Any], float]:
    began = time.monotonic()
    reply = client.post("/v1/ask", json={"question": QUESTION})
    assert reply.status_code == 200, reply.text
    return reply.json(), time.monotonic() - began


def _generation(answer: dict[str, Any], index: Path) -> str:
    """The generation that it names, once its quotes and its figure are those of that generation."""
    name = check_right(answer, index)
    assert re.findall(r"(\d+) local people", answer["text"]) == [PEOPLE[name]]
    return name


def test_two_ingests_at_once(filled: Filled) -> None:
    """One works, the other is told at once which process is in its way, and changes nothing."""
    write(filled.documents, {"jobs.md": JOBS.format(people=43)})
    runs = [start(filled.index, filled.documents) for _ in range(2)]
    told = [(one.pid, *one.communicate(timeout=300), one.returncode) for one in runs]
    told.sort(key=lambda one: one[3])
    (worked, *_, first), (_, _, faults, second) = told
    assert (first, second) == (0, 2), told
    assert faults.startswith(f"another ingest (process {worked}) is writing to {filled.index}; wait until")
    verified = command(filled.index, "verify")
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "gen-000003 (served): sound" in verified.stdout
