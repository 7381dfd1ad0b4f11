"""Turns rankings into figures: ranking measures by ``ir_measures``, and evidence recall, which is ours.

A query without results scores 0. ``recall@k`` is the share of the facts asked for that the first ``k`` passages hold;
``R@k`` is the field's recall, the share of all relevant passages that are among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

import ir_measures
from ir_measures import AP, RR, Judged, R, nDCG

from evals.judge import places
from evals.topics import Topic

DEPTH = 10  # passages that a reader may be expected to look at
CEILING_DEPTH = 50  # candidates of each leg
EVIDENCE = ("recall@5", "recall@10")
RANKING = (nDCG @ 10, R @ 5, R @ 10, R @ 100, RR @ 10, AP, Judged @ 10)
MEASURES = (*EVIDENCE, *map(str, RANKING))

Qrels = Mapping[str, Mapping[str, int]]
Values = dict[str, dict[str, float]]  # by query, by measure


def score(topics: Sequence[Topic], rankings: Mapping[str, Sequence[str]]) -> Values:
    """Every measure that makes sense for each topic. Judged@10 is left out of suites: they judge every passage."""
    run = {topic.id: by_rank(rankings.get(topic.id, ())) for topic in topics}
    found = ranking_values({topic.id: topic.qrels for topic in topics}, run)
    for topic in topics:
        if topic.groups:
            del found[topic.id][str(Judged @ 10)]
            met = places(topic.groups, rankings.get(topic.id, ()))
            found[topic.id] |= {f"recall@{k}": recall_at(k, met) for k in (5, 10)}
    return {query: _in_order(values) for query, values in found.items()}


def ranking_values(qrels: Qrels, run: Mapping[str, Mapping[str, float]]) -> Values:
    """``ir_measures``' own figures, one set a query of the qrels. Documents of one score rank as trec_eval has them."""
    found: Values = {query: {} for query in qrels}
    judged = [ir_measures.Qrel(q, d, grade) for q, documents in qrels.items() for d, grade in documents.items()]
    ranked = [ir_measures.ScoredDoc(q, d, score) for q, documents in run.items() for d, score in documents.items()]
    for metric in ir_measures.iter_calc(RANKING, judged, ranked):
        found[metric.query_id][str(metric.measure)] = float(metric.value)
    return found


def by_rank(ranking: Sequence[str]) -> Mapping[str, float]:
    """Scores that keep an order. Those that led to it may tie, and a tie would be broken by id."""
    return {one: float(len(ranking) - place) for place, one in enumerate(ranking)}


def recall_at(k: int, met: Sequence[int | None]) -> float:
    """The share of the needed groups that are met within the first ``k``."""
    return sum(place is not None and place <= k for place in met) / len(met)


def ceiling(topic: Topic, candidates: frozenset[str]) -> float:
    """The recall that no reordering of these candidates can exceed: of facts for a suite, else of documents."""
    if topic.groups:
        return sum(any(way <= candidates for way in group) for group in topic.groups) / len(topic.groups)
    relevant = {one for one, grade in topic.qrels.items() if grade > 0}
    return len(relevant & candidates) / len(relevant)


def means(values: Iterable[Mapping[str, float]]) -> Mapping[str, float]:
    """The mean of each measure over the queries that have it, in the order of first sight."""
    found: dict[str, list[float]] = {}
    for one in values:
        for measure, value in one.items():
            found.setdefault(measure, []).append(value)
    return {measure: fmean(every) for measure, every in found.items()}


def _in_order(values: Mapping[str, float]) -> dict[str, float]:
    return {measure: values[measure] for measure in MEASURES if measure in values}
