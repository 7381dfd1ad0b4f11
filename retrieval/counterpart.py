"""A brief's statement to the sentence of the published source that it was learnt from.

Our briefs say in plain words what a source says in its own, so they find what a question asks in words that the source
never uses. Where the source itself is held, its sentence is what gets quoted; the brief only led there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.types import Basis, BlockKind, Passage
from retrieval.encode import Vectors
from retrieval.generation import Generation
from retrieval.words import stems

# Between a statement and its source's sentence, both read in context. Fitted on the facts of corpus/programmes whose id
# has an even hash, see evals/NOTES.md.
_ALIKE = 0.8
_WORDS = 0.5
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")


@dataclass(frozen=True, slots=True)
class _Wanted:
    vector: Vectors
    stems: frozenset[str]
    figures: frozenset[str]


def counterpart(passage: Passage, sentence: int, vector: Vectors, generation: Generation) -> tuple[Passage, int] | None:
    """The passage and sentence of the held source that say what a brief's sentence says; None where none surely does.

    ``vector`` is the brief's sentence vector. A figure in the brief must stand in the source's sentence.
    """
    if passage.source.basis is not Basis.BRIEF or not passage.originals:
        return None
    if passage.sentences[sentence].kind is BlockKind.CONTACT:
        return None  # the brief names a role where the source may name a person
    source_id, *headings = passage.originals[sentence].split(" › ")
    wanted = _Wanted(vector, frozenset(stems(passage.quote(sentence))), frozenset(_figures(passage.quote(sentence))))
    rows = [row for row in _rows(generation, source_id) if under(generation.content.passages[row].heading_path, headings)]
    found = [one for row in rows for one in _rated(generation, row, wanted)]
    best = max(found, key=lambda one: one[0], default=None)
    return (best[1], best[2]) if best and best[0] >= _ALIKE else None


def _rated(generation: Generation, row: int, wanted: _Wanted) -> Iterator[tuple[float, Passage, int]]:
    """The sentences of one passage that hold the figures wanted, with how alike they are: cosine, and a share of words."""
    held, start = generation.content.passages[row], generation.first_sentence[row]
    vectors = generation.content.sentence_vectors[start : start + len(held.sentences)].astype(np.float32)
    for place, cosine in enumerate(vectors @ wanted.vector):
        text = held.quote(place)
        if held.sentences[place].kind is BlockKind.HEADER or not wanted.figures <= set(_figures(text)):
            continue
        shared = len(wanted.stems & set(stems(text))) / (len(wanted.stems) or 1)
        yield float(cosine) + _WORDS * shared, held, place


def _figures(text: str) -> list[str]:
    return _FIGURE.findall(text)


def under(heading_path: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether the headings occur in this order in a heading path; each may be cut short. Case and marks do not count."""
    path = iter(_plain(heading) for heading in heading_path)
    return all(any(_starts(there, _plain(wanted)) for there in path) for wanted in headings)


def _starts(there: str, wanted: str) -> bool:
    return there == wanted or there.startswith(f"{wanted} ")


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"[\w&]+", heading.casefold().replace("’", "'")))


def _rows(generation: Generation, source_id: str) -> range:
    """A source's passages stand together, numbered from 0."""
    first = generation.place.get(f"{source_id}#0000")
    if first is None:
        return range(0)
    end = first
    while end < len(generation.content.passages) and generation.content.passages[end].source.source_id == source_id:
        end += 1
    return range(first, end)
