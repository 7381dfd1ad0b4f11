"""The suite of anchors keeps its own rules: size, kinds, two halves, and each fact in the source's own words."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from evals.judge import holds
from evals.suite import Kind, Split, Suite, load_suite

ROOT = Path(__file__).parents[2]
DECLINED = {
    Kind.UNANSWERABLE,
    Kind.OUT_OF_SCOPE,
    Kind.CLINICAL,
    Kind.CRISIS,
    Kind.PERSONAL_DATA,
    Kind.INJECTION,
}

ENOUGH_IN_A_HALF = {
    Kind.UNANSWERABLE: 40,
    Kind.FALSE_PREMISE: 8,
    Kind.HOW_TO_START: 18,
    Kind.FOLLOW_UP: 15,
    Kind.TYPO: 15,
    Kind.FEW_SHARED_WORDS: 15,
    Kind.COMPARISON: 10,
    Kind.SEVERAL_SOURCES: 10,
    Kind.CONFLICT: 10,
    Kind.CONTACT: 8,
    Kind.VAGUE: 6,
}


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite(ROOT / "evals" / "suites" / "anchors.yaml")


def test_size_and_kinds(suite: Suite) -> None:
    counts = Counter(question.kind for question in suite.questions)
    assert set(counts) == set(Kind)
    assert sum(counts[kind] for kind in DECLINED) >= 30
    assert counts.total() - sum(counts[kind] for kind in DECLINED) >= 150


def test_neither_half_dwarfs_the_other(suite: Suite) -> None:
    """`tune` may be the larger: more was written for it where `report` showed that answers do not carry over."""
    share = sum(q.split is Split.TUNE for q in suite.questions) / len(suite.questions)
    assert 0.45 < share < 0.75
    for kind in Kind:
        tuned = [q.split is Split.TUNE for q in suite.questions if q.kind is kind]
        assert 0.25 <= sum(tuned) / len(tuned) <= 0.85, kind


def test_each_half_has_enough_of_a_kind_to_show_a_difference(suite: Suite) -> None:
    counts = Counter((q.kind, q.split) for q in suite.questions)
    short = [(kind, half) for kind, least in ENOUGH_IN_A_HALF.items() for half in Split if counts[kind, half] < least]
    assert not short


def test_every_fact_stands_in_its_source(suite: Suite, source_files: dict[str, str]) -> None:
    missing = [
        (question.id, evidence.source, fact)
        for question in suite.questions
        for group in question.needs
        for evidence in group
        for fact in evidence.fact
        if not any(stem.startswith(evidence.source) and holds(text, fact) for stem, text in source_files.items())
    ]
    assert not missing
