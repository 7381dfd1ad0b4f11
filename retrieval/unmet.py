"""What a question demands of an answer, and whether any quoted sentence holds it: the kind of thing that is asked for,
the people of whom a figure is asked, the post, the period, the figure that is named, the topic.

A score of retrieval cannot tell an unanswerable question on the topic (AUROC 0.55 on SQuAD 2.0), but that what is
quoted speaks of a scheme and gives no sum of money for it can be seen. A gap says only what can be seen in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.demands import COMPARISON, LEADS, MONEY, NUMBER, PERSON, Demand, counted_in, demand_of, holds_share
from retrieval.evidence import Rated
from retrieval.facets import facets_of, words_for
from retrieval.intent import EMPTY, Intent, asks_who
from retrieval.met import Met
from retrieval.notices import (
    GAP_FIGURE,
    GAP_NOT_GIVEN,
    GAP_NOT_TOGETHER,
    GAP_TOPIC,
    GAP_UNSURE,
)
from retrieval.parts import sets_beside
from retrieval.pointing import NAME
from retrieval.quoted import LASTING, Quoted, is_about, months_of, published_years, years_of
from retrieval.understand import Understood
from retrieval.words import figures, stem_set, stems

# All fitted on the tune half of evals/suites/anchors.yaml.
_DETERMINANT = "determinant"
_LIKE = 0.8  # a listed question that a sentence answers
_ITS_OWN = 0.55  # what a sentence of the programme that is named must meet
_COUNTED = 0.45  # what is counted, in a sentence that holds a number
_PAIR = 2
_ITEM = 4  # words of an item that says nothing without the others
_FEW = 12  # "buses stop at 10"
_MEANT = 0.6  # how well the words of a topic are met by a sentence that is on it
_SORT, _RARE = 0.45, 10  # what sort of thing is asked for: how well it must be met, and in how few passages it stands
_FAR, _FEW_PLACES, _LONG = 0.25, 60, 4  # how little a word is met that nothing means, how rare and how long it is

_OF_FIGURES = frozenset(
    stems("money sum amount number figure cost costs spent pay paid percentage share date year much many")
)
# Not what is asked after, but how.
_TELLS_LITTLE = re.compile(
    r"\w+(?:ed|ing|ly)|problems?|against|schemes?|records?|kinds?|names?|found|through|figures?|times?|says?|told|come"
    r"|came|whole|part|sorts?|places?|things?|since|apart|about|other|others|else|else's|team|teams|years?|months?"
    r"|long|numbers?|last|hold|held|periods?|steps?|chang\w+|favou?rs?",
    re.I,
)
# What may be asked for in any words.
_OF_ANY_SORT = re.compile(r"concerns?|titles?|appeals?|arguments?|periods?|steps?|ideas?|academics?|changes?", re.I)
_SIMPLE = re.compile(r"\d{1,15}(?:\.\d+)?$")
_PERIOD = re.compile(r"\b(?:19|20)\d\d(?:\s?[-–/]\s?\d\d(?:\d\d)?)?\b")
_SHORT_PERIOD = re.compile(r"\b\d\d[-–/]\d\d\b")  # "21/22"
_AFTER = re.compile(
    rf"\b(?:at|after) (?:only |about |around |just )?({LASTING.pattern})"
    rf"|({LASTING.pattern}) (?:follow[ -]?up|evaluation|study|review|results?)",
    re.I,
)
_A_SOURCE = re.compile(
    r"\b(?:article|report|framework|paper|session|event|workshop|slides|guide|document|long read)\b", re.I
)
_SENTENCES = re.compile(r"(?<=[.?!])\s+(?=\S)")
_WHO_ASKS = re.compile(r"^[^:?]{1,40}:\s+(?=(?:\S+\s+){4})")  # "Company secretary: how do trusts report this?"
_AUXILIARY = r"(?:do|does|did|is|are|was|were|has|have|had|can|could|should|will|would|must|may|might)\b"
_ASKS_SORT = re.compile(
    rf"\b(?:what|which) (?!{_AUXILIARY}"
    r"|(?:if|it|to|they|we|i|he|she|about|else|went|goes|came|comes|became|makes|made|led|gets?|got|takes?|took|works?"
    r"|stood|stands?|brings?|brought|bits?|stuff|drives?|drove|keeps?|kept|helps?|holds?|held|stops?|counts?|happens?)\b)"
    rf"([\w’'-]+(?: (?!of\b|for\b|in\b|on\b|at\b)[\w’'-]+(?=\W*$| {_AUXILIARY}))?)"
    r"|\b(?:is|are|was|were) there (?:an?|any) ([\w’'-]+(?: [\w’'-]+)?) (?:for|of|in|on|at|to|from|with|about)\b",
    re.I,
)
_ORDINAL = re.compile(r"\b(?<!deprived )(?:second|third(?! sector)|fourth|fifth|sixth)\b(?! of\b)", re.I)
_POST = re.compile(rf"\b{LEADS}\b")
_ASKS_POST = re.compile(
    rf"\bwho(?:['’]s| is| was| are| were)\b[^?]*?{_POST.pattern}|\b(?:name|called)\b[^?]*{_POST.pattern}"
    rf"|{_POST.pattern}[^?]*\bcalled\b|\bwho(?:['’]s| is) (?:in charge|responsible)\b",
    re.I,
)
_NO_POST = frozenset(stems("name named called charge responsible person post role pls exec deputy current who"))

# Who is told in two words is nobody apart.
_EVERYBODY = re.compile(
    r"\b(?:men and women|women and men|mums? and dads?|mothers? and fathers?|boys? and girls?|girls? and boys?"
    r"|dads? and mums?|fathers? and mothers?)\b",
    re.I,
)
# People who may be counted apart: what they are called in a gap, how they are asked after, and what else means them.
_GROUPS = tuple(
    (called, re.compile(rf"\b(?:{asked})\b", re.I), re.compile(rf"\b(?:{asked}|{also})\b", re.I))
    for called, asked, also in (
        ("women", r"wom[ae]n|females?|girls?|mothers|mums", r"maternal|maternity"),
        ("men", r"(?<!wo)m[ae]n|males?|boys?|fathers|dads", r"male"),
        ("nurses", r"nurses?|nursing staff", r"nurs\w+"),
        ("doctors", r"doctors?|medics|consultants?", r"medics?|medical|clinicians?|clinical|GPs?|physicians?"),
        (
            "porters or cleaners",
            r"porters?|cleaners?|facilities (?:staff|team)",
            r"cleaning|domestics?|facilities|hotel services",
        ),
        ("veterans", r"veterans?|armed forces|service leavers", r"military"),
        ("refugees or migrants", r"refugees?|asylum seekers?|migrants?", r"migrated|born outside"),
        ("disabled people", r"disabled|disabilit(?:y|ies)", r"disab\w+"),
        ("carers", r"carers?", r"caring for"),
        ("care leavers", r"care leavers?|leaving care", r"looked[ -]after"),
        ("people from prison", r"prison(?:s|ers?)?|(?:ex-)?offenders?|criminal justice", r"probation|prison\w*"),
        ("volunteers", r"volunteers?", r"volunteer\w*"),
        ("apprentices", r"apprentices?", r"apprentice\w*"),
    )
)

# Whoever asks how to start may be a nurse; whom it is for is none of their own staff.
_OF_PEOPLE_SERVED = tuple(
    GAP_TOPIC.format(topic=called)
    for called in (
        "veterans",
        "refugees or migrants",
        "disabled people",
        "carers",
        "care leavers",
        "people from prison",
    )
)


def unmet(asked: Understood, question: str, quoted: Quoted) -> tuple[str, ...]:
    """The gaps between what ``question`` demands, whole or a part of what was ``asked``, and what is quoted for it."""
    if not quoted.sentences:
        return ()
    if asked.intent is Intent.START:  # a plan tells itself what of the trust and the topic it does not meet
        told = _groups(question, quoted, None)
        return tuple(gap for gap in told if gap in _OF_PEOPLE_SERVED)
    topics = () if asks_who(question) else (*_topics(question, quoted), *_distinctive(asked, quoted))
    wanted = (*_shapes(asked, question, quoted), *_posts(asked, question, quoted), *_sorts(question, quoted))
    return tuple(dict.fromkeys((*topics, *wanted, *_said_so(question, quoted), *_ordinals(asked, question, quoted))))


def speaking_of(question: str) -> re.Pattern[str] | None:
    """What names the people whom a plan is for, if the question names any of those of whom hardly any source speaks."""
    found = (
        asks
        for called, asks, means in _GROUPS
        if asks.search(question) and GAP_TOPIC.format(topic=called) in _OF_PEOPLE_SERVED
    )
    return next(found, None)


def last_sentence(question: str) -> str:
    """What is asked: the last question of several sentences. Around it, whoever asks may tell of themselves."""
    sentences = _SENTENCES.split(question)
    asking = [one for one in sentences if one.endswith("?")] or sentences
    return _WHO_ASKS.sub("", asking[-1])


def _shapes(asked: Understood, question: str, quoted: Quoted) -> Iterator[str]:
    """What kind of thing is asked for: a sum, a date, a reason… Of two that are named, what compares them is told where
    they are set side by side (``sides``)."""
    demand = demand_of(question)
    if demand and demand.what == COMPARISON and max(len(asked.organisations), len(asked.programmes)) > 1:
        demand = None
    if demand is None:
        yield from _groups(last_sentence(question), quoted, None)
        yield from _periods(question, quoted, None)
        return
    between = _compared(question) if demand.what == COMPARISON else frozenset()
    holding = quoted.where(lambda said: demand.held_in(said, question) and between <= stem_set(said))
    if not holding and demand.what == NUMBER:  # a share may be the number that is asked for
        holding = [at for at in quoted.where(holds_share) if _surely(demand, at, quoted)]
    if demand.what == MONEY and sets_beside(question) and _each_told(asked, [quoted.sentences[at] for at in holding]):
        return
    if not holding:
        yield GAP_NOT_GIVEN.format(what=demand.says(question))
    elif not any(_surely(demand, at, quoted) for at in holding) or not _counts(demand, question, holding, quoted.met):
        yield GAP_UNSURE.format(what=demand.says(question))
    if demand.figure and holding:
        yield from _groups(question, quoted, demand)
    yield from _periods(question, quoted, demand if demand.figure and holding else None)


def _each_told(asked: Understood, giving: Sequence[Rated]) -> bool:
    """Whether a sum is told of each body that is named."""
    bodies = asked.organisations
    return bool(bodies) and all(any(is_about(one, body) for one in giving) for body in bodies)


def _compared(question: str) -> frozenset[str]:
    """The first word of each of two names that a question compares: what compares them names both."""
    names = [stems(match.group()) for match in NAME.finditer(question)]
    firsts = frozenset(name[0] for name in names if name)
    return firsts if len(firsts) == _PAIR else frozenset()


def _surely(demand: Demand, at: int, quoted: Quoted) -> bool:
    """A reason that is told of the very programme need not meet every word: nobody asks for one as it is given."""
    one = quoted.sentences[at]
    if (
        one.like >= _LIKE
        or _says_every_word(at, quoted)
        or (not demand.figure and one.programme in quoted.asked and one.met >= _ITS_OWN)
    ):
        return True
    return quoted.sentences[at].met >= demand.sure and quoted.met.least([at]) >= demand.least


def _says_every_word(at: int, quoted: Quoted) -> bool:
    """Whether a sentence itself, or the list that it is an item of, holds every word of the question but names and
    those that ask for a figure."""
    one = quoted.sentences[at]
    item = len(one.passage.quote(one.sentence).split()) <= _ITEM
    wanted = {word.stem for word in quoted.met.words if word.typed.islower()} - _OF_FIGURES
    return len(wanted) >= _PAIR and wanted <= stem_set(one.passage.text if item else quoted.told[at])


def _counts(demand: Demand, question: str, holding: Sequence[int], met: Met) -> bool:
    """Whether what is counted ("how many households") is met by a sentence that holds a number."""
    places = _places_of(counted_in(question) or "", met) if demand.what == NUMBER else []
    return not places or max(float(met.values[at, places].min()) for at in holding) >= _COUNTED


def _places_of(text: str, met: Met) -> list[int]:
    """Which of the question's words stand in a piece of it."""
    inside = set(text.split())
    return [at for at, word in enumerate(met.words) if word.typed in inside]


def _groups(question: str, quoted: Quoted, figure: Demand | None) -> Iterator[str]:
    """People who are asked after, and of whom nothing that is quoted speaks, or no sentence that gives the ``figure``
    asked for."""
    apart = _EVERYBODY.sub(" ", question)
    for called, asks, means in _GROUPS:
        if asks.search(apart):
            yield from _apart(called, [bool(means.search(told)) for told in quoted.told], quoted, figure)


def _periods(question: str, quoted: Quoted, figure: Demand | None) -> Iterator[str]:
    """The same for periods, and how long after something; the year of a source ("the 2019 article") is none."""
    for match in _AFTER.finditer(question):
        months = months_of(match.group())
        yield from _apart(
            f"“{match.group()}”", [bool(months & months_of(told)) for told in quoted.told], quoted, figure
        )
    published = published_years(quoted.sentences) if _A_SOURCE.search(question) else frozenset()
    for match in _PERIOD.finditer(question):
        years = years_of(match.group())
        if not years & published:
            speaking = [years <= years_of(told) for told in quoted.told]
            yield from _apart(match.group(), speaking, quoted, figure)


def _apart(topic: str, speaking: Sequence[bool], quoted: Quoted, figure: Demand | None) -> Iterator[str]:
    """The gap of what only those sentences speak of that are ``speaking``."""
    if not any(speaking):
        yield GAP_TOPIC.format(topic=topic)
    elif figure and not any(figure.gives(said) for said, speaks in zip(quoted.said, speaking, strict=True) if speaks):
        yield GAP_NOT_TOGETHER.format(what=figure.what, topic=topic)


def _said_so(question: str, quoted: Quoted) -> Iterator[str]:
    """Figures that the question takes for granted and that stand nowhere in what is quoted."""
    said = {one.replace(",", "") for one in figures(quoted.everything)}
    for figure in sorted(figures(_SHORT_PERIOD.sub(" ", _PERIOD.sub(" ", question)))):
        plain = figure.replace(",", "")
        if plain not in said and _SIMPLE.match(plain) and int(plain.split(".")[0]) > _FEW:
            yield GAP_FIGURE.format(figure=figure)


def _posts(asked: Understood, question: str, quoted: Quoted) -> Iterator[str]:
    """A post that is asked for by what it is a post of ("director of estates"), or of a body, where no line says so."""
    if not _ASKS_POST.search(question):
        return
    at_body = [
        said
        for one, said in zip(quoted.sentences, quoted.said, strict=True)
        if len(asked.organisations) != 1 or is_about(one, asked.organisations[0])
    ]
    names = {stem for match in NAME.finditer(question) for stem in stems(match.group())}
    wanted = set(stems(_POST.sub(" ", last_sentence(question)))) - names - EMPTY - _NO_POST
    lines = [stem_set(said) for said in at_body if _POST.search(said)]
    if (wanted or asked.organisations) and not any(len(wanted & line) >= len(wanted) / 2 for line in lines):
        yield GAP_NOT_GIVEN.format(what=PERSON)


def _sorts(question: str, quoted: Quoted) -> Iterator[str]:
    """What sort of thing is asked for ("what privacy assessment", "which section"), where few passages speak of it and
    nothing that is quoted is like it."""
    met = quoted.met
    if not (found := _ASKS_SORT.search(question)) or not met.words:
        return
    best, demand = met.best(range(len(met.values))), demand_of(question)
    for at in _places_of(found.group(1) or found.group(2), met):
        word = met.words[at]
        if _OF_ANY_SORT.fullmatch(word.typed) or (demand and demand.asks.search(word.typed)):
            continue
        rare = word.passages <= _RARE and best[at] < _SORT and not quoted.speaks_of(word.typed)
        if rare and not word.typed.endswith("ed") and not word.typed.isupper():
            yield GAP_TOPIC.format(topic=f"“{word.typed}”")


def _topics(question: str, quoted: Quoted) -> Iterator[str]:
    """Determinants of health that the question names and nothing that is quoted speaks of, nor is filed under."""
    spoken = facets_of(quoted.everything).get(_DETERMINANT, ())
    filed = {facet for one in quoted.sentences for facet in one.passage.facets}
    for topic in facets_of(question).get(_DETERMINANT, ()):
        words = words_for(question, _DETERMINANT, topic)
        known = topic in spoken or f"{_DETERMINANT}:{topic}" in filed or quoted.speaks_of(words)
        if not known and not _is_meant(words, quoted.met):
            yield GAP_TOPIC.format(topic=f"“{words}”")


def _is_meant(words: str, met: Met) -> bool:
    """Whether some sentence means what these words do, though it does not hold them."""
    places = _places_of(words, met)
    return bool(places) and float(met.values[:, places].mean(axis=1).max(initial=-1.0)) >= _MEANT


def _distinctive(asked: Understood, quoted: Quoted) -> Iterator[str]:
    """A word that tells one of the few places where it stands, asked of a trust or programme by name, which nothing
    quoted holds or means: "patient safety". A follow-up's words may be the conversation's."""
    one = len(asked.organisations) <= 1 and len(asked.programmes) <= 1 and (asked.organisations or asked.programmes)
    if asked.otherwise or not one:
        return
    best = quoted.met.best(range(len(quoted.sentences)))
    for word, met in zip(quoted.met.words, best, strict=True):
        tells = (
            0 < word.passages <= _FEW_PLACES and len(word.typed) >= _LONG and not _TELLS_LITTLE.fullmatch(word.typed)
        )
        if tells and met < _FAR and word.stem not in quoted.stems:
            yield GAP_TOPIC.format(topic=f"“{word.typed}”")


def _ordinals(asked: Understood, question: str, quoted: Quoted) -> Iterator[str]:
    """A second or third of something, of which nothing quoted speaks; in a follow-up it is of what was shown."""
    for match in () if asked.otherwise else _ORDINAL.finditer(last_sentence(question)):
        if not quoted.speaks_of(match.group()):
            yield GAP_TOPIC.format(topic=f"a {match.group().lower()} one")
