"""An answer as a Word file. It has no link to anything outside itself: addresses are printed, not followed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle

from ui.export import Line, Style
from ui.palette import TOKENS

_STYLES = {
    Style.TITLE: "Heading 1",
    Style.HEADING: "Heading 2",
    Style.QUOTE: "Quote",
    Style.BRIEF: "Body Text",
    Style.GAP: "Normal",
    Style.OURS: "Normal",
    Style.SOURCE: "Normal",
    Style.LINK: "Normal",
    Style.SMALL: "Normal",
}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def word_file(lines: Iterable[Line]) -> bytes:
    """The lines as .docx, the first of them its title."""
    document, shown = Document(), tuple(lines)
    _dress(document)
    document.core_properties.title = _clean(shown[0].text)[:255]
    document.core_properties.author = "Anchorline"
    document.core_properties.comments = ""
    for line in shown:
        _add(document, line)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _dress(document: WordDocument) -> None:
    """Arial, British English, and, as on the page, a line beside what is quoted and a dotted one beside summaries."""
    for name in ("Normal", "Heading 1", "Heading 2", "Quote", "Body Text"):
        style = document.styles[name]
        style.font.name = "Arial"
        style.font.color.rgb = RGBColor.from_string(_colour("text"))
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    document.styles["Normal"].font.size = Pt(11)
    quote = document.styles["Quote"]
    quote.font.italic = False
    _line_beside(quote, "single", "quote-edge")
    _line_beside(document.styles["Body Text"], "dotted", "edge")
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _line_beside(style: ParagraphStyle, kind: str, token: str) -> None:
    left, edges = OxmlElement("w:left"), OxmlElement("w:pBdr")
    for name, value in (("val", kind), ("sz", "24"), ("space", "8"), ("color", _colour(token))):
        left.set(qn(f"w:{name}"), value)
    edges.append(left)
    style.paragraph_format.left_indent = Pt(18)
    style.element.get_or_add_pPr().insert_element_before(edges, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _colour(token: str) -> str:
    return TOKENS[token].lstrip("#").upper()


def _add(document: WordDocument, line: Line) -> None:
    numbers = "".join(f"[{marker}]" for marker in line.markers)
    paragraph = document.add_paragraph(style=_STYLES[line.style])
    if line.style is Style.SOURCE:
        paragraph.add_run(f"{numbers} ").bold = True
    if line.style is Style.GAP:
        paragraph.add_run("Not in the sources: ").bold = True
    run = paragraph.add_run(_clean(line.text))
    if line.style is Style.SMALL:
        run.font.size = Pt(9.5)
    if numbers and line.style is not Style.SOURCE:
        paragraph.add_run(f" {numbers}").bold = True


def _clean(text: str) -> str:
    """Without the characters that no XML file can hold."""
    return _NOT_IN_XML.sub("�", text)
