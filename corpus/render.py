"""Turns what we wrote (records, glossary, conflicts) into what ingest takes in: sections of blocks, one a statement.

A brief is written for readers, so its headings are plain ("What it took"). The text of a block is a statement of ours
and nothing else: whatever is quoted from a brief must be found again in our files, with its locator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from corpus.entries import Conflict, ManifestEntry, Measures, Organisation, Term
from corpus.records import Facets, Locator, Record, RecordKind, Statement
from corpus.types import Basis, Block, BlockKind, Section, Source

PUBLISHER = "Anchorline brief"
LICENCE = "CC BY 4.0 (Anchorline)"

# Heading, the record's fields that stand under it, and what their statements are.
OUTLINE: tuple[tuple[str, tuple[str, ...], BlockKind], ...] = (
    ("Summary", ("summary",), BlockKind.PARAGRAPH),
    ("What it says", ("points",), BlockKind.ITEM),
    ("What to do", ("steps",), BlockKind.ITEM),
    ("What came of it, and figures", ("outcomes", "facts"), BlockKind.PARAGRAPH),
    ("Who took part", ("partners",), BlockKind.PARAGRAPH),
    ("What it took", ("funding", "staffing", "cost"), BlockKind.PARAGRAPH),
    ("What got in the way", ("barriers",), BlockKind.PARAGRAPH),
    ("How it was evaluated", ("evaluation",), BlockKind.PARAGRAPH),
    ("What comes next", ("next_steps",), BlockKind.PARAGRAPH),
    ("Whom to ask", ("contact",), BlockKind.CONTACT),
)
HEADING_OF_PROGRAMME = {"What it says": "What it consists of", "What to do": "What they did"}


@dataclass(frozen=True, slots=True)
class About:
    """What every passage of a brief is about. ``organisation`` is an id, ``programme`` a display name."""

    organisation: str | None
    programme: str | None
    programme_id: str | None
    facets: Facets


@dataclass(frozen=True, slots=True)
class Brief:
    """A text of ours, ready to be made into passages. ``locators``: for each block's text, the place in the published
    source where it was learnt; a note that weighs several places has none. ``about`` is None where each section is
    about something else, which its headings name. ``record`` is what it was made from, if that was one record,
    ``measures`` is what its figures measure, and ``organisation`` whose it is. ``terms`` are the glossary's, and
    ``conflicts`` where sources differ."""

    source: Source
    sections: tuple[Section, ...]
    locators: Mapping[str, Locator]
    about: About | None = None
    record: Record | None = None
    measures: Measures | None = None
    organisation: Organisation | None = None
    terms: tuple[Term, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def record_brief(
    record: Record,
    organisation_name: str | None,
    measures: Measures | None = None,
    entries: Iterable[ManifestEntry] = (),
) -> Brief:
    """``entries`` name the published documents that the record sums up, and date it by the newest of them."""
    is_programme = record.kind is RecordKind.PROGRAMME
    about = About(
        organisation=record.organisation,
        programme=record.title if is_programme else None,
        programme_id=record.id if is_programme else None,
        facets=record.facets,
    )
    sections = record_sections(record, organisation_name)
    measured = measures.only({fact.measure for fact in record.facts}) if measures else None
    return Brief(record_source(record, entries), sections, statement_locators(record), about, record, measured)


def glossary_brief(terms: Iterable[Term]) -> Brief:
    kept = tuple(terms)
    locators = {_meaning(term): term.at for term in kept}
    return Brief(glossary_source(), glossary_sections(kept), locators, terms=kept)


def conflict_brief(
    conflicts: Iterable[Conflict],
    entries: Iterable[ManifestEntry],
    records: Iterable[Record],
    organisations: Mapping[str, Organisation],
    measures: Measures | None = None,
) -> Brief:
    kept, published = tuple(conflicts), _published(entries)
    sides = ((_side(side, published), side.at) for conflict in kept for side in conflict.sides)
    sections = conflict_sections(kept, published, _subjects(records, organisations))
    measured = measures.only({one.measure for one in kept if one.measure}) if measures else None
    return Brief(conflict_source(), sections, dict(sides), measures=measured, conflicts=kept)


def record_source(record: Record, entries: Iterable[ManifestEntry] = ()) -> Source:
    """The record as a source of its own, told from the published ones by its basis."""
    summed_up = {at.source for at in statement_locators(record).values()}
    known = [entry for entry in entries if entry.id in summed_up]
    names = " and ".join(_published(known).values())
    return Source(
        source_id=f"brief-{record.id}",
        title=record.title,
        publisher=f"{PUBLISHER} of {names}" if names else PUBLISHER,
        published=max((entry.published for entry in known if entry.published), default=None),
        licence=LICENCE,
        basis=Basis.BRIEF,
        evidence=record.evidence.label,
    )


def glossary_source() -> Source:
    return Source("brief-glossary", "Glossary", PUBLISHER, licence=LICENCE, basis=Basis.BRIEF)


def conflict_source() -> Source:
    return Source("brief-conflicts", "Where the sources differ", PUBLISHER, licence=LICENCE, basis=Basis.BRIEF)


def record_sections(record: Record, organisation_name: str | None) -> tuple[Section, ...]:
    """One section a heading that has statements. The organisation's name stands outermost, unless it is the title."""
    outer = () if organisation_name in (None, record.title) else (str(organisation_name),)
    sections = []
    for heading, fields, kind in OUTLINE:
        blocks = tuple(Block(text, kind) for text, _ in _rendered(record, fields))
        if blocks:
            sections.append(Section((*outer, record.title, _heading(record, heading)), blocks))
    return tuple(sections)


def glossary_sections(terms: Iterable[Term]) -> tuple[Section, ...]:
    """One section a term, with one sentence that can be understood alone."""
    title = glossary_source().title
    return tuple(Section((title, _spelt_out(term)), (Block(_meaning(term)),)) for term in terms)


def conflict_sections(
    conflicts: Iterable[Conflict], published: Mapping[str, str], subjects: Mapping[str, tuple[str, ...]]
) -> tuple[Section, ...]:
    """One section a conflict: what each side says, by whom, and then what differs. ``published``: how to name each
    source; ``subjects``: the names of what an id stands for, outermost first."""
    title = conflict_source().title
    sections = []
    for conflict in conflicts:
        sides = (Block(_side(side, published), BlockKind.ITEM) for side in conflict.sides)
        path = (title, *subjects.get(conflict.subject or "", ("More than one organisation",)))
        sections.append(Section(path, (*sides, Block(conflict.note))))
    return tuple(sections)


def statement_locators(record: Record) -> Mapping[str, Locator]:
    """For each block's text, the place in the published source where the statement was learnt."""
    fields = [name for _, names, _ in OUTLINE for name in names]
    return dict(_rendered(record, fields))


def _subjects(records: Iterable[Record], organisations: Mapping[str, Organisation]) -> Mapping[str, tuple[str, ...]]:
    """The headings under which each record and organisation stands."""
    names = {key: (body.name,) for key, body in organisations.items()}
    titles = {one.id: (*names.get(one.organisation or "", ()), one.title) for one in records}
    return names | titles


def _published(entries: Iterable[ManifestEntry]) -> Mapping[str, str]:
    return {entry.id: " ".join(_publisher_and_year(entry)) for entry in entries}


def _publisher_and_year(entry: ManifestEntry) -> Iterator[str]:
    yield entry.publisher
    year = (entry.published or "")[:4]
    if year and year not in entry.publisher:
        yield f"({year})"


def _side(side: Statement, published: Mapping[str, str]) -> str:
    return f"{published.get(side.at.source, side.at.source)}: {side.says}"


def _meaning(term: Term) -> str:
    if term.definition is None:
        return f"{term.term} stands for {term.expansion}."
    return f"{_spelt_out(term)}: {term.definition}"


def _spelt_out(term: Term) -> str:
    return f"{term.term} ({term.expansion})" if term.expansion else term.term


def _heading(record: Record, heading: str) -> str:
    about_a_thing = record.kind in (RecordKind.PROGRAMME, RecordKind.ORGANISATION)
    return HEADING_OF_PROGRAMME.get(heading, heading) if about_a_thing else heading


def _rendered(record: Record, fields: Iterable[str]) -> list[tuple[str, Locator]]:
    return [(statement.says, statement.at) for name in fields for statement in _statements(record, name)]


def _statements(record: Record, field: str) -> tuple[Statement, ...]:
    held = getattr(record, field)
    return (held,) if isinstance(held, Statement) else tuple(held)
