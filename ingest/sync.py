"""What a new generation holds: the old one's content, with what was read again in place of what it replaces.

Passages whose embedded text is unchanged keep their vectors, so a second ingest encodes nothing. A source is replaced
only by a reading of itself: nothing that failed to be read, and nothing that was not looked at, is ever dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.types import Passage
from retrieval.encode import Encoder, Vectors
from retrieval.generation import Content, SentenceVectors, StoredSource

Progress = Callable[[int, int], None]  # passages just encoded, passages to encode in all

_BATCH = 256  # passages between two steps of the progress bar


@dataclass(frozen=True, slots=True)
class Reading:
    """One source as it was just read."""

    stored: StoredSource
    passages: tuple[Passage, ...]


def empty_content(dimension: int) -> Content:
    return Content((), (), np.zeros((0, dimension), np.float32), np.zeros((0, dimension), np.float16))


def readings_of(content: Content) -> tuple[Reading, ...]:
    """The sources of a generation as they were read."""
    passages: dict[str, list[Passage]] = {}
    for passage in content.passages:
        passages.setdefault(passage.source.source_id, []).append(passage)
    return tuple(Reading(s, tuple(passages.get(s.source.source_id, ()))) for s in content.sources)


def merged(old: Iterable[Reading], readings: Iterable[Reading], dropped: Iterable[str]) -> tuple[Reading, ...]:
    """Every source of the next generation, by id: the new readings, and of the old ones all that stay."""
    held = {reading.stored.source.source_id: reading for reading in (*old, *readings)}
    leaving = set(dropped) - {reading.stored.source.source_id for reading in readings}
    return tuple(held[source_id] for source_id in sorted(held.keys() - leaving))


def encoded(
    readings: Sequence[Reading], old: Content | None, encoder: Encoder, progress: Progress
) -> tuple[Content, int]:
    """The next generation's content, and how many passages had to be encoded. ``old`` is None when its vectors are
    another encoder's."""
    passages = tuple(passage for reading in readings for passage in reading.passages)
    known = _known_vectors(old) if old else {}
    keys = [_key(passage) for passage in passages]
    new = [row for row, key in enumerate(keys) if key not in known]
    vectors = np.zeros((len(passages), encoder.dimension), np.float32)
    sentences: list[SentenceVectors] = [np.zeros((0, encoder.dimension), np.float16)] * len(passages)
    for start in range(0, len(new), _BATCH):
        rows = new[start : start + _BATCH]
        found, parts = _encode([passages[row] for row in rows], encoder)
        vectors[rows] = found
        for row, part in zip(rows, parts, strict=True):
            sentences[row] = part
        progress(len(rows), len(new))
    for row, key in enumerate(keys):
        if key in known:
            vectors[row], sentences[row] = known[key]
    together = np.concatenate([*sentences, np.zeros((0, encoder.dimension), np.float16)])
    return Content(tuple(reading.stored for reading in readings), passages, vectors, together), len(new)


def same(one: Content, other: Content) -> bool:
    """Whether a reader would be shown the same from both."""
    return one.sources == other.sources and one.passages == other.passages


def _encode(passages: Sequence[Passage], encoder: Encoder) -> tuple[Vectors, list[SentenceVectors]]:
    spans = [passage.embedding_spans for passage in passages]
    vectors, sentences = encoder.encode_with_sentences([passage.embedding_text for passage in passages], spans)
    cuts = np.cumsum([len(places) for places in spans])[:-1]
    return vectors, [part.astype(np.float16) for part in np.split(sentences, cuts)]


def _known_vectors(old: Content) -> dict[bytes, tuple[Vectors, SentenceVectors]]:
    ends = np.cumsum([len(passage.sentences) for passage in old.passages])
    return {
        _key(passage): (old.vectors[row], old.sentence_vectors[ends[row] - len(passage.sentences) : ends[row]])
        for row, passage in enumerate(old.passages)
    }


def _key(passage: Passage) -> bytes:
    """What the encoder is given, hashed."""
    return hashlib.sha256(repr((passage.embedding_text, passage.embedding_spans)).encode()).digest()
