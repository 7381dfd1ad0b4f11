"""How much of a document's words a reader brings, and how much that is not of the document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from corpus.types import Section
from ingest.repair import repair, strip_markup

WORD = re.compile(r"[^\W\d_]{2,}")


def words_of(text: str) -> Counter[str]:
    """The words of two letters or more, each as often as it stands there, in lower case."""
    return Counter(word.lower() for word in WORD.findall(text))


def expected_words(text: str) -> Counter[str]:
    """The words of a text file, marks of conversion taken away line by line."""
    return words_of("\n".join(repair(strip_markup(line)) for line in text.splitlines()))


def section_words(sections: Iterable[Section], with_headings: bool = True) -> Counter[str]:
    """The words of the blocks, and of each heading once where it begins."""
    said: list[str] = []
    path: tuple[str, ...] = ()
    for section in sections:
        if with_headings:
            said.extend(heading for heading in section.heading_path if heading not in path)
            path = section.heading_path
        said.extend(block.text for block in section.blocks)
    return words_of("\n".join(said))


def word_coverage(expected_text: str, sections: Iterable[Section]) -> float:
    """The share of the expected words that the sections hold, from 0 to 1. Counts repetitions."""
    expected = expected_words(expected_text)
    return (expected & section_words(sections)).total() / max(expected.total(), 1)


def foreign_share(expected_text: str, sections: Iterable[Section]) -> float:
    """The share of the blocks' words that the expected text does not hold, from 0 to 1. Counts repetitions."""
    found = section_words(sections, with_headings=False)
    return (found - expected_words(expected_text)).total() / max(found.total(), 1)
