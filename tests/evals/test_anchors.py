"""The shipped suite keeps its own rules: size, kinds, halves, and not a sentence of the sources in it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from corpus.load import load_manifest
from evals.judge import holds, plain
from evals.suite import Kind, Question, Split, Suite, load_suite, split_of

ROOT = Path(__file__).parents[2]
DECLINED = {
    Kind.UNANSWERABLE,
    Kind.OUT_OF_SCOPE,
    Kind.CLINICAL,
    Kind.CRISIS,
    Kind.PERSONAL_DATA,
    Kind.INJECTION,
}
COPIED_RUN = 7


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite(ROOT / "evals" / "suites" / "anchors.yaml")


def test_size_and_kinds(suite: Suite) -> None:
    counts = Counter(question.kind for question in suite.questions)
    assert set(counts) == set(Kind)
    assert sum(counts[kind] for kind in DECLINED) >= 30
    assert counts.total() - sum(counts[kind] for kind in DECLINED) >= 150


def test_the_halves_are_even_and_follow_the_ids(suite: Suite) -> None:
    assert all(q.split is split_of(q.same_as or q.id) for q in suite.questions)
    share = sum(q.split is Split.TUNE for q in suite.questions) / len(suite.questions)
    assert 0.45 < share < 0.55
    for kind in Kind:
        tuned = [q.split is Split.TUNE for q in suite.questions if q.kind is kind]
        assert 0.25 <= sum(tuned) / len(tuned) <= 0.75, kind


def test_evidence_names_known_sources(suite: Suite) -> None:
    known = {entry.id for entry in load_manifest(ROOT / "corpus")}
    assert {source for question in suite.questions for source in question.sources} == known


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


def test_no_sentence_is_copied(suite: Suite, source_files: dict[str, str]) -> None:
    published = {run for text in source_files.values() for run in runs(text)}
    copied = [
        (q.id, " ".join(run)) for q in suite.questions for text in said(q) for run in runs(text) if run in published
    ]
    assert not copied


def said(question: Question) -> list[str]:
    return [question.question, *(turn.content for turn in question.history)]


def runs(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", plain(text))
    return [tuple(words[i : i + COPIED_RUN]) for i in range(len(words) - COPIED_RUN + 1)]
