"""Parts that the tests of ``ingest`` share: small documents, a small corpus, contents, and the command as a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.types import Block, Section, Source
from ingest.passages import passages_of
from ingest.quarantine import Verdict, read_quarantine, write_quarantine
from ingest.sync import Reading, encoded
from retrieval.encode import Encoder
from retrieval.generation import Content, StoredSource
from retrieval.vectors import EncodedQuestion, EncodedTexts, Spans, Vectors

REPO = Path(__file__).resolve().parents[2]
ENCODERS = REPO / ".cache" / "encoders"
TIMEOUT_S = 300

JOBS = (
    "# Local jobs\n\nThe trust hired 42 local people. Most of them stayed for a year.\n\n## Cost\n\nIt cost £1.4bn.\n"
)
HOMES = "# Warm homes\n\nNurses sent families to the council. It mended 60 damp homes.\n"
RECORD = """---
id: {id}
kind: lesson
title: {title}
summary: {{says: {says}, at: {{source: ihi-2022, section: [Learning]}}}}
facets: {{stage: [starting]}}
evidence: {{label: self_reported, reason: Told by the trusts themselves.}}
---
"""


@dataclass
class CountingEncoder:
    """The real encoder, which keeps the texts that it was given to encode."""

    real: Encoder
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name, self.sha256 = self.real.name, self.real.sha256
        self.dimension, self.max_tokens = self.real.dimension, self.real.max_tokens

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self.real.encode_questions(texts)

    def encode_alike(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self.real.encode_alike(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self.real.encode_passages(texts)

    def encode_question(self, text: str) -> EncodedQuestion:
        return self.real.encode_question(text)

    def encode_documents(self, texts: Sequence[str], spans: Sequence[Spans]) -> EncodedTexts:
        self.texts += texts
        return self.real.encode_documents(texts, spans)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.real.count_tokens(texts)


def reading(source_id: str, texts: Sequence[str], encoder: Encoder, licence: str = "not stated") -> Reading:
    """A source with one section a text."""
    source = Source(source_id, source_id.title(), "Anchorline tests", licence=licence)
    sections = [Section((f"Part {place}",), (Block(text),)) for place, text in enumerate(texts)]
    passages = passages_of(source, sections, encoder.count_tokens, encoder.max_tokens)
    return Reading(StoredSource(source, f"{source_id}.md", "0" * 64, shipped=False), passages)


def content(encoder: Encoder, *readings: Reading) -> Content:
    return encoded(readings, None, encoder, lambda done, total: None)[0]


def write(folder: Path, documents: Mapping[str, str | bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def small_corpus(folder: Path) -> Path:
    """A corpus folder with the lists that ship, two lessons of the tests' own, and an empty ``documents``."""
    folder.mkdir()
    for name in ("sources.yaml", "organisations.yaml", "trusts.yaml"):
        shutil.copy(REPO / "corpus" / name, folder / name)
    (folder / "documents").mkdir()
    return write(
        folder / "lessons",
        {
            "first-step.md": RECORD.format(id="first-step", title="First step", says="Begin with one meeting."),
            "second-step.md": RECORD.format(id="second-step", title="Second step", says="Then count who took part."),
        },
    ).parent


def environment(index: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANCHORLINE_")}
    return kept | {"ANCHORLINE_INDEX": str(index), "ANCHORLINE_ENCODER_CACHE": str(ENCODERS)} | settings


def accept_all(index: Path) -> None:
    """Say yes to every text in the index's quarantine; the next ingest of its files takes it in."""
    known = read_quarantine(index)
    write_quarantine(index, known.decided(known.suspects, Verdict.ACCEPTED))


def command(index: Path, *words: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """``python -m ingest`` with these words, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "ingest", *map(str, words)],
        cwd=REPO,
        env=environment(index, **settings),
        capture_output=True,
        text=True,
        errors="backslashreplace",
        timeout=TIMEOUT_S,
    )


def start(index: Path, *words: str | Path, **settings: str) -> subprocess.Popen[str]:
    """``python -m ingest`` with these words, under way."""
    line = [sys.executable, "-m", "ingest", *map(str, words)]
    env = environment(index, **settings)
    return subprocess.Popen(line, cwd=REPO, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
