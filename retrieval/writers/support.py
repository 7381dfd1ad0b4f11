"""Whether a sentence that a model wrote says no more than the words that it cites. No model judges; anybody can follow.

Every figure, name and word that claims something must stand in the cited words, in their order. A cited sentence may
lose its end, a word or two between, and its joints; it may not lose a figure, a name, a negation, a plan or a direction
between the words that are kept, and not who did it. One foreign word ("cancelled") makes a sentence untrue, so there is
no share of words that may be missing. What is refused costs little: the reader gets the quote instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from retrieval.writers.reading import Kind, Token, tokens_of
from retrieval.writers.vocabulary import GENERIC


class Fault(StrEnum):
    """Why a sentence is not supported."""

    FIGURE = "a figure, or a figure with this unit, is not in the cited words"
    NAME = "a name is not in the cited words"
    TURNED = "a negation, condition or direction is not in the cited words"
    WORDS = "a word is not in the cited words"
    TWISTED = "the cited words stand in another order, or lost a part that matters"


_SKIPPED_AT_MOST = 2  # words between two that are kept
_KEPT_AT_LEAST = 2
_COUNTED = (Kind.FIGURE, Kind.YEAR)
_KEPT_WHOLE = (*_COUNTED, Kind.NAME, Kind.STRICT, Kind.TURN)
_FAULTS = {Kind.FIGURE: Fault.FIGURE, Kind.YEAR: Fault.FIGURE, Kind.NAME: Fault.NAME}
_FAULTS |= {Kind.STRICT: Fault.TURNED, Kind.TURN: Fault.TURNED, Kind.WORD: Fault.WORDS}


def fault_of(sentence: str, quote: str, about: str = "") -> Fault | None:
    """None if ``quote`` bears ``sentence`` out. ``about`` names whom the quote is about (organisation, programme,
    headings): its words may stand before the quote's own, in place of "the trust" or "the scheme"."""
    said, cited = tokens_of(sentence), tokens_of(quote)
    known = {token.value for token in tokens_of(about) if token.kind in (Kind.NAME, Kind.WORD)}
    for token in said:
        if not _stands(token, cited) and not (token.kind in (Kind.NAME, Kind.WORD) and token.value in known):
            return _FAULTS[token.kind]
    if "\t" in quote and " ".join(sentence.split()) != " ".join(quote.split()):
        return Fault.TWISTED  # a table's cells say nothing without their header
    for named in range(len(said) + 1):
        if _borne_out(said[named:], cited):
            return None
        if named == len(said) or said[named].value not in known:
            break
    return Fault.TWISTED


def _stands(token: Token, cited: Sequence[Token]) -> bool:
    """A figure must stand there as such a figure, a year as a year; a word with or without a capital."""
    counted = token.kind in _COUNTED
    return any(one.value == token.value and (one.kind is token.kind if counted else True) for one in cited)


def _borne_out(said: Sequence[Token], cited: Sequence[Token]) -> bool:
    """Whether ``said`` is laid over ``cited`` in some place without a twist."""
    if len(said) < _KEPT_AT_LEAST:
        return False
    starts = (place for place in range(len(cited)) if any(cited[place].value == token.value for token in said[:2]))
    return any(
        places is not None and _untwisted(said, cited, places)
        for places in (_places(said, cited, start) for start in starts)
    )


def _places(said: Sequence[Token], cited: Sequence[Token], start: int) -> list[int] | None:
    """Where each token of ``said`` stands in ``cited`` from ``start`` on, in order; None if one does not. The only year
    of the cited words may be told earlier or later."""
    years = [place for place, token in enumerate(cited) if token.kind is Kind.YEAR]
    places: list[int] = []
    after = start
    for token in said:
        if token.kind is Kind.YEAR and len(years) == 1:
            places.append(years[0])
            continue
        there = (place for place in range(after, len(cited)) if _stands(token, cited[place : place + 1]))
        place = next(there, None)
        if place is None:
            return None
        places.append(place)
        after = place + 1
    return places


def _untwisted(said: Sequence[Token], cited: Sequence[Token], places: Sequence[int]) -> bool:
    kept = sorted(set(places))
    sentences = {cited[place].sentence for place in kept}
    turned = {place for place, token in enumerate(cited) if token.kind is Kind.STRICT and token.sentence in sentences}
    return (
        len(kept) == len(places)
        and turned <= set(kept)
        and _keeps_its_subject(cited, kept)
        and all(_may_be_skipped(cited, before, after) for before, after in pairwise(kept))
        and _units_hold(said, places)
        and _joints_hold(said, cited, places)
    )


def _keeps_its_subject(cited: Sequence[Token], kept: Sequence[int]) -> bool:
    """Whether what stands before the first word that is kept, in its sentence, may be left out: not who did it."""
    own = [place for place in kept if cited[place].kind is not Kind.YEAR] or list(kept)
    before = [token for token in cited[: own[0]] if token.sentence == cited[own[0]].sentence]
    return all(token.kind is Kind.YEAR or token.value in GENERIC for token in before)


def _may_be_skipped(cited: Sequence[Token], before: int, after: int) -> bool:
    skipped = cited[before + 1 : after]
    if not skipped:
        return True
    joined = cited[before].clause == cited[after].clause
    return joined and len(skipped) <= _SKIPPED_AT_MOST and not any(token.kind in _KEPT_WHOLE for token in skipped)


def _units_hold(said: Sequence[Token], places: Sequence[int]) -> bool:
    """Whether each figure counts what it counts in the cited words."""
    for at, (here, there) in enumerate(pairwise(places)):
        counts = said[at].kind is Kind.FIGURE and said[at + 1].kind in (Kind.WORD, Kind.NAME)
        if counts and said[at].clause == said[at + 1].clause and there != here + 1:
            return False
    return True


def _joints_hold(said: Sequence[Token], cited: Sequence[Token], places: Sequence[int]) -> bool:
    """Whether words side by side in one clause stand in one clause of the cited words too: "opened a shop and in 2021
    closed the pool" is no shop that opened in 2021."""
    for (one, here), (other, there) in pairwise(zip(said, places, strict=True)):
        if one.clause == other.clause and cited[here].clause != cited[there].clause:
            return False
    return True
