"""A quote that is not where it says it is does not leave; what leaves survives a renderer of Markdown."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from corpus.types import Basis, Passage
from retrieval.assistant import Assistant
from retrieval.cite import Piece, Quotation, cite, each_once, markdown, pieces_of, verified
from retrieval.evidence import Rated
from retrieval.relevance import SURE
from retrieval.types import AnswerBlock, BlockRole, Citation
from retrieval.understand import Intent

RENDERER = MarkdownIt("gfm-like", {"linkify": False})


@pytest.fixture(scope="module")
def passages(assistant: Assistant) -> tuple[Passage, ...]:
    return assistant.passages


def three(passages: tuple[Passage, ...]) -> tuple[list[AnswerBlock], list[Citation]]:
    """Two blocks under a heading of their own, one under another."""
    citations = [
        cite(Quotation(passage, 0, 0, passage.programme), marker)
        for marker, passage in enumerate(passages[:3], start=1)
    ]
    headings = ("First group", None, "Second group")
    blocks = [
        AnswerBlock(BlockRole.QUOTE, citation.quote, heading, (citation.marker,))
        for citation, heading in zip(citations, headings, strict=True)
    ]
    return blocks, citations


def test_what_is_sound_stays_whole(assistant: Assistant, passages: tuple[Passage, ...]) -> None:
    blocks, citations = three(passages)
    assert verified(blocks, citations, assistant.passage) == (tuple(blocks), tuple(citations), 0)


TAMPERED = {
    "a word changed": {"quote": "Wexcombe Hospital NHS Trust closed an apprenticeship academy."},
    "a letter's case": {"quote": None},
    "nothing": {"quote": ""},
    "a blank": {"quote": " "},
    "another page": {"page": 99},
    "no such passage": {"passage_id": "orchard-jobs#9999"},
    "another passage": {"passage_id": "warm-homes#0001"},
}


@pytest.mark.parametrize("how", TAMPERED)
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_tampered_citation_falls_with_its_block(
    assistant: Assistant, passages: tuple[Passage, ...], how: str, which: int
) -> None:
    blocks, citations = three(passages)
    changes = TAMPERED[how] if how != "a letter's case" else {"quote": citations[which].quote.swapcase()}
    citations[which] = replace(citations[which], **changes)  # type: ignore[arg-type]
    sound, kept, dropped = verified(blocks, citations, assistant.passage)
    assert dropped == 1
    assert [one.marker for one in kept] == [marker for marker in (1, 2, 3) if marker != which + 1]
    assert [block.citations for block in sound] == [(one.marker,) for one in kept]


def test_a_heading_stays_with_its_group(assistant: Assistant, passages: tuple[Passage, ...]) -> None:
    """Else a quote would stand under the name of another trust."""
    blocks, citations = three(passages)
    first = verified(blocks, [replace(citations[0], quote="x"), *citations[1:]], assistant.passage)[0]
    assert [block.heading for block in first] == ["First group", "Second group"]
    third = verified(blocks, [*citations[:2], replace(citations[2], quote="x")], assistant.passage)[0]
    assert [block.heading for block in third] == ["First group", None]
    note = AnswerBlock(BlockRole.NOTE, "Ours.")
    whole = verified([blocks[2], note], [replace(citations[2], quote="x")], assistant.passage)[0]
    assert whole == (note,)


def test_a_block_that_says_something_else_falls(assistant: Assistant, passages: tuple[Passage, ...]) -> None:
    blocks, citations = three(passages)
    blocks[1] = replace(blocks[1], text="Words that nobody wrote.")
    sound, kept, _ = verified(blocks, citations, assistant.passage)
    assert [one.marker for one in kept] == [1, 3] and len(sound) == 2
    bare = replace(blocks[0], citations=())
    assert verified([bare], citations, assistant.passage)[0] == ()
    loose = replace(blocks[0], citations=(1, 7))
    assert verified([loose], citations, assistant.passage)[0] == ()


def rendered(text: str) -> str:
    """What a reader of the rendered Markdown sees, white space apart."""
    page = RENDERER.render(text)
    assert not re.search(r"<(?!/?(?:p|blockquote|strong|br)\b)", page), page
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


MARKUP = st.text(st.sampled_from("\\`*_[]()<>#+-.!|~$&;=:x1 \n\té"), max_size=40)


@settings(max_examples=1000, deadline=None)
@example("0.")
@given(MARKUP | st.text(max_size=40))
def test_markdown_shows_the_words_and_nothing_else(text: str) -> None:
    """Whatever a document holds is text: no heading, list, table, link, image or tag comes of it."""
    text = re.sub(
        r"\s*\n\s*",
        "\n",
        re.sub(r"[^\S\n\t]+", " ", re.sub(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]", "", text)),
    )
    text = text.strip()
    block = AnswerBlock(BlockRole.QUOTE, text, "Trust *A* <b>", (1,))
    expected = "".join(f"Trust *A* <b>{text.replace(chr(9), '–')}[1]".split())
    assert rendered(markdown([block])) == expected


PIECES = (
    *("# No heading", "1. no list", "- none", "+ plus", "2) two", "> q", "a\n---", "a\n===", "Version 1. It ran."),
    *("<script>x</script>", "![pear](http://x/y.png)", "<http://x>", "[a]: http://x", "&lt;b&gt;", "~~gone~~"),
    *("| a | b |\n| - | - |", "```\ncode\n```", "$$x^2$$"),
)


@pytest.mark.parametrize("text", PIECES)
def test_markup_in_a_document_stays_text(text: str) -> None:
    quote = AnswerBlock(BlockRole.QUOTE, text, None, (1,))
    note = AnswerBlock(BlockRole.NOTE, text)
    assert rendered(markdown([quote, note])) == "".join(f"{text}[1]{text}".split())


def test_our_summary_is_no_quotation(passages: tuple[Passage, ...]) -> None:
    blocks, citations = three(passages)
    sources = [replace(one, basis=Basis.SOURCE) for one in citations]
    summed_up = [replace(sources[0], basis=Basis.BRIEF), *sources[1:]]
    assert [line[:2] for line in markdown(blocks, sources).split("\n\n")].count("> ") == 3
    text = markdown(blocks, summed_up)
    assert [line[:2] for line in text.split("\n\n")].count("> ") == 2 and "[1]" in text


def test_markers_are_carried(passages: tuple[Passage, ...]) -> None:
    blocks, _ = three(passages)
    text = markdown(blocks)
    assert [int(marker) for marker in re.findall(r"(?<!\\)\[(\d+)\]", text)] == [1, 2, 3]
    assert "**First group**" in text


@pytest.mark.parametrize(
    ("printed", "safe"),
    [
        (
            "A&E opened in 2022. It has 40 beds (4 of them new) - so far.",
            "A&E opened in 2022. It has 40 beds (4 of them new) - so far.",
        ),
        ("1. Ask", "1\\. Ask"),
        ("2) Listen", "2\\) Listen"),
        ("&amp; <b>", "\\&amp; \\<b\\>"),
        ("- a\n# b", "\\- a\n> \\# b"),
    ],
)
def test_only_what_would_be_markup_is_escaped(printed: str, safe: str) -> None:
    assert markdown([AnswerBlock(BlockRole.QUOTE, printed, None, (1,))]) == f"> {safe} [1]"


def quoted(
    passage: Passage, first: int, last: int, role: BlockRole = BlockRole.QUOTE, heading: str | None = None
) -> Piece:
    return Piece(role, Quotation(passage, first, last, None), heading)


def test_what_is_quoted_under_two_headings_is_shown_once(passages: tuple[Passage, ...]) -> None:
    passage = next(one for one in passages if len(one.sentences) >= 3)
    other = next(one for one in passages if one is not passage)
    part, rest = quoted(passage, 1, 1, heading="The trust"), quoted(other, 0, 0)
    whole = quoted(passage, 0, 2, heading="The trust: its scheme")
    assert each_once((part, rest, whole)) == (replace(rest, heading="The trust"), whole)
    assert each_once((whole, part)) == (whole,)
    assert each_once((part, part)) == (part,)


def test_what_shows_by_its_place_what_it_is_for_may_repeat(passages: tuple[Passage, ...]) -> None:
    passage = passages[0]
    side, step = quoted(passage, 0, 0, BlockRole.CONFLICT), quoted(passage, 0, 0, BlockRole.STEP, "First weeks")
    assert each_once((side, step)) == (side, step)
    assert each_once((quoted(passage, 0, 0), side)) == (side,)


def test_what_surely_answers_stands_before_what_may_be_of_use(passages: tuple[Passage, ...]) -> None:
    rated = [
        Rated(one, 0, 1.0, 1.0, 1.0, 1.0, np.zeros(3, np.float32), None, relevance=relevance)
        for one, relevance in zip(passages[:3], (SURE - 0.5, SURE + 0.5, SURE - 1), strict=True)
    ]
    pieces = pieces_of(rated, Intent.FACT)
    assert [piece.quotation.passage for piece in pieces] == [passages[1], passages[0], passages[2]]
    assert [(piece.heading or "").startswith("Perhaps also of use: ") for piece in pieces[:2]] == [False, True]
    doubtful = pieces_of([replace(one, relevance=SURE - 1) for one in rated], Intent.FACT)
    assert doubtful[0].quotation.passage == passages[0]
    assert not (doubtful[0].heading or "").startswith("Perhaps")
