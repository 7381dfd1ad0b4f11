"""Slide text is written in fragments: a sentence broken over several lines, a heading that is just a short line.

Here fragments become lines that can be quoted, by the signs that English gives: a small letter at the start, a
preposition or an open bracket at the end. Words are joined with a space; none is added or changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from corpus.types import BlockKind
from ingest.readers.outline import BULLET, NUMBER, Line, begins_lower, holds_contact, is_sentence, is_stopped
from ingest.repair import join_lines, repair, strip_markup

DANGLING = re.compile(
    r"""a|an|the|of|for|to|in|on|at|by|with|from|and|or|nor|but|as|into|than|that|which|who|whose|our|your|their|its
    |is|are|was|were|be|north|south|east|west|st|dr|mr|mrs|ms|prof|&|–""",
    re.IGNORECASE | re.VERBOSE,
)
REST_OF_NAME = re.compile(r"(?:NHS|FT|CIC|Foundation|Trust|Hospitals?)\b(?:\s\w+){0,3}[.,]?|\(.*", re.DOTALL)
ADDRESS = re.compile(r"(?:https?://|www\.)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?(?:\s\|\s\S+)?", re.IGNORECASE)
CAPTION = re.compile(r"(?:source|fig(?:ure)?|table|chart|image|photo|credit)s?\b\.?\s?[\w.]{0,5}\s?:", re.IGNORECASE)
MAX_HEADING_WORDS, MIN_TEXT_WORDS, MAX_HEADINGS = 12, 12, 4
HASHTAG = re.compile(r"[@#]\w")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A line of a slide. ``mark`` is the sign of its bullet (``1`` for any number), empty where it has none."""

    text: str
    mark: str = ""


def read_fragment(text: str, has_bullet: bool = False) -> Fragment:
    """The repaired words of a slide's paragraph, without a typed bullet; ``has_bullet`` says that one is drawn."""
    words = repair(strip_markup(text))
    bullet = BULLET.match(words)
    rest = words[bullet.end() :] if bullet else words
    number = NUMBER.match(rest)
    rest = rest[number.end() :] if number else rest
    if not any(character.isalnum() for character in rest):
        return Fragment("")
    return Fragment(rest, "1" if number else bullet[0].strip()[-1] if bullet else "•" * has_bullet)


def joined_fragments(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments of one text frame with those that carry on the one before them joined to it."""
    joined: list[Fragment] = []
    for fragment in fragments:
        if joined and not fragment.mark and carries_on(joined[-1], fragment.text):
            joined[-1] = replace(joined[-1], text=join_lines([joined[-1].text, fragment.text]))
        else:
            joined.append(fragment)
    return joined


def carries_on(before: Fragment, text: str) -> bool:
    """Whether a line without a bullet goes on with the fragment before it."""
    if before.mark and before.text.endswith(":"):
        return True
    if is_stopped(before.text) or HASHTAG.match(text):
        return False
    open_ended = bool(DANGLING.fullmatch(before.text.split()[-1])) or _is_open(before.text)
    is_rest = REST_OF_NAME.fullmatch(text) is not None or ADDRESS.fullmatch(text) is not None
    return open_ended or is_rest or (begins_lower(text) and not begins_lower(before.text))


def _is_open(text: str) -> bool:
    """Whether a quotation or bracket is opened and not closed, or the line ends with a comma."""
    pairs = (text.count("(") > text.count(")"), text.count("“") > text.count("”"), text.count('"') % 2 == 1)
    return any(pairs) or text.endswith(",")


def with_inner_headings(lines: Sequence[Line], level: int) -> list[Line]:
    """The deck's lines, with short lines that stand above a sentence made headings under the slide's title.

    Several such lines in a row nest; a single one takes the place of the innermost. Above a list the last of them
    stays, as the line that the list hangs from. On a slide without a title, or at the end of one for the next, they
    are its title. ``level`` is that of titles.
    """
    made: list[Line] = []
    run: list[Line] = []
    innermost: int | None = None
    for before, line in zip([None, *lines], lines, strict=False):
        if _is_short(line) and not _is_first(before, line):
            run.append(line)
            continue
        titled = _is_under_title(made, run, line)
        headings = _as_headings(run, line, level + titled, innermost)
        made.extend([*headings, *run[len(headings) :], line])
        innermost = None if line.heading is not None else headings[-1].heading if headings else innermost
        run = []
    return [*made, *run]


def _is_first(before: Line | None, line: Line) -> bool:
    """Whether a line is what its slide begins with: its title, a statement, or the title given again as text."""
    return before is None or before.page != line.page or (before.heading is not None and before.text == line.text)


def _is_under_title(made: Sequence[Line], run: Sequence[Line], after: Line) -> bool:
    """Whether a run of short lines stands under its own slide's title, and not at a slide's end for the next slide."""
    if not run or not made:
        return False
    same_slide = takewhile(lambda line: line.page == run[0].page, reversed(made))
    return any(line.heading is not None for line in same_slide) and (
        after.page == run[0].page or made[-1].heading is not None
    )


def _as_headings(run: Sequence[Line], after: Line, level: int, innermost: int | None) -> list[Line]:
    """Those lines of a run, from its first, that are headings of what comes after it."""
    is_text = after.kind is BlockKind.PARAGRAPH and after.heading is None and not holds_contact(after.text)
    if is_text and (is_sentence(after.text) or len(after.text.split()) >= MIN_TEXT_WORDS):
        heading = run
    else:
        heading = run[:-1] if after.kind in (BlockKind.ITEM, BlockKind.HEADER) and after.heading is None else []
    if not heading or len(heading) > MAX_HEADINGS:
        return []
    first = innermost if len(heading) == 1 and innermost is not None else level
    return [replace(line, heading=first + number) for number, line in enumerate(heading)]


def _is_short(line: Line) -> bool:
    """Whether the line may be a heading: few words, no stop but ``:`` or ``?``, no address, tag or caption."""
    if line.heading is not None or line.kind is not BlockKind.PARAGRAPH or holds_contact(line.text):
        return False
    stopped = is_stopped(line.text) and line.text[-1] not in ":?"
    is_other = re.search(r"[@|]|\w\.\w", line.text) is not None or CAPTION.match(line.text) is not None
    return len(line.text.split()) <= MAX_HEADING_WORDS and not stopped and not is_other and not begins_lower(line.text)
