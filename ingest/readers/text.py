"""Plain text files as sections: what stands alone on a short line is a heading, what is cut is joined.

Text files carry no pages and few marks. ``#`` signs are taken where a file has them, though their depth is corrected
(``headings``); elsewhere headings are told from their place, and their depth from numbers and from the contents list.
Nothing is guessed from a file's name, and bytes that are no text are refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from corpus.errors import UnreadableSource
from corpus.types import BlockKind, Section
from ingest.readers.furniture import is_furniture, without_byline, without_end_matter, without_repeated_headers
from ingest.readers.headings import settle_headings
from ingest.readers.outline import (
    EMAIL,
    Line,
    begins_lower,
    is_stopped,
    item_text,
    reads_as_header,
    sections,
    table_lines,
)
from ingest.readers.plain_headings import CANDIDATE, could_be_heading, entry_title, level_plain_headings
from ingest.readers.prose import contents_lines, gather_contacts, is_picture_description, spoken, without_counters
from ingest.repair import join_lines, repair, strip_markup, vocabulary

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
OTHER_FORMATS = {
    b"%PDF": ".pdf",
    b"PK\x03\x04": ".docx or .pptx",
    b"\xd0\xcf\x11\xe0": ".doc or .ppt",
    b"{\\rtf": ".rtf",
}
MARKED = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*$")
BULLET = re.compile(r"^\s*(?:[-*•▪●○◦‣⁃❑❏■□▢➢➤►✓✔☐–]\s+|\d{1,2}[.)]\s+\S)")
BOX = re.compile(r"^(\s*)[❑❏▢☐]")
LINKS_ONLY = re.compile(r"^\s*(?:\[[^\]]*\]\([^)]*\)[\s|,]*)+$")
MIN_MARKED = 3  # a file with as many marked headings marks all of them
MAX_HEADING_LINES = 3
ROOMY = 0.8  # of the widest neighbour's length: a line that would still be shorter with the next word was ended
LONG_LINE = 110  # a line this long was never wrapped: a stop at its end is a paragraph's
MAX_CONTROL_SHARE = 0.002


def read_text(path: Path) -> tuple[Section, ...]:
    """The file's sections in order; blocks have no page. Raises UnreadableSource for bytes that are no text."""
    printed = [BOX.sub(r"\1•", line) for line in _decoded(path).replace("\f", "\n\n").splitlines()]
    marked = {index for index, line in enumerate(printed) if MARKED.match(line)}
    contents = contents_lines(printed, marked)
    titles = {entry_title(printed[index]) for index in contents}
    body = ["" if index in contents else line for index, line in enumerate(printed)]
    made = [line for line in _lines(body, plain=len(marked) < MIN_MARKED) if not is_picture_description(line.text)]
    settled = gather_contacts(without_counters(settle_headings(level_plain_headings(made, titles))))
    own = without_byline([line for line in settled if not is_furniture(line)])
    found = sections(without_end_matter(without_repeated_headers(own)))
    if not found:
        raise UnreadableSource(path, "the file holds no text: check that it is complete")
    return found


def _decoded(path: Path) -> str:
    """The file's text: UTF-8, UTF-16 with its mark, else Windows-1252."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSource(path, f"the file cannot be opened ({error.strerror or error}): check it") from error
    for mark, suffix in OTHER_FORMATS.items():
        if data.startswith(mark):
            raise UnreadableSource(path, f"not a text file but a {suffix} file under a wrong name: rename it")
    named = next((name for mark, name in BYTE_ORDER_MARKS.items() if data.startswith(mark)), "utf-8")
    for encoding in (named, "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum(char < " " and char not in "\t\n\r\f\v" for char in text) > MAX_CONTROL_SHARE * len(text):
            break
        return text
    raise UnreadableSource(path, "not a text file: it holds bytes that are no letters; save it as UTF-8 text")


def _lines(printed: Sequence[str], *, plain: bool) -> Iterator[Line]:
    """The lines of the outline; with ``plain``, lines that may be headings carry a level to be settled."""
    known = vocabulary(printed)
    parts = list(_parts(printed))
    for index, part in enumerate(parts):
        mark = MARKED.match(part[0])
        if mark:
            yield Line(repair(strip_markup(mark[2])), heading=len(mark[1]))
        elif "\t" in part[0].strip():
            yield from _table(part)
        elif BULLET.match(part[0]) and not (plain and _numbered_heading(parts, index)):
            text = repair(strip_markup(join_lines(part, known)))
            said = spoken(Line(item_text(text) or text))
            yield said if said.kind is BlockKind.QUOTATION else replace(said, kind=BlockKind.ITEM)
        else:
            yield from _paragraphs(part, known, plain=plain)


def _parts(printed: Sequence[str]) -> Iterator[list[str]]:
    """Neighbouring lines together, cut at empty lines and where a heading, an item or a table begins."""
    part: list[str] = []
    for line in printed:
        table = "\t" in line.strip()
        begins = bool(MARKED.match(line) or BULLET.match(line)) or table != bool(part and "\t" in part[0].strip())
        if part and (not line.strip() or begins or MARKED.match(part[0])):
            yield part
            part = []
        if line.strip():
            part.append(line)
    if part:
        yield part


def _numbered_heading(parts: Sequence[Sequence[str]], index: int) -> bool:
    """Whether a numbered line is a heading rather than an item: short, alone, and neither neighbour is numbered too."""
    text = repair(strip_markup(parts[index][0]))
    numbered = bool(re.match(r"\d", text)) and len(parts[index]) == 1 and could_be_heading(text)
    near = [parts[place][0] for place in (index - 1, index + 1) if 0 <= place < len(parts)]
    return numbered and not any(BULLET.match(line) and re.match(r"\s*\d", line) for line in near)


def _table(rows: Sequence[str]) -> list[Line]:
    """A table's rows, headed if the first looks unlike the others: short cells over long, or words over figures."""
    cells = [[repair(strip_markup(cell)) for cell in row.rstrip("\n").split("\t")] for row in rows]
    below = [cell for row in cells[1:] for cell in row[1:]] or [""]
    long = mean(len(cell.split()) for cell in below) > 3 * mean(len(cell.split()) for cell in cells[0])
    figures = sum(bool(re.match(r"[£$€]?\d", cell)) for cell in below) * 2 > len(below)
    return table_lines(rows=cells, has_header=reads_as_header(cells[0]) and (not cells[0][0] or long or figures))


def _paragraphs(part: Sequence[str], known: frozenset[str], *, plain: bool) -> Iterator[Line]:
    """The paragraphs of neighbouring lines: wrapped lines joined, lines ended on purpose apart."""
    width = max(map(len, part))
    groups: list[list[str]] = []
    for line in part:
        if groups and not _is_ended(groups[-1][-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    if all(line.strip().isupper() for line in part):
        groups = [list(part)]
    for group in groups:
        text = repair(strip_markup(join_lines(group, known)))
        link = all(LINKS_ONLY.match(line) for line in group)
        styled = bool(re.search(r"[^*]\*[^*]", group[0])) or bool(EMAIL.search(text))
        alone = plain and len(group) < MAX_HEADING_LINES and group is groups[0] and not link and not styled
        if any(map(str.isalnum, text)):
            candidate = CANDIDATE if alone and could_be_heading(text) else None
            yield spoken(Line(text, heading=candidate, link=link))


def _is_ended(before: str, line: str, width: int) -> bool:
    """Whether a line was ended on purpose: by Markdown's two spaces, by a stop at the end of a long line, or where the
    next word would have fitted within the ``width`` of its neighbours."""
    if before.endswith("  "):
        return not begins_lower(line)
    if is_stopped(before) and max(len(before), len(line)) > LONG_LINE:
        return True
    return len(before) + 1 + len(line.split()[0]) <= ROOMY * width and not begins_lower(line)
