"""What a question demands of an answer, and whether any quoted sentence holds it: the kind of figure, a reason, a
comparison, a post, the period, the figure, body or scheme that is named, an address.

A score of retrieval cannot tell an unanswerable question on the topic (AUROC 0.55 on SQuAD 2.0), but that the sources
speak of a scheme and give no sum of money for it can be seen. A gap says only what can be seen in what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from corpus.types import Passage
from retrieval.demands import NUMBER, PERSON, YEARS, Demand, demand_of
from retrieval.evidence import Rated
from retrieval.facets import facets_of
from retrieval.intent import EMPTY, Intent, asks_who
from retrieval.met import Met
from retrieval.notices import (
    GAP_ABOUT_OTHERS,
    GAP_FIGURE,
    GAP_NOT_ABOUT,
    GAP_NOT_GIVEN,
    GAP_PERIOD,
    GAP_TOPIC,
    GAP_UNSURE_FIGURE,
    GAP_WORD_OF_OTHERS,
)
from retrieval.pointing import NAME
from retrieval.understand import Understood
from retrieval.words import figures, stem_set, stems

# All fitted on the tune half of evals/suites/anchors.yaml.
_DETERMINANT = "determinant"
_SHORT_NAME = 3  # words
_OTHERS = 0.85  # of the best sentence's, what the best sentence about the body that was named must reach
_TOLD, _UNTOLD = 0.6, 0.4  # a word that sentences about others meet, and those about the body that was named do not
_COUNTED = 0.45  # what is counted, in a sentence that holds a number
_FEW = 12  # "buses stop at 10"
_SORT, _RARE = 0.45, 10  # what sort of thing is asked for: how well it must be met, and in how few passages it stands

_SIMPLE = re.compile(r"\d{1,15}(?:\.\d+)?$")
_PERIOD = re.compile(r"\b(?:19|20)\d\d(?:\s?[-–/]\s?\d\d(?:\d\d)?)?\b")
_JOINED = re.compile(
    r"['’]s?\s+(?:and\s+)?|\s+and\s+(?=[A-Z]{2,}\b)|(?<=[A-Z]{2})\s+and\s+"
)  # "ELFT's IPS", "ELFT and GOSH"
_LAST = re.compile(r"(?<=[.?!])\s+(?=\S)")
_COUNTS = re.compile(r"\bhow many (?:more |extra |new )?((?!of\b)[\w’'-]+ (?:jobs|staff)|[\w’'-]+s|people)\b", re.I)
_ASKS_SORT = re.compile(
    r"\b(?:what|which) ((?!(?:is|are|was|were|do|does|did|can|could|should|has|have|had|will|would|if|it|to|they|we"
    r"|about|else)\b)[\w’'-]+(?: [\w’'-]+)?)",
    re.I,
)
_POST = re.compile(
    r"\b(?:director|manager|head|officer|chair(?:man|woman|person)?|lead(?:er)?|executive|president|secretary)\b", re.I
)
_ASKS_POST = re.compile(
    rf"\bwho(?:['’]s| is| was| are| were)\b[^?]*?{_POST.pattern}|\b(?:name|called)\b[^?]*{_POST.pattern}"
    rf"|{_POST.pattern}[^?]*\bcalled\b|\bwho(?:['’]s| is) (?:in charge|responsible)\b",
    re.I,
)
_NO_POST = frozenset(stems("name named called charge responsible person post role pls exec deputy current who"))

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


def unmet(asked: Understood, question: str, chosen: Sequence[Rated], met: Met) -> tuple[str, ...]:
    """The gaps between what ``question`` demands, whole or a part of what was ``asked``, and what was chosen for it.
    ``met``: how well each of its words is met by each of ``chosen``."""
    if not chosen:
        return ()
    named = (*_names(question, chosen), *_bodies(asked, chosen, met))
    if asked.intent is Intent.START:
        return tuple(dict.fromkeys(named))
    topics = () if asks_who(question) else _topics(question, chosen)
    wanted = (*_shapes(question, chosen, met), *_posts(asked, question, chosen), *_sorts(question, met))
    return tuple(dict.fromkeys((*named, *topics, *wanted, *_said_so(question, chosen))))


def last_sentence(question: str) -> str:
    """What is asked; before it, whoever asks may tell of themselves."""
    return _LAST.split(question)[-1]


def _shapes(question: str, chosen: Sequence[Rated], met: Met) -> Iterator[str]:
    """What kind of thing is asked for: a sum, a date, a reason…"""
    demand = demand_of(question)
    if demand is None:
        yield from _groups(last_sentence(question), chosen)
        yield from _periods(question, chosen)
        return
    holding = [at for at, one in enumerate(chosen) if demand.held_in(_said(one), question)]
    if not holding:
        yield GAP_NOT_GIVEN.format(what=demand.name)
    elif not any(_surely(demand, at, chosen, met) for at in holding) or not _counts(demand, question, holding, met):
        yield GAP_UNSURE_FIGURE.format(what=demand.name)
    if demand.figure and holding:
        yield from _groups(question, [chosen[at] for at in holding])
    yield from _periods(question, [chosen[at] for at in holding] or chosen)


def _surely(demand: Demand, at: int, chosen: Sequence[Rated], met: Met) -> bool:
    return chosen[at].met >= demand.sure and met.least([at]) >= demand.least


def _counts(demand: Demand, question: str, holding: Sequence[int], met: Met) -> bool:
    """Whether what is counted ("how many households") is met by a sentence that holds a number."""
    found = _COUNTS.search(question) if demand.name == NUMBER else None
    places = _places_of(found.group(1), met) if found else []
    return not places or max(float(met.values[at, places].min()) for at in holding) >= _COUNTED


def _places_of(text: str, met: Met) -> list[int]:
    """Which of the question's words stand in a piece of it."""
    inside = set(text.split())
    return [at for at, word in enumerate(met.words) if word.typed in inside]


def _periods(question: str, chosen: Sequence[Rated]) -> Iterator[str]:
    periods = [match.group() for match in _PERIOD.finditer(question)]
    years = set(YEARS.findall(_told(chosen)))
    for period in periods:
        if not set(YEARS.findall(period)) & years:
            yield GAP_PERIOD.format(period=period)


def _said_so(question: str, chosen: Sequence[Rated]) -> Iterator[str]:
    """Figures that the question takes for granted and that stand nowhere in what is quoted."""
    said = {one.replace(",", "") for one in figures(_told(chosen))}
    for figure in sorted(figures(_PERIOD.sub(" ", question))):
        plain = figure.replace(",", "")
        if plain not in said and _SIMPLE.match(plain) and int(plain.split(".")[0]) > _FEW:
            yield GAP_FIGURE.format(figure=figure)


def _posts(asked: Understood, question: str, chosen: Sequence[Rated]) -> Iterator[str]:
    """A post that is asked for by what it is a post of ("director of estates"), or of a body, where no line says so."""
    if not _ASKS_POST.search(question):
        return
    if len(asked.organisations) == 1:
        chosen = [one for one in chosen if _is_about(one, asked.organisations[0])]
    names = {stem for match in NAME.finditer(question) for stem in stems(match.group())}
    wanted = set(stems(_POST.sub(" ", question))) - names - EMPTY - _NO_POST
    lines = [stem_set(_said(one)) for one in chosen if _POST.search(_said(one))]
    if (wanted or asked.organisations) and not any(len(wanted & line) >= len(wanted) / 2 for line in lines):
        yield GAP_NOT_GIVEN.format(what=PERSON)


def _sorts(question: str, met: Met) -> Iterator[str]:
    """What sort of thing is asked for ("what privacy assessment", "which section"), where few passages speak of it and
    nothing that is quoted is like it."""
    if not (found := _ASKS_SORT.search(question)) or not met.words:
        return
    best = met.best(range(len(met.values)))
    for at in _places_of(found.group(1), met):
        word = met.words[at]
        if word.passages <= _RARE and best[at] < _SORT and not word.typed.endswith("ed") and not word.typed.isupper():
            yield GAP_TOPIC.format(topic=word.typed)


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
    told = _told(holding)
    for group in _GROUPS:
        if (asked := group.search(question)) and not group.search(told):
            yield GAP_TOPIC.format(topic=asked.group())


def _names(question: str, chosen: Sequence[Rated]) -> Iterator[str]:
    """Names of the question that stand in no passage that is quoted. Acronyms are left to those who know what they
    stand for."""
    for match in NAME.finditer(question):
        for part in _JOINED.split(match.group()):
            name = stems(part)
            if len(name) > 1 and not YEARS.search(part) and not any(_names_it(one, name) for one in chosen):
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


def _bodies(asked: Understood, chosen: Sequence[Rated], met: Met) -> Iterator[str]:
    """Where the question names one body, and what best answers it, or a word of it, is told of another."""
    if len(asked.organisations) != 1 or asked.parts:
        return
    (name,) = asked.organisations
    best = max(chosen, key=lambda one: one.met)
    about = [one.met for one in chosen if _is_about(one, name)]
    other = best.passage.organisation
    if other and other != name and not _is_about(best, name) and max(about, default=0.0) < _OTHERS * best.met:
        yield GAP_ABOUT_OTHERS.format(other=other, name=name)
    elif asked.intent is not Intent.START:
        yield from _words_of_others(name, chosen, met)


def _words_of_others(name: str, chosen: Sequence[Rated], met: Met) -> Iterator[str]:
    """Words that what is told of others meets, and what is told of the body that was named does not."""
    of_others = [at for at, one in enumerate(chosen) if one.passage.organisation and not _is_about(one, name)]
    about = met.best([at for at in range(len(chosen)) if at not in of_others])
    others = met.best(of_others)
    for word, here, there in zip(met.words, about, others, strict=True):
        if there > _TOLD and here < _UNTOLD:
            yield GAP_WORD_OF_OTHERS.format(word=word.typed, name=name)


def _is_about(one: Rated, organisation: str) -> bool:
    return organisation in (one.passage.organisation, one.programme) or organisation in one.passage.text


def _said(one: Rated) -> str:
    """A sentence with what it hangs from."""
    lead = one.passage.sentences[one.sentence].lead
    said = one.passage.quote(one.sentence)
    return said if lead is None else f"{one.passage.quote(lead)} {said}"


def _told(chosen: Sequence[Rated]) -> str:
    """What sentences say, and under which headings."""
    return " ".join(f"{_said(one)} {' '.join(one.passage.heading_path)}" for one in chosen)
