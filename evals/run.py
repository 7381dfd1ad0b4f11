"""Puts every topic to the retriever, a pipeline at a time, and prints what came of it.

The first ten of a ranking are exactly what a reader is given; what stands below them comes from a deeper search, since
asking for more changes how scores are scaled. The same topics over the same index give the same rankings.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import numpy as np

from corpus.types import Passage
from evals.collection import build_seconds
from evals.judge import shelve, ways
from evals.measures import CEILING_DEPTH, DEPTH, ceiling, score
from evals.record import Result, Run, System, new_run
from evals.suite import Evidence, Suite
from evals.topics import Topic, Topics
from retrieval.assistant import Assistant
from retrieval.generation import current_folder
from retrieval.search import PIPELINES

LEGS = ("dense", "bm25")
DEFAULT = PIPELINES[-1]
Named = Callable[[Passage], str]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One pipeline's rankings by topic, and how long each search took, in milliseconds."""

    rankings: Mapping[str, tuple[str, ...]]
    times_ms: tuple[float, ...]


def run_topics(
    assistant: Assistant, topics: Topics, pipelines: Sequence[str], k: int = 100, by_source: bool = False
) -> Run:
    """Rankings, values, ceilings and times. ``by_source``: name documents, as public judgements do, not passages."""
    named = _source_id if by_source else passage_id
    deep = max(k, CEILING_DEPTH)
    needed = dict.fromkeys((*pipelines, *LEGS))
    ranked = {pipeline: rank(assistant, topics.scorable, pipeline, deep, named) for pipeline in needed}
    systems = {pipeline: system(topics.scorable, ranked[pipeline].rankings, k) for pipeline in pipelines}
    run = new_run(assistant, topics, k, systems, by_source)
    costs = {
        name: ms for pipeline in pipelines for name, ms in quantiles(f"search {pipeline}", ranked[pipeline].times_ms)
    }
    costs |= dict(quantiles("ask", [_ask_ms(assistant, topic) for topic in topics.scorable]))
    return replace(run, ceilings=_ceilings(topics.scorable, ranked), costs=costs)


def rank(assistant: Assistant, topics: Iterable[Topic], pipeline: str, k: int, named: Named) -> Ranked:
    """The best ``k`` for each topic, the first ten as a reader gets them."""
    rankings: dict[str, tuple[str, ...]] = {}
    times: list[float] = []
    for topic in topics:
        begun = time.perf_counter()
        first = assistant.search_question(topic.question, topic.history, min(k, DEPTH), pipeline=pipeline)
        times.append((time.perf_counter() - begun) * 1000)
        rest = assistant.search_question(topic.question, topic.history, k, pipeline=pipeline) if k > DEPTH else ()
        rankings[topic.id] = tuple(dict.fromkeys(named(found.passage) for found in (*first, *rest)))[:k]
    return Ranked(rankings, tuple(times))


def system(topics: Sequence[Topic], rankings: Mapping[str, Sequence[str]], k: int) -> System:
    cut = {query: tuple(ranking[:k]) for query, ranking in rankings.items()}
    return {query: Result(cut.get(query, ()), values) for query, values in score(topics, cut).items()}


def quantiles(what: str, times_ms: Sequence[float]) -> Iterable[tuple[str, float]]:
    for q in (50, 95) if times_ms else ():
        yield f"{what} p{q}, ms", round(float(np.percentile(times_ms, q)), 2)


def index_costs(index_dir: Path) -> Mapping[str, float]:
    """Size of the published generation on disk, and the seconds it took to build where they are known."""
    folder = current_folder(index_dir)
    size = {"index, MB": round(sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6, 2)}
    built = build_seconds(index_dir)
    return size if built is None else {**size, "index built, s": built}


def missing_evidence(suite: Suite, passages: Sequence[Passage]) -> Iterable[tuple[str, Evidence]]:
    """Every evidence entry that the index holds in no way, with its question's id."""
    shelf = shelve(passages)
    for question in suite.questions:
        for evidence in (evidence for group in question.needs for evidence in group):
            if not ways(evidence, shelf):
                yield question.id, evidence


def _ceilings(topics: Sequence[Topic], ranked: Mapping[str, Ranked]) -> Mapping[str, float]:
    """Recall at candidate depth of each leg and of their union, which is all that fusing and reranking work with."""
    if not topics:
        return {}
    found: dict[str, list[float]] = {}
    for topic in topics:
        legs = {leg: frozenset(ranked[leg].rankings[topic.id][:CEILING_DEPTH]) for leg in LEGS}
        for name, candidates in (*legs.items(), ("union", frozenset[str]().union(*legs.values()))):
            found.setdefault(f"{name}, {CEILING_DEPTH} deep", []).append(ceiling(topic, candidates))
    return {name: fmean(values) for name, values in found.items()}


def passage_id(passage: Passage) -> str:
    return passage.passage_id


def _source_id(passage: Passage) -> str:
    return passage.source.source_id


def _ask_ms(assistant: Assistant, topic: Topic) -> float:
    begun = time.perf_counter()
    assistant.ask(topic.question, history=topic.history)
    return (time.perf_counter() - begun) * 1000
