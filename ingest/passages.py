"""Sections to passages: whole sentences, small enough for the encoder to read with their headings.

Sentences are found by LlamaIndex's tokenizer (NLTK's Punkt, shipped inside the package, so nothing is downloaded). A
passage never crosses a section or a page, so that one page number is true of all of it. An item or a row that begins a
new passage takes the line it hangs from along, because "£500,000" means nothing without it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.types import Block, BlockKind, Passage, Section, Sentence, Source

CountTokens = Callable[[Sequence[str]], list[int]]

_ROOM_FOR_TEXT = 96  # tokens left for text however long its headings are
_TARGET = 200  # tokens of text at which a passage is full: a passage is about one thing
# Punkt ends a sentence after many of these. Some never end one; some do not before a figure; some do only before a word
# with which sentences like to begin ("in the U.K. It grew", but "the U.K. Government").
_NEVER_LAST = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|Rev|eg|e\.g|ie|i\.e|vs|approx|cf)\.\s*$", re.IGNORECASE)
_BEFORE_FIGURE = re.compile(r"\b(?:no|nos|fig|figs|p|pp|vol|ch|para)\.\s*$", re.IGNORECASE)
_SELDOM_LAST = re.compile(r"\b(?:St|Mt|etc|al|Inc|Ltd|Co|(?:[A-Za-z]\.)+[A-Za-z])\.\s*$")
_OPENING = re.compile(
    r"\W*(?:the|an?|it|its|this|that|these|those|there|they|their|we|our|you|your|he|she|his|her|i|in|on|at|by|for|from"
    r"|with|as|and|but|or|so|if|when|while|where|after|before|since|although|however|then|now|all|each|both|some|many"
    r"|most|no|not|one|what|who|how|why|to)\b",
    re.IGNORECASE,
)
_UNSPLIT = {BlockKind.ROW, BlockKind.HEADER, BlockKind.CONTACT}


@dataclass(frozen=True, slots=True, eq=False)
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
        blocks = [block for block in section.blocks if block.text.strip()]
        if not blocks:
            continue
        heading = Passage("", source, 0, section.heading_path, None, "", ()).embedding_text
        room = min(max(_ROOM_FOR_TEXT, max_tokens - count_tokens([heading])[0]), max_tokens - 2)
        last: list[_Unit] = []
        for group in _groups(_units(blocks, count_tokens, room), room):
            passage = _passage(source, len(found), section.heading_path, group)
            found.append(replace(passage, resumes=any(one is group[0] for one in last)))
            last = group
    return tuple(found)


@functools.cache
def _splitter() -> Callable[[str], list[str]]:
    """Found only when a document is cut: the import takes a second, and most runs find most documents unchanged."""
    from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer

    found: Callable[[str], list[str]] = split_by_sentence_tokenizer()
    return found


def sentences_of(text: str) -> list[str]:
    """The sentences of a paragraph, in order, without the white space between them."""
    pieces: list[str] = []
    for piece in _splitter()(text):
        if pieces and _goes_on(pieces[-1], piece):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return [piece.strip() for piece in pieces if piece.strip()]


def _goes_on(before: str, piece: str) -> bool:
    """Whether Punkt cut where no sentence ends: after an abbreviation, or before what cannot begin one."""
    first = next(filter(str.isalnum, piece), "")
    if not first or first.islower() or _NEVER_LAST.search(before):
        return True
    if _BEFORE_FIGURE.search(before):
        return first.isdigit()
    return bool(_SELDOM_LAST.search(before)) and not _OPENING.match(piece)


def _units(blocks: Sequence[Block], count_tokens: CountTokens, limit: int) -> list[_Unit]:
    """Sentences with their token counts, each item and row knowing its lead."""
    split = [[block.text] if block.kind in _UNSPLIT else sentences_of(block.text) for block in blocks]
    counts = iter(count_tokens([text for texts in split for text in texts]))
    units: list[_Unit] = []
    lead: _Unit | None = None
    for block, texts in zip(blocks, split, strict=True):
        hangs = lead if block.kind in (BlockKind.ITEM, BlockKind.ROW) else None
        # What hangs from a lead is cut so that both fit into one passage, unless the lead would leave it little room.
        free = limit - hangs.tokens if hangs and 2 * hangs.tokens <= limit else limit
        for place, text in enumerate(texts):
            for cut, (part, tokens) in enumerate(_within(text, next(counts) - 2, free, count_tokens)):
                units.append(_Unit(part, block.kind, block.page, tokens, hangs, joined=place + cut > 0))
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
    """Runs of units that become one passage each. ``room`` is what the encoder can read, which only a lead and what
    hangs from it may fill; otherwise a passage is full at the target."""
    group: list[_Unit] = []
    for unit in units:
        size = sum(one.tokens for one in group)
        if group and (unit.page != group[0].page or size + unit.tokens > min(room, _TARGET)):
            opening = _lead_of(unit, room)
            # A lead that goes along would hang in the air at the end of the passage before.
            ended = group[:-1] if opening and group[-1] is opening[0] else group
            if ended:
                yield ended
            group = opening
        group.append(unit)
    if group:
        yield group


def _lead_of(unit: _Unit, room: int) -> list[_Unit]:
    """What a new passage opens with. A lead from another page stays behind: its page would be told wrongly here."""
    lead = unit.lead
    return [lead] if lead and lead.page == unit.page and lead.tokens + unit.tokens <= room else []


def _passage(source: Source, ordinal: int, heading_path: tuple[str, ...], units: Sequence[_Unit]) -> Passage:
    text, spans = "", []
    for place, unit in enumerate(units):
        if place:
            # What hangs from a lead may begin amid its item here: the lead was never what stood before it.
            text += " " if unit.joined and units[place - 1] is not unit.lead else "\n"
        spans.append((len(text), len(text) + len(unit.text)))
        text += unit.text
    places = {id(unit): place for place, unit in enumerate(units)}
    sentences = tuple(
        Sentence(start, end, unit.kind, places.get(id(unit.lead)) if unit.lead else None)
        for unit, (start, end) in zip(units, spans, strict=True)
    )
    return Passage(f"{source.source_id}#{ordinal:04d}", source, ordinal, heading_path, units[0].page, text, sentences)
