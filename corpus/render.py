"""Turns a record of ours into what ingest takes in: sections of statements, each of them its own block.

A brief is written for readers, so its headings are plain ("What it took"). The text of a block is the statement and
nothing else: whatever is quoted from a brief must be found again in the record, with its locator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from corpus.records import Locator, Record, RecordKind, Statement
from corpus.types import Basis, Block, BlockKind, Section, Source

PUBLISHER = "Anchorline brief"
LICENCE = "CC BY 4.0 (Anchorline)"

# Heading, the record's fields that stand under it, and what their statements are.
OUTLINE: tuple[tuple[str, tuple[str, ...], BlockKind], ...] = (
    ("Summary", ("summary",), BlockKind.PARAGRAPH),
    ("What it says", ("points",), BlockKind.ITEM),
    ("What they did", ("steps",), BlockKind.ITEM),
    ("What came of it, and figures", ("outcomes", "facts"), BlockKind.PARAGRAPH),
    ("Who took part", ("partners",), BlockKind.PARAGRAPH),
    ("What it took", ("funding", "staffing", "cost"), BlockKind.PARAGRAPH),
    ("What got in the way", ("barriers",), BlockKind.PARAGRAPH),
    ("How it was evaluated", ("evaluation",), BlockKind.PARAGRAPH),
    ("What comes next", ("next_steps",), BlockKind.PARAGRAPH),
    ("Whom to ask", ("contact",), BlockKind.CONTACT),
)
HEADING_OF_PROGRAMME = {"What it says": "What it consists of"}


def record_source(record: Record) -> Source:
    """The record as a source of its own, told from the published ones by its basis."""
    return Source(
        source_id=f"brief-{record.id}",
        title=record.title,
        publisher=PUBLISHER,
        licence=LICENCE,
        basis=Basis.BRIEF,
        evidence=record.evidence.label,
    )


def record_sections(record: Record, organisation_name: str | None) -> tuple[Section, ...]:
    """One section a heading that has statements. The organisation's name stands outermost, unless it is the title."""
    outer = () if organisation_name in (None, record.title) else (str(organisation_name),)
    sections = []
    for heading, fields, kind in OUTLINE:
        blocks = tuple(Block(text, kind) for text, _ in _rendered(record, fields))
        if blocks:
            sections.append(Section((*outer, record.title, _heading(record, heading)), blocks))
    return tuple(sections)


def statement_locators(record: Record) -> Mapping[str, Locator]:
    """For each block's text, the place in the published source where the statement was learnt."""
    fields = [name for _, names, _ in OUTLINE for name in names]
    return dict(_rendered(record, fields))


def _heading(record: Record, heading: str) -> str:
    about_a_thing = record.kind in (RecordKind.PROGRAMME, RecordKind.ORGANISATION)
    return HEADING_OF_PROGRAMME.get(heading, heading) if about_a_thing else heading


def _rendered(record: Record, fields: Iterable[str]) -> list[tuple[str, Locator]]:
    return [(statement.says, statement.at) for name in fields for statement in _statements(record, name)]


def _statements(record: Record, field: str) -> tuple[Statement, ...]:
    held = getattr(record, field)
    return (held,) if isinstance(held, Statement) else tuple(held)
