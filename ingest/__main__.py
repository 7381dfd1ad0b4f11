"""``python -m ingest``: documents in, a verified index out.

    python -m ingest                  our own briefs and whatever lies in corpus/documents/
    python -m ingest PATH…            add these files or folders to what the index holds
    python -m ingest --dry-run PATH…  say what would happen; write nothing
    python -m ingest list             the sources that the index holds
    python -m ingest show SOURCE      a source's passages, as they would be quoted
    python -m ingest remove SOURCE…   take sources out
    python -m ingest rollback         serve the generation before the present one
    python -m ingest verify           check every kept generation

Exit code 0: all well. 1: some file failed; it is named, the rest is in. 2: nothing was done.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.errors import AnchorlineError
from ingest.store import generations, roll_back, writing
from retrieval.encode import Encoder, open_encoder
from retrieval.generation import current_folder, open_generation, read_content
from retrieval.settings import IndexSettings

COMMANDS = ("list", "show", "remove", "rollback", "verify")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    settings = IndexSettings()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        if words and words[0] in COMMANDS:
            return _command(words[0], words[1:], settings)
        return _ingest(words, settings)
    except AnchorlineError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        where = error.filename or settings.index
        print(f"{where}: {error.strerror or error}; nothing was changed, the last index stays in use", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; nothing was changed, the last index stays in use", file=sys.stderr)
        return 2


def _ingest(words: Sequence[str], settings: IndexSettings) -> int:
    parser = argparse.ArgumentParser(
        "python -m ingest", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--dry-run", action="store_true", help="read and report; write nothing")
    given = parser.parse_args(words)

    from ingest.report import print_report
    from ingest.run import ingest_paths

    report = ingest_paths(given.paths, settings.index, _encoder(settings), dry_run=given.dry_run)
    print_report(report, dry_run=given.dry_run)
    if not report.failed:
        return 0
    return 1 if report.files else 2


def _command(name: str, words: Sequence[str], settings: IndexSettings) -> int:
    parser = argparse.ArgumentParser(f"python -m ingest {name}")
    if name in ("show", "remove"):
        parser.add_argument("sources", nargs="+" if name == "remove" else 1, metavar="SOURCE")
    given = parser.parse_args(words)
    if name == "list":
        return _list(settings.index)
    if name == "show":
        return _show(given.sources[0], settings.index)
    if name == "remove":
        from ingest.run import remove_sources

        card = remove_sources(given.sources, settings.index, _encoder(settings))
        print(f"published {card.generation} without {', '.join(given.sources)}: {card.passages} passages")
        return 0
    return _roll_back(settings) if name == "rollback" else _verify(settings)


def _list(index_dir: Path) -> int:
    content = read_content(current_folder(index_dir))
    for stored in content.sources:
        count = sum(passage.source.source_id == stored.source.source_id for passage in content.passages)
        print(
            f"{stored.source.source_id:<50} {count:>5} passages  {stored.source.published or '':<10} {stored.source.title}"
        )
        for warning in stored.warnings:
            print(f"    note: {warning}")
    return 0


def _show(source_id: str, index_dir: Path) -> int:
    passages = [p for p in read_content(current_folder(index_dir)).passages if p.source.source_id == source_id]
    if not passages:
        print(f"{source_id}: no such source is held; see `python -m ingest list`", file=sys.stderr)
        return 2
    for passage in passages:
        page = f", page {passage.page}" if passage.page else ""
        about = " · ".join(filter(None, (passage.organisation, passage.programme)))
        print(f"\n{passage.passage_id}{page}  {' › '.join(passage.heading_path)}")
        if about:
            print(f"[{about}]")
        print(passage.text)
    return 0


def _roll_back(settings: IndexSettings) -> int:
    with writing(settings.index):
        print(f"{roll_back(settings.index, _encoder(settings))} is served now")
    return 0


def _verify(settings: IndexSettings) -> int:
    """Every kept generation is checked; the exit code speaks of the one that is served."""
    encoder = _encoder(settings)
    current = current_folder(settings.index)
    sound = True
    for name in generations(settings.index):
        served = " (served)" if name == current.name else ""
        try:
            with_index = open_generation(settings.index / name, encoder)
            with_index.close()
            print(f"{name}{served}: sound, {with_index.card.passages} passages")
        except AnchorlineError as error:
            print(f"{name}{served}: {error}", file=sys.stderr)
            sound = sound and not served
    return 0 if sound else 2


def _encoder(settings: IndexSettings) -> Encoder:
    return open_encoder(settings.encoder, settings.encoders)


if __name__ == "__main__":
    sys.exit(main())
