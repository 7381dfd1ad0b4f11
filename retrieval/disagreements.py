"""Where the sources disagree, asked for as such: the reviewed list of conflicts, or what it holds on what is named."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.entries import ConflictKind
from retrieval.cite import Found, Piece
from retrieval.conflicts import Listed, every_listed, laid_side_by_side, quotation_of
from retrieval.generation import Generation
from retrieval.intent import telling
from retrieval.notices import HEADING_DIFFERENCE, NOTE_MORE_DIFFERENCES, NOTE_NO_DIFFERENCE
from retrieval.types import BlockRole, Narrowing
from retrieval.understand import Understood
from retrieval.words import stem_set

_MOST = 10  # conflicts
_WHO = (
    r"(?:reports?|sources?|documents?|publications?|papers?|authors?|figures?|numbers?|statistics|percentages?|sums?)"
)
_DISAGREE = r"(?:disagree\w*|contradict\w*|conflict(?:s|ing|ed)?|discrepanc\w+|inconsisten\w+)"
_ASKS = re.compile(
    rf"\b{_WHO}\b[^?]*\b(?:{_DISAGREE}|differ(?:s|ed)?)\b|\b{_DISAGREE}\b[^?]*\b{_WHO}\b"
    rf"|\b{_WHO} [^?]*\bthe same (?:figure|number|sum|amount|percentage|share)s?\b"
    rf"|\b{_WHO} (?:do(?:es)?n['’]?t|do(?:es)? not) (?:agree|match|add up)\b",
    re.I,
)
_FIGURES = re.compile(r"\b(?:figures?|numbers?|statistics|percentages?|sums?|amounts?)\b", re.I)
_SAYING = frozenset(
    telling(
        "report source document publication paper author figure number statistic percentage sum amount between other "
        "disagree contradict contradiction conflict discrepancy inconsistent inconsistency differ each one another two "
        "agree match add up all list show across held same "
        "anchor institution trust nhs work"  # what every document here is about
    )
)


def disagreements(asked: Understood, generation: Generation, narrowing: Narrowing) -> tuple[Found, tuple[str, ...]]:
    """The conflicts that the question asks for, sources against each other first, figures first where figures are
    asked for; and a note on those left out, or that the list holds none. Nothing where none is asked for."""
    if not asks_where_they_differ(asked.question) or asked.unknown_names:
        return Found(), ()
    best = _meant(asked, every_listed(generation))
    figures_first = bool(_FIGURES.search(asked.question))
    # What only looks like a conflict is told where none is as near: "nothing" would not be true of the list.
    found = [one for one in best if one.conflict.kind is ConflictKind.CONFLICT] or best
    meant = sorted(found, key=lambda one: _rank(one, figures_first))
    shown = [pieces for one in meant if (pieces := _shown(asked, one, generation, narrowing))]
    if not shown:
        return Found(), (NOTE_NO_DIFFERENCE,)
    left_out = len(shown) - _MOST
    notes = (NOTE_MORE_DIFFERENCES.format(count=left_out),) if left_out > 0 else ()
    return Found(tuple(piece for pieces in shown[:_MOST] for piece in pieces)), notes


def asks_where_they_differ(question: str) -> bool:
    return bool(_ASKS.search(question))


def _meant(asked: Understood, conflicts: Sequence[Listed]) -> list[Listed]:
    """Those of the organisations that are named, or on what is: of every word that tells what, the most."""
    meant = [one for one in conflicts if not asked.organisations or one.organisation in asked.organisations]
    short = [one for one in asked.expansions if any(body in one for body in asked.organisations)]
    named = frozenset(telling(" ".join((*asked.organisations, *short, *(_publishers(conflicts))))))
    topic = frozenset(asked.terms) - _SAYING - named
    if not topic:
        return meant
    held = {one.conflict.id: len(topic & _stems(one)) for one in meant}
    most = max(held.values(), default=0)
    return [one for one in meant if 0 < most == held[one.conflict.id]]


def _publishers(conflicts: Sequence[Listed]) -> list[str]:
    """Who says each side: "NHS Providers (2023): …"."""
    return [side.text.partition(": ")[0].partition(" (")[0] for one in conflicts for side in one.sides]


def _stems(one: Listed) -> frozenset[str]:
    said = (one.conflict.note, one.measure, *one.note.passage.heading_path, *(side.says for side in one.conflict.sides))
    return frozenset(telling(" ".join(said)))


def _rank(one: Listed, figures_first: bool) -> tuple[bool, bool, bool]:
    """What is only the name of the organisation comes last."""
    names = stem_set(one.organisation or "")
    only_names = all(stem_set(side.printed) <= names for side in one.conflict.sides)
    within = len({side.at.source for side in one.conflict.sides}) == 1
    unmeasured = one.conflict.measure is None
    return (only_names, unmeasured, within) if figures_first else (only_names, within, unmeasured)


def _shown(asked: Understood, one: Listed, generation: Generation, narrowing: Narrowing) -> tuple[Piece, ...]:
    quotations = [quotation_of(one, at, (), generation, narrowing) for at, _ in enumerate(one.sides)]
    if sum(quotation is not None for quotation in quotations) < 2:
        return ()
    sides = laid_side_by_side(asked, one, quotations, generation)
    return (*sides, Piece(BlockRole.CONFLICT, one.note, HEADING_DIFFERENCE))
