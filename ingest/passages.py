"""Sections to passages: whole sentences, small enough for the encoder to read with their headings.

Sentences are found by LlamaIndex's tokenizer (NLTK's Punkt, shipped inside the package, so nothing is downloaded). A
passage never crosses a section or a page, so that one page number is true of all of it. An item or a row that begins a
new passage takes the line it hangs from along, because "£500,000" means nothing without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer

from corpus.types import Block, BlockKind, Passage, Section, Sentence, Source

RULES = 1  # raise when the same sections would give other passages

CountTokens = Callable[[Sequence[str]], list[int]]

_ROOM_FOR_TEXT = 96  # tokens left for text however long its headings are
_TARGET = 160  # tokens of text at which a passage is full: a passage is about one thing
_SPLITTER = split_by_sentence_tokenizer()
# Punkt ends a sentence after these when a capital follows.
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|Eg|eg|e\.g|ie|i\.e|etc|vs|no|No|approx|cf|al|Fig|fig|Inc|Ltd)\.)\s*$"
)
_UNSPLIT = {BlockKind.ROW, BlockKind.HEADER, BlockKind.CONTACT}


@dataclass(frozen=True, slots=True)
class _Unit:
    """One sentence on its way into a passage. ``lead`` is the sentence it hangs from; ``joined``: same paragraph as the
    unit before it."""

    text: str
    kind: BlockKind
    page: int | None
    tokens: int
    lead: _Unit | None
    joined: bool


def passages_of(
    source: Source, sections: Iterable[Section], count_tokens: CountTokens, max_tokens: int
) -> tuple[Passage, ...]:
    """Every passage of a source in reading order, numbered from 0. No word of a section is lost."""
    found: list[Passage] = []
    for section in sections:
        heading = Passage("", source, 0, section.heading_path, None, "", ()).embedding_text
        room = max(_ROOM_FOR_TEXT, max_tokens - count_tokens([heading])[0])
        for group in _groups(_units(section.blocks, count_tokens, min(room, max_tokens - 2)), min(room, _TARGET)):
            found.append(_passage(source, len(found), section.heading_path, group))
    return tuple(found)


def sentences_of(text: str) -> list[str]:
    """The sentences of a paragraph, in order, without the white space between them."""
    pieces: list[str] = []
    for piece in _SPLITTER(text):
        if pieces and (_ABBREVIATION.search(pieces[-1]) or not re.match(r"\W*[A-Z0-9]", piece)):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return [piece.strip() for piece in pieces if piece.strip()]


def _units(blocks: Sequence[Block], count_tokens: CountTokens, limit: int) -> list[_Unit]:
    """Sentences with their token counts, each item and row knowing its lead."""
    split = [[block.text] if block.kind in _UNSPLIT else sentences_of(block.text) for block in blocks]
    counts = iter(count_tokens([text for texts in split for text in texts]))
    units: list[_Unit] = []
    lead: _Unit | None = None
    for block, texts in zip(blocks, split, strict=True):
        hangs = lead if block.kind in (BlockKind.ITEM, BlockKind.ROW) else None
        for place, text in enumerate(texts):
            for part, tokens in _within(text, next(counts) - 2, limit, count_tokens):
                joined = place > 0 or (part is not text and not text.startswith(part))
                units.append(_Unit(part, block.kind, block.page, tokens, hangs, joined))
        if block.leads and units:
            lead = units[-1]
        elif block.kind not in (BlockKind.ITEM, BlockKind.ROW):
            lead = None
    return units


def _within(text: str, tokens: int, limit: int, count_tokens: CountTokens) -> Iterator[tuple[str, int]]:
    """The text whole, or cut between clauses (else between words) into parts that the encoder can read."""
    if tokens <= limit:
        yield text, tokens
        return
    middle = len(text) // 2
    cuts = [m.end() for m in re.finditer(r"[;:,–]\s", text)] or [m.end() for m in re.finditer(r"\s+", text)] or [middle]
    cut = min(cuts, key=lambda at: abs(at - middle))
    for part in (text[:cut].strip(), text[cut:].strip()):
        if part:
            yield from _within(part, count_tokens([part])[0] - 2, limit, count_tokens)


def _groups(units: Sequence[_Unit], room: int) -> Iterator[list[_Unit]]:
    """Runs of units that become one passage each."""
    group: list[_Unit] = []
    for unit in units:
        size = sum(one.tokens for one in group)
        if group and (unit.page != group[0].page or size + unit.tokens > room):
            yield group
            group = _lead_of(unit, room)
        group.append(unit)
    if group:
        yield group


def _lead_of(unit: _Unit, room: int) -> list[_Unit]:
    """What a new passage opens with. A lead from another page stays behind: here it would be cited with a wrong page."""
    lead = unit.lead
    return [lead] if lead and lead.page == unit.page and lead.tokens + unit.tokens <= room else []


def _passage(source: Source, ordinal: int, heading_path: tuple[str, ...], units: Sequence[_Unit]) -> Passage:
    text, spans = "", []
    for place, unit in enumerate(units):
        if place:
            text += " " if unit.joined else "\n"
        spans.append((len(text), len(text) + len(unit.text)))
        text += unit.text
    places = {id(unit): place for place, unit in enumerate(units)}
    sentences = tuple(
        Sentence(start, end, unit.kind, places.get(id(unit.lead)) if unit.lead else None)
        for unit, (start, end) in zip(units, spans, strict=True)
    )
    return Passage(f"{source.source_id}#{ordinal:04d}", source, ordinal, heading_path, units[0].page, text, sentences)
