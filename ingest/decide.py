"""``python -m ingest quarantine``: the texts that wait for a person, and what that person decides.

A decision takes effect at once: the documents concerned are read again, and a new generation is published.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from corpus.errors import IndexMissing
from ingest.quarantine import Quarantine, Verdict, listed, read_quarantine, write_quarantine
from ingest.report import report_lines
from ingest.run import ingest_paths
from ingest.store import writing
from retrieval.encode import Encoder

WORDS = {"accept": Verdict.ACCEPTED, "reject": Verdict.REJECTED}


def quarantine(words: Sequence[str], index_dir: Path, encoder: Callable[[], AbstractContextManager[Encoder]]) -> int:
    """Run the sub-command; returns its exit code."""
    parser = argparse.ArgumentParser("python -m ingest quarantine", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="[SOURCE…] | accept ID… | reject ID…")
    given = parser.parse_args(words).words
    if not index_dir.is_dir():
        raise IndexMissing(f"there is no index in {index_dir}; run `python -m ingest` to build one")
    if given[:1] and given[0] in WORDS:
        if not given[1:]:
            parser.error(f"{given[0]} what? Give the ids that `python -m ingest quarantine` shows, or a source")
        return _decide(given[1:], WORDS[given[0]], index_dir, encoder)
    _list(read_quarantine(index_dir), given)
    return 0


def _list(known: Quarantine, source_ids: Sequence[str]) -> None:
    waiting = [one for one in known.waiting() if not source_ids or one.source_id in source_ids]
    for line in listed(waiting):
        print(line)  # noqa: T201 - this is the command's output
    decided = len(known.suspects) - len(known.waiting())
    what = "1 text waits" if len(waiting) == 1 else f"{len(waiting)} texts wait"
    how = "; decide with `python -m ingest quarantine accept ID…` or `… reject ID…`" if waiting else ""
    print(f"{what}, {decided} are decided{how}")  # noqa: T201


def _decide(
    words: Sequence[str],
    verdict: Verdict,
    index_dir: Path,
    encoder: Callable[[], AbstractContextManager[Encoder]],
) -> int:
    with writing(index_dir):
        known = read_quarantine(index_dir)
        texts = known.named(words)
        write_quarantine(index_dir, known.decided(texts, verdict))
    files = sorted({Path(one.file) for one in texts})
    with encoder() as opened:
        report = ingest_paths(files, index_dir, opened)
    lines = report_lines(report, dry_run=False)
    for line in lines.faults:
        print(line, file=sys.stderr)  # noqa: T201
    for line in (f"{verdict} {len(texts)}", *lines.told):
        print(line)  # noqa: T201
    return 1 if report.failed else 0
