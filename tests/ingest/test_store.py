"""The folder of generations: published whole or not at all, three kept, one writer."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import IndexBusy, IndexDamaged, IndexMissing
from ingest.store import point_to, publish, roll_back, writing
from retrieval.encode import Encoder
from retrieval.generation import Content, current_folder, open_generation
from retrieval.published import generations
from tests.ingest.making import REPO, TIMEOUT_S, command, content, reading
from tests.pace import slowness

HOLD = "import sys; from pathlib import Path; from ingest.store import writing\nwith writing(Path(sys.argv[1])):\n"
WAIT = HOLD + "    print('held', flush=True); sys.stdin.read()"
DIE = HOLD + (
    "    draft = Path(sys.argv[1]) / 'draft-1' / 'gen-000009'; draft.mkdir(parents=True)\n"
    "    (draft / 'vectors.npy').write_bytes(b'half'); (draft.parents[1] / 'draft-CURRENT').write_text('gen-0')\n"
    "    print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture(scope="session")
def small(encoder: Encoder) -> Content:
    return content(encoder, reading("leeds", ("Leeds hired 42 local people.", "It planted trees."), encoder))


def published(index: Path, small: Content, encoder: Encoder, times: int) -> None:
    for _ in range(times):
        with writing(index):
            publish(index, small, encoder)


@contextmanager
def process(code: str, index: Path) -> Iterator[subprocess.Popen[str]]:
    """Python code that has said ``held``; killed at the end."""
    run = [sys.executable, "-c", code, str(index)]
    child = subprocess.Popen(run, cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout and child.stdout.readline() == "held\n"
        yield child
    finally:
        child.kill()
        child.communicate()


def is_sound(index: Path, encoder: Encoder) -> bool:
    open_generation(current_folder(index), encoder).close()
    return True


def test_what_is_published_is_served(tmp_path: Path, small: Content, encoder: Encoder) -> None:
    published(tmp_path, small, encoder, 1)
    folder = current_folder(tmp_path)
    assert folder.name == (tmp_path / "CURRENT").read_text().strip() == "gen-000001"
    opened = open_generation(folder, encoder)
    assert opened.content.passages == small.passages
    assert opened.card.generation == "gen-000001"
    assert opened.index.query(small.vectors[1], 1)[0][0] == "leeds#0001"
    opened.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "gen-000001", "writer.lock"]


def test_three_are_kept(tmp_path: Path, small: Content, encoder: Encoder) -> None:
    published(tmp_path, small, encoder, 5)
    assert generations(tmp_path) == ("gen-000003", "gen-000004", "gen-000005")
    assert is_sound(tmp_path, encoder)


def test_rollback_goes_back_until_nothing_is_older(tmp_path: Path, small: Content, encoder: Encoder) -> None:
    published(tmp_path, small, encoder, 3)
    assert roll_back(tmp_path, encoder) == "gen-000002" == current_folder(tmp_path).name
    assert roll_back(tmp_path, encoder) == "gen-000001"
    with pytest.raises(IndexMissing, match="no sound generation older than gen-000001"):
        roll_back(tmp_path, encoder)
    assert current_folder(tmp_path).name == "gen-000001"


def test_rollback_passes_over_a_damaged_generation(tmp_path: Path, small: Content, encoder: Encoder) -> None:
    published(tmp_path, small, encoder, 3)
    (tmp_path / "gen-000002" / "vectors.npy").write_bytes(b"")
    assert roll_back(tmp_path, encoder) == "gen-000001"


def test_a_generation_rolled_back_from_is_not_rolled_back_to(tmp_path: Path, small: Content, encoder: Encoder) -> None:
    published(tmp_path, small, encoder, 2)
    roll_back(tmp_path, encoder)
    published(tmp_path, small, encoder, 1)
    assert generations(tmp_path) == ("gen-000001", "gen-000003")
    assert roll_back(tmp_path, encoder) == "gen-000001"


def test_rollback_mends_a_pointer_to_nothing(tmp_path: Path, small: Content, encoder: Encoder) -> None:
    published(tmp_path, small, encoder, 2)
    for pointer in ("gen-000009\n", "", "gen", "\x00\xff"):
        (tmp_path / "CURRENT").write_bytes(pointer.encode("latin-1"))
        with pytest.raises(IndexDamaged, match="CURRENT names"):
            current_folder(tmp_path)
        assert roll_back(tmp_path, encoder) == "gen-000002"
        assert is_sound(tmp_path, encoder)


def test_a_generation_number_may_grow_a_digit(tmp_path: Path, small: Content, encoder: Encoder) -> None:
    published(tmp_path, small, encoder, 1)
    (tmp_path / "gen-000001").rename(tmp_path / "gen-999999")
    point_to(tmp_path, "gen-999999")
    published(tmp_path, small, encoder, 2)
    assert generations(tmp_path) == ("gen-999999", "gen-1000000", "gen-1000001")
    assert current_folder(tmp_path).name == "gen-1000001"
    assert roll_back(tmp_path, encoder) == "gen-1000000"


def test_a_build_that_fails_is_not_served_and_leaves_nothing(tmp_path: Path, small: Content, encoder: Encoder) -> None:
    published(tmp_path, small, encoder, 1)
    wrong = replace(small, vectors=small.vectors[::-1].copy(), sentence_vectors=small.sentence_vectors[:1])
    with pytest.raises(IndexDamaged), writing(tmp_path):
        publish(tmp_path, wrong, encoder)
    assert current_folder(tmp_path).name == "gen-000001"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "gen-000001", "writer.lock"]


@pytest.mark.slow
def test_a_second_writer_is_told_at_once(tmp_path: Path) -> None:
    with process(WAIT, tmp_path) as writer:
        start = time.monotonic()
        with pytest.raises(IndexBusy, match=rf"process {writer.pid}\) is writing"), writing(tmp_path):
            pass
        assert time.monotonic() - start < slowness()
        done = command(tmp_path, REPO / "README.md")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f"another ingest (process {writer.pid}) is writing to {tmp_path}; "
            "wait until it has finished, then try again\n"
        )
    with writing(tmp_path):
        pass


@pytest.mark.slow
def test_what_a_killed_writer_left_is_cleared(tmp_path: Path) -> None:
    with process(DIE, tmp_path) as child:
        child.kill()
        child.wait(TIMEOUT_S)
    assert {path.name for path in tmp_path.iterdir()} == {"draft-1", "draft-CURRENT", "writer.lock"}
    with writing(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == ["writer.lock"]


def test_two_writers_in_one_process_are_one_too_many(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(IndexBusy), writing(tmp_path):
        pass
