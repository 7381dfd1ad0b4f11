"""Who and what a passage is about: its organisation and, where that can be told, its programme, with their facets.

Headings decide before text: under "Barts Health NHS Trust › Impact" every word is about Barts Health, whoever else it
names. Text alone decides only when it names a single organisation. A guess would put one trust's figure under another's
name, so where more than one programme is named none is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.entries import Organisation
from corpus.records import Facets, Record, RecordKind
from corpus.types import Passage


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a thing, ready to be looked for."""

    thing: str  # organisation or record id
    length: int
    pattern: re.Pattern[str]
    plain_word: bool  # "Imperial", "Barts": too common a word to decide by in running text


@dataclass(frozen=True, slots=True)
class Directory:
    """What is known by name. ``described`` are the organisations that have records."""

    organisations: dict[str, Organisation]
    programmes: dict[str, Record]
    overviews: dict[str, Record]  # by organisation id
    organisation_names: tuple[Name, ...]
    programme_names: tuple[Name, ...]


def directory(
    organisations: Iterable[Organisation], trusts: Iterable[Organisation], records: Iterable[Record]
) -> Directory:
    """``trusts`` are known by name only; an organisation that is described wins over its entry there."""
    described = {one.organisation_id: one for one in organisations}
    known_names = {one.name.casefold() for one in described.values()}
    others = {f"trust:{one.organisation_id}": one for one in trusts if one.name.casefold() not in known_names}
    every = described | others
    kept = list(records)
    programmes = {one.id: one for one in kept if one.kind is RecordKind.PROGRAMME}
    return Directory(
        organisations=every,
        programmes=programmes,
        overviews={one.organisation: one for one in kept if one.kind is RecordKind.ORGANISATION and one.organisation},
        organisation_names=_names((key, (one.name, *one.aliases)) for key, one in every.items()),
        programme_names=_names((key, (one.title, *one.aliases)) for key, one in programmes.items()),
    )


def attribute(passage: Passage, known: Directory) -> Passage:
    """The passage of a published source with its organisation, programme and facets filled in."""
    organisation_id = _organisation(passage, known)
    organisation = known.organisations.get(organisation_id or "")
    programme = _programme(passage, organisation_id, known)
    about = programme or known.overviews.get(organisation_id or "")
    return replace(
        passage,
        organisation=organisation.name if organisation else None,
        programme=programme.title if programme else None,
        programme_id=programme.id if programme else None,
        facets=_flat(about.facets if about else Facets(), organisation),
    )


def attribute_brief(passage: Passage, record: Record, known: Directory) -> Passage:
    """The passage of one of our briefs: it is about what its record says."""
    organisation = known.organisations.get(record.organisation or "")
    is_programme = record.kind is RecordKind.PROGRAMME
    return replace(
        passage,
        organisation=organisation.name if organisation else None,
        programme=record.title if is_programme else None,
        programme_id=record.id if is_programme else None,
        facets=_flat(record.facets, organisation),
    )


def named(text: str, names: Sequence[Name], plain_words: bool = True) -> list[str]:
    """Ids of the things that a text names, in order of first mention; a longer name hides a shorter one inside it."""
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, str]] = []
    for name in names:  # longest first
        if name.plain_word and not plain_words:
            continue
        for match in name.pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                found.append((match.start(), name.thing))
    return list(dict.fromkeys(thing for _, thing in sorted(found)))


def _organisation(passage: Passage, known: Directory) -> str | None:
    for heading in reversed(passage.heading_path):
        if found := named(heading, known.organisation_names):
            return found[0]
    found = named(passage.text, known.organisation_names, plain_words=False)
    return found[0] if len(found) == 1 else None


def _programme(passage: Passage, organisation_id: str | None, known: Directory) -> Record | None:
    for text in (*reversed(passage.heading_path), passage.text):
        found = [known.programmes[key] for key in named(text, known.programme_names)]
        fitting = [one for one in found if one.organisation in (None, organisation_id)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _names(things: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[Name, ...]:
    names = [_name(thing, spelling) for thing, spellings in things for spelling in spellings]
    return tuple(sorted(names, key=lambda name: -name.length))


def _name(thing: str, spelling: str) -> Name:
    acronym = spelling.isupper()
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", spelling))
    pattern = re.compile(
        rf"(?<!\w){words.replace('’', chr(39)).replace(chr(39), '[’' + chr(39) + ']')}(?!\w)", 0 if acronym else re.I
    )
    return Name(thing, len(spelling), pattern, not acronym and " " not in spelling)


def _flat(facets: Facets, organisation: Organisation | None) -> tuple[str, ...]:
    """``name:value`` pairs, sorted; a record without trust types takes its organisation's."""
    pairs = {f"{name}:{value}" for name, values in facets if name != "place" for value in values}
    if organisation and not facets.trust_type:
        pairs |= {f"trust_type:{value}" for value in organisation.trust_type}
    return tuple(sorted(pairs))
