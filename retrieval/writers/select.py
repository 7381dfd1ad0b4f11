"""The writer that lets a model pick and order: whatever it replies, every word stays the sources'."""

from __future__ import annotations

import re

from retrieval.types import AnswerBlock
from retrieval.writers.evidence import Evidence
from retrieval.writers.reply import numbers_of, plain


def selected(reply: str, evidence: Evidence) -> tuple[AnswerBlock, ...]:
    """The blocks whose numbers a reply names, grouped by heading in the order named; the answer's best sentence first
    if it is not among them. Empty if the reply names none: then the model has not answered."""
    named = [marker for marker in _numbers(plain(reply)) if marker in evidence.items]
    if not named:
        return ()
    if evidence.top is not None and evidence.top not in named:
        named.insert(0, evidence.top)
    blocks = dict.fromkeys(block for marker in named for block in _whole(marker, evidence))
    headings = list(dict.fromkeys(block.heading for block in blocks))
    return tuple(sorted(blocks, key=lambda block: headings.index(block.heading)))


def _numbers(reply: str) -> tuple[int, ...]:
    """Those in square brackets if there are any, else all: a model may explain itself."""
    bracketed = " ".join(re.findall(r"\[([\d\s,;–-]+)\]", reply))
    return numbers_of(bracketed) or numbers_of(reply)


def _whole(marker: int, evidence: Evidence) -> tuple[AnswerBlock, ...]:
    """An introduction alone says nothing: it brings what it introduces."""
    if not evidence.introduces(marker):
        return evidence.with_lead(marker)
    return (evidence.items[marker], *(evidence.items[item] for item, lead in evidence.leads.items() if lead == marker))
