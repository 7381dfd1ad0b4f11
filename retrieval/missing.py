"""Which gaps of a question are told, and where: of those that speak of the same only the most specific, two at most.
Who is told three times nearly the same reads none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import islice

from retrieval.notices import (
    GAP_ABOUT_OTHERS,
    GAP_FIGURE,
    GAP_NONE_ABOUT,
    GAP_NONE_OF,
    GAP_NOT_ABOUT,
    GAP_NOT_GIVEN,
    GAP_NOT_ON_THEME,
    GAP_NOT_RECORDED,
    GAP_NOT_TOGETHER,
    GAP_ONLY_AIMED,
    GAP_ONLY_PLANNED,
    GAP_PERHAPS_UNSAID,
    GAP_PLANNED,
    GAP_TOPIC,
    GAP_UNKNOWN_NAME,
    GAP_UNKNOWN_WORD,
    GAP_UNSAID,
    GAP_UNSURE,
    GAP_UNUSED_TERM,
    GAP_WORD_OF_OTHERS,
)

_MOST = 2
_WHOM, _WHAT, _TOPIC, _DONE = "whom", "what", "topic", "done"
# By what each speaks of, the most specific first.
_SPEAK_OF = {
    GAP_UNKNOWN_NAME: _WHOM,
    GAP_NOT_ON_THEME: _WHOM,
    GAP_ABOUT_OTHERS: _WHOM,
    GAP_NONE_OF: _WHOM,
    GAP_UNSAID: _WHAT,
    GAP_NOT_ABOUT: _WHOM,
    GAP_TOPIC: _TOPIC,
    GAP_PLANNED: _DONE,
    GAP_ONLY_AIMED: _DONE,
    GAP_ONLY_PLANNED: _DONE,
    GAP_NONE_ABOUT: _WHAT,
    GAP_NOT_GIVEN: _WHAT,
    GAP_NOT_TOGETHER: _WHAT,
    GAP_NOT_RECORDED: _WHAT,
    GAP_UNUSED_TERM: _TOPIC,
    GAP_UNKNOWN_WORD: _TOPIC,
    GAP_FIGURE: _TOPIC,
}
_HEDGES = (GAP_PERHAPS_UNSAID, GAP_WORD_OF_OTHERS, GAP_UNSURE)  # said only where none of the above can be
# What is put between the things that are missing, where several gaps are worded so.
_JOINED = {GAP_UNKNOWN_NAME: "” or “", GAP_NOT_ABOUT: "” or “", GAP_UNKNOWN_WORD: "” or “", GAP_TOPIC: " or "}
_FIRST = frozenset((*_SPEAK_OF,)) - {GAP_NOT_TOGETHER, GAP_UNUSED_TERM, GAP_FIGURE}
# It is surely not there: of what is only near to it little is wanted.
_PLAIN = (GAP_UNSAID, GAP_NONE_ABOUT, GAP_NONE_OF, GAP_NOT_ON_THEME)


def said_first(gap: str) -> bool:
    """Whether a reader must know of a gap before reading what is quoted, which is then only near to what was asked."""
    return _template_of(gap) in _FIRST


def said_plainly(gap: str) -> bool:
    """Whether a gap leaves no doubt that what was asked is not there."""
    return _template_of(gap) in _PLAIN


def is_not_recorded(gap: str) -> bool:
    """Whether a gap is one of what a record leaves open."""
    return _template_of(gap) == GAP_NOT_RECORDED


def makes_unsure(gap: str) -> bool:
    """Whether a gap says of a figure only that what is quoted does not give it, or may not."""
    return _template_of(gap) in (GAP_UNSURE, GAP_NOT_GIVEN, GAP_NOT_TOGETHER, GAP_NOT_RECORDED)


def fewest(gaps: Iterable[str]) -> tuple[str, ...]:
    """Those gaps of one question that are told. What no other may cover is always told."""
    said = _by_template(gaps)
    if GAP_ABOUT_OTHERS in said:
        said.pop(GAP_NOT_TOGETHER, None)
    told: dict[str, str] = {}
    for template, group in _SPEAK_OF.items():
        if template in said:
            told.setdefault(group, said[template])
    if _TOPIC in told and told[_TOPIC].removeprefix(
        GAP_TOPIC.partition("{")[0]
    ) in f"{told.get(_WHAT)} {told.get(_WHOM)}".replace("“", "").replace("”", ""):
        del told[_TOPIC]  # "speaks of volunteers", "gives a number of volunteers"
    hedges = (said[template] for template in _HEDGES if template in said)
    others = (gap for template, gap in said.items() if template not in _SPEAK_OF and template not in _HEDGES)
    return (*(list(told.values())[:_MOST] or islice(hedges, 1)), *others)


def _by_template(gaps: Iterable[str]) -> dict[str, str]:
    """The first gap of each wording, or one of all that are so worded."""
    said: dict[str, str] = {}
    for gap in gaps:
        template = _template_of(gap)
        found = said.setdefault(template, gap)
        if found != gap and template in _JOINED:
            begins, ends = template.split("{")[0], template.split("}")[1]
            both = (found.removesuffix(ends), gap.removeprefix(begins))
            said[template] = _JOINED[template].join(both)
    return said


def _template_of(gap: str) -> str:
    """The wording of a gap; the gap itself where it is of none of these."""
    return next((one for one in (*_SPEAK_OF, *_HEDGES) if _worded(one).fullmatch(gap)), gap)


@cache
def _worded(template: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in re.split(r"\{\w+\}", template)))
