"""Word documents and slides, made by the libraries that write them, and the two real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
from docx.oxml import parse_xml
from pptx.util import Cm

from corpus.errors import UnreadableSource
from corpus.types import Section
from ingest.readers.docx import read_docx
from ingest.readers.pptx import read_pptx
from tests.ingest.coverage import foreign_share, word_coverage

DOCX_NAME = "health-foundation-2019-thinking-beyond-boundaries"
PPTX_NAME = "ihi-2022-improving-equity-workshop"
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
Written = Callable[[Any], tuple[Section, ...]]


def told(sections: tuple[Section, ...]) -> list[tuple[str, str]]:
    return [(b.kind.value, b.text) for section in sections for b in section.blocks if not b.doubt]


def paths(sections: tuple[Section, ...]) -> list[tuple[str, ...]]:
    return [section.heading_path for section in sections if not section.blocks[0].doubt]


@pytest.fixture
def word(tmp_path: Path) -> Written:
    """Save a document and read it back."""

    def written(document: Any) -> tuple[Section, ...]:
        document.save(str(tmp_path / "a.docx"))
        return read_docx(tmp_path / "a.docx")

    return written


@pytest.fixture
def slides(tmp_path: Path) -> Written:
    """Save a deck and read it back."""

    def written(deck: Any) -> tuple[Section, ...]:
        deck.save(str(tmp_path / "a.pptx"))
        return read_pptx(tmp_path / "a.pptx")

    return written


def add_slide(deck: Any, title: str, *lines: str, layout: int = 1) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    slide.shapes.title.text = title
    if lines:
        slide.placeholders[1].text = "\n".join(lines)
    return slide


def add_box(slide: Any, text: str, left_cm: float, top_cm: float) -> Any:
    box = slide.shapes.add_textbox(Cm(left_cm), Cm(top_cm), Cm(5), Cm(2))
    box.text_frame.text = text
    return box


def test_word_headings_come_from_styles_and_outline_levels(word: Written) -> None:
    document = docx.Document()
    document.add_heading("Guide", 0)
    document.add_paragraph("One.")
    document.add_heading("Jobs", 1)
    document.add_paragraph("Two.")
    own = document.add_paragraph("Pay")
    own._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {SPACE} w:val="1"/>'))
    document.add_paragraph("Three.")
    assert paths(word(document)) == [("Guide",), ("Guide", "Jobs"), ("Guide", "Jobs", "Pay")]


def test_plain_numbered_lines_are_headings_only_where_no_style_is(word: Written) -> None:
    document = docx.Document()
    for text in (
        "Opening.",
        "1: The NHS can act",
        "Text one.",
        "2: Partners need time",
        "Text two.",
        "2.1 Shared values",
        "End.",
    ):
        document.add_paragraph(text)
    assert paths(word(document)) == [
        (),
        ("1: The NHS can act",),
        ("2: Partners need time",),
        ("2: Partners need time", "2.1 Shared values"),
    ]
    document.add_heading("Styled", 1)
    document.add_paragraph("After.")
    assert paths(word(document)) == [(), ("Styled",)]


def test_word_lists_by_style_and_by_typed_bullet_know_their_lead(word: Written) -> None:
    document = docx.Document()
    document.add_paragraph("We will:")
    document.add_paragraph("hire", style="List Bullet")
    document.add_paragraph("• train")
    document.add_paragraph("The end.")
    sections = word(document)
    assert told(sections) == [("paragraph", "We will:"), ("item", "hire"), ("item", "train"), ("paragraph", "The end.")]
    assert [block.leads for block in sections[0].blocks] == [True, False, False, False]


def test_word_tables_have_header_and_rows_and_layout_tables_are_text(word: Written) -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("Trust", "Cost", "Leeds", "Five"), strict=True
    ):
        cell.text = text
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "Boxed text."
    assert told(word(document)) == [("header", "Trust\tCost"), ("row", "Leeds\tFive"), ("paragraph", "Boxed text.")]


def test_a_spoken_paragraph_keeps_its_speaker(word: Written) -> None:
    document = docx.Document()
    document.add_paragraph("‘We cannot leave people on the street after such good care, can we?’")
    document.add_paragraph("Ann Smith, Director of Health")
    document.add_paragraph("‘Work’ is what matters, she said, and ‘pay’ matters too.")
    sections = word(document)
    assert [kind for kind, _ in told(sections)] == ["quotation", "paragraph"]
    assert told(sections)[0][1].endswith("can we?’ Ann Smith, Director of Health")


def test_word_margins_deletions_hidden_text_and_contents_are_left_out(word: Written) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "UNWANTED"
    document.sections[0].footer.paragraphs[0].text = "UNWANTED"
    shown = document.add_paragraph("Shown")
    shown.add_run(" UNWANTED").font.hidden = True
    for xml in (
        "<w:del {0}><w:r><w:delText>UNWANTED</w:delText></w:r></w:del>",
        "<w:ins {0}><w:r><w:t> inserted</w:t></w:r></w:ins>",
    ):
        shown._p.append(parse_xml(xml.format(SPACE)))
    control = """<w:sdt {0}>
        <w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>
        <w:sdtContent><w:p><w:r><w:t>UNWANTED</w:t></w:r></w:p></w:sdtContent></w:sdt>"""
    plain = "<w:sdt {0}><w:sdtContent><w:p><w:r><w:t>Controlled</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    for xml in (control, plain):
        document.element.body.insert(0, parse_xml(xml.format(SPACE)))
    document.add_paragraph("Raised").add_run("12").font.superscript = True
    assert [text for _, text in told(word(document))] == ["Controlled", "Shown inserted", "Raised"]


def test_text_boxes_are_read_once(word: Written) -> None:
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>Boxed words.</w:t></w:r></w:p></w:txbxContent>"
    markup = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    xml = f"""<w:r {SPACE} xmlns:mc="{markup}"><mc:AlternateContent>
        <mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>
        <mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"""
    document.add_paragraph("Anchor.")._p.append(parse_xml(xml))
    assert told(word(document)) == [("paragraph", "Anchor."), ("paragraph", "Boxed words.")]


def test_each_slide_is_a_section_under_its_section_header(slides: Written) -> None:
    deck = pptx.Presentation()
    add_slide(deck, "Welcome", "The network helps trusts to act as anchors.")
    add_slide(deck, "Part one", layout=2)
    add_slide(deck, "Why act", "Care is a fifth of what keeps us healthy.")
    sections = slides(deck)
    assert paths(sections) == [("Welcome",), ("Part one", "Why act")]
    assert [section.blocks[0].page for section in sections] == [1, 3]


def test_drawn_bullets_are_items_and_typed_ones_too(slides: Written) -> None:
    deck = pptx.Presentation()
    add_slide(deck, "Plans", "Hire local people", "Pay a living wage", "Open the green spaces")
    assert {kind for kind, _ in told(slides(deck))} == {"item"}
    add_slide(deck, "More", "We will:", "- ✓ hire", "- ✓ train", "- ✓ 1. pay", "And no more than that is planned.")
    kinds, texts = zip(*told(slides(deck))[3:], strict=True)
    assert texts == ("We will:", "hire", "train", "pay", "And no more than that is planned.")
    assert kinds == ("paragraph", "item", "item", "item", "paragraph")


def test_frames_are_read_as_the_eye_goes_the_title_first(slides: Written) -> None:
    deck = pptx.Presentation()
    slide = add_slide(deck, "Order", layout=5)
    for text, left_cm, top_cm in (("Fourth.", 14, 12), ("Second.", 14, 5.2), ("Third.", 1, 12), ("First.", 1, 5)):
        add_box(slide, text, left_cm, top_cm)
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Cm(1), Cm(16), Cm(5), Cm(1)).text_frame.text = "Fifth."
    assert [text for _, text in told(slides(deck))] == ["First.", "Second.", "Third.", "Fourth.", "Fifth."]


@pytest.mark.parametrize(("tag", "setting"), [("pPr", "lvl"), ("rPr", "sz"), ("pPr", "indent")])
def test_a_setting_that_is_no_number_is_none(slides: Written, tag: str, setting: str) -> None:
    """Found by fuzzing: to Python "²" is a digit, and no number."""
    deck = pptx.Presentation()
    paragraph = add_box(add_slide(deck, "Homes", layout=5), "The trust lends its rooms.", 1, 5).text_frame.paragraphs[0]
    element = paragraph._p.get_or_add_pPr() if tag == "pPr" else paragraph.runs[0]._r.get_or_add_rPr()
    element.set(setting, "²")
    assert [text for _, text in told(slides(deck))] == ["The trust lends its rooms."]


def test_a_sentence_broken_over_lines_is_joined(slides: Written) -> None:
    deck = pptx.Presentation()
    slide = add_slide(deck, "Homes", layout=5)
    box = add_box(slide, "It lends rooms near the", 1, 5)
    for line in (
        "old station to nurses",
        "who train there, with",
        "the NHS",
        "Foundation Trust.",
        "“A job and",
        "Career”",
    ):
        box.text_frame.add_paragraph().text = line
    assert [text for _, text in told(slides(deck))] == [
        "It lends rooms near the old station to nurses who train there, with the NHS Foundation Trust.",
        "“A job and Career”",
    ]


def test_short_lines_above_a_sentence_are_headings(slides: Written) -> None:
    deck = pptx.Presentation()
    slide = add_slide(deck, "Examples", layout=5)
    box = add_box(slide, "Housing:", 1, 5)
    for line in (
        "Leeds Trust",
        "It gave homes to a hundred people.",
        "Barts Trust",
        "It gave jobs to a thousand people.",
    ):
        box.text_frame.add_paragraph().text = line
    assert paths(slides(deck)) == [("Examples", "Housing:", "Leeds Trust"), ("Examples", "Housing:", "Barts Trust")]


def test_a_slide_that_begins_with_a_statement_carries_on_the_one_before(slides: Written) -> None:
    deck = pptx.Presentation()
    add_slide(deck, "Football club", "The partnership has three members in all.")
    add_slide(
        deck, "The club's foundation has worked with young people for ten years, and it means to go on with that."
    )
    sections = slides(deck)
    assert paths(sections) == [("Football club",)]
    assert [block.page for block in sections[0].blocks] == [1, 2]


def test_lines_at_a_slide_s_end_name_the_untitled_slide_after_it_and_not_its_own_title(slides: Written) -> None:
    deck = pptx.Presentation()
    slide = add_slide(deck, "Essex", layout=5)
    box = add_box(slide, "It takes a long time to build trust.", 1, 5)
    box.text_frame.add_paragraph().text = "Imperial Trust"
    add_slide(deck, "By acting as an anchor the trust can reduce inequalities in health across all of West London.")
    assert paths(slides(deck)) == [("Essex",), ("Imperial Trust",)]


def test_slide_tables_notes_and_margins(slides: Written) -> None:
    deck = pptx.Presentation()
    for number in range(4):
        slide = add_slide(deck, f"Slide {number}", f"This is sentence {number} of the whole deck.")
        add_box(slide, "Confidential footer", 1, 18)
    cells = (cell for row in slide.shapes.add_table(2, 2, Cm(1), Cm(12), Cm(9), Cm(3)).table.rows for cell in row.cells)
    for cell, text in zip(cells, ("Theme", "Grants", "Food", "18"), strict=True):
        cell.text = text
    slide.notes_slide.notes_text_frame.text = "Say thank you to the hosts."
    deck.slides[0]._element.set("show", "0")
    sections = slides(deck)
    assert paths(sections) == [("Slide 1",), ("Slide 2",), ("Slide 3",)]
    assert told(sections)[2:] == [
        ("paragraph", "This is sentence 3 of the whole deck."),
        ("header", "Theme\tGrants"),
        ("row", "Food\t18"),
        ("paragraph", "Say thank you to the hosts."),
    ]
    assert {block.page for one in sections if one.heading_path == ("Slide 3",) for block in one.blocks} == {4}


@pytest.mark.parametrize("read, name", [(read_docx, "a.docx"), (read_pptx, "a.pptx")])
def test_a_file_of_another_kind_is_an_unreadable_source(tmp_path: Path, read: Any, name: str) -> None:
    (tmp_path / name).write_bytes(b"no archive at all")
    with pytest.raises(UnreadableSource, match="save it again"):
        read(tmp_path / name)


def test_the_real_document_is_covered_and_clean(shared_sources: Path) -> None:
    text = (shared_sources / "text" / f"{DOCX_NAME}.txt").read_text(encoding="utf-8")
    body = text[text.index("Skip to main content") + 20 : text.index("This content originally")]
    sections = read_docx(shared_sources / f"{DOCX_NAME}.docx")
    assert word_coverage(body, sections) >= 0.98
    assert foreign_share(body, sections) < 0.01
    assert [path[0][:2] for path in paths(sections)[1:]] == [f"{number}:" for number in range(1, 9)]
    assert told(sections)[0][0] == "quotation"


def test_the_real_deck_is_covered_and_clean(shared_sources: Path) -> None:
    text = (shared_sources / "text" / f"{PPTX_NAME}.txt").read_text(encoding="utf-8")
    sections = read_pptx(shared_sources / f"{PPTX_NAME}.pptx")
    assert word_coverage(text, sections) >= 0.98
    assert foreign_share(text, sections) < 0.01
    pages = [block.page or 0 for section in sections for block in section.blocks]
    assert pages == sorted(pages) and pages[-1] == 58
    homes = next(section for section in sections if "Providing housing" in section.blocks[0].text)
    assert "Sandwell and West Birmingham NHS Trust" in homes.heading_path
