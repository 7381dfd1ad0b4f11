"""Word documents: body text, lists, tables and text boxes, under the headings that styles or plain numbers give.

Running headers and footers, footnotes, comments, deleted text and generated contents lists are left out. The document
is walked element by element, since content controls and tracked insertions hide from python-docx's own paragraph list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from corpus.errors import UnreadableSource
from corpus.types import BlockKind, Section
from ingest.readers.furniture import without_furniture
from ingest.readers.outline import Line, is_stopped, item_text, sections, table_lines
from ingest.readers.sight import hidden_sections
from ingest.readers.word_sight import WordSight
from ingest.repair import repair

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
UNSHOWN: Final = (f"{W}del", f"{W}moveFrom", f"{W}txbxContent", FALLBACK)
NUMBERED_HEADING = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\s?[:.)]?\s+(?=[A-Z‘'“\"])\S.{2,140}")
SPOKEN = re.compile(r"[‘'“\"].*[’'”\"][.!?]?", re.DOTALL)
MAX_HEADING_WORDS, MAX_SPEAKER_WORDS = 20, 15


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says of its paragraphs. ``level`` is the heading's, None where the style is no heading."""

    level: int | None = None
    is_list: bool = False
    is_quotation: bool = False
    is_contents: bool = False


def read_docx(path: Path) -> tuple[Section, ...]:
    """The document's body under its headings."""
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise UnreadableSource(path, "is no readable Word document; open it in Word and save it again") from error
    root: Element = document.element
    styles = _styles(document.styles.element)
    body = root.find(f"{W}body")
    headings = frozenset(name for name, style in styles.items() if style.level is not None)
    hidden = WordSight(document.styles.element).take_hidden(root, headings)
    lines = list(_lines(body if body is not None else root, styles))
    if not any(line.heading for line in lines):
        lines = _with_plain_headings(lines)
    return (*sections(without_furniture(_with_speakers(lines))), *hidden_sections(hidden))


def _styles(root: Element) -> dict[str, Style]:
    """What each paragraph style, by its id, says: its own settings first, then those of the style it is based on."""
    found = {element.get(f"{W}styleId", ""): element for element in root.findall(f"{W}style")}
    return {name: _style(element, found) for name, element in found.items()}


def _style(element: Element, known: dict[str, Element], depth: int = 0) -> Style:
    name = (_value(element, f"{W}name") or "").lower()
    level = re.fullmatch(r"heading ([1-9])", name)
    own = Style(
        level=int(level[1]) if level else 0 if name == "title" else _outline_level(element.find(f"{W}pPr")),
        is_list=name.startswith("list ") or element.find(f"{W}pPr/{W}numPr") is not None,
        is_quotation=name in ("quote", "intense quote", "block text"),
        is_contents=name.startswith(("toc ", "toc heading", "table of figures")),
    )
    base = known.get(_value(element, f"{W}basedOn") or "")
    if own != Style() or base is None or depth > 10:
        return own
    return _style(base, known, depth + 1)


def _outline_level(properties: Element | None) -> int | None:
    """The heading level that paragraph properties give, None for body text."""
    value = _value(properties, f"{W}outlineLvl") if properties is not None else None
    return int(value) + 1 if value and value.isdecimal() and int(value) < 9 else None


def _value(element: Element, path: str) -> str | None:
    """The ``w:val`` of a child, None where there is no such child."""
    child = element.find(path)
    return None if child is None else child.get(f"{W}val")


def _lines(parent: Element, styles: dict[str, Style]) -> Iterator[Line]:
    """The lines of a body, a content control, a text box or a table's cell."""
    for child in parent:
        if child.tag == f"{W}p":
            yield from _paragraph(child, styles)
            for box in _boxes(child):
                yield from _lines(box, styles)
        elif child.tag == f"{W}tbl":
            yield from _table(child, styles)
        elif child.tag == f"{W}sdt" and not _is_generated_contents(child):
            yield from (line for part in child.findall(f"{W}sdtContent") for line in _lines(part, styles))
        elif child.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            yield from _lines(child, styles)


def _paragraph(element: Element, styles: dict[str, Style]) -> Iterator[Line]:
    """A paragraph as a heading, an item, a quotation or plain text; nothing for an empty one or a contents entry."""
    text = repair(_text(element))
    properties = element.find(f"{W}pPr")
    style = styles.get((_value(properties, f"{W}pStyle") or "") if properties is not None else "", Style())
    if not any(character.isalnum() for character in text) or style.is_contents:
        return
    level = style.level if style.level is not None else _outline_level(properties)
    if level is not None:
        yield Line(text, heading=level)
    elif style.is_quotation:
        yield Line(text, BlockKind.QUOTATION)
    else:
        typed = None if text[0].isalnum() else item_text(text)
        yield Line(
            typed or text,
            BlockKind.ITEM if typed or _is_item(properties, style) else BlockKind.PARAGRAPH,
            link=_is_link(element),
        )


def _is_item(properties: Element | None, style: Style) -> bool:
    """Whether the numbering of the paragraph itself, or else of its style, makes it a list item."""
    number = properties.find(f"{W}numPr") if properties is not None else None
    return style.is_list if number is None else _value(number, f"{W}numId") != "0"


def _text(element: Element) -> str:
    """The shown words of a paragraph: no deleted text, no field codes; raised numbers as ``^{1,2}``."""
    return "".join(_run_text(run) for run in element.iter(f"{W}r") if _is_shown(run, element))


def _is_shown(run: Element, paragraph: Element) -> bool:
    above = run.getparent()
    while above is not None and above is not paragraph:
        if above.tag in UNSHOWN:
            return False
        above = above.getparent()
    return True


def _run_text(run: Element) -> str:
    signs = {f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-"}
    text = "".join((child.text or "") if child.tag == f"{W}t" else signs.get(child.tag, "") for child in run)
    raised = _value(run, f"{W}rPr/{W}vertAlign") == "superscript"
    return f"^{{{text.strip()}}}" if raised and re.fullmatch(r"[\s\d,;–-]+", text) else text


def _is_link(paragraph: Element) -> bool:
    """Whether every word of the paragraph stands in a hyperlink."""
    linked = sum(len(_text(link).split()) for link in paragraph.findall(f"{W}hyperlink"))
    return 0 < linked == len(_text(paragraph).split())


def _boxes(paragraph: Element) -> Iterable[Element]:
    """The text boxes anchored in a paragraph, each once: Word writes them a second time for old readers."""
    for box in paragraph.iter(f"{W}txbxContent"):
        if not any(above.tag in (FALLBACK, f"{W}txbxContent") for above in box.iterancestors()):
            yield box


def _is_generated_contents(control: Element) -> bool:
    gallery = _value(control, f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery == "Table of Contents"


def _table(table: Element, styles: dict[str, Style]) -> Iterator[Line]:
    """A table's rows; one of a single row or column only places text on the page, and is read as text."""
    rows = [cells for row in table.findall(f"{W}tr") if (cells := _cells(row))]
    if len(rows) < 2 or all(len(row) < 2 for row in rows):
        for cell in (cell for row in rows for cell in row):
            yield from _lines(cell, styles)
        return
    marked = table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
    yield from table_lines([[_cell_text(cell) for cell in row] for row in rows], True if marked else None)


def _cells(row: Element) -> list[Element]:
    """A row's cells, those within content controls too, without the cells of tables inside them."""
    return [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]


def _cell_text(cell: Element) -> str:
    return " ".join(_text(paragraph) for paragraph in cell.iter(f"{W}p"))


def _with_plain_headings(lines: list[Line]) -> list[Line]:
    """Numbered lines as headings, for a document without heading styles that has at least two of them."""
    levels = [_plain_level(line, after) for line, after in zip(lines, [*lines, None][1:], strict=True)]
    if sum(level is not None for level in levels) < 2:
        return lines
    return [
        line if level is None else replace(line, heading=level, kind=BlockKind.PARAGRAPH)
        for line, level in zip(lines, levels, strict=True)
    ]


def _plain_level(line: Line, after: Line | None) -> int | None:
    """The level of a line such as ``7: Partners`` or ``2.1 Housing`` that has other text under it, else None."""
    found = NUMBERED_HEADING.fullmatch(line.text) if line.kind is BlockKind.PARAGRAPH else None
    if not found or after is None or is_stopped(line.text) or len(line.text.split()) > MAX_HEADING_WORDS:
        return None
    return found[1].count(".") + 1


def _with_speakers(lines: list[Line]) -> list[Line]:
    """A paragraph wholly in quotation marks as a quotation, in one block with the speaker's line below it."""
    told: list[Line] = []
    for line in lines:
        is_said = line.kind is BlockKind.QUOTATION or (_is_plain(line) and SPOKEN.fullmatch(line.text) is not None)
        if told and told[-1].kind is BlockKind.QUOTATION and not is_said and _names_speaker(line, told[-1]):
            told[-1] = replace(told[-1], text=f"{told[-1].text} {line.text}")
        else:
            told.append(replace(line, kind=BlockKind.QUOTATION) if is_said and line.heading is None else line)
    return told


def _is_plain(line: Line) -> bool:
    return line.heading is None and line.kind is BlockKind.PARAGRAPH


def _names_speaker(line: Line, quotation: Line) -> bool:
    """Whether a short line without a stop, under words in quotation marks, gives who said them."""
    ends_spoken = quotation.text.rstrip()[-1:] in "’'”\"" or quotation.text.rstrip(".!?")[-1:] in "’'”\""
    short = len(line.text.split()) <= MAX_SPEAKER_WORDS and not is_stopped(line.text)
    return _is_plain(line) and ends_spoken and short and line.text.lstrip("–—- ")[:1].isupper()
