"""The word index: BM25 over stemmed words (bm25s, Lucene's variant), kept in the generation.

Its score of 0 means "no word in common" and is never a rank: callers must drop zeros before fusing (ranking them by
chance took mean reciprocal rank from 0.83 to 0.55 in a small test).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer

Scores = npt.NDArray[np.float32]

# bm25s sets its own logger to DEBUG and prints a line a call.
logging.getLogger("bm25s").setLevel(logging.WARNING)

_TOKEN = r"(?u)\b\w[\w&'’.]*\w\b|\b\w\b"  # keeps A&E, O'Brien, 1.4bn and single letters whole
_STOPWORDS = "en"


class WordIndex:
    """BM25 scores of every passage for a question, in the order in which the passages were given."""

    def __init__(self, retriever: bm25s.BM25, count: int) -> None:
        self._retriever = retriever
        self._stemmer = Stemmer.Stemmer("english")
        self.count = count

    def scores(self, question: str) -> Scores:
        """One score a passage, 0 where no word is shared."""
        known = [word for word in self.stems(question) if word in self._retriever.vocab_dict]
        if not known:
            return np.zeros(self.count, dtype=np.float32)
        return np.asarray(self._retriever.get_scores(known), dtype=np.float32)

    def stems(self, text: str) -> list[str]:
        """The stemmed words of a text, stop words left out, repeats kept."""
        tokens = bm25s.tokenize(
            text, token_pattern=_TOKEN, stopwords=_STOPWORDS, stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return [str(token) for token in tokens[0]]


def write_words(folder: Path, texts: Sequence[str]) -> None:
    """Build the index in an empty folder."""
    tokens = bm25s.tokenize(
        list(texts), token_pattern=_TOKEN, stopwords=_STOPWORDS, stemmer=Stemmer.Stemmer("english"), show_progress=False
    )
    retriever = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    retriever.index(tokens, show_progress=False)
    retriever.save(str(folder), show_progress=False)


def open_words(folder: Path, count: int) -> WordIndex:
    """Open a folder that ``write_words`` made for ``count`` texts."""
    return WordIndex(bm25s.BM25.load(str(folder), mmap=False), count)
