"""Rated sentences to blocks with citations, and the proof that each quote is where it says it is.

Every quote is sliced from its passage by stored offsets; ``verified`` checks it against the stored passage once more
before it leaves, and drops what does not hold. Nothing else in an answer is a source's word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from corpus.types import Basis, BlockKind, Passage
from retrieval.evidence import Rated, leans_back
from retrieval.generation import Generation
from retrieval.relevance import SURE
from retrieval.types import AnswerBlock, BlockRole, Citation
from retrieval.understand import Intent
from retrieval.vectors import Vectors

# All of it where it could mean something; dots, hyphens and the like only where a line begins. An address is broken
# too: many clients make a link of a bare one, and a document's words must lead nowhere.
_MARKUP = re.compile(
    r"(?P<number>^\s*\d{1,9})(?=[.)](?:\s|$))|[\\`*_\[\]<>~|$]|&(?=#?\w+;)|^\s*[#+=-]|(?<=\w):(?=//)|(?<=\bwww)\.", re.M
)
_OURS = (BlockRole.GAP, BlockRole.NOTE)
_DROPPED = (BlockRole.QUOTE, BlockRole.STATEMENT)  # what says by its place what it is for stays, though it repeats
_NEAREST = "Nearest to your question: "
PERHAPS = "Perhaps also of use: "
_ANNOUNCES = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\b (?:[\w’'-]+ ){0,4}[\w’'-]+s\b[^.]*:$", re.I
)
STANDS_ALONE = 8  # words from which an item can be read without the line that introduces its list

NOBODY = ""  # whose a sentence is that speaks of none in particular, whosever its passage is

Lookup = Callable[[str], Passage | None]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch of one passage: whole sentences, from ``first`` to ``last``. ``organisation``: whose it is, where that
    is not its passage's."""

    passage: Passage
    first: int
    last: int
    programme: str | None
    organisation: str | None = None

    @property
    def text(self) -> str:
        return self.passage.text[self.passage.sentences[self.first].start : self.passage.sentences[self.last].end]


@dataclass(frozen=True, slots=True)
class Piece:
    """A block to be: what it quotes, and the heading of ours that it begins a group with."""

    role: BlockRole
    quotation: Quotation
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a question or a part of it: blocks to be, and sentences of ours on what no source states."""

    pieces: tuple[Piece, ...] = ()
    gaps: tuple[str, ...] = ()


def place_of(passages: Iterable[Passage], text: str) -> Quotation | None:
    """The whole sentences that hold a text, in the first of these passages that has it; None where none has."""
    for passage in passages:
        start = passage.text.find(text)
        if start >= 0:
            spans = enumerate(passage.sentences)
            places = [at for at, span in spans if span.start < start + len(text) and start < span.end]
            return Quotation(passage, places[0], places[-1], passage.programme)
    return None


def of_no_programme(quotation: Quotation) -> Quotation:
    """What a record of an organisation or a framework states: its title is no programme's."""
    return replace(quotation, programme=quotation.passage.programme)


def overlap(one: Quotation, other: Quotation) -> bool:
    same = one.passage.passage_id == other.passage.passage_id
    return same and one.first <= other.last and other.first <= one.last


def vector_of(quotation: Quotation, generation: Generation) -> Vectors:
    """Of its first sentence."""
    row = generation.place[quotation.passage.passage_id]
    vector: Vectors = generation.sentence_vectors_of(row)[quotation.first]
    return vector


def pieces_of(chosen: Sequence[Rated], intent: Intent) -> tuple[Piece, ...]:
    """Grouped by what they are about, best group first; what surely answers before what may be of use beside it."""
    surely = _surely(chosen)
    parts = [("", [one for one in chosen if one.line in surely])]
    parts.append((PERHAPS, [one for one in chosen if one.line not in surely]))
    return tuple(
        Piece(role_of(quotation, intent), quotation, begins + heading if place == 0 else None)
        for begins, some in parts
        for heading, group in _grouped(some)
        for place, quotation in enumerate(quotations(group, intent))
    )


def as_nearest(piece: Piece) -> Piece:
    """The same quote, headed as what is only near to the question."""
    if piece.role not in _DROPPED or not piece.heading or piece.heading.startswith(PERHAPS):
        return piece
    return replace(piece, heading=_NEAREST + piece.heading)


def _surely(chosen: Sequence[Rated]) -> set[tuple[str, int]]:
    """Passage id and place of the sentences that surely answer, and of those that stand beside them or in their list.
    Where none surely does, the first."""
    sure = {one.line for one in chosen if one.relevance >= SURE} or {one.line for one in chosen[:1]}
    answers = [one for one in chosen if one.line in sure]
    beside = {(one.passage.passage_id, one.sentence + step) for one in answers for step in (-1, 1)}
    return sure | beside | {(one.passage.passage_id, place) for one in answers for place in _list_of(one)}


def _list_of(one: Rated) -> Iterator[int]:
    """The places of the list that a sentence is an item of, its introduction's included."""
    lead = one.passage.sentences[one.sentence].lead
    if lead is not None:
        yield lead
        yield from (place for place, span in enumerate(one.passage.sentences) if span.lead == lead)


def each_once(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Without quotes that another piece holds as well: one passage may be quoted under two headings."""
    stay = [piece.role not in _DROPPED or not _held_elsewhere(at, pieces) for at, piece in enumerate(pieces)]
    return tuple(left_of(pieces, stay))


def left_of(pieces: Sequence[Piece], stay: Sequence[bool]) -> Iterator[Piece]:
    """What is left, where a group's heading goes to the next piece of it when its first does not stay."""
    heading: str | None = None
    for piece, stays in zip(pieces, stay, strict=True):
        heading = piece.heading or heading
        if stays:
            yield replace(piece, heading=heading)
            heading = None


def _held_elsewhere(at: int, pieces: Sequence[Piece]) -> bool:
    mine = pieces[at].quotation
    others = [(place, one) for place, one in enumerate(pieces) if place != at and _holds_all(one.quotation, mine)]
    return any(
        len(one.quotation.text) > len(mine.text) or place < at or one.role not in _DROPPED for place, one in others
    )


def _holds_all(one: Quotation, other: Quotation) -> bool:
    """Whether it holds all of another; a list's introduction is repeated in each passage that the list runs over."""
    if one.passage.passage_id == other.passage.passage_id:
        return one.first <= other.first and other.last <= one.last
    return one.passage.source == other.passage.source and other.text.endswith(":") and one.text.startswith(other.text)


def laid_out(pieces: Iterable[Piece]) -> tuple[tuple[AnswerBlock, ...], tuple[Citation, ...]]:
    """Blocks, each with its citation; markers count from 1, and the same stretch of a passage has one marker."""
    markers: dict[tuple[str, int, int], int] = {}
    blocks: list[AnswerBlock] = []
    citations: list[Citation] = []
    for piece in pieces:
        quotation = piece.quotation
        key = (quotation.passage.passage_id, quotation.first, quotation.last)
        if key not in markers:
            markers[key] = len(markers) + 1
            citations.append(cite(quotation, markers[key]))
        blocks.append(AnswerBlock(piece.role, quotation.text, piece.heading, (markers[key],)))
    return tuple(blocks), tuple(citations)


def cite(quotation: Quotation, marker: int) -> Citation:
    """Where a quotation stands, with all that a reader needs to judge it."""
    passage, source = quotation.passage, quotation.passage.source
    return Citation(
        marker=marker,
        passage_id=passage.passage_id,
        source_id=source.source_id,
        title=source.title,
        publisher=source.publisher,
        published=source.published,
        organisation=(passage.organisation if quotation.organisation is None else quotation.organisation) or None,
        programme=quotation.programme,
        section=passage.heading_path,
        page=passage.page,
        quote=quotation.text,
        basis=source.basis,
        evidence=source.evidence,
        url=source.url,
        superseded_by=source.superseded_by,
        original=passage.originals[quotation.first] or None if passage.originals else None,
    )


def verified(
    blocks: Iterable[AnswerBlock], citations: Iterable[Citation], lookup: Lookup
) -> tuple[tuple[AnswerBlock, ...], tuple[Citation, ...], int]:
    """What holds: citations whose quote is in the stored passage, and blocks whose citations all hold. Also how many
    citations were dropped. A heading goes to the next block of its group when its first one falls."""
    kept: dict[int, Citation] = {}
    dropped = 0
    for citation in citations:
        if stands(citation, lookup(citation.passage_id)):
            kept[citation.marker] = citation
        else:
            dropped += 1
    sound: list[AnswerBlock] = []
    heading: str | None = None
    for block in blocks:
        if block.kind in _OURS:
            sound.append(block)
            continue
        heading = block.heading or heading
        if _holds(block, kept):
            sound.append(replace(block, heading=heading))
            heading = None
    shown = {marker for block in sound for marker in block.citations}
    return tuple(sound), tuple(one for one in kept.values() if one.marker in shown), dropped


def stands(citation: Citation, passage: Passage | None) -> bool:
    """Whether the passage that a citation names holds its quote, on the page that it names."""
    if passage is None or not citation.quote.strip():
        return False
    return citation.quote in passage.text and citation.page == passage.page


def _holds(block: AnswerBlock, kept: Mapping[int, Citation]) -> bool:
    cited = [kept[marker].quote for marker in block.citations if marker in kept]
    return bool(cited) and len(cited) == len(block.citations) and block.text in cited


def markdown(blocks: Iterable[AnswerBlock], citations: Iterable[Citation] = ()) -> str:
    """The whole answer as one string: headings bold, quotes as block quotes with their markers, our words plain, also
    those of our briefs, whose markers lead to what they sum up."""
    ours = {one.marker for one in citations if one.basis is Basis.BRIEF}
    parts = []
    for block in blocks:
        if block.heading:
            parts.append(f"**{_plain(block.heading)}**")
        text = _plain(block.text).replace("\t", " – ")
        markers = "".join(f"[{marker}]" for marker in block.citations)
        if markers and not ours.issuperset(block.citations):
            text = "> " + text.replace("\n", "\n> ")
        parts.append(f"{text} {markers}" if markers else text)
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    """A document's text must stay text in a client that renders Markdown."""
    return _MARKUP.sub(lambda found: f"{found['number']}\\" if found["number"] else f"\\{found.group()}", text)


def _grouped(chosen: Sequence[Rated]) -> list[tuple[str, list[Rated]]]:
    """By programme, else organisation, else document; groups in the order of their best sentence."""
    order: dict[str, list[Rated]] = {}
    for one in chosen:
        order.setdefault(heading_of(one), []).append(one)
    return list(order.items())


def heading_of(one: Rated | Quotation) -> str:
    organisation = one.passage.organisation if one.organisation is None else one.organisation
    if organisation and one.programme and organisation != one.programme:
        return f"{organisation}: {one.programme}"
    return organisation or one.programme or one.passage.source.title


def quotations(group: Sequence[Rated], intent: Intent) -> list[Quotation]:
    """In reading order; sentences that follow one another are one quotation. A list's introduction comes along once,
    however many passages repeat it."""
    best: dict[str, int] = {}
    # Of a figure, fact or definition, the best passage comes first; else the best source, read in its order.
    direct = intent in (Intent.FIGURE, Intent.DEFINITION, Intent.FACT)
    for one in group:
        best.setdefault(one.passage.passage_id if direct else one.passage.source.source_id, len(best))
    found: list[Quotation] = []
    introduced: set[str] = set()
    in_order = sorted(group, key=lambda one: (_first_of(best, one.passage), one.passage.ordinal, one.sentence))
    for _, same in groupby(in_order, key=lambda one: one.passage.passage_id):
        members = list(same)
        passage, places = members[0].passage, {one.sentence for one in members}
        leads = set(_leads(passage, places, intent))
        places |= {lead for lead in leads if passage.quote(lead) not in introduced}
        places |= {place - 1 for place in places if leans_back(passage, place)}
        introduced |= {passage.quote(lead) for lead in leads}
        found += _runs(members[0], sorted(places), intent)
    return found


def _leads(passage: Passage, places: Collection[int], intent: Intent) -> Iterator[int]:
    """The introductions that come along: those that run on into what is quoted, and those without which an item is a
    fragment. Any other would stand there introducing nothing."""
    for place in places:
        lead = passage.sentences[place].lead
        if lead is not None:
            text = passage.quote(place)
            runs_on = (
                place == lead + 1 and _same_paragraph(passage, place, intent) and not _leaves_out(passage, lead, places)
            )
            if runs_on or len(text.split()) < STANDS_ALONE or text[0].islower():
                yield lead


def _leaves_out(passage: Passage, lead: int, places: Collection[int]) -> bool:
    """Whether an introduction announces a number of items not all of which are quoted: "3 main strands:"."""
    items = {place for place, span in enumerate(passage.sentences) if span.lead == lead}
    return bool(_ANNOUNCES.search(passage.quote(lead))) and not items <= set(places)


def _first_of(best: Mapping[str, int], passage: Passage) -> int:
    return best[passage.passage_id] if passage.passage_id in best else best[passage.source.source_id]


def _runs(one: Rated, places: Sequence[int], intent: Intent) -> list[Quotation]:
    """Neighbouring sentences together; where steps are asked for, each item by itself."""
    passage = one.passage
    runs: list[Quotation] = []
    for place in places:
        if runs and runs[-1].last == place - 1 and _same_paragraph(passage, place, intent):
            runs[-1] = replace(runs[-1], last=place)
        else:
            runs.append(Quotation(passage, place, place, one.programme, one.organisation))
    return runs


def _same_paragraph(passage: Passage, place: int, intent: Intent) -> bool:
    before, here = passage.sentences[place - 1], passage.sentences[place]
    if passage.resumes and place == 1 and here.kind is BlockKind.ITEM:
        return False
    if "\n" not in passage.text[before.end : here.start]:
        return True
    return here.lead is not None and intent is not Intent.START


def role_of(quotation: Quotation, intent: Intent) -> BlockRole:
    passage = quotation.passage
    kinds = {passage.sentences[place].kind for place in range(quotation.first, quotation.last + 1)}
    if BlockKind.CONTACT in kinds:
        return BlockRole.CONTACT
    introduces = any(sentence.lead == quotation.last for sentence in passage.sentences)
    return BlockRole.STEP if intent is Intent.START and not introduces else words_of(quotation)


def words_of(quotation: Quotation) -> BlockRole:
    """Whether they are a source's words or ours."""
    return BlockRole.QUOTE if quotation.passage.source.basis is Basis.SOURCE else BlockRole.STATEMENT
