from __future__ import annotations

from pathlib import Path

from corpus.load import load_records
from corpus.render import record_sections, record_source, statement_locators
from corpus.types import Basis, BlockKind, Evidence


def test_a_record_becomes_a_source_of_its_own(small_corpus: Path) -> None:
    source = record_source(load_records(small_corpus)[0])
    assert (source.source_id, source.title, source.basis) == ("brief-garden-jobs", "Garden jobs", Basis.BRIEF)
    assert (source.publisher, source.published, source.evidence) == ("Anchorline brief", None, Evidence.SELF_REPORTED)


def test_each_statement_is_a_block_under_a_plain_heading(small_corpus: Path) -> None:
    sections = record_sections(load_records(small_corpus)[0], "North NHS Trust")
    assert [section.heading_path for section in sections] == [
        ("North NHS Trust", "Garden jobs", heading)
        for heading in ("Summary", "What they did", "What came of it, and figures", "What it took", "Whom to ask")
    ]
    assert [block.kind for section in sections for block in section.blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.ITEM,
        BlockKind.PARAGRAPH,
        BlockKind.PARAGRAPH,
        BlockKind.PARAGRAPH,
        BlockKind.CONTACT,
    ]
    assert sections[1].blocks[0].text == "The trust asked its neighbours who could dig."
    assert {block.page for section in sections for block in section.blocks} == {None}


def test_the_organisation_is_not_named_twice(small_corpus: Path) -> None:
    lesson = load_records(small_corpus)[1]
    paths = {section.heading_path for name in (None, "Dig first") for section in record_sections(lesson, name)}
    assert paths == {("Dig first", "Summary"), ("Dig first", "What it says")}


def test_every_block_has_the_locator_of_the_original(small_corpus: Path) -> None:
    for record in load_records(small_corpus):
        locators = statement_locators(record)
        texts = [block.text for section in record_sections(record, None) for block in section.blocks]
        assert sorted(texts) == sorted(locators)
    assert locators["Start with one bed."].section == ("Lessons",)
