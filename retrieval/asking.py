"""Which aspect of a programme a question asks after (what was hard, who pays, what comes next, why, how), and which of
its words narrow that down: "what was hard about funding the hub?"

The shape of the question tells it first; where none does, what it means: the encoder compares the question, in which
whatever it names is called "they", with questions of ours, which are never shown. Single words do not tell: "hard"
stands in "hard-to-reach groups", "fund" in "funding bodies".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.attribution import Mention
from retrieval.aspects import (
    BARRIERS,
    EVALUATION,
    MONEY,
    NEXT,
    OUTCOMES,
    PARTNERS,
    REASONS,
    SERVED,
    STAFFING,
    STEPS,
    Aspect,
)
from retrieval.encode import Encoder
from retrieval.intent import telling
from retrieval.names import Names
from retrieval.understand import Understood
from retrieval.vectors import Vectors
from retrieval.words import stems

# Cosine with the likest of our questions, and by how much it must be liker than any that asks something else.
_MEANS, _SURER = 0.6, 0.1

_OF_IT = r"(?:it|its|this|that|they|their|them|these|those|the)"
_WAS = r"(?:['’]s|['’]ve| is| was| were| are| has been| have been| had been| proved| turned out)?"
_MOST = r"(?:hard|difficult|tricky|tough|challenging|problematic|awkward|(?:hard|trick|tough)(?:i)?(?:er|est))"
_PEOPLE = (
    r"(?:(?:local|young|older|disabled|homeless|low-paid|many|some) )*(?:people|patients|residents|communit\w+|staff|"
    r"famil\w+|children|carers|households|neighbourhoods?|populations?)"
)

_COUNTS = re.compile(r"\b(?:when|how (?:many|much|long|old|often|far|soon|big|large))\b", re.I)

_SHAPES: tuple[tuple[Aspect, re.Pattern[str]], ...] = tuple(
    (aspect, re.compile(shape, re.I))
    for aspect, shape in (
        (
            BARRIERS,
            rf"\bwhat{_WAS} (?:\w+ )?(?:so |most |more |particularly |really |the )*{_MOST}(?! evidence| data"
            rf"| numbers)\b"
            rf"|\b(?:what|which|any"
            rf"|where)\b[^?]*(?<!\bin )(?<!financial )(?<!money )(?<!debt )(?<!health )\b(?:barriers?"
            rf"|obstacles?|hurdles?|pitfalls?|snags?|hitch(?:es)?|hiccups?"
            r"|difficult(?:y|ies)|challenges?|problems?|stumbling blocks?|sticking points?|bottlenecks?|downsides?|"
            r"mistakes?|setbacks?|limitations?|drawbacks?|teething (?:troubles|problems))\b"
            rf"(?! (?:(?:do|did|are|were|does|is|was|for|facing|faced by|among) {_PEOPLE}"
            r"|(?:does|did|do|is|was|were|are) \w+ (?:\w+ )?(?:solv|tackl|address|meant|trying|try|respond|deal"
            r"|fix|help)\w*"
            rf"|that (?:led|made)|in {_OF_IT} (?:area|region|communit)))"
            r"|\b(?:held|hold|holds|holding|kept) (?:\w+ ){0,3}(?:back|up)\b|\bslow(?:ed|s)? (?:\w+ )?down\b"
            r"|\b(?:got|get|gets|getting|stood|stands?|standing) in (?:the|its|their|\w+['’]s) way\b"
            r"|\b(?:went|gone|go|goes|going) wrong\b|\bstruggl\w+ (?:with|to)\b|\bwhere did \w+ struggle\b"
            r"|\b(?:did|do|does)(?:n['’]t| not) work\b|"
            rf"\bwas (?:it|this|that|they) (?:at all )?{_MOST}\b",
        ),
        (
            NEXT,
            r"\bwhat(?:['’]s| is| are| comes?| came| happens?| will| do(?:es)?| did"
            r"| would)\b[^?]*\bnext\b(?! to\b| door\b)"
            r"|\b(?:what|which|any|tell\w*|are there|have)\b[^?]*\b(?:(?:next|further|future) (?:steps?|phases?"
            r"|stages?|plans?)"
            r"|plans? (?:for|to|after|beyond|from here|now|next)|ambitions? for the future)\b"
            rf"|\bwhat (?:are|were|is) {_OF_IT}(?:['’]s)? (?:\w+ )?plans?\b(?! for (?:reducing|tackling))"
            r"|\bwhat (?:are|is) \w+ planning\b|\bwhere (?:does|do|will|did) \w+ (?:\w+ )?go (?:from here|next|now)\b"
            r"|\b(?:does|do|is|are|will) \w+ (?:\w+ )?(?:plan|hope|intend|going|mean|want|aim)(?:ning"
            r"|ing)? to (?:\w+ )?"
            r"(?:do|expand|extend|grow|scale|spread|roll|continue|build|open|take)\b"
            r"|\bwill \w+ (?:\w+ )?(?:be )?(?:expand|extend|grow|scale|spread|roll|continu)\w*\b|\bin the pipeline\b"
            r"|\bstill to come\b|\bhow will \w+ (?:\w+ )?(?:grow|expand|extend|scale|spread|be (?:taken|rolled))\b"
            r"|\bthe future (?:of|for|hold)\b",
        ),
        (
            REASONS,
            r"^\W*(?:(?:and|so|but) )?why\b(?! (?:is|are|was|were) \w+ important)(?! (?:should|would|do|can"
            r"|must) (?:we|i|anyone|trusts))"
            rf"|\bwhat (?:made|prompted|drove|drives|led|motivated|spurred|pushed|moved|persuaded) {_OF_IT}\b"
            rf"|\bwhat (?:was|is|were|lay|lies) (?:the )?(?:reasons?|rationale|thinking|motivation|idea"
            rf"|motives?|drivers?|need)\b"
            rf"|\bwhat (?:was|is|lay|lies) behind\b|\bwhat (?:problem|need|gap|issue)s? (?:\w+ )?(?:was|is|were"
            rf"|did|does|do|are) \w+ "
            r"(?:\w+ )?(?:solv|tackl|address|meant|try|respond|deal|fix|answer|set)\w*|\bfor what reasons?\b"
            r"|\bhow come\b"
            r"|\bwhat (?:sparked|triggered)\b",
        ),
        (
            EVALUATION,
            r"\b(?:was|is|has|have|were|been|being|how|who|did|does|do|are|any(?:one"
            r"|body)?)\b[^?]*\b(?:evaluat(?:e|ed|es|ion|ions|ing)|"
            r"assess(?:ed)? (?:it|this|them|that)|independently (?:reviewed|assessed))\b"
            r"|\bhow (?:do|does|did|will|is|are|was|were) (?:\w+ ){1,4}?(?:measur(?:e|ed|ing)|monitor(?:ed)?"
            r"|track(?:ed)?|assess(?:ed)?)\b"
            r"|\bhow (?:do|does|did|will|can) \w+ (?:\w+ )?(?:know|tell|show|prove) (?:if|whether|that"
            r"|how well) \w+ \w+"
            r"|\bwhat (?:metrics|measures|indicators|kpis) (?:do|does|did|are)\b|\b(?:who|anyone"
            r"|anybody) (?:\w+ )?(?:checked|researched|studied)\b",
        ),
        (
            MONEY,
            r"\bwho(?:se)? (?:\w+ ){0,3}?(?:pay(?:s|ing)?|paid|funds?|funded|funding|financ(?:es?|ed)|foot(?:s"
            r"|ed)?|chip(?:s|ped)? in"
            r"|bankroll(?:s|ed)?|sponsor(?:s|ed)?|money)\b|\bwho (?:put|puts|gave|came) (?:up "
            r"|in )?(?:with )?(?:the )?(?:money|cash|funds?|funding)\b"
            r"|\bhow (?:is|was|were|are|did|do|does) (?:\w+ ){1,6}?(?:funded|paid for|financed|resourced"
            r"|pay for|fund (?:it|this|them)|afford)\b"
            r"|\bwhere (?:does|did|do|has|is) (?:\w+ ){0,4}?(?:money|funding|cash|funds|budget)\b|\b(?:what"
            r"|which) (?:funding|grants?|money)\b"
            r"(?! (?:did|do|does) \w+ (?:give|award|offer)| bodies| for (?:charit|communit|local))"
            r"|\bsources? of (?:funding|money)\b|\bwhat (?:did|does|has|will"
            r"|would) \w+ (?:\w+ )?cost\b(?!s? of living)|\bhow much (?:did|does|has) \w+ (?:\w+ )?cost\b"
            r"|\b(?:new|extra|outside|external) (?:money|funding)\b[^?]*\?",
        ),
        (
            STAFFING,
            r"\bhow (?:is|was|are|were) \w+ staffed\b|\b(?:what|which|how many) (?:\w+ )?(?:staff|posts?|roles"
            r"|team|people)\b[^?]*"
            r"\b(?:run|runs|ran|deliver\w*|work(?:s|ed)? on|behind|needed|take)\b(?! by)|\bwho (?:works|worked) on\b"
            r"|\b(?:dedicated|core) (?:team|staff|posts?)\b|\bhow much staff time\b|\bwho (?:runs|delivers"
            r"|staffs?|staffed|does) (?:it|this|that|them)\b",
        ),
        (
            PARTNERS,
            r"\bwho(?:m)? (?:did|do|does|else|has|have|is|was|were|are) (?:\w+ ){1,3}?(?:work(?:ed"
            r"|ing)? (?:with|alongside)|partner\w*|collaborat\w+|team\w* up"
            r"|join\w* forces|involved|on board|in (?:on )?it)\b|\b(?:what|which"
            r"|who) (?:[\w’'-]+ ){0,4}?partners?\b(?!['’]| of\b)|\bpartnered with\b"
            r"|\bhow (?:did|do|does|has|have|is|are|was|were) (?:\w+ ){1,3}?(?:work(?:ed|ing)?|partner(?:ed)?"
            r"|collaborat\w+|co-?operat\w+|join\w* forces|team\w* up)"
            r" (?:\w+ )?(?:with|alongside)\b|\bwho (?:\w+ )?(?:helped|joined|supported) (?:it|them|this)\b"
            r"|\bteam(?:ed)? up with\b"
            r"|\bwhich (?:other )?organisations (?:were|are|did|helped|worked|took)\b",
        ),
        (
            STEPS,
            r"^\W*(?:(?:and|so|but) )?how (?:did|have|has) (?!we|i\b|you|our)(?:\w+ ){1,4}?(?!work\b|help\b"
            r"|know\b|feel\b|change\b|compare\b|do\b(?! (?:it|this|that)\b))\w+"
            r"|^\W*(?:(?:and|so|but) )?how (?:was|were) \w+ (?:\w+ )?(?:set up|built|done|introduced|made"
            r"|created|developed|launched|started|established|"
            r"implemented|put in place|designed)\b|\bwhat (?:steps|did \w+ actually do|did \w+ do first)\b",
        ),
        (
            SERVED,
            r"\bwho(?:m)? (?:\w+ )?(?:benefits?|benefited|gains?|gained|profits?|is helped|are helped)\b"
            r"|\bwho(?:m)? (?:is|was|are|were) (?:it|this|they|that) (?:\w+ )?(?:for|meant for|aimed at|open to"
            r"|designed for)\b"
            r"|\b(?:who(?:m)?|which (?:groups|people|patients|staff)) (?:do|does|did|has|have) (?:it|this|they"
            r"|that) (?:\w+ )?"
            r"(?:help(?:ed)?|serve[sd]?|target(?:ed)?|reach(?:ed)?|benefit(?:ed)?)\b",
        ),
        (
            OUTCOMES,
            r"\bwhat (?:has |have |did |was |were |is |are )?(?:\w+ ){0,4}?(?:come of|came of|achieved?"
            r"|outcomes?|results?|impacts?|accomplish\w*"
            r"|show for|difference)\b|\b(?:was|is|has|were) \w+ (?:\w+ )?(?:a )?success\w*\b"
            r"|\bdid \w+ (?:\w+ )?(?:work|succeed|pay off|make (?:a|any) difference)\W*$"
            r"|\bwhat good\b|\bwhat happened as a result\b|\bwas \w+ worth it\b",
        ),
    )
)

_ASKED: Mapping[Aspect, tuple[str, ...]] = {
    BARRIERS: (
        "What was hard for them?",
        "What tripped them up?",
        "What was the trickiest part for them?",
        "What did they have to overcome?",
        "What nearly stopped it?",
        "What made it hard to do?",
        "What did they find heavy going?",
        "What complicated matters for them?",
        "Did they run into trouble?",
    ),
    MONEY: (
        "Who pays for it?",
        "Who chips in for it?",
        "Where does the money for it come from?",
        "Was there a grant behind it?",
        "Whose budget does it come out of?",
        "How do they cover the cost of it?",
    ),
    PARTNERS: (
        "Who did they do it with?",
        "Did they do it on their own or with others?",
        "Who else had a hand in it?",
        "Which outside bodies took part in it?",
    ),
    NEXT: (
        "What's next for them?",
        "What are they going to do from now on?",
        "How do they mean to take it further?",
        "What is on the horizon for it?",
        "What more do they have planned?",
    ),
    OUTCOMES: (
        "What came of it?",
        "What did it lead to?",
        "What have they got to show for it?",
        "Did it do any good?",
        "What changed because of it?",
    ),
    REASONS: ("Why did they do it?", "What was the point of it?", "What made them want to do it?"),
}
_OTHERWISE = (
    "What is it?",
    "What do they do?",
    "Tell me about them",
    "What have they done about housing?",
    "How do they reach hard-to-reach groups?",
    "What did they do for people who find it hard to get work?",
    "Is there hard evidence for it?",
    "Which funding bodies did they advise?",
    "What challenges do local communities face?",
    "How deprived is the area?",
    "Where is it?",
    "When did it begin?",
    "How many people took part?",
    "Who can join it?",
    "Who can I contact about it?",
    "What does it consist of?",
    "What are its aims?",
    "What training do they give?",
    "What do they do for staff who have money worries?",
    "What do they pay their staff?",
    "How do they spend their money locally?",
    "What grants do they give to charities?",
    "How do they buy goods and services?",
    "What lessons are there for others?",
    "How can we do the same?",
    "What should we do next?",
    "What is special about it?",
    "How do they involve local people?",
    "What data do they hold?",
    "What is their strategy?",
    "What role do leaders play?",
    "Who runs it?",
)

# What any programme may be called, and what says no more than that something is asked of it.
GENERAL = frozenset(
    stems(
        "scheme schemes programme programmes project projects pilot initiative campaign service work partnership they "
        "them their it its this that whole thing anchor institution trust hospital part side first main biggest "
        "actually really exactly ever yet now still come came comes do did done one had "
        "people anybody anyone everyone else overall so far team much go gone off ground place way "
        "bit thing made make making want wanted decide decided choose chose bother try tried came about other others"
    )
)


@dataclass(frozen=True, slots=True)
class Asking:
    """``narrower``: the stems that say of what the aspect is asked; empty where it is asked of the whole."""

    aspect: Aspect
    narrower: frozenset[str]


def asking(asked: Understood, names: Names, encoder: Encoder) -> Asking | None:
    """The one aspect that is asked after; None where it is none of them."""
    text = _masked(_now(asked), names)
    for aspect, shape in _SHAPES:
        if found := shape.search(text):
            cut = found.group() if aspect in (BARRIERS, NEXT) else " ".join(aspect.words.findall(text))
            return Asking(aspect, _narrower(text, cut, aspect))
    if _COUNTS.search(text):
        return None
    meant, likest = _meant(text, encoder)
    return Asking(meant, _narrower(text, likest, meant)) if meant else None


def _now(asked: Understood) -> str:
    """What is asked now: of a follow-up without what it goes on from."""
    return asked.question if asked.focus == asked.meaning_text else asked.focus


def _masked(text: str, names: Names) -> str:
    mentions = sorted((*names.programmes_in(text), *names.bodies_in(text)), key=lambda one: one.start)
    kept, at = "", 0
    for one in _apart(mentions):
        kept += f"{text[at : one.start].removesuffix('the ').removesuffix('The ')}{'their' if text[one.end :][:2] in _OWNS else 'they'}"
        at = one.end + 2 * (text[one.end :][:2] in _OWNS)
    return kept + text[at:]


_OWNS = ("'s", "’s")


def _apart(mentions: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for one in mentions:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _narrower(text: str, cut: str, aspect: Aspect) -> frozenset[str]:
    left = aspect.words.sub(" ", text)
    return frozenset(telling(left)) - GENERAL - frozenset(stems(cut)) - _OF_ASPECT[aspect.name]


_OF_ASPECT: Mapping[str, frozenset[str]] = {
    BARRIERS.name: frozenset(
        stems("hard difficult tricky tough face faced facing overcome biggest hit meet met trouble run slow")
    ),
    MONEY.name: frozenset(
        stems(
            "pay pays paid fund funded money cash chip foot bill bankroll sponsor finance resource cover cost spend come source put up new extra outside"
        )
    ),
    PARTNERS.name: frozenset(stems("work with partner involve help join organisation team up forces alongside")),
    NEXT.name: frozenset(
        stems("next plan future further step expand extend grow scale spread roll continue hope intend")
    ),
    REASONS.name: frozenset(
        stems("why reason set up behind start begin launch create think motive drive prompt point")
    ),
    OUTCOMES.name: frozenset(stems("outcome result impact achieve difference success work lead change good show")),
    EVALUATION.name: frozenset(
        stems("evaluate measure monitor track assess know tell whether work success indicators check")
    ),
    STAFFING.name: frozenset(stems("staff team dedicated core time work deliver post role run need take deliver")),
    SERVED.name: frozenset(stems("who benefit gain help serve target reach group people aim meant open design")),
    STEPS.name: frozenset(
        stems("how become set up built do step take introduce create develop launch start manage get got go about")
    ),
}


def _meant(text: str, encoder: Encoder) -> tuple[Aspect | None, str]:
    """With the likest of our questions."""
    rows, pairs = _prototypes(encoder)
    aspects = [aspect for _, aspect in pairs]
    alike = rows @ encoder.encode_question(text).vector
    best = int(np.argmax(alike))
    likest, aspect = pairs[best]
    others = max(float(one) for one, other in zip(alike, aspects, strict=True) if other is not aspect)
    surely = alike[best] >= _MEANS and alike[best] - others >= _SURER
    return (aspect if surely else None), likest


_KEPT: dict[str, Vectors] = {}  # by the encoder's hash


def _prototypes(encoder: Encoder) -> tuple[Vectors, Sequence[tuple[str, Aspect | None]]]:
    pairs: list[tuple[str, Aspect | None]] = [(text, aspect) for aspect, texts in _ASKED.items() for text in texts]
    pairs += [(text, None) for text in _OTHERWISE]
    if encoder.sha256 not in _KEPT:
        _KEPT[encoder.sha256] = encoder.encode_questions([text for text, _ in pairs])
    return _KEPT[encoder.sha256], pairs
