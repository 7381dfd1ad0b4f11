"""Small passages and questions for the tests of the evaluation suite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.types import BlockKind, Passage, Sentence, Source


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
