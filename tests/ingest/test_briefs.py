"""Our own texts in the index: records, the glossary and the conflicts, each as true as its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.types import Basis, Passage
from ingest.run import Report, ingest_paths
from retrieval.encode import Encoder
from retrieval.generation import current_folder, read_content
from tests.corpus.small import plant, write_small_corpus


class Ingest:
    """Runs over one small corpus and its index."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self.corpus, self.index, self.encoder = write_small_corpus(folder / "corpus"), folder / "index", encoder

    def run(self) -> Report:
        return ingest_paths([], self.index, self.encoder, corpus_dir=self.corpus)

    def held(self, source_id: str) -> list[Passage]:
        passages = read_content(current_folder(self.index)).passages
        return [passage for passage in passages if passage.source.source_id == source_id]


@pytest.fixture
def ingest(tmp_path: Path, encoder: Encoder) -> Ingest:
    ingest = Ingest(tmp_path, encoder)
    assert ingest.run().failed == ()
    return ingest


def test_each_of_our_texts_is_a_brief(ingest: Ingest) -> None:
    (term,) = ingest.held("brief-glossary")
    assert (term.text, term.heading_path) == ("NNT stands for North NHS Trust.", ("Glossary", "NNT (North NHS Trust)"))
    assert (term.source.basis, term.organisation) == (Basis.BRIEF, "North NHS Trust")
    assert term.originals == ("report-2024 › Acronyms",)
    (conflict,) = ingest.held("brief-conflicts")
    assert conflict.heading_path == ("Where the sources differ", "North NHS Trust", "Garden jobs")
    assert (conflict.programme_id, conflict.organisation) == ("garden-jobs", "North NHS Trust")
    assert conflict.originals == ("report-2024 › Impact", "report-2024 › Summary", "")
    assert len(ingest.held("brief-garden-jobs")) == 5


def test_what_has_not_changed_is_not_read_again(ingest: Ingest) -> None:
    report = ingest.run()
    assert (report.published, report.encoded) == (None, 0)
    assert all(file.unchanged for file in report.files)
    assert len(report.files) == 4


def test_a_new_name_reaches_the_briefs_whose_own_file_is_unchanged(ingest: Ingest) -> None:
    plant(ingest.corpus / "organisations.yaml", "name: North NHS Trust", "name: Northern NHS Trust")
    plant(ingest.corpus / "programmes/garden-jobs.md", "title: Garden jobs", "title: Work in gardens")
    plant(ingest.corpus / "sources.yaml", "publisher: A publisher", "publisher: Another publisher")
    assert ingest.run().failed == ()
    (conflict,) = ingest.held("brief-conflicts")
    assert conflict.heading_path[1:] == ("Northern NHS Trust", "Work in gardens")
    assert conflict.text.startswith("Another publisher (2024): ")
    assert {one.heading_path[:2] for one in ingest.held("brief-garden-jobs")} == {conflict.heading_path[1:]}


@pytest.mark.parametrize(("file", "source"), [("glossary.yaml", "glossary"), ("conflicts.yaml", "conflicts")])
def test_a_faulty_file_of_ours_stays_as_it_was_and_is_told_with_its_line(
    ingest: Ingest, file: str, source: str
) -> None:
    before = ingest.held(f"brief-{source}")
    line = plant(ingest.corpus / file, "section: ", "sections: ")
    ((place, what), *_) = ingest.run().failed
    assert f"{place}: {what}".startswith(f"{ingest.corpus / file}:{line}: ")
    assert ingest.held(f"brief-{source}") == before


def test_a_corpus_needs_no_glossary_and_no_conflicts(ingest: Ingest) -> None:
    for name in ("glossary.yaml", "conflicts.yaml"):
        (ingest.corpus / name).unlink()
    report = ingest.run()
    assert report.failed == ()
    assert set(report.removed) == {"brief-glossary", "brief-conflicts"}
    assert ingest.held("brief-glossary") == []


def test_a_record_of_a_trust_known_by_name_only_stands_under_its_name(ingest: Ingest) -> None:
    plant(ingest.corpus / "programmes/garden-jobs.md", "organisation: north-trust", "organisation: south-trust")
    assert ingest.run().failed == ()
    passage = ingest.held("brief-garden-jobs")[0]
    assert (passage.heading_path[0], passage.organisation) == ("South NHS Trust", "South NHS Trust")
