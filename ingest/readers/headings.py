"""Which heading stands under which, where a document's own marks do not say so reliably.

Size or ``#`` signs give a first level. A chapter's number beside its title, a label such as "CASE STUDY" above a name,
a title repeated on the next page and headings that recur under every name correct it, so that each passage carries the
organisation it speaks of. A heading is moved or joined to its neighbour; its words are never changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.types import BlockKind
from ingest.readers.outline import Line

LABEL = re.compile(
    r"(?:case stud(?:y|ies)|spotlight(?: on)?|in focus|focus on|(?:good |best )?practice example|example|profile)"
    r"(?:\s*(?:no\.? ?)?[\dA-Z]{1,2})?[:.]?",
    re.IGNORECASE,
)
LONE_NUMBER = re.compile(r"(?:chapter |part |section )?(?:\d{1,2}|[IVX]{1,4})[.:]?", re.IGNORECASE)


def settle_headings(lines: Sequence[Line]) -> list[Line]:
    """The lines with every heading at its level and nothing but words in it."""
    numbers = {index for index in range(len(lines)) if _is_number(lines, index)}
    chapters = {_neighbour(lines, index, numbers) for index in numbers}
    levels = [lines[index].heading for index in (*chapters, *numbers) if index is not None]
    top = min((level for level in levels if level is not None), default=None)
    settled = [replace(line, heading=top) if index in chapters else line for index, line in enumerate(lines)]
    words = [line for index, line in enumerate(settled) if index not in numbers]
    titled = [line for line in words if line.heading is None or not LONE_NUMBER.fullmatch(line.text)]
    return _without_echoes(_without_repeats(_nested(_labelled(titled, top))))


def _is_number(lines: Sequence[Line], index: int) -> bool:
    """Whether a line is only a number, next to a heading that is none."""
    line = lines[index]
    if line.kind is not BlockKind.PARAGRAPH or not LONE_NUMBER.fullmatch(line.text):
        return False
    return _neighbour(lines, index, set()) is not None


def _neighbour(lines: Sequence[Line], index: int, numbers: set[int]) -> int | None:
    """The heading just before a lone number or, failing that, just after it."""
    for place in (index - 1, index + 1):
        inside = 0 <= place < len(lines) and place not in numbers
        if inside and lines[place].heading is not None and not LONE_NUMBER.fullmatch(lines[place].text):
            return place
    return None


def _labelled(lines: Sequence[Line], chapter: int | None) -> list[Line]:
    """Without labels that stand directly above a heading; the headings below them all at one level, under the chapters.

    ``chapter`` is the level of the numbered chapters; without these, the outermost level of the other headings counts.
    """
    labels = {
        index
        for index, (line, after) in enumerate(pairwise(lines))
        if line.heading is not None and after.heading is not None and LABEL.fullmatch(line.text)
    }
    named = {index + 1 for index in labels}
    inner = [line.heading for index, line in enumerate(lines) if index in named | labels and line.heading is not None]
    outer = [
        line.heading for index, line in enumerate(lines) if index not in named | labels and line.heading is not None
    ]
    level = max(min(inner, default=1), (chapter or min(outer, default=0)) + 1)
    settled = [replace(line, heading=level) if index in named else line for index, line in enumerate(lines)]
    return [line for index, line in enumerate(settled) if index not in labels]


def _nested(lines: Sequence[Line]) -> list[Line]:
    """Headings that recur through the document, other than on the next page, below the name they stand under."""
    headings = [line for line in lines if line.heading is not None]
    fresh = [
        line.text.lower() for before, line in zip([None, *headings], headings, strict=False) if _differ(before, line)
    ]
    recurring = {text for text, count in Counter(fresh).items() if count > 1}
    outermost = min((line.heading or 0 for line in headings if line.text.lower() in recurring), default=0)
    settled: list[Line] = []
    above = 0
    for line in lines:
        if line.heading is not None and line.text.lower() in recurring:
            line = replace(line, heading=max(line.heading, above + 1))
        elif line.heading is not None and line.heading <= outermost:
            above = line.heading
        settled.append(line)
    return settled


def _differ(before: Line | None, line: Line) -> bool:
    return before is None or before.text.lower() != line.text.lower()


def _without_repeats(lines: Sequence[Line]) -> list[Line]:
    """A heading that is open already and printed again on the next page only closes what stood under it."""
    settled: list[Line] = []
    path: list[Line] = []
    for line in lines:
        if line.heading is not None:
            again = next((open_ for open_ in path if open_.text.lower() == line.text.lower()), None)
            line = replace(line, heading=again.heading, text=again.text) if again else line
            path = [open_ for open_ in path if (open_.heading or 0) < (line.heading or 0)] + [line]
        settled.append(line)
    return settled


def _without_echoes(lines: Sequence[Line]) -> list[Line]:
    """Without lines in capitals that only say the words of headings again, as covers and side margins do."""
    known = {word for line in lines if line.heading is not None for word in line.text.lower().split()}

    def echoes(line: Line) -> bool:
        plain = line.heading is None and line.kind is BlockKind.PARAGRAPH and line.text.isupper()
        return plain and set(line.text.lower().split()) <= known

    return [line for line in lines if not echoes(line)]
