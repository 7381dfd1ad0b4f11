"""Every file of an index deleted, cut short or altered, before it is opened and while it is served.

Each time: what was sound goes on answering, the fault is named by the file's name, and the next ingest mends it.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import httpx
import pytest

from ingest.run import ingest_paths
from retrieval import live as live_module
from retrieval.encode import Encoder
from retrieval.live import LiveAssistant, State
from tests.faults.conftest import Filled
from tests.faults.making import (
    DAMAGE,
    PATIENCE_S,
    QUESTION,
    SERVER,
    asked,
    check_right,
    files_of,
    noticed,
    until_ready_says,
    verified,
)
from tests.ingest.making import ENCODERS, command
from tests.serving import serving

pytestmark = pytest.mark.slow
SERVED, BEFORE = "gen-000002", "gen-000001"


@pytest.fixture
def looked_at_once(monkeypatch: pytest.MonkeyPatch, encoder: Encoder) -> None:
    """At every request; and each of a hundred services takes the weights that are loaded already."""
    monkeypatch.setattr(live_module, "_LOOK_S", 0.0)
    monkeypatch.setattr(live_module, "open_encoder", lambda *_: encoder)


@pytest.mark.parametrize("damage", DAMAGE)
def test_before_it_is_opened(filled: Filled, looked_at_once: None, damage: str) -> None:
    """A service that starts on it answers from the generation before."""
    for file in files_of(filled.index / SERVED):
        path = filled.index / SERVED / file
        whole = path.read_bytes()
        DAMAGE[damage](path)
        live = LiveAssistant(filled.index, None, ENCODERS)
        state = live.state()
        assert (state.ready, state.generation) == (True, BEFORE), f"{file} {damage}: {state}"
        assert state.reason and file in state.reason
        assert "41 local people" in live.current().ask(QUESTION).text
        live.close()
        path.write_bytes(whole)


@pytest.mark.parametrize("damage", DAMAGE)
def test_while_it_is_served(filled: Filled, looked_at_once: None, damage: str) -> None:
    """It stands in memory and in private copies: the same answers as before, word for word."""
    live = LiveAssistant(filled.index, None, ENCODERS)
    serving = live.current()
    right = serving.ask(QUESTION).text
    assert "42 local people" in right
    for file in files_of(filled.index / SERVED):
        path = filled.index / SERVED / file
        whole = path.read_bytes()
        DAMAGE[damage](path)
        state = live.state()
        assert (state.ready, state.generation) == (True, SERVED), f"{file} {damage}: {state}"
        assert state.reason and file in state.reason
        assert live.current() is serving and serving.ask(QUESTION).text == right
        path.write_bytes(whole)
        assert live.state() == State(True, SERVED, None)
    live.close()


def test_the_next_ingest_mends_each(filled: Filled, encoder: Encoder, looked_at_once: None, tmp_path: Path) -> None:
    live = LiveAssistant(filled.index, None, ENCODERS)
    for number, file in enumerate(files_of(filled.index / SERVED)):
        shutil.rmtree(tmp_path / "one", ignore_errors=True)
        index = shutil.copytree(filled.index, tmp_path / "one")
        list(DAMAGE.values())[number % 3](index / SERVED / file)
        report = ingest_paths([filled.documents], index, encoder)
        assert report.published and any(file in note for note in report.notes), file
        live = LiveAssistant(index, None, ENCODERS)
        assert live.state() == State(True, "gen-000003", None)
        assert "42 local people" in live.current().ask(QUESTION).text
        live.close()


def one_of_each_folder(generation: Path) -> list[str]:
    return list({Path(file).parent: file for file in files_of(generation)}.values())


def test_over_http_a_file_is_named_while_answers_go_on(filled: Filled, tmp_path: Path) -> None:
    """A real service by its real clock; the damages take turns. Each may take two seconds to be noticed, so that every
    file has its turn in the test above only. At the end the command names the last one and mends it."""
    with (
        serving(filled.index, tmp_path / "log", **SERVER) as running,
        httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
    ):
        right = asked(client)["text"]
        assert "42 local people" in right
        slowest = ("", 0.0)
        for number, file in enumerate([*one_of_each_folder(filled.index / SERVED), "../CURRENT"]):
            how, damage = list(DAMAGE.items())[number % 3]
            path = filled.index / SERVED / file
            whole = path.read_bytes()
            damage(path)
            took_s = until_ready_says(client, Path(file).name, f"{file} {how} while served")
            slowest = max(slowest, (file, took_s), key=lambda one: one[1])
            answer = asked(client)
            assert answer["text"] == right and answer["index"]["generation"] == SERVED
            path.write_bytes(whole)
        noticed(f"a file of the served generation, the slowest ({slowest[0]})", slowest[1], "/ready")
        until_ready_says(client, None, "mended")
        (filled.index / SERVED / "vectors.npy").unlink()
        told = verified(filled.index, "a file of the served generation")
        assert told.returncode == 2 and "vectors.npy is missing" in told.stderr
        done = command(filled.index, filled.documents)
        assert done.returncode == 0 and "vectors.npy is missing" in done.stderr, done.stderr
        until_ready_says(client, None, "mended by an ingest")
        assert check_right(asked(client), filled.index) == "gen-000003"
        assert command(filled.index, "verify").returncode == 0


def test_with_nothing_sound_left_no_answer_is_given(filled: Filled, tmp_path: Path) -> None:
    """503 with the reason for the operator, and without it for the asker; an ingest puts it right."""
    for name in (BEFORE, SERVED):
        (filled.index / name / "passages.jsonl").write_text("")
    with (
        serving(filled.index, tmp_path / "log", **SERVER) as running,
        httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
    ):
        until_ready_says(client, "passages.jsonl is altered", "no generation is sound at the start", 503)
        refused = client.post("/v1/ask", json={"question": QUESTION})
        assert (refused.status_code, refused.json()["status"]) == (503, "unavailable")
        assert str(filled.index) not in refused.text
        done = command(filled.index, filled.documents)
        assert (done.returncode, "no generation could be read" in done.stderr) == (0, True)
        until_ready_says(client, None, "mended")
        assert "42 local people" in asked(client)["text"]


def test_the_whole_index_vanishes_under_a_service(filled: Filled, tmp_path: Path) -> None:
    with (
        serving(filled.index, tmp_path / "log", **SERVER) as running,
        httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
    ):
        filled.index.rename(tmp_path / "away")
        until_ready_says(client, "there is no index", "the index folder is moved away")
        assert "42 local people" in asked(client)["text"]
        (tmp_path / "away").rename(filled.index)
        until_ready_says(client, None, "moved back")


def test_private_copies_are_deleted_under_a_service(filled: Filled, tmp_path: Path, own_temporary_folder: Path) -> None:
    """By somebody who clears the temporary folder: the generation is opened anew, and no answer is wrong meanwhile."""
    with (
        serving(filled.index, tmp_path / "log", **SERVER) as running,
        httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
    ):
        assert "42 local people" in asked(client)["text"]
        for copy in own_temporary_folder.glob("anchorline-copy-*"):
            shutil.rmtree(copy)
        time.sleep(live_module._LOOK_S)
        until_ready_says(client, None, "mended")
        assert "42 local people" in asked(client)["text"]
        assert any(copy.stat().st_size for copy in own_temporary_folder.glob("anchorline-copy-*/tokens/*"))


def test_the_command_names_it_within_the_time(filled: Filled) -> None:
    (filled.index / "CURRENT").write_text("gen-000009\n")
    told = verified(filled.index, "a pointer to nothing")
    assert (told.returncode, "gen-000009, which is not there" in told.stderr) == (2, True)
