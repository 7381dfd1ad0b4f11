"""TREC's run and qrels files and BEIR's folders, in and out, so that any other tool can check or use our figures.

    run     query Q0 document rank score tag
    qrels   query 0 document grade

A run that comes in keeps its scores, so documents of one score rank as trec_eval ranks them. A run of ours goes out
with scores that fall by one a place, so that its order survives.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

import ir_measures

from corpus.errors import AnchorlineError
from corpus.types import Passage
from evals.measures import Qrels, by_rank, ranking_values
from evals.record import SEED, Result, Run, Settings, TopicRecord
from evals.topics import Topic, Topics

Scored = Mapping[str, Mapping[str, float]]
_NO_FILE_NAME = re.compile(r"[^\w.-]+")


class Row(Protocol):
    """A line of either file, as ``ir_measures`` reads it."""

    query_id: str
    doc_id: str
    score: float
    relevance: int


def read_run(path: Path) -> Scored:
    """Scores by query. Raises AnchorlineError when the file is no TREC run."""
    scored: dict[str, dict[str, float]] = {}
    for one in _read(path, ir_measures.read_trec_run, "query Q0 document rank score tag"):
        scored.setdefault(one.query_id, {})[one.doc_id] = float(one.score)
    return scored


def read_qrels(path: Path) -> Qrels:
    """Raises AnchorlineError when the file is no TREC qrels."""
    grades: dict[str, dict[str, int]] = {}
    for one in _read(path, ir_measures.read_trec_qrels, "query 0 document grade"):
        grades.setdefault(one.query_id, {})[one.doc_id] = int(one.relevance)
    return grades


def imported(name: str, qrels: Qrels, runs: Mapping[str, Scored]) -> Run:
    """Somebody else's rankings as a run of ours: scored, and ready for ``compare`` and ``report``."""
    systems = {
        tag: {
            query: Result(_ranked(scored.get(query, {})), values)
            for query, values in ranking_values(qrels, scored).items()
        }
        for tag, scored in runs.items()
    }
    return Run(
        settings=Settings(name, "all", 0, _digest(qrels), "imported", "imported"),
        passages=0,
        passages_sha256="imported",
        seed=SEED,
        version="imported",
        topics={query: TopicRecord("", {}, grades) for query, grades in qrels.items()},
        not_scorable=(),
        systems=systems,
    )


def export_run(run: Run, folder: Path) -> tuple[Path, ...]:
    """``qrels.txt``, and one ``.run`` file a pipeline."""
    folder.mkdir(parents=True, exist_ok=True)
    qrels = folder / "qrels.txt"
    lines = (f"{q} 0 {d} {grade}" for q, asked in run.topics.items() for d, grade in asked.qrels.items())
    qrels.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    written = [qrels]
    for name, system in run.systems.items():
        tag = _NO_FILE_NAME.sub("-", name)
        path = folder / f"{tag}.run"
        ranked = ((query, by_rank(result.ranking)) for query, result in system.items())
        path.write_text("".join(_run_lines(ranked, tag)), encoding="utf-8")
        written.append(path)
    return tuple(written)


def export_collection(topics: Topics, passages: Iterable[Passage], folder: Path) -> None:
    """A BEIR folder: every passage a document, and the topics' judgements by passage id."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    _write_lines(
        folder / "corpus.jsonl",
        (
            {"_id": p.passage_id, "title": " › ".join((p.source.title, *p.heading_path)), "text": p.text}
            for p in passages
        ),
    )
    _write_lines(folder / "queries.jsonl", (_query(topic) for topic in topics.scorable))
    rows = (f"{topic.id}\t{one}\t{grade}" for topic in topics.scorable for one, grade in topic.qrels.items())
    text = "".join(f"{line}\n" for line in ("query-id\tcorpus-id\tscore", *rows))
    (folder / "qrels" / "test.tsv").write_text(text, encoding="utf-8")


def _query(topic: Topic) -> Mapping[str, object]:
    history = [{"role": turn.role, "content": turn.content} for turn in topic.history]
    return {"_id": topic.id, "text": topic.question, "metadata": {"history": history, "slices": topic.slices}}


def _write_lines(path: Path, records: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def _run_lines(ranked: Iterable[tuple[str, Mapping[str, float]]], tag: str) -> Iterable[str]:
    for query, scores in ranked:
        for rank, (document, score) in enumerate(scores.items(), start=1):
            yield f"{query} Q0 {document} {rank} {score:.1f} {tag}\n"


def _ranked(scores: Mapping[str, float]) -> tuple[str, ...]:
    """As trec_eval ranks: by score, and documents of one score by their name, the last first."""
    return tuple(sorted(sorted(scores, reverse=True), key=lambda one: -scores[one]))


def _read(path: Path, reader: Callable[[str], Iterable[Row]], columns: str) -> tuple[Row, ...]:
    if not path.is_file():
        raise AnchorlineError(f"{path}: no such file; give a TREC file")
    try:
        return tuple(reader(str(path)))
    except (ValueError, UnicodeDecodeError) as error:
        raise AnchorlineError(f"{path}: not a TREC file ({error}); each line needs: {columns}") from error


def _digest(qrels: Qrels) -> str:
    return hashlib.sha256(repr(sorted((q, sorted(each.items())) for q, each in qrels.items())).encode()).hexdigest()
