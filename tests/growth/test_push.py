"""Vectors reach the store with the generation that they belong to, without anybody having to think of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from corpus.errors import IndexBusy
from ingest.__main__ import main
from ingest.run import ingest_paths
from ingest.store import push, roll_back, writing
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation, stored_name
from retrieval.index import VectorStore
from retrieval.live import LiveAssistant
from retrieval.published import generations
from retrieval.shared import SharedIndex
from server.settings import Settings
from tests.conftest import REPO
from tests.growth import servers
from tests.growth.making import made
from tests.proxied import free_port
from tests.serving import DOCUMENTS, serving_here, write

NEIGHBOUR = "anchorline-gen-000099-0123456789abcdef"
ENCODERS = REPO / ".cache" / "encoders"


@pytest.fixture
def index_dir(tmp_path: Path, encoder: Encoder) -> Path:
    add(tmp_path, "local-jobs.md", DOCUMENTS["local-jobs.md"], encoder)
    return tmp_path / "index"


def add(folder: Path, name: str, text: str, encoder: Encoder) -> None:
    """One more generation."""
    document = write({name: text}, folder / "documents") / name
    assert ingest_paths([document], folder / "index", encoder).published


def names(index_dir: Path) -> list[str]:
    return sorted(stored_name(index_dir / name) for name in generations(index_dir))


def test_the_store_holds_the_generations_that_are_kept_and_no_other(
    index_dir: Path, encoder: Encoder, store: VectorStore
) -> None:
    theirs = made(3)
    store.write(NEIGHBOUR, theirs.passages, theirs.vectors)  # another index in the same store
    assert "has now the" in push(index_dir, store)
    assert "has the" in push(index_dir, store)
    for at in range(4):
        add(index_dir.parent, f"more-{at}.md", f"# Report {at}\n\nIt hired {at} people from near by.\n", encoder)
        push(index_dir, store)
    assert sorted(store.names()) == sorted([*names(index_dir), NEIGHBOUR])
    assert len(store.names()) == 3 + 1
    with writing(index_dir):
        roll_back(index_dir, encoder)
    assert "has the" in push(index_dir, store)  # it was kept
    opened = open_generation(current_folder(index_dir), encoder, store)
    assert isinstance(opened.index, SharedIndex) and opened.index.fault is None
    opened.close()


def test_replicas_on_different_generations_find_their_own(
    index_dir: Path, encoder: Encoder, store: VectorStore
) -> None:
    push(index_dir, store)
    old = open_generation(current_folder(index_dir), encoder, store)
    add(index_dir.parent, "warm-homes.md", DOCUMENTS["warm-homes.md"], encoder)
    push(index_dir, store)
    new = open_generation(current_folder(index_dir), encoder, store)
    for one in (old, new):
        for row, passage in enumerate(one.content.passages):
            assert one.index.query(one.content.vectors[row], 1)[0][0] == passage.passage_id
        assert isinstance(one.index, SharedIndex) and one.index.fault is None
    assert new.index.count() > old.index.count()


def test_nobody_else_may_publish_while_vectors_are_written(index_dir: Path, store: VectorStore) -> None:
    with writing(index_dir), pytest.raises(IndexBusy):
        push(index_dir, store)


@pytest.fixture
def set_up(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANCHORLINE_INDEX", str(index_dir))
    monkeypatch.setenv("ANCHORLINE_ENCODER_CACHE", str(ENCODERS))
    return index_dir


@pytest.fixture
def server(chroma_server: servers.Chroma, monkeypatch: pytest.MonkeyPatch) -> Iterator[servers.Chroma]:
    monkeypatch.setenv("ANCHORLINE_CHROMA_URL", chroma_server.url)
    yield chroma_server


def test_each_command_that_changes_what_is_served_puts_it_into_the_store(
    set_up: Path, server: servers.Chroma, capsys: pytest.CaptureFixture[str]
) -> None:
    document = write({"warm-homes.md": DOCUMENTS["warm-homes.md"]}, set_up.parent / "documents") / "warm-homes.md"
    assert main([str(document)]) == 0
    assert f"{server.url} has now the" in capsys.readouterr().out
    assert main([str(document)]) == 0  # nothing to publish; that the store has it is made sure of all the same
    assert f"{server.url} has the" in capsys.readouterr().out
    assert main(["remove", "warm-homes"]) == 0
    assert "has now the" in capsys.readouterr().out
    assert main(["rollback"]) == 0
    assert f"vectors of {current_folder(set_up).name}" in capsys.readouterr().out
    assert main(["push"]) == 0


def test_a_store_that_is_down_keeps_nothing_from_being_published(
    set_up: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANCHORLINE_CHROMA_URL", f"http://127.0.0.1:{free_port()}")
    document = write({"warm-homes.md": DOCUMENTS["warm-homes.md"]}, set_up.parent / "documents") / "warm-homes.md"
    assert main([str(document)]) == 1
    said = capsys.readouterr()
    assert "the vectors are not in the shared store" in said.err and len(said.err.strip().splitlines()) == 1
    assert current_folder(set_up).name == "gen-000002"


def test_push_without_a_store_says_which_setting_names_one(set_up: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["push"]) == 2
    assert "ANCHORLINE_CHROMA_URL" in capsys.readouterr().err


def test_ready_says_where_vectors_are_searched(index_dir: Path, chroma_server: servers.Chroma) -> None:
    from retrieval.shared import open_store

    store = open_store(chroma_server.url)
    settings = Settings(index=index_dir, encoder_cache=ENCODERS, rate_limit="off")
    live = LiveAssistant(index_dir, None, ENCODERS, None, store)
    with serving_here(settings, live) as url:
        ready = httpx.get(f"{url}/ready", timeout=60).json()
        assert (ready["ready"], ready["vectors"]) == (True, "fallback")
        assert "python -m ingest push" in ready["reason"]
        asked = httpx.post(f"{url}/v1/ask", json={"question": "How many local people began jobs?"}, timeout=60).json()
        assert asked["status"] == "answered"
    push(index_dir, store)
    with serving_here(settings, LiveAssistant(index_dir, None, ENCODERS, None, store)) as url:
        assert httpx.get(f"{url}/ready", timeout=60).json() == {
            "ready": True,
            "generation": "gen-000001",
            "reason": None,
            "vectors": "shared",
        }
        again = httpx.post(f"{url}/v1/ask", json={"question": "How many local people began jobs?"}, timeout=60).json()
        assert again["text"] == asked["text"]
    with serving_here(settings) as url:
        assert httpx.get(f"{url}/ready", timeout=60).json()["vectors"] == "local"
    for name in store.names():
        store.drop(name)
    live.close()
