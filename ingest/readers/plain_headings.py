"""Headings that nothing marks: short lines on their own, and how deep each stands.

A line is a heading if what follows it is text or another heading. Its depth comes from the contents list, from its
number, from being printed twice (a part's title page), and from names that every report uses for its front and back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from corpus.types import BlockKind
from ingest.readers.furniture import END_MATTER
from ingest.readers.outline import Line, holds_contact, is_stopped
from ingest.readers.prose import CAPTION
from ingest.repair import repair, strip_markup

CANDIDATE = 50  # the level of a line that may be a heading, until its neighbours settle it
MAX_WORDS, MAX_QUESTION_WORDS, MIN_BODY_WORDS = 16, 8, 12
OUTER = re.compile(
    r"""(?:fore|after)word|preface|(?:executive\ )?summary|introduction|conclusions?|acknowledge?ments|acronyms
    |abbreviations|glossary|appendi(?:x|ces)\b.{0,60}|annex(?:es)?\b.{0,60}|references|bibliography|endnotes
    |about\ (?:us|this\ \w+|the\ authors?)|key\ (?:points|messages|findings)|recommendations""",
    re.IGNORECASE | re.VERBOSE,
)
NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)[.:)]?\s+(?=\S)")
PERSON = re.compile(
    r"(?:(?:Dr|Prof(?:essor)?|Sir|Dame|Mr|Mrs|Ms)\.? )*(?:[A-Z][\w'’.-]+ ){1,3}[A-Z][\w'’-]+, (?:[A-Z]|the |an? )"
)
IMPRINT = re.compile(
    r"(?:authors?|by|written by|published|updated|date|version)\b:? |\d{1,2} [A-Z][a-z]+ \d{4}$", re.IGNORECASE
)


def opens_end_matter(text: str) -> bool:
    """Whether a line is one of those, such as 'Further reading', under which no text of the document's own follows."""
    return len(text.split()) <= MAX_QUESTION_WORDS and bool(END_MATTER.fullmatch(text.strip(" .…:")))


def could_be_heading(text: str) -> bool:
    """Whether a line by itself may be a heading: short, unstopped, no caption, person, date, address or sentence."""
    if opens_end_matter(text):
        return True
    first = re.sub(r"^[\W\d]+", "", text)[:1]
    if not first.isupper() or len(text.split()) > MAX_WORDS or text.count("|") or "://" in text:
        return False
    asks = text.endswith("?") or (text.endswith("!") and len(text.split()) <= MAX_QUESTION_WORDS)
    return (asks or not is_stopped(text)) and not text.endswith(",") and not _is_label(text)


def _is_label(text: str) -> bool:
    return any(pattern.match(text) for pattern in (CAPTION, PERSON, IMPRINT)) or text[0] in '“"@#'


def entry_title(entry: str) -> str:
    """The title that a line of a contents list names, in small letters, without leader dots, page and mark-up."""
    text = repair(strip_markup(re.sub(r"<[^>]*>", "", entry)))
    return re.sub(r"[\s.…·_]*\d*$", "", text).strip().lower()


def level_plain_headings(lines: Sequence[Line], contents: Collection[str]) -> list[Line]:
    """The lines with each candidate as a heading at its level, or as the paragraph that it is.

    ``contents`` holds the titles that the contents list names, as ``entry_title`` gives them.
    """
    settled = _told_apart(lines, contents)
    found = [index for index, line in enumerate(settled) if line.heading == CANDIDATE]
    texts = [settled[index].text for index in found]
    levels = _listed_levels(texts, contents) if contents else _numbered_levels(texts)
    for index, level in zip(found, levels, strict=True):
        settled[index] = replace(settled[index], heading=level)
    return settled


def _told_apart(lines: Sequence[Line], contents: Collection[str]) -> list[Line]:
    """The lines with candidates that head nothing as paragraphs."""
    settled: list[Line] = []
    for line in reversed(lines):
        known = line.text.lower() in contents or opens_end_matter(line.text)
        if line.heading == CANDIDATE and not known and not _heads(settled[-1] if settled else None):
            line = replace(line, heading=None)
        settled.append(line)
    return settled[::-1]


def _heads(after: Line | None) -> bool:
    """Whether a heading may stand above the line: text of some length, a list, a table, or another heading."""
    if after is None:
        return False
    if after.heading is not None or after.kind is not BlockKind.PARAGRAPH:
        return True
    said = len(after.text.split()) >= MIN_BODY_WORDS or after.text.endswith(":")
    return said or holds_contact(after.text) or bool(CAPTION.match(after.text))


def _listed_levels(texts: Sequence[str], contents: Collection[str]) -> list[int]:
    """Levels where there is a contents list: parts, their chapters, numbered sections, and what the list leaves out."""
    levels: list[int] = []
    part = chapter = listed = 0
    for index, text in enumerate(texts):
        numbered = bool(NUMBER.match(text))
        if text in texts[max(index - 1, 0) : index] or text in texts[index + 1 : index + 2]:
            part = chapter = listed = 1
        elif opens_end_matter(text) or (OUTER.fullmatch(text) and text.lower() not in contents):
            part, listed = 0, 1
        elif text.lower() not in contents:
            levels.append(listed + 1)
            continue
        elif numbered:
            listed = chapter + 1
        else:
            part = 0 if OUTER.fullmatch(text) else part
            chapter = listed = part + 1
        levels.append(listed)
    return levels


def _numbered_levels(texts: Sequence[str]) -> list[int]:
    """Levels without a contents list: by the number, or below the numbered heading before."""
    levels: list[int] = []
    open_level = 0
    for text in texts:
        number = NUMBER.match(text)
        outer = bool(OUTER.fullmatch(text)) or opens_end_matter(text)
        level = number[1].count(".") + 1 if number else 1 if outer else open_level + 1
        levels.append(level)
        if number or outer:
            open_level = level if number or opens_end_matter(text) else 0
    return levels
