"""What the tests of faults share: an index of two generations, a service on it, and how soon a fault is named.

``pytest tests/faults -s | grep NOTICED`` prints the times that docs/reliability.md states.
"""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from retrieval.generation import read_content
from tests.ingest.making import ENCODERS, command
from tests.pace import slowness

NAMED_WITHIN_S = 5.0
PATIENCE_S = 120  # for a reply: a crowded machine must fail no test
QUESTION = "How many local people began jobs at the trust?"
PEOPLE = "In the first year {people} local people who had been out of work began jobs at the trust."
JOBS = f"# Local jobs at Wexcombe\n\n## Impact\n\nWexcombe Hospital NHS Trust looked for neighbours. {PEOPLE}\n"
HOMES = "# Warm homes in Aldermere\n\n## Damp\n\nThe council repaired damp in 60 homes in the first winter.\n"
SERVER = {"ENCODER_CACHE": str(ENCODERS), "FEEDBACK_URL": "off"}


def flip(path: Path) -> None:
    """One bit, in the middle of the file, in place."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0x04]))


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


DAMAGE: dict[str, Callable[[Path], None]] = {"deleted": Path.unlink, "truncated": truncate, "one bit flipped": flip}


def files_of(folder: Path) -> list[str]:
    """Every file of a generation that holds anything; an empty one has nothing to be flipped or cut."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def ready(client: httpx.Client) -> tuple[int, dict[str, Any]]:
    reply = client.get("/ready")
    return reply.status_code, reply.json()


def until_ready_says(client: httpx.Client, words: str | None, fault: str, status: int = 200) -> float:
    """Seconds until ``/ready`` gives a reason that holds these words (None: no reason any more). Whoever asks after
    ``NAMED_WITHIN_S`` must be told; how long a crowded machine takes to reply is not counted."""
    within_s = NAMED_WITHIN_S * slowness()
    began = time.monotonic()
    while True:
        asked_after = time.monotonic() - began
        found, body = ready(client)
        passed = time.monotonic() - began
        reason = body["reason"]
        if (reason is None) if words is None else (words in (reason or "")):
            assert found == status
            if words is not None:
                noticed(fault, passed, "/ready")
            return passed
        assert asked_after < within_s, f"{fault}: after {asked_after:.1f} s /ready says {reason!r}, not {words!r}"
        time.sleep(0.1)


def noticed(fault: str, seconds: float, by: str) -> None:
    print(f"NOTICED {by}: {fault}: {seconds:.1f} s")


def verified(index: Path, fault: str) -> subprocess.CompletedProcess[str]:
    """``ingest verify``, in time: its processor time is counted, which is what it takes on a machine of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = command(index, "verify")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    noticed(fault, took_s, "ingest verify")
    assert took_s < NAMED_WITHIN_S * slowness(time.process_time)
    return told


def check_right(answer: dict[str, Any], index: Path) -> str:
    """Every quote of an answer is in the generation that it names, which is on disk; gives that generation."""
    generation = answer["index"]["generation"]
    texts = {passage.passage_id: passage.text for passage in read_content(index / generation).passages}
    assert answer["citations"], answer["text"]
    for citation in answer["citations"]:
        assert citation["quote"] in texts[citation["passage_id"]]
    return str(generation)


def asked(client: httpx.Client, question: str = QUESTION) -> dict[str, Any]:
    reply = client.post("/v1/ask", json={"question": question})
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer
