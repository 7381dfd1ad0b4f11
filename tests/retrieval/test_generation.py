"""A generation opens only as it was sealed, and reading it changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings

from corpus.errors import AnchorlineError, IndexDamaged, IndexMismatch, IndexMissing
from retrieval.chroma import ask_back, write_chroma
from retrieval.copies import HeldFolder
from retrieval.encode import Encoder
from retrieval.generation import (
    Content,
    current_folder,
    open_generation,
    read_content,
    word_text,
    write_generation,
)
from retrieval.index import ExactIndex, canary
from retrieval.sealed import check_seal, read_card
from tests.ingest.making import ENCODERS, REPO, TIMEOUT_S, CountingEncoder, content, reading

TEXTS = tuple(
    f"Trust number {at} hired {at * 7} people. It also bought from {at + 3} shops near by." for at in range(9)
)
READ = """
import sys
from pathlib import Path
from retrieval.encode import open_encoder
from retrieval.generation import open_generation
encoder = open_encoder(None, Path(sys.argv[2]))
opened = open_generation(Path(sys.argv[1]), encoder)
print("open", flush=True)
for _ in range(20):
    for row, vector in enumerate(opened.content.vectors):
        assert opened.index.query(vector, 3)[0][0] == opened.content.passages[row].passage_id
sys.stdin.read()
opened.close()
print("read")
"""


@pytest.fixture(scope="session")
def whole(encoder: Encoder) -> Content:
    return content(encoder, reading("leeds", TEXTS, encoder))


@pytest.fixture(scope="session")
def sealed(whole: Content, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed") / "gen-000001"
    write_generation(folder, whole, encoder)
    return folder


def state(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x04
    path.write_bytes(data)


def truncate(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


DAMAGE: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink,
    "truncated": truncate,
    "emptied": lambda path: os.truncate(path, 0),
    "first byte": lambda path: flip(path, 0),
    "middle byte": lambda path: flip(path, path.stat().st_size // 2),
    "last byte": lambda path: flip(path, -1),
}


def test_what_was_written_is_read(sealed: Path, whole: Content, encoder: Encoder) -> None:
    opened = open_generation(sealed, encoder)
    assert opened.content.passages == whole.passages
    assert opened.content.sources == whole.sources
    assert np.array_equal(opened.content.vectors, whole.vectors)
    assert np.array_equal(opened.content.sentence_vectors, whole.sentence_vectors)
    assert opened.place == {passage.passage_id: row for row, passage in enumerate(whole.passages)}
    assert opened.first_sentence == tuple(range(0, 18, 2))
    assert opened.words.scores(word_text(whole.passages[4])).argmax() == 4
    assert (opened.card.passages, opened.card.sentences, opened.card.encoder_sha256) == (9, 18, encoder.sha256)
    assert read_card(sealed) == opened.card
    opened.close()


@pytest.mark.parametrize("damage", DAMAGE)
def test_every_damaged_file_is_named(sealed: Path, encoder: Encoder, tmp_path: Path, damage: str) -> None:
    files = sorted(path for path in sealed.rglob("*") if path.is_file() and path.stat().st_size)
    assert len(files) > 10
    for number, path in enumerate(files):
        folder = tmp_path / str(number)
        shutil.copytree(sealed, folder)
        hurt = folder / path.relative_to(sealed)
        DAMAGE[damage](hurt)
        with pytest.raises(IndexDamaged) as caught:
            open_generation(folder, encoder)
        assert str(path.relative_to(sealed)) in str(caught.value)
        assert "\n" not in str(caught.value)
        assert "python -m ingest" in str(caught.value)


def test_a_file_too_many_is_named(sealed: Path, encoder: Encoder, tmp_path: Path) -> None:
    folder = shutil.copytree(sealed, tmp_path / "gen-000001")
    (folder / "chroma" / "stray.bin").write_bytes(b"x")
    with pytest.raises(IndexDamaged, match=r"chroma/stray\.bin does not belong there"):
        open_generation(folder, encoder)


def test_content_is_not_read_from_altered_files(sealed: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sealed, tmp_path / "gen-000001")
    shutil.rmtree(folder / "chroma")
    assert len(read_content(folder).passages) == 9  # a broken index does not take the words along
    with pytest.raises(IndexDamaged, match="chroma"):
        check_seal(folder)
    text = (folder / "passages.jsonl").read_text()
    (folder / "passages.jsonl").write_text(text.replace("21 people", "27 people"))
    with pytest.raises(IndexDamaged, match=r"passages\.jsonl is altered"):
        read_content(folder)


def test_another_encoder_is_refused(sealed: Path, encoder: Encoder) -> None:
    other = CountingEncoder(encoder)
    other.name, other.sha256 = "another-encoder", "0" * 64
    with pytest.raises(IndexMismatch, match="built with all-MiniLM-L6-v2, the settings name another-encoder"):
        open_generation(sealed, other)


def test_another_layout_is_refused_whatever_its_card_holds(sealed: Path, encoder: Encoder, tmp_path: Path) -> None:
    folder = shutil.copytree(sealed, tmp_path / "gen-000001")
    card = b'{"layout": 99, "colour": "blue"}'
    (folder / "card.json").write_bytes(card)
    (folder / "card.sha256").write_text(f"{hashlib.sha256(card).hexdigest()}  card.json\n")
    with pytest.raises(IndexMismatch, match="layout 99"):
        open_generation(folder, encoder)


def test_the_seal_is_what_sha256sum_checks(sealed: Path) -> None:
    digest = hashlib.sha256((sealed / "card.json").read_bytes()).hexdigest()
    assert (sealed / "card.sha256").read_text() == f"{digest}  card.json\n"


def test_a_card_that_does_not_count_right_is_refused(sealed: Path, encoder: Encoder, tmp_path: Path) -> None:
    folder = shutil.copytree(sealed, tmp_path / "gen-000001")
    card = json.dumps(json.loads((folder / "card.json").read_text()) | {"sentences": 17}).encode()
    (folder / "card.json").write_bytes(card)
    (folder / "card.sha256").write_text(f"{hashlib.sha256(card).hexdigest()}  card.json\n")
    for read in (read_content, lambda folder: open_generation(folder, encoder)):
        with pytest.raises(IndexDamaged, match="its card says"):
            read(folder)


def test_no_index_and_no_generation_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="there is no index"):
        current_folder(tmp_path)
    (tmp_path / "CURRENT").write_text("gen-000004\n")
    with pytest.raises(IndexDamaged, match="names gen-000004, which is not there"):
        current_folder(tmp_path)


def test_a_generation_is_never_written_over(sealed: Path, whole: Content, encoder: Encoder) -> None:
    with pytest.raises(FileExistsError):
        write_generation(sealed, whole, encoder)


def test_reading_changes_no_byte(sealed: Path, encoder: Encoder) -> None:
    before = state(sealed)
    first, second = open_generation(sealed, encoder), open_generation(sealed, encoder)
    for opened in (first, second):
        assert opened.index.query(opened.content.vectors[2], 3)[0][0] == "leeds#0002"
    first.close()
    assert second.index.query(second.content.vectors[3], 1)[0][0] == "leeds#0003"
    second.close()
    assert state(sealed) == before


@pytest.mark.slow
def test_two_processes_read_one_generation_at_once(sealed: Path) -> None:
    before = state(sealed)
    run = [sys.executable, "-c", READ, str(sealed), str(ENCODERS)]
    readers = [
        subprocess.Popen(run, cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    try:
        assert [reader.stdout.readline() for reader in readers if reader.stdout] == ["open\n"] * 2
        assert [reader.communicate("", TIMEOUT_S)[0] for reader in readers] == ["read\n"] * 2
    finally:
        for reader in readers:
            reader.kill()
            reader.communicate()
    assert state(sealed) == before


def test_chroma_holds_the_passages_by_cosine_and_what_they_are_narrowed_by(
    sealed: Path, whole: Content, tmp_path: Path
) -> None:
    """Read by Chroma's own client, from a copy."""
    folder = shutil.copytree(sealed / "chroma", tmp_path / "chroma")
    ids = [passage.passage_id for passage in whole.passages]
    with closing(chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))) as client:
        held = client.get_collection("passages", embedding_function=None)
        assert sorted(held.get(where={"source": "leeds"}, include=[])["ids"]) == sorted(ids)
        assert held.get(where={"source": "york"}, include=[])["ids"] == []
        found = held.query(whole.vectors[5], n_results=9)
        expected = whole.vectors @ whole.vectors[5]
        assert found["ids"][0] == [ids[row] for row in np.argsort(-expected)]
        assert np.allclose(found["distances"] or [], 1 - np.sort(expected)[::-1], atol=1e-5)


def test_a_collection_that_does_not_hold_what_was_written_is_not_sealed(whole: Content, tmp_path: Path) -> None:
    write_chroma(tmp_path / "chroma", whole.passages, whole.vectors)
    with closing(chromadb.PersistentClient(str(tmp_path / "chroma"), Settings(anonymized_telemetry=False))) as client:
        held = client.get_collection("passages", embedding_function=None)
        ask_back(held, whole.passages, whole.vectors)
        with pytest.raises(IndexDamaged, match="Chroma does not hold leeds#0000 as written"):
            ask_back(held, whole.passages, -whole.vectors)
        with pytest.raises(IndexDamaged, match="Chroma holds 9 of 8 passages"):
            ask_back(held, whole.passages[:-1], whole.vectors[:-1])
        held.update(ids=["leeds#0003"], metadatas=[{"source": "york"}])
        with pytest.raises(IndexDamaged, match="leeds#0003"):
            ask_back(held, whole.passages, whole.vectors)


def test_the_canary_sings_for_wrong_vectors_and_lost_ones(whole: Content) -> None:
    ids = [passage.passage_id for passage in whole.passages]
    index = ExactIndex(whole.passages, whole.vectors)
    canary(index, ids, whole.vectors)
    with pytest.raises(IndexDamaged, match="holds 9 passages, its card says 8"):
        canary(index, ids[:-1], whole.vectors[:-1])
    with pytest.raises(IndexDamaged, match="does not find leeds#0000"):
        canary(index, ids, -whole.vectors)


def test_no_room_for_private_copies_is_no_damage(
    sealed: Path, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    copies = HeldFolder()
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    for missing in (tmp_path / "broken", tmp_path):
        with pytest.raises(AnchorlineError, match="cannot be copied") as caught:
            copies.take(missing)
        assert not isinstance(caught.value, IndexDamaged)
    copies.cleanup()


def test_who_only_answers_imports_no_chroma(sealed: Path) -> None:
    look = (
        "import sys; from pathlib import Path; from retrieval.encode import open_encoder;"
        "from retrieval.generation import open_generation;"
        "open_generation(Path(sys.argv[1]), open_encoder(None, Path(sys.argv[2]))).close();"
        "print('chromadb' in sys.modules)"
    )
    run = [sys.executable, "-c", look, str(sealed), str(ENCODERS)]
    done = subprocess.run(run, cwd=REPO, capture_output=True, text=True, timeout=TIMEOUT_S)
    assert done.stdout.strip() == "False", done.stdout + done.stderr
