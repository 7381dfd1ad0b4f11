"""A framework asked for as a whole, or by a place in it: "what are the 13 lessons?", "what is the second category?"

No one sentence answers that; the record's statements do, in their order. Nothing else may be asked: every word of the
question that tells something must be one of what the framework is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.records import RecordKind, Statement
from corpus.types import Basis, BlockKind
from retrieval.cite import Found, Piece, Quotation, of_no_programme, overlap, vector_of, words_of
from retrieval.generation import Generation
from retrieval.index import fits
from retrieval.intent import Intent
from retrieval.notices import GAP_NOT_ALL
from retrieval.numbered import SPELT
from retrieval.programmes import Held, held_records, statement_quotations
from retrieval.swaps import AN_ORDINAL
from retrieval.types import Narrowing
from retrieval.understand import Understood
from retrieval.words import stem_set

_ASKS = re.compile(
    r"^\W*(?:please |can you |could you |can i have )*(?:(?:what|which) (?:are|were)|list|name|set out|give|tell|"
    r"go through|outline|summari[sz]e|describe|explain)\b"
    rf"|^\W*(?:the )?(?:{'|'.join(SPELT[1:])}|\d{{1,2}})\b",
    re.I,
)
_ASKS_FOR_ONE = re.compile(r"^\W*(?:what|which)(?:['’]s| is| was)\b", re.I)
_OTHERWISE = (Intent.FIGURE, Intent.CONTACT)
_SAYING = stem_set(
    "list name outline summarise summarize describe explain set all called full recommend recommended advise report "
    "paper document main key from"
)
_STEPS = stem_set("steps")  # which tell nothing in "what steps did they take?"
_FIRST_STEPS = re.compile(r"\bfirst steps\b", re.I)  # are several
_OF_A_KIND = re.compile(r"(?:(?P<of>.+), )?(?P<noun>[A-Za-z]+)(?: (?P<number>\d{1,2}))?: (?P<name>.+)")
_SO_MANY = re.compile(rf"(?:{'|'.join(SPELT[1:])})\b", re.I)
_SAME = 0.6  # cosine from which a statement of ours says what an item of a printed list does
_FEWEST = 2  # words that tell which framework is meant
_WORDS_AT_MOST = 260
_UNSTATED = "not stated in the text"  # as our briefs say it of what only a picture shows


def whole(asked: Understood, generation: Generation, narrowing: Narrowing) -> Found:
    """What the only framework, or list of so many things, that the question calls by its name states; nothing where it
    asks anything else."""
    place = AN_ORDINAL.search(_FIRST_STEPS.sub("steps", asked.question))
    asks = _ASKS.search(asked.question) or (place and _ASKS_FOR_ONE.search(asked.question))
    wanted = (
        (set(asked.terms) | (_STEPS & stem_set(asked.question))) - _SAYING - stem_set(place.group() if place else "")
    )
    if len(wanted) < _FEWEST or asked.intent in _OTHERWISE or not asks:
        return Found()
    known = held_records(generation.content).values()
    meant = [one for one in known if _is_a_list(one) and wanted <= stem_set(_called(one))]
    if len(meant) == 1:
        return _told(meant[0], _parts_of(meant[0], known), place and place.group(), generation, narrowing)
    groups = [] if meant or place else [one for one in _groups(known) if wanted <= one.called]
    return Found(tuple(_summed_up(groups[0].members, narrowing))) if len(groups) == 1 else Found()


def _is_a_list(held: Held) -> bool:
    """A framework, or a lesson that says how many it is: "Seven lessons for …"."""
    lesson = held.record.kind is RecordKind.LESSON and len(held.record.steps) > 1
    return held.record.kind is RecordKind.FRAMEWORK or (lesson and bool(_SO_MANY.match(held.record.title)))


def _told(held: Held, parts: Sequence[Held], place: str | None, generation: Generation, narrowing: Narrowing) -> Found:
    told = [one for one in _statements(held) if not place or re.search(rf"\b{place}\b", one.says, re.I)]
    if parts and not place:
        told = told[:1]
    steps = {step.says for step in held.record.steps}
    quoted = (
        one
        for said in told
        for quotation in statement_quotations(held, said.says)
        for one in _as_published(quotation, generation, narrowing, whole_list=said.says not in steps)
    )
    listed = _without_said(list(_each_list_once(quoted)), generation)
    kept = list(_within(of_no_programme(one) for one in listed if fits(one.passage, narrowing)))
    pieces = [Piece(words_of(one), one, None if at else held.record.title) for at, one in enumerate(kept)]
    if not place:
        pieces += _summed_up(parts, narrowing)
    return Found(tuple(pieces), (GAP_NOT_ALL,) if any(_UNSTATED in one.text for one in kept) else ())


@dataclass(frozen=True, slots=True)
class _Group:
    """Records of one source whose titles say that they are of one kind ("Lesson 1: …", "Enabler: …"), in their order.
    ``called``: the stems of what they may be called together."""

    noun: str
    source: str
    members: tuple[Held, ...]
    called: frozenset[str]


def _groups(known: Iterable[Held]) -> list[_Group]:
    found: dict[tuple[str, str, str], list[tuple[int, Held]]] = {}
    for one in known:
        if match := _OF_A_KIND.fullmatch(one.record.title):
            key = (match["of"] or "", match["noun"], one.record.summary.at.source)
            found.setdefault(key, []).append((int(match["number"] or 0), one))
    return [_group(key, members) for key, members in found.items() if len(members) >= _FEWEST]


def _group(key: tuple[str, str, str], members: Sequence[tuple[int, Held]]) -> _Group:
    of, noun, source = key
    in_order = tuple(one for _, one in sorted(members, key=lambda one: (one[0], one[1].record.title)))
    many = len(members)
    spelt = SPELT[many - 1] if many <= len(SPELT) else ""
    return _Group(noun, source, in_order, stem_set(f"{of} {noun} {many} {spelt} {source.replace('-', ' ')}"))


def _parts_of(held: Held, known: Iterable[Held]) -> tuple[Held, ...]:
    """The records of what a framework is made of, where each has its own: as many of its source as it counts."""
    source, called = held.record.summary.at.source, stem_set(_called(held))
    counts = {fact.value for fact in held.record.facts if fact.at.source == source}
    of_it = (one for one in _groups(known) if one.source == source and stem_set(one.noun) <= called)
    return next((one.members for one in of_it if float(len(one.members)) in counts), ())


def _summed_up(members: Iterable[Held], narrowing: Narrowing) -> Iterator[Piece]:
    """Each in a line, under its name."""
    for held in members:
        for one in statement_quotations(held, held.record.summary.says):
            if fits(one.passage, narrowing):
                yield Piece(words_of(one), of_no_programme(one), held.record.title)


def _each_list_once(quotations: Iterable[Quotation]) -> Iterator[Quotation]:
    """Several of our statements may lead into one printed list."""
    shown: list[Quotation] = []
    for one in quotations:
        if not any(overlap(one, other) for other in shown):
            shown.append(one)
            yield one


def _without_said(quotations: Sequence[Quotation], generation: Generation) -> list[Quotation]:
    """Without statements of ours that say what a printed list beside them does."""
    printed = [one for one in quotations if one.passage.source.basis is Basis.SOURCE and one.last > one.first]
    if not printed:
        return list(quotations)
    items = np.concatenate(
        [
            generation.sentence_vectors_of(generation.place[one.passage.passage_id])[one.first : one.last + 1]
            for one in printed
        ]
    )
    first = quotations[:1]
    ours = (one for one in quotations[1:] if one not in printed)
    new = [one for one in ours if float((items @ vector_of(one, generation)).max()) < _SAME]
    return [one for one in quotations if one in first or one in printed or one in new]


def _as_published(
    said: Quotation, generation: Generation, narrowing: Narrowing, *, whole_list: bool
) -> tuple[Quotation, ...]:
    """A step in the words of the held source, where it stands there as a line; of other statements, which sum several
    up, what is an item of a printed list: all of that list (``whole_list``)."""
    row, place = generation.leads(generation.place[said.passage.passage_id])[said.first].tolist()
    if row < 0 or said.last > said.first or not fits(generation.content.passages[row], narrowing):
        return (said,)
    passage = generation.content.passages[row]
    if not whole_list:
        return (Quotation(passage, place, place, said.programme),)
    span = passage.sentences[place]
    if span.kind is not BlockKind.ITEM or span.lead is None:
        return (said,)
    return tuple(_whole_list(row, passage.quote(span.lead), said.programme, generation))


def _whole_list(row: int, introduction: str, programme: str | None, generation: Generation) -> Iterator[Quotation]:
    """All items of a list, which may run over passages; its introduction, which each of them repeats, once."""
    introduced = False
    for at in range(max(row - 1, 0), min(row + 2, len(generation.content.passages))):
        passage = generation.content.passages[at]
        items = [
            place
            for place, span in enumerate(passage.sentences)
            if span.lead is not None and passage.quote(span.lead) == introduction
        ]
        if items:
            lead = passage.sentences[items[0]].lead
            yield Quotation(passage, items[0] if introduced or lead is None else lead, items[-1], programme)
            introduced = True


def _called(held: Held) -> str:
    """Its title and its other names: whoever asks may mix them ("the 13 UCLPartners lessons")."""
    return " ".join((held.record.title, *held.record.aliases))


def _statements(held: Held) -> Iterator[Statement]:
    """Of points the places of some of which are counted through ("first category"), those learnt where these are."""
    yield held.record.summary
    points = held.record.steps or held.record.points
    counted = {one.at for one in points if AN_ORDINAL.search(one.says)}
    yield from (one for one in points if one.at in counted or len(counted) == 0)


def _within(quotations: Iterator[Quotation]) -> Iterator[Quotation]:
    words = 0
    for one in quotations:
        words += len(one.text.split())
        if words > _WORDS_AT_MOST:
            return
        yield one
