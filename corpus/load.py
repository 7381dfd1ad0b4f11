"""Reads the corpus's own files into types: records, organisations, measures, glossary, conflicts and the manifest.

Every fault of every file is gathered before one ManifestError is raised, so that a maintainer mends them in one go.
Nothing here knows of an index or of the published documents; that a record is true to them is ``ingest check``'s part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import TypeVar

from pydantic import TypeAdapter

from corpus.entries import Conflict, Listed, ManifestEntry, Measures, Organisation, QuestionList, Term
from corpus.errors import ManifestError
from corpus.marked import Marked, read_front_matter, read_yaml, validated
from corpus.records import Record, RecordKind

__all__ = [
    "CORPUS_DIR",
    "KINDS_OF_FOLDER",
    "gathered",
    "load_conflicts",
    "load_glossary",
    "load_manifest",
    "load_measures",
    "load_organisations",
    "load_questions",
    "load_records",
    "load_trusts",
    "match_source",
    "read_list",
    "read_questions",
    "read_records",
    "read_yaml",
]

T = TypeVar("T")
U = TypeVar("U")

CORPUS_DIR = Path(__file__).parent  # the corpus that ships
KINDS_OF_FOLDER: Mapping[str, frozenset[RecordKind]] = {
    "programmes": frozenset({RecordKind.PROGRAMME, RecordKind.ORGANISATION}),
    "lessons": frozenset({RecordKind.LESSON}),
    "frameworks": frozenset({RecordKind.FRAMEWORK}),
}

RECORD = TypeAdapter(Record)
MANIFEST = TypeAdapter(tuple[ManifestEntry, ...])
ORGANISATIONS = TypeAdapter(tuple[Organisation, ...])
GLOSSARY = TypeAdapter(tuple[Term, ...])
CONFLICTS = TypeAdapter(tuple[Conflict, ...])
MEASURES = TypeAdapter(Measures)
QUESTIONS = TypeAdapter(tuple[Listed, ...])


def load_records(corpus_dir: Path) -> tuple[Record, ...]:
    """Every programme, lesson and framework, by folder and then by id."""
    return tuple(record for record, _ in read_records(corpus_dir))


def read_records(corpus_dir: Path) -> tuple[tuple[Record, Marked], ...]:
    """The records with their files' lines, for checks that must say where a fault stands."""
    folders = [corpus_dir / name for name in KINDS_OF_FOLDER if (corpus_dir / name).is_dir()]
    if not folders:
        wanted = ", ".join(f"{name}/" for name in KINDS_OF_FOLDER)
        raise ManifestError((f"{corpus_dir}: holds none of {wanted}; give the corpus folder",))
    return gathered(read_record, (path for folder in folders for path in sorted(folder.glob("*.md"))))


def load_organisations(corpus_dir: Path) -> tuple[Organisation, ...]:
    """The organisations that the corpus's sources describe."""
    return read_list(corpus_dir / "organisations.yaml", ORGANISATIONS, "id")[0]


def load_trusts(corpus_dir: Path) -> tuple[Organisation, ...]:
    """Other NHS trusts in England, known by name only, for documents that nobody has briefed."""
    return read_list(corpus_dir / "trusts.yaml", ORGANISATIONS, "id")[0]


def load_measures(corpus_dir: Path) -> Measures:
    return validated(read_yaml(corpus_dir / "measures.yaml"), MEASURES)


def load_glossary(corpus_dir: Path) -> tuple[Term, ...]:
    return read_list(corpus_dir / "glossary.yaml", GLOSSARY, "term")[0]


def load_conflicts(corpus_dir: Path) -> tuple[Conflict, ...]:
    return read_list(corpus_dir / "conflicts.yaml", CONFLICTS, "id")[0]


def load_questions(corpus_dir: Path) -> tuple[QuestionList, ...]:
    """What people ask that the sources answer, file by file."""
    return tuple(questions for questions, _ in read_questions(corpus_dir))


def read_questions(corpus_dir: Path) -> tuple[tuple[QuestionList, Marked], ...]:
    return gathered(_read_questions, sorted((corpus_dir / "questions").glob("*.yaml")))


def _read_questions(path: Path) -> tuple[QuestionList, Marked]:
    marked = read_yaml(path)
    return QuestionList(name=path.stem, listed=validated(marked, QUESTIONS)), marked


def load_manifest(corpus_dir: Path) -> tuple[ManifestEntry, ...]:
    """The documents that ``sources.yaml`` names."""
    return read_list(corpus_dir / "sources.yaml", MANIFEST, "id")[0]


def match_source(entries: Iterable[ManifestEntry], path: PurePath) -> ManifestEntry | None:
    """The entry one of whose patterns the file's name fits, None where none does."""
    name = path.name.casefold()
    fits = [e for e in entries if any(fnmatchcase(name, pattern.casefold()) for pattern in e.files)]
    if len(fits) > 1:
        which = " and ".join(entry.id for entry in fits)
        raise ManifestError((f"{path}: fits the patterns of {which} in sources.yaml; narrow one of them",))
    return fits[0] if fits else None


def read_list(path: Path, shape: TypeAdapter[tuple[T, ...]], key: str) -> tuple[tuple[T, ...], Marked]:
    """A file that is one list of entries, no two of which have the same ``key``; with its lines."""
    marked = read_yaml(path)
    entries = validated(marked, shape)
    seen: dict[str, int] = {}
    faults = []
    for i, name in enumerate(_keys(marked, key)):
        first = seen.setdefault(name.casefold(), i)
        if first != i:
            faults.append(marked.fault((i, key), f"{key} {name} stands on line {marked.line((first, key))} already"))
    if faults:
        raise ManifestError(tuple(faults))
    return entries, marked


def gathered(read: Callable[[U], T], things: Iterable[U]) -> tuple[T, ...]:
    """What ``read`` makes of each thing, or one ManifestError with the faults of all of them."""
    made: list[T] = []
    faults: list[str] = []
    for thing in things:
        try:
            made.append(read(thing))
        except ManifestError as error:
            faults.extend(error.faults)
    if faults:
        raise ManifestError(tuple(faults))
    return tuple(made)


def _keys(marked: Marked, key: str) -> Iterable[str]:
    entries = marked.value if isinstance(marked.value, list) else []
    return [str(entry[key]) for entry in entries]


def read_record(path: Path) -> tuple[Record, Marked]:
    marked = read_front_matter(path)
    record = validated(marked, RECORD)
    faults = []
    if record.id != path.stem:
        faults.append(marked.fault(("id",), f"id {record.id} is not the file's name; make them the same"))
    kinds = KINDS_OF_FOLDER[path.parent.name]
    if record.kind not in kinds:
        fitting = " or ".join(sorted(kinds))
        faults.append(marked.fault(("kind",), f"kind {record.kind} does not belong in {path.parent.name}/ ({fitting})"))
    if faults:
        raise ManifestError(tuple(faults))
    return record, marked
