"""What one programme's or organisation's records file under the one aspect that is asked after, which leads the answer:
"what was hard for them?" is answered by its barriers, and not by a profile of it.

Where the records file nothing there, what the passages of its own say on it leads; where these are silent too, that is
a gap, told first. What a question asks more narrowly than the aspect ("about funding") must be met by what leads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.about import attributed
from retrieval.asking import Asking, asking
from retrieval.aspects import MONEY, OUTCOMES, SERVED, STEPS
from retrieval.choose import repeats
from retrieval.cite import Piece, heading_of, overlap, role_of
from retrieval.demands import MONEY as A_SUM
from retrieval.demands import PERSON
from retrieval.encode import Encoder
from retrieval.evidence import Evidence, Rated, with_lead
from retrieval.filed import (
    FILED_UNDER_NONE,
    Case,
    Told,
    alone,
    case_of,
    each_apart,
    filed,
    is_silent,
    nearest,
    said,
    tells,
)
from retrieval.generation import Generation
from retrieval.met import met_by
from retrieval.missing import is_not_recorded
from retrieval.names import known_names
from retrieval.notices import GAP_NOT_RECORDED, GAP_TOPIC, GAP_UNKNOWN_WORD
from retrieval.relevance import SURE
from retrieval.types import Narrowing
from retrieval.understand import Intent, Understood
from retrieval.words import stem_set, stems

_MOST, _OF_MANY = 5, 8  # quotations that lead, of one programme and of an organisation's several
_WORDS, _WORDS_OF_MANY = 170, 200  # of them all
_BESIDE = 2
_NEAREST = 2  # beside a gap
_FEW = 3  # of what is filed under no field
_MET = 0.55  # how well the words that narrow an aspect must be met on the whole, where a sentence has not got them
_HALF = 0.5  # of these words
_TOLD_ANYHOW = (*FILED_UNDER_NONE, STEPS)  # in whatever field and words, so that nobody can say it is not there
_IN_A_GAP: Mapping[str, str] = {MONEY.name: "cost or funding", OUTCOMES.name: "outcome"}
_QUOTED = re.compile(r"“([^”]+)”")
_OF_A_WORD = re.compile("|".join(re.escape(one.partition("{")[0]) for one in (GAP_UNKNOWN_WORD, GAP_TOPIC)))
_HOW_MUCH = re.compile(r"\bhow much\b|\bwhat\b[^?]*\bcosts?\b|\bbudget|\b(?:spent|spend|expensive)\b", re.I)
_OTHERWISE = (Intent.CONTACT, Intent.START, Intent.FIGURE)


@dataclass(frozen=True, slots=True)
class Cell:
    """``pieces`` lead, ``rated`` are their sentences; ``gap`` where nothing is filed or said, and they are the nearest.
    ``wanted``: what was asked after."""

    pieces: tuple[Piece, ...] = ()
    rated: tuple[Rated, ...] = ()
    gap: str = ""
    wanted: Asking | None = None


def cell_of(
    asked: Understood,
    chosen: Sequence[Rated],
    evidence: Evidence,
    encoder: Encoder,
    generation: Generation,
    narrowing: Narrowing,
) -> Cell:
    """Nothing where no one subject is named, no aspect is asked after, or nothing meets what narrows it."""
    if asked.intent in _OTHERWISE or asked.parts or len(asked.programmes or asked.organisations) != 1:
        return Cell()
    wanted = asking(asked, known_names(generation), encoder)
    case = case_of(asked, evidence, generation, narrowing) if wanted else None
    if wanted is None or case is None:
        return Cell()
    there = filed(case, wanted.aspect)
    if led := _led(case, there, wanted, asked):
        return _cell((*led, *_beside(led, chosen, wanted, case)), asked, wanted, generation)
    if wanted.aspect in _TOLD_ANYHOW or there or not is_silent(case, wanted.aspect):
        return Cell()
    aspect = _IN_A_GAP.get(wanted.aspect.name, wanted.aspect.name)
    gap = GAP_NOT_RECORDED.format(name=case.subject.name, aspect=aspect)
    return replace(_cell(nearest(case, _NEAREST), asked, wanted, generation), gap=gap)


def is_met(gap: str, cell: Cell, asked: Understood) -> bool:
    """Whether what leads the answer meets a gap: of a word by which only the aspect is asked after, which the records
    tell in other words; of a sum of money, where it is asked who pays; of a person, where it is asked whom it is for.
    """
    if not cell.pieces or cell.gap or cell.wanted is None:
        return False
    word = _QUOTED.search(gap)
    if word and _OF_A_WORD.match(gap):
        return cell.wanted.narrower.isdisjoint(stems(word[1]))
    pays = cell.wanted.aspect is MONEY and not _HOW_MUCH.search(asked.question)
    return (pays and (A_SUM in gap or is_not_recorded(gap))) or (cell.wanted.aspect is SERVED and PERSON in gap)


def _led(case: Case, there: Sequence[Told], wanted: Asking, asked: Understood) -> list[Told]:
    """What leads, of what is filed ``there`` and said besides, the nearest first; of one programme, where nothing
    narrows what is asked, in its record's order."""
    besides = [] if wanted.aspect is STEPS else said(case, wanted.aspect)
    both = each_apart((*there, *besides)) if wanted.narrower else there or besides
    near = _narrowed(both, wanted, case, asked) or (besides if wanted.aspect in FILED_UNDER_NONE else [])
    kept = _with_room(near, wanted, case)
    if wanted.narrower:
        return kept
    order = kept if case.subject.whole else near
    return sorted(kept, key=lambda one: (not tells(wanted.aspect, one.quotation.text), order.index(one)))


def _narrowed(told: Sequence[Told], wanted: Asking, case: Case, asked: Understood) -> list[Told]:
    """Those that meet the words that narrow the aspect, the nearest first; all where none does narrow it. Of one
    programme each step is of how it was done."""
    if not wanted.narrower or not told:
        return list(told)
    met = met_by(case.evidence.query, asked.focus, [one.rated for one in told], case.generation)
    places = [at for at, word in enumerate(met.words) if word.stem in wanted.narrower]
    if not places:
        return list(told)
    near = {at: max(float(met.values[at, places].mean()), _share(one, wanted)) for at, one in enumerate(told)}
    ranked = sorted(near, key=lambda at: -(near[at] + told[at].rated.score))
    every = wanted.aspect is STEPS and not case.subject.whole
    return [told[at] for at in ranked if every or near[at] >= _MET]


def _share(one: Told, wanted: Asking) -> float:
    """Of the words that narrow what is asked, how many its sentence holds, or what it was filed with is called."""
    said_there = f"{with_lead(one.rated.passage, one.rated.sentence)} {one.quotation.text} {one.filed_in}"
    return len(wanted.narrower & stem_set(said_there)) / len(wanted.narrower)


def _with_room(told: Sequence[Told], wanted: Asking, case: Case) -> list[Told]:
    """As many as there is room for, the nearest first."""
    most, room = (_OF_MANY, _WORDS_OF_MANY) if case.subject.whole else (_MOST, _WORDS)
    most = _FEW if wanted.aspect in FILED_UNDER_NONE else most
    kept: list[Told] = []
    for one in told if wanted.narrower else sorted(told, key=lambda one: -one.rated.score):
        size = len(one.quotation.text.split())
        again = any(repeats(one.rated, other.rated) for other in kept)
        if len(kept) < most and not again and (size <= room or not kept):
            kept.append(one)
            room -= size
    return kept


def _beside(led: Sequence[Told], chosen: Sequence[Rated], wanted: Asking, case: Case) -> list[Told]:
    """Of what was chosen otherwise, the few that speak of the aspect too, or of what narrows it."""
    found = [
        told
        for one in chosen
        if case.subject.has(one)
        and _speaks_of(told := alone(one), wanted)
        and not any(overlap(told.quotation, other.quotation) or repeats(one, other.rated) for other in led)
    ]
    return found[: _FEW if wanted.aspect in _TOLD_ANYHOW else _BESIDE]


def _speaks_of(told: Told, wanted: Asking) -> bool:
    """Reasons and ways are told in any words."""
    if wanted.aspect in _TOLD_ANYHOW:
        return bool(wanted.narrower)
    if wanted.narrower and (told.rated.relevance < SURE or _share(told, wanted) < _HALF):
        return False
    return tells(wanted.aspect, told.quotation.text)


def _cell(told: Sequence[Told], asked: Understood, wanted: Asking, generation: Generation) -> Cell:
    """Under headings of whose they are, in their order."""
    groups: dict[str, list[Told]] = {}
    for one in told:
        groups.setdefault(heading_of(attributed(one.rated, generation)), []).append(one)
    pieces = [
        Piece(role_of(one.quotation, asked.intent), one.quotation, None if at else heading)
        for heading, group in groups.items()
        for at, one in enumerate(group)
    ]
    return Cell(tuple(pieces), tuple(one.rated for one in told), wanted=wanted)
