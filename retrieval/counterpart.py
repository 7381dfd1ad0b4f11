"""A brief's statement to the sentence of the published source that it was learnt from.

Our briefs say in plain words what a source says in its own, so they find what a question asks in words that the source
never uses. Where the source itself is held, its sentence is what gets ranked and quoted; the brief only leads there.
Worked out once, when a generation is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.records import original_parts
from corpus.types import Basis, BlockKind, Passage
from retrieval.vectors import Vectors
from retrieval.words import figures, stems

Links = npt.NDArray[np.int32]  # a row a sentence: the counterpart's passage row and sentence place, or -1 and -1

# Cosine of the two sentences in context, plus half the share of the statement's words that the other holds. Of the
# facts whose figure can be checked, 98 % lead to a sentence that holds it as printed (evals/NOTES.md).
_ALIKE = 0.8
_WORDS = 0.5


@dataclass(frozen=True, slots=True)
class _Held:
    """A published source's passage on the way to being somebody's counterpart."""

    row: int
    passage: Passage
    vectors: Vectors
    stems: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    vector: Vectors
    stems: frozenset[str]
    figures: frozenset[str]


def counterparts(passages: Sequence[Passage], sentence_vectors: npt.NDArray[np.float16]) -> Links:
    """For every sentence, in the order of ``sentence_vectors``, where the held source says the same; -1 where none
    surely does, and for a source's own sentences. A figure in the brief must stand in the source's sentence."""
    starts = np.cumsum([0, *(len(passage.sentences) for passage in passages)])
    vectors = sentence_vectors.astype(np.float32)
    links = np.full((int(starts[-1]), 2), -1, dtype=np.int32)
    held = _held_sources(passages, vectors, starts)
    for row, passage in enumerate(passages):
        if passage.source.basis is not Basis.BRIEF or not passage.originals:
            continue
        for place in range(len(passage.sentences)):
            at = int(starts[row]) + place
            if found := _counterpart(passage, place, vectors[at], held):
                links[at] = found
    return links


def under(heading_path: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether headings occur in this order in a heading path; each may be cut short. Case and marks do not matter."""
    path = iter(_plain(heading) for heading in heading_path)
    return all(any(_starts(there, _plain(wanted)) for there in path) for wanted in headings)


def _counterpart(
    passage: Passage, place: int, vector: Vectors, held: Mapping[str, list[_Held]]
) -> tuple[int, int] | None:
    if passage.sentences[place].kind is BlockKind.CONTACT:
        return None  # the brief names a role where the source may name a person
    source_id, headings = original_parts(passage.originals[place])
    text = passage.quote(place)
    wanted = _Wanted(vector, frozenset(stems(text)), figures(text))
    there = (one for one in held.get(source_id, ()) if under(one.passage.heading_path, headings))
    best = max((rated for one in there for rated in _rated(one, wanted)), default=None)
    return (best[1], best[2]) if best and best[0] >= _ALIKE else None


def _rated(held: _Held, wanted: _Wanted) -> Iterator[tuple[float, int, int]]:
    """The sentences of one passage that hold the figures wanted, with how alike they are."""
    for place, cosine in enumerate(held.vectors @ wanted.vector):
        header = held.passage.sentences[place].kind is BlockKind.HEADER
        if not header and wanted.figures <= figures(held.passage.quote(place)):
            shared = len(wanted.stems & held.stems[place]) / (len(wanted.stems) or 1)
            yield float(cosine) + _WORDS * shared, held.row, place


def _held_sources(
    passages: Sequence[Passage], vectors: Vectors, starts: npt.NDArray[np.int64]
) -> dict[str, list[_Held]]:
    found: dict[str, list[_Held]] = {}
    for row, passage in enumerate(passages):
        if passage.source.basis is Basis.SOURCE:
            quotes = (passage.quote(place) for place in range(len(passage.sentences)))
            one = _Held(
                row, passage, vectors[starts[row] : starts[row + 1]], tuple(frozenset(stems(q)) for q in quotes)
            )
            found.setdefault(passage.source.source_id, []).append(one)
    return found


def _starts(there: str, wanted: str) -> bool:
    return there == wanted or there.startswith(f"{wanted} ")


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"[\w&]+", heading.casefold().replace("’", "'")))
