"""What a run asks, wherever it comes from: a suite's questions over an index, or a public collection's queries.

A topic carries its judgements and the values it is sliced by, so that nothing after this knows which of the two it was.
A question for which the index holds no evidence says nothing about a ranking: it is kept apart, and never in a mean.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.types import Passage
from evals.collection import Collection
from evals.judge import Ways, grades, groups_of, shelve
from evals.suite import Question, Suite
from retrieval.types import Turn
from retrieval.words import stem_set, stems

Slices = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Topic:
    """``qrels``: the grade of each judged passage or document. ``groups``: for each fact asked for, the ways in which
    the index holds it; none for a public collection. ``slices``: by aspect (kind, source…), the values it is under."""

    id: str
    question: str
    history: tuple[Turn, ...]
    qrels: Mapping[str, int]
    groups: tuple[Ways, ...]
    slices: Slices
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Topics:
    """``digest``: one SHA-256 over what is asked and what counts as right, whatever index it is asked of."""

    name: str
    split: str
    digest: str
    scorable: tuple[Topic, ...]
    not_scorable: tuple[str, ...]


def suite_topics(suite: Suite, split: str, passages: Sequence[Passage]) -> Topics:
    """The split's questions that need evidence, judged on these passages."""
    questions = questions_of(suite, split)
    shelf = shelve(passages)
    texts = {passage.passage_id: passage.text for passage in passages}
    judged = [(question, groups_of(question, shelf)) for question in questions if question.needs]
    return Topics(
        name=suite.name,
        split=split,
        digest=hashlib.sha256(repr(questions).encode()).hexdigest(),
        scorable=tuple(_topic(question, groups, texts) for question, groups in judged if any(groups)),
        not_scorable=tuple(question.id for question, groups in judged if not any(groups)),
    )


def collection_topics(collection: Collection) -> Topics:
    """The queries with a relevant document; those without any cannot be scored."""
    texts = {document.id: document.text for document in collection.documents}
    qrels = {query.id: collection.qrels.get(query.id, {}) for query in collection.queries}
    topics = (
        Topic(
            query.id,
            query.text,
            (),
            qrels[query.id],
            (),
            {"shared words": (_shared(query.text, qrels[query.id], texts),)},
        )
        for query in collection.queries
    )
    return Topics(
        name=collection.name,
        split="all",
        digest=hashlib.sha256(repr((collection.queries, sorted(qrels.items()))).encode()).hexdigest(),
        scorable=tuple(topic for topic in topics if any(grade > 0 for grade in topic.qrels.values())),
        not_scorable=tuple(i for i, judged in qrels.items() if not any(grade > 0 for grade in judged.values())),
    )


def questions_of(suite: Suite, split: str) -> tuple[Question, ...]:
    """The questions of ``tune`` or ``report``, or of both halves for ``all``."""
    return tuple(q for q in suite.questions if split in ("all", q.split))


def _topic(question: Question, groups: tuple[Ways, ...], texts: Mapping[str, str]) -> Topic:
    qrels = grades(groups)
    slices = {
        "kind": (str(question.kind),),
        "source": tuple(sorted(question.sources)),
        "difficulty": (str(question.tags.difficulty),),
        "facet": tuple(map(str, question.tags.facet)),
        "shared words": (_shared(question.question, qrels, texts),),
    }
    return Topic(question.id, question.question, question.history, qrels, groups, slices, question.same_as)


def _shared(question: str, relevant: Iterable[str], texts: Mapping[str, str]) -> str:
    """How many of the question's telling words the most alike of the relevant passages uses too."""
    own = frozenset(stems(question))
    alike = max((len(own & stem_set(texts[one])) for one in relevant if one in texts), default=0)
    share = alike / len(own) if own else 0.0
    return "under a third" if share < 1 / 3 else "a third to two thirds" if share < 2 / 3 else "over two thirds"
