"""From the lines that a reader finds to sections with a heading path: the part that is the same for every format.

A ``Line`` is what a reader sees before it knows its neighbours. Here a paragraph cut in two is made whole, a list
learns which line it hangs from, and contact details are marked. Words are joined or left; none is ever added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.types import Block, BlockKind, Section
from ingest.repair import join_lines, repair, strip_markup

BULLET = re.compile(r"^\s*(?:(?:[-–—*•▪◦‣⁃●○■□▢◆➢➤►✓✔☐☑·?>]|o)\s+)+")
NUMBER = re.compile(r"^\s*(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+(?=\S)")
EMAIL = re.compile(r"(?<![\w.+'’-])[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\d£$.,])(?:\+44[\s(]*0?\)?|\(?0)\d(?:[\s().-]{0,2}\d){8,9}(?!\d)")
CONTACT_LABEL = re.compile(r"(?:contacts?|get in touch|for (?:more|further) information)\b.{0,50}", re.IGNORECASE)
CLOSING = "'\"’”)]*"
MAX_CONTACT_WORDS = 25


@dataclass(frozen=True, slots=True)
class Line:
    """A repaired stretch of text as a reader finds it. ``heading`` is its level (the lower the further out), None for
    body text; ``link`` says that every word of it is the text of a link."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    heading: int | None = None
    page: int | None = None
    leads: bool = False
    link: bool = False


def is_stopped(text: str) -> bool:
    """Whether the text ends as a sentence or a clause does."""
    return text.rstrip().rstrip(CLOSING).endswith((".", "!", "?", ":", ";", "…"))


def is_sentence(text: str, min_words: int = 6) -> bool:
    """Whether the text, of at least so many words, ends with the stop of a sentence."""
    return len(text.split()) >= min_words and text.rstrip().rstrip(CLOSING).endswith((".", "!", "?"))


def begins_lower(text: str) -> bool:
    """Whether the first word is a plain lower-case one: no address (www.x.uk), no name such as eConsult."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    word = first.strip(",;:.()'\"’”‘“")
    return word[:1].islower() and word == word.lower() and not re.search(r"[.@/]", word)


def sections(lines: Iterable[Line]) -> tuple[Section, ...]:
    """The lines under their headings, in order. A heading with nothing under it gives no section."""
    path: list[tuple[int, str]] = []
    blocks: list[Block] = []
    made: list[Section] = []
    for line in (*settled(lines), Line("", heading=0)):
        if line.heading is None:
            blocks.append(Block(line.text, line.kind, line.page, line.leads))
            continue
        if blocks:
            made.append(Section(tuple(text for _, text in path if text), tuple(blocks)))
            blocks = []
        path = [(level, text) for level, text in path if level < line.heading] + [(line.heading, line.text)]
    return tuple(made)


def settled(lines: Iterable[Line]) -> list[Line]:
    """The lines with cut paragraphs joined, contact details marked, and every line that leads a list marked so."""
    joined: list[Line] = []
    for line in lines:
        if not line.text and line.heading is None:
            continue
        if joined and is_cut(joined[-1], line):
            joined[-1] = replace(joined[-1], text=join_lines([joined[-1].text, line.text]), link=False)
        else:
            joined.append(with_contact(line))
    return [mark_lead(line, after) for line, after in zip(joined, [*joined, None][1:], strict=True)]


def is_cut(before: Line, after: Line) -> bool:
    """Whether ``after`` carries on the sentence that ``before`` breaks off."""
    if before.heading is not None or after.heading is not None or after.kind is not BlockKind.PARAGRAPH:
        return False
    if before.kind in (BlockKind.HEADER, BlockKind.CONTACT):
        return False
    return not is_stopped(before.text) and begins_lower(after.text)


def with_contact(line: Line) -> Line:
    """The line, marked as a contact if it is short and holds an e-mail address or a telephone number."""
    marked = line.heading is None and line.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
    if marked and holds_contact(line.text):
        return replace(line, kind=BlockKind.CONTACT)
    return line


def holds_contact(text: str) -> bool:
    """Whether a short text tells whom to write to or ring."""
    return len(text.split()) <= MAX_CONTACT_WORDS and bool(EMAIL.search(text) or PHONE.search(text))


def mark_lead(line: Line, after: Line | None) -> Line:
    """The line, marked as leading if the list or the contact details after it hang from it."""
    if after is None or line.heading is not None or line.leads:
        return line
    if after.kind is BlockKind.CONTACT and line.kind is BlockKind.PARAGRAPH and CONTACT_LABEL.fullmatch(line.text):
        return replace(line, kind=BlockKind.CONTACT, leads=True)
    if after.kind is BlockKind.HEADER and line.kind is BlockKind.PARAGRAPH:
        return replace(line, leads=not is_sentence(line.text))
    return replace(line, leads=after.kind is BlockKind.ITEM and introduces(line, after.text))


def introduces(line: Line, item: str) -> bool:
    """Whether a line introduces the item after it: by its colon, by having no stop, or as the item is no sentence."""
    if line.kind is BlockKind.ITEM:
        return line.text.endswith(":")
    if line.kind is not BlockKind.PARAGRAPH:
        return False
    return not is_sentence(line.text, 1) or not is_sentence(item, 4)


def item_text(text: str) -> str | None:
    """The words after a typed bullet or number, None where there is none."""
    rest = NUMBER.sub("", BULLET.sub("", text, count=1), count=1)
    return rest if rest != text and rest else None


def table_lines(rows: Sequence[Sequence[str]], has_header: bool | None = None, page: int | None = None) -> list[Line]:
    """A table's rows as lines. ``has_header`` None means: judge by whether the first row reads like one.

    A header with one cell fewer than the rows lacks its corner: an empty one is put first, so that cells stand under
    their column. A last row of one cell in a wider table is a note below it, and becomes a paragraph.
    """
    cells = [[repair(strip_markup(cell)) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    width = max((len(row) for row in cells), default=0)
    headed = len(cells) > 1 and (reads_as_header(cells[0]) if has_header is None else has_header)
    lines = []
    for number, row in enumerate(cells):
        filled = [cell for cell in row if cell]
        if headed and number == 0:
            lines.append(Line("\t".join([""] * (len(row) == width - 1) + row), BlockKind.HEADER, page=page, leads=True))
        elif width == 1 or (len(filled) == 1 and number == len(cells) - 1):
            lines.append(Line(filled[0], page=page))
        else:
            lines.append(Line("\t".join(row), BlockKind.ROW, page=page))
    return lines


def reads_as_header(cells: Sequence[str]) -> bool:
    """Whether a first row names columns: short cells, no sentence, no figures alone, more than one of them filled."""
    filled = [cell for cell in cells if cell]
    short = all(len(cell.split()) <= 12 and not is_stopped(cell) for cell in filled)
    return len(filled) > 1 and short and not any(re.fullmatch(r"[\d.,%£€$\s–-]+", cell) for cell in filled)
