"""Sections to passages: nothing is lost, nothing is out of place, and everything fits the encoder."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.types import Block, BlockKind, Passage, Section, Source
from ingest.passages import passages_of, sentences_of
from retrieval.encode import Encoder

SOURCE = Source("report-2023", "A report on anchors", "Anchorline tests")
MADE_UP = (
    "work",
    "Leeds",
    "£1.4bn",
    "3.8%",
    "e.g.",
    "NHS",
    "co-design",
    "é",
    "“well”",
    "U.K.",
    "(2019–22)",
    "Dr.",
    "🙂",
)

words = st.one_of(
    st.sampled_from(MADE_UP), st.text("abcdefghijklmnopqrstuvwxyzABCÉ0123456789'’-", min_size=1, max_size=12)
)
sentences = st.builds(
    lambda parts, stop: " ".join(parts) + stop, st.lists(words, min_size=1, max_size=40), st.sampled_from(".?!:;")
)
texts = st.lists(sentences, min_size=1, max_size=6).map(" ".join)
blocks = st.builds(Block, texts, st.sampled_from(BlockKind), st.sampled_from((None, 1, 2, 3)), st.booleans())
headings = st.lists(st.sampled_from(("Barts Health NHS Trust", "Impact", "What was done", "Cost")), max_size=4).map(
    tuple
)
sections = st.lists(st.builds(Section, headings, st.lists(blocks, max_size=8).map(tuple)), max_size=4).map(tuple)


def made(found: tuple[Section, ...], encoder: Encoder, source: Source = SOURCE) -> tuple[Passage, ...]:
    return passages_of(source, found, encoder.count_tokens, encoder.max_tokens)


def one_section(*made_of: Block) -> tuple[Section, ...]:
    return (Section(("Leeds", "Impact"), made_of),)


def is_in_order(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(word in rest for word in part)


@settings(max_examples=60, deadline=None)
@given(found=sections)
def test_no_word_is_lost_and_none_is_added(encoder: Encoder, found: tuple[Section, ...]) -> None:
    before = [word for section in found for block in section.blocks for word in block.text.split()]
    after = [word for passage in made(found, encoder) for word in passage.text.split()]
    assert is_in_order(before, after)
    assert set(before) == set(after)


@settings(max_examples=60, deadline=None)
@given(found=sections)
def test_sentences_are_slices_that_cover_the_text(encoder: Encoder, found: tuple[Section, ...]) -> None:
    for passage in made(found, encoder):
        ends = [0, *(sentence.end for sentence in passage.sentences)]
        starts = [*(sentence.start for sentence in passage.sentences), len(passage.text)]
        assert all(
            not passage.text[end:start].strip() and end <= start for end, start in zip(ends, starts, strict=True)
        )
        assert all(passage.quote(place).strip() for place in range(len(passage.sentences)))
        places = [one.lead for one in passage.sentences]
        assert all(lead is None or 0 <= lead < place for place, lead in enumerate(places))


@settings(max_examples=60, deadline=None)
@given(found=sections)
def test_a_passage_stays_within_its_section_its_page_and_the_encoder(
    encoder: Encoder, found: tuple[Section, ...]
) -> None:
    numbered = tuple(
        Section((*section.heading_path, f"Section {at}"), section.blocks) for at, section in enumerate(found)
    )
    passages = made(numbered, encoder)
    for passage in passages:
        section = next(one for one in numbered if one.heading_path == passage.heading_path)
        on_page = " ".join(block.text for block in section.blocks if block.page == passage.page)
        assert all(passage.quote(place) in on_page for place in range(len(passage.sentences)))
    assert all(count <= 256 for count in encoder.count_tokens([passage.embedding_text for passage in passages]))
    assert [passage.passage_id for passage in passages] == [f"report-2023#{at:04d}" for at in range(len(passages))]
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    assert passages == made(numbered, encoder)


@settings(max_examples=60, deadline=None)
@given(items=st.lists(texts, min_size=1, max_size=25), kind=st.sampled_from((BlockKind.ITEM, BlockKind.ROW)))
def test_every_item_stands_with_the_line_it_hangs_from(encoder: Encoder, items: list[str], kind: BlockKind) -> None:
    lead = Block("What each of the programmes set out to do:", leads=True, page=4)
    passages = made(one_section(lead, *(Block(item, kind, 4) for item in items)), encoder)
    for passage in passages:
        for place, sentence in enumerate(passage.sentences):
            assert (passage.quote(place) == lead.text) == (sentence.lead is None)
            assert sentence.lead is None or passage.quote(sentence.lead) == lead.text
    assert all(len(passage.sentences) > 1 for passage in passages)


def test_a_lead_does_not_hang_in_the_air_before_its_list(encoder: Encoder) -> None:
    filling = Block("The trust met its neighbours every month and wrote down what they said. " * 12)
    lead = Block("It then promised them three things:", leads=True)
    items = [
        Block("more jobs for those who live near by, " * 6 + name, BlockKind.ITEM) for name in ("one", "two", "three")
    ]
    passages = made(one_section(filling, lead, *items), encoder)
    assert all(passage.quote(len(passage.sentences) - 1) != lead.text for passage in passages)
    assert sum(lead.text in passage.text for passage in passages) == len(passages) - 1


def test_a_lead_that_is_said_again_is_a_line_of_its_own(encoder: Encoder) -> None:
    """Else what follows it, amid an item, would read as the lead's own sentence, which no source prints."""
    lead = Block("They promised:", leads=True)
    item = " ".join(f"They will lend room {n} to the choir for as long as the winter lasts." for n in range(40))
    passages = made(one_section(lead, Block(item, BlockKind.ITEM)), encoder)
    assert len(passages) > 1
    for passage in passages:
        assert passage.text.splitlines()[0] == lead.text
        assert len(passage.text.splitlines()) == 2


def test_a_lead_from_another_page_stays_behind(encoder: Encoder) -> None:
    lead = Block("They did two things:", leads=True, page=1)
    items = (Block("hired", BlockKind.ITEM, 1), Block("bought", BlockKind.ITEM, 2))
    first, second = made(one_section(lead, *items), encoder)
    assert (first.page, first.text, first.sentences[1].lead) == (1, "They did two things:\nhired", 0)
    assert (second.page, second.text, second.sentences[0].lead) == (2, "bought", None)


def test_a_table_keeps_header_and_tabs(encoder: Encoder) -> None:
    header = Block("Trust\tJobs", BlockKind.HEADER, leads=True)
    rows = [Block(f"\tTrust number {at} of the region\t{at}", BlockKind.ROW) for at in range(60)]
    passages = made(one_section(header, *rows), encoder)
    assert len(passages) > 1
    assert all(passage.quote(0) == "Trust\tJobs" for passage in passages)
    assert sum("\tTrust number 7 of the region\t7" in passage.text for passage in passages) == 1


def test_a_very_long_sentence_is_cut_and_whole(encoder: Encoder) -> None:
    text = ", ".join(f"the trust of town {at} hired people" for at in range(120)) + "."
    passages = made(one_section(Block(text)), encoder)
    assert len(passages) > 3
    assert max(encoder.count_tokens([passage.embedding_text for passage in passages])) <= 256
    assert " ".join(passage.text for passage in passages) == text


def test_a_word_without_end_is_cut_too(encoder: Encoder) -> None:
    passages = made(one_section(Block("x1" * 2000)), encoder)
    assert "".join(re.sub(r"\s", "", passage.text) for passage in passages) == "x1" * 2000


def test_the_same_words_twice_stay_one_paragraph_when_cut(encoder: Encoder) -> None:
    passages = made(one_section(Block("jobs " * 400 + "jobs.")), encoder)
    assert not any("\n" in passage.text for passage in passages)


def test_headings_longer_than_the_encoder_leave_room_for_text(encoder: Encoder) -> None:
    passages = made((Section(("anchor " * 300,), (Block("It worked. " * 40),)),), encoder)
    assert " ".join(passage.text for passage in passages).split() == ["It", "worked."] * 40


@pytest.mark.parametrize("empty", [(), (Block(""),), (Block(" \t "), Block("", BlockKind.ROW))])
def test_an_empty_section_gives_nothing(encoder: Encoder, empty: tuple[Block, ...]) -> None:
    assert made((Section(("Impact",), empty),), encoder) == ()


def test_paragraphs_are_lines_and_sentences_of_one_are_not(encoder: Encoder) -> None:
    (passage,) = made(one_section(Block("It began. It grew."), Block("It ended.")), encoder)
    assert passage.text == "It began. It grew.\nIt ended."


def test_ids_have_room_for_a_long_report(encoder: Encoder) -> None:
    found = tuple(Section((f"Part {at}",), (Block("It worked."),)) for at in range(12))
    assert [one.passage_id for one in made(found, encoder)][::11] == ["report-2023#0000", "report-2023#0011"]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Shah and Prof. Okoro met Mrs. Lee.",
        "Start small, e.g. Leeds did, i.e. with one ward.",
        "Nurses of St. James' Hospital went.",
        "The U.K. Government paid.",
        "It cost £1.4bn in all.",
        "It rose by 3.8% within a year.",
        "See Fig. 3 and pp. 12–14, and cf. No. 7.",
        "Shah et al. Reported it first.",
        "Open from 9 a.m. Monday to Friday.",
        "Acme Ltd. Supplies the linen.",
        "Written by J. K. Green.",
        "They asked www.nhs.uk for help.",
        "It was late... but it came.",
    ],
)
def test_what_does_not_end_a_sentence(text: str) -> None:
    assert sentences_of(f"{text} Then it ended.") == [text, "Then it ended."]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The answer was no.", "We went on."),
        ("It was made in the U.K.", "It grew."),
        ("They built homes, shops, etc.", "The council paid."),
        ("It rose to 5.", "12 people joined."),
        ("Is it so?", "Élodie says yes."),
        ("“We did it.”", "She left."),
        ("It closed at 9 p.m.", "Then it rained."),
    ],
)
def test_what_ends_a_sentence(first: str, second: str) -> None:
    assert sentences_of(f"{first} {second}") == [first, second]


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_sentences_hold_every_character_but_white_space(text: str) -> None:
    assert "".join("".join(sentences_of(text)).split()) == "".join(text.split())
