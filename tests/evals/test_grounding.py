"""Whether an answer cites the passages, names and sentences that hold what was asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.types import BlockKind, Passage, Sentence
from evals.grounding import facts_of, grounding
from evals.judge import shelve
from evals.suite import Evidence, Question
from retrieval.types import Citation
from tests.evals.conftest import make_passage
from tests.evals.test_answers import QUESTION, cite


def passage(ordinal: int, *sentences: str, organisation: str | None = None) -> Passage:
    made = make_passage(ordinal, " ".join(sentences))
    starts = [sum(len(one) + 1 for one in sentences[:i]) for i in range(len(sentences))]
    spans = tuple(Sentence(s, s + len(t), BlockKind.PARAGRAPH) for s, t in zip(starts, sentences, strict=True))
    return replace(made, sentences=spans, organisation=organisation)


HELD = (
    passage(1, "Pay rose by £185.", "Nobody left.", organisation="East London"),
    passage(2, "It took two years.", "It rained."),
    passage(3, "It rained."),
)
PASSAGES = {one.passage_id: one for one in HELD}
MISSING = replace(QUESTION, needs=(*QUESTION.needs, (Evidence("report-2023", (), ("nowhere",)),)))


def measured(question: Question, *citations: Citation) -> dict[str, float]:
    return grounding(facts_of(question, shelve(HELD), PASSAGES), citations, PASSAGES)


def of(ordinal: int, quote: str, organisation: str | None = None) -> Citation:
    return replace(cite(1, quote, HELD[ordinal - 1].passage_id), organisation=organisation)


def test_all_of_it() -> None:
    found = measured(QUESTION, of(1, "Pay rose by £185.", "East London"), of(2, "It took two years."))
    assert found == {"citation precision": 1, "citation recall": 1, "attribution": 1, "rationale F1": 1}


def test_half_of_it() -> None:
    found = measured(QUESTION, of(1, "Pay rose by £185. Nobody left.", "Leeds"), of(3, "It rained."))
    assert found["citation precision"] == 0.5
    assert found["citation recall"] == 0.5
    assert found["attribution"] == 0
    precision, recall = 1 / 3, 1 / 2
    assert found["rationale F1"] == pytest.approx(2 * precision * recall / (precision + recall))


def test_no_citation_scores_nought() -> None:
    assert set(measured(QUESTION).values()) == {0.0}


def test_the_right_passage_with_the_wrong_sentence_is_no_rationale() -> None:
    found = measured(QUESTION, of(1, "Nobody left."))
    assert found["citation precision"] == 1
    assert found["rationale F1"] == 0


def test_what_the_index_does_not_hold_is_left_out() -> None:
    assert measured(MISSING, of(1, "Pay rose by £185."))["citation recall"] == 0.5
    assert measured(replace(QUESTION, needs=())) == {}
