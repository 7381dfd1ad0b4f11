"""Markdown: headings, paragraphs, lists, tables and quotations as markdown-it reads them.

Front matter, images, fenced code, raw HTML and footnotes are left out; a link is its words. Nothing that a document
names is opened or fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from charset_normalizer import from_bytes
from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.types import BlockKind, Section
from ingest.readers.furniture import without_furniture
from ingest.readers.outline import Line, sections, table_lines
from ingest.repair import repair

FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:")
FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]+\]")
RAISED = {"<sup>": "^{", "</sup>": "}"}


def read_markdown(path: Path) -> tuple[Section, ...]:
    """The document's text under its headings."""
    text = FRONT_MATTER.sub("", _decoded(path.read_bytes()).replace("\r\n", "\n"))
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return sections(without_furniture(list(_lines(tokens))))


def _decoded(data: bytes) -> str:
    """The text, as UTF-8 if it is that, else in the charset that its bytes suggest."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return str(from_bytes(data).best() or data.decode("cp1252", errors="replace"))


def _lines(tokens: Sequence[Token]) -> Iterator[Line]:
    """The tokens as lines. What stands around an inline token says what its text is."""
    around: list[str] = []
    heading: int | None = None
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            yield from _table(tokens, index)
        if token.nesting > 0:
            around.append(token.type)
            heading = int(token.tag[1]) if token.type == "heading_open" else heading
        elif token.nesting < 0:
            around.pop()
            heading = None if token.type == "heading_close" else heading
        elif "table_open" not in around and token.type in ("inline", "code_block"):
            yield from _line(token, around, heading)


def _line(token: Token, around: Sequence[str], heading: int | None) -> Iterator[Line]:
    words = repair(token.content if token.type == "code_block" else _words(token))
    if not any(character.isalnum() for character in words) or FOOTNOTE.match(token.content):
        return
    if heading is not None:
        yield Line(words, heading=heading)
    elif "list_item_open" in around:
        yield Line(words, BlockKind.ITEM, link=_is_link(token))
    else:
        quoted = "blockquote_open" in around
        yield Line(words, BlockKind.QUOTATION if quoted else BlockKind.PARAGRAPH, link=_is_link(token))


def _words(token: Token) -> str:
    """The words of an inline token; a raised number as ``^{1,2}`` for the repair to judge."""
    parts: list[str] = []
    for child in token.children or []:
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or child.content.lower().startswith("<br"):
            parts.append(" ")
        elif child.type == "html_inline":
            parts.append(RAISED.get(child.content.lower(), ""))
    return FOOTNOTE_MARK.sub("", "".join(parts))


def _is_link(token: Token) -> bool:
    """Whether every word stands within a link."""
    depth, linked, other = 0, 0, 0
    for child in token.children or []:
        depth += child.nesting if child.type in ("link_open", "link_close") else 0
        words = len(child.content.split()) if child.type in ("text", "code_inline") else 0
        linked, other = linked + words * (depth > 0), other + words * (depth == 0)
    return linked > 0 and other == 0


def _table(tokens: Sequence[Token], start: int) -> list[Line]:
    """The table that opens at ``start``."""
    rows: list[list[str]] = []
    for token in tokens[start:]:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_words(token))
    return table_lines(rows, has_header=any(rows[0]) if rows else None)
