"""Runs a suite's questions through the retriever, a pipeline at a time, and prints or writes what came of it.

A run says which suite, split and index it is of, so that two runs are never compared by mistake. The same suite over
the same index gives the same figures; nothing here may depend on the time or on chance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from corpus.types import Passage
from evals.judge import satisfies
from evals.measures import DEPTH, MEASURES, Judgements, QuestionScore, judge, means, score, slices
from evals.suite import Evidence, Kind, Question, Suite
from evals.tables import table
from retrieval.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Run:
    """``scores``: by pipeline, one a scorable question in the suite's order. ``index``: a digest of its passages."""

    suite: str
    split: str
    index: str
    passages: int
    scores: Mapping[str, tuple[QuestionScore, ...]]
    not_scorable: tuple[str, ...]


def run_suite(assistant: Assistant, suite: Suite, split: str, pipelines: Sequence[str]) -> Run:
    """Ranks the passages for every question of the split that needs evidence. A follow-up is searched as typed."""
    passages = assistant.passages
    judgements = judge(questions_of(suite, split), passages)
    return Run(
        suite=suite.name,
        split=split,
        index=fingerprint(passages),
        passages=len(passages),
        scores={pipeline: _score_pipeline(assistant, judgements, pipeline) for pipeline in pipelines},
        not_scorable=tuple(question.id for question in judgements.not_scorable),
    )


def questions_of(suite: Suite, split: str) -> tuple[Question, ...]:
    """The questions of ``tune`` or ``report``, or of both halves for ``all``."""
    return tuple(q for q in suite.questions if split in ("all", q.split))


def fingerprint(passages: Iterable[Passage]) -> str:
    """One SHA-256 over everything that the index could show, whatever the order."""
    return hashlib.sha256("".join(sorted(passage.digest for passage in passages)).encode()).hexdigest()


def missing_evidence(suite: Suite, passages: Sequence[Passage]) -> Iterator[tuple[Question, Evidence]]:
    """Every evidence entry that no passage satisfies."""
    for question in suite.questions:
        for evidence in (evidence for group in question.needs for evidence in group):
            if not any(satisfies(passage, evidence) for passage in passages):
                yield question, evidence


def report(run: Run) -> str:
    """The tables that ``evals run`` prints."""
    lines = [f"suite {run.suite}, split {run.split}, {run.passages} passages, index {run.index[:12]}", ""]
    if not any(run.scores.values()):
        return "\n".join([*lines, "No question could be scored: this index holds none of the evidence.", _apart(run)])
    lines += [_overall(run), "", "recall@5 / recall@10 by kind", _by_kind(run)]
    if pairs := _pairs(run):
        lines += ["", f"recall@{DEPTH} of variants, against the same questions spelt right or written out", pairs]
    return "\n".join([*lines, "", _apart(run)])


def run_record(run: Run) -> Mapping[str, object]:
    """The run as plain data for JSON: summary and every question of every pipeline."""
    return {
        "suite": run.suite,
        "split": run.split,
        "index": run.index,
        "passages": run.passages,
        "not_scorable": run.not_scorable,
        "pipelines": {
            name: {"means": means(scores) if scores else None, "questions": [_record(s) for s in scores]}
            for name, scores in run.scores.items()
        },
    }


def _score_pipeline(assistant: Assistant, judgements: Judgements, pipeline: str) -> tuple[QuestionScore, ...]:
    rankings = {
        j.question.id: tuple(
            found.passage for found in assistant.search(j.question.question, k=DEPTH, pipeline=pipeline)
        )
        for j in judgements.scorable
    }
    return score(judgements.scorable, rankings)


def _record(scored: QuestionScore) -> Mapping[str, object]:
    return {
        "id": scored.question.id,
        "kind": scored.question.kind,
        "places": scored.places,
        "relevant": scored.relevant,
        "ranking": scored.ranking,
        **scored.values,
    }


def _overall(run: Run) -> str:
    rows = []
    for pipeline, scores in run.scores.items():
        found = means(scores)
        rows.append((pipeline, *(f"{found[m]:.3f}" for m in MEASURES), str(len(scores)), str(len(run.not_scorable))))
    return table(("pipeline", *MEASURES, "scored", "not scorable"), rows)


def _by_kind(run: Run) -> str:
    sliced = {name: slices(scores, lambda question: (question.kind,)) for name, scores in run.scores.items()}
    kinds = next(iter(sliced.values()))
    rows = []
    for kind, members in kinds.items():
        found = (means(by_kind[kind]) for by_kind in sliced.values())
        cells = (f"{mean['recall@5']:.3f} / {mean['recall@10']:.3f}" for mean in found)
        rows.append((kind, str(len(members)), *cells))
    return table(("kind", "n", *sliced), rows)


def _pairs(run: Run) -> str:
    """Variants beside their twins, for the kinds that promise to lose little by the change of wording."""
    rows = []
    for kind in (Kind.TYPO, Kind.FOLLOW_UP):
        for pipeline, scores in run.scores.items():
            recall = {s.question.id: s.values[f"recall@{DEPTH}"] for s in scores}
            pairs = [(recall[s.question.id], recall[twin]) for s in scores if (twin := _twin(s, kind)) in recall]
            if pairs:
                variant, base = fmean(pair[0] for pair in pairs), fmean(pair[1] for pair in pairs)
                figures = (f"{variant:.3f}", f"{base:.3f}", f"{variant - base:+.3f}")
                rows.append((kind, pipeline, str(len(pairs)), *figures))
    return table(("kind", "pipeline", "pairs", "variant", "twin", "difference"), rows) if rows else ""


def _twin(scored: QuestionScore, kind: Kind) -> str | None:
    return scored.question.same_as if scored.question.kind is kind else None


def _apart(run: Run) -> str:
    if not run.not_scorable:
        return "Every question that needs evidence could be scored."
    names = ", ".join(run.not_scorable)
    return (
        f"Not scorable, and kept out of every mean: {len(run.not_scorable)}, for which no passage of this index holds "
        f"the evidence (`python -m evals check` says what is missing): {names}"
    )
