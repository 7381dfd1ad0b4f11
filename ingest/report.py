"""A run's report, for the person who started it: a line a file, then what the index holds now."""

from __future__ import annotations

import sys

from ingest.read import FileReport
from ingest.run import Report


def print_report(report: Report, *, dry_run: bool) -> None:
    """What succeeded to standard output, what failed to standard error."""
    for note in report.notes:
        print(f"note: {note}", file=sys.stderr)
    briefs = [file for file in report.files if file.source_id.startswith("brief-")]
    for file in report.files:
        if file not in briefs:
            _print_file(file)
    if briefs:
        fresh = sum(not file.unchanged for file in briefs)
        print(
            f"{len(briefs)} briefs of our own: {sum(file.passages for file in briefs)} passages, {fresh} new or changed"
        )
    for path, reason in report.skipped:
        print(f"{path}: left out, {reason}")
    for source_id in report.removed:
        print(f"{source_id}: removed, its file is gone")
    for path, reason in report.failed:
        print(f"{path}: {reason}", file=sys.stderr)
    print(_summary(report, dry_run))


def _print_file(file: FileReport) -> None:
    pages = f", {file.pages} pages" if file.pages else ""
    state = "unchanged" if file.unchanged else "read"
    print(f"{file.path}: {state} as {file.source_id}{pages}, {file.passages} passages")
    for warning in file.warnings:
        print(f"    note: {warning}")


def _summary(report: Report, dry_run: bool) -> str:
    if dry_run:
        return f"dry run: the index would hold {report.passages} passages; nothing was written"
    if report.published is None:
        return f"nothing changed: {report.passages} passages" if report.passages else "nothing to index"
    return (
        f"published {report.published.generation}: {report.passages} passages, {report.encoded} of them newly encoded"
    )
