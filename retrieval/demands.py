"""What a question demands of an answer, and whether any quoted sentence holds it: the kind of figure, a reason, a
comparison, a post, the period, the figure, body or scheme that is named, an address.

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
from retrieval.understand import Understood
from retrieval.words import figures, stem_set, stems

# All fitted on the tune half of evals/suites/anchors.yaml. How well a sentence must meet the question's words before
# its figure is taken for the one that was asked for, and before its reason or its comparison is; of these, how well it
# must meet each of the words.
_SURE, _NEARLY_SURE = 0.61, 0.5
_LEAST = 0.2
_DETERMINANT = "determinant"
_SHORT_NAME = 3  # words
_OTHERS = 0.85  # of the best sentence's, what the best sentence about the body that was named must reach
_TOLD, _UNTOLD = 0.6, 0.4  # a word that sentences about others meet, and those about the body that was named do not
_COUNTED = 0.45  # what is counted, in a sentence that holds a number
_FEW = 12  # "buses stop at 10"
_SORT, _RARE = 0.45, 10  # what sort of thing is asked for: how well it must be met, and in how few passages it stands

_SPELT = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty)"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_PERIOD = re.compile(r"\b(?:19|20)\d\d(?:\s?[-–/]\s?\d\d(?:\d\d)?)?\b")
_YEARS = re.compile(r"(?:19|20)\d\d")
_JOINED = re.compile(
    r"['’]s?\s+(?:and\s+)?|\s+and\s+(?=[A-Z]{2,}\b)|(?<=[A-Z]{2})\s+and\s+"
)  # "ELFT's IPS", "ELFT and GOSH"


@dataclass(frozen=True, slots=True)
class Demand:
    """``asks`` finds it in a question, ``holds`` in a sentence. ``name`` is how a gap calls it. A sentence may hold one of
    its kind and still not the one that is asked for: ``sure`` is how well it must meet the question, ``least`` how well
    the least of its words."""

    name: str
    asks: re.Pattern[str]
    holds: re.Pattern[str]
    sure: float
    least: float

    @property
    def figure(self) -> bool:
        return self.sure == _SURE


def _demand(name: str, asks: str, holds: str, *, sure: float = _SURE, least: float = -1.0) -> Demand:
    return Demand(name, re.compile(asks, re.I), re.compile(holds, re.I), sure, least)


_LAST = re.compile(r"(?<=[.?!])\s+(?=\S)")
_NUMBER = "a number"
# The first that a question asks for counts.
_DEMANDS = (
    _demand("an e-mail address", r"\be-?mail(?: address)?\b", r"\S@\S", sure=0),
    _demand("a phone number", r"\b(?:tele)?phone(?: number)?\b", r"(?:\d[\s-]?){9,}", sure=0),
    _demand(
        "a reason",
        r"\bwhy\b|\bwhat (?:made|explains|lies behind)\b|\bwhat grounds\b|\bwhat reasons?\b",
        r"\bbecause\b|\bdue to\b|\bowing to\b|\bas a (?:result|means)\b|\bresult(?:ed|ing|s)? (?:in|from)\b|\bled to\b"
        r"|\bdriven by\b|\bdrivers?\b|\breasons?\b|\bin order to\b|\bso that\b|\bfollowing the\b|\bmotivat|\bthanks to\b"
        r"|\bmeans? (?:that|you)\b|\benabl|\brecogni[sz]|\bgiven (?:the|that)\b|\battribut|\bcaused?\b"
        r"|\ballow(?:ed|s|ing)?\b|\bto (?:avoid|prevent)\b|\bthere(?:fore|by)\b|\bexplain",
        sure=_NEARLY_SURE,
        least=_LEAST,
    ),
    _demand(
        "a comparison",
        r"\bcompares? (?:with|to)\b|\bcheaper\b|\b(?:more|less|fewer|better|worse|(?!other|rather)\w{3,}er)\b[^?]*\bthan\b"
        r"|\b(?:which|who)\b[^?]{0,60}\b(?:better|best|worst|cheapest|highest|lowest|most)\b"
        r"|^\W*(?:do|does|did|is|are|has|have)\b[^?]*\bor\b[^?]*\b(?:more|less|better|longer|cheaper)\b"
        r"|^\W*(?:do|does|did|is|are|has|have)\b[^?]*\b(?:more|less|better|longer|cheaper)\b[^?]*\b(?:or|than)\b",
        r"\bthan\b|\bcompar|\bsimilar\b|\bthe same as\b|\bversus\b|\b(?:higher|lower|cheaper|better|worse|longest|highest"
        r"|lowest|double|twice|half|average)\b|\bwhereas\b|\bcontrast|\bdiffer",
        sure=_NEARLY_SURE,
        least=_LEAST,
    ),
    _demand(
        "who pays for it",
        r"\bwho (?:\w+ ){0,2}(?:pays?|paid|funds?|funded|financed?)\b|\bwhose money\b",
        r"\bfund|\bpa(?:id|ys?)\b|\bfinanc|£|\binvest|\bgrants?\b|\bcharit|\bmoney\b",
        sure=0,
    ),
    _demand(
        "the name or role of a person",
        r"^\W*(?:and )?who (?:leads?|manages?|runs?|heads?|chairs?|is (?:the|in charge))\b"
        r"|\bname of the (?:person|nurse)\b",
        r"\b(?:director|manager|lead|head|chair|chief|officer|co-?ordinator|Professor|Dr|Mr|Mrs|Ms)\b",
        sure=0,
    ),
    _demand(
        "a percentage or a share",
        r"\b(?:percentage|proportion|share|per ?cent|fraction)\b",
        rf"\d\s?(?:%|per ?cent)|\b(?:half|thirds?|quarters?|tenth|fifth|double|twice)\b"
        rf"|\b(?:{_SPELT}|\d+) in (?:{_SPELT}|\d+)\b",
    ),
    _demand(
        "what somebody earns",
        r"\bhourly\b[^?]*\brate\b|\bearns?\b|\bsalar(?:y|ies)\b",
        r"[£$€]\s?\d[^.]*\b(?:salar|wages?|pay|earn|hour|month)|\b(?:salar|wages?|pay\b|earn|hour)[^.]*[£$€]\s?\d",
    ),
    _demand(
        "a sum of money",
        r"\b(?:costs?|budget|spent|price|rent|funding|bill for|worth)\b[^?]{0,60}\?|\bhow many pounds\b"
        r"|\bhow much (?:\w+ )?(?:money|funding|debt)\b"
        r"|\bhow much did [^?]* (?:cost|give|get|receive|spend|raise|pay)\b|\bhow much (?:was|were) [^?]* "
        r"(?:cost|given|paid|spent)\b",
        r"[£$€]\s?\d|\d\s?(?:million|billion|bn|pounds?)\b",
    ),
    _demand("an exact date", r"\bon (?:what|which) (?:date|day)\b", rf"\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\b"),
    _demand(
        "a date",
        r"^\W*(?:and )?(?:when|in (?:what|which) (?:year|month)|(?:what|which) (?:year|month|date))\b",
        rf"\b(?:19|20)\d\d\b|\b{_MONTH}\b|\b\d+ (?:days?|weeks?|months?|years?)\b",
    ),
    _demand(
        _NUMBER,
        r"\bhow many\b|\b(?:the |what )number of\b",
        rf"\d[\d,.]*\d|\d|\b{_SPELT}\b|\b(?:dozens?|hundreds?|thousands?)\b",
    ),
)


# Digits that count nothing: shares, years of a span, ages, pay bands, sums.
_UNCOUNTED = re.compile(
    r"\d[\d,.]*\s?(?:%|per ?cent)|[£$€]\s?\d[\d,.]*\w*|\b\d{4}[-–/]\d\d(?:\d\d)?\b|\bBands? \d[\d\s–-]*", re.I
)
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
    wanted = (*_shapes(question, chosen, met), *_posts(question, chosen), *_sorts(question, met))
    return tuple(dict.fromkeys((*named, *topics, *wanted, *_said_so(question, chosen))))


def _shapes(question: str, chosen: Sequence[Rated], met: Met) -> Iterator[str]:
    """What kind of thing is asked for: a sum, a date, a reason…"""
    demand = next((one for one in _DEMANDS if one.asks.search(question)), None)
    if demand is None:
        yield from _groups(_LAST.split(question)[-1], chosen)  # before it, whoever asks may tell of themselves
        yield from _periods(question, chosen)
        return
    holding = [at for at, one in enumerate(chosen) if _holds(demand, _said(one), question)]
    if not holding:
        yield GAP_NOT_GIVEN.format(what=demand.name)
    elif not any(_surely(demand, at, chosen, met) for at in holding) or not _counts(demand, question, holding, met):
        yield GAP_UNSURE_FIGURE.format(what=demand.name)
    if demand.figure and holding:
        yield from _groups(question, [chosen[at] for at in holding])
    yield from _periods(question, [chosen[at] for at in holding] or chosen)


def _holds(demand: Demand, said: str, question: str) -> bool:
    """A number that the question gives itself is no answer to it, nor is a year or a share."""
    if demand.name != _NUMBER:
        return bool(demand.holds.search(said))
    counted = _UNCOUNTED.sub(" ", said)
    given = figures(question) | set(_YEARS.findall(counted))
    return any(match.group() not in given for match in demand.holds.finditer(counted))


def _surely(demand: Demand, at: int, chosen: Sequence[Rated], met: Met) -> bool:
    return chosen[at].met >= demand.sure and met.least([at]) >= demand.least


def _counts(demand: Demand, question: str, holding: Sequence[int], met: Met) -> bool:
    """Whether what is counted ("how many households") is met by a sentence that holds a number."""
    found = _COUNTS.search(question) if demand.name == _NUMBER else None
    places = _places_of(found.group(1), met) if found else []
    return not places or max(float(met.values[at, places].min()) for at in holding) >= _COUNTED


def _places_of(text: str, met: Met) -> list[int]:
    """Which of the question's words stand in a piece of it."""
    inside = set(text.split())
    return [at for at, word in enumerate(met.words) if word.typed in inside]


def _periods(question: str, chosen: Sequence[Rated]) -> Iterator[str]:
    periods = [match.group() for match in _PERIOD.finditer(question)]
    years = set(_YEARS.findall(_told(chosen)))
    for period in periods:
        if not set(_YEARS.findall(period)) & years:
            yield GAP_PERIOD.format(period=period)


def _said_so(question: str, chosen: Sequence[Rated]) -> Iterator[str]:
    """Figures that the question takes for granted and that stand nowhere in what is quoted."""
    said = {one.replace(",", "") for one in figures(_told(chosen))}
    for figure in sorted(figures(_PERIOD.sub(" ", question))):
        if (plain := figure.replace(",", "")) not in said and float(plain.rstrip(".") if plain.count(".") < 2 else 0) > _FEW:
            yield GAP_FIGURE.format(figure=figure)


def _posts(question: str, chosen: Sequence[Rated]) -> Iterator[str]:
    """A post that is asked for by what it is a post of ("director of estates"), where no line that names a post says so."""
    if not _ASKS_POST.search(question):
        return
    names = {stem for match in NAME.finditer(question) for stem in stems(match.group())}
    wanted = set(stems(_POST.sub(" ", question))) - names - EMPTY - _NO_POST
    lines = [stem_set(_said(one)) for one in chosen if _POST.search(_said(one))]
    if wanted and not any(len(wanted & line) >= len(wanted) / 2 for line in lines):
        yield GAP_NOT_GIVEN.format(what="the name of who holds this post")


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
