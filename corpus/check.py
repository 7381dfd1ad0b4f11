"""Checks that need more than one file: every id that is referred to exists, and no name means two things.

Whether a record is true to the published documents needs those documents, and is ``ingest check``. Nothing here mends.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from corpus.entries import Conflict, ManifestEntry, Measures, Organisation, PrintedAt, QuestionList, Term
from corpus.errors import ManifestError
from corpus.load import (
    CONFLICTS,
    GLOSSARY,
    MANIFEST,
    MEASURES,
    ORGANISATIONS,
    read_list,
    read_questions,
    read_records,
)
from corpus.marked import Marked, Place, read_yaml, validated
from corpus.printed import agrees
from corpus.records import Locator, Record, Statement

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Corpus:
    """All of the corpus's files, each with its lines."""

    records: tuple[tuple[Record, Marked], ...]
    measures: tuple[Measures, Marked]
    manifest: tuple[tuple[ManifestEntry, ...], Marked]
    organisations: tuple[tuple[Organisation, ...], Marked]
    trusts: tuple[tuple[Organisation, ...], Marked]
    glossary: tuple[tuple[Term, ...], Marked]
    conflicts: tuple[tuple[Conflict, ...], Marked]
    questions: tuple[tuple[QuestionList, Marked], ...]

    @property
    def files(self) -> tuple[Marked, ...]:
        """The files that hold wording of ours; the manifest and the names of organisations are others'."""
        every = (*self.records, *self.questions)
        return (*(marked for _, marked in every), self.measures[1], self.glossary[1], self.conflicts[1])


def check(corpus_dir: Path) -> Corpus:
    """The whole corpus, or ManifestError with every fault: first those within files, then those between them."""
    corpus = _read(corpus_dir)
    faults = (*_references(corpus), *_shared_names(corpus), *_other_values(corpus))
    if faults:
        raise ManifestError(faults)
    return corpus


def _read(corpus_dir: Path) -> Corpus:
    faults: list[str] = []
    corpus = Corpus(
        records=_kept(faults, partial(read_records, corpus_dir), ()),
        measures=_measure_list(faults, corpus_dir / "measures.yaml"),
        manifest=_entries(faults, corpus_dir / "sources.yaml", MANIFEST, "id"),
        organisations=_entries(faults, corpus_dir / "organisations.yaml", ORGANISATIONS, "id"),
        trusts=_entries(faults, corpus_dir / "trusts.yaml", ORGANISATIONS, "id"),
        glossary=_entries(faults, corpus_dir / "glossary.yaml", GLOSSARY, "term"),
        conflicts=_entries(faults, corpus_dir / "conflicts.yaml", CONFLICTS, "id"),
        questions=_kept(faults, partial(read_questions, corpus_dir), ()),
    )
    if faults:
        raise ManifestError(tuple(faults))
    return corpus


def _kept(faults: list[str], read: Callable[[], T], otherwise: T) -> T:
    try:
        return read()
    except ManifestError as error:
        faults.extend(error.faults)
        return otherwise


def _entries(
    faults: list[str], path: Path, shape: TypeAdapter[tuple[T, ...]], key: str
) -> tuple[tuple[T, ...], Marked]:
    nothing: tuple[tuple[T, ...], Marked] = ((), Marked(path, None, {}))
    return _kept(faults, partial(read_list, path, shape, key), nothing)


def _measure_list(faults: list[str], path: Path) -> tuple[Measures, Marked]:
    marked = _kept(faults, partial(read_yaml, path), Marked(path, {}, {(): 1}))
    return _kept(faults, partial(validated, marked, MEASURES), Measures()), marked


def _references(corpus: Corpus) -> Iterator[str]:
    """Every use of an id that nothing has."""
    sources = {entry.id for entry in corpus.manifest[0]}
    bodies = {o.organisation_id for o in (*corpus.organisations[0], *corpus.trusts[0])}
    subjects = bodies | {record.id for record, _ in corpus.records}
    places = [(marked, (*place, "source"), locator.source) for marked, place, locator in locators(corpus)]
    followed = [(corpus.manifest[1], (i, "superseded_by"), e.superseded_by) for i, e in enumerate(corpus.manifest[0])]
    measures = [(marked, (*place, "measure"), measure) for place, marked, measure in _measures(corpus)]
    owners = [(marked, ("organisation",), record.organisation) for record, marked in corpus.records]
    told_of = [(corpus.conflicts[1], (i, "subject"), c.subject) for i, c in enumerate(corpus.conflicts[0])]
    yield from _unknown(places, sources, "not in sources.yaml; add the document there")
    yield from _unknown(followed, sources, "not in sources.yaml; add the document there")
    yield from _unknown(measures, corpus.measures[0].all, "not in measures.yaml; choose one that is there, or add it")
    yield from _unknown(owners, bodies, "in neither organisations.yaml nor trusts.yaml; add it to the first")
    yield from _unknown(told_of, subjects, "the id of no record and no organisation")


def _unknown(uses: Iterable[tuple[Marked, Place, str | None]], known: Container[str], what: str) -> Iterator[str]:
    for marked, place, name in uses:
        if name is not None and name not in known:
            yield marked.fault(place, f"{place[-1]} {name} is {what}")


def locators(corpus: Corpus) -> Iterator[tuple[Marked, Place, Locator]]:
    """Every locator of records, glossary and conflicts, with its file and its place there."""
    for record, marked in corpus.records:
        for place, statement in statements(record):
            yield marked, (*place, "at"), statement.at
    for i, term in enumerate(corpus.glossary[0]):
        yield corpus.glossary[1], (i, "at"), term.at
    for i, conflict in enumerate(corpus.conflicts[0]):
        for j, side in enumerate(conflict.sides):
            yield corpus.conflicts[1], (i, "sides", j, "at"), side.at
    yield from _listed(corpus)


def printed(corpus: Corpus) -> Iterator[tuple[Marked, Place, str, Locator]]:
    """Everything that a source is said to print, with the file and the place that say so: facts, sides of conflicts,
    and what the answers to questions are known by."""
    for record, marked in corpus.records:
        for i, fact in enumerate(record.facts):
            yield marked, ("facts", i, "printed"), fact.printed, fact.at
    for i, conflict in enumerate(corpus.conflicts[0]):
        for j, side in enumerate(conflict.sides):
            yield corpus.conflicts[1], (i, "sides", j, "printed"), side.printed, side.at
    for marked, place, at in _listed(corpus):
        yield marked, (*place, "holds"), at.holds, at


def _listed(corpus: Corpus) -> Iterator[tuple[Marked, Place, PrintedAt]]:
    for questions, marked in corpus.questions:
        for i, one in enumerate(questions.listed):
            yield from ((marked, (i, "at", j), at) for j, at in enumerate(one.at))


def _measures(corpus: Corpus) -> Iterator[tuple[Place, Marked, str | None]]:
    for record, marked in corpus.records:
        for i, fact in enumerate(record.facts):
            yield ("facts", i), marked, fact.measure
    for i, conflict in enumerate(corpus.conflicts[0]):
        yield (i,), corpus.conflicts[1], conflict.measure


def statements(record: Record) -> Iterator[tuple[Place, Statement]]:
    """Every statement of a record, with its place in the record's YAML."""
    for name in Record.model_fields:
        held = getattr(record, name)
        if isinstance(held, Statement):
            yield (name,), held
        elif isinstance(held, tuple):
            yield from (((name, i), item) for i, item in enumerate(held) if isinstance(item, Statement))


def _other_values(corpus: Corpus) -> Iterator[str]:
    """Facts whose value is not the number that they say is printed."""
    for record, marked in corpus.records:
        for i, fact in enumerate(record.facts):
            if not agrees(fact.printed, fact.value):
                what = f"value {fact.value:,.10g} is not what “{fact.printed}” says; mend one of them"
                yield marked.fault(("facts", i, "value"), what)


def _shared_names(corpus: Corpus) -> Iterator[str]:
    """Names that two records, two organisations or two terms would answer to."""
    yield from _clashes(
        (name, marked.fault(("id",), ""))
        for record, marked in corpus.records
        for name in (record.id, record.title, *record.aliases)
    )
    yield from _clashes(
        (name, marked.fault((i,), ""))
        for bodies, marked in (corpus.organisations, corpus.trusts)
        for i, body in enumerate(bodies)
        for name in (body.organisation_id, body.name, *body.aliases)
    )
    yield from _clashes(
        (name, corpus.glossary[1].fault((i,), ""))
        for i, term in enumerate(corpus.glossary[0])
        for name in (term.term, *term.aliases)
    )


def _clashes(names: Iterable[tuple[str, str]]) -> Iterator[str]:
    """For (name, place of its owner): a fault for each name that an earlier owner has. Case does not count."""
    owners: dict[str, str] = {}
    for name, owner in names:
        first = owners.setdefault(name.casefold(), owner)
        if first != owner:
            yield f"{owner}{name} is a name of {first.rstrip(': ')} too; one name means one thing"
