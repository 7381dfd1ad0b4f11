"""The screen's second look: what kind of question the encoder and the words together take it for.

A linear classifier (logistic regression) over the question's vector and its hashed words, fitted on prototypes:
questions of each kind, and good ones that resemble them. It judges the whole question, and each clause of it: an order
or a cry for help may stand beside a good question. The weights for the shipped encoder are kept beside it, by the
encoder's hash; for any other they are fitted when the index is opened.
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
from retrieval.types import Status
from retrieval.vectors import Vectors

PROTOTYPES = Path(__file__).parent / "prototypes.json"
WEIGHTS = Path(__file__).parent / "prototypes.npz"
HOME = "home"
ORDER = "injection"
STATUSES = {
    "crisis": Status.CRISIS,
    "clinical": Status.CLINICAL,
    "out_of_scope": Status.OUT_OF_SCOPE,
    ORDER: Status.OUT_OF_SCOPE,
}
LABELS = (HOME, *STATUSES)
_HASHED = 4096
# Against the encoder's unit length and the words' both: how much they may say, chosen by held-out groups.
_SCALE = 3.0
_HELD_BACK = 1.0  # scikit-learn's C

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Kinds:
    """``weights``: a column a label, a row a feature."""

    weights: Weights

    def margins(self, texts: Sequence[str], vectors: Vectors) -> list[dict[str, float]]:
        """For each text, by how much every kind wins over home (log odds)."""
        scores = features(texts, vectors) @ self.weights
        over_home = scores[:, 1:] - scores[:, :1]
        return [dict(zip(LABELS[1:], map(float, row), strict=True)) for row in over_home]


def keep(kinds: Kinds, prototypes: Mapping[str, Sequence[str]], encoder: Encoder) -> None:
    """Write both files: the prototypes, and the weights that belong to this encoder."""
    PROTOTYPES.write_text(json.dumps(prototypes, indent=0, ensure_ascii=False) + "\n", "utf-8")
    np.savez_compressed(WEIGHTS, weights=kinds.weights.astype(np.float16), encoder=np.array(encoder.sha256))


def open_kinds(encoder: Encoder) -> Kinds:
    """The weights that belong to this encoder."""
    with np.load(WEIGHTS) as kept:
        if str(kept["encoder"]) == encoder.sha256:
            return Kinds(kept["weights"].astype(np.float32))
    return fit(json.loads(PROTOTYPES.read_text("utf-8")), encoder)


def fit(prototypes: Mapping[str, Sequence[str]], encoder: Encoder) -> Kinds:
    """Weights from the prototypes of each label; every label counts the same, however many it has."""
    texts = [text for label in LABELS for text in prototypes[label]]
    labels = np.repeat(np.arange(len(LABELS)), [len(prototypes[label]) for label in LABELS])
    return Kinds(fit_features(features(texts, encoder.encode_questions(texts)), labels))


def fit_features(rows: Weights, labels: npt.NDArray[np.int64]) -> Weights:
    """Multinomial logistic regression; the last feature of the rows is the constant."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_HELD_BACK, class_weight="balanced", max_iter=80, tol=1e-3)
    model.fit(rows[:, :-1], labels)
    return np.vstack([model.coef_.T, model.intercept_]).astype(np.float32)


def features(texts: Sequence[str], vectors: Vectors) -> Weights:
    """A row a text: its vector, its hashed words, and a constant."""
    words = np.stack([_hashed(text) for text in texts])
    constant = np.ones((len(texts), 1), dtype=np.float32)
    return np.hstack([_SCALE * vectors, _SCALE * words, constant]).astype(np.float32)


def _hashed(text: str) -> Weights:
    """Words, pairs of words and runs of four letters, each counted at a place that its hash gives. Every digit counts
    as nought: it is the form of a number that tells."""
    words = re.findall(r"[a-z0&£%]+", re.sub(r"\d", "0", re.sub("['’]", "", text.lower())))[:200]
    pairs = (f"{one}_{two}" for one, two in zip(["^", *words], [*words, "$"], strict=True))
    runs = (f" {word} "[at : at + 4] for word in words for at in range(len(word) - 1))
    counts = np.zeros(_HASHED, dtype=np.float32)
    for piece in (*words, *pairs, *runs):
        counts[zlib.crc32(piece.encode()) % _HASHED] += 1
    roots = np.sqrt(counts)
    return np.asarray(roots / max(float(np.linalg.norm(roots)), 1e-9), dtype=np.float32)
