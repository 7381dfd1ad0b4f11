"""What a web page carries besides its text: contents lists, bylines, calls to share, teasers, reference lists.

Saved pages keep all this in the body, where no tag tells it apart, whether they come as HTML or pasted into Word. The
rules speak of pages in general, never of one publisher's wording. Whatever they leave out, contact details stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.types import BlockKind
from ingest.readers.outline import CONTACT_LABEL, Line, holds_contact, is_sentence, with_contact

END_MATTER = re.compile(
    r"""references?(?:\ list)?|bibliography|end\ ?notes|footnotes|further\ reading|read\ next
    |(?:recommended|suggested)(?:\ reading|\ for\ you)?
    |related(?:\ (?:content|articles?|reading|pages|links|publications|news|stories|posts|resources))|recent\ posts
    |(?:you\ (?:might|may)\ also\ (?:like|be\ interested\ in)|also\ in\ this\ (?:newsletter|issue|series|edition))
    |share(?:\ (?:this|on)\b.{0,30})?|get\ social|follow\ us(?:\ on\ .{1,30})?|(?:quick|useful)\ links|hear\ from\ us
    |(?:sign\ up|subscribe)\b.{0,40}|(?:our\ )?newsletter|latest\ (?:news|tweets|posts)
    |more\ (?:from|on\ this)\b.{0,30}|site\ ?map""",
    re.IGNORECASE | re.VERBOSE,
)
CONTENTS = re.compile(
    r"(?:table of |page )?contents|(?:on|in) this (?:page|article|section|report|long read)|jump to", re.IGNORECASE
)
FURNITURE = re.compile(
    r"""(?:skip|jump)\ to\ (?:the\ )?(?:main\ |page\ )?(?:content|navigation)|back\ to\ top|print(?:\ this\ page)?
    |.*\b(?:your|this)\ browser\ (?:is|does|has).*|.*\b(?:enable|requires?)\ javascript\b.*
    |.*\b(?:we|this\ (?:web)?site)\ uses?\ cookies\b.*|(?:accept|reject|manage)\ (?:all\ )?cookies\b.*
    |(?:about\ )?\d+[\s-]min(?:ute)?s?(?:\ to)?\ read|(?:reading|read)\ time:?\ .{1,20}
    |(?:read|find\ out|learn|see|show)\ more|(?:view|see)\ all\b.{0,30}|load\ more|opens\ in\ a\ new\ (?:tab|window)
    |(?:©|\(c\)|copyright\b).*|all\ rights\ reserved.*
    |this\ .{0,40}\boriginally\ (?:featured|appeared|published)\b.*\bnewsletter\b.*""",
    re.IGNORECASE | re.VERBOSE,
)
DATE = re.compile(
    r"(?:(?:published|updated|posted)(?: on)?:?\s+)?(?:\w+day,?\s+)?\d{1,2}(?:st|nd|rd|th)?\s+[a-z]+\s+(?:19|20)\d\d",
    re.IGNORECASE,
)
PLAIN_LINE = 99  # the level of an end-matter line that is no heading: any heading closes it
MAX_FURNITURE_WORDS, MIN_BODY_WORDS = 40, 40


def without_furniture(lines: Sequence[Line]) -> list[Line]:
    """The lines of the text proper, with the contact details that stood among what is left out."""
    kept = without_contents([line for line in lines if not is_furniture(line)])
    return without_end_matter(without_repeated_headers(without_byline(kept)))


def is_furniture(line: Line) -> bool:
    """Whether one line alone shows itself as no part of the text."""
    text = line.text.strip(" .…:»›→")
    if line.kind in (BlockKind.HEADER, BlockKind.ROW) or holds_contact(line.text):
        return False
    if len(text.split()) <= MAX_FURNITURE_WORDS and FURNITURE.fullmatch(text):
        return True
    if line.heading is not None or line.kind is not BlockKind.PARAGRAPH:
        return False
    return line.link and (len(text.split()) <= 6 or text.count("|") > 0) and not is_sentence(line.text)


def without_contents(lines: Sequence[Line]) -> list[Line]:
    """Without a contents list: its label, and runs of lines, items or empty headings that later stand as headings."""
    last_heading = {_key(line.text): index for index, line in enumerate(lines) if line.heading is not None}
    repeats = [index < last_heading.get(_key(line.text), -1) for index, line in enumerate(lines)]
    kept = []
    for index, line in enumerate(lines):
        near = repeats[max(index - 1, 0) : index] + repeats[index + 1 : index + 2]
        is_label = bool(CONTENTS.fullmatch(line.text.strip(" :"))) and any(repeats[index + 1 : index + 3])
        if not is_label and not (repeats[index] and any(near) and _is_empty(lines, index)):
            kept.append(line)
    return kept


def without_byline(lines: Sequence[Line]) -> list[Line]:
    """Without the date and the names or tags, parted by bars, that stand above the first sentence."""
    start = next((index for index, line in enumerate(lines) if line.heading is None and is_sentence(line.text)), 0)
    above = [line for line in lines[:start] if not (DATE.fullmatch(line.text) or line.text.count(" | ") > 1)]
    return [*above, *lines[start:]]


def without_repeated_headers(lines: Sequence[Line]) -> list[Line]:
    """Without a table's header cells that conversion printed again, as paragraphs, where the table crossed a page."""
    kept: list[Line] = []
    header: set[str] = set()
    for line in lines:
        if line.kind is BlockKind.HEADER:
            header = {_key(cell) for cell in line.text.split("\t")}
        elif line.kind is BlockKind.PARAGRAPH and line.heading is None and _key(line.text) in header:
            continue
        elif line.kind is not BlockKind.ROW:
            header = set()
        kept.append(line)
    return kept


def without_end_matter(lines: Sequence[Line]) -> list[Line]:
    """Without what follows a line such as 'Further reading', up to the next heading or long paragraph.

    Contact details found there are kept, under the label above them if they have one.
    """
    kept: list[Line] = []
    level: int | None = None
    for index, line in enumerate(lines):
        if _opens_end_matter(line):
            level = line.heading if line.heading is not None else (level or PLAIN_LINE)
        elif level is not None and _closes_end_matter(line, level):
            level = None
        if level is None:
            kept.append(line)
        elif with_contact(line).kind is BlockKind.CONTACT:
            kept.extend((*_contact_heading(kept, lines[index - 1]), with_contact(line)))
    return kept


def _contact_heading(kept: Sequence[Line], above: Line) -> list[Line]:
    """The heading for contact details kept out of end matter: their label, or an empty one that ends the section."""
    if kept and kept[-1].kind is BlockKind.CONTACT and with_contact(above).kind is BlockKind.CONTACT:
        return []
    label = above.text if CONTACT_LABEL.fullmatch(above.text) else ""
    return [Line(label, heading=2)]


def _opens_end_matter(line: Line) -> bool:
    text = line.text.strip(" .…:")
    return line.kind is BlockKind.PARAGRAPH and len(text.split()) <= 8 and bool(END_MATTER.fullmatch(text))


def _closes_end_matter(line: Line, level: int) -> bool:
    if line.heading is not None:
        return line.heading <= level
    return level == PLAIN_LINE and len(line.text.split()) >= MIN_BODY_WORDS


def _is_empty(lines: Sequence[Line], index: int) -> bool:
    """Whether the line has nothing under it: a heading followed by a heading, or no heading at all."""
    if lines[index].heading is None:
        return True
    return index + 1 == len(lines) or lines[index + 1].heading is not None


def _key(text: str) -> str:
    """A heading as a contents list may give it: without dots and page number at its end, number, case and signs."""
    bare = re.sub(r"[\s.…]*\b\d{0,4}$", "", text)
    return re.sub(r"[\W_]+", " ", re.sub(r"^[\d.:)\s]+", "", bare or text)).strip().lower()
