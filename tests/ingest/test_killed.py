"""``kill -9`` at any moment: the last generation goes on serving, and the next ingest works."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.store import KEPT, writing
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation
from retrieval.published import generations
from tests.ingest.making import JOBS, REPO, TIMEOUT_S, command, environment, write

pytestmark = pytest.mark.slow

MOMENTS = 12
DOCUMENTS = 12


def changed(folder: Path, people: int) -> Path:
    """Documents that each have something new to encode."""
    return write(folder, {f"jobs-{at}.md": JOBS.replace("42", str(people * 100 + at)) for at in range(DOCUMENTS)})


def start(index: Path, files: Path) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "ingest", str(files)]
    return subprocess.Popen(
        line, cwd=REPO, env=environment(index), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def wait_for_draft(index: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the build has begun: the moments that matter most come after that."""
    until = time.monotonic() + TIMEOUT_S
    while process.poll() is None and not list(index.glob("draft-*")) and time.monotonic() < until:
        time.sleep(0.005)


def answers(index: Path, encoder: Encoder) -> str:
    """The name of the generation that is served, once it has answered a question from its passages."""
    opened = open_generation(current_folder(index), encoder)
    assistant = Assistant(opened, encoder)
    try:
        answer = assistant.ask("How many local people did the trust hire?")
        assert answer.citations
        for citation in answer.citations:
            assert citation.quote in opened.content.passages[opened.place[citation.passage_id]].text
        return opened.card.generation
    finally:
        assistant.close()


def test_killed_at_any_moment_the_last_generation_serves(tmp_path: Path, encoder: Encoder) -> None:
    index, files = tmp_path / "index", tmp_path / "files"
    began = time.monotonic()
    assert command(index, changed(files, 1)).returncode == 0
    whole_s = time.monotonic() - began
    chance = random.Random(0)  # the moments differ all the same, as no two runs take the same time
    killed, turn, served = 0, 0, {answers(index, encoder)}
    while killed < MOMENTS and turn < 4 * MOMENTS:
        turn += 1
        process = start(index, changed(files, turn + 1))
        if turn % 2:
            wait_for_draft(index, process)
            time.sleep(chance.uniform(0, whole_s / 4))
        else:
            time.sleep(chance.uniform(0, whole_s))
        process.kill()
        if process.wait(TIMEOUT_S) == -9:
            killed += 1
        else:
            whole_s *= 0.8  # it had ended by itself: aim earlier
        served.add(answers(index, encoder))
    assert killed >= 10, f"only {killed} runs were killed before their end"
    done = command(index, changed(files, 99))
    assert (done.returncode, done.stderr) == (0, "")
    assert answers(index, encoder) not in served
    assert len(generations(index)) <= KEPT
    with writing(index):
        assert not list(index.glob("draft-*"))


def test_killed_between_the_build_and_the_swap(tmp_path: Path, encoder: Encoder) -> None:
    """The folder has its name and nothing points to it yet, on a first ingest: nothing else could be served."""
    index, files = tmp_path / "index", changed(tmp_path / "files", 1)
    assert command(index, files).returncode == 0
    (index / "CURRENT").unlink()
    done = command(index, files)
    assert done.returncode == 0
    assert "CURRENT, which names the served generation, is missing" in done.stderr
    assert answers(index, encoder) == "gen-000002"
