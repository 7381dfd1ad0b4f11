from __future__ import annotations

from pathlib import Path

from corpus.attribution import directory
from corpus.entries import Term
from corpus.load import (
    load_conflicts,
    load_glossary,
    load_manifest,
    load_organisations,
    load_records,
    load_trusts,
)
from corpus.records import Locator
from corpus.render import (
    conflict_brief,
    glossary_brief,
    record_brief,
    record_sections,
    record_source,
    statement_locators,
)
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


def test_a_record_is_a_brief_about_one_thing(small_corpus: Path) -> None:
    programme, lesson = load_records(small_corpus)
    brief = record_brief(programme, "North NHS Trust")
    assert brief.about is not None
    assert (brief.about.organisation, brief.about.programme_id) == ("north-trust", "garden-jobs")
    assert brief.sections == record_sections(programme, "North NHS Trust")
    lesson_brief = record_brief(lesson, None)
    assert lesson_brief.about is not None
    assert (lesson_brief.about.programme, lesson_brief.about.programme_id) == (None, None)


def test_the_glossary_says_each_term_in_a_sentence(small_corpus: Path) -> None:
    at = Locator(source="report-2024", section=("Acronyms",))
    both = Term(term="ICS", expansion="Integrated Care System", definition="Partners of an area.", at=at)
    defined = Term(term="Anchor", definition="A body tied to its place.", at=at)
    brief = glossary_brief((*load_glossary(small_corpus), both, defined))
    assert (brief.source.source_id, brief.source.title, brief.source.basis) == (
        "brief-glossary",
        "Glossary",
        Basis.BRIEF,
    )
    assert [(section.heading_path, section.blocks[0].text) for section in brief.sections] == [
        (("Glossary", "NNT (North NHS Trust)"), "NNT stands for North NHS Trust."),
        (("Glossary", "ICS (Integrated Care System)"), "ICS (Integrated Care System): Partners of an area."),
        (("Glossary", "Anchor"), "Anchor: A body tied to its place."),
    ]
    assert set(brief.locators) == {section.blocks[0].text for section in brief.sections}
    assert brief.about is None


def test_each_conflict_tells_both_sides_with_their_source_and_then_what_differs(small_corpus: Path) -> None:
    records = load_records(small_corpus)
    known = directory(load_organisations(small_corpus), load_trusts(small_corpus), records)
    conflicts = load_conflicts(small_corpus)
    of_nobody = conflicts[0].model_copy(update={"id": "other", "subject": None})
    brief = conflict_brief((*conflicts, of_nobody), load_manifest(small_corpus), records, known.organisations)
    assert brief.source.source_id == "brief-conflicts"
    assert [section.heading_path for section in brief.sections] == [
        ("Where the sources differ", "North NHS Trust", "Garden jobs"),
        ("Where the sources differ", "More than one organisation"),
    ]
    texts = [block.text for block in brief.sections[0].blocks]
    assert texts == [
        "A publisher (2024): Twelve people were hired.",
        "A publisher (2024): Fourteen people were hired.",
        "The two places give different totals.",
    ]
    assert [brief.locators[text].section for text in texts[:2]] == [("Impact",), ("Summary",)]
    assert texts[2] not in brief.locators
