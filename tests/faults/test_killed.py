"""``kill -9`` at any moment: the last generation goes on serving, and the next ingest works."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.store import KEPT
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation
from retrieval.published import generations
from tests.ingest.making import JOBS, REPO, TIMEOUT_S, command, environment, write

pytestmark = pytest.mark.slow

MOMENTS = 15  # in each of two indexes, side by side
DOCUMENTS = 12
COPIES = "anchorline-copy-*"


def changed(folder: Path, people: int) -> Path:
    """Documents that each have something new to encode."""
    return write(folder, {f"jobs-{at}.md": JOBS.replace("42", str(people * 100 + at)) for at in range(DOCUMENTS)})


def started(index: Path, files: Path, temporary: Path) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "ingest", str(files)]
    env = environment(index, TMPDIR=str(temporary))
    return subprocess.Popen(line, cwd=REPO, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


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


def killed_again_and_again(home: Path, encoder: Encoder, seed: int) -> tuple[int, int, set[str]]:
    """How many runs were killed, how many of them after their build had begun, and what was served after each."""
    index, files, temporary = home / "index", home / "files", home / "tmp"
    temporary.mkdir(parents=True)
    began = time.monotonic()
    assert command(index, changed(files, 1)).returncode == 0
    whole_s = time.monotonic() - began
    chance = random.Random(seed)
    killed = building = turn = 0
    served = {answers(index, encoder)}
    while killed < MOMENTS and turn < 4 * MOMENTS:
        turn += 1
        process = started(index, changed(files, turn + 1), temporary)
        if turn % 2:
            wait_for_draft(index, process)
            time.sleep(chance.uniform(0, whole_s / 4))
        else:
            time.sleep(chance.uniform(0, whole_s))
        process.kill()
        if process.wait(TIMEOUT_S) == -9:
            killed += 1
            building += bool(list(index.glob("draft-*")))
        else:
            whole_s *= 0.8  # it had ended by itself: aim earlier
        served.add(answers(index, encoder))
    return killed, building, served


def test_killed_at_any_moment_the_last_generation_serves(tmp_path: Path, encoder: Encoder) -> None:
    seed = int.from_bytes(os.urandom(4))
    homes = [tmp_path / "one", tmp_path / "two"]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda home: killed_again_and_again(home, encoder, seed + homes.index(home)), homes))
    killed, building = sum(one[0] for one in found), sum(one[1] for one in found)
    print(f"KILLED: {killed} runs, {building} of them while they were building; seed {seed}")
    assert killed == 2 * MOMENTS
    for home, (_, _, served) in zip(homes, found, strict=True):
        mended(home, encoder, served)


def mended(home: Path, encoder: Encoder, served: set[str]) -> None:
    """The next ingest works and clears up in the index; ``doctor --clean`` clears up in the temporary folder."""
    index, temporary = home / "index", home / "tmp"
    done = command(index, changed(home / "files", 99))
    assert (done.returncode, done.stderr) == (0, "")
    assert answers(index, encoder) not in served
    assert len(generations(index)) <= KEPT
    assert not list(index.glob("draft-*"))
    for copy in temporary.glob(COPIES):
        os.utime(copy, (0, 0))  # new ones are left alone: their process may be about to lock them
    left = len(list(temporary.glob(COPIES)))
    told = command(index, "doctor", TMPDIR=str(temporary))
    assert told.returncode == (1 if left else 0), told.stdout
    assert (f"left {left} private copies" in told.stdout) == bool(left)
    told = command(index, "doctor", "--clean", TMPDIR=str(temporary))
    assert told.returncode == 0 and "all well" in told.stdout, told.stdout
    assert not list(temporary.glob(COPIES))


def test_killed_between_the_build_and_the_swap(tmp_path: Path, encoder: Encoder) -> None:
    """The folder has its name and nothing points to it yet, on a first ingest: nothing else could be served."""
    index, files = tmp_path / "index", changed(tmp_path / "files", 1)
    assert command(index, files).returncode == 0
    (index / "CURRENT").unlink()
    done = command(index, files)
    assert done.returncode == 0
    assert "CURRENT, which names the served generation, is missing" in done.stderr
    assert answers(index, encoder) == "gen-000002"
