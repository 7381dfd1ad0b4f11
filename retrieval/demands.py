"""What a question demands of an answer, and whether any quoted sentence holds it: the kind of figure, the period, the
body or scheme that is named, an address.

A score of retrieval cannot tell an unanswerable question on the topic (AUROC 0.55 on SQuAD 2.0), but that the sources
speak of a scheme and give no sum of money for it can be seen. A gap says only what can be seen in what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.types import Passage
from retrieval.evidence import Rated
from retrieval.facets import facets_of
from retrieval.followups import NAME
from retrieval.intent import Intent, asks_who
from retrieval.notices import (
    GAP_ABOUT_OTHERS,
    GAP_NOT_ABOUT,
    GAP_NOT_GIVEN,
    GAP_PERIOD,
    GAP_TOPIC,
    GAP_UNSURE_FIGURE,
)
from retrieval.understand import Understood
from retrieval.words import stems

# How well a sentence must meet the question's words before its figure is taken for the one that was asked for. Fitted
# on the tune half of evals/suites/anchors.yaml.
_SURE = 0.61
_DETERMINANT = "determinant"
_SHORT_NAME = 3  # words
_OTHERS = 0.85  # of the best sentence's, what the best sentence about the body that was named must reach

_SPELT = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty)"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_PERIOD = re.compile(r"\b(?:19|20)\d\d(?:\s?[-–/]\s?\d\d(?:\d\d)?)?\b")
_YEARS = re.compile(r"(?:19|20)\d\d")
_JOINED = re.compile(
    r"['’]s?\s+(?:and\s+)?|\s+and\s+(?=[A-Z]{2,}\b)|(?<=[A-Z]{2})\s+and\s+"
)  # "ELFT's IPS", "ELFT and GOSH"


@dataclass(frozen=True, slots=True)
class Demand:
    """``asks`` finds it in a question, ``holds`` in a sentence. ``name`` is how a gap calls it. ``figure``: whether a
    sentence may hold one of its kind and still not the one that is asked for."""

    name: str
    asks: re.Pattern[str]
    holds: re.Pattern[str]
    figure: bool = True


def _demand(name: str, asks: str, holds: str, *, figure: bool = True) -> Demand:
    return Demand(name, re.compile(asks, re.I), re.compile(holds, re.I), figure)


# The first that a question asks for counts.
_DEMANDS = (
    _demand("an e-mail address", r"\be-?mail(?: address)?\b", r"\S@\S", figure=False),
    _demand("a phone number", r"\b(?:tele)?phone(?: number)?\b", r"(?:\d[\s-]?){9,}", figure=False),
    _demand(
        "the name or role of a person",
        r"^\W*(?:and )?who (?:leads?|manages?|runs?|heads?|chairs?|is (?:the|in charge))\b"
        r"|\bname of the (?:person|nurse)\b",
        r"\b(?:director|manager|lead|head|chair|chief|officer|co-?ordinator|Professor|Dr|Mr|Mrs|Ms)\b",
        figure=False,
    ),
    _demand(
        "a percentage or a share",
        r"\b(?:percentage|proportion|share|per ?cent|fraction)\b",
        rf"\d\s?(?:%|per ?cent)|\b(?:half|thirds?|quarters?|tenth|fifth|double|twice)\b"
        rf"|\b(?:{_SPELT}|\d+) in (?:{_SPELT}|\d+)\b",
    ),
    _demand(
        "a sum of money",
        r"\b(?:costs?|budget|spent|price|rent|funding)\b[^?]{0,60}\?|\bhow much (?:\w+ )?(?:money|funding|debt)\b"
        r"|\bhow much did [^?]* (?:cost|give|get|receive|spend|raise|pay)\b|\bhow much (?:was|were) [^?]* "
        r"(?:cost|given|paid|spent)\b|\bhourly\b[^?]*\brate\b|\bearns?\b|\bsalar(?:y|ies)\b",
        r"[£$€]\s?\d|\d\s?(?:million|billion|bn|pounds?)\b",
    ),
    _demand(
        "a date",
        r"^\W*(?:and )?(?:when|on what date|in (?:what|which) (?:year|month)|(?:what|which) (?:year|month|date))\b",
        rf"\b(?:19|20)\d\d\b|\b{_MONTH}\b|\b\d+ (?:days?|weeks?|months?|years?)\b",
    ),
    _demand(
        "a number",
        r"\bhow many\b|\b(?:the |what )number of\b",
        rf"\d|\b{_SPELT}\b|\b(?:dozens?|hundreds?|thousands?)\b",
    ),
)


# People who may be counted apart; each set of words means the same people.
_GROUPS = tuple(
    re.compile(rf"\b(?:{words})\b", re.I)
    for words in (
        r"wom[ae]n|female|girls?|mothers|mums",
        r"(?<!wo)m[ae]n|male|boys?|fathers|dads",
        r"nurses?|nursing",
        r"doctors?|medics?|consultants?|medical",
        r"porters?|cleaners?|facilities",
        r"veterans?|armed forces|service leavers",
        r"refugees?|asylum seekers?|migrants?",
        r"disabled|disabilit\w+",
        r"carers?",
        r"care leavers?|leaving care",
        r"prison\w*|(?:ex-)?offenders?|criminal justice",
        r"volunteers?|volunteering",
        r"apprentices?",
    )
)


def unmet(asked: Understood, question: str, chosen: Sequence[Rated]) -> tuple[str, ...]:
    """The gaps between what ``question`` demands, whole or a part of what was ``asked``, and what was chosen for it."""
    if not chosen:
        return ()
    named = (*_names(question, chosen), *_bodies(asked, chosen))
    if asked.intent is Intent.START:
        return tuple(dict.fromkeys(named))
    topics = () if asks_who(question) else _topics(question, chosen)
    return tuple(dict.fromkeys((*named, *topics, *_figures(question, chosen))))


def _figures(question: str, chosen: Sequence[Rated]) -> Iterator[str]:
    demand = next((one for one in _DEMANDS if one.asks.search(question)), None)
    holding = [one for one in chosen if demand and demand.holds.search(_said(one))]
    if demand and not holding:
        yield GAP_NOT_GIVEN.format(what=demand.name)
    elif demand and demand.figure and max(one.met for one in holding) < _SURE:
        yield GAP_UNSURE_FIGURE.format(what=demand.name)
    if demand and demand.figure and holding:
        yield from _groups(question, holding)
    periods = [match.group() for match in _PERIOD.finditer(question)]
    told = " ".join(f"{_said(one)} {' '.join(one.passage.heading_path)}" for one in holding or chosen)
    years = set(_YEARS.findall(told))
    for period in periods:
        if not set(_YEARS.findall(period)) & years:
            yield GAP_PERIOD.format(period=period)


def _topics(question: str, chosen: Sequence[Rated]) -> Iterator[str]:
    """Determinants of health that the question names and nothing that is quoted speaks of, nor is filed under."""
    told = " . ".join(
        f"{_said(one)} . {' . '.join(one.passage.heading_path)} . {one.programme or ''}" for one in chosen
    )
    spoken = facets_of(told).get(_DETERMINANT, ())
    filed = {facet for one in chosen for facet in one.passage.facets}
    for topic in facets_of(question).get(_DETERMINANT, ()):
        if topic not in spoken and f"{_DETERMINANT}:{topic}" not in filed:
            yield GAP_TOPIC.format(topic=topic.replace("_", " "))


def _groups(question: str, holding: Sequence[Rated]) -> Iterator[str]:
    """People of whom a figure is asked, and of whom no sentence that gives one speaks."""
    told = " ".join(f"{_said(one)} {' '.join(one.passage.heading_path)}" for one in holding)
    for group in _GROUPS:
        if (asked := group.search(question)) and not group.search(told):
            yield GAP_TOPIC.format(topic=asked.group())


def _names(question: str, chosen: Sequence[Rated]) -> Iterator[str]:
    """Names of the question that stand in no passage that is quoted. Acronyms are left to those who know what they
    stand for."""
    for match in NAME.finditer(question):
        for part in _JOINED.split(match.group()):
            name = stems(part)
            if len(name) > 1 and not _YEARS.search(part) and not any(_names_it(one, name) for one in chosen):
                yield GAP_NOT_ABOUT.format(name=part)


def _names_it(one: Rated, name: Sequence[str]) -> bool:
    """Whether the words of a name stand together in what a passage says or is about; a long one may lack its last."""
    wanted = " ".join(name if len(name) <= _SHORT_NAME else name[:-1])
    return f" {wanted} " in _stems_about(one.passage, one.programme or "")


@lru_cache(maxsize=10_000)
def _stems_about(passage: Passage, programme: str) -> str:
    said = (passage.source.publisher, *passage.heading_path, passage.text)
    about = (*said, passage.organisation or "", passage.programme or "", programme)
    return f" {' '.join(stems(' . '.join(about)))} "


def _bodies(asked: Understood, chosen: Sequence[Rated]) -> Iterator[str]:
    """Where the question names one body, and what best answers it is told of another."""
    if len(asked.organisations) != 1 or asked.parts:
        return
    (name,) = asked.organisations
    best = max(chosen, key=lambda one: one.met)
    about = [one.met for one in chosen if _is_about(one, name)]
    other = best.passage.organisation
    if other and other != name and not _is_about(best, name) and max(about, default=0.0) < _OTHERS * best.met:
        yield GAP_ABOUT_OTHERS.format(other=other, name=name)


def _is_about(one: Rated, organisation: str) -> bool:
    return organisation in (one.passage.organisation, one.programme) or organisation in one.passage.text


def _said(one: Rated) -> str:
    """A sentence with what it hangs from."""
    lead = one.passage.sentences[one.sentence].lead
    said = one.passage.quote(one.sentence)
    return said if lead is None else f"{one.passage.quote(lead)} {said}"
