"""The index holds our records with what their facts measure, and outlives a change of its own layout."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.run import Report, ingest_paths, remove_sources
from retrieval.encode import Encoder
from retrieval.generation import StoredSource, current_folder, open_generation, read_content
from retrieval.sealed import LAYOUT, OLDEST_CONTENT
from retrieval.weights import file_digest
from tests.corpus.small import plant
from tests.records import write_programmes, write_report

GARDEN = "brief-garden-jobs"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_programmes(tmp_path / "corpus")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def ingest(corpus: Path, index: Path, encoder: Encoder) -> Callable[..., Report]:
    return lambda *paths: ingest_paths(paths, index, encoder, corpus_dir=corpus)


def held(index: Path) -> dict[str, StoredSource]:
    return {stored.source.source_id: stored for stored in read_content(current_folder(index)).sources}


def make_older(folder: Path) -> None:
    """Turn a generation into one of the layout before records were held."""
    sources = json.loads((folder / "sources.json").read_text("utf-8"))
    for stored in sources:
        del stored["record"], stored["measures"]
    (folder / "sources.json").write_text(json.dumps(sources), "utf-8")
    card = json.loads((folder / "card.json").read_text("utf-8"))
    card["layout"] = OLDEST_CONTENT
    card["files"]["sources.json"] = file_digest(folder / "sources.json")
    (folder / "card.json").write_text(json.dumps(card), "utf-8")
    (folder / "card.sha256").write_text(f"{file_digest(folder / 'card.json')}  card.json\n", "utf-8")


def test_a_brief_of_one_record_holds_it(ingest: Callable[..., Report], index: Path, tmp_path: Path) -> None:
    ingest()
    ingest(write_report(tmp_path / "in"))
    garden, measures = held(index)[GARDEN].record, held(index)[GARDEN].measures
    assert garden and garden.title == "Garden jobs" and garden.facts[0].value == 12
    assert measures and dict(measures.all) == {"people-hired": "people who were hired (people)"}
    for other in ("brief-glossary", "brief-conflicts", "report-2024"):
        assert held(index)[other].record is None


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("programmes/garden-jobs.md", "The trust's own count.", "The trust counted."),
        ("programmes/garden-jobs.md", "printed: \"12\"", "printed: twelve"),
        ("programmes/warm-homes.md", "[Northtown]", "[Northtown, Southtown]"),
        ("measures.yaml", "people who were hired", "people who got a job"),
    ],
)  # fmt: skip
def test_a_record_that_changed_though_its_text_did_not_is_published(
    ingest: Callable[..., Report], index: Path, corpus: Path, encoder: Encoder, file: str, old: str, new: str
) -> None:
    ingest()
    assert ingest().published is None
    before = held(index)
    plant(corpus / file, old, new)
    report = ingest()
    assert report.published and report.encoded == 0
    assert held(index) != before


def test_a_broken_list_of_measures_is_told_and_takes_nothing_away(
    ingest: Callable[..., Report], index: Path, corpus: Path
) -> None:
    ingest()
    before = held(index)
    (corpus / "measures.yaml").write_text("result: [", "utf-8")
    report = ingest()
    assert [path.name.partition(":")[0] for path, _ in report.failed] == ["measures.yaml"]
    assert held(index) == before


def test_what_an_older_layout_holds_is_taken_over(
    ingest: Callable[..., Report], index: Path, tmp_path: Path, encoder: Encoder
) -> None:
    ingest()
    ingest(write_report(tmp_path / "in"))
    before = held(index)
    make_older(current_folder(index))
    (tmp_path / "in").rename(tmp_path / "gone")
    report = ingest()
    assert report.published and report.published.layout == LAYOUT
    assert report.encoded == report.published.passages  # it has no token vectors yet
    assert any(f"has layout {OLDEST_CONTENT}" in note for note in report.notes)
    assert held(index) == before
    open_generation(current_folder(index), encoder).close()


def test_a_source_can_be_removed_from_an_older_layout(
    ingest: Callable[..., Report], index: Path, tmp_path: Path, encoder: Encoder
) -> None:
    ingest()
    ingest(write_report(tmp_path / "in"))
    make_older(current_folder(index))
    remove_sources(["report-2024"], index, encoder)
    assert "report-2024" not in held(index)
    open_generation(current_folder(index), encoder).close()
