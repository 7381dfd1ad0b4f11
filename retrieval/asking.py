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
from retrieval.aspect_shapes import SHAPES
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

_COUNTS = re.compile(r"\b(?:when|how (?:many|much|long|old|often|far|soon|big|large))\b", re.I)

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
        "bit thing life behind from alone without being made make making want wanted decide decided "
        "choose chose bother try tried came about other others"
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
    for aspect, shape in SHAPES:
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
    """With "they" and "their" for whatever it names."""
    kept, at = "", 0
    for one in _apart(sorted((*names.programmes_in(text), *names.bodies_in(text)), key=lambda one: one.start)):
        owns = text[one.end :].startswith(("'s", "’s"))
        before = text[at : one.start].removesuffix("the ").removesuffix("The ")
        kept += before + ("their" if owns else "they")
        at = one.end + (2 if owns else 0)
    return kept + text[at:]


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
            "pay pays paid fund funded money cash chip foot bill bankroll sponsor finance resource cover cost spend "
            "come source put up new extra outside"
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
    alike = _prototypes(encoder) @ encoder.encode_question(text).vector
    best = int(np.argmax(alike))
    likest, aspect = _PAIRS[best]
    others = max(float(one) for one, (_, other) in zip(alike, _PAIRS, strict=True) if other is not aspect)
    surely = alike[best] >= _MEANS and alike[best] - others >= _SURER
    return (aspect if surely else None), likest


_PAIRS: Sequence[tuple[str, Aspect | None]] = (
    *((text, aspect) for aspect, texts in _ASKED.items() for text in texts),
    *((text, None) for text in _OTHERWISE),
)
_KEPT: dict[str, Vectors] = {}  # of these texts, by the encoder's hash


def _prototypes(encoder: Encoder) -> Vectors:
    if encoder.sha256 not in _KEPT:
        _KEPT[encoder.sha256] = encoder.encode_questions([text for text, _ in _PAIRS])
    return _KEPT[encoder.sha256]
