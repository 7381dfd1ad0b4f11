"""What a conversation has come to: its questions as they were read, and what the next one may speak of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.attribution import Mention
from retrieval.intent import Intent, asks_who, intent_of, telling
from retrieval.names import Names
from retrieval.pointing import ATTRIBUTES, all_named, without

_ASKS_WHICH = re.compile(r"^\W*(?:and |so |but )?(?:in |at )?(?:which|who(?:se)?|where)\b", re.I)
_HEADING = re.compile(r"^\*\*(.+)\*\*$", re.M)
_BESIDES = re.compile(r"(?:Perhaps also of use|Nearest to your question|Closest to your question)\b")  # no answer
# What a question says of how it is to be answered.
_ASKING = re.compile(
    r"^(?:\w+['’](?:re|m|ve|ll|d)|compare|tell|percent|percentage|proportion|share|any\w+|some\w+|examples?|summar\w+|between|whats|done|doing|actually|really|its|better|best|worse|larger|smaller)$",
    re.I,
)
_HOW_FAR = re.compile(r"\bhow (?:wide|big|large|long|far|old|high|low|fast|quickly|well|likely)\b", re.I)
_JOINS = re.compile(r"^(?:for|of|in|on|with|and|to|into|from|the|a|an)$", re.I)
_HOW_TO = re.compile(
    r"^\W*how (?:do|does|did|can|could|should|would) (?:we|you|i|they|one|people|others|(?:other )?(?:trusts|hospitals"
    r"|organisations|anchors)|(?:an?|the|our) (?:[\w'’-]+ ){0,3}?(?:trust|hospital|organisation|team|service|board)) "
    r"(?!(?:start|begin|get (?:started|going))\b)([\w'’-]+ .+?)\W*$",
    re.I,
)
_TOPIC = 8  # words
_LONGEST = 400  # characters of a question on which others lean


@dataclass(frozen=True, slots=True)
class Thread:
    """``asked``: the reader's questions, each as it was read. ``root``: the one on which those after it lean. ``last``:
    the last one in the reader's own words, ``answered`` what was said to it."""

    asked: tuple[str, ...] = ()
    root: str = ""
    last: str = ""
    answered: str = ""

    @property
    def full(self) -> str:
        """The last question as it was read."""
        return self.asked[-1] if self.asked else ""

    @property
    def before(self) -> str:
        """What a question goes on with: the one on which it leans, and the last. Whom to ask is no subject."""
        own = self.last != self.root and not asks_who(self.last)
        return f"{self.root} {self.last}" if own else self.root

    @property
    def asked_which(self) -> bool:
        return bool(_ASKS_WHICH.search(self.last))

    def stood_alone(self, question: str, answered: str) -> Thread:
        question = question[-_LONGEST:]
        return Thread((*self.asked, question), question, question, answered)

    def went_on(self, text: str, read: str, answered: str) -> Thread:
        return replace(self, asked=(*self.asked, read), last=text, answered=answered)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a conversation is about, as it was called."""

    called: str
    is_programme: bool


def topic_of(text: str, names: Names) -> str:
    """The words of a question that say what it is about, without whom, and without what is asked of it."""
    words = re.findall(r"[^\W_][\w'’&%-]*", _HOW_FAR.sub("", without(text, all_named(text, names))))
    kept = [at for at, one in enumerate(words) if set(telling(one)) - ATTRIBUTES and not _ASKING.match(one)][:_TOPIC]
    between = range(kept[0], kept[-1]) if kept else ()
    return " ".join(words[at] for at in (*between, *kept[-1:]) if at in kept or _JOINS.match(words[at]))


def aim_of(text: str, names: Names) -> str:
    """What "How do we get the board on board?" is about: "to get the board on board"; empty of any other question."""
    named = all_named(text, names)
    whose = named[0] if named else None
    doing = _HOW_TO.search(f"{text[: whose.start]}they{text[whose.end :]}" if whose else text)
    return f"to {doing[1]}" if doing and len(named) <= 1 and not (whose and " they " in f" {doing[1]} ") else ""


def subject_of(thread: Thread, names: Names, bodies_only: bool) -> Subject | None:
    """What the reader speaks of, where it is one thing; what the last answer is about only where the reader's own
    questions name no programme. No programme where "that trust" is asked about."""
    mine = next((found for text in (thread.full, thread.root) if (found := _named(text, names, bodies_only))), ())
    if len(mine) > 1:
        return None
    own = mine[0] if mine else None
    plan = intent_of(thread.full) is Intent.START  # whose places are examples
    most = 0.5 if own or thread.asked_which else 1.0  # what answers a question about nobody is mostly an example too
    theirs = None if plan else _dominant(thread.answered, names, bodies_only, most)
    if own and (own.is_programme or theirs is None or not (theirs.is_programme or thread.asked_which)):
        return own
    return theirs


def _named(text: str, names: Names, bodies_only: bool) -> tuple[Subject, ...]:
    """The programmes that a text names, else its organisations: each once, as it is called there last."""
    programmes = [] if bodies_only else names.programmes_in(text)
    found = {one.thing: _as_called(text, one) for one in (programmes or names.organisations_in(text))}
    return tuple(Subject(called, bool(programmes)) for called in found.values())


def _as_called(text: str, one: Mention) -> str:
    article = "the " if text[: one.start].lower().endswith("the ") else ""
    return f"{article}{text[one.start : one.end]}"


def _dominant(answered: str, names: Names, bodies_only: bool, least: float) -> Subject | None:
    """What more than half of an answer is about, and at ``least`` that share: by its headings, weighed by what stands
    under them; without headings, the only thing that it names."""
    blocks = _blocks(answered)
    if blocks is None:
        named = _named(answered, names, bodies_only)
        return named[0] if len(named) == 1 else None
    for programmes in (False,) if bodies_only else (True, False):
        weight: dict[str, int] = {}
        for heading, count in blocks:
            things = names.programmes_in(heading) if programmes else names.organisations_in(heading)
            for called in {_as_called(heading, one) for one in things[-1:]}:
                weight[called] = weight.get(called, 0) + count
        whole = sum(count for _, count in blocks)
        most = max(weight, key=lambda one: weight[one], default="")
        if most and 2 * weight[most] > whole and weight[most] >= least * whole:
            return Subject(most, programmes)
    return None


def _blocks(answered: str) -> list[tuple[str, int]] | None:
    """The headings of an answer, each with how many paragraphs stand under it, without what is only near; None where
    it has no headings."""
    _, *parts = _HEADING.split(answered)
    every = zip(parts[::2], parts[1::2], strict=True)
    found = [(heading, body.count("\n\n>") or 1) for heading, body in every if not _BESIDES.match(heading)]
    return found if parts else None


def _things(text: str, names: Names) -> tuple[list[str], list[str]]:
    """The programmes and the organisations that a text names, each once, as they are called, in order."""
    programmes = (names.called[one.thing] for one in names.programmes_in(text))
    bodies = (one.thing for one in names.organisations_in(text))
    return list(dict.fromkeys(programmes)), list(dict.fromkeys(bodies))


def listed(thread: Thread, names: Names) -> list[str]:
    """What "the second one" may be one of: the several things that the last question names, else the last answer."""
    for text in (thread.full, thread.root):
        if several := next((things for things in _things(text, names) if len(things) > 1), None):
            return several
    if (blocks := _blocks(thread.answered)) is not None:
        every = [next((things[0] for things in _things(heading, names) if things), "") for heading, _ in blocks]
        return [one for one in dict.fromkeys(every) if one]
    programmes, bodies = _things(thread.answered, names)
    return programmes if len(programmes) > 1 else bodies


def asked_of_two(thread: Thread, names: Names) -> Sequence[str]:
    """The two of which the same was asked: in the last question and the one before, or in one."""
    return _asked_in_turn(thread, names) or _asked_at_once(thread, names)


def _asked_at_once(thread: Thread, names: Names) -> Sequence[str]:
    both = ([one.called for one in _named(text, names, bodies_only=False)] for text in (thread.full, thread.root))
    return next((two for two in both if len(two) == 2), ())


def _asked_in_turn(thread: Thread, names: Names) -> Sequence[str]:
    each = [[one.called for one in _named(text, names, bodies_only=False)] for text in thread.asked[-2:]]
    alike = len({topic_of(text, names) for text in thread.asked[-2:]}) == 1
    two = [thing for things in each for thing in things]
    in_turn = alike and [len(things) for things in each] == [1, 1]
    return two if in_turn and two[0] != two[1] else ()


def the_two(thread: Thread, names: Names) -> Sequence[str]:
    """The two things that were named last."""
    if two := _asked_in_turn(thread, names):
        return two
    blocks = _blocks(thread.answered)
    answered = thread.answered if blocks is None else " ".join(heading for heading, _ in blocks)
    told = next((things for things in _things(answered, names) if len(things) == 2), ())
    return told or _asked_at_once(thread, names)
