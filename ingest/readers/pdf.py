"""PDF files as sections: pypdf's strings put back into lines, columns, paragraphs and headings.

A PDF names none of these, so each step judges by measure alone (``glyphs``, ``columns``, ``paragraphs``), then by the
rules for documents in general (``prose``, ``headings``). Pages are parsed in the caller's process: it must be one that
may be killed, as pypdf bounds a stream and not a document.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from corpus.errors import UnreadableSource
from corpus.types import Section
from ingest.readers.columns import PrintedLine, find_gutters, reading_order, text_size, without_running_lines
from ingest.readers.glyphs import Cell, PageText, page_text
from ingest.readers.headings import settle_headings
from ingest.readers.inspection import MAX_PAGES
from ingest.readers.outline import Line, sections
from ingest.readers.paragraphs import LARGER, Setting, lines_of, setting
from ingest.readers.prose import contents_lines, gather_contacts, is_picture_description, without_counters
from ingest.readers.sight import hidden_sections

BROKEN = (  # what pypdf lets out when a file's parts are missing, of the wrong kind, or not as long as they say
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
MIN_WORDS = 5  # a document with fewer holds pictures of text, not text


def read_pdf(path: Path) -> tuple[Section, ...]:
    """The document's sections in reading order, each block with the page on which it begins.

    Raises UnreadableSource for a file that is no PDF, damaged, locked, or without text.
    """
    texts, heights = _pages(path)
    hidden = hidden_sections(one for text in texts for one in text.hidden)
    pages = [text.cells for text in texts]
    if sum(len(cell.text.split()) for cells in pages for cell in cells) < MIN_WORDS and not hidden:
        reason = "the PDF holds no text, only pictures of it: run it through text recognition (OCR) and add it again"
        raise UnreadableSource(path, reason)
    printed = _printed(without_running_lines(pages, heights))
    how = setting(printed, text_size(printed))
    found = sections(_lines(_without_contents(printed, how), how))
    if not found and not hidden:
        raise UnreadableSource(path, "the PDF holds only headings or a contents list: check that the file is complete")
    return (*_doubted(found, {number: text.doubt for number, text in enumerate(texts, 1) if text.doubt}), *hidden)


def _doubted(found: Sequence[Section], doubts: Mapping[int, str]) -> list[Section]:
    """The sections, with what is in doubt about its page noted on every block."""
    return [
        replace(one, blocks=tuple(replace(block, doubt=doubts.get(block.page or 0, "")) for block in one.blocks))
        if doubts
        else one
        for one in found
    ]


def _pages(path: Path) -> tuple[list[PageText], list[float]]:
    """The text of each page, and each page's height in points."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise UnreadableSource(path, "the PDF is locked with a password: save a copy without one and add that")
        pages = list(islice(reader.pages, MAX_PAGES + 1))
        if len(pages) > MAX_PAGES:
            raise UnreadableSource(path, f"has more than {MAX_PAGES} pages; split it")
        texts = [page_text(page, number) for number, page in enumerate(pages, 1)]
        return texts, [float(page.mediabox.top) for page in pages]
    except DependencyError as error:
        raise UnreadableSource(path, f"the PDF is encrypted in a way that cannot be undone here ({error})") from error
    except OSError as error:
        raise UnreadableSource(path, f"the file cannot be opened ({error.strerror or error}): check it") from error
    except BROKEN as error:
        reason = f"not a PDF, or a damaged one ({type(error).__name__}): open it in a viewer and save it anew"
        raise UnreadableSource(path, reason) from error


def _printed(pages: Sequence[Sequence[Cell]]) -> list[PrintedLine]:
    """Every line of the document in reading order."""
    gutters = find_gutters(pages)
    return [line for number, cells in enumerate(pages, 1) for line in reading_order(cells, number, gutters)]


def _without_contents(printed: Sequence[PrintedLine], how: Setting) -> list[PrintedLine]:
    """The lines without contents lists; a list ends where larger type begins."""
    larger = {index for index, line in enumerate(printed) if line.size > LARGER * how.size}
    dropped = contents_lines([line.text for line in printed], larger)
    return [line for index, line in enumerate(printed) if index not in dropped]


def _lines(printed: Sequence[PrintedLine], how: Setting) -> list[Line]:
    """The lines of the outline, told apart by what they say."""
    words = [line for line in lines_of(printed, how) if not is_picture_description(line.text)]
    return settle_headings(gather_contacts(without_counters(words)))
