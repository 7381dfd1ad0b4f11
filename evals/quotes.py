"""Public collections with answers, rationales or unanswerable questions: does the best sentence answer, and is it known
when none does?

    queries.jsonl        metadata.answers [{text, start}]   the words that answer, in a relevant document
    rationales.jsonl     query_id, corpus_id, label, rationales [[sentence…]…]   each inner list suffices
    unanswerable.jsonl   as queries.jsonl   questions that look answerable, and are not

What a folder does not have is not measured. Off-topic questions are the queries of another collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.errors import AnchorlineError
from evals.abstention import ADVERSARIAL, ANSWERABLE, GOLD_REMOVED, OFF_TOPIC, figures
from evals.answers import letters
from evals.collection import Collection, Query, read_lines
from evals.grounding import f1
from evals.judge import plain
from evals.record import Result, Run, new_run
from evals.topics import collection_topics
from retrieval.assistant import Assistant
from retrieval.evidence import Rated

SYSTEM = "evidence"
_BEST = 3
_PIECE = 0.5  # of a rationale that a sentence must hold, where the two were cut otherwise


@dataclass(frozen=True, slots=True)
class Rationale:
    """The sentences of a document that annotators marked as evidence for or against a claim."""

    query_id: str
    corpus_id: str
    label: str
    rationales: tuple[tuple[str, ...], ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(sentence for every in self.rationales for sentence in every))


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str


@dataclass(frozen=True, slots=True)
class _Metadata:
    answers: tuple[_Answer, ...] = ()


_RATIONALE = TypeAdapter(Rationale)
_METADATA = TypeAdapter(_Metadata)
_QUERY = TypeAdapter(Query)


def quotes_run(assistant: Assistant, collection: Collection, folder: Path, off_topic: Sequence[Query]) -> Run:
    """The best sentences for every query, their values, and AUROC of support against each kind of unanswerable one."""
    rationales = _rationales(folder)
    topics = collection_topics(collection)
    results: dict[str, Result] = {}
    supports: dict[str, list[float]] = {ANSWERABLE: [], GOLD_REMOVED: []}
    answerable = {topic.id: topic for topic in topics.scorable}
    for query in (query for query in collection.queries if query.id in answerable):
        gold = frozenset(f"{one}#0000" for one, grade in answerable[query.id].qrels.items() if grade > 0)
        found = assistant.evidence(query.text)
        supports[ANSWERABLE].append(found.support)
        supports[GOLD_REMOVED].append(assistant.evidence(query.text, without=gold).support)
        ranking = tuple(f"{one.passage.source.source_id}:{one.sentence}" for one in found.sentences[:_BEST])
        values = quote_values(found.sentences[:_BEST], answers_of(query), rationales.get(query.id, ()), gold)
        results[query.id] = Result(ranking, values)
    supports[OFF_TOPIC] = [assistant.evidence(query.text).support for query in off_topic]
    supports[ADVERSARIAL] = [assistant.evidence(query.text).support for query in unanswerable(folder)]
    run = new_run(assistant, topics, _BEST, {SYSTEM: results}, by_source=True)
    return replace(run, figures=figures(supports))


def answers_of(query: Query) -> tuple[str, ...]:
    """Raises AnchorlineError when the query's answers are not of the shape above."""
    try:
        return tuple(answer.text for answer in _METADATA.validate_python(query.metadata).answers)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise AnchorlineError(f"query {query.id}: metadata.{where}: {first['msg']}; mend queries.jsonl") from error


def unanswerable(folder: Path) -> tuple[Query, ...]:
    path = folder / "unanswerable.jsonl"
    return tuple(read_lines(path, _QUERY)) if path.is_file() else ()


def quote_values(
    best: Sequence[Rated], answers: Sequence[str], rationales: Sequence[Rationale], gold: frozenset[str]
) -> dict[str, float]:
    """``answer@k``: an answer's words stand in one of the best k sentences. ``rationale@k``: one of them is a sentence
    that annotators marked; SUPPORT and CONTRADICT are given apart as well. ``rationale F1``: of the best three against
    all that were marked. ``gold@1``: the best sentence is of a relevant document. No sentence scores 0."""
    values: dict[str, float] = {"gold@1": float(bool(best) and best[0].passage.passage_id in gold)}
    texts = [plain(one.passage.quote(one.sentence)) for one in best]
    if answers:
        said = [any(plain(answer) in text for answer in answers) for text in texts]
        values |= {f"answer@{k}": float(any(said[:k])) for k in (1, _BEST)}
    if rationales:
        marked = [[is_marked(one, rationale) for one in best] for rationale in rationales]
        by_place = [any(each) for each in zip(*marked, strict=True)]
        values |= {f"rationale@{k}": float(any(by_place[:k])) for k in (1, _BEST)}
        for label in sorted({rationale.label for rationale in rationales}):
            of_label = (each for each, one in zip(marked, rationales, strict=True) if one.label == label)
            values[f"rationale@1 {label}"] = float(any(each[:1] == [True] for each in of_label))
        values["rationale F1"] = _f1(best, rationales, by_place)
    return values


def is_marked(one: Rated, rationale: Rationale) -> bool:
    """Whether a sentence is one of a rationale, or holds most of one: annotators cut sentences otherwise than we do."""
    if one.passage.source.source_id != rationale.corpus_id:
        return False
    ours = letters(one.passage.quote(one.sentence))
    return any(_same(ours, letters(sentence)) for sentence in rationale.sentences)


def _same(ours: str, marked: str) -> bool:
    return bool(ours) and (marked in ours or (ours in marked and len(ours) >= _PIECE * len(marked)))


def _f1(best: Sequence[Rated], rationales: Iterable[Rationale], by_place: Sequence[bool]) -> float:
    wanted = [(rationale.corpus_id, letters(text)) for rationale in rationales for text in rationale.sentences]
    ours = [(one.passage.source.source_id, letters(one.passage.quote(one.sentence))) for one in best]
    found = sum(any(doc == there and _same(text, marked) for there, text in ours) for doc, marked in wanted)
    return f1(sum(by_place) / len(best) if best else 0.0, found / len(wanted))


def _rationales(folder: Path) -> Mapping[str, tuple[Rationale, ...]]:
    path = folder / "rationales.jsonl"
    found: dict[str, list[Rationale]] = {}
    for rationale in read_lines(path, _RATIONALE) if path.is_file() else ():
        found.setdefault(rationale.query_id, []).append(rationale)
    return {query: tuple(every) for query, every in found.items()}
