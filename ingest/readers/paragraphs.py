"""From printed lines to paragraphs, list items, tables and headings.

What belongs together is told from what a typesetter did: gaps, indents, sizes, weights, and whether the next word would
still have fitted on a line. A paragraph runs on over columns and pages; its text is then parted at the end of the
sentence that crosses the page, so that every block says on which page it begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.types import BlockKind
from ingest.readers.columns import PrintedLine, mend_gaps
from ingest.readers.headings import LABEL, LONE_NUMBER
from ingest.readers.outline import Line, begins_lower, is_stopped, item_text, table_lines
from ingest.readers.prose import CAPTION, is_quotation, without_loose_marks
from ingest.repair import join_lines, repair, vocabulary

SIGN = re.compile(r"^[•▪●○◦‣⁃❑❏■□▢➢➤►✓✔☐\uf000-\uf0ff]\s*")  # a bullet wherever it stands; a dash may be a dash
NUMBERED = re.compile(r"^(?:\d{1,2}|[a-z])[.)]\s")
LARGER = 1.08  # times the body's size: larger type than this is a heading's
PARAGRAPH_GAP = 1.25  # times the usual distance of two lines
HEADING_GAP_EM = 1.7
ALIGNED_PT = 4.0
TABLE_ROWS = 3
MAX_HEADING_WORDS, MAX_BOLD_WORDS, MAX_STOPPED_WORDS, MIN_PROSE_WORDS = 30, 14, 12, 8
BOLD_HEADING = 90  # the level of a line in bold type of the body's size, until its neighbours settle what it is
_SENTENCE_END = re.compile(
    r"(?<![.\s][A-Z])(?<!\b(?:Dr|Mr|St|No|vs))(?<!\bMrs)(?<!\bProf)[.!?][”’\"')\]]*(?=\s+[^\sa-z])"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a document is set: the body's size, the usual distance of lines by size, right edges by indent, its words."""

    size: float
    leading: dict[float, float]
    edges: dict[tuple[int, bool], float]
    known: frozenset[str]


def setting(lines: Sequence[PrintedLine], size: float) -> Setting:
    """Measure the document's lines; ``size`` is the body's."""
    gaps: dict[float, Counter[float]] = {}
    for before, line in pairwise(lines):
        gap = before.y - line.y
        if before.page == line.page and before.size == line.size and 0 < gap < 3 * line.size:
            gaps.setdefault(line.size, Counter())[round(gap, 0)] += 1
    ends: dict[tuple[int, bool], list[float]] = {}
    for line in lines:
        ends.setdefault((round(line.x), line.italic), []).append(line.end)
    edges = {key: max(found) for key, found in ends.items() if len(found) > TABLE_ROWS}
    leading = {key: found.most_common(1)[0][0] for key, found in gaps.items()}
    return Setting(size, leading, edges, vocabulary(line.text for line in lines))


def lines_of(printed: Sequence[PrintedLine], how: Setting) -> list[Line]:
    """The document's lines as the outline wants them: headings with a level by size, paragraphs, items, table rows."""
    made: list[Line] = []
    start = 0
    for first, end in _tables(printed, how):
        made += _running_text(printed[start:first], how)
        made += _table(printed[first:end], how)
        start = end
    made += _running_text(printed[start:], how)
    sizes = sorted({line.heading for line in made if line.heading is not None and line.heading < 0})
    levels = {size: level for level, size in enumerate(sizes, 1)}
    ranked = [replace(line, heading=levels.get(line.heading or 0, line.heading)) for line in made]
    return _settle_bold(ranked, len(sizes) + 1)


def _running_text(printed: Sequence[PrintedLine], how: Setting) -> Iterator[Line]:
    groups: list[list[PrintedLine]] = []
    for line in map(mend_gaps, printed):
        if groups and _carries_on(groups[-1], line, how):
            groups[-1].append(line)
        else:
            groups.append([line])
    for group in groups:
        yield from _lines_of_group(group, how)


def _carries_on(group: Sequence[PrintedLine], line: PrintedLine, how: Setting) -> bool:
    """Whether the line belongs to the paragraph or heading of the lines before it."""
    last = group[-1]
    gap = last.y - line.y
    beside = last.page == line.page and abs(last.left - line.left) < ALIGNED_PT and gap > 0
    if abs(line.size - last.size) > 0.06 * last.size or SIGN.match(line.text):
        return False
    if last.size > LARGER * how.size:
        lone = LONE_NUMBER.fullmatch(last.text) or LONE_NUMBER.fullmatch(line.text)
        return beside and last.bold == line.bold and gap <= HEADING_GAP_EM * line.size and not lone
    if not beside:
        return _runs_over(group, line, how)
    if gap > PARAGRAPH_GAP * how.leading.get(line.size, 1.3 * line.size):
        return False
    return not (_is_broken_off(group, line, how) or _changes_indent(group, line))


def _runs_over(group: Sequence[PrintedLine], line: PrintedLine, how: Setting) -> bool:
    """Whether a paragraph goes on at the top of the next column or page."""
    last = group[-1]
    if is_stopped(last.text) or NUMBERED.match(line.text) or all(part.bold for part in group) != line.bold:
        return not is_stopped(last.text) and begins_lower(line.text)
    if CAPTION.match(group[0].text):
        return False
    return begins_lower(line.text) or _room(last, how) <= _first_word(line)


def _is_broken_off(group: Sequence[PrintedLine], line: PrintedLine, how: Setting) -> bool:
    """Whether the last line was ended on purpose: the next word would have fitted on it."""
    last = group[-1]
    room = _room(last, how)
    if room <= _first_word(line) + 0.5 * line.size:
        return False
    heading = all(part.bold for part in group) and not line.bold
    starts = bool(NUMBERED.match(line.text)) or bool(re.match(r"[-–*]\s", line.text))
    return heading or starts or is_stopped(last.text) or room > 0.3 * (last.end + room - last.left)


def _changes_indent(group: Sequence[PrintedLine], line: PrintedLine) -> bool:
    """Whether the line's indent, after a full stop, shows that something new begins."""
    last = group[-1]
    if not is_stopped(last.text):
        return False
    hanging = len(group) == 1 and (SIGN.match(group[0].text) or NUMBERED.match(group[0].text))
    inward = line.x - last.x > 0.8 * line.size and not hanging
    outward = last.x - line.x > 0.8 * line.size and len(group) > 1
    return inward or outward


def _room(line: PrintedLine, how: Setting) -> float:
    """The white space, in points, left at the line's end."""
    edge = min(line.right, how.edges.get((round(line.x), line.italic), line.right))
    return edge - line.end - 0.25 * line.size


def _first_word(line: PrintedLine) -> float:
    """The width of the line's first word in points."""
    word = line.text.split(maxsplit=1)[0]
    return (line.end - line.x) * len(word) / max(len(line.text), 1)


def _lines_of_group(group: Sequence[PrintedLine], how: Setting) -> Iterator[Line]:
    """What a paragraph, item or heading makes: one line for each page on which one of its sentences begins."""
    raw = SIGN.sub("• ", join_lines([line.text for line in group], how.known), count=1)
    text = repair(raw)
    first = group[0]
    if not any(map(str.isalnum, text)):
        return
    if _is_title(group, text, how):
        yield Line(text, heading=-round(first.size * 2), page=first.page)
        return
    if all(line.bold for line in group) and len(text.split()) <= MAX_BOLD_WORDS and text[-1] not in ".,;":
        yield Line(text, heading=BOLD_HEADING, page=first.page)
        return
    kind = BlockKind.ITEM if item_text(text) else BlockKind.QUOTATION if is_quotation(text) else BlockKind.PARAGRAPH
    for page, part in _by_page(group, text, how):
        if kind is BlockKind.ITEM and page == first.page:
            part = item_text(part) or part
        yield Line(without_loose_marks(part) if kind is BlockKind.QUOTATION else part, kind, page=page)


def _is_title(group: Sequence[PrintedLine], text: str, how: Setting) -> bool:
    """Whether larger type is a heading's: words, not too many, no quotation, no sentence in display type."""
    words = len(text.split())
    if group[0].size <= LARGER * how.size or words > MAX_HEADING_WORDS or is_quotation(text) or text[:1] == "“":
        return False
    named = any(map(str.isalpha, text)) or bool(LONE_NUMBER.fullmatch(text))
    return named and not (text.endswith(".") and words > MAX_STOPPED_WORDS) and not SIGN.match(text)


def _by_page(group: Sequence[PrintedLine], text: str, how: Setting) -> Iterator[tuple[int, str]]:
    """The text in parts by page; a sentence that a page's end cuts stays whole on the page where it begins."""
    start, page = 0, group[0].page
    for index, line in enumerate(group):
        if line.page == page:
            continue
        upto = len(repair(SIGN.sub("• ", join_lines([part.text for part in group[:index]], how.known), count=1)))
        found = _SENTENCE_END.search(text, max(start, upto - 2))
        if found is None:
            break
        yield page, text[start : found.end()]
        start, page = found.end() + 1, line.page
    yield page, text[start:]


def _settle_bold(lines: Sequence[Line], level: int) -> list[Line]:
    """The lines with each bold one as a heading if prose, a list or another heading follows, else as a paragraph."""
    settled: list[Line] = []
    for line in reversed(lines):
        if line.heading == BOLD_HEADING:
            after = settled[-1] if settled else None
            leads = after is not None and (after.heading is not None or after.kind is not BlockKind.PARAGRAPH)
            prose = after is not None and is_stopped(after.text) and len(after.text.split()) >= MIN_PROSE_WORDS
            named = after is not None and after.heading is not None and not LABEL.fullmatch(line.text)
            line = replace(line, heading=level if (leads or prose) and not named else None)
        settled.append(line)
    return settled[::-1]


def _tables(printed: Sequence[PrintedLine], how: Setting) -> Iterator[tuple[int, int]]:
    """Where tables begin and end: rows of cells that start under one another."""
    index = 0
    while index < len(printed):
        end = index
        while end < len(printed) and _in_table(printed[index], printed[end], printed[max(end - 1, index)], how):
            end += 1
        if sum(len(line.cells) > 1 for line in printed[index:end]) >= TABLE_ROWS:
            yield index, end
        else:
            end = index + 1
        index = end


def _in_table(first: PrintedLine, line: PrintedLine, before: PrintedLine, how: Setting) -> bool:
    """Whether a line is a row of the table that ``first`` opens, or a wrapped cell of the row before it."""
    if len(first.cells) == 1 or SIGN.match(first.text) or NUMBERED.match(first.text) or first.page != line.page:
        return False
    if len(line.cells) > 1:
        return abs(line.cells[1].x - first.cells[1].x) <= ALIGNED_PT and not SIGN.match(line.text)
    near = 0 < before.y - line.y <= PARAGRAPH_GAP * how.leading.get(line.size, 1.3 * line.size)
    return near and any(abs(line.x - cell.x) <= ALIGNED_PT for cell in first.cells)


def _table(printed: Sequence[PrintedLine], how: Setting) -> list[Line]:
    """The rows of a table; a line of one cell, or one set as close as lines are, goes on with the row above it."""
    starts = sorted({round(cell.x) for cell in max(printed, key=lambda line: len(line.cells)).cells})
    gaps = [before.y - line.y for before, line in pairwise(printed)]
    close = min(gaps) + 0.1 * printed[0].size if max(gaps) > 1.15 * min(gaps) else 0.0
    rows: list[list[str]] = []
    for index, line in enumerate(printed):
        wrapped = index > 0 and (len(line.cells) == 1 or gaps[index - 1] <= close)
        if not wrapped:
            rows.append([""] * len(starts))
        for cell in line.cells:
            column = max((place for place, start in enumerate(starts) if start <= cell.x + ALIGNED_PT), default=0)
            rows[-1][column] = join_lines([rows[-1][column], cell.text], how.known)
    return table_lines(rows, has_header=printed[0].bold, page=printed[0].page)
