"""What a question may ask of any programme (what it cost, what came of it, what got in the way), and the sentences that
our records file there: the brief's, and the held source's to which it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.records import Record
from retrieval.generation import Generation, beside_generation

Places = frozenset[tuple[int, int]]  # a passage's row, a sentence's place


@dataclass(frozen=True, slots=True)
class Aspect:
    """``fields`` are those of a record that state it."""

    name: str
    words: re.Pattern[str]
    fields: tuple[str, ...]


def _aspect(name: str, words: str, *fields: str) -> Aspect:
    return Aspect(name, re.compile(rf"\b(?:{words})\b", re.I), fields)


EVALUATION = _aspect(
    "evaluation", r"evaluat\w+|assessed|researched|measur\w+|metrics?|indicators?|monitor\w*", "evaluation"
)
MONEY = _aspect(
    "cost and funding",
    r"costs?|fund(?:s|ed|ing|ers?)?|pa(?:y|ys|id) for|money|budgets?|grants?|financ\w+",
    "funding",
    "cost",
)
BARRIERS = _aspect(
    "barriers",
    r"barriers?|challeng\w+|obstacles?|pitfalls?|hurdles?|problems?(?! lists?)|mistakes?|difficult\w*"
    r"|struggl\w+|downsides?"
    r"|(?:went|go(?:es)?|going) wrong|(?:got|gets|stood|stands) in the way|held (?:\w+ )?back|(?:did|do)n['’]t work",
    "barriers",
)
STAFFING = _aspect("staffing", r"staffing|staffed|who (?:runs?|leads?|works? on)", "staffing")
OUTCOMES = _aspect(
    "what came of it",
    r"outcomes?|results?|impacts?|achiev\w+|effects?|success\w*|(?:came|come) of",
    "outcomes",
    "facts",
)
# Whether anything came of a programme, in whatever words: what it did to something, or whether it was any good. "Did it
# work with schools?" asks after something else, and so does the difference between two.
_CHANGED = (
    r"(?:help|reduc|improv|narrow|prevent|sav|lower|rais|increas|chang|benefit|boost|shorten|achiev|succeed|fail)"
    r"(?:e|s|ed|d|ing)?|(?:clos(?:e|ed|ing)|cut(?:ting)?|fall(?:en|ing)?|fell|ris(?:e|en|ing)|rose|grow[n]?|grew)"
    r"|work(?:ed|ing)?(?! (?:with|together|alongside|for|at|in|on|across|closely|to)\b)"
)
_OUTCOME_ASKED = re.compile(
    r"\b(?:outcomes?|impacts?|effects?|effective\w*|success\w*|achiev\w+|results?(?! in\b)|(?:came|come) of"
    r"|(?:mak\w+|made) (?:(?:an?|any|much|the|real|some|that|of a) )*differences?|difference (?:did|has|have"
    r"|does|do)\b"
    r"|worth (?:it|doing|while|the (?:money|cost|effort|trouble))|worthwhile|(?:pay|pays|paid|paying) off"
    r"|value for money|what good|any (?:good|use)|(?:mak(?:e|es|ing)|made|got|get) (?:\w+ ){1,3}?"
    r"(?:fit|health|happi|saf|clean|easi|quick|fast|short|cheap|fair|green|rich|poor|small|bett|strong)[t]?i?er)\b"
    rf"|(?:^\W*|[,;.!] (?:and |but )?)(?:(?:and|so|but) )?(?:did|has|have|had|is|are|was"
    rf"|were)\b[^?]*? (?:{_CHANGED})\b"
    rf"|\bhow (?:much|many|far|well|often)\b[^?]*\b(?:did|has|have|had|was|were|is|are)\b[^?]* (?:{_CHANGED})\b",
    re.I,
)
PARTNERS = _aspect("partners", r"partner\w*|work(?:s|ed|ing)? (?:\w+ )?with|together with|collaborat\w+", "partners")
NEXT = _aspect(
    "next steps",
    r"next (?:steps?|phases?|stages?|years?)|(?:future|further) (?:plans?|work|steps?)|in (?:the future|future"
    r"|the coming"
    r"|due course)|(?:plan|hop|intend)(?:s|e|es|ed|ing|ning)? to|planned|planning|will|would like to|(?:is"
    r"|are) (?:due|looking) to"
    r"|roll(?:ed|ing)? out|scal(?:e|ed|ing) up",
    "next_steps",
)
REASONS = _aspect(
    "reasons",
    r"because|(?:so|in order) (?:that|to)|driven by|drivers?|to (?:address|tackle|avoid|prevent|meet|respond"
    r"|combat|reduce"
    r"|improve|support|help|encourage)|in (?:response|recognition)|recogni[sz]\w+|aim(?:s|ed|ing)?|due to"
    r"|following (?:the|an?|its)|attribut\w+|given (?:the"
    r"|that)|motivat\w+|at risk of|reasons?|in view of|need(?:s|ed)? to|inequalit\w+",
    "summary",
    "points",
    "steps",
)
SERVED = _aspect(
    "whom it serves",
    r"staff|patients?|residents?|people|children|famil(?:y|ies)|students?|pupils?|candidates?|employees?"
    r"|colleagues?|workers?"
    r"|users?|communit(?:y|ies)|public|participants?|suppliers?|businesses|carers?|the city|population",
    "summary",
)
STEPS = _aspect("steps", r"steps?", "steps")
# In the order in which a comparison looks for what it is about.
ASPECTS = (EVALUATION, MONEY, BARRIERS, STAFFING, OUTCOMES, PARTNERS)


def asks_outcome(question: str) -> bool:
    """Whether a question asks what came of something."""
    return bool(_OUTCOME_ASKED.search(question))


def filed_under(question: str, generation: Generation) -> Places:
    """The sentences that the records file under what the question asks of programmes."""
    filed = _filed(generation)
    return frozenset().union(*(filed[one.name] for one in ASPECTS if one.words.search(question)))


@beside_generation
def _filed(generation: Generation) -> Mapping[str, Places]:
    records = {stored.source.source_id: stored.record for stored in generation.content.sources if stored.record}
    told = [
        (row, record)
        for row, passage in enumerate(generation.content.passages)
        if (record := records.get(passage.source.source_id))
    ]
    return {
        one.name: frozenset(place for row, record in told for place in _places(one, row, record, generation))
        for one in ASPECTS
    }


def _places(aspect: Aspect, row: int, record: Record, generation: Generation) -> Iterator[tuple[int, int]]:
    """Those of one passage of a brief, and of where they lead."""
    fields = (field for field in aspect.fields if field != "facts")  # what a place is like is told by facts too
    said = "\n".join(statement.says for field in fields for statement in getattr(record, field))
    passage, leads = generation.content.passages[row], generation.leads(row)
    for place in range(len(passage.sentences)):
        if passage.quote(place) in said:
            yield row, place
            if leads[place][0] >= 0:
                yield int(leads[place][0]), int(leads[place][1])
