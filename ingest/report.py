"""A run's report, for the person who started it: a line a file, then what the index holds now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.read import FileReport
from ingest.run import Report


@dataclass(frozen=True, slots=True)
class Lines:
    """What to print: ``told`` to standard output, ``faults`` to standard error."""

    told: tuple[str, ...]
    faults: tuple[str, ...]


def report_lines(report: Report, *, dry_run: bool) -> Lines:
    """The report, each fact on one line."""
    faults = (*(f"note: {note}" for note in report.notes), *(f"{path}: {reason}" for path, reason in report.failed))
    return Lines(tuple(_told(report, dry_run)), faults)


def _told(report: Report, dry_run: bool) -> Iterator[str]:
    for file in report.files:
        if not file.shipped:
            yield from _file(file)
    briefs = [file for file in report.files if file.shipped]
    if briefs:
        fresh = sum(not file.unchanged for file in briefs)
        count = sum(file.passages for file in briefs)
        yield f"{len(briefs)} briefs of our own: {count} passages, {fresh} new or changed"
    for path, reason in report.skipped:
        yield f"{path}: left out, {reason}"
    for source_id in report.removed:
        yield f"{source_id}: removed, its file is gone"
    yield _summary(report, dry_run)


def _file(file: FileReport) -> Iterator[str]:
    pages = f", {file.pages} pages" if file.pages else ""
    state = "unchanged" if file.unchanged else "read"
    yield f"{file.path}: {state} as {file.source_id}{pages}, {file.passages} passages"
    if file.waiting:
        texts = "1 text waits" if file.waiting == 1 else f"{file.waiting} texts wait"
        yield f"    quarantine: {texts} for a person; see `python -m ingest quarantine {file.source_id}`"
    for warning in file.warnings:
        yield f"    note: {warning}"


def _summary(report: Report, dry_run: bool) -> str:
    if dry_run:
        return f"dry run: the index would hold {report.passages} passages; nothing was written"
    if report.published is None:
        return f"nothing changed: {report.passages} passages" if report.passages else "nothing to index"
    return (
        f"published {report.published.generation}: {report.passages} passages, {report.encoded} of them newly encoded"
    )
