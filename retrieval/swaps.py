"""Questions that are an earlier one with something else in one place: another trust, number, topic or people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.attribution import Mention
from retrieval.facets import facets_of, words_for
from retrieval.intent import telling
from retrieval.names import Names
from retrieval.narrowed import narrowed, of_whom
from retrieval.pointing import NAME, ORDINAL, SWAPS, USES, all_named, only_names, overlap
from retrieval.thread import Thread, aim_of, asked_of_two, listed, the_two, topic_of

_TWO = re.compile(
    r"(?<=\bof )(?:the two(?: of them)?|these two|those two|them)\b|\b(?:the two(?: of them)?|both of them)\b", re.I
)
# "Which did better?", "whose retention is better?", "which should we copy?", of two.
_WHICH_OF_TWO = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:which|who|whose)\b(?: (?!of\b)[\w'’-]+){0,4} (?:better|best|more|most|less|least|first"
    r"|(?:cheap|quick|fast|slow|big|large|small|high|low|strong|great|long)(?:er|est))\b"
    r"|^\W*(?:(?:and|so|but) )?which(?: one)? (?:should|would|can|could)\b",
    re.I,
)
_COMPARED_ON = re.compile(r"^(\W*compare .+? (?:on|for|in terms of) )(.+?)(\W*)$", re.I)
_AUXILIARY = re.compile(r"\b(does|has|is|was)(?= (?:the )?$)", re.I)
_HAS_VERB = re.compile(r"\b(?:do|does|did|has|have|is|are|was|were|can|could) (?:the )?$", re.I)
_PLURAL = {"does": "do", "has": "have", "is": "are", "was": "were"}
_NUMBERED = re.compile(
    r"\W{0,40}(?:(?:and|or|what about|how about)\s+)?(?:(?:the\s+)?(number|[a-z]+)\s+|)(\d{1,2})\W{0,40}", re.I
)
_COUNTED = re.compile(r"\b[A-Za-z]+ \d{1,2}\b(?![.,]?\d)")
_SEVERAL = re.compile(r"\b(?:the )?(\d{1,2}) ([a-z]{3,})s\b", re.I)
_ONE_OF_THEM = re.compile(r"\b(?:number|no\.?) ?(\d{1,2})\b", re.I)
_ORDINALS = r"(first|second|third|fourth|fifth|sixth|seventh|eighth|last)"
_OTHER_ORDINAL = re.compile(
    rf"\W{{0,40}}(?:(?:and|or|what about|how about)\s+)?(?:the\s+)?{_ORDINALS}(?:\s+(?:one|[a-z]+))?\W{{0,40}}",
    re.I,
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
_BESIDE = re.compile(
    r"^\W*(?:(?:and|so|but|can you|how does (?:it|that|this)) )*"
    r"compared? (?:it |that |this |them )?(?:with|to|against) (.+?)\W*$",
    re.I,
)
_DOES_THE_SAME = re.compile(
    r"^\W*(?:(?:and|so|but|how) )*(?:do|does|did|is|has|have) (.+?) (?:do|done|doing) (?:the same|it|that|this)"
    r"(?: too| as well)?\W*$",
    re.I,
)
_NAME = re.compile(r"[A-Z][\w'’&-]+(?: [A-Z][\w'’&-]+)*")
_KIND_OF_ONE = re.compile(
    r"^\W*(?:(?:and|what about|how about) )?the ([a-z]+) (?:one|scheme|project|programme)\W*$", re.I
)
_NO_KIND = re.compile(rf"{_ORDINALS}|other|same|only|whole|best|latter|former", re.I)
# "Anything similar in London?", with what it adds.
_OTHERS = re.compile(
    r"^\W*(?:(?:and|so|but|is|are|has|have|does|did|any|there|what about|how about|in) )*"
    r"(?:(?:anyone|anybody|who) else|(?:anything|anyone|anybody|something|examples?) (?:similar|like (?:it|that|this))"
    r"|elsewhere"
    r"|(?:any |which )?(?:other (?:trusts?|hospitals?|places?|organisations?|examples?)|others?))\b"
    r"(?: (?:has|have|is|are|do|does|did|done|doing|try|tried|copy|copying|copied|use|using|used|it|that|this|the|same"
    r"|too)\b)*"
    r"\s*(.*?)\W*$",
    re.I,
)
_COPIES = re.compile(
    r"\b(?:cop(?:y|ied|ies|ying)|adopt\w*|replicat\w*|roll\w* out|spread\w*"
    r"|tak(?:e|ing|en) (?:it|this|that|them) up)\b",
    re.I,
)  # what was done
_DO_IT = re.compile(r"\w+ (?:it|that|this|them|one|some)", re.I)
_FACETS = ("population", "determinant", "pillar", "trust_type")


def swapped(text: str, thread: Thread, names: Names) -> str | None:
    """The earlier question with what this one puts in its place; None where it puts nothing there."""
    return (
        _other_number(text, thread.full)
        or _one_of_several(text, thread.full)
        or _other_ordinal(text, thread.full)
        or _beside(text, thread, names)
        or _other_subject(text, thread, names)
        or of_whom(text, thread, names)
        or _of_the_topic(text, thread, names)
        or _compared_on(text, thread)
        or _other_topic(text, thread, names)
        or narrowed(text, thread, names)
        or _others(text, thread, names)
        or _other_kind(text, thread, names)
        or _picked(text, thread, names)
        or _both(text, thread, names)
    )


def _other_number(text: str, before: str) -> str | None:
    """ "And number 13?" after "What is lesson 12?": lesson 13."""
    number, counted = _NUMBERED.fullmatch(text), _COUNTED.findall(before)
    if not number or len(counted) != 1 or _SEVERAL.search(before):
        return None
    if (number.group(1) or "number").lower() not in ("number", counted[0].split()[0].lower()):
        return None
    return _COUNTED.sub(lambda found: f"{found.group().split()[0]} {number.group(2)}", before)


def _one_of_several(text: str, before: str) -> str | None:
    """ "Tell me about number 8" after "What are the 13 lessons?": about lesson 8."""
    several = _SEVERAL.search(before)
    found = _ONE_OF_THEM.search(text) or (_NUMBERED.fullmatch(text) if several else None)
    if several is None or found is None or not 0 < int(found.groups()[-1]) <= int(several[1]):
        return None
    one = f"{several[2]} {found.groups()[-1]}"
    return f"{text[: found.start()]}{one}{text[found.end() :]}" if found.re is _ONE_OF_THEM else f"What is {one}?"


def _other_ordinal(text: str, before: str) -> str | None:
    """ "And the fourth one?" after "What is the second category?": the fourth category."""
    asked = _OTHER_ORDINAL.fullmatch(text)
    return AN_ORDINAL.sub(asked[1], before) if asked and len(AN_ORDINAL.findall(before)) == 1 else None


def _beside(text: str, thread: Thread, names: Names) -> str | None:
    """ "Compare with Barts": the question on which the conversation leans, of both."""
    found = _BESIDE.search(text)
    if not found or not all_named(text, names) or not only_names(found[1], names):
        return None
    for before in (thread.root, thread.full):
        named = all_named(before, names)
        if len({one.thing for one in named}) == 1:
            old = before[named[0].start : named[0].end]
            topic, both = topic_of(before, names), f"{old} and {found[1]}"
            if set(telling(before)) - set(telling(old)) == set(telling(topic)) - set(telling(old)) != set():
                return f"Compare {both} on {topic}"
            return f"Compare {both}: {_of_many(before, named, both)}"
    return None


def _of_many(before: str, named: Sequence[Mention], new: str) -> str:
    """The question asked of several: "does Barts" becomes "do Barts and ELFT"."""
    start = named[0].start
    verb = _AUXILIARY.sub(lambda found: _PLURAL[found[1].lower()], before[:start])
    moved = [Mention(one.start + len(verb) - start, one.end + len(verb) - start, one.thing) for one in named]
    return _replaced(verb + before[start:], moved, (), new)


_NO_THING = re.compile(rf"{NAME.pattern}|^(?i:what|how|why|when|where|who|which|do|does|did|is|are|was|were)\b")


def _compared_on(text: str, thread: Thread) -> str | None:
    """ "And for cost?" after "Compare Barts and Leeds on jobs": on cost."""
    swap = SWAPS.search(text)
    compared = next((found for one in reversed(thread.asked) if (found := _COMPARED_ON.search(one))), None)
    return f"{compared[1]}{swap[1]}{compared[3]}" if swap and compared and not _NO_THING.search(swap[1]) else None


def _other_subject(text: str, thread: Thread, names: Names) -> str | None:
    """ "What about ELFT?": the question before, asked of another organisation or programme. None where it is no such
    question, or the one before named several."""
    swap = _DOES_THE_SAME.search(text) or SWAPS.search(text)
    ours = swap and all_named(text, names) and only_names(swap[1], names)
    if swap is None or not (ours or _NAME.fullmatch(swap[1])):
        return None
    return next((found for one in (thread.full, thread.root) if (found := _asked_of(swap[1], text, one, names))), None)


def _asked_of(new: str, text: str, before: str, names: Names) -> str | None:
    programmes, bodies = names.programmes_in(before), names.bodies_in(before)
    bodies = [one for one in bodies if not any(overlap(one, other) for other in programmes)]
    if not (programmes or bodies):  # a place that no source knows
        bodies = [Mention(one.start(), one.end(), one.group()) for one in NAME.finditer(before)]
    if max(len({one.thing for one in bodies}), len({one.thing for one in programmes})) != 1:
        return None
    if names.programmes_in(text):
        asked = _replaced(before, programmes or bodies, bodies if programmes else (), new)
        return re.sub(rf"\bthe (?={re.escape(new)})", "", asked) if programmes else asked
    if bodies:
        return _replaced(before, bodies, programmes, new)
    return _replaced(before, programmes, (), f"the programme at {new}")


def _of_the_topic(text: str, thread: Thread, names: Names) -> str | None:
    """ "What does MSE use?" after "How do you measure impact?": on that."""
    uses, topic = USES.search(text), topic_of(thread.root, names)
    if uses is None or not topic or not only_names(uses[1], names):
        return None
    return f"{text.rstrip(' ?.')} {aim_of(thread.root, names) or f'on {topic}'}?"


def _replaced(text: str, old: Sequence[Mention], gone: Sequence[Mention], new: str) -> str:
    """The text with ``new`` for what was named, and nothing for what belonged to it: "at Barts" goes altogether."""
    for mention in sorted((*old, *gone), key=lambda one: -one.start):
        before, after = text[: mention.start], text[mention.end :]
        if mention in old:
            new_here = new.removeprefix("the ") if before.lower().endswith("the ") else new
            text = f"{before}{new_here}{after}"
        else:
            alone = re.sub(r"\s+(?:at|in|by|of|from|with)(?:\s+the)?\s*$", "", before, flags=re.I)
            text = f"{alone}{after}" if alone != before else f"{before}the programme{after}"
    return text


def _other_topic(text: str, thread: Thread, names: Names) -> str | None:
    """ "Same for housing?" after "What have trusts done on green space?": on housing. So with people."""
    swap = SWAPS.search(text)
    if not swap or all_named(text, names):
        return None
    new = facets_of(swap[1])
    for before in (thread.root, *reversed(thread.asked)):
        spoken = facets_of(before)
        for name in _FACETS:
            if name in new and len(values := spoken.get(name, ())) == 1 and not names.programmes_in(before):
                old = re.sub(r"^(?:for|of|with) ", "", words_for(before, name, values[0]), flags=re.I)
                if name == "trust_type":
                    return _of_trust_type(before, old, swap[1])
                return re.sub(rf"(?:people (?:with|in|who are) )?{re.escape(old)}", lambda _: swap[1], before, count=1)
    return None


def _of_trust_type(before: str, old: str, new: str) -> str:
    new = re.sub(r"^(?:for )?an? ", "", new, flags=re.I)
    article = "an" if new[0].lower() in "aeiou" else "a"
    return re.sub(rf"\b(?:an? )?{re.escape(old)}", f"{article} {new}", before, count=1, flags=re.I)


def _others(text: str, thread: Thread, names: Names) -> str | None:
    """ "Anything similar in London?": the earlier question of other trusts, and what this one adds."""
    found = None if _COPIES.search(text) else _OTHERS.search(text)
    for before in (thread.root, thread.full) if found else ():
        named = names.bodies_in(before)
        topic = topic_of(before, names)
        if found and named and topic and not names.programmes_in(before):
            added = f" {found[1]}" if found[1] and not _DO_IT.fullmatch(found[1]) else ""
            verb = _HAS_VERB.search(before[: named[0].start])
            of_others = _of_many(before, named, "other trusts") if verb else f"What have other trusts done on {topic}"
            return f"{of_others.rstrip(' ?.')}{added}?"
    return None


def _other_kind(text: str, thread: Thread, names: Names) -> str | None:
    """ "And the football one?": the earlier question of another programme of the same trust's."""
    found = _KIND_OF_ONE.search(text)
    if not found or _NO_KIND.fullmatch(found[1]):
        return None
    programmes = names.programmes_in(thread.root)
    one = {mention.thing for mention in programmes}
    return _replaced(thread.root, programmes, (), f"{found[1]} programme") if len(one) == 1 else None


def _picked(text: str, thread: Thread, names: Names) -> str | None:
    """ "The second one": the second of what was named last."""
    ordinal = ORDINAL.search(text)
    things = listed(thread, names) if ordinal else []
    place = _PLACES[(ordinal.group(1) or ordinal.group(2)).lower()] if ordinal else 0
    if ordinal is None or len(things) < 2 or place >= len(things):
        return None
    asked = f"{text[: ordinal.start()]}{things[place]}{text[ordinal.end() :]}"
    return asked if names.programmes_in(asked) else _on_topic(asked, thread, names)


def _both(text: str, thread: Thread, names: Names) -> str | None:
    """ "Which of the two is larger?": the two that were named last. "Which did better?" too, of two that were asked
    about."""
    pointed = _TWO.search(text)
    if not pointed and _WHICH_OF_TWO.search(text) and len(asked := asked_of_two(thread, names)) == 2:
        return _on_topic(f"{text.rstrip(' ?.')}, {asked[0]} or {asked[1]}?", thread, names)
    two = the_two(thread, names) if pointed else ()
    if pointed is None or not two:
        return None
    asked = f"{text[: pointed.start()]}{two[0]} and {two[1]}{text[pointed.end() :]}"
    return _on_topic(asked, thread, names)


def _on_topic(asked: str, thread: Thread, names: Names) -> str:
    """The question with the topic of the one on which the conversation leans, where that named whom it asked about."""
    topic = topic_of(thread.root, names) if all_named(thread.root, names) else ""
    said = set(telling(asked))
    return f"{asked.rstrip(' ?.')}, on {topic}?" if topic and not set(telling(topic)) <= said else asked
