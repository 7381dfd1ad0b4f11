"""What a model may work on: the quotes of a finished answer by their markers, and further ones that were found.

Only quotes and statements are handed out. Steps, comparisons, conflicts, contacts, gaps and notes have an order and a
completeness of their own, and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.types import Basis
from retrieval.types import AnswerBlock, BlockRole, Citation

_HANDED_OUT = (BlockRole.QUOTE, BlockRole.STATEMENT)
_OURS = (BlockRole.GAP, BlockRole.NOTE)
_SENTENCES_AT_MOST = 24
_CHARACTERS_AT_MOST = 9_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """``items`` are blocks by the marker that a model sees, best first, each with its heading; ``top`` is the first of
    them that the answer itself quotes; ``leads`` says which item introduces another. ``before`` and ``after`` are the
    blocks that are not handed out."""

    items: dict[int, AnswerBlock]
    citations: dict[int, Citation]
    leads: dict[int, int]
    top: int | None
    before: tuple[AnswerBlock, ...]
    after: tuple[AnswerBlock, ...]

    def with_lead(self, marker: int) -> tuple[AnswerBlock, ...]:
        """An item, after the words that introduce it."""
        own = self.items[marker]
        lead = self.leads.get(marker)
        return (own,) if lead is None else (self.items[lead], own)

    def introduces(self, marker: int) -> bool:
        return marker in self.leads.values()


def evidence_of(blocks: Sequence[AnswerBlock], citations: Sequence[Citation]) -> Evidence:
    """``citations`` may hold more than ``blocks`` cite: further candidates, best first."""
    by_marker = {citation.marker: citation for citation in citations}
    items: dict[int, AnswerBlock] = {}
    before: list[AnswerBlock] = []
    after: list[AnswerBlock] = []
    for block in with_headings(blocks):
        if block.kind in _HANDED_OUT and len(block.citations) == 1 and block.citations[0] not in items:
            items[block.citations[0]] = block
        else:
            (after if items else before).append(block)
    top = next(iter(items), None)
    leads = dict(_leads(items, by_marker))
    cited = {marker for block in blocks for marker in block.citations}
    for citation in citations:
        if citation.marker not in cited and _room(items, citation):
            items[citation.marker] = block_of(citation)
    return Evidence(items, by_marker, leads, top, tuple(before), tuple(after))


def block_of(citation: Citation) -> AnswerBlock:
    """A quote by itself, headed as the extractive writer heads it."""
    role = BlockRole.QUOTE if citation.basis is Basis.SOURCE else BlockRole.STATEMENT
    organisation, programme = citation.organisation, citation.programme
    both = f"{organisation}: {programme}" if organisation and programme and organisation != programme else None
    return AnswerBlock(role, citation.quote, both or organisation or programme or citation.title, (citation.marker,))


def with_headings(blocks: Iterable[AnswerBlock]) -> Iterator[AnswerBlock]:
    """Each block with the heading that it stands under."""
    heading: str | None = None
    for block in blocks:
        if block.kind in _OURS:
            yield block
            continue
        heading = block.heading or heading
        yield replace(block, heading=heading)


def without_repeated_headings(blocks: Iterable[AnswerBlock]) -> Iterator[AnswerBlock]:
    """A heading only where it changes."""
    heading: str | None = None
    for block in blocks:
        if block.kind in _OURS:
            yield block
            continue
        yield block if block.heading != heading else replace(block, heading=None)
        heading = block.heading


def _leads(items: dict[int, AnswerBlock], citations: dict[int, Citation]) -> Iterator[tuple[int, int]]:
    """A block that ends with a colon introduces those that follow it from the same source under the same heading."""
    lead: int | None = None
    for marker, block in items.items():
        if block.text.rstrip().endswith(":"):
            lead = marker
        elif lead is not None:
            same = citations[lead].source_id == citations[marker].source_id and items[lead].heading == block.heading
            if not same:
                lead = None
            elif citations[lead].section == citations[marker].section:
                yield marker, lead


def _room(items: dict[int, AnswerBlock], citation: Citation) -> bool:
    """A prompt is bounded; what the answer itself quotes always goes in."""
    length = sum(len(block.text) for block in items.values()) + len(citation.quote)
    return len(items) < _SENTENCES_AT_MOST and length <= _CHARACTERS_AT_MOST
