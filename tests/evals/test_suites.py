"""Every shipped suite keeps the rules that all share: it loads, its ids are its own, nobody chose the halves, and not a
sentence of the sources is in it. The suite of facts besides keeps its promise of sixty, over all the sources."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml

from corpus.load import load_manifest
from evals.judge import holds, plain
from evals.suite import Kind, Question, Suite, load_suite, split_of, suite_schema

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "evals" / "suites").glob("*.yaml"))
COPIED_RUN = 7
FACTS_PROMISED = 60


@pytest.fixture(scope="module", params=SHIPPED, ids=lambda path: path.stem)
def suite(request: pytest.FixtureRequest) -> Suite:
    path: Path = request.param
    return load_suite(path)


@pytest.fixture(scope="module")
def facts() -> Suite:
    return load_suite(ROOT / "evals" / "suites" / "facts.yaml")


def test_the_suites_are_there_under_their_names() -> None:
    names = [load_suite(path).name for path in SHIPPED]
    assert {"anchors", "facts"} <= set(names)
    assert names == [path.stem for path in SHIPPED]


def test_ids_and_questions_are_unique_over_the_suites() -> None:
    asked = [question for path in SHIPPED for question in load_suite(path).questions]
    ids = Counter(question.id for question in asked)
    assert not [found for found, count in ids.items() if count > 1]
    wordings = Counter((plain(question.question), question.history) for question in asked)
    assert not [found for found, count in wordings.items() if count > 1]


def test_the_halves_follow_the_ids(suite: Suite) -> None:
    assert not [q.id for q in suite.questions if q.split is not split_of(q.same_as or q.id)]


def test_evidence_names_every_known_source_and_no_other(suite: Suite) -> None:
    known = {entry.id for entry in load_manifest(ROOT / "corpus")}
    assert {source for question in suite.questions for source in question.sources} == known


def test_the_file_fits_the_schema_for_editors(suite: Suite) -> None:
    text = (ROOT / "evals" / "suites" / f"{suite.name}.yaml").read_text(encoding="utf-8")
    jsonschema.validate(yaml.safe_load(text), json.loads(suite_schema()))


def test_no_sentence_is_copied(suite: Suite, source_files: dict[str, str]) -> None:
    published = {run for text in source_files.values() for run in runs(text)}
    copied = [
        (q.id, " ".join(run)) for q in suite.questions for text in said(q) for run in runs(text) if run in published
    ]
    assert not copied


def test_each_evidence_entry_stands_in_its_source(suite: Suite, source_files: dict[str, str]) -> None:
    """In one of its wordings; the others may be our briefs' own."""
    missing = [
        (question.id, evidence.source, evidence.fact)
        for question in suite.questions
        for group in question.needs
        for evidence in group
        if not any(stands(fact, evidence.source, source_files) for fact in evidence.fact)
    ]
    assert not missing


def test_the_facts_are_sixty_and_a_third_are_asked_in_other_words(facts: Suite) -> None:
    assert len(facts.questions) >= FACTS_PROMISED
    assert all(question.needs for question in facts.questions)
    assert {question.kind for question in facts.questions} == {Kind.FIGURE, Kind.ENTITY, Kind.FEW_SHARED_WORDS}
    assert 3 * sum(q.kind is Kind.FEW_SHARED_WORDS for q in facts.questions) >= len(facts.questions)


def stands(fact: str, source: str, files: dict[str, str]) -> bool:
    return any(stem.startswith(source) and holds(text, fact) for stem, text in files.items())


def said(question: Question) -> list[str]:
    return [question.question, *(turn.content for turn in question.history)]


def runs(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", plain(text))
    return [tuple(words[i : i + COPIED_RUN]) for i in range(len(words) - COPIED_RUN + 1)]
