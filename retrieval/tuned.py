"""What was learnt within the encoder: small changes to its layers, once for the screen's second look, with a classifier
over what those layers then make of a question's word pieces, and once for telling which questions ask the same.

The encoder itself stays as it was published, since the index is made with it: the changed layers stand beside its own
(``retrieval.layers``), so that a question is read three times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.vectors import Vectors

TUNED = Path(__file__).parent / "tuned.npz"  # for the screen
ALIKE = Path(__file__).parent / "alike.npz"  # for likeness; an index holds vectors made with it (sealed.LAYOUT)
# Of the ONNX files: every token's vector, and its state before the layers.
TOKENS = "last_hidden_state"
STATES = "states"
_CHANGE = "change "

Halves = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Tuned:
    """``encoder``: the SHA-256 of the weights that the changes are to. ``changes``: by the name of a matrix, the two
    thin ones whose product is added to it. ``classifier``: a row a dimension and one more, a column a label; for
    likeness there are none."""

    encoder: str
    changes: Mapping[str, tuple[Halves, Halves]]
    classifier: Halves

    def scores(self, vectors: Vectors) -> Vectors:
        """A row a text, a column a label. ``vectors``: of unit length, by the changed layers."""
        weights = self.classifier.astype(np.float32)
        return np.asarray(vectors @ weights[:-1] + weights[-1], dtype=np.float32)


def save_tuned(tuned: Tuned, path: Path) -> None:
    thin = {f"{_CHANGE}{place} {name}": half for name, pair in tuned.changes.items() for place, half in enumerate(pair)}
    np.savez_compressed(path, encoder=np.array(tuned.encoder), classifier=tuned.classifier, **thin)  # type: ignore[arg-type]


def load_tuned(path: Path = TUNED) -> Tuned:
    with np.load(path) as kept:
        names = [name.removeprefix(f"{_CHANGE}0 ") for name in kept if name.startswith(f"{_CHANGE}0 ")]
        changes = {name: (kept[f"{_CHANGE}0 {name}"], kept[f"{_CHANGE}1 {name}"]) for name in names}
        return Tuned(str(kept["encoder"]), changes, kept["classifier"])
