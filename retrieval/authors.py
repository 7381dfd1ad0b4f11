"""Who wrote a document that is held, where a question asks it: its byline, or who signs its foreword; openly where none
of its passages prints one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.types import Basis, BlockKind, Passage, Source
from retrieval.cite import Found, Piece, Quotation
from retrieval.generation import Generation
from retrieval.index import fits
from retrieval.notices import GAP_NO_BYLINE, GAP_NO_PERSON_WROTE, GAP_NO_SIGNATURE
from retrieval.quoted import years_of
from retrieval.types import BlockRole, Narrowing
from retrieval.understand import Understood
from retrieval.words import stem_set, stems

_ASKS = re.compile(
    r"\bwho (?:wrote|writes|authored|signed|(?:has |had )?written)\b|\bwho(?:['’]s| is| are| was| were) (?:the )?"
    r"(?:co-?)?(?:authors?|writers?)\b|\b(?:authors?|writers?) of\b|\b(?:written|authored) by (?:who|whom)\b"
    r"|\bby whom\b.*\b(?:written|authored)\b|\bwho(?:['’]s| is| was) .*\b(?:written|authored) by\b",
    re.I,
)
WRITES = re.compile(r"\b(?:wrote|writ(?:e|es|ing|ten)|author\w*|draft\w*|co-?produc\w+|co-?design\w*)\b", re.I)
_FOREWORD = re.compile(r"\b(?:foreword|preface)\b", re.I)
_PUBLISHED, _YEAR, _NAMED = 1.0, 0.5, 0.6  # how surely a document is meant whose publisher, year, or title is named
_LONGEST = 25  # words of a byline or a signature
_MOST = 2  # contacts


def asks_who_wrote(question: str) -> bool:
    return bool(_ASKS.search(question))


def authors(asked: Understood, generation: Generation, narrowing: Narrowing) -> Found:
    """Nothing where the question does not ask who wrote a document that it names."""
    if not asks_who_wrote(asked.question):
        return Found()
    meant = _meant(asked.question, generation)
    passages = [one for one in generation.content.passages if one.source.basis is Basis.SOURCE and fits(one, narrowing)]
    found = [_told(one, bool(_FOREWORD.search(asked.question)), passages) for one in meant]
    pieces = tuple(piece for one in found for piece in one.pieces)
    return Found(pieces, tuple(gap for one in found for gap in one.gaps)) if pieces else Found()


def _meant(question: str, generation: Generation) -> list[Source]:
    """The held documents that a question names by publisher, title or year, the surest of them."""
    sources = [one.source for one in generation.content.sources if one.source.basis is Basis.SOURCE]
    sure = {one.source_id: _surely(one, question) for one in sources}
    best = max(sure.values(), default=0.0)
    return [one for one in sources if sure[one.source_id] == best >= _NAMED]


def _surely(source: Source, question: str) -> float:
    publisher = stem_set(source.publisher.partition("(")[0])
    asked = frozenset(stems(question))
    title = stem_set(source.title.partition(":")[0]) - publisher
    share = len(title & asked) / len(title) if title else 0.0
    published = publisher <= asked or source.source_id.partition("-")[0] in asked
    year = bool(years_of(question) & years_of(source.published or ""))
    return _PUBLISHED * published + share + (_YEAR if published and year else 0.0)


def _told(source: Source, foreword: bool, passages: Sequence[Passage]) -> Found:
    own = [one for one in passages if one.source == source]
    line = _signature(own) if foreword else _byline(source, own)
    if line:
        return Found((Piece(BlockRole.CONTACT, line, source.title),))
    if not foreword and (each := list(_each_author(source, own))):
        return Found(tuple(each))
    contacts = list(_contacts(source, passages))[:_MOST]
    if foreword:
        gap = GAP_NO_SIGNATURE.format(title=source.title)
    elif _people(source):
        gap = GAP_NO_BYLINE.format(title=source.title, names=", ".join(source.authors))
    else:
        gap = GAP_NO_PERSON_WROTE.format(title=source.title, publisher=source.publisher)
    return Found(tuple(Piece(BlockRole.CONTACT, one, source.publisher) for one in contacts), (gap,))


def _people(source: Source) -> bool:
    return bool(source.authors) and source.authors != (source.publisher,)


def _byline(source: Source, own: Sequence[Passage]) -> Quotation | None:
    """The line that names every author whom the list of documents gives."""
    surnames = {one.split()[-1] for one in source.authors} if _people(source) else set()
    for passage in own if surnames else ():
        for place in range(len(passage.sentences)):
            text = passage.quote(place)
            if len(text.split()) <= _LONGEST and all(re.search(rf"\b{re.escape(one)}\b", text) for one in surnames):
                return Quotation(passage, place, place, None)
    return None


def _each_author(source: Source, own: Sequence[Passage]) -> Iterator[Piece]:
    """What stands under the name of each author in the document, as slides introduce who speaks."""
    for name in source.authors if _people(source) else ():
        for passage in own:
            heading = passage.heading_path[-1] if passage.heading_path else ""
            if heading.endswith(name) and len(passage.text.split()) <= _LONGEST:
                yield Piece(BlockRole.CONTACT, Quotation(passage, 0, len(passage.sentences) - 1, None), heading)
                break


def _signature(own: Sequence[Passage]) -> Quotation | None:
    """The short lines with which a foreword ends: who signs it, and the posts under the name."""
    section = [one for one in own if any(_FOREWORD.search(heading) for heading in one.heading_path)]
    for passage in section[-1:]:
        last = first = len(passage.sentences)
        while first and _is_short_line(passage.quote(first - 1)):
            first -= 1
        if first < last:
            return Quotation(passage, first, last - 1, None)
    return None


def _is_short_line(text: str) -> bool:
    return len(text.split()) <= _LONGEST and text[:1].isupper() and not text.rstrip().endswith((".", ":", "?", "!"))


def _contacts(source: Source, passages: Sequence[Passage]) -> Iterator[Quotation]:
    for passage in passages:
        if passage.source.publisher == source.publisher and passage.organisation is None:
            for place, span in enumerate(passage.sentences):
                if span.kind is BlockKind.CONTACT:
                    yield Quotation(passage, place, place, None)
