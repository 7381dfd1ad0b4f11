"""The word index: BM25 over stemmed words (bm25s, Lucene's variant), kept in the generation.

Its score of 0 means "no word in common" and is never a rank: callers must drop zeros before fusing (ranking them by
chance took mean reciprocal rank from 0.83 to 0.55 in a small test).
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import Stemmer

if TYPE_CHECKING:
    import bm25s  # imported where it is used: a third of a second that an ingest which finds nothing new can do without

Scores = npt.NDArray[np.float32]

# bm25s sets its own logger to DEBUG and prints a line a call.
logging.getLogger("bm25s").setLevel(logging.WARNING)

# Keeps A&E, O'Brien, 1.4bn and single letters whole.
_WORD = re.compile(r"\w[\w&'’.,]*\w|\w")
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
_POSSESSIVE = re.compile(r"['’]s?$")
_FAMILIES = (
    (
        re.compile(r"\b(?:co-? ?produc\w+|co-? ?design\w*|co-? ?creat\w+)\b|\blived experience\b", re.I),
        ("coproduction", "coproduced", "co-design", "codesign", "lived experience"),
    ),
)  # what documents write now as one word, now as another
_PAIRS = 0.4
_STEMMER = Stemmer.Stemmer("english")


@cache
def _stop_words() -> frozenset[str]:
    from bm25s.stopwords import STOPWORDS_EN

    return frozenset(STOPWORDS_EN)


def stems(text: str) -> list[str]:
    """The stemmed words of a text in order, stop words left out, repeats kept."""
    words = (_POSSESSIVE.sub("", word.replace(",", "")) for word in _WORD.findall(text.lower()))
    stop_words = _stop_words()
    return list(_STEMMER.stemWords([word for word in words if word not in stop_words]))


def akin(text: str) -> tuple[str, ...]:
    """Other wordings of what a text speaks of, by which the word index may find it too."""
    return tuple(word for rule, words in _FAMILIES if rule.search(text) for word in words if word not in text.lower())


def figures(text: str) -> frozenset[str]:
    """The numbers of a text as they are printed: "1,400", "3.8", "2019"."""
    return frozenset(_FIGURE.findall(text))


@lru_cache(maxsize=50_000)
def stem_set(text: str) -> frozenset[str]:
    """The distinct stems of a text, remembered, because sentences are looked at again with every question. Not for what
    a reader typed: that must not stay in memory."""
    return frozenset(stems(text))


class WordIndex:
    """BM25 scores of every passage for a question, in the order in which the passages were given.

    Pairs of words that stand side by side, or with one between, are scored as terms of their own and count ``_PAIRS``
    as much: the sequential dependence of Metzler and Croft (SIGIR 2005) in BM25's terms.
    """

    def __init__(self, words: bm25s.BM25, pairs: bm25s.BM25, count: int) -> None:
        self._words, self._pairs = words, pairs
        self._starts = np.asarray(words.scores["indptr"])
        self.count = count

    def scores(self, question: str) -> Scores:
        """One score a passage, 0 where no word is shared."""
        asked = stems(question)
        return self._scores(self._words, asked) + np.float32(_PAIRS) * self._scores(self._pairs, _pairs(asked))

    def holding(self, stem: str) -> int:
        """In how many passages a stem stands."""
        row = self._words.vocab_dict.get(stem)
        return 0 if row is None else int(self._starts[row + 1] - self._starts[row])

    def together(self, stemmed: Sequence[str]) -> bool:
        """Whether each of these stems and the next stand side by side in some passage, or with one between."""
        return all(f"{one} {other}" in self._pairs.vocab_dict for one, other in pairwise(stemmed))

    def weight(self, stem: str) -> float:
        """Inverse document frequency: how much a shared word says. A word in no passage weighs most."""
        return math.log(1 + self.count / (self.holding(stem) + 0.5))

    def _scores(self, retriever: bm25s.BM25, terms: Sequence[str]) -> Scores:
        known = [term for term in terms if term in retriever.vocab_dict]
        if not known:
            return np.zeros(self.count, dtype=np.float32)
        return np.asarray(retriever.get_scores(known), dtype=np.float32)


def write_words(folder: Path, texts: Sequence[str]) -> None:
    """Build the index in a new folder."""
    stemmed = [stems(text) for text in texts]
    _write(folder / "words", stemmed)
    _write(folder / "pairs", [_pairs(one) for one in stemmed])


def open_words(folder: Path, count: int) -> WordIndex:
    """Open a folder that ``write_words`` made for ``count`` texts."""
    import bm25s

    words, pairs = (bm25s.BM25.load(str(folder / name), mmap=False) for name in ("words", "pairs"))
    return WordIndex(words, pairs, count)


def _pairs(stemmed: Sequence[str]) -> list[str]:
    near = chain(pairwise(stemmed), zip(stemmed, stemmed[2:], strict=False))
    return [f"{one} {other}" for one, other in near]


def _write(folder: Path, terms: list[list[str]]) -> None:
    import bm25s

    retriever = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    retriever.index(terms, show_progress=False)
    retriever.save(str(folder), show_progress=False)
