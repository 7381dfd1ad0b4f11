"""What a reader asks though no source says it, written down by somebody who read them all beside what they do say on it
(``corpus.entries.Listed.unsaid``).

A question counts as such a one where it is like it, and less like any that is known to be answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.entries import Listed
from retrieval.generation import Generation, beside_generation
from retrieval.notices import GAP_PERHAPS_UNSAID, GAP_UNSAID
from retrieval.vectors import Vectors

# Fitted on the tune half of evals/suites/anchors.yaml (evals/NOTES.md): how like it must be, and how much less like any
# that is answered, perhaps and surely.
_LIKE, _PERHAPS, _SURELY = 0.6, 0.06, 0.12
_UNHELD = "the document that my brief was written from"


def unsaid(like: Vectors, generation: Generation) -> Iterator[str]:
    """The gap of what no source says. ``like``: the question's cosine with each that is listed."""
    asked = _asked(generation)
    if not asked.rows.any():
        return
    at = int(np.where(asked.rows, like, -1).argmax())
    less = like[at] - like[~asked.rows].max(initial=0)
    if like[at] >= _LIKE and less >= _PERHAPS:
        gap = GAP_UNSAID if less >= _SURELY else GAP_PERHAPS_UNSAID
        yield gap.format(source=_source(asked.listed[at], generation), what=asked.listed[at].unsaid)


@dataclass(frozen=True, slots=True)
class _Asked:
    """``rows``: which of the listed questions no source answers; ``listed``: what each question was listed with."""

    rows: npt.NDArray[np.bool_]
    listed: tuple[Listed, ...]


@beside_generation
def _asked(generation: Generation) -> _Asked:
    listed = [one for every in generation.content.questions for one in every.listed for _ in one.asks]
    return _Asked(np.array([one.unsaid is not None for one in listed], dtype=bool), tuple(listed))


def _source(listed: Listed, generation: Generation) -> str:
    """What the source that comes nearest is called."""
    held = (one.source for one in generation.content.sources)
    return next((f"“{one.title}”" for one in held if one.source_id == listed.at[0].source), _UNHELD)
