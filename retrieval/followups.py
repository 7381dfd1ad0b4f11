"""Follow-ups, made into questions that stand alone.

A conversation is folded from its start: each question is read against the one before it as that was read, so that what
it does not say is taken from there, however many turns ago it was said. History gives the reader's own earlier
questions, and the names of programmes and organisations that the index knows where the assistant's last turn was about
them; never evidence. A question that stands alone is read as it stands, so a changed subject drops the old one; what
else may be meant only helps to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.intent import Intent, intent_of, telling
from retrieval.names import Names
from retrieval.pointing import (
    ATTRIBUTES,
    ORDINAL,
    all_named,
    asks_more,
    changes_subject,
    is_again,
    leans,
    without_courtesy,
)
from retrieval.swaps import swapped
from retrieval.thread import Subject, Thread, aim_of, subject_of, topic_of
from retrieval.types import Role, Turn

_BODY = re.compile(r"\b(?:the|that|this) (?:trust|hospital|organisation|body)\b", re.I)
_AS_A_WHOLE = re.compile(r"\bas a whole\b|\boverall\b|\b(?:whole|entire) (?:programme|thing|project|scheme)\b", re.I)
# "What about Nottingham, do they do housing?"
_SPOKEN_FOR = re.compile(
    r"^\W*(?:(?:and|but|so|what about|how about) ){1,3}((?:the )?[A-Z][\w'’&-]*(?: [A-Z][\w'’&-]*){0,6})"
    r"\s*[,;:–-]+\s*((?:(?:what|how|why|where|when|who) )?(?:do|does|did|have|has|are|were|can|is|was)) (?:they|it)\b",
    re.I,
)
_IS_IT = re.compile(r"\b(does|is|was|has|will|can) it\b", re.I)
_WHAT_IS = re.compile(r"^\W*what(?:['’]s| is| are) (.+?)\W*$", re.I)
_ATTRIBUTE_OF = re.compile(
    r"^\W*(?:(?:and|but|so|also|what about|how about)\s+)?(?:(?:the|its|their|any)\s+)?"
    r"((?!(?:wh\w+|how|is|are|was|were|do|does|did|has|have)\b)[a-z]+(?: [a-z]+)?)\W*$",
    re.I,
)
_ATTRIBUTE_ASKED = re.compile(
    r"^\W*(?:(?:and|but|so) )?((?:what|who)(?:['’]s| is| was| are| were) (?:the|its|their) [a-z]+)\W*$", re.I
)
_PRONOUN = re.compile(
    r"\b(?P<whose>its|the trust['’]s)\b"
    r"|\b(?P<where>(?<!is )(?<!are )(?<!was )(?<!were )there)\b"
    r"|\b(?P<body>(?:the|that|this) (?:trust|organisation|hospital))\b"
    r"|\b(?:the same|(?:the|that|this) (?:scheme|programme|project|pilot|hub|one|work))\b"
    r"(?! (?:in|at|for|of|with|on)\b)"
    r"|\bit\b(?!['’]|\s+(?:possible|worth|true|better|necessary|easy|hard|take|takes|matter|matters|seem|seems)\b)"
    r"|\b(?:this|that)(?=\W*$|\s+(?:was|were|has|had|did|does|cost|work|run|funded|paid|measured|evaluated|started)\b)",
    re.I,
)
# "What did they find?", of whoever does the work; "do they stay?" is of other people.
_WHO_DID = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:how|why|what(?: else)?|which \w+) (?:do|did|have|has) (they)\b", re.I
)
# Whether something worked, in words that no source uses of itself.
_WORKED = re.compile(
    r"\b(?:(?:did|does|has|is|was) (?:it|that|this|they) (?:actually |really )?"
    r"(?:work(?:ed|ing)?|help(?:ed)?|any good|a success)"
    r"|(?:any|a|what|much) difference|(?:bits?|parts?|of (?:it|that|them)) worked|what (?:did|have) they (?:find|found)"
    r"|how (?:did|is) (?:it|that) (?:go|going))\b",
    re.I,
)
_NAME_ASKED = re.compile(r"^\W*(?:and )?(?:(?:what(?:['’]s| is) )?(?:the |their )?names?|who exactly|who)\W*$", re.I)
_ENDED = re.compile(r"[?.!…]\W*$")
_ORDERS = re.compile(
    r"^\W*(?:(?:and|so|but|please|just) )*(?:tell|give|show|explain|list|describe|compare|need|want|i|we|back)\b", re.I
)
_START_ON = re.compile(r"\b(?:start(?:ed|ing)?|begin|going|first)\b", re.I)

_OF_ONE = {"do": "does", "have": "has", "are": "is", "were": "was"}
_TURNS_BACK = 20  # questions
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
    ``read`` is what the next question finds before it, where it leans on what this one leans on; ``of`` is what it is
    about, in a few words, where that is known.
    """

    question: str
    search_text: str
    focus: str
    leans_on: str = ""
    otherwise: tuple[Reading, ...] = ()
    read: str = ""
    of: str = ""

    @property
    def shown(self) -> str:
        """As a person would have put it: with what it is about, or what it follows."""
        if not self.leans_on:
            return self.question
        text = f"{self.question[:1].upper()}{self.question[1:]}"
        asks = not (_ENDED.search(text) or _ORDERS.search(text))
        return f"{text}{'?' * asks} ({self.of or f'following on from: {self.leans_on}'})"


def stand_alone(text: str, history: Sequence[Turn], names: Names, follows: bool = False) -> Resolved:
    """The question with what it takes from the conversation so far; if it surely ``follows``, however it looks."""
    thread = Thread()
    for earlier, answered in _exchanges(history):
        one = _resolved(earlier, thread, names)
        if one.read:
            thread = thread.went_on(without_courtesy(earlier), one.read, answered)
        else:
            thread = thread.stood_alone(one.question, answered)
    return _resolved(text, thread, names, follows)


def _exchanges(history: Sequence[Turn]) -> Iterator[tuple[str, str]]:
    """The reader's questions, each with the answer that it got, as far as it is read."""
    places = [at for at, turn in enumerate(history) if turn.role is Role.USER][-_TURNS_BACK:]
    for place, after in pairwise((*places, len(history))):
        told = (turn.content for turn in history[place + 1 : after])
        yield re.sub(r"\s+", " ", history[place].content).strip(), next(told, "")[:_ANSWER_READ]


def _resolved(text: str, thread: Thread, names: Names, follows: bool = False) -> Resolved:
    if not thread.root:
        return _by_itself(text)
    if changes_subject(text):
        return _by_itself(without_courtesy(text))
    text, before = _spoken_for(without_courtesy(text)), thread.before
    going_on = f"{thread.answered[:_ANSWER_HEARD]} {text}"
    if not (follows or leans(text, names)):
        otherwise = (Reading(f"{before} {text}", _OTHERWISE), Reading(going_on, _SELDOM))
        return Resolved(text, text, text, otherwise=otherwise)
    if whole := thread.before if is_again(text) else swapped(text, thread, names):
        return _by_itself(whole)
    otherwise = (Reading(text, _OTHERWISE), Reading(going_on, _OFTEN))
    whole_body = bool(_AS_A_WHOLE.search(text) or (asks_more(text) and _WHO_DID.search(text)))
    body = whole_body or bool(_BODY.search(text))
    topic = topic_of(thread.root, names)
    subject = subject_of(thread, names, bodies_only=body)
    if subject and subject.called not in before and thread.asked_which and (subject.is_programme or body):
        return _of_the_answer(text, subject, before, otherwise)
    aim = aim_of(thread.root, names) if topic else ""
    about = aim or (f"on {topic}" if topic else "")
    if told := _told_of(text, subject, about, thread.root):
        return Resolved(told, f"{before} {told}", told, otherwise=otherwise, read=told)
    if subject is None:
        whole = f"{before} {text}"
        read = whole if all_named(text, names) or ORDINAL.search(text) else text
        of = f"following on from: {thread.root}"
        return Resolved(text, whole, whole, leans_on=before, otherwise=otherwise, read=read, of=of)
    of = _spoken_of(subject, about)
    said = f"{of if not telling(text) else subject.called}: {text}"
    search_text = f"{before} {text}" if subject.called in before else f"{before} {said}"
    return Resolved(text, search_text, said, leans_on=before, otherwise=otherwise, read=said, of=of)


def _of_the_answer(text: str, subject: Subject, before: str, otherwise: tuple[Reading, ...]) -> Resolved:
    """A question about what answered "which trust?": how it was found says nothing of it."""
    if told := _told_of(text, subject, "", ""):
        return _by_itself(told)
    focus = f"{subject.called}: {text}"
    return Resolved(text, focus, focus, leans_on=before, otherwise=otherwise, of=subject.called)


def _by_itself(text: str) -> Resolved:
    return Resolved(text, text, text)


def _told_of(text: str, subject: Subject | None, about: str, root: str) -> str | None:
    """The question with what it points at spelt out, None where that cannot be done in plain words."""
    begins = intent_of(text) is Intent.START and _START_ON.search(text) and len(telling(text)) <= 1
    if begins and about and not _START_ON.search(root):
        return f"{_opened(text).rstrip(' ?.!')} {about}?"
    if subject is None:
        thing = _WHAT_IS.search(root) if intent_of(root) is Intent.DEFINITION else None
        known = thing and _IS_IT.search(text)
        return _opened(_IS_IT.sub(rf"\1 {thing[1]}", text, count=1)) if thing and known else None
    if _NAME_ASKED.search(text) and not subject.is_programme and about.startswith("on "):
        return f"Who deals with {about.removeprefix('on ')} at {subject.called}?"
    work = _spoken_of(subject, about)
    if _WORKED.search(text):
        return f"What came of {work}: {_opened(text)}"
    if telling(text) and set(telling(text)) <= ATTRIBUTES:
        if attribute := _ATTRIBUTE_OF.search(text):
            return f"What about the {attribute.group(1)} of {work}?"
        if attribute := _ATTRIBUTE_ASKED.search(text):
            asked = re.sub(r"\b(?:its|their)\b", "the", attribute.group(1), flags=re.I)
            return f"{_opened(asked)} of {work}?"
    return _spelt_out(text, subject, work)


def _spoken_of(subject: Subject, about: str) -> str:
    """What a trust "cost" is the cost of something it did: of its work "on jobs", "to measure impact"."""
    return subject.called if subject.is_programme or not about else f"{subject.called}’s work {about}"


def _spelt_out(text: str, subject: Subject, work: str) -> str | None:
    if not subject.is_programme and (who := _WHO_DID.search(text)):
        return _opened(f"{text[: who.start(1)]}{subject.called}{text[who.end(1) :]}")
    pronoun = _PRONOUN.search(text)
    of_a_body = pronoun and (pronoun.group("whose") or pronoun.group("where") or pronoun.group("body"))
    if not pronoun or not (subject.is_programme or of_a_body or work != subject.called):
        return None
    called = subject.called if of_a_body else work
    spelt = f"{called}’s" if pronoun.group("whose") else called
    spelt = f"at {spelt}" if pronoun.group("where") else spelt
    return _opened(f"{text[: pronoun.start()]}{spelt}{text[pronoun.end() :]}")


def _spoken_for(text: str) -> str:
    """ "What about Nottingham, do they do housing?": does Nottingham."""
    found = _SPOKEN_FOR.search(text)
    if found is None or not found[1][:1].isupper():
        return text
    asks = re.sub(r"\b(do|have|are|were)$", lambda verb: _OF_ONE[verb[0].lower()], found[2], flags=re.I)
    return _opened(f"{asks} {found[1]}{text[found.end() :]}")


def _opened(text: str) -> str:
    """The question without the word that ties it to the one before."""
    text = re.sub(r"^\W*(?:and|but|so|also)\s+", "", text, flags=re.I)
    return text[:1].upper() + text[1:]
