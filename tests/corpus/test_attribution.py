from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.attribution import Directory, attribute, attribute_brief, directory
from corpus.load import load_glossary, load_organisations, load_records, load_trusts
from corpus.render import glossary_brief, record_brief
from corpus.types import BlockKind, Passage, Sentence, Source
from tests.corpus.small import write_small_corpus

SOURCE = Source("report-2024", "A report", "A publisher")
GARDENS = "Garden jobs"
NORTH, SOUTH = "North NHS Trust", "South NHS Trust"


@pytest.fixture(scope="module")
def corpus_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def known(corpus_dir: Path) -> Directory:
    return directory(load_organisations(corpus_dir), load_trusts(corpus_dir), load_records(corpus_dir))


def passage(*heading_path: str, text: str = "It went well.", publisher: str = "A publisher") -> Passage:
    kind = BlockKind.PARAGRAPH
    sentences = tuple(Sentence(found.start(), found.end(), kind) for found in re.finditer(r"[^. ][^.]*\.", text))
    return Passage("report-2024#0000", replace(SOURCE, publisher=publisher), 0, heading_path, None, text, sentences)


def test_a_programme_that_is_no_organisations_needs_a_heading(corpus_dir: Path) -> None:
    ours = load_records(corpus_dir)[0].model_copy(update={"organisation": None})
    known = directory(load_organisations(corpus_dir), load_trusts(corpus_dir), [ours])
    assert attribute(passage("South NHS Trust", text="The allotment scheme helped."), known).programme is None
    assert attribute(passage("Garden jobs"), known).programme == GARDENS


@pytest.mark.parametrize(
    ("given", "organisation", "programme"),
    [
        (passage("North NHS Trust", "Impact"), NORTH, None),
        (passage("NNT and its neighbours", text="The South NHS Trust helped."), NORTH, None),
        (passage("nnt", text="An acronym counts only in capitals."), None, None),
        (passage("South-NHS  Trust"), SOUTH, None),
        (passage("Impact", text="The South NHS Trust helped."), SOUTH, None),
        (passage("Impact", text="The North NHS Trust and the South NHS Trust helped."), None, None),
        (passage("Impact"), None, None),
        (passage("Impact", publisher="South NHS Trust"), SOUTH, None),
        (passage("Impact", text="The NNT helped.", publisher="South NHS Trust"), NORTH, None),
        (passage("Impact", publisher="North NHS Trust and South NHS Trust"), None, None),
        (passage("Garden jobs in the town", "Impact"), NORTH, GARDENS),
        (passage("North NHS Trust", text="In the allotment scheme many dug."), NORTH, GARDENS),
        (passage("South NHS Trust", text="They copied the allotment scheme."), SOUTH, None),
        (passage("Gardens", text="They copied the allotment schemes."), None, None),
        (passage("Impact", text="Jobs matter. The South NHS Trust helped."), None, None),
        (passage("Impact", text="The South NHS Trust helped. It went well."), SOUTH, None),
        (passage("Impact", text="It went well. We are the South NHS Trust.", publisher="South NHS Trust"), SOUTH, None),
        (passage("Impact", text="It went well. So it did in North NHS Trust.", publisher=SOUTH), None, None),
        (passage("Impact", text="The allotment scheme is one of many."), None, None),
    ],
)
def test_a_passage_is_tied_to_what_it_names(
    known: Directory, given: Passage, organisation: str | None, programme: str | None
) -> None:
    found = attribute(given, known)
    assert (found.organisation, found.programme) == (organisation, programme)
    assert (found.programme_id == "garden-jobs") is (programme is not None)


@pytest.mark.parametrize(
    ("text", "organisation"),
    [
        ("Policy on anchors is shifting. North NHS Trust helped.", None),  # a chapter's beginning, its heading lost
        ("Policy on anchors is shifting. South NHS Trust helped.", SOUTH),
        ("Policy on anchors is shifting. The trust helped.", SOUTH),
        ("It went well.", SOUTH),
    ],
)
def test_what_speaks_of_anchors_in_general_is_not_the_trusts_above(
    known: Directory, text: str, organisation: str | None
) -> None:
    assert attribute(passage(SOUTH, text=text), known).organisation == organisation


def test_facets_are_the_programmes_or_at_least_the_trusts(known: Directory) -> None:
    assert attribute(passage(GARDENS), known).facets == ("pillar:employment", "trust_type:acute")
    assert attribute(passage("South NHS Trust"), known).facets == ("trust_type:mental_health",)
    assert attribute(passage("Impact"), known).facets == ()


def test_a_brief_is_about_what_its_record_says(corpus_dir: Path, known: Directory) -> None:
    programme, lesson = load_records(corpus_dir)
    about_south = passage("South NHS Trust")
    found = attribute_brief(about_south, record_brief(programme, NORTH), known)
    assert (found.organisation, found.programme, found.programme_id) == (NORTH, GARDENS, "garden-jobs")
    found = attribute_brief(about_south, record_brief(lesson, None), known)
    assert (found.organisation, found.programme, found.facets) == (None, None, ("stage:starting",))


def test_the_glossary_is_about_what_a_term_names_and_not_its_example(corpus_dir: Path, known: Directory) -> None:
    brief = glossary_brief(load_glossary(corpus_dir))
    term = passage("Glossary", "NNT (North NHS Trust)", text="NNT stands for North NHS Trust.")
    assert attribute_brief(term, brief, known).organisation == NORTH
    term = passage("Glossary", "Spade", text="Spade: what the South NHS Trust digs with.")
    found = attribute_brief(term, brief, known)
    assert (found.organisation, found.text) == (None, term.text)


def test_a_record_may_be_of_a_trust_that_is_known_by_name_only(corpus_dir: Path) -> None:
    ours = load_records(corpus_dir)[0].model_copy(update={"organisation": "south-trust"})
    known = directory(load_organisations(corpus_dir), load_trusts(corpus_dir), [ours])
    assert attribute(passage("South NHS Trust", GARDENS), known).programme == GARDENS
    assert attribute_brief(passage("Any"), record_brief(ours, SOUTH), known).organisation == SOUTH
