"""A question suite: what people ask, and what an index must hold to answer it.

Evidence is named by source, headings and a fact of a few words, never by a passage id, so that a new way of cutting
passages voids nothing. A suite must hold no sentence of a source. Whether the evidence exists is ``evals check``'s
business; this module only reads the file, and reports every fault of it at once with its line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, with_config

from corpus.errors import ManifestError
from corpus.marked import Marked, read_yaml, validated
from corpus.records import Determinant, Pillar, Slug, Words
from retrieval.types import Status, Turn

TO_FILL = "fill-in"  # stands where `evals import --questions` leaves a gap for a maintainer
_LONGEST_FACT = 6
# Chosen once, by the counts of kinds alone, so that each kind of question falls evenly into both halves.
_SPLIT_SALT = "15282:"


class Kind(StrEnum):
    """What sort of question it is; results are sliced by it."""

    HOW_TO_START = "how_to_start"
    FIGURE = "figure"
    ENTITY = "entity"
    LESSON = "lesson"
    FRAMEWORK = "framework"
    DEFINITION = "definition"
    COMPARISON = "comparison"
    SEVERAL_SOURCES = "several_sources"
    FOLLOW_UP = "follow_up"  # means nothing without its history
    CONFLICT = "conflict"  # the sources disagree, and both sides are wanted
    TYPO = "typo"  # ``same_as`` is the same question spelt right
    VAGUE = "vague"
    CONTACT = "contact"
    FEW_SHARED_WORDS = "few_shared_words"  # asked in other words than the evidence uses
    UNANSWERABLE = "unanswerable"  # looks answerable, and is not
    FALSE_PREMISE = "false_premise"  # takes for granted what the sources deny; the evidence is what they say instead
    OUT_OF_SCOPE = "out_of_scope"
    CLINICAL = "clinical"
    CRISIS = "crisis"
    PERSONAL_DATA = "personal_data"
    INJECTION = "injection"


class Split(StrEnum):
    """What is tuned on one half is reported on the other."""

    TUNE = "tune"
    REPORT = "report"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


def _one_or_many(given: object) -> object:
    return (given,) if isinstance(given, str) else given


def _short(fact: str) -> str:
    if not 1 <= len(fact.split()) <= _LONGEST_FACT:
        raise ValueError(f"a fact has one to {_LONGEST_FACT} words, so that no sentence of a source is copied")
    return fact


Fact = Annotated[str, AfterValidator(_short)]
Facts = Annotated[
    tuple[Fact, ...], Field(min_length=1), BeforeValidator(_one_or_many, json_schema_input_type=Fact | tuple[Fact, ...])
]
Statuses = Annotated[tuple[Status, ...], Field(min_length=1)]
STRICT = ConfigDict(extra="forbid")


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that answers: of ``source``, under the headings of ``section`` in this order (empty: anywhere), and
    holding one of ``fact``."""

    source: Slug
    section: tuple[Words, ...]
    fact: Facts


Group = Annotated[tuple[Evidence, ...], Field(min_length=1)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Tags:
    difficulty: Difficulty
    facet: tuple[Pillar | Determinant, ...] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Question:
    """``needs``: every group must be met, by any one of its entries; empty for what must not be answered.
    ``status``: the outcomes that are right. ``same_as``: the id of the same question spelt right or written out."""

    id: Slug
    question: Words
    kind: Kind
    split: Split
    tags: Tags
    needs: tuple[Group, ...] = ()
    status: Statuses = (Status.ANSWERED, Status.PARTIAL)
    history: tuple[Turn, ...] = ()
    same_as: Slug | None = None

    @property
    def sources(self) -> frozenset[str]:
        """Every source that the evidence names."""
        return frozenset(evidence.source for group in self.needs for evidence in group)


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Suite:
    name: Slug
    about: Words
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


SUITE = TypeAdapter(Suite)


def load_suite(path: Path) -> Suite:
    """Raises ManifestError with every fault of the file, each at its line."""
    marked = read_yaml(path)
    suite = validated(marked, SUITE)
    if faults := tuple(_faults(suite, marked)):
        raise ManifestError(faults)
    return suite


def split_of(question_id: str) -> Split:
    """The half for a new question: by the hash of its id (of ``same_as`` where it has one), so that nobody chooses."""
    return Split.TUNE if hashlib.sha256(f"{_SPLIT_SALT}{question_id}".encode()).digest()[0] % 2 == 0 else Split.REPORT


def suite_schema() -> str:
    """JSON schema for editors, as it is kept in ``evals/schema/suite.json``."""
    return json.dumps(SUITE.json_schema(mode="validation"), indent=2, ensure_ascii=False) + "\n"


def _faults(suite: Suite, marked: Marked) -> Iterator[str]:
    by_id: dict[str, Question] = {}
    for i, question in enumerate(suite.questions):
        if question.id in by_id:
            yield marked.fault(("questions", i, "id"), f"id {question.id} is used already; give another")
        by_id.setdefault(question.id, question)
    for i, question in enumerate(suite.questions):
        for key, what in (*_own_faults(question), *_pair_faults(question, by_id)):
            yield marked.fault(("questions", i, key), f"{question.id}: {what}")


def _own_faults(question: Question) -> Iterable[tuple[str, str]]:
    answered = {Status.ANSWERED, Status.PARTIAL}
    if TO_FILL in question.sources:
        yield "needs", "is not filled in yet; name source, section and fact of what answers it"
    if question.needs and not answered & set(question.status):
        yield "status", "has evidence, but no outcome that answers; add answered or take needs away"
    if not question.needs and set(question.status) <= answered:
        yield "question", "must be answered, but names no evidence; add needs, or a status that declines"
    if question.kind is Kind.FOLLOW_UP and not question.history:
        yield "kind", "is a follow-up without a history; add one"
    if question.kind is Kind.TYPO and question.same_as is None:
        yield "kind", "is a typo question without the same one spelt right; add same_as"


def _pair_faults(question: Question, by_id: Mapping[str, Question]) -> Iterable[tuple[str, str]]:
    if question.same_as is None:
        return
    twin = by_id.get(question.same_as)
    if twin is None:
        yield "same_as", f"no question has the id {question.same_as}"
    elif twin.same_as is not None:
        yield "same_as", f"{twin.id} is itself a variant; name the question it is a variant of"
    elif twin.split is not question.split:
        yield "split", f"is in {question.split}, its pair {twin.id} in {twin.split}; put them in the same half"
    elif twin.needs != question.needs:
        yield "needs", f"its needs differ from those of {twin.id}; give the same, so that the two can be compared"
