"""The kinds of thing that a question may demand: a sum, a date, a reason, a ranking, a document, an opinion…; how each
is asked for, and how a sentence that holds one looks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from retrieval.words import figures, stems

# How well a sentence must meet the question's words before its figure is taken for the one that was asked for, and
# before its reason or its comparison is; of these, how well it must meet the least met word. Fitted on the tune half of
# evals/suites/anchors.yaml.
_SURE, _NEARLY_SURE, _SOMEWHAT_SURE = 0.61, 0.5, 0.45
_LEAST = 0.2

# What posts are called, wherever one is looked for. Of those who lead, any title may stand for another: a head for a
# director.
LEADS = r"(?i:director|manager|head|officer|chair(?:man|woman|person)?|lead(?:er)?|executive|president|secretary)"
POST = (
    rf"(?:{LEADS}|(?i:consultant|lecturer|professor|designer|analyst|co-?ordinator|chief|advis[eo]r|fellow|researcher"
    r"|associate|governor|nurse|doctor|partner|founder))"
)

_SPELT = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty)"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
YEARS = re.compile(r"(?:19|20)\d\d")
# Digits that count nothing: shares, years of a span, ages, pay bands, sums.
_UNCOUNTED = re.compile(
    r"\d[\d,.]*\s?(?:%|per ?cent)|[£$€]\s?\d[\d,.]*\w*|\b\d{4}[-–/]\d\d(?:\d\d)?\b|\bBands? \d[\d\s–-]*", re.I
)
_COUNTED = re.compile(
    r"\b(?i:how many) (?:more |extra |new )?(?!of\b)"
    r"((?:[\w’'-]+ )??(?:people|staff|(?!(?:ha|wa|i|doe)s\b)[\w’'-]+[a-z]s))\b"
)
_SHARE = re.compile(
    rf"\d\s?(?:%|per ?cent)|\b(?:half|thirds?|quarters?)\b|\b(?:{_SPELT}|\d+) in (?:{_SPELT}|\d+)\b", re.I
)
_ANYTHING = re.compile(r"\b(?:people|staff|places|sites|things|times|cases|members|ways|kinds|sorts|types)$", re.I)
_ANY_NUMBER = re.compile(rf"\d|\b(?:{_SPELT}|half|thirds?|quarters?|dozens?|hundreds?|thousands?)\b", re.I)
# What comes first or last of several. "The most deprived areas" and "the lowest bands" are no ranking of anything.
_OF_PEOPLE = (
    r"(?! in\b| and least\b|[ -](?:hit|paid|bands?|grades?|neighbourhoods?|deprived|disadvantaged|vulnerable|affected"
    r"|people|of\b))"
)
_SUPERLATIVE = (
    r"(?:(?<!at )(?:most|least)|best|worst|(?:larg|bigg|small|high|low|long|short|old|young|cheap|dear|fast|quick|slow"
    r"|few|great|wid|hard|eas[iy]|tough|poor|rich|strong|weak|new|clos|narrow|deep|happi)i?est)"
    rf"{_OF_PEOPLE}"
)
# Documents that somebody may wish to have or copy.
_DOCUMENT = (
    r"(?:template|pro[ -]?forma|tool ?kit|checklist|sample|specimen|job description|person specification|business case"
    r"|questionnaire|spreadsheet|calculator|leaflet|poster|slides?(?: deck)?|presentation|terms of reference|guide"
    r"|memorandum(?: of understanding)?|handbook|manual|charter|framework|agreement|application form)s?"
)
_DOCUMENTS = re.compile(rf"\b{_DOCUMENT}\b", re.I)


@dataclass(frozen=True, slots=True)
class Demand:
    """``asks`` finds it in a question, ``holds`` in a sentence. ``what`` is said of such a sentence in a gap: "gives a
    number". It may hold one of its kind and still not the one that is asked for: ``sure`` is how well it must
    meet the question, ``least`` how well the least met of its words."""

    what: str
    asks: re.Pattern[str]
    holds: re.Pattern[str]
    sure: float
    least: float

    @property
    def figure(self) -> bool:
        return self.sure == _SURE

    def says(self, question: str) -> str:
        """``what``, and of a document which, of a number of what."""
        if self.what == NUMBER and (counted := counted_in(question)):
            return f"{NUMBER} of {counted}"
        return f"speaks of {_named(documents_in(question))}" if self.what == DOCUMENT else self.what

    def gives(self, said: str) -> bool:
        """Whether a gap may not say that a sentence gives none: a share is a number too."""
        return holds_number(said) if self.what == NUMBER else bool(self.holds.search(said))

    def held_in(self, said: str, question: str) -> bool:
        """A number that the question gives itself is no answer to it, nor is a year or a share; a document is the one
        that is asked for only if it is called so."""
        if self.what == DOCUMENT:
            return all(one.casefold() in said.casefold() for one in documents_in(question))
        if self.what != NUMBER:
            return bool(self.holds.search(said))
        counted = _UNCOUNTED.sub(" ", said)
        given = figures(question) | set(YEARS.findall(counted))
        asked = set(stems(question))
        return any(match.group() not in given and _counts(match, asked) for match in self.holds.finditer(counted))


def counted_in(question: str) -> str | None:
    """What a question wants counted: "asthma admissions"."""
    found = _COUNTED.search(question)
    return found.group(1) if found else None


def particular(counted: str | None) -> str:
    """What is counted, if it is not called as anything may be ("people", "sites"); else nothing."""
    return counted if counted and not _ANYTHING.search(counted) else ""


def _counts(number: re.Match[str], asked: Set[str]) -> bool:
    """Whether a number counts: "one" does only before what is asked about, for else it is a mere article."""
    beside = number.string[number.end() :].split(maxsplit=3)[:2]
    return number.group().lower() != "one" or not asked.isdisjoint(stems(" ".join(beside)))


def documents_in(question: str) -> list[str]:
    """The documents that a question names, each in the singular."""
    return [match.group().removesuffix("s") for match in _DOCUMENTS.finditer(question)]


def _named(things: Sequence[str]) -> str:
    return " and ".join(
        one if one.startswith("terms") else f"{'an' if one[0].lower() in 'aeiou' else 'a'} {one}" for one in things
    )


def holds_number(text: str) -> bool:
    """Whether there is any number in a text but a year."""
    return bool(_ANY_NUMBER.search(YEARS.sub(" ", text)))


def holds_share(text: str) -> bool:
    return bool(_SHARE.search(text))


def _demand(what: str, asks: str, holds: str, *, sure: float = _SURE, least: float = -1.0) -> Demand:
    return Demand(what, re.compile(asks, re.I), re.compile(holds, re.I), sure, least)


NUMBER = "gives a number"
MONEY = "gives a sum of money"
SHARE = "gives a percentage or a share"
COMPARISON = "compares these"
PERSON = "names the person or the post"
DOCUMENT = "speaks of such a document"
_DIFFICULT = (
    r"\b(?:hard|difficult\w*|easy|easi\w+|simpl[ey]|straightforward|challeng\w+|barriers?|obstacles?|struggl\w+|complex\w*"
    r"|frustrat\w+|resist\w+|tension\w*|slow\w*|quick\w*|problem\w*|issues?|push ?back|navigat\w+|burnout|pressures?)\b"
)
_OPINION = (
    r"[“\"]|\b(?:felt|feel\w*|feedback|sa(?:id|y|ys|ying)|told|views?|opinions?|surve\w+|believ\w+|thought|think\w*|satisf\w+"
    r"|welcom\w+|valued?|enjoy\w*|prais\w+|positive\w*|interview\w*|reflect\w+|happy|joy|keen|fulfilled|passion\w*|confiden\w+"
    r"|interested|engaged|celebrat\w+)\b"
)
# The first that a question asks for counts.
_DEMANDS = (
    _demand("gives an e-mail address", r"\be-?mail(?: address)?\b", r"\S@\S", sure=0),
    _demand("gives a phone number", r"\b(?:tele)?phone(?: number)?\b|\bdirect line\b", r"(?:\d[\s-]?){9,}", sure=0),
    _demand(
        DOCUMENT,
        r"\b(?:is there|are there|(?:do|have) (?:you|they|any\w*)|got|(?:where )?(?:can|do|could) (?:i|we|you)"
        r"|(?:send|show|give) (?:me|us)|any|looking for|need)\b"
        rf"[^?]*\b{_DOCUMENT}\b|\b{_DOCUMENT}\b[^?]*\b(?:to|can|could) (?:copy|download|use|adapt|borrow)\b",
        rf"\b{_DOCUMENT}\b",
        sure=0,
    ),
    _demand(
        "gives a reason",
        r"\bwhy\b|\bwhat (?:made|explains|lies behind)\b|\bwhat grounds\b|\bwhat reasons?\b",
        r"\bbecause\b|\b(?:due|owing|thanks|led|key|central|essential|crucial) to\b|\b(?:was|were|is|are) at risk of\b"
        r"|\bhelp(?:s|ed|ing)? to\b|\bas a (?:result|means)\b|\bresult(?:ed|ing|s)? (?:in|from)\b"
        r"|\bdriven by\b|\bdrivers?\b|\breasons?\b|\bin order to\b|\bso that\b|\bfollowing (?:the|an?|its|their)\b"
        r"|\bmotivat"
        r"|\bmeans? (?:that|you)\b|\benabl|\brecogni(?:[sz]|tion\b)|\bgiven (?:the|that)\b|\battribut|\bcaused?\b"
        r"|\ballow(?:ed|s|ing)?\b|\bto (?:avoid|prevent)\b|\bthere(?:fore|by)\b|\bexplain",
        sure=_NEARLY_SURE,
        least=_LEAST,
    ),
    _demand(
        "says how hard it was",
        r"\bhow (?:hard|difficult|easy|tough|challenging)\b",
        _DIFFICULT,
        sure=_SOMEWHAT_SURE,
    ),
    _demand(
        "says what anybody thought of it",
        r"\b(?:what|how) (?:do|did|does) (?:[\w’'-]+ ){1,5}?(?:think|feel|make) (?:of|about)\b"
        r"|\b(?:do|does|did) (?:[\w’'-]+ ){1,5}?(?:like|enjoy|approve of) "
        r"|\b(?:is|are|was|were) (?:[\w’'-]+ ){1,8}?(?:happy|satisfied|pleased|glad|unhappy|disappointed|impressed)\b",
        _OPINION,
        sure=_SOMEWHAT_SURE,
    ),
    _demand(
        "says which comes first or last",
        rf"\b(?:which|who|whose|what|where)\b[^?]*\b{_SUPERLATIVE}\b|\btop (?:\d+|{_SPELT})\b",
        rf"\b{_SUPERLATIVE}\b|\b(?:more|less|fewer|\w{{3,}}er) than (?:any|all|every|the others?)\b"
        r"|\b(?:twice|double)\b|\t",
        sure=_NEARLY_SURE,
    ),
    _demand(
        COMPARISON,
        r"\bcompares? (?:with|to)\b|\bcheaper\b"
        r"|\b(?:more|less|fewer|better|worse|(?!other|rather)\w{3,}er)\b[^?]*\bthan\b"
        r"|\b(?:which|who)\b[^?]{0,60}\bbetter\b"
        r"|^\W*(?:do|does|did|is|are|has|have)\b[^?]*\bor\b[^?]*\b(?:more|less|better|longer|cheaper)\b"
        r"|^\W*(?:do|does|did|is|are|has|have)\b[^?]*\b(?:more|less|better|longer|cheaper)\b[^?]*\b(?:or|than)\b",
        r"\bthan\b|\bcompar|\bsimilar\b|\bthe same as\b|\bversus\b"
        r"|\b(?:higher|lower|cheaper|better|worse|longest|highest|lowest|double|twice|half|average)\b|\bwhereas\b|\bcontrast|\bdiffer",
        sure=_NEARLY_SURE,
        least=_LEAST,
    ),
    _demand(
        "says who pays for it",
        r"\bwho (?:\w+ ){0,2}(?:pays?|paid|funds?|funded|financed?)\b|\bwhose money\b",
        r"\bfund|\bpa(?:id|ys?)\b|\bfinanc|£|\binvest|\bgrants?\b|\bcharit|\bmoney\b",
        sure=0,
    ),
    _demand(
        PERSON,
        r"^\W*(?:and )?who (?:leads?|manages?|runs?|heads?|chairs?|is (?:the|in charge))\b"
        r"|\bname of the (?:person|nurse)\b",
        rf"\b(?:{LEADS}|chief|co-?ordinator|professor|Dr|Mr|Mrs|Ms)\b",
        sure=0,
    ),
    _demand(
        SHARE,
        r"\b(?:percentage|proportion|share|per ?cent|fraction)\b|\b(?:what|how much) weight(?:ing)?\b",
        rf"{_SHARE.pattern}|\b(?:tenth|fifth|double|twice)\b",
    ),
    _demand(
        "says what somebody earns",
        r"\bhourly\b[^?]*\brate\b|\bearns?\b|\bsalar(?:y|ies)\b",
        r"[£$€]\s?\d[^.]*\b(?:salar|wages?|pay|earn|hour|month)|\b(?:salar|wages?|pay\b|earn|hour)[^.]*[£$€]\s?\d",
    ),
    _demand(
        "says by how much",
        r"\bby (?:how much|what (?:amount|percentage|share))\b"
        r"|\bhow much (?:more |less )?(?:did|does|do|will|has|have|was|were|is|are)\b[^?]*"
        r"\b(?:cut|fall(?:en)?|fell|drop(?:ped)?|ris(?:e|en)|gr[oe]wn?|increased?|reduced?|shr[aiu]nk"
        r"|go(?:ne)? (?:up|down))\b",
        r"\d",
    ),
    _demand(
        MONEY,
        r"(?<!living )(?<!housing )\b(?:costs?(?! of living)|budget|spent|price|rent|funding|bill for"
        r"|worth(?! (?:it|while|the)\b))\b"
        r"[^?]{0,60}\?|\bhow many pounds\b"
        r"|^\W*(?:the )?(?:costs?|price|rent|budget) (?:of|for)\b"
        r"|\b(?:charges|(?<!in )charge (?:for|to)|fees?|fares?|tariffs?)"
        r"\W*(?:$|\b(?:at|for|of|to|in|is|are|do|does|come)\b)"
        r"|\bhow much (?:\w+ )?(?:money|funding|debt|capital|cash|investment)\b"
        r"|\bhow much (?:did|does|do|will|would|has|have) [^?]* "
        r"(?:cost|give|get|receive|spend|raise|pay|put|invest|add|save)d?\b"
        r"|\bwhat (?:did|does|do|has|have|will) [^?]*\b(?:spend|spent|pay|invest in (?:its|the|their|this|that))\b"
        r"|\bhow much (?:was|were) [^?]* "
        r"(?:cost|given|paid|spent)\b",
        r"[£$€]\s?\d|\d\s?(?:million|billion|bn|pounds?)\b"
        r"|\bfree (?:of charge|to (?:join|use|attend|take))\b|\bfor free\b|\bno (?:cost|charge|fee)\b",
    ),
    _demand("gives an exact date", r"\bon (?:what|which) (?:date|day)\b", rf"\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\b"),
    _demand(
        "gives a time of day",
        r"\b(?:at )?what time\b|\bopening (?:hours|times)\b",
        r"\b\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b|o['’]clock)|\b\d{1,2}:\d\d\b",
        sure=0,
    ),
    _demand(
        "gives a date",
        r"^\W*(?:and )?(?:when|in (?:what|which) (?:year|month)|(?:what|which) (?:year|month|date))\b",
        rf"\b(?:19|20)\d\d\b|\b{_MONTH}\b|\b\d+ (?:days?|weeks?|months?|years?)\b",
    ),
    _demand(
        "says how often",
        r"\bhow (?:often|frequently|regularly)\b",
        r"\b(?:daily|weekly|fortnightly|monthly|quarterly|annual(?:ly)?|yearly|every|each|once|twice|times|regularly)\b"
        r"|\b(?:a|per) (?:day|week|month|quarter|year)\b",
    ),
    _demand(
        "says how to apply",
        r"\bhow (?:do|can|could|would|should|did) (?:i|we|you|[\w’'-]+(?: (?:at|in|of) \w+)?) "
        r"(?:apply|enrol|sign up|register|book|join)\b",
        r"\b(?:appl(?:y|ied|ication|icant)\w*|enrol\w*|sign(?:ed|ing)? up|regist\w+|book(?:ed|ing)?|join\w*|form)\b",
        sure=_NEARLY_SURE,
        least=_LEAST,
    ),
    _demand(
        NUMBER,
        r"\bhow many\b|\b(?:the |what )number of\b|\bhead ?count\b",
        rf"\d[\d,.]*\d|\d|\b{_SPELT}\b|\b(?:dozens?|hundreds?|thousands?)\b",
    ),
)


# What got in the way of something is told in words, even if it is of money or of numbers.
_HINDERED = re.compile(
    r"\b(?:what|which|any|were there|are there)\b[^?]*\b(?:hard(?!ship|est)|difficult(?:y|ies)?|challeng\w+|barriers?"
    r"|obstacles?|hurdles?|pitfalls?|(?:stood|stands?|got|gets) in the way)\b",
    re.I,
)
_A_FIGURE = re.compile(r"\bhow (?:many|much|often|long)\b|\bwhen\b|\bby what\b", re.I)


def demand_of(question: str) -> Demand | None:
    """What a question demands first of all."""
    found = next((one for one in _DEMANDS if one.asks.search(question)), None)
    hindered = found and found.figure and _HINDERED.search(question) and not _A_FIGURE.search(question)
    return None if hindered else found
