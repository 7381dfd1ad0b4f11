"""Passages with vectors that were never text: what a vector index must do does not depend on what they say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corpus.types import Passage, Source
from retrieval.vectors import Vectors, unit_length

SOURCES = ("alpha", "beta-report", "größe-äöü", "$or", "it's; --", "安克雷奇")
PROGRAMMES = (None, "apprentices", "$and", "warm homes", None)
PILLARS = ("work", "housing", "buying")
PLACES = ("Northtown", 'O\'Neill "quoted", {braced}', "Ünïtown", "%_")
DIMENSION = 384
TWINS = range(20, 26)  # passages with the same vector


@dataclass(frozen=True)
class Made:
    passages: tuple[Passage, ...]
    vectors: Vectors

    @cached_property
    def ids(self) -> list[str]:
        return [passage.passage_id for passage in self.passages]


def made(count: int, seed: int = 7) -> Made:
    """Sources, programmes and facets come round at different paces, so that every combination occurs."""
    noise = np.random.default_rng(seed)
    vectors = unit_length(noise.standard_normal((count, DIMENSION), dtype=np.float32))
    vectors[[row for row in TWINS if row < count]] = vectors[min(TWINS[0], count - 1)] if count else 0
    return Made(tuple(_passage(row) for row in range(count)), vectors)


def _passage(row: int) -> Passage:
    source = SOURCES[row % len(SOURCES)]
    facets = {f"pillar:{PILLARS[row % len(PILLARS)]}", f"place:{PLACES[row // 3 % len(PLACES)]}"}
    if row % 10 == 0:
        facets |= {"pillar:work", "pillar:housing"}
    return Passage(
        passage_id=f"{source}#{row:04d}",
        source=Source(source, source.title(), "Anchorline tests"),
        ordinal=row,
        heading_path=(),
        page=None,
        text="",
        sentences=(),
        programme_id=PROGRAMMES[row % len(PROGRAMMES)],
        facets=tuple(sorted(facets)),
    )
