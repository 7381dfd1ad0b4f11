"""The screen's second look: what kind of question the encoder, the words and their form together take it for.

A linear classifier (logistic regression) over the question's vector, its hashed words and shapes, fitted on
prototypes: questions of each kind, and good ones that resemble them. It judges the whole question, and each clause of
it: an order or a cry for help may stand beside a good question. The weights for the shipped encoder are kept beside it,
by the encoder's hash; for any other they are fitted when the index is opened.

For the shipped encoder a second opinion counts more: that of its layers, taught on the same prototypes
(``retrieval.tuned``). The two err apart.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.encode import Encoder
from retrieval.shapes import shapes
from retrieval.tuned import TUNED, Tuned, load_tuned
from retrieval.types import Status
from retrieval.vectors import Vectors
from retrieval.voices import in_another_voice

PROTOTYPES = Path(__file__).parent / "prototypes.json"
WEIGHTS = Path(__file__).parent / "prototypes.npz"
HOME = "home"
ORDER = "injection"
PERSON = "personal_data"
STATUSES = {
    "crisis": Status.CRISIS,
    "clinical": Status.CLINICAL,
    "out_of_scope": Status.OUT_OF_SCOPE,
    ORDER: Status.OUT_OF_SCOPE,
    PERSON: Status.PERSONAL_DATA,
}
LABELS = (HOME, *STATUSES)
_HASHED = 16384
# Against the encoder's unit length and the words' both: how much they may say, chosen by held-out groups.
_SCALE = 3.0
_HELD_BACK = 6.0  # scikit-learn's C; less, and good questions that were learnt are refused
# What the linear model counts for where two judge, and by how much more a kind must win: together they are surer. Both
# chosen on voices held out.
_LINEAR = 0.4
_SURER = np.array([0.75 if label == "out_of_scope" else 1.0 for label in LABELS[1:]], dtype=np.float32)
_DISGUISED = 0.5  # what a prototype in another voice counts for

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Kinds:
    """``weights``: a column a label, a row a feature."""

    weights: Weights
    tuned: Tuned | None = None

    def margins(self, texts: Sequence[str], vectors: Vectors, tuned: Vectors | None = None) -> list[dict[str, float]]:
        """For each text, by how much every kind wins over home (log odds). ``tuned``: a row a text, as the tuned layers
        read them; the weights alone judge where there are none."""
        ours, words = self.weights[: -_HASHED - 1], self.weights[-_HASHED - 1 : -1]
        scores = _SCALE * (vectors @ ours) + self.weights[-1]
        for row, text in enumerate(texts):
            places, values = _hashed(text)
            scores[row] += _SCALE * (values @ words[places])
        over_home = scores[:, 1:] - scores[:, :1]
        if self.tuned is not None and tuned is not None and len(tuned):
            second = self.tuned.scores(tuned)
            over_home = _LINEAR * over_home + (1 - _LINEAR) * (second[:, 1:] - second[:, :1]) - _SURER
        return [dict(zip(LABELS[1:], map(float, row), strict=True)) for row in over_home]


def keep(kinds: Kinds, prototypes: Mapping[str, Sequence[str]], encoder: Encoder) -> None:
    """Write both files: the prototypes, and the weights that belong to this encoder."""
    PROTOTYPES.write_text(json.dumps(prototypes, indent=0, ensure_ascii=False) + "\n", "utf-8")
    np.savez_compressed(WEIGHTS, weights=kinds.weights.astype(np.float16), encoder=np.array(encoder.sha256))


def open_kinds(encoder: Encoder, tuned: Path = TUNED) -> Kinds:
    """The weights that belong to this encoder, and what its layers were taught, if they were."""
    with np.load(WEIGHTS) as kept:
        if str(kept["encoder"]) == encoder.sha256:
            return with_tuned(Kinds(kept["weights"].astype(np.float32)), encoder, tuned)
    return fit(json.loads(PROTOTYPES.read_text("utf-8")), encoder)


def with_tuned(kinds: Kinds, encoder: Encoder, path: Path) -> Kinds:
    tuned = load_tuned(path)
    return replace(kinds, tuned=tuned) if tuned.encoder == encoder.sha256 else kinds


def lessons(prototypes: Mapping[str, Sequence[str]]) -> list[tuple[str, int]]:
    """What the encoder's layers are taught with: each text and the place of its label."""
    return [(text, place) for place, label in enumerate(LABELS) for text in prototypes[label]]


def fit(prototypes: Mapping[str, Sequence[str]], encoder: Encoder) -> Kinds:
    """Weights from the prototypes of each label by multinomial logistic regression; every label counts the same,
    however many it has."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    plain = [text for label in LABELS for text in prototypes[label]]
    texts = [*plain, *map(in_another_voice, plain)]
    labels = np.tile(np.repeat(np.arange(len(LABELS)), [len(prototypes[label]) for label in LABELS]), 2)
    counts = np.repeat([1.0, _DISGUISED], len(plain))
    hashed = [_hashed(text) for text in texts]
    starts = np.cumsum([0, *(len(places) for places, _ in hashed)])
    columns, values = (np.concatenate(part) for part in zip(*hashed, strict=True))
    words = csr_matrix((values, columns, starts), shape=(len(texts), _HASHED))
    rows = _SCALE * hstack([csr_matrix(encoder.encode_questions(texts)), words]).tocsr()
    model = LogisticRegression(C=_HELD_BACK, class_weight="balanced", max_iter=80, tol=1e-3)
    model.fit(rows, labels, sample_weight=counts)
    return Kinds(np.vstack([model.coef_.T, model.intercept_]).astype(np.float32))


def _hashed(text: str) -> tuple[npt.NDArray[np.int64], Weights]:
    """Words, pairs of words, runs of four letters and shapes, each counted at a place that its hash gives: the places
    and what they count. Every digit counts as nought: it is the form of a number that tells."""
    words = re.findall(r"[a-z0&£%]+", re.sub(r"\d", "0", re.sub("['’]", "", text.lower())))[:200]
    pairs = (f"{one}_{two}" for one, two in pairwise(["^", *words, "$"]))
    runs = (f" {word} "[at : at + 4] for word in words for at in range(len(word) - 1))
    counted = Counter(zlib.crc32(piece.encode()) % _HASHED for piece in (*words, *pairs, *runs, *shapes(text)))
    roots = np.sqrt(np.fromiter(counted.values(), dtype=np.float32))
    length = max(float(np.linalg.norm(roots)), 1e-9)
    return np.fromiter(counted, dtype=np.int64), np.asarray(roots / length, dtype=np.float32)
