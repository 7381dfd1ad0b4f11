"""What is copied and saved: quotes word for word, sources and date there, and nothing of a document acts."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from corpus.types import Basis
from retrieval.types import AnswerBlock, BlockRole, IndexInfo, Status
from tests.ui.test_answer_html import ANSWER, CITATION, HOSTILE
from ui.export import lines_of, markdown, plain_text
from ui.word import word_file

QUESTION = "How do we start?"
TWO_LINES = "First: a list\n– one [item] of it\twith 5 * 3 & <b>"
INDEX = IndexInfo("gen-000012", "2026-11-22T03:00:00Z", "an-encoder@abc")
FULL = replace(
    ANSWER,
    status=Status.PARTIAL,
    index=INDEX,
    gaps=("No source gives a cost.",),
    blocks=(*ANSWER.blocks, AnswerBlock(BlockRole.QUOTE, TWO_LINES, None, (2,))),
    citations=(CITATION, replace(CITATION, marker=2, quote=TWO_LINES, superseded_by="A newer title")),
)


def hostile(words: str) -> tuple[str, object]:
    citation = replace(
        CITATION, title=words, publisher=words, organisation=words, programme=words, section=(words,), quote=words,
        url=words, superseded_by=words, original=words,
    )  # fmt: skip
    blocks = tuple(AnswerBlock(kind, words, words, (1,)) for kind in BlockRole)
    return words, replace(FULL, question_understood=words, gaps=(words,), blocks=blocks, citations=(citation,))


def rendered(text: str) -> list[str]:
    """Every kind of token that a Markdown reader makes of it."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").parse(text)
    return [one.type for token in tokens for one in (token, *(token.children or []))]


def test_word_holds_the_quotes_word_for_word_the_sources_and_the_date() -> None:
    document = Document(BytesIO(word_file(lines_of(QUESTION, FULL))))
    texts = [paragraph.text for paragraph in document.paragraphs]
    quotes = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Quote"]
    assert quotes == ["The quote. [1]", f"{TWO_LINES} [2]"]
    assert texts[0] == QUESTION
    assert "Not in the sources: No source gives a cost." in texts
    whole = "\n".join(texts)
    for words in ("Programme, Trust", "Publisher, 2023", "page 4", "https://publisher.example/a", "A newer title"):
        assert words in whole
    assert "documents as of 2026-11-22 (gen-000012)" in whole


def test_our_summaries_are_not_saved_as_quotes() -> None:
    brief = replace(FULL, citations=tuple(replace(one, basis=Basis.BRIEF) for one in FULL.citations))
    document = Document(BytesIO(word_file(lines_of(QUESTION, brief))))
    assert "Quote" not in {paragraph.style.name for paragraph in document.paragraphs}
    assert "\n> " not in markdown(lines_of(QUESTION, brief))
    assert "“The quote.”" not in plain_text(lines_of(QUESTION, brief))


def test_what_is_saved_says_how_quotes_are_told_and_they_are_told_so() -> None:
    lines = lines_of(QUESTION, FULL)
    assert "beside" not in plain_text(lines) + markdown(lines)  # there is no line beside anything
    assert "The quotations are a source's own words." in plain_text(lines)
    assert "“The quote.” [1]" in plain_text(lines)
    assert "> The quote. " in markdown(lines)
    styles = Document(BytesIO(word_file(lines))).styles
    kinds = {name: styles[name].element.pPr.find(qn("w:pBdr"))[0].get(qn("w:val")) for name in ("Quote", "Body Text")}
    gaps = [one.style.name for one in Document(BytesIO(word_file(lines))).paragraphs if "Not in the" in one.text]
    assert gaps == ["Normal"]  # a gap is no summary of a source
    assert kinds == {"Quote": "single", "Body Text": "dotted"}


@pytest.mark.parametrize("words", [HOSTILE, "https://evil.example/x", "javascript:alert(1)", "\x00\x0b\ud800 ]]>"])
def test_word_reaches_for_nothing_outside_itself(words: str) -> None:
    made = word_file(lines_of(*hostile(words)))  # type: ignore[arg-type]
    with ZipFile(BytesIO(made)) as parts:
        for name in parts.namelist():
            text = parts.read(name).decode("utf-8", "replace")
            assert "External" not in text, name
            assert not {"w:fldSimple", "w:instrText", "w:altChunk", "w:object"} & set(text.replace("<", " ").split()), (
                name
            )
    document = Document(BytesIO(made))
    assert not [one for one in document.part.rels.values() if one.is_external]


def test_markdown_says_the_same_and_opens_only_the_publishers_pages() -> None:
    text = markdown(lines_of(QUESTION, FULL))
    tokens = MarkdownIt("commonmark").parse(text)
    shown = "\n".join(
        "".join("\n" if one.type == "softbreak" else one.content for one in token.children or [])
        for token in tokens
        if token.type == "inline"
    )
    assert "The quote. [1]" in shown
    assert TWO_LINES.replace("\t", " – ") in shown
    assert "documents as of 2026-11-22 (gen-000012)" in shown
    assert rendered(text).count("link_open") == 2  # the address of each source
    assert "html_inline" not in rendered(text)


@given(
    st.one_of(
        st.text(min_size=1), st.text("<>[]()!*_`#&;:/\\ \n-+=~|.1ahtps", min_size=1), st.text(" \n\t>-a", min_size=4)
    )
)
@settings(max_examples=300)
def test_nothing_of_a_document_acts_in_markdown(words: str) -> None:
    kinds = rendered(markdown(lines_of(*hostile(words))))  # type: ignore[arg-type]
    assert not {"html_inline", "html_block", "image", "fence", "code_block", "code_inline", "em_open"} & set(kinds)
    if not words.lower().startswith(("http://", "https://")):
        assert "link_open" not in kinds


def test_hostile_words_stay_words_when_copied() -> None:
    text = plain_text(lines_of(*hostile(HOSTILE)))  # type: ignore[arg-type]
    assert HOSTILE in text
