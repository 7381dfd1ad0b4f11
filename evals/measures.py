"""Turns rankings into figures: evidence recall, which is ours, and passage measures by ``ir_measures``.

A ranking of nothing scores 0. A question for which no passage of the index holds any evidence says nothing about a
ranking: it is kept apart and counted, and never enters a mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import ir_measures
from ir_measures import RR, R, nDCG

from corpus.types import Passage
from evals.judge import groups_met, relevant
from evals.suite import Question

DEPTH = 10
MEASURES = ("recall@5", "recall@10", "nDCG@10", "RR@10", "R@10")
_PASSAGE_MEASURES = (nDCG @ DEPTH, RR @ DEPTH, R @ DEPTH)

Rankings = Mapping[str, Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question and the ids of all passages of the index that hold some of its evidence; never empty of them."""

    question: Question
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """``places``: for each group of evidence, the rank of the first passage that meets it. ``values``: by measure."""

    question: Question
    ranking: tuple[str, ...]
    places: tuple[int | None, ...]
    relevant: int
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judgements:
    """The questions that this index can be scored on, and those it cannot, for want of any evidence in it."""

    scorable: tuple[Judged, ...]
    not_scorable: tuple[Question, ...]


def judge(questions: Iterable[Question], passages: Sequence[Passage]) -> Judgements:
    """Questions that need no evidence are left out: a ranking cannot be right or wrong about them."""
    judged = [Judged(question, relevant(question, passages)) for question in questions if question.needs]
    return Judgements(
        scorable=tuple(j for j in judged if j.relevant),
        not_scorable=tuple(j.question for j in judged if not j.relevant),
    )


def score(judged: Sequence[Judged], rankings: Rankings) -> tuple[QuestionScore, ...]:
    """One score a question, in the same order. A question that has no ranking scores 0 on every measure."""
    by_passage = _passage_measures(judged, rankings)
    return tuple(_score(j, rankings.get(j.question.id, ())[:DEPTH], by_passage[j.question.id]) for j in judged)


def recall_at(k: int, places: Sequence[int | None]) -> float:
    """The share of the needed groups that are met within the first ``k``."""
    return sum(place is not None and place <= k for place in places) / len(places)


def means(scores: Sequence[QuestionScore]) -> Mapping[str, float]:
    """The mean of each measure. Raises ValueError for no scores: a mean of nothing must not look like a figure."""
    if not scores:
        raise ValueError("no question could be scored")
    return {name: fmean(score.values[name] for score in scores) for name in MEASURES}


def slices(
    scores: Iterable[QuestionScore], values_of: Callable[[Question], Iterable[str]]
) -> Mapping[str, tuple[QuestionScore, ...]]:
    """The scores by each value that ``values_of`` gives a question (its kind, its sources), in order of first sight."""
    found: dict[str, list[QuestionScore]] = {}
    for question_score in scores:
        for value in values_of(question_score.question):
            found.setdefault(value, []).append(question_score)
    return {value: tuple(members) for value, members in found.items()}


def _score(judged: Judged, ranked: Sequence[Passage], passage_values: Mapping[str, float]) -> QuestionScore:
    places = groups_met(judged.question, ranked)
    recalls = {f"recall@{k}": recall_at(k, places) for k in (5, DEPTH)}
    ranking = tuple(passage.passage_id for passage in ranked)
    return QuestionScore(judged.question, ranking, places, len(judged.relevant), {**recalls, **passage_values})


def _passage_measures(judged: Sequence[Judged], rankings: Rankings) -> Mapping[str, Mapping[str, float]]:
    qrels = [ir_measures.Qrel(j.question.id, passage_id, 1) for j in judged for passage_id in sorted(j.relevant)]
    found: dict[str, dict[str, float]] = {j.question.id: {} for j in judged}
    for metric in ir_measures.iter_calc(_PASSAGE_MEASURES, qrels, list(_run(judged, rankings))):
        found[metric.query_id][str(metric.measure)] = float(metric.value)
    return found


def _run(judged: Sequence[Judged], rankings: Rankings) -> Iterator[ir_measures.ScoredDoc]:
    for j in judged:
        for place, passage in enumerate(rankings.get(j.question.id, ())[:DEPTH]):
            # Our own order is the ranking; the scores that led to it may tie, and would be broken by id.
            yield ir_measures.ScoredDoc(j.question.id, passage.passage_id, float(DEPTH - place))
