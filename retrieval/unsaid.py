"""What a reader asks though no source says it, written down by somebody who read them all beside what they do say on it
(``corpus.entries.Listed.unsaid``).

A question counts as such a one where it is like it, in its meaning and its words, and less like any that is known to be
answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.entries import Listed
from retrieval.asked import texts_of
from retrieval.demands import MONEY, SHARE, demand_of
from retrieval.generation import Generation, beside_generation
from retrieval.intent import EMPTY
from retrieval.names import Names, known_names
from retrieval.notices import GAP_PERHAPS_UNSAID, GAP_UNSAID
from retrieval.quoted import months_of
from retrieval.vectors import Vectors
from retrieval.words import WordIndex, stem_set, stems

# Fitted on the tune half of evals/suites/anchors.yaml (evals/NOTES.md): how like it must be, how much the words that
# both hold add to that, what is taken off where it does not ask for what came of it, for what was paid, or for the same
# span of time, and how much less like any that is answered the question must be, perhaps and surely.
_LIKE, _WORDS, _OTHER, _OTHER_PERIOD, _PERHAPS, _SURELY = 0.55, 0.15, 0.04, 0.1, 0.05, 0.12
_NEAR = 0.4  # from which the words are compared
_OF_THE_QUESTION = 0.4  # the weight of what it holds of the question, beside what the question holds of it
_SAME = 0.85  # it asks the same, whatever the words
_ON_IT = 0.34  # of its words beside the names, by their weight, must be asked
_NO_FIGURE = re.compile(r"^\W*(?:who|whom|where|why|which (?!year|month|date|share|percent))", re.I)
_A_FIGURE = re.compile(r"^(?:by )?how (?:many|much)\b", re.I)
_A_COUNT = re.compile(r"^how many (?!of\b)", re.I)  # how many of some are told by a share of them too
_OF_MONEY = re.compile(
    r"\b(?:cost\w*|sp(?:end|ent)\w*|pric\w+|budget\w*|money|fund\w*|pa(?:y|ys|id)|grants?|sums?|sav\w+|rent|worth"
    r"|charg\w+|invest\w*|pounds|bill|fees?|salar\w+|rais\w+)\b|£",
    re.I,
)
_UNHELD = "the document that my brief was written from"

# What came of something is asked in many words, which are one here.
_CAME_OF_IT = re.compile(
    r"\b(?:outcomes?|results?|impacts?|effects?|effective\w*|achiev\w*|find|found|findings|show\w*|reveal\w*"
    r"|differences? (?:did|has|have)|(?:mak|mad)\w+ (?:any |an? |much )?differences?|c[ao]me of|work(?:ed)?(?=\W*$)"
    r"|narrow\w*|shr[aiu]nk\w*|smaller|clos(?:e|ed|ing)|fall(?:en|ing)?|fell|reduc\w+|improv\w+|gr[eo]wn?"
    r"|ris(?:e|en|ing)|chang\w*|trend|saved?)\b",
    re.I,
)
_MONEY_SPENT = re.compile(r"\b(?:costs?|costing|sp(?:end|ends|ent|ending)|price\w*|budget\w*|money)\b", re.I)
_OUTCOME, _MONEY, _PERIOD = "(outcome)", "(money)", "({} months)"  # no stem looks so
_SIGN = 1.3  # the weight of each


def unsaid(question: str, like: Vectors, generation: Generation) -> Iterator[str]:
    """The gap of what no source says. ``like``: the cosine of the ``question`` with each that is listed."""
    asked = _asked(generation)
    if not asked.rows.any():
        return
    near = like.copy()
    words = _telling(question)
    for row in np.flatnonzero(like >= _NEAR).tolist():
        near[row] += max(_worded(words, _telling_of(text), generation.words) for text in asked.texts[row])
    at = int(np.where(asked.rows, near, -1).argmax())
    less = near[at] - near[~asked.rows].max(initial=0)
    if (
        like[at] < _LIKE
        or less < _PERHAPS
        or not (like[at] >= _SAME or _is_on_it(question, asked.listed[at], generation))
    ):
        return
    if like[at] < _SAME and _asks_for_another_thing(question, asked.listed[at]):
        return
    gap = GAP_UNSAID if less >= _SURELY else GAP_PERHAPS_UNSAID
    yield gap.format(source=_source(asked.listed[at], generation), what=asked.listed[at].unsaid)


@dataclass(frozen=True, slots=True)
class _Asked:
    """``rows``: which of the listed questions no source answers; ``listed``: what each question was listed with;
    ``texts``: in which words each may be asked."""

    rows: npt.NDArray[np.bool_]
    listed: tuple[Listed, ...]
    texts: tuple[tuple[str, ...], ...]


@beside_generation
def _asked(generation: Generation) -> _Asked:
    questions = generation.content.questions
    listed = [one for every in questions for one in every.listed for _ in one.asks]
    texts = [
        (text, one.unsaid) if one.unsaid else (text,) for one, text in zip(listed, texts_of(questions), strict=True)
    ]
    return _Asked(np.array([one.unsaid is not None for one in listed], dtype=bool), tuple(listed), tuple(texts))


def _telling(text: str) -> frozenset[str]:
    """The stems that tell what is asked, with one for what came of something, for what was paid, for a span of time."""
    return (frozenset(stems(_without_signs(text))) - EMPTY) | _signs(text)


def _telling_of(text: str) -> frozenset[str]:
    """The same of what is listed, remembered."""
    return (stem_set(_without_signs(text)) - EMPTY) | _signs(text)


def _without_signs(text: str) -> str:
    return _MONEY_SPENT.sub(" ", _CAME_OF_IT.sub(" ", text))


def _signs(text: str) -> frozenset[str]:
    found = [sign for sign, words in ((_OUTCOME, _CAME_OF_IT), (_MONEY, _MONEY_SPENT)) if words.search(text)]
    return frozenset((*found, *(_PERIOD.format(months) for months in months_of(text))))


def _worded(words: frozenset[str], others: frozenset[str], index: WordIndex) -> float:
    """What the words of a question add to its likeness to what is listed: the weight of what both hold, of each. What
    is listed counts for more, since a long question asks it still."""
    both, listed, asked = (_weight(every, index) for every in (words & others, others, words))
    shared = (1 - _OF_THE_QUESTION) * both / (listed or 1.0) + _OF_THE_QUESTION * both / (asked or 1.0)
    missing = {one for one in words - others if one.startswith("(")}
    return _WORDS * shared - sum(_OTHER if one in (_OUTCOME, _MONEY) else _OTHER_PERIOD for one in missing)


def _weight(words: frozenset[str], index: WordIndex) -> float:
    return sum(_SIGN if word.startswith("(") else index.weight(word) for word in words)


def _is_on_it(question: str, listed: Listed, generation: Generation) -> bool:
    """Whether a question speaks of what is listed, beside the names of whom or what both are about."""
    names, index = known_names(generation), generation.words
    words = _telling(_nameless(question, names))
    each = [_telling(_nameless(text, names)) for text in (*listed.asks, listed.unsaid or "")]
    return any(_weight(words & one, index) >= _ON_IT * _weight(one, index) > 0 for one in each)


def _asks_for_another_thing(question: str, listed: Listed) -> bool:
    """Whether what is listed is a figure and the question asks for a name, a place or a reason; or whether the question
    asks for money and what is listed speaks of none; or for a share, and what is listed is how many there were."""
    what = listed.unsaid or ""
    demand = demand_of(question)
    if demand is not None and demand.what == SHARE and _A_COUNT.search(what):
        return True
    of_money = demand is not None and demand.what == MONEY and not _OF_MONEY.search(" ".join((what, *listed.asks)))
    return of_money or bool(_NO_FIGURE.search(question) and _A_FIGURE.search(what))


def _nameless(text: str, names: Names) -> str:
    kept = list(text)
    for one in (*names.bodies_in(text), *names.programmes_in(text)):
        kept[one.start : one.end] = " " * (one.end - one.start)
    return "".join(kept)


def _source(listed: Listed, generation: Generation) -> str:
    """What the source that comes nearest is called."""
    held = (one.source for one in generation.content.sources)
    return next((f"“{one.title}”" for one in held if one.source_id == listed.at[0].source), _UNHELD)
