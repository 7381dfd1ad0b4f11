"""An answer as lines to be copied or saved: quotes word for word, our words, numbered sources, and as of when.

``plain_text`` and ``markdown`` are here, Word is in ``ui.word``; all three show the same lines. In each, a document's
text stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from corpus.records import original_parts
from corpus.types import Basis
from retrieval.cite import markdown as as_markdown
from retrieval.types import Answer, AnswerBlock, BlockRole, Citation, Status
from ui.words import (
    ALL_OURS,
    BASIS_WORDS,
    CAUTION,
    EVIDENCE_WORDS,
    QUOTED_SAVED,
    STATUS_WORDS,
    SUMMED_UP_SAVED,
    year,
)


class Style(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    QUOTE = "quote"  # the sources' words
    BRIEF = "brief"  # our own summary of a source
    OURS = "ours"
    GAP = "gap"
    SOURCE = "source"
    LINK = "link"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Line:
    """``markers`` are the numbers of the sources it rests on; for a SOURCE, its own number."""

    style: Style
    text: str
    markers: tuple[int, ...] = ()


def lines_of(question: str, answer: Answer) -> tuple[Line, ...]:
    return (
        Line(Style.TITLE, question),
        *_opening(answer),
        *_body(answer),
        *_gaps(answer),
        Line(Style.HEADING, "Sources"),
        *(line for citation in answer.citations for line in _source(citation)),
        *_closing(answer),
    )


def _opening(answer: Answer) -> Iterator[Line]:
    if answer.question_understood:
        yield Line(Style.SMALL, f"How Anchorline read the question: {answer.question_understood}")
    if answer.status is not Status.ANSWERED:
        yield Line(Style.OURS, f"{STATUS_WORDS[answer.status]}.")
    bases = {citation.basis for citation in answer.citations}
    said = (QUOTED_SAVED if Basis.SOURCE in bases else "", SUMMED_UP_SAVED if Basis.BRIEF in bases else "", ALL_OURS)
    yield Line(Style.SMALL, " ".join(filter(None, said)))


def _body(answer: Answer) -> Iterator[Line]:
    bases = {citation.marker: citation.basis for citation in answer.citations}
    for block in answer.blocks:
        if block.heading:
            yield Line(Style.HEADING, block.heading)
        if block.kind in (BlockRole.GAP, BlockRole.NOTE):
            yield Line(Style.GAP if block.kind is BlockRole.GAP else Style.OURS, block.text, block.citations)
            continue
        ours = all(bases.get(marker) is Basis.BRIEF for marker in block.citations)
        yield Line(Style.BRIEF if ours else Style.QUOTE, block.text, block.citations)


def _gaps(answer: Answer) -> Iterator[Line]:
    said = {block.text for block in answer.blocks if block.kind is BlockRole.GAP}
    return (Line(Style.GAP, gap) for gap in answer.gaps if gap not in said)


def _source(citation: Citation) -> Iterator[Line]:
    _, headings = original_parts(citation.original or "")
    parts = (
        ", ".join(dict.fromkeys(name for name in (citation.programme, citation.organisation) if name)),
        f"{citation.title}. {citation.publisher}, {year(citation.published)}",
        " › ".join(citation.section) + (f", page {citation.page}" if citation.page else ""),
        f"In the source: {' › '.join(headings)}" if headings else "",
        EVIDENCE_WORDS[citation.evidence],
        BASIS_WORDS[citation.basis],
        f"A newer version replaces this source: {citation.superseded_by}" if citation.superseded_by else "",
    )
    yield Line(Style.SOURCE, ". ".join(filter(None, parts)), (citation.marker,))
    if citation.url and citation.url.lower().startswith(("https://", "http://")):
        yield Line(Style.LINK, citation.url)


def _closing(answer: Answer) -> Iterator[Line]:
    yield Line(Style.SMALL, CAUTION)
    if answer.index:
        as_of = f"{answer.index.built_at[:10]} ({answer.index.generation})"
        yield Line(Style.SMALL, f"From Anchorline, documents as of {as_of}. Answer {answer.answer_id}.")


def plain_text(lines: Iterable[Line]) -> str:
    """For an e-mail: quotes in quotation marks, so that they stay apart from our words."""
    return "\n\n".join(_plain(line) for line in lines)


def _plain(line: Line) -> str:
    numbers = "".join(f"[{marker}]" for marker in line.markers)
    if line.style is Style.SOURCE:
        return f"{numbers} {line.text}"
    shown = f"“{line.text}”" if line.style is Style.QUOTE else line.text
    return f"{shown} {numbers}" if numbers else shown


def markdown(lines: Iterable[Line]) -> str:
    return "\n\n".join(_marked_up(line) for line in lines) + "\n"


def _marked_up(line: Line) -> str:
    text, numbers = _escaped(line.text), "".join(f"\\[{marker}\\]" for marker in line.markers)
    match line.style:
        case Style.TITLE:
            return f"# {' '.join(text.split())}"
        case Style.HEADING:
            return f"## {' '.join(text.split())}"
        case Style.QUOTE:
            return "> " + f"{text} {numbers}".replace("\n", "\n> ")
        case Style.SOURCE:
            return f"{numbers} {' '.join(text.split())}"
        case Style.LINK:
            return _autolink(line.text)
        case Style.GAP:
            return f"**Not in the sources:** {text}"
        case _:
            return f"{text} {numbers}".strip()


def _escaped(text: str) -> str:
    """As in the answer's own Markdown, line by line; a line that were set in would be taken for code."""
    lines = re.split(r"\r\n?|\n", text)
    return "\n".join(as_markdown((AnswerBlock(BlockRole.NOTE, line.strip()),)) for line in lines)


def _autolink(url: str) -> str:
    """A link that a Markdown reader opens, unless the address could end it early."""
    return f"<{url}>" if url.isascii() and url.isprintable() and not set(url) & set("<> \\") else _escaped(url)
