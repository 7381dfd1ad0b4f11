"""A framework asked for as a whole, or by a place in it: "what are the 13 lessons?", "what is the second category?"

No one sentence answers that; the record's statements do, in their order. Nothing else may be asked: every word of the
question that tells something must be one of what the framework is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.records import RecordKind, Statement
from retrieval.cite import Found, Piece, Quotation, of_no_programme, words_of
from retrieval.generation import Generation
from retrieval.index import fits
from retrieval.intent import Intent
from retrieval.notices import GAP_NOT_ALL
from retrieval.programmes import Held, held_records, statement_quotations
from retrieval.swaps import AN_ORDINAL
from retrieval.types import Narrowing
from retrieval.understand import Understood
from retrieval.words import stem_set

_ASKS = re.compile(
    r"^\W*(?:please |can you |could you |can i have )*(?:(?:what|which) (?:are|were)|list|name|set out|give|tell|"
    r"go through|outline|summari[sz]e|describe|explain)\b",
    re.I,
)
_ASKS_FOR_ONE = re.compile(r"^\W*(?:what|which)(?:['’]s| is| was)\b", re.I)
_OTHERWISE = (Intent.FIGURE, Intent.CONTACT)
_SAYING = stem_set("list name outline summarise summarize describe set all called full recommend recommended advise")
_STEPS = stem_set("steps")  # which tell nothing in "what steps did they take?"
_FIRST_STEPS = re.compile(r"\bfirst steps\b", re.I)  # are several
_FEWEST = 2  # words that tell which framework is meant
_WORDS_AT_MOST = 260
_UNSTATED = "not stated in the text"  # as our briefs say it of what only a picture shows


def whole(asked: Understood, generation: Generation, narrowing: Narrowing) -> Found:
    """What the only framework that the question calls by its name states; nothing where it asks anything else."""
    place = AN_ORDINAL.search(_FIRST_STEPS.sub("steps", asked.question))
    asks = _ASKS.search(asked.question) or (place and _ASKS_FOR_ONE.search(asked.question))
    wanted = (
        (set(asked.terms) | (_STEPS & stem_set(asked.question))) - _SAYING - stem_set(place.group() if place else "")
    )
    if len(wanted) < _FEWEST or asked.intent in _OTHERWISE or not asks:
        return Found()
    known = held_records(generation.content).values()
    frameworks = [one for one in known if one.record.kind is RecordKind.FRAMEWORK]
    meant = [one for one in frameworks if wanted <= stem_set(_called(one))]
    if len(meant) != 1:
        return Found()
    (held,) = meant
    told = [one for one in _statements(held) if not place or re.search(rf"\b{place.group()}\b", one.says, re.I)]
    steps = {step.says for step in held.record.steps}
    quoted = (
        _as_published(quotation, generation, narrowing) if said.says in steps else quotation
        for said in told
        for quotation in statement_quotations(held, said.says)
    )
    kept = list(_within(of_no_programme(one) for one in quoted if fits(one.passage, narrowing)))
    title = held.record.title
    pieces = (Piece(words_of(one), one, None if at else title) for at, one in enumerate(kept))
    return Found(tuple(pieces), (GAP_NOT_ALL,) if any(_UNSTATED in one.text for one in kept) else ())


def _as_published(said: Quotation, generation: Generation, narrowing: Narrowing) -> Quotation:
    """A step in the words of the held source, where it stands there as a line; other statements sum several up."""
    row, place = generation.leads(generation.place[said.passage.passage_id])[said.first].tolist()
    if row < 0 or said.last > said.first or not fits(generation.content.passages[row], narrowing):
        return said
    return Quotation(generation.content.passages[row], place, place, said.programme)


def _called(held: Held) -> str:
    """Its title and its other names: whoever asks may mix them ("the 13 UCLPartners lessons")."""
    return " ".join((held.record.title, *held.record.aliases))


def _statements(held: Held) -> Iterator[Statement]:
    yield held.record.summary
    yield from held.record.steps or held.record.points


def _within(quotations: Iterator[Quotation]) -> Iterator[Quotation]:
    words = 0
    for one in quotations:
        words += len(one.text.split())
        if words > _WORDS_AT_MOST:
            return
        yield one
