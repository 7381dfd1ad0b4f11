"""Asks every question of a suite as a reader would, and checks the answers word by word.

Whether each quote stands in its passage is a gate, not a score: one that does not is a broken promise, and the command
fails. The rest (facts found, outcomes right, length) are figures. No judge model is asked, ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

import corpus
from corpus.load import load_manifest, match_source
from corpus.types import Basis, Passage
from evals.judge import holds, plain
from evals.suite import Evidence, Question, Split
from evals.tables import table
from retrieval.assistant import Assistant
from retrieval.types import Answer, AnswerBlock, BlockRole, Citation, Status

_OURS = frozenset({BlockRole.GAP, BlockRole.NOTE})
_MARKUP = re.compile(r"<[^>]*>|\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what came of it. ``faults``: broken promises, each in words. ``unsourced``: lines quoted
    from published sources that are not in the source file's own text, None where no files were given. ``nuggets``: for
    each fact asked for, whether the answer gives it in any of its wordings, whichever document it was quoted from."""

    question: Question
    status: Status
    quotes: int
    faults: tuple[str, ...]
    unsourced: tuple[str, ...] | None
    nuggets: tuple[bool, ...]
    words: int

    @property
    def status_right(self) -> bool:
        return self.status in self.question.status


def ask_all(assistant: Assistant, questions: Iterable[Question], texts: Mapping[str, str] | None) -> tuple[Asked, ...]:
    """``texts``: by source id, the published files' letters and digits as ``source_texts`` gives them."""
    passages = {passage.passage_id: passage for passage in assistant.passages}
    return tuple(examine(q, assistant.ask(q.question, history=q.history), passages, texts) for q in questions)


def examine(
    question: Question, answer: Answer, passages: Mapping[str, Passage], texts: Mapping[str, str] | None
) -> Asked:
    """Everything that is measured of one answer."""
    asserted = [block for block in answer.blocks if block.kind not in _OURS]
    said = "\n".join(block.text for block in asserted)
    return Asked(
        question=question,
        status=answer.status,
        quotes=len(answer.citations),
        faults=(*_quote_faults(answer, passages), *_block_faults(answer, asserted)),
        unsourced=None if texts is None else tuple(_unsourced(answer.citations, texts)),
        nuggets=tuple(any(holds(said, fact) for fact in _wordings(group)) for group in question.needs),
        words=len(said.split()),
    )


def source_texts(folder: Path) -> Mapping[str, str]:
    """The letters and digits, and nothing else, of each ``.txt`` file of a known source: hyphenation, spacing, quotes
    and reference marks cannot matter then."""
    manifest = load_manifest(Path(corpus.__file__).parent)
    entries = {path: match_source(manifest, path) for path in sorted(folder.glob("*.txt"))}
    return {entry.id: letters(path.read_text(encoding="utf-8")) for path, entry in entries.items() if entry}


def letters(text: str) -> str:
    """What is left of a text without markup, reference marks, punctuation, spacing and case."""
    return re.sub(r"[\W_]+", "", plain(_MARKUP.sub("", text)))


def answers_report(asked: Sequence[Asked]) -> str:
    """The tables that ``evals answers`` prints, then each fault and each quote not found in its source."""
    quotes = sum(a.quotes for a in asked)
    faults = [f"{a.question.id}: {fault}" for a in asked for fault in a.faults]
    lines = [
        f"{len(asked)} questions, {quotes} quotes, {len(faults)} broken promises",
        "",
        _by_kind(asked),
        "",
        _by_split(asked),
        "",
    ]
    if any(a.unsourced is not None for a in asked):
        lost = [f"{a.question.id}: not in the source's own text: {line}" for a in asked for line in a.unsourced or ()]
        lines += [f"quoted lines not found in the source files' own text: {len(lost)}", *lost]
    wrong = [
        f"{a.question.id}: {a.status}, expected {' or '.join(a.question.status)}" for a in asked if not a.status_right
    ]
    return "\n".join([*lines, f"outcomes not as expected: {len(wrong)}", *wrong, *faults])


def answers_record(asked: Sequence[Asked]) -> list[Mapping[str, object]]:
    """The answers' figures as plain data for JSON."""
    return [
        {
            "id": a.question.id,
            "kind": a.question.kind,
            "split": a.question.split,
            "status": a.status,
            "status_right": a.status_right,
            "quotes": a.quotes,
            "faults": a.faults,
            "unsourced": a.unsourced,
            "nuggets": a.nuggets,
            "missing": [_wordings(group) for group, told in zip(a.question.needs, a.nuggets, strict=True) if not told],
            "words": a.words,
        }
        for a in asked
    ]


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


def _uncited(text: str, cited: Sequence[Citation]) -> str:
    for citation in sorted(cited, key=lambda c: len(c.quote), reverse=True):
        text = text.replace(citation.quote, " ")
    return " ".join(text.split()) if re.search(r"\w", text) else ""


def _unsourced(citations: Iterable[Citation], texts: Mapping[str, str]) -> Iterator[str]:
    """Line by line: a list's introduction and the item quoted with it are two lines, and others may stand between."""
    for citation in citations:
        if citation.basis is Basis.SOURCE and (text := texts.get(citation.source_id)) is not None:
            yield from (line for line in citation.quote.splitlines() if letters(line) not in text)


def _wordings(group: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact for evidence in group for fact in evidence.fact))


def _by_kind(asked: Sequence[Asked]) -> str:
    kinds = dict.fromkeys(a.question.kind for a in asked)
    rows = [_row(kind, [a for a in asked if a.question.kind is kind]) for kind in kinds]
    return table(
        ("kind", "n", "outcome right", "facts present", "quotes", "words, median"), [*rows, _row("all", asked)]
    )


def _row(name: str, members: Sequence[Asked]) -> tuple[str, ...]:
    facts = [fmean(a.nuggets) for a in members if a.nuggets]
    return (
        name,
        str(len(members)),
        f"{fmean(a.status_right for a in members):.3f}",
        f"{fmean(facts):.3f}" if facts else "-",
        str(sum(a.quotes for a in members)),
        f"{median(a.words for a in members):.0f}",
    )


def _by_split(asked: Sequence[Asked]) -> str:
    """Every fact counts once here, so that a share of facts can be promised; the kinds' means count every question."""
    halves = [(half, [a for a in asked if a.question.split is half]) for half in Split]
    rows = [_facts_row(name, members) for name, members in [*halves, ("all", asked)] if members]
    return table(("split", "questions", "facts asked for", "facts present", "share"), rows)


def _facts_row(name: str, members: Iterable[Asked]) -> tuple[str, ...]:
    with_facts = [a.nuggets for a in members if a.nuggets]
    told = [nugget for nuggets in with_facts for nugget in nuggets]
    share = f"{fmean(told):.3f}" if told else "-"
    return name, str(len(with_facts)), str(len(told)), str(sum(told)), share
