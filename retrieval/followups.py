"""Follow-ups, made into questions that stand alone.

History gives the reader's own earlier questions, and the names of programmes and organisations that the index knows
where the assistant's last turn said them; never evidence. A question that stands alone is read as it stands, so a
changed subject drops the old one; what else may be meant only helps to find.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.attribution import Mention
from retrieval.intent import telling
from retrieval.names import Names
from retrieval.pointing import ATTRIBUTES, ORDINAL, SWAPS, all_named, leans, leans_back, only_names, overlap
from retrieval.types import Role, Turn

_TWO = re.compile(
    r"(?<=\bof )(?:the two(?: of them)?|these two|those two|them)\b|\b(?:the two(?: of them)?|both of them)\b", re.I
)
_BODY = re.compile(r"\b(?:the|that|this) (?:trust|hospital|organisation|body)\b", re.I)
_ATTRIBUTE_OF = re.compile(
    r"^\W*(?:(?:and|but|so|also|what about|how about)\s+)?(?:(?:the|its|their|any)\s+)?([a-z]+(?: [a-z]+)?)\W*$", re.I
)
_ASKS_WHICH = re.compile(r"^\W*(?:and |so |but )?(?:in |at )?(?:which|who(?:se)?|where)\b", re.I)
_NUMBERED = re.compile(
    r"\W*(?:(?:and|or|what about|how about)\s+)?(?:(?:the\s+)?(number|[a-z]+)\s+|)(\d{1,2})\W*", re.I
)
_COUNTED = re.compile(r"\b[A-Za-z]+ \d{1,2}\b(?![.,]?\d)")
_ORDINALS = r"(first|second|third|fourth|fifth|sixth|seventh|eighth|last)"
_OTHER_ORDINAL = re.compile(
    rf"\W*(?:(?:and|or|what about|how about)\s+)?(?:the\s+)?{_ORDINALS}(?:\s+(?:one|[a-z]+))?\W*", re.I
)
AN_ORDINAL = re.compile(rf"\b{_ORDINALS}\b", re.I)
_PLACES = {
    "first": 0,
    "1st": 0,
    "one": 0,
    "1": 0,
    "second": 1,
    "2nd": 1,
    "two": 1,
    "2": 1,
    "third": 2,
    "3rd": 2,
    "three": 2,
    "3": 2,
    "fourth": 3,
    "4th": 3,
    "four": 3,
    "4": 3,
    "fifth": 4,
    "5th": 4,
    "five": 4,
    "5": 4,
    "last": -1,
}
_PRONOUN = re.compile(
    r"\b(?P<whose>its|the trust['’]s)\b"
    r"|\b(?P<where>(?<!is )(?<!are )(?<!was )(?<!were )there)\b"
    r"|\b(?:the same|(?:the|that|this) (?:scheme|programme|project|pilot|hub|trust|organisation|one|work))\b"
    r"|\bit\b(?!['’]|\s+(?:possible|worth|true|better|necessary|easy|hard|take|takes|matter|matters|seem|seems)\b)"
    r"|\b(?:this|that)(?=\W*$|\s+(?:was|were|has|had|did|does|cost|work|run|funded|paid|measured|evaluated|started)\b)",
    re.I,
)

_TURNS_BACK = 3
_ANSWER_READ = 4_000  # characters of the last answer in which names are looked for
_ANSWER_HEARD = 300  # characters of it that are looked up
# How much what else may be meant counts: the other way round, and going on with the answer, for a question that stands
# alone and for one that leans. Fitted on the tune half of evals/suites/anchors.yaml.
_OTHERWISE, _SELDOM, _OFTEN = 0.35, 0.2, 0.4


@dataclass(frozen=True, slots=True)
class Reading:
    """Another text to look up, and what it counts, 0 to 1, against what was found before it."""

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Resolved:
    """``question`` stands alone as far as it could be made to; where it could not, ``leans_on`` is what it follows.
    ``search_text`` holds all that is to be looked up, ``focus`` what of it is asked now: the rest only finds the place.
    ``otherwise`` is what else may be meant, empty where there is no doubt: in a conversation, what seems to follow may
    stand alone, and the other way round, or go on with the answer. Passages and sentences are found by it too.
    """

    question: str
    search_text: str
    focus: str
    leans_on: str = ""
    otherwise: tuple[Reading, ...] = ()

    @property
    def shown(self) -> str:
        return f"{self.question} (following on from: {self.leans_on})" if self.leans_on else self.question


@dataclass(frozen=True, slots=True)
class Subject:
    """What a conversation is about, as it was called."""

    called: str
    is_programme: bool


def stand_alone(text: str, history: Sequence[Turn], names: Names) -> Resolved:
    """The question with what it takes from the conversation so far."""
    before = _asked_before(history, names)
    if not before:
        return _by_itself(text)
    answered = _answered_last(history)
    going_on = f"{answered[:_ANSWER_HEARD]} {text}"
    if not leans(text, names):
        otherwise = (Reading(f"{before} {text}", _OTHERWISE), Reading(going_on, _SELDOM))
        return Resolved(text, text, text, otherwise=otherwise)
    if swapped := _other_subject(text, before, names):
        return _by_itself(swapped)
    if picked := _picked(text, answered, names) or _both(text, (answered, before), names):
        return _by_itself(picked)
    otherwise = (Reading(text, _OTHERWISE), Reading(going_on, _OFTEN))
    body = bool(_BODY.search(text))
    asked_which = bool(_ASKS_WHICH.search(before))
    said = (answered, before) if asked_which else (before, answered)
    subject = _subject(said, names, bodies_only=body, in_order=asked_which)
    if subject and subject.called not in before and asked_which and (subject.is_programme or body):
        return _of_the_answer(text, subject, before, otherwise)
    search_text = f"{before} {text}"
    if subject and (told := _told_of(text, subject)):
        return Resolved(told, f"{before} {told}", told, otherwise=otherwise)
    focus = f"{subject.called}: {text}" if subject else search_text
    known = subject is None or subject.called in before
    return Resolved(text, search_text if known else f"{before} {focus}", focus, leans_on=before, otherwise=otherwise)


def _of_the_answer(text: str, subject: Subject, before: str, otherwise: tuple[Reading, ...]) -> Resolved:
    """A question about what answered "which trust?": how it was found says nothing of it."""
    if told := _told_of(text, subject):
        return _by_itself(told)
    focus = f"{subject.called}: {text}"
    return Resolved(text, focus, focus, leans_on=before, otherwise=otherwise)


def _by_itself(text: str) -> Resolved:
    return Resolved(text, text, text)


def _asked_before(history: Sequence[Turn], names: Names) -> str:
    """The last question that the reader asked, with those before it that it leant on."""
    asked = [re.sub(r"\s+", " ", turn.content).strip() for turn in history if turn.role is Role.USER][-_TURNS_BACK:]
    before = ""
    for text in asked:
        if not before or not leans_back(text, names):
            before = text
        else:
            before = _other_subject(text, before, names) or f"{before} {text}"
    return before


def _answered_last(history: Sequence[Turn]) -> str:
    return next((turn.content[:_ANSWER_READ] for turn in reversed(history) if turn.role is Role.ASSISTANT), "")


def _other_subject(text: str, before: str, names: Names) -> str | None:
    """ "What about ELFT?": the question before, asked of another organisation or programme. None where it is no such
    question, or the one before named several."""
    if numbered := _other_number(text, before) or _other_ordinal(text, before):
        return numbered
    swap = SWAPS.search(text)
    if not swap or not all_named(text, names) or not only_names(text, names):
        return None
    programmes, bodies = names.programmes_in(before), names.bodies_in(before)
    bodies = [one for one in bodies if not any(overlap(one, other) for other in programmes)]
    if (
        len({one.thing for one in bodies}) > 1
        or len({one.thing for one in programmes}) > 1
        or not (programmes or bodies)
    ):
        return None
    if names.programmes_in(text):
        return _replaced(before, programmes or bodies, bodies if programmes else (), swap.group(1))
    if bodies:
        return _replaced(before, bodies, programmes, swap.group(1))
    return _replaced(before, programmes, (), f"the programme at {swap.group(1)}")


def _other_number(text: str, before: str) -> str | None:
    """ "And number 13?" after "What is lesson 12?": lesson 13."""
    number, counted = _NUMBERED.fullmatch(text), _COUNTED.findall(before)
    if not number or len(counted) != 1:
        return None
    if (number.group(1) or "number").lower() not in ("number", counted[0].split()[0].lower()):
        return None
    return _COUNTED.sub(lambda found: f"{found.group().split()[0]} {number.group(2)}", before)


def _other_ordinal(text: str, before: str) -> str | None:
    """ "And the fourth one?" after "What is the second category?": the fourth category."""
    asked = _OTHER_ORDINAL.fullmatch(text)
    return AN_ORDINAL.sub(asked[1], before) if asked and len(AN_ORDINAL.findall(before)) == 1 else None


def _replaced(text: str, old: Sequence[Mention], gone: Sequence[Mention], new: str) -> str:
    """The text with ``new`` for what was named, and nothing for what belonged to it: "at Barts" goes altogether."""
    for mention in sorted((*old, *gone), key=lambda one: -one.start):
        before, after = text[: mention.start], text[mention.end :]
        if mention in old:
            text = f"{before}{new}{after}"
        else:
            alone = re.sub(r"\s+(?:at|in|by|of|from|with)(?:\s+the)?\s*$", "", before, flags=re.I)
            text = f"{alone}{after}" if alone != before else f"{before}the programme{after}"
    return text


def _picked(text: str, answered: str, names: Names) -> str | None:
    """ "The second one": the second of what the last answer named."""
    ordinal = ORDINAL.search(text)
    if not ordinal:
        return None
    programmes, bodies = _called_in(answered, names)
    things = programmes if len(programmes) > 1 else bodies
    place = _PLACES[(ordinal.group(1) or ordinal.group(2)).lower()]
    if len(things) < 2 or place >= len(things):
        return None
    return f"{text[: ordinal.start()]}{things[place]}{text[ordinal.end() :]}"


def _both(text: str, said: Sequence[str], names: Names) -> str | None:
    """ "Which of the two is larger?": the two that were named last."""
    pointed = _TWO.search(text)
    if not pointed:
        return None
    two = next((things for earlier in said for things in _called_in(earlier, names) if len(things) == 2), None)
    return f"{text[: pointed.start()]}{two[0]} and {two[1]}{text[pointed.end() :]}" if two else None


def _called_in(text: str, names: Names) -> tuple[list[str], list[str]]:
    """The programmes and the organisations that a text names, each once, as they are called, in order."""
    programmes = (names.called[one.thing] for one in names.programmes_in(text))
    bodies = (one.thing for one in names.organisations_in(text))
    return list(dict.fromkeys(programmes)), list(dict.fromkeys(bodies))


def _subject(said: Sequence[str], names: Names, bodies_only: bool, in_order: bool) -> Subject | None:
    """What the conversation is about, where it is one thing: that of the first text of ``said`` that names one, but a
    programme before an organisation unless they count ``in_order``; no programme where "that trust" is asked about."""
    found = []
    for text in said:
        programmes = [] if bodies_only else names.programmes_in(text)
        found.append((text, programmes or names.organisations_in(text), bool(programmes)))
    if not in_order:
        found.sort(key=lambda one: not one[2])
    for text, named, is_programme in found:
        if len({one.thing for one in named}) == 1:
            start, end = named[-1].start, named[-1].end
            article = "the " if text[:start].lower().endswith("the ") else ""
            return Subject(f"{article}{text[start:end]}", is_programme)
    return None


def _told_of(text: str, subject: Subject) -> str | None:
    """The question with its pronoun spelt out, None where that cannot be done in plain words."""
    attribute = _ATTRIBUTE_OF.search(text)
    if attribute and telling(text) and set(telling(text)) <= ATTRIBUTES:
        return f"What about the {attribute.group(1)} of {subject.called}?"
    pronoun = _PRONOUN.search(text)
    # What a trust "cost" is the cost of something it did.
    if not pronoun or not (subject.is_programme or pronoun.group("whose") or pronoun.group("where")):
        return None
    spelt = f"{subject.called}’s" if pronoun.group("whose") else subject.called
    spelt = f"at {spelt}" if pronoun.group("where") else spelt
    told = f"{text[: pronoun.start()]}{spelt}{text[pronoun.end() :]}"
    told = re.sub(r"^\W*(?:and|but|so|also)\s+", "", told, flags=re.I)
    return told[:1].upper() + told[1:]
