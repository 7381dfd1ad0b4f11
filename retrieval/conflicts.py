"""Where the sources tell differently what an answer quotes: every side, with who says it, when, and of what.

The conflicts are those that were reviewed by hand (``corpus/conflicts.yaml``). Nothing is averaged, and no side is
called right. A side is quoted in its source's own words where the source is held, in our brief's where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corpus.entries import Conflict, ConflictKind, Measures, Side
from corpus.types import Basis, BlockKind, Passage
from retrieval.cite import Found, Piece, Quotation, left_of, overlap, place_of, vector_of
from retrieval.counterpart import under
from retrieval.evidence import Evidence
from retrieval.generation import Generation, StoredSource, beside_generation
from retrieval.index import fits
from retrieval.intent import asks_several, telling
from retrieval.notices import GAP_OTHER_SIDE, HEADING_DIFFERENCE
from retrieval.quoted import years_of
from retrieval.statements import readable
from retrieval.types import BlockRole, Narrowing
from retrieval.understand import Intent, Understood
from retrieval.words import WordIndex, figures

# Cosine of the question with what the list says of a side that the answer quotes, from which the answer is about it: of
# a figure, of what is none, such as a name (which stands in many an answer that is not about it), and of either where
# the question itself wonders. Fitted on the `tune` half of evals/suites/anchors.yaml.
_NEAR, _NEAR_UNMEASURED, _NEAR_IN_DOUBT = 0.4, 0.6, 0.3
# What the words add that the question has of what differs, by their weight, and what they must reach with that cosine:
# "wage" alone does not ask how many suppliers pay a living one.
# Less will do for a figure asked of no trust: nothing else is near it.
_A_WEIGHT, _ASKED, _ASKED_OF_ALL = 0.05, 0.77, 0.65
_FEW = 20  # passages; a word that stands in more, and in a quarter of all, tells nothing: "people", "work"
_MOST = 2  # conflicts in an answer

_ALTERNATIVES = re.compile(r"\bor\b", re.I)
_HOW_DONE = re.compile(r"\bhow (?:did|do|does|can|could|should)\b", re.I)  # asks for no figure
SAYS_SO = re.compile(r"\b(?:contradict|disagree|conflict|discrepan|inconsisten)", re.I)
_NUMBERS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "tenth": "10", "fifth": "20", "quarter": "25", "third": "33",
    "half": "50", "three quarters": "75", "two thirds": "67",
}  # fmt: skip
_NUMBER = re.compile(rf"\b(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Listed:
    """A conflict and the places of the list, in the index, that tell of it: a quotation a side, and its note's."""

    conflict: Conflict
    sides: tuple[Quotation, ...]
    note: Quotation
    measure: str  # what is counted, in words; empty where no figure is

    @property
    def organisation(self) -> str | None:
        return self.note.passage.organisation


def with_conflicts(
    asked: Understood, evidence: Evidence, pieces: Sequence[Piece], generation: Generation, narrowing: Narrowing
) -> Found:
    """``pieces`` with every side of what they touch. A piece that is a side itself stands beside the others then; what
    was answered first stays first."""
    first: list[Piece] = []
    last: list[Piece] = []
    rest, gaps = list(pieces), []
    for listed in _concerned(asked, evidence, pieces, generation):
        quotations = [quotation_of(listed, at, pieces, generation, narrowing) for at, _ in enumerate(listed.sides)]
        if len(there := [one for one in quotations if one]) < 2:
            gaps.append(GAP_OTHER_SIDE)
            continue
        if _of_several(there) and not SAYS_SO.search(asked.question) and not _ALTERNATIVES.search(asked.question):
            continue
        told_first = bool(rest) and _tells(rest[0], listed)
        leading = told_first and _asks_it(asked, listed, rest[0])
        if leading or not told_first:
            rest = [piece for piece in rest if not _stands_among(piece, there, listed)]
        shown = {piece.quotation for piece in (*first, *last, *rest)}
        others = [one if leading or one not in shown else None for one in quotations]
        news = () if shown.issuperset(there) else laid_side_by_side(asked, listed, others, generation)
        what = Piece(BlockRole.CONFLICT, listed.note, HEADING_DIFFERENCE)
        note = (what,) if fits(listed.note.passage, narrowing) else ()
        (first if leading else last).extend((*news, *note))
    return Found((*first, *left_of(pieces, [piece in rest for piece in pieces]), *last), tuple(dict.fromkeys(gaps)))


def _asks_it(asked: Understood, listed: Listed, told: Piece) -> bool:
    """Whether the question asks for what differs, so that every side is its answer; not where it names the year of the
    one side that is told, which is a plain answer then and stays so."""
    question = asked.question
    if SAYS_SO.search(question) or _ALTERNATIVES.search(question):
        return True
    of_year = _of_year(asked, listed)
    settled = len(of_year) == 1 and _says(told, listed, of_year[0])
    return not settled and not asks_several(question) and told.role is not BlockRole.COMPARE


def _of_year(asked: Understood, listed: Listed) -> list[int]:
    """The places of the sides that are of a year that the question names."""
    years = years_of(asked.question)
    return [at for at, side in enumerate(listed.conflict.sides) if years_of(side.period or "") & years]


def _of_several(quotations: Sequence[Quotation]) -> bool:
    """Whether they are told of different trusts: no wonder that they differ."""
    return len({one.passage.organisation for one in quotations} - {None}) > 1


def _concerned(asked: Understood, evidence: Evidence, pieces: Sequence[Piece], generation: Generation) -> list[Listed]:
    """The conflicts that an answer touches and its question is about, nearest first."""
    queries = np.stack([one.query.vector for one in (evidence, *(held for _, held in evidence.parts))])
    found = []
    for listed in every_listed(generation):
        near = [float((queries @ vector_of(quotation, generation)).max()) for quotation in listed.sides]
        touched = [near[at] for at, _ in enumerate(listed.sides) if any(_says(p, listed, at) for p in pieces)]
        if touched and _is_about(asked, listed, max(touched), generation.words):
            found.append((max(touched), listed))
    return [listed for _, listed in sorted(found, key=lambda one: -one[0])[:_MOST]]


def _is_about(asked: Understood, listed: Listed, near: float, words: WordIndex) -> bool:
    """Whether the question is about what differs: it names the figure, or asks for it in its words and its meaning.
    What is distinct only looks like a contradiction: it is worth telling to who asks what a figure stands for."""
    conflict, question = listed.conflict, asked.meaning_text
    elsewhere = asked.organisations and listed.organisation and listed.organisation not in asked.organisations
    if elsewhere or asked.unknown_names or asked.intent is Intent.CONTACT:
        return False
    named = _amounts(question) & {one for side in conflict.sides for one in _amounts(side.printed)}
    if any(len(amount) > 1 for amount in named & figures(question)):
        return True
    shared = _shared_weight(asked, listed, words)
    worded = shared > 0
    if named or SAYS_SO.search(question):
        return worded and near >= _NEAR_IN_DOUBT
    if conflict.kind is ConflictKind.DISTINCT or (conflict.measure and _HOW_DONE.search(question)):
        return False
    if _ALTERNATIVES.search(question):
        return near >= (_NEAR_IN_DOUBT if worded else _NEAR_UNMEASURED)
    of_all = asked.intent is Intent.FIGURE and not (asked.organisations or asked.programmes)
    asked_for = near + _A_WEIGHT * shared >= (_ASKED_OF_ALL if of_all else _ASKED)
    return worded and asked_for and near >= (_NEAR if conflict.measure else _NEAR_UNMEASURED)


def _shared_weight(asked: Understood, listed: Listed, words: WordIndex) -> float:
    """The weight of the telling words that the question has of what differs, beside the names of whom or what it is
    about; nought where it has none but of its measure."""
    heading = listed.note.passage.heading_path
    programmes = (one.replace("-", " ") for one in asked.programmes)
    named = frozenset(telling(" ".join((*heading, *asked.organisations, *programmes))))
    said = frozenset(telling(" ".join(side.says for side in listed.conflict.sides)))
    most = max(_FEW, words.count // 4)
    own = {stem for stem in asked.terms if stem in said - named and words.holding(stem) <= most}
    of_measure = frozenset(telling(listed.measure)) & set(asked.terms)
    return sum(map(words.weight, own | (of_measure - named))) if own else 0.0


def _amounts(text: str) -> frozenset[str]:
    """The numbers of a text, in figures or in words, without years."""
    spelt = (_NUMBERS[match.group().lower()] for match in _NUMBER.finditer(text.replace("-", " ")))
    return frozenset(one for one in (*figures(text), *spelt) if not _YEAR.fullmatch(one))


@beside_generation
def every_listed(generation: Generation) -> tuple[Listed, ...]:
    """Every conflict of the list whose words the index holds."""
    return tuple(_all_listed(generation))


def _all_listed(generation: Generation) -> Iterator[Listed]:
    for stored in generation.content.sources:
        if not stored.conflicts:
            continue
        passages = list(_passages(stored.source.source_id, generation))
        for conflict in stored.conflicts:
            sides = [place_of(passages, side.says) for side in conflict.sides]
            note = place_of(passages, conflict.note)
            if note and all(sides):
                kept = tuple(side for side in sides if side)
                yield Listed(conflict, kept, note, _meaning(conflict, stored))


def _meaning(conflict: Conflict, stored: StoredSource) -> str:
    measures = stored.measures or Measures()
    return measures.all.get(conflict.measure or "", "").partition(" (")[0]


def _passages(source_id: str, generation: Generation) -> Iterator[Passage]:
    row = generation.place.get(f"{source_id}#0000", len(generation.content.passages))
    for passage in generation.content.passages[row:]:
        if passage.source.source_id != source_id:
            return
        yield passage


def _says(piece: Piece, listed: Listed, at: int) -> bool:
    """Whether a piece quotes a side: the list itself, the source, or a brief of the same place with the same figure."""
    quotation, side = piece.quotation, listed.conflict.sides[at]
    passage = quotation.passage
    if passage.source == listed.note.passage.source:
        return overlap(quotation, listed.sides[at]) or overlap(quotation, listed.note)
    if passage.source.basis is Basis.SOURCE:
        return _prints(passage, quotation.text, side)
    wanted = figures(side.printed)
    places = range(quotation.first, quotation.last + 1)
    return bool(wanted) and any(
        passage.originals[place] == side.at.original and wanted <= figures(passage.quote(place)) for place in places
    )


def _tells(piece: Piece, listed: Listed) -> bool:
    return any(_says(piece, listed, at) for at, _ in enumerate(listed.sides))


def _prints(passage: Passage, text: str, side: Side) -> bool:
    in_place = passage.source.source_id == side.at.source and bool(_printed(side.printed).search(text))
    return in_place and under(passage.heading_path, side.at.section)


@lru_cache(maxsize=1000)
def _printed(printed: str) -> re.Pattern[str]:
    """Finds it as a whole: 88 is not in 880, nor 10 in 10%."""
    words = r"\s+".join(re.escape(word) for word in printed.split())
    return re.compile(rf"(?<![\w£.,]){words}(?![\w%]|[.,]\d)", re.I)


def laid_side_by_side(
    asked: Understood, listed: Listed, quotations: Sequence[Quotation | None], generation: Generation
) -> Iterator[Piece]:
    """A block a side, under a heading that says whose it is, and of which trust if none is asked after; before a
    table's row its header. A side of the year that is asked for comes first. What one sentence says of both is quoted
    once."""
    shown: set[Quotation] = set()
    of = "" if asked.organisations or asked.programmes else listed.organisation or ""
    of_year = _of_year(asked, listed)
    for at, quotation in sorted(enumerate(quotations), key=lambda one: one[0] not in of_year):
        if quotation is None or quotation in shown:
            continue
        shown.add(quotation)
        if quotation.text.endswith(":"):  # a list's introduction says nothing without it
            quotation = readable(quotation) or quotation
        span = quotation.passage.sentences[quotation.first]
        if span.kind is BlockKind.ROW and span.lead is not None:
            yield Piece(BlockRole.CONFLICT, Quotation(quotation.passage, span.lead, span.lead, quotation.programme))
        yield Piece(BlockRole.CONFLICT, quotation, _heading(listed, at, quotation, generation, of))


def quotation_of(
    listed: Listed, at: int, pieces: Sequence[Piece], generation: Generation, narrowing: Narrowing
) -> Quotation | None:
    """Where a side is said: what the answer quotes already, else the source's sentence, else ours."""
    side, ours = listed.conflict.sides[at], listed.sides[at]
    there = [
        (float(vector_of(one, generation) @ vector_of(ours, generation)), one)
        for passage in _passages(side.at.source, generation)
        if fits(passage, narrowing) and _prints(passage, passage.text, side)
        for place, _ in enumerate(passage.sentences)
        if _prints(passage, passage.quote(place), side)
        for one in (Quotation(passage, place, place, passage.programme),)
    ]
    if there:
        _, best = max(there, key=lambda one: one[0])
        return next((p.quotation for p in pieces if _tells_only(p, listed, best)), best)
    if generation.holds(side.at.source):
        return None  # it lies outside what the reader asked to be kept to
    said = (p.quotation for p in pieces if p.quotation.passage.source != ours.passage.source and _says(p, listed, at))
    return next(said, ours if fits(ours.passage, narrowing) else None)


def _tells_only(piece: Piece, listed: Listed, best: Quotation) -> bool:
    """Whether a piece quotes a sentence, and no more than one side with it."""
    told = sum(_says(piece, listed, at) for at, _ in enumerate(listed.sides))
    return overlap(piece.quotation, best) and told == 1


def _heading(listed: Listed, at: int, quotation: Quotation, generation: Generation, of: str) -> str:
    """Who says it, when, and of what: "Health Foundation, 2019: suppliers that pay the real Living Wage, 2018"."""
    side = listed.conflict.sides[at]
    whose = re.sub(r" \((\d{4})\)$", r", \1", listed.sides[at].text.partition(": ")[0])
    measure = listed.measure if _measured(side, listed.conflict, generation) else None
    what = ", ".join(part for part in (of, measure, side.period) if part)
    newer = quotation.passage.source.superseded_by
    return (f"{whose}: {what}" if what else whose) + (f" (superseded by {newer})" if newer else "")


def _measured(side: Side, conflict: Conflict, generation: Generation) -> bool:
    """Whether a record has this side's figure as one of the measure: a side may weigh something else against it."""
    facts = (fact for one in generation.content.sources if one.record for fact in one.record.facts)
    return any(
        fact.measure == conflict.measure and fact.at.source == side.at.source and fact.printed in side.printed
        for fact in facts
    )


def _stands_among(piece: Piece, sides: Sequence[Quotation], listed: Listed) -> bool:
    """Whether a piece says no more than the sides beside which it would stand."""
    quotation = piece.quotation
    told_by_us = quotation.passage.source.basis is Basis.BRIEF and quotation.first == quotation.last
    repeats = quotation in sides or (told_by_us and _tells(piece, listed))
    return repeats and piece.role is not BlockRole.COMPARE  # a cell of a comparison stays where it is looked for
