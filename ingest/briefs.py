"""Our own corpus as documents to ingest: each record, the glossary, and the conflicts between sources.

A faulty file of ours fails alone: what it said before stays in the index, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from corpus.attribution import Directory
from corpus.entries import Conflict, ManifestEntry, Measures, Organisation, QuestionList, Term
from corpus.errors import ManifestError
from corpus.load import (
    KINDS_OF_FOLDER,
    load_conflicts,
    load_glossary,
    load_manifest,
    load_measures,
    load_organisations,
    load_questions,
    load_trusts,
    read_record,
)
from corpus.records import Record
from corpus.render import Brief, conflict_brief, glossary_brief, record_brief
from ingest.documents import Document

T = TypeVar("T")
Failure = tuple[Path, str]


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """What our corpus holds, without the files that are faulty: ``failed`` has those (``file`` or ``file:line``), each
    with what is wrong. ``measures`` is None where there is no sound list."""

    folder: Path
    records: tuple[tuple[Path, Record], ...]
    organisations: tuple[Organisation, ...]
    trusts: tuple[Organisation, ...]
    entries: tuple[ManifestEntry, ...]
    terms: tuple[Term, ...]
    conflicts: tuple[Conflict, ...]
    measures: Measures | None
    questions: tuple[QuestionList, ...]
    failed: tuple[Failure, ...]

    def faulty(self, name: str) -> bool:
        return any(path.name.partition(":")[0] == name for path, _ in self.failed)


def read_own(corpus_dir: Path) -> OwnFiles:
    """Every file of ours that is sound, and the others' faults. Glossary, conflicts and measures may be missing."""
    failed: list[Failure] = []
    return OwnFiles(
        folder=corpus_dir,
        records=_records(corpus_dir, failed),
        organisations=_list(load_organisations, corpus_dir, failed),
        trusts=_list(load_trusts, corpus_dir, failed),
        entries=_list(load_manifest, corpus_dir, failed),
        terms=_list(load_glossary, corpus_dir, failed) if (corpus_dir / "glossary.yaml").exists() else (),
        conflicts=_list(load_conflicts, corpus_dir, failed) if (corpus_dir / "conflicts.yaml").exists() else (),
        measures=_measures(corpus_dir, failed),
        questions=_list(load_questions, corpus_dir, failed),
        failed=tuple(failed),
    )


def briefs_of(own: OwnFiles, known: Directory) -> tuple[Document, ...]:
    """One document a record, and one each for the glossary and the conflicts where they say something."""
    documents = []
    for path, record in own.records:
        organisation = known.organisations.get(record.organisation or "")
        name = organisation.name if organisation else None
        brief = record_brief(record, name, own.measures, own.entries)
        documents.append(_document(path, replace(brief, organisation=organisation)))
    if own.terms:
        documents.append(_document(own.folder / "glossary.yaml", glossary_brief(own.terms)))
    if own.conflicts:
        records = [record for _, record in own.records]
        brief = conflict_brief(own.conflicts, own.entries, records, known.organisations, own.measures)
        documents.append(_document(own.folder / "conflicts.yaml", brief))
    return tuple(documents)


def _document(path: Path, brief: Brief) -> Document:
    return Document(path, brief.source, brief)


def _records(corpus_dir: Path, failed: list[Failure]) -> tuple[tuple[Path, Record], ...]:
    records = []
    for path in (path for folder in KINDS_OF_FOLDER for path in sorted((corpus_dir / folder).glob("*.md"))):
        try:
            records.append((path, read_record(path)[0]))
        except ManifestError as error:
            failed.append((path, "; ".join(fault.replace(f"{path}:", "line ", 1) for fault in error.faults)))
    return tuple(records)


def _measures(corpus_dir: Path, failed: list[Failure]) -> Measures | None:
    there = (corpus_dir / "measures.yaml").exists()
    found = _list(lambda folder: (load_measures(folder),), corpus_dir, failed) if there else ()
    return found[0] if found else None


def _list(load: Callable[[Path], tuple[T, ...]], corpus_dir: Path, failed: list[Failure]) -> tuple[T, ...]:
    """What ``load`` gives, or nothing and its faults noted."""
    try:
        return load(corpus_dir)
    except ManifestError as error:
        for fault in error.faults:
            place, _, what = fault.partition(": ")
            failed.append((Path(place), what or fault))
        return ()
