"""``python -m tests.fuzz FORMAT --seconds N``: feed one reader documents that atheris makes, guided by coverage.

A finding is an exception from our own code, whatever the bytes; any exception at all where every text is a document
(HTML, Markdown, text); a reading that breaks a rule of its type or loses a word on the way to passages; or a document
of a few kilobytes that takes seconds. Each is kept once in ``.fuzz/findings``. Words that follow go to libFuzzer.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import atheris

from tests.fuzz.tally import Tally, table

OWN = Path(__file__).resolve().parents[2] / "ingest"
SLOW_S = 5.0  # of processor time
ENDLESS_S = 20.0  # of processor time; then the document is given up. libFuzzer's own limit counts time on the wall
LIBRARIES = {
    "pdf": ["pypdf"],
    "docx": ["docx"],
    "pptx": ["pptx"],
    "html": [],
    "md": ["markdown_it"],
    "txt": [],
}
TEXTS = ("html", "md", "txt")


class Endless(BaseException):
    """A document has taken all the processor time that it gets. Not an Exception: libraries catch those."""


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("format", choices=[*LIBRARIES, "table"])
    parser.add_argument("--seconds", type=int, default=480)
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"))
    given, more = parser.parse_known_args()
    if given.format == "table":
        print(table(given.folder))
        return
    logging.disable(logging.CRITICAL)
    with atheris.instrument_imports(include=["ingest", *LIBRARIES[given.format]], enable_loader_override=False):
        from ingest.passages import sentences_of
        from ingest.readers import READERS, docx, html, markdown, pdf, pptx, text  # noqa: F401 - instrumented here

        sentences_of("Libraries load their data. Not while a document is timed.")
        from tests.fuzz.making import MAKERS, seeds
    findings, corpus = given.folder / "findings", given.folder / given.format
    for folder in (findings, corpus):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(given.format)):
        (corpus / f"seed-{number}").write_bytes(seed)
    tally = Tally(given.folder, given.format)
    suffix = f".{given.format}"
    path = Path("/dev/shm" if Path("/dev/shm").is_dir() else given.folder) / f"fuzzed-{os.getpid()}{suffix}"
    reader = READERS[suffix]
    signal.signal(signal.SIGVTALRM, _give_up)

    def one(data: bytes) -> None:
        document = MAKERS[given.format](data)
        path.write_bytes(document)
        try_one(reader, path, document, given.format, tally)
        if tally.minutes * 60 > given.seconds:
            tally.write()
            print(f"DONE {tally.summary()}", flush=True)
            path.unlink(missing_ok=True)
            os._exit(0)  # libFuzzer takes any other end for a crash

    limits = [
        "-rss_limit_mb=3000",
        "-timeout=1800",
        "-report_slow_units=1800",
        "-max_len=4096",
        "-len_control=0",
        f"-artifact_prefix={findings}/",
    ]
    atheris.Setup([sys.argv[0], *limits, *more, str(corpus)], one)
    atheris.Fuzz()


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise Endless


def try_one(reader: Callable[[Path], object], path: Path, document: bytes, suffix: str, tally: Tally) -> None:
    """Read one document; keep it if something goes wrong that must not."""
    from corpus.errors import UnreadableSource

    begun = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, ENDLESS_S)
    try:
        check(reader(path))
        tally.note(read=True)
    except UnreadableSource:
        tally.note(read=False)
    except BaseException as error:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        frames = traceback.extract_tb(error.__traceback__)
        last = frames[-1]
        ours = Path(last.filename).is_relative_to(OWN) or "tests/fuzz" in last.filename
        if ours or suffix in TEXTS or isinstance(error, (RecursionError, MemoryError, Endless)):
            where = next((f for f in reversed(frames) if Path(f.filename).is_relative_to(OWN)), last)
            place = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno} ({last.name})"
            tally.keep("".join(traceback.format_exception(error)[-12:]), place, document, suffix)
        tally.note(read=False)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    if time.process_time() - begun > SLOW_S and (took := seconds_again(reader, path)) > SLOW_S:
        tally.keep(f"{took:.1f} s", f"slow: {took:.0f} s", document, suffix)


def seconds_again(reader: Callable[[Path], object], path: Path) -> float:
    """Of processor time for a document that was slow: a machine short of memory makes any of them slow once."""
    begun = time.process_time()
    with contextlib.suppress(Exception):
        reader(path)
    return time.process_time() - begun


def check(sections: object) -> None:
    """The rules of what a reader gives, up to the passages that are made of it."""
    from corpus.types import Section, Source
    from ingest.passages import passages_of
    from ingest.readers.suspicion import judged

    if not isinstance(sections, tuple) or not all(isinstance(one, Section) for one in sections):
        raise TypeError("a reader must give a tuple of sections")
    told = judged(sections)
    json.dumps([[block.text for block in section.blocks] for section in told])
    for section in told:
        for block in section.blocks:
            assert block.text == block.text.strip("\n") and "\n" not in block.text, "a block of several lines"
            assert block.page is None or block.page >= 1, "a page before the first"
    passages = passages_of(Source("s", "S", "P"), told, lambda texts: [len(t) // 4 + 2 for t in texts], 256)
    said = "".join("".join(block.text.split()) for section in told for block in section.blocks)
    held = "".join("".join(passage.text.split()) for passage in passages)
    assert set(said) == set(held), "characters were lost on the way to passages"
    for passage in passages:
        assert all(passage.quote(place).strip() for place in range(len(passage.sentences))), "an empty sentence"


if __name__ == "__main__":
    main()
