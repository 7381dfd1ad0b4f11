"""A new generation is served as soon as it is published, and a damaged one never takes the place of one that works."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from corpus.errors import AnchorlineError, IndexDamaged, IndexMissing
from ingest.run import ingest_paths
from retrieval import live as live_module
from retrieval.encode import Encoder
from retrieval.live import LiveAssistant
from retrieval.published import POINTER
from tests.retrieval.answers import check_answer
from tests.retrieval.conftest import ENCODERS, Built, write_documents

QUESTION = "How did Wexcombe hire neighbours?"
MORE = {
    "canals.md": "# Canals\n\n## Barge\n\nThe Larkfield barge brings linen to the hospital by canal every Monday.\n"
}


@pytest.fixture
def index_dir(built: Built, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two generations, the first one published."""
    monkeypatch.setattr(live_module, "_LOOK_S", 0.0)
    shutil.copytree(built.index_dir, tmp_path / "index")
    paths = write_documents(tmp_path / "more", MORE)
    assert ingest_paths(paths, tmp_path / "index", encoder, corpus_dir=built.corpus_dir).published
    publish(tmp_path / "index", 1)
    return tmp_path / "index"


def names(index_dir: Path) -> list[str]:
    return sorted(path.name for path in index_dir.glob("gen-*"))


def publish(index_dir: Path, number: int) -> str:
    name = names(index_dir)[number - 1]
    draft = index_dir / "CURRENT.test"
    draft.write_text(f"{name}\n", "utf-8")
    draft.replace(index_dir / POINTER)
    return name


def opened(index_dir: Path) -> LiveAssistant:
    return LiveAssistant(index_dir, None, ENCODERS)


def test_a_new_generation_is_picked_up_and_the_old_one_still_answers(index_dir: Path) -> None:
    live = opened(index_dir)
    old = live.current()
    assert old.info.generation == names(index_dir)[0] and live.current() is old
    published = publish(index_dir, 2)
    new = live.current()
    assert new.info.generation == published and live.state() == live_module.State(True, published, None)
    assert any("Larkfield" in one.quote for one in new.ask("What does the Larkfield barge bring?").citations)
    check_answer(old.ask(QUESTION), old)
    publish(index_dir, 1)
    assert live.current().info.generation == names(index_dir)[0]
    live.close()


@pytest.mark.parametrize(
    "damage", ["a byte", "a file", "the card", "the folder", "the pointer", "an empty pointer", "an index"]
)
def test_a_damaged_generation_leaves_the_old_one_serving(index_dir: Path, tmp_path: Path, damage: str) -> None:
    live = opened(index_dir)
    first = live.current()
    target = index_dir / names(index_dir)[1]
    shutil.copytree(target, tmp_path / "whole")
    published = publish(index_dir, 2)
    _damage(index_dir, target, damage)
    assert live.current() is first
    state = live.state()
    assert state.ready and state.generation == first.info.generation  # a working replica must not be dropped
    assert state.reason and "\n" not in state.reason
    check_answer(live.current().ask(QUESTION), first)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(tmp_path / "whole", target)
    publish(index_dir, 2)
    assert live.current().info.generation == published
    assert live.state() == live_module.State(True, published, None)
    live.close()


def _damage(index_dir: Path, target: Path, damage: str) -> None:
    passages = target / "passages.jsonl"
    if damage == "a byte":
        passages.write_bytes(passages.read_bytes().replace(b"linen", b"Linen"))
    elif damage == "a file":
        (target / "vectors.npy").unlink()
    elif damage == "the card":
        (target / "card.json").write_text("{")
    elif damage == "the folder":
        shutil.rmtree(target)
    elif damage == "the pointer":
        (index_dir / POINTER).write_bytes(b"\xff\xfe\x00")
    elif damage == "an empty pointer":
        (index_dir / POINTER).write_text("")
    else:
        shutil.rmtree(target / "bm25")


def test_going_back_to_the_old_one_clears_the_reason(index_dir: Path) -> None:
    live = opened(index_dir)
    live.current()
    publish(index_dir, 2)
    (index_dir / names(index_dir)[1] / "card.json").unlink()
    assert live.state().reason
    publish(index_dir, 1)
    assert live.state() == live_module.State(True, names(index_dir)[0], None)
    live.close()


def test_no_index_is_not_ready_and_says_why(tmp_path: Path) -> None:
    live = opened(tmp_path / "none")
    state = live.state()
    assert (state.ready, state.generation) == (False, None)
    assert state.reason and "python -m ingest" in state.reason
    with pytest.raises(IndexMissing):
        live.current()
    live.close()


def test_an_index_that_appears_is_opened(index_dir: Path, tmp_path: Path) -> None:
    live = opened(tmp_path / "later")
    assert not live.state().ready
    shutil.copytree(index_dir, tmp_path / "later")
    assert live.state().ready
    live.close()


def test_damaged_from_the_start_raises_what_is_wrong(index_dir: Path) -> None:
    (index_dir / names(index_dir)[0] / "passages.jsonl").write_text("")
    live = opened(index_dir)
    with pytest.raises(IndexDamaged, match=r"passages\.jsonl"):
        live.current()
    live.close()


def test_a_damaged_one_is_not_checked_for_every_question(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing a whole generation at every question would slow the one that still answers."""
    monkeypatch.setattr(live_module, "_LOOK_S", 60.0)
    live = opened(index_dir)
    first = live.current()
    publish(index_dir, 2)
    card = index_dir / names(index_dir)[1] / "card.json"
    whole = card.read_bytes()
    card.unlink()
    assert live.state().reason
    card.write_bytes(whole)
    assert live.current() is first and live.state().reason
    live.close()


def test_started_on_a_damaged_generation_the_one_before_answers(index_dir: Path) -> None:
    old, new = names(index_dir)
    publish(index_dir, 2)
    vectors = index_dir / new / "vectors.npy"
    whole = vectors.read_bytes()
    vectors.unlink()
    live = opened(index_dir)
    check_answer(live.current().ask(QUESTION), live.current())
    state = live.state()
    assert (state.ready, state.generation) == (True, old)
    assert state.reason and "vectors.npy is missing" in state.reason
    vectors.write_bytes(whole)
    assert live.state() == live_module.State(True, new, None)
    live.close()


def test_one_that_was_rolled_back_from_is_not_taken_instead(index_dir: Path) -> None:
    (index_dir / names(index_dir)[0] / "vectors.npy").unlink()
    live = opened(index_dir)
    assert live.state().generation is None and not live.state().ready
    (
        index_dir / POINTER
    ).unlink()  # nothing tells any more which one was served: the newest sound one, and that is said
    state = live.state()
    assert state.generation == names(index_dir)[1] and state.reason and "CURRENT" in state.reason
    live.close()


def test_files_that_change_under_the_served_generation_are_named_and_mended(index_dir: Path) -> None:
    live = opened(index_dir)
    first = live.current()
    passages = index_dir / names(index_dir)[0] / "passages.jsonl"
    whole, stat = passages.read_bytes(), passages.stat()
    passages.write_bytes(whole.replace(b"42", b"24"))
    os.utime(passages, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # same size, same time: it is noticed all the same
    state = live.state()
    assert (state.ready, state.generation) == (True, first.info.generation)
    assert state.reason and "passages.jsonl is altered" in state.reason
    assert live.current() is first
    check_answer(first.ask(QUESTION), first)
    passages.write_bytes(whole)
    assert live.state() == live_module.State(True, first.info.generation, None)
    live.close()


@pytest.mark.slow
def test_questions_from_many_threads_while_generations_change(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "_GRACE_S", 5.0)
    live = opened(index_dir)
    live.current()
    done = threading.Event()
    failures: list[BaseException] = []
    served: set[str] = set()
    asked = [0] * 8

    def ask(thread: int) -> None:
        try:
            while not done.is_set():
                assistant = live.current()
                served.add(assistant.info.generation)
                answer = assistant.ask(QUESTION)
                assert answer.index == assistant.info and answer.citations
                check_answer(answer, assistant)
                asked[thread] += 1
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for swap in range(10):
        publish(index_dir, 1 + (swap + 1) % 2)
        done.wait(0.4)
    done.set()
    for thread in threads:
        thread.join(60)
    assert not failures and min(asked) > 0
    assert served == set(names(index_dir))
    live.close()


@pytest.mark.slow
def test_an_unusable_encoder_is_a_reason(index_dir: Path, tmp_path: Path) -> None:
    live = LiveAssistant(index_dir, str(tmp_path / "no-such-model"), ENCODERS)
    state = live.state()
    assert not state.ready and state.reason and "ANCHORLINE_ENCODER" in state.reason
    with pytest.raises(AnchorlineError):
        live.current()
