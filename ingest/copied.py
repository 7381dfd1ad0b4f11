"""Finds wording of ours that stands in a published document: eight or more words in a row, case and marks aside.

The documents are others' copyright, so our records carry their facts and figures and never their sentences. A name is
nobody's sentence: words that lie wholly inside the name of a scheme, an organisation or a document are let pass, and
nothing else is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

RUN = 8  # words in a row that count as copied
_LONGEST_NAME = 14  # words; anything longer is a sentence, whatever it is called

Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """The words and figures of a text; apostrophes vanish, hyphens part."""
    plain = re.sub(r"[’'‘]", "", unicodedata.normalize("NFKC", text).casefold())
    return tuple(re.findall(r"[^\W_]+", plain))


def runs(texts: Iterable[tuple[str, str]]) -> Mapping[Words, str]:
    """Every run of eight words in the given (place, text) pairs, with the first place that it stands in."""
    found: dict[Words, str] = {}
    for place, text in texts:
        for run in _windows(words_of(text)):
            found.setdefault(run, place)
    return found


def name_runs(names: Iterable[str]) -> frozenset[Words]:
    """The runs of eight words that lie wholly inside a name."""
    every = (words_of(name) for name in names)
    return frozenset(run for words in every if len(words) <= _LONGEST_NAME for run in _windows(words))


def copied(text: str, published: Mapping[Words, str], excused: frozenset[Words]) -> tuple[str, str] | None:
    """The first stretch of a text that stands in a published document, as long as it goes on, and the place there."""
    words = words_of(text)
    hits = [at for at, run in enumerate(_windows(words)) if run in published and run not in excused]
    if not hits:
        return None
    last = first = hits[0]
    while last + 1 in hits:
        last += 1
    return " ".join(words[first : last + RUN]), published[words[first : first + RUN]]


def _windows(words: Words) -> Iterable[Words]:
    return (words[at : at + RUN] for at in range(len(words) - RUN + 1))
