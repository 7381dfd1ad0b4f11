"""Asks every question of a suite as a reader would, and checks the answers word by word.

Whether each quote stands in its passage is a gate, not a score: one that does not is a broken promise, and the command
fails. The rest (facts given, passages cited, outcomes right, length) are figures. No judge model is asked, ever.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import corpus
from corpus.load import load_manifest, match_source
from corpus.types import Basis, Passage
from evals.grounding import facts_of, grounding
from evals.judge import holds, plain, shelve
from evals.record import Result, Run, TopicRecord, new_run
from evals.run import quantiles
from evals.suite import Evidence, Question, Suite
from evals.topics import questions_of, suite_topics
from retrieval.assistant import Assistant
from retrieval.picking import PHASES
from retrieval.types import Answer, AnswerBlock, BlockRole, Citation, Status

SYSTEM = "ask"
ANSWERS = frozenset({Status.ANSWERED, Status.PARTIAL})
_OURS = frozenset({BlockRole.GAP, BlockRole.NOTE})
_MARKUP = re.compile(r"<[^>]*>|\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what came of it. ``faults``: broken promises, each in words. ``unsourced``: lines quoted
    from published sources that are not in the source file's own text, None where no files were given. ``nuggets``: for
    each fact asked for, whether the answer gives it in any of its wordings, whichever document it was quoted from.
    ``grounded``: as ``grounding`` gives it. ``phases``: how many phases of a plan have a step, 0 where any of its steps
    cites nothing; None where the answer has no steps."""

    question: Question
    status: Status
    cited: tuple[str, ...]
    faults: tuple[str, ...]
    unsourced: tuple[str, ...] | None
    nuggets: tuple[bool, ...]
    words: int
    grounded: Mapping[str, float]
    phases: int | None = None
    ms: float = 0.0

    @property
    def status_right(self) -> bool:
        return self.status in self.question.status

    @property
    def values(self) -> dict[str, float]:
        """Every measure that makes sense for this question. ``outcome answered`` and ``outcome declined`` are the two
        sides of ``outcome``: questions that must be answered, and those that must not."""
        right = float(self.status_right)
        side = "answered" if self.question.needs else "declined"
        found = {"outcome": right, f"outcome {side}": right}
        if self.nuggets:
            found |= {"nuggets": sum(self.nuggets) / len(self.nuggets), "contained": float(all(self.nuggets))}
        if self.phases is not None:
            found["plan"] = float(self.phases == len(PHASES))
        found |= self.grounded
        return found | {"words": float(self.words)} if self.status in ANSWERS else found


def ask_all(assistant: Assistant, questions: Iterable[Question], texts: Mapping[str, str] | None) -> tuple[Asked, ...]:
    """``texts``: by source id, the published files' letters and digits as ``source_texts`` gives them."""
    passages = {passage.passage_id: passage for passage in assistant.passages}
    shelf = shelve(assistant.passages)
    found = []
    for question in questions:
        begun = time.perf_counter()
        answer = assistant.ask(question.question, history=question.history)
        ms = (time.perf_counter() - begun) * 1000
        grounded = grounding(facts_of(question, shelf, passages), answer.citations, passages)
        found.append(replace(examine(question, answer, passages, texts), grounded=grounded, ms=ms))
    return tuple(found)


def examine(
    question: Question, answer: Answer, passages: Mapping[str, Passage], texts: Mapping[str, str] | None
) -> Asked:
    """What the answer alone shows: whether its promises are kept, and what it says."""
    asserted = [block for block in answer.blocks if block.kind not in _OURS]
    said = "\n".join(block.text for block in asserted)
    return Asked(
        question=question,
        status=answer.status,
        cited=tuple(citation.passage_id for citation in answer.citations),
        faults=(*_quote_faults(answer, passages), *_block_faults(answer, asserted)),
        unsourced=None if texts is None else tuple(_unsourced(answer.citations, texts)),
        nuggets=tuple(any(holds(said, fact) for fact in wordings(group)) for group in question.needs),
        words=len(said.split()),
        grounded={},
        phases=_phases(answer.blocks),
    )


def answers_run(assistant: Assistant, suite: Suite, split: str, asked: Sequence[Asked]) -> Run:
    """The answers as a run with one system, to be compared, gated and reported like rankings."""
    topics = suite_topics(suite, split, assistant.passages)
    run = new_run(assistant, topics, 0, {SYSTEM: {a.question.id: Result(a.cited, a.values) for a in asked}})
    declined = {
        q.id: TopicRecord(q.question, {"kind": (str(q.kind),), "difficulty": (str(q.tags.difficulty),)}, {}, q.same_as)
        for q in questions_of(suite, split)
        if q.id not in run.topics
    }
    return replace(
        run,
        topics={**run.topics, **declined},
        not_scorable=(),
        faults=tuple(f"{a.question.id}: {fault}" for a in asked for fault in a.faults),
        figures={"verbatim": verbatim_rate(asked)},
        costs=dict(quantiles("ask", [a.ms for a in asked])),
    )


def verbatim_rate(asked: Iterable[Asked]) -> float:
    """The share of the quotes that stand where they say, word by word; 1 where nothing was quoted."""
    every = list(asked)
    quotes = sum(len(a.cited) for a in every)
    return 1 - min(quotes, sum(len(a.faults) for a in every)) / quotes if quotes else 1.0


def source_texts(folder: Path) -> Mapping[str, str]:
    """The letters and digits, and nothing else, of each ``.txt`` file of a known source: hyphenation, spacing, quotes
    and reference marks cannot matter then."""
    manifest = load_manifest(Path(corpus.__file__).parent)
    entries = {path: match_source(manifest, path) for path in sorted(folder.glob("*.txt"))}
    return {entry.id: letters(path.read_text(encoding="utf-8")) for path, entry in entries.items() if entry}


def letters(text: str) -> str:
    """What is left of a text without markup, reference marks, punctuation, spacing and case."""
    return re.sub(r"[\W_]+", "", plain(_MARKUP.sub("", text)))


def wordings(group: Iterable[Evidence]) -> tuple[str, ...]:
    """Every wording in which a fact may be given."""
    return tuple(dict.fromkeys(fact for evidence in group for fact in evidence.fact))


def _quote_faults(answer: Answer, passages: Mapping[str, Passage]) -> Iterator[str]:
    for citation in answer.citations:
        passage = passages.get(citation.passage_id)
        if passage is None:
            yield f"citation {citation.marker} names {citation.passage_id}, which the index does not hold"
        elif not citation.quote or citation.quote not in passage.text:
            yield f"citation {citation.marker} is not verbatim in {citation.passage_id}: {citation.quote}"


def _block_faults(answer: Answer, asserted: Iterable[AnswerBlock]) -> Iterator[str]:
    """What is asserted must be the cited quotes and nothing more."""
    by_marker = {citation.marker: citation for citation in answer.citations}
    for block in asserted:
        cited = [by_marker[marker] for marker in block.citations if marker in by_marker]
        if not cited or len(cited) != len(block.citations):
            yield f"a {block.kind} block cites what is not there: {block.text}"
        elif rest := _uncited(block.text, cited):
            yield f"a {block.kind} block says more than it cites: {rest}"


def _phases(blocks: Iterable[AnswerBlock]) -> int | None:
    steps = [block for block in blocks if block.kind is BlockRole.STEP]
    headed = {block.heading.partition(":")[0] for block in steps if block.heading}
    filled = len(headed & set(PHASES.values())) if all(block.citations for block in steps) else 0
    return filled if steps else None


def _uncited(text: str, cited: Sequence[Citation]) -> str:
    for citation in sorted(cited, key=lambda c: len(c.quote), reverse=True):
        text = text.replace(citation.quote, " ")
    return " ".join(text.split()) if re.search(r"\w", text) else ""


def _unsourced(citations: Iterable[Citation], texts: Mapping[str, str]) -> Iterator[str]:
    """Line by line: a list's introduction and the item quoted with it are two lines, and others may stand between."""
    for citation in citations:
        if citation.basis is Basis.SOURCE and (text := texts.get(citation.source_id)) is not None:
            yield from (line for line in citation.quote.splitlines() if letters(line) not in text)
