"""Small passages and questions for the tests of the evaluation suite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.types import BlockKind, Passage, Sentence, Source
from evals.record import Result, Run, Settings, TopicRecord


def make_passage(ordinal: int, text: str, heading_path: tuple[str, ...] = (), source: str = "report-2023") -> Passage:
    return Passage(
        passage_id=f"{source}#{ordinal:04d}",
        source=Source(source_id=source, title=source, publisher="A publisher"),
        ordinal=ordinal,
        heading_path=heading_path,
        page=None,
        text=text,
        sentences=(Sentence(0, len(text), BlockKind.PARAGRAPH),),
    )


@pytest.fixture(scope="session")
def source_files(shared_sources: Path) -> dict[str, str]:
    """The text of each published document without Markdown's escapes, by file name without its ending."""
    paths = sorted((shared_sources / "text").glob("*.txt"))
    return {path.stem: re.sub(r"\\(\W)", r"\1", path.read_text(encoding="utf-8")) for path in paths}


def make_run(systems: dict[str, dict[str, Result]], kinds: dict[str, str] | None = None, suite: str = "small") -> Run:
    """A run made by hand; every query that any system has is a topic, with its id as the relevant passage."""
    queries = sorted({query for system in systems.values() for query in system})
    topics = {
        q: TopicRecord(f"What of {q}?", {"kind": ((kinds or {}).get(q, "figure"),)}, {f"gold-{q}": 1}) for q in queries
    }
    return Run(
        settings=Settings(suite, "all", 10, "t" * 64, "c" * 64, "encoder@" + "e" * 64),
        passages=3,
        passages_sha256="p" * 64,
        seed=1,
        version="0",
        topics=topics,
        not_scorable=("lost",),
        systems=systems,
        first_words={"gold-q1": "The right words", "other": "The wrong words"},
    )
