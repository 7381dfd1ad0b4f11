"""Slides: what each one says, under its title and the section it belongs to; a slide's number is its page.

A slide whose first words are a bullet or a sentence has no title of its own: it carries on the slide before, and keeps
its headings. Short lines above a sentence are headings within the slide. Notes follow the slide as paragraphs.
Recurring footers, slide numbers and dates are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Final

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.oxml.xmlchemy import BaseOxmlElement as Element
from pptx.shapes.base import BaseShape
from pptx.slide import Slide

from corpus.errors import UnreadableSource
from corpus.types import BlockKind, Section
from ingest.readers.fragments import CAPTION, carries_on, joined_fragments, read_fragment, with_inner_headings
from ingest.readers.outline import Line, is_sentence, sections, table_lines
from ingest.readers.sight import hidden_sections
from ingest.readers.slide_sight import level_of, take_hidden
from ingest.repair import join_lines, repair

A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SECTION_LEVEL, TITLE_LEVEL = 1, 2
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
BODIES = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY, PP_PLACEHOLDER.VERTICAL_OBJECT)
MARGINS = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER)
BULLET_SETTINGS = ("buChar", "buAutoNum", "buBlip")
MAX_TITLE_WORDS = 15
MAX_STATEMENT_WORDS = 8  # a longer title with nothing under it is what the slide has to say
MIN_TYPED_BULLETS = 3  # from so many on, a deck is taken to type its bullets, and inherited ones mean nothing
ROW_EMU = 360_000  # frames whose tops differ by less than a centimetre stand side by side


def read_pptx(path: Path) -> tuple[Section, ...]:
    """The deck's slides in order, a section a slide or a heading within one."""
    try:
        deck = Presentation(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise UnreadableSource(path, "is no readable PowerPoint file; open it there and save it again") from error
    hidden = take_hidden(deck)
    slides = [(number, slide) for number, slide in enumerate(deck.slides, 1) if slide._element.get("show") != "0"]
    recurring = _recurring(slide for _, slide in slides)
    typed = sum(read_fragment(text).mark != "" for _, slide in slides for text in _all_texts(slide))
    shown: list[Line] = []
    notes: list[Line] = []
    for number, slide in slides:
        lines = _slide(slide, number, recurring, trust_bullets=typed < MIN_TYPED_BULLETS)
        told = _notes(slide, number)
        shown.extend(lines or [Line("", heading=TITLE_LEVEL, page=number)] * bool(told))
        notes.extend(told)
    outlined = with_inner_headings(shown, TITLE_LEVEL)
    return (*sections(sorted([*outlined, *notes], key=lambda line: line.page or 0)), *hidden_sections(hidden))


def _slide(slide: Slide, number: int, recurring: frozenset[str], trust_bullets: bool) -> list[Line]:
    """The lines of one slide, its title first."""
    shapes = [shape for shape in _in_order(slide.shapes) if not _is_margin(shape, recurring)]
    title = next((shape for shape in shapes if shape.is_placeholder and shape.placeholder_format.type in TITLES), None)
    body = [line for shape in shapes if shape is not title for line in _shape(shape, number, trust_bullets)]
    if title is not None and (text := repair(title.text_frame.text)):
        if body and body[0].kind is BlockKind.PARAGRAPH and carries_on(read_fragment(text), body[0].text):
            text, body = join_lines([text, body[0].text]), body[1:]
        return [*_title(text, bool(body), number, slide.slide_layout._element.get("type") == "secHead"), *body]
    if len(body) > 1 and body[0].kind is BlockKind.PARAGRAPH and _heads(body[0].text, has_body=True):
        return [replace(body[0], heading=TITLE_LEVEL), *body[1:]]
    return body


def _title(text: str, has_body: bool, number: int, is_section: bool) -> list[Line]:
    """A slide's title: a heading, or the text itself where it is a bullet or a statement. Alone it is both."""
    fragment = read_fragment(text)
    if is_section:
        return [Line(fragment.text, heading=SECTION_LEVEL, page=number)]
    if fragment.mark:
        return [Line(fragment.text, BlockKind.ITEM, page=number)]
    stated = Line(fragment.text, page=number)
    if not _heads(fragment.text, has_body):
        return [stated]
    return [replace(stated, heading=TITLE_LEVEL), *([] if has_body else [stated])]


def _heads(text: str, has_body: bool) -> bool:
    """Whether a slide's first words are a title rather than a statement or a caption."""
    is_stated = (is_sentence(text) and text[-1] == ".") or CAPTION.match(text) is not None
    return len(text.split()) <= (MAX_TITLE_WORDS if has_body else MAX_STATEMENT_WORDS) and not is_stated


def _in_order(shapes: Iterable[BaseShape]) -> list[BaseShape]:
    """The shapes as the eye goes: from top to bottom, those side by side from left to right, groups kept together."""
    ordered: list[BaseShape] = []
    for shape in sorted(shapes, key=lambda shape: (round((shape.top or 0) / ROW_EMU), shape.left or 0)):
        ordered.extend(_in_order(shape.shapes) if shape.shape_type == MSO_SHAPE_TYPE.GROUP else [shape])
    return ordered


def _is_margin(shape: BaseShape, recurring: frozenset[str]) -> bool:
    """Whether the shape is a footer, a date, a number, or a text that most slides repeat."""
    if shape.is_placeholder and shape.placeholder_format.type in MARGINS:
        return True
    return shape.has_text_frame and repair(shape.text_frame.text) in recurring


def _recurring(slides: Iterable[Slide]) -> frozenset[str]:
    """The texts of frames, titles apart, that stand on at least three slides and on every third."""
    on_slides = [
        {
            repair(shape.text_frame.text)
            for shape in _in_order(slide.shapes)
            if shape.has_text_frame and not _is_title(shape)
        }
        for slide in slides
    ]
    counted = Counter(text for texts in on_slides for text in texts if text)
    return frozenset(text for text, count in counted.items() if count >= max(3, len(on_slides) / 3))


def _is_title(shape: BaseShape) -> bool:
    return shape.is_placeholder and shape.placeholder_format.type in TITLES


def _all_texts(slide: Slide) -> Iterator[str]:
    for shape in _in_order(slide.shapes):
        if shape.has_text_frame:
            yield from (paragraph.text for paragraph in shape.text_frame.paragraphs)


def _shape(shape: BaseShape, number: int, trust_bullets: bool) -> Iterator[Line]:
    """The lines of a text frame or a table; pictures and charts have none."""
    if getattr(shape, "has_table", False):
        yield from table_lines([[cell.text for cell in row.cells] for row in shape.table.rows], page=number)
    elif shape.has_text_frame:
        paragraphs = shape.text_frame.paragraphs
        told = [(paragraph.text, _has_bullet(paragraph._p, shape, trust_bullets)) for paragraph in paragraphs]
        for is_table, run in groupby(told, key=lambda one: one[0].count("\t") > 1):
            part = list(run)
            yield from _table(part, number) if is_table else _text(part, number)


def _table(rows: Sequence[tuple[str, bool]], number: int) -> list[Line]:
    """Lines of cells parted by tabs, as a table pasted as text has them."""
    return table_lines([text.split("\t") for text, _ in rows], page=number)


def _text(paragraphs: Sequence[tuple[str, bool]], number: int) -> Iterator[Line]:
    """Paragraphs as lines, with sentences that were broken over several paragraphs made whole."""
    fragments = [read_fragment(text, has_bullet) for text, has_bullet in paragraphs]
    for fragment in joined_fragments([fragment for fragment in fragments if fragment.text]):
        yield Line(fragment.text, BlockKind.ITEM if fragment.mark else BlockKind.PARAGRAPH, page=number)


def _has_bullet(paragraph: Element, shape: BaseShape, trust_bullets: bool) -> bool:
    """Whether a bullet is drawn: by the paragraph's own setting, else the layout's, else as bodies have them."""
    properties = paragraph.find(f"{A}pPr")
    level = level_of(properties)
    own = _bullet_setting(properties)
    if own is not None or not trust_bullets or not shape.is_placeholder:
        return bool(own)
    if shape.placeholder_format.type not in BODIES or shape.text_frame.text.strip().count("\n") == 0:
        return False
    for holder in (shape._element, _layout_element(shape)):
        styled = holder.find(f".//{A}lstStyle/{A}lvl{level + 1}pPr") if holder is not None else None
        if (setting := _bullet_setting(styled)) is not None:
            return setting
    return True


def _bullet_setting(properties: Element | None) -> bool | None:
    """True for a bullet or automatic number, False for none, None where the properties do not say."""
    if properties is None:
        return None
    if properties.find(f"{A}buNone") is not None:
        return False
    return True if any(properties.find(f"{A}{name}") is not None for name in BULLET_SETTINGS) else None


def _layout_element(shape: BaseShape) -> Element | None:
    """The placeholder of the slide's layout that this one takes its look from."""
    index = shape.placeholder_format.idx
    holders = shape.part.slide_layout.placeholders
    return next((holder._element for holder in holders if holder.placeholder_format.idx == index), None)


def _notes(slide: Slide, number: int) -> list[Line]:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    texts = [repair(paragraph.text) for paragraph in frame.paragraphs] if frame is not None else []
    return [Line(text, page=number) for text in texts if any(character.isalnum() for character in text)]
