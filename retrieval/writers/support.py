"""Whether a sentence that a model wrote says no more than the words that it cites. No model judges; anybody can follow.

Every figure, name and word that claims something must stand in the cited words, as it is written there, in that order
and without a hole. A cited sentence may lose its end where a phrase ends, be joined to the next, tell its year first or
last, and name whom "it" or "the trust" means; its articles and pronouns may change. It may not lose a negation, a plan
or a direction anywhere. One foreign or missing word ("cancelled", "opportunities for") can make a sentence untrue, so
there is no share of words that may differ. What is refused costs little: the reader gets the quote instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from retrieval.writers.reading import Kind, Token, tokens_of
from retrieval.writers.vocabulary import DANGLING, GENERIC


class Fault(StrEnum):
    """Why a sentence is not supported."""

    FIGURE = "a figure, or a figure with this unit, is not in the cited words"
    NAME = "a name is not in the cited words"
    TURNED = "a negation, condition or direction is not in the cited words"
    WORDS = "a word is not in the cited words"
    TWISTED = "the cited words stand in another order, or lost a part that matters"


_KEPT_AT_LEAST = 2
_COUNTED = (Kind.FIGURE, Kind.YEAR)
_FAULTS = {Kind.FIGURE: Fault.FIGURE, Kind.YEAR: Fault.FIGURE, Kind.NAME: Fault.NAME, Kind.WORD: Fault.WORDS}
_FAULTS |= {Kind.STRICT: Fault.TURNED, Kind.TURN: Fault.TURNED}
_SETTING = re.compile(r"\W*At\s+([^,]+),")  # "At Wexcombe Hospital, …" says where, not who


def fault_of(sentence: str, quote: str, about: str = "") -> Fault | None:
    """None if ``quote`` bears ``sentence`` out. ``about`` names whom the quote is about (organisation, programme): its
    words may open the sentence, for the quote's "it" or "the trust", or after "At"."""
    said = [token for token in tokens_of(sentence) if token.kind is not Kind.SUBJECT]
    cited = tokens_of(quote)
    known = {token.value for token in tokens_of(about) if token.kind in (Kind.NAME, Kind.WORD)}
    for token in said:
        if not _stands(token, cited) and not (token.kind in (Kind.NAME, Kind.WORD) and token.value in known):
            return _FAULTS[token.kind]
    if _breaks_off(sentence, quote):
        return Fault.TWISTED
    if "\t" in quote and " ".join(sentence.split()) != " ".join(quote.split()):
        return Fault.TWISTED  # a table's cells say nothing without their header
    setting = _SETTING.match(sentence)
    away = len(tokens_of(setting[1])) if setting else 0
    named = next((place for place, token in enumerate(said) if token.value not in known), len(said))
    borne_out = (
        _borne_out(said, cited, named=False)
        or (0 < away <= named and _borne_out(said[away:], cited, named=False))
        or any(_borne_out(said[names:], cited, named=True) for names in range(1, named + 1))
    )
    return None if borne_out else Fault.TWISTED


def _breaks_off(sentence: str, quote: str) -> bool:
    """Whether a sentence ends with "of the" or "and", and its quote does not."""
    last, its_last = (re.findall(r"\w+", text.lower())[-1:] for text in (sentence, quote))
    return last != its_last and any(word in DANGLING for word in last)


def _stands(token: Token, cited: Sequence[Token]) -> bool:
    """A figure must stand there as such a figure, a year as a year; a word with or without a capital."""
    counted = token.kind in _COUNTED
    return any(one.value == token.value and (one.kind is token.kind if counted else True) for one in cited)


def _borne_out(said: Sequence[Token], cited: Sequence[Token], *, named: bool) -> bool:
    """Whether ``said`` can be laid over ``cited`` without a twist. ``named``: a name stands before it, which must have
    taken the place of a word that only points."""
    if len(said) < _KEPT_AT_LEAST:
        return False
    found = (_places(said, cited, start) for start in range(len(cited)))
    return any(
        places is not None and _untwisted(said, cited, places) and (not named or _points(cited, min(places)))
        for places in found
    )


def _places(said: Sequence[Token], cited: Sequence[Token], start: int) -> list[int] | None:
    """Where each token of ``said`` stands in ``cited`` from ``start`` on, without a hole; None if one does not. The
    only year of the cited words may be told earlier or later; a pronoun that opens a sentence is no part of it."""
    years = [place for place, token in enumerate(cited) if token.kind is Kind.YEAR]
    moved = years[0] if len(years) == 1 and _stands(cited[years[0]], said) else None
    free = iter(place for place in range(start, len(cited)) if place != moved and cited[place].kind is not Kind.SUBJECT)
    places: list[int] = []
    for token in said:
        place = moved if moved is not None and _stands(token, [cited[moved]]) else next(free, None)
        if place is None or not _stands(token, cited[place : place + 1]):
            return None
        places.append(place)
    return places


def _untwisted(said: Sequence[Token], cited: Sequence[Token], places: Sequence[int]) -> bool:
    sentences = {cited[place].sentence for place in places}
    turned = {place for place, token in enumerate(cited) if token.kind is Kind.STRICT and token.sentence in sentences}
    return (
        len(set(places)) == len(places)
        and turned <= set(places)
        and _keeps_its_subject(cited, places)
        and _ends_with_a_phrase(cited, places)
        and _joints_hold(said, cited, places)
    )


def _keeps_its_subject(cited: Sequence[Token], places: Sequence[int]) -> bool:
    """Whether what stands before the words that are kept, in their sentence, may be left out: not who did it."""
    return all(token.kind is Kind.YEAR or _only_points(token) for token in _before(cited, places))


def _points(cited: Sequence[Token], first: int) -> bool:
    return any(_only_points(token) for token in _before(cited, [first]))


def _before(cited: Sequence[Token], places: Sequence[int]) -> list[Token]:
    own = min((place for place in places if cited[place].kind is not Kind.YEAR), default=min(places))
    return [token for token in cited[:own] if token.sentence == cited[own].sentence]


def _only_points(token: Token) -> bool:
    return token.kind is Kind.SUBJECT or token.value in GENERIC


def _ends_with_a_phrase(cited: Sequence[Token], places: Sequence[int]) -> bool:
    """Whether the cut is not in the middle of "42 nurse | apprentices"."""
    after = cited[max(places) + 1 : max(places) + 2]
    return not after or not after[0].bound or after[0].kind is Kind.TURN


def _joints_hold(said: Sequence[Token], cited: Sequence[Token], places: Sequence[int]) -> bool:
    """Whether words side by side in one clause stand in one clause of the cited words too: "opened a shop and in 2021
    closed the pool" is no shop that opened in 2021."""
    for (one, here), (other, there) in pairwise(zip(said, places, strict=True)):
        if one.clause == other.clause and cited[here].clause != cited[there].clause:
            return False
    return True
