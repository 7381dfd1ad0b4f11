"""The screen's second look: what kind of question the encoder and the words together take it for.

A linear classifier (ridge regression on labels of ±1) over the question's vector and its hashed words, fitted on
prototypes: questions of each kind, and good ones that resemble them. It runs after the rules, on what they let through,
and says nothing unless a kind wins over "home" by a margin. The weights for the shipped encoder are kept beside it, by
the encoder's hash; for any other they are fitted when the index is opened.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.encode import Encoder
from retrieval.foreign import speaks_of_the_corpus
from retrieval.people import speaks_of_anybody
from retrieval.types import Status
from retrieval.vectors import Vectors

PROTOTYPES = Path(__file__).parent / "prototypes.json"
WEIGHTS = Path(__file__).parent / "prototypes.npz"
HOME = "home"
STATUSES = {
    "crisis": Status.CRISIS,
    "clinical": Status.CLINICAL,
    "out_of_scope": Status.OUT_OF_SCOPE,
    "injection": Status.OUT_OF_SCOPE,
}
LABELS = (HOME, *STATUSES)
# By how much a kind must win over home: plain, and where the question speaks of anchor work. Chosen on the `tune` half
# of evals/suites/screen by ten-fold cross-validation.
MARGINS = {"crisis": (0.1, 0.3), "clinical": (0.2, 0.4), "out_of_scope": (0.3, 0.5), "injection": (0.5, 1.0)}
# A question so near to a passage of the index is its business, whatever the prototypes say: the corpus may grow.
NEAR = 0.5
_LESS_AFTER_ORDER = 0.3
_CRISIS_OF_NOBODY = 0.9
_HASHED = 1024
_RIDGE = 2.0

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Kinds:
    """``weights``: a column a label, a row a feature."""

    weights: Weights

    def margins(self, text: str, vector: Vectors) -> dict[str, float]:
        """By how much each kind wins over home."""
        scores = (features([text], vector[None, :]) @ self.weights)[0]
        return {label: float(score - scores[0]) for label, score in zip(LABELS[1:], scores[1:], strict=True)}


def judged(margins: Mapping[str, float], text: str, nearest: float = 0.0, ordered: bool = False) -> Status | None:
    """Why the question is not looked up, None when it is. ``nearest``: its cosine to the nearest passage;
    ``ordered``: it is what was left beside an order, so that less is needed to doubt it."""
    kind = max(margins, key=margins.__getitem__)
    if nearest >= NEAR and STATUSES[kind] is not Status.CRISIS:
        return None
    at_home = speaks_of_the_corpus(text)
    needed = MARGINS[kind][at_home] - (_LESS_AFTER_ORDER if ordered and not at_home else 0.0)
    if STATUSES[kind] is Status.CRISIS and not speaks_of_anybody(text):
        needed = _CRISIS_OF_NOBODY
    return STATUSES[kind] if margins[kind] > needed else None


def keep(kinds: Kinds, prototypes: Mapping[str, Sequence[str]], encoder: Encoder) -> None:
    """Write both files: the prototypes, and the weights that belong to this encoder."""
    PROTOTYPES.write_text(json.dumps(prototypes, indent=0, ensure_ascii=False) + "\n", "utf-8")
    np.savez_compressed(WEIGHTS, weights=kinds.weights, encoder=np.array(encoder.sha256))


def open_kinds(encoder: Encoder) -> Kinds:
    """The weights that belong to this encoder."""
    with np.load(WEIGHTS) as kept:
        if str(kept["encoder"]) == encoder.sha256:
            return Kinds(kept["weights"])
    return fit(json.loads(PROTOTYPES.read_text("utf-8")), encoder)


def fit(prototypes: Mapping[str, Sequence[str]], encoder: Encoder) -> Kinds:
    """Weights from the prototypes of each label; every label counts the same, however many it has."""
    texts = [text for label in LABELS for text in prototypes[label]]
    labels = np.repeat(np.arange(len(LABELS)), [len(prototypes[label]) for label in LABELS])
    return Kinds(fit_features(features(texts, encoder.encode_questions(texts)), labels))


def fit_features(rows: Weights, labels: npt.NDArray[np.int64]) -> Weights:
    """Weighted ridge regression in closed form; the last feature, the constant, is not held back."""
    counts = np.bincount(labels, minlength=len(LABELS))
    weight = (len(labels) / (len(LABELS) * counts))[labels]
    wanted = np.where(labels[:, None] == np.arange(len(LABELS)), 1.0, -1.0)
    held_back = np.full(rows.shape[1], _RIDGE)
    held_back[-1] = 1e-6
    weighted = rows.astype(np.float64).T * weight
    solved: Weights = np.linalg.solve(weighted @ rows + np.diag(held_back), weighted @ wanted).astype(np.float32)
    return solved


def features(texts: Sequence[str], vectors: Vectors) -> Weights:
    """A row a text: its vector, its hashed words, and a constant."""
    constant = np.ones((len(texts), 1), dtype=np.float32)
    return np.hstack([vectors, np.stack([_hashed(text) for text in texts]), constant])


def _hashed(text: str) -> Weights:
    """Words, pairs of words and runs of four letters, each counted at a place that its hash gives."""
    words = re.findall(r"[a-z0-9&]+", re.sub("['’]", "", text.lower()))[:200]
    pairs = (f"{one}_{two}" for one, two in zip(["^", *words], [*words, "$"], strict=True))
    runs = (f" {word} "[at : at + 4] for word in words for at in range(len(word) - 1))
    counts = np.zeros(_HASHED, dtype=np.float32)
    for piece in (*words, *pairs, *runs):
        counts[zlib.crc32(piece.encode()) % _HASHED] += 1
    roots = np.sqrt(counts)
    return np.asarray(roots / max(float(np.linalg.norm(roots)), 1e-9), dtype=np.float32)
