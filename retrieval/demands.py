"""The kinds of thing that a question may demand: a sum, a date, a reason, a comparison, an address…; how each is asked
for, and how a sentence that holds one looks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.words import figures

# How well a sentence must meet the question's words before its figure is taken for the one that was asked for, and
# before its reason or its comparison is; of these, how well it must meet the least met word. Fitted on the tune half of
# evals/suites/anchors.yaml.
_SURE, _NEARLY_SURE = 0.61, 0.5
_LEAST = 0.2

_SPELT = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty)"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
YEARS = re.compile(r"(?:19|20)\d\d")
# Digits that count nothing: shares, years of a span, ages, pay bands, sums.
_UNCOUNTED = re.compile(
    r"\d[\d,.]*\s?(?:%|per ?cent)|[£$€]\s?\d[\d,.]*\w*|\b\d{4}[-–/]\d\d(?:\d\d)?\b|\bBands? \d[\d\s–-]*", re.I
)


@dataclass(frozen=True, slots=True)
class Demand:
    """``asks`` finds it in a question, ``holds`` in a sentence. ``name`` is how a gap calls it. A sentence may hold one
    of its kind and still not the one that is asked for: ``sure`` is how well it must meet the question, ``least`` how
    well the least met of its words."""

    name: str
    asks: re.Pattern[str]
    holds: re.Pattern[str]
    sure: float
    least: float

    @property
    def figure(self) -> bool:
        return self.sure == _SURE

    def held_in(self, said: str, question: str) -> bool:
        """A number that the question gives itself is no answer to it, nor is a year or a share."""
        if self.name != NUMBER:
            return bool(self.holds.search(said))
        counted = _UNCOUNTED.sub(" ", said)
        given = figures(question) | set(YEARS.findall(counted))
        return any(match.group() not in given for match in self.holds.finditer(counted))


def _demand(name: str, asks: str, holds: str, *, sure: float = _SURE, least: float = -1.0) -> Demand:
    return Demand(name, re.compile(asks, re.I), re.compile(holds, re.I), sure, least)


NUMBER = "a number"
PERSON = "the name or role of a person"
# The first that a question asks for counts.
_DEMANDS = (
    _demand("an e-mail address", r"\be-?mail(?: address)?\b", r"\S@\S", sure=0),
    _demand("a phone number", r"\b(?:tele)?phone(?: number)?\b", r"(?:\d[\s-]?){9,}", sure=0),
    _demand(
        "a reason",
        r"\bwhy\b|\bwhat (?:made|explains|lies behind)\b|\bwhat grounds\b|\bwhat reasons?\b",
        r"\bbecause\b|\b(?:due|owing|thanks|led) to\b|\bas a (?:result|means)\b|\bresult(?:ed|ing|s)? (?:in|from)\b"
        r"|\bdriven by\b|\bdrivers?\b|\breasons?\b|\bin order to\b|\bso that\b|\bfollowing the\b|\bmotivat"
        r"|\bmeans? (?:that|you)\b|\benabl|\brecogni[sz]|\bgiven (?:the|that)\b|\battribut|\bcaused?\b"
        r"|\ballow(?:ed|s|ing)?\b|\bto (?:avoid|prevent)\b|\bthere(?:fore|by)\b|\bexplain",
        sure=_NEARLY_SURE,
        least=_LEAST,
    ),
    _demand(
        "a comparison",
        r"\bcompares? (?:with|to)\b|\bcheaper\b"
        r"|\b(?:more|less|fewer|better|worse|(?!other|rather)\w{3,}er)\b[^?]*\bthan\b"
        r"|\b(?:which|who)\b[^?]{0,60}\b(?:better|best|worst|cheapest|highest|lowest|most)\b"
        r"|^\W*(?:do|does|did|is|are|has|have)\b[^?]*\bor\b[^?]*\b(?:more|less|better|longer|cheaper)\b"
        r"|^\W*(?:do|does|did|is|are|has|have)\b[^?]*\b(?:more|less|better|longer|cheaper)\b[^?]*\b(?:or|than)\b",
        r"\bthan\b|\bcompar|\bsimilar\b|\bthe same as\b|\bversus\b"
        r"|\b(?:higher|lower|cheaper|better|worse|longest|highest|lowest|double|twice|half|average)\b|\bwhereas\b|\bcontrast|\bdiffer",
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
        PERSON,
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
        r"|\bhow much (?:did|does|do|will|would|has|have) [^?]* "
        r"(?:cost|give|get|receive|spend|raise|pay|put|invest|add|save)d?\b|\bhow much (?:was|were) [^?]* "
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
        "how often",
        r"\bhow (?:often|frequently|regularly)\b",
        r"\b(?:daily|weekly|fortnightly|monthly|quarterly|annual(?:ly)?|yearly|every|each|once|twice|times|regularly)\b"
        r"|\b(?:a|per) (?:day|week|month|quarter|year)\b",
    ),
    _demand(
        "which is the most or the least",
        r"\b(?:larg|bigg|small|high|low|long|short|old|young|cheap|dear|fast|few|earli|late|great)est\b(?! in)"
        r"|\b(?:most|least) (?:expensive|common|popular|successful|often|costly)\b",
        r"\b\w{2,}est\b(?<!\bbest)(?<!\btest)|\b(?:most|least|top|first)\b",
        sure=_NEARLY_SURE,
    ),
    _demand("by how much", r"\bby (?:how much|what (?:amount|percentage|share))\b", r"\d"),
    _demand(
        NUMBER,
        r"\bhow many\b|\b(?:the |what )number of\b",
        rf"\d[\d,.]*\d|\d|\b{_SPELT}\b|\b(?:dozens?|hundreds?|thousands?)\b",
    ),
)


def demand_of(question: str) -> Demand | None:
    """What a question demands first of all."""
    return next((one for one in _DEMANDS if one.asks.search(question)), None)
