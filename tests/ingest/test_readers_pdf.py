"""PDF files that the tests write, then the two published ones: text whole, in order, on its page, under headings."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, StreamObject

from corpus.errors import UnreadableSource
from corpus.types import Block, BlockKind, Section
from ingest.readers.pdf import read_pdf
from ingest.readers.text import read_text
from ingest.repair import repair
from tests.ingest.coverage import section_words

BODY = 10
FILLER = "The garden behind the clinic was dug by neighbours and it feeds the kitchen all summer long. "


def told(seed: int) -> str:
    """Two dozen words that differ from one seed to the next, as a sentence."""
    words = ["we", "dug", "the", "old", "garden", "and", "then", "rain", "fell", "on", "beans", "while", "they", "grew"]
    return " ".join(random.Random(seed).choices(words, k=24)).capitalize() + "."


class Report(FPDF):
    """A report as publishers set them, with page numbers and, if it is ``running``, a header in small type."""

    running = False

    def header(self) -> None:
        if not self.running:
            return
        self.set_font("Helvetica", size=8)
        self.set_xy(20, 8)
        self.cell(0, 5, "Growing well together")
        self.set_xy(20, 20)

    def footer(self) -> None:
        self.set_font("Helvetica", size=8)
        self.set_xy(180, 285)
        self.cell(0, 5, str(self.page_no()))

    def heading(self, text: str, size: float) -> None:
        self.ln(4)
        self.set_font("Helvetica", "B", size)
        self.multi_cell(170, size / 2, text, new_x="LMARGIN", new_y="NEXT", align="L")
        self.ln(2)

    def body(self, text: str, *, width: float = 170, indent: float = 0, style: str = "") -> None:
        self.set_font("Helvetica", style, BODY)
        self.set_x(20 + indent)
        self.multi_cell(width - indent, 5, text, new_x="LMARGIN", new_y="NEXT")
        self.ln(3)


def report(*, running: bool = False) -> Report:
    pdf = Report()
    pdf.running = running
    pdf.set_margins(20, 20, 20)
    pdf.set_auto_page_break(True, 20)
    pdf.add_page()
    return pdf


def read(pdf: FPDF, tmp_path: Path) -> tuple[Section, ...]:
    path = tmp_path / "report.pdf"
    pdf.output(str(path))
    return read_pdf(path)


def blocks_of(sections: tuple[Section, ...]) -> list[Block]:
    return [block for section in sections for block in section.blocks]


def texts(sections: tuple[Section, ...]) -> list[str]:
    return [block.text for block in blocks_of(sections)]


def placed(path: Path, pages: list[list[tuple[float, float, float, str]]], *, form: bool = False) -> None:
    """Write pages of strings, each at x, y and a size in points, one show operator a string; within a form if asked."""
    writer = PdfWriter()
    for strings in pages:
        page = writer.add_blank_page(595, 842)
        shown = "".join(f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n" for x, y, size, text in strings)
        names = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"}
        font = DictionaryObject({NameObject(f"/{key}"): NameObject(name) for key, name in names.items()})
        resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
        stream = StreamObject()
        stream.set_data(shown.encode("cp1252"))
        if form:
            stream[NameObject("/Subtype")] = NameObject("/Form")
            stream[NameObject("/BBox")] = ArrayObject(map(FloatObject, (0, 0, 595, 842)))
            stream[NameObject("/Resources")] = resources
            painted = DictionaryObject({NameObject("/Fm0"): writer._add_object(stream)})
            resources = DictionaryObject({NameObject("/XObject"): painted})
            stream = StreamObject()
            stream.set_data(b"q 1 0 0 1 0 0 cm /Fm0 Do Q")
        page[NameObject("/Resources")] = resources
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(path)


def test_a_running_header_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    pdf = report(running=True)
    for number in range(60):
        pdf.body(f"{told(number)} That was garden number {number} of many.")
    found = read(pdf, tmp_path)
    assert pdf.page_no() > 2
    assert not any("Growing well" in text or re.fullmatch(r"\d+", text) for text in texts(found))
    assert sum("That was garden number" in text for text in texts(found)) == 60


def test_a_sentence_cut_by_a_page_is_whole_on_the_page_where_it_begins(tmp_path: Path) -> None:
    pdf = report(running=True)
    pdf.set_y(262)
    pdf.body(
        "One sentence stands here. " + "A very long sentence " + "that goes on and on " * 20 + "ends. A new one begins."
    )
    pdf.body("And a last one.")
    found = blocks_of(read(pdf, tmp_path))
    assert [block.page for block in found] == [1, 2, 2]
    assert found[0].text.startswith("One sentence stands here.") and found[0].text.endswith("that goes on and on ends.")
    assert [block.text for block in found[1:]] == ["A new one begins.", "And a last one."]


def test_two_columns_are_read_one_after_the_other_with_full_width_text_between(tmp_path: Path) -> None:
    pdf = report()
    pdf.heading("Gardens", 18)
    for part in ("first", "second"):
        pdf.body(f"A line that runs over the whole width of the page opens the {part} part of what is told here. " * 2)
        top = pdf.get_y()
        pdf.body(f"Left {part} begins. {FILLER * 6}Left {part} ends.", width=80)
        below = pdf.get_y()
        pdf.set_xy(110, top)
        pdf.set_left_margin(110)
        pdf.set_font("Helvetica", size=BODY)
        pdf.multi_cell(80, 5, f"Right {part} begins. {FILLER * 5}Right {part} ends.", new_x="LMARGIN", new_y="NEXT")
        pdf.set_left_margin(20)
        pdf.set_y(max(below, pdf.get_y()) + 5)
    text = " ".join(texts(read(pdf, tmp_path)))
    marks = [
        f"{side} {part} {verb}"
        for part in ("first", "second")
        for side in ("Left", "Right")
        for verb in ("begins", "ends")
    ]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert text.index("opens the first part") < places[0]
    assert places[3] < text.index("opens the second part") < places[4]


def test_columns_written_row_by_row_are_still_read_as_columns(tmp_path: Path) -> None:
    left = [f"the left column says line {number} of its tale" for number in range(20)]
    right = [f"while the right one tells row {number} of its own" for number in range(20)]
    rows = [
        (60 + 260 * side, 700 - 14 * row, 10, column[row])
        for row in range(20)
        for side, column in enumerate((left, right))
    ]
    path = tmp_path / "rows.pdf"
    placed(path, [rows])
    assert " ".join(texts(read_pdf(path))) == " ".join([*left, *right])


def test_headings_nest_by_size_and_labels_and_numbers_are_no_headings(tmp_path: Path) -> None:
    pdf = report()
    for chapter, town in (
        ("Growing food in towns and in the country around them, year by year", "Ashby"),
        ("Housing", "Barton"),
    ):
        pdf.heading(chapter, 22)
        pdf.heading(str(len(town)), 22)
        pdf.body(FILLER)
        pdf.heading("CASE STUDY", 16)
        pdf.heading(f"{town} Hospital", 13)
        pdf.body(FILLER)
        pdf.heading("Impact", 11.5)
        pdf.body(f"In {town} all went well and more people came.")
    found = read(pdf, tmp_path)
    assert [section.heading_path for section in found][:3] == [
        ("Growing food in towns and in the country around them, year by year",),
        ("Growing food in towns and in the country around them, year by year", "Ashby Hospital"),
        ("Growing food in towns and in the country around them, year by year", "Ashby Hospital", "Impact"),
    ]
    assert found[-1].heading_path == ("Housing", "Barton Hospital", "Impact")


def test_a_contents_list_is_no_evidence(tmp_path: Path) -> None:
    pdf = report()
    pdf.heading("Contents", 16)
    for title, page in (("Foreword", 3), ("Gardens for all", 5), ("What we learned", 12), ("Thanks", 20)):
        pdf.set_font("Helvetica", size=BODY)
        pdf.cell(150, 5, title + " " + "." * 40)
        pdf.cell(20, 5, str(page), new_x="LMARGIN", new_y="NEXT")
    pdf.heading("Foreword", 16)
    pdf.body(FILLER)
    found = read(pdf, tmp_path)
    assert [(section.heading_path, len(section.blocks)) for section in found] == [(("Foreword",), 1)]


def test_items_hang_from_their_introduction_and_lose_their_signs(tmp_path: Path) -> None:
    pdf = report()
    pdf.body("The gardeners set out to do three things:")
    for text in ("grow food for the kitchen " * 6, "meet each other", "rest"):
        pdf.body(f"\x95 {text.strip()}", indent=8)
    pdf.body("1. First they dug.")
    pdf.body("2. Then they sowed.")
    pdf.body(FILLER)
    found = blocks_of(read(pdf, tmp_path))
    assert [block.kind for block in found] == [BlockKind.PARAGRAPH] + [BlockKind.ITEM] * 5 + [BlockKind.PARAGRAPH]
    assert found[0].leads and not found[-1].leads
    assert found[1].text == ("grow food for the kitchen " * 6).strip()
    assert [block.text for block in found[2:6]] == ["meet each other", "rest", "First they dug.", "Then they sowed."]


def test_quotations_contacts_captions_and_tables_are_told_apart(tmp_path: Path) -> None:
    pdf = report()
    pdf.body("\x93 We dug all day and nobody wanted to go home when the sun went down.", indent=15, style="I")
    pdf.body("\x93Good,\x94 they said, and the work went on through the rest of the year.")
    pdf.body("Figure 1: Beds by year")
    pdf.body(FILLER)
    pdf.heading("Further information", 13)
    pdf.body("Ann Other, Head Gardener \x96 ann.other@example.org")
    pdf.heading("Words", 13)
    for row in ("AB\tArea Board", "CD\tCommunity Dig", "EF\tEvery Family"):
        for cell, width in zip(row.split("\t"), (40, 100), strict=True):
            pdf.set_font("Helvetica", size=BODY)
            pdf.cell(width, 6, cell)
        pdf.ln(7)
    found = blocks_of(read(pdf, tmp_path))
    kinds = [block.kind.value for block in found]
    assert kinds == ["quotation", "paragraph", "paragraph", "paragraph", "contact", "row", "row", "row"]
    assert found[0].text.startswith("We dug all day") and found[1].text.startswith("“Good,” they said")
    assert found[4].text == "Ann Other, Head Gardener – ann.other@example.org"
    assert found[5].text == "AB\tArea Board"


def test_soft_hyphens_are_joined_raised_marks_dropped_and_formulas_kept(tmp_path: Path) -> None:
    path = tmp_path / "marks.pdf"
    ruler = FPDF(unit="pt")
    ruler.set_font("Helvetica", size=10)
    strings = [(60.0, 700.0, 10.0, "The beds give shade to the neigh\xad")]
    x = 60.0
    for rise, size, text in ((0, 10, "bours and take up CO"), (-2, 6, "2"), (0, 10, " every day."), (4, 6, "12,13")):
        strings.append((round(x, 2), 686 + rise, size, text))
        x += ruler.get_string_width(text) * size / 10
    placed(path, [strings])
    assert texts(read_pdf(path)) == ["The beds give shade to the neighbours and take up CO2 every day."]


def test_text_inside_a_form_is_read(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    placed(path, [[(60, 700, 10, "All of this page stands within a form.")]], form=True)
    assert texts(read_pdf(path)) == ["All of this page stands within a form."]


def test_words_shown_letter_by_letter_are_words(tmp_path: Path) -> None:
    path = tmp_path / "letters.pdf"
    widths = {"T": 6.11, "h": 5.56, "e": 5.56, "y": 5.0, "d": 5.56, "u": 5.56, "g": 5.56, " ": 2.78, ".": 2.78}
    x, strings = 60.0, []
    for letter in "They dug. They dug. They dug.":
        strings += [] if letter == " " else [(round(x, 2), 700, 10, letter)]
        x += widths[letter]
    placed(path, [strings])
    with pytest.raises(UnreadableSource):  # six words are no document, and no letter was taken for a word
        read_pdf(_truncated(path, 100))
    assert texts(read_pdf(path)) == ["They dug. They dug. They dug."]


def _truncated(path: Path, length: int) -> Path:
    cut = path.with_name("cut.pdf")
    cut.write_bytes(path.read_bytes()[:length])
    return cut


def _locked(path: Path, password: str) -> None:
    pdf = report()
    pdf.body(FILLER)
    pdf.output(str(path))
    writer = PdfWriter(path)
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    writer.write(path)


def _blank(path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(path)


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda path: _locked(path, "secret"), "password"),
        (_blank, "text recognition"),
        (lambda path: path.write_bytes(b""), "not a PDF"),
        (lambda path: path.write_bytes(b"Just words, and no PDF at all. " * 50), "not a PDF"),
        (lambda path: path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20), "not a PDF"),
        (lambda path: None, "cannot be opened"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_reason(
    tmp_path: Path, write: Callable[[Path], object], reason: str
) -> None:
    path = tmp_path / "bad.pdf"
    write(path)
    with pytest.raises(UnreadableSource, match=reason) as caught:
        read_pdf(path)
    assert caught.value.path == path and "\n" not in str(caught.value)


def test_an_empty_password_opens_the_file(tmp_path: Path) -> None:
    path = tmp_path / "open.pdf"
    _locked(path, "")
    assert texts(read_pdf(path)) == [FILLER.strip()]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused_or_read_but_never_an_accident(tmp_path: Path, share: float) -> None:
    pdf = report()
    for number in range(80):
        pdf.body(told(number))
    path = tmp_path / "whole.pdf"
    pdf.output(str(path))
    cut = _truncated(path, int(path.stat().st_size * share))
    try:
        assert texts(read_pdf(cut))
    except UnreadableSource as error:
        assert error.path == cut


@cache
def published(folder: Path) -> dict[Path, tuple[Section, ...]]:
    """The published PDF files with what the reader makes of them."""
    found = {path: read_pdf(path) for path in sorted(folder.glob("*.pdf"))}
    assert len(found) == 2
    return found


def test_the_published_files_words_are_all_there_and_none_besides(shared_sources: Path) -> None:
    for path, sections in published(shared_sources).items():
        expected = section_words(read_text(shared_sources / "text" / f"{path.stem}.txt"))
        found = section_words(sections)
        assert expected.total() > 6_000
        assert (expected & found).total() >= 0.98 * expected.total()
        assert (found - expected).total() <= 0.01 * found.total()


def test_every_impact_section_has_its_trust_above_it(shared_sources: Path) -> None:
    paths = [section.heading_path for sections in published(shared_sources).values() for section in sections]
    impact = [path for path in paths if path[-1:] == ("Impact",)]
    assert len(impact) == 4
    assert all(len(path) == 3 and re.search(r"NHS|Hospital", path[1]) for path in impact)
    assert len({path[1] for path in impact}) == 4


def test_no_block_holds_marks_of_typesetting_or_a_running_header(shared_sources: Path) -> None:
    for path, sections in published(shared_sources).items():
        header = PdfReader(path).metadata.title  # type: ignore[union-attr]  # both files have one, and print it on each page
        for block in blocks_of(sections):
            assert not re.search(r"[\u2010\u00ad\u200bﬀ-ﬆ]|  |\*\*|<b>", block.text)
            assert block.text == repair(block.text) or block.kind is BlockKind.ROW
            assert block.text != header and not re.fullmatch(r"\d+", block.text)


def test_blocks_come_in_the_order_of_pages(shared_sources: Path) -> None:
    for sections in published(shared_sources).values():
        pages = [block.page or 0 for block in blocks_of(sections)]
        assert all(before <= after for before, after in pairwise(pages)) and pages[0] == 1


@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext, the other reader to compare with, is not here"
)
def test_phrases_carry_the_page_on_which_another_reader_finds_them(shared_sources: Path) -> None:
    compared = 0
    for path, sections in published(shared_sources).items():
        blocks = blocks_of(sections)
        body = " ".join(texts(read_text(shared_sources / "text" / f"{path.stem}.txt")))
        pages = [_printed(path, page) for page in range(1, len(PdfReader(path).pages) + 1)]
        for page, printed in enumerate(pages, 1):
            phrases = [phrase for phrase in _phrases(printed) if body.count(phrase) == 1]
            for phrase in [phrase for phrase in phrases if sum(phrase in other for other in pages) == 1][::4]:
                holding = [block for block in blocks if phrase in block.text]
                assert [block.page for block in holding] == [page] or _is_cut(holding, phrase, page), phrase
                compared += 1
    assert compared >= 50


def _is_cut(holding: list[Block], phrase: str, page: int) -> bool:
    """Whether a phrase stands in the last sentence of a block of the page before, which runs on over the page's end."""
    if [block.page for block in holding] != [page - 1]:
        return False
    return not re.search(r"[.!?]”? [A-Z]", holding[0].text.split(phrase)[1])


def _printed(path: Path, page: int) -> str:
    arguments = ["pdftotext", "-f", str(page), "-l", str(page), str(path), "-"]
    return subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=60).stdout


def _phrases(printed: str) -> list[str]:
    """Five words within a sentence from each longer line of a page."""
    lines = [line.split() for line in printed.splitlines()]
    phrases = [" ".join(words[1:6]) for words in lines if len(words) > 6]
    return [phrase for phrase in phrases if not re.search(r"[.?!]", phrase)]
