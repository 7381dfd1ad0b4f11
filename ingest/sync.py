"""What a new generation holds: the old one's content, with what was read again in place of what it replaces.

Passages whose embedded text is unchanged keep their vectors, so a second ingest encodes nothing. A source is replaced
only by a reading of itself: nothing that failed to be read, and nothing that was not looked at, is ever dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.entries import QuestionList
from corpus.types import Passage
from retrieval.asked import texts_of
from retrieval.encode import Encoder
from retrieval.generation import Content, SentenceVectors, StoredSource
from retrieval.tokens import SAMPLE, PassageTokens, TokenSpace, fit_space, joined, parts_of, small
from retrieval.vectors import Vectors

Progress = Callable[[int, int], None]  # passages just encoded, passages to encode in all

_BATCH = SAMPLE  # passages between two steps of the progress bar, and on which a token space is fitted


@dataclass(frozen=True, slots=True)
class Reading:
    """One source as it was just read."""

    stored: StoredSource
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """What the encoder made of one passage."""

    vector: Vectors
    sentences: SentenceVectors
    tokens: PassageTokens


def empty_content(dimension: int) -> Content:
    none = np.zeros((0, dimension), np.float32)
    return Content((), (), none, none.astype(np.float16), joined((), fit_space((), dimension)), (), none)


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
    """The next generation's content, but for questions, and how many passages had to be encoded. ``old`` is None when
    its vectors are another encoder's."""
    passages = tuple(passage for reading in readings for passage in reading.passages)
    usable = old is not None and _fits(old, len(passages))
    known = _known_parts(old) if old and usable else {}
    keys = [_key(passage) for passage in passages]
    # In the order of their hashes, so that the first ones, on which the token space is fitted, are a fair sample.
    new = sorted((row for row, key in enumerate(keys) if key not in known), key=lambda row: keys[row])
    space = old.tokens.space if old and usable else None
    for start in range(0, len(new), _BATCH):
        rows = new[start : start + _BATCH]
        space, parts = _encode([passages[row] for row in rows], encoder, space)
        known.update(zip((keys[row] for row in rows), parts, strict=True))
        progress(len(rows), len(new))
    stored = tuple(reading.stored for reading in readings)
    return _together(stored, passages, [known[key] for key in keys], space, encoder.dimension), len(new)


def with_questions(
    content: Content, questions: tuple[QuestionList, ...], old: Content | None, encoder: Encoder
) -> Content:
    """The same content with these questions. One that ``old`` has keeps its vector."""
    texts = texts_of(questions)
    known = dict(zip(texts_of(old.questions), old.question_vectors, strict=True)) if old else {}
    new = [text for text in dict.fromkeys(texts) if text not in known]
    known.update(zip(new, encoder.encode_alike(new), strict=True))
    none = np.zeros((0, encoder.dimension), np.float32)
    vectors = np.concatenate([none, *(known[text][None] for text in texts)])
    return replace(content, questions=questions, question_vectors=vectors)


def _together(
    stored: tuple[StoredSource, ...],
    passages: tuple[Passage, ...],
    parts: Sequence[_Part],
    space: TokenSpace | None,
    dimension: int,
) -> Content:
    none = np.zeros((0, dimension), np.float32)
    return Content(
        stored,
        passages,
        np.stack([part.vector for part in parts]) if parts else none,
        np.concatenate([*(part.sentences for part in parts), none.astype(np.float16)]),
        joined([part.tokens for part in parts], space or fit_space((), dimension)),
        (),
        none,
    )


def _fits(old: Content, passages: int) -> bool:
    """Whether the old token vectors are there, and their space was fitted on enough to hold this many passages."""
    there = len(old.tokens.starts) == len(old.passages) + 1
    return there and (old.tokens.space.sample >= SAMPLE or 4 * old.tokens.space.sample >= passages)


def _encode(passages: Sequence[Passage], encoder: Encoder, space: TokenSpace | None) -> tuple[TokenSpace, list[_Part]]:
    """The parts of each passage. The token space is fitted on these if there is none yet."""
    spans = [passage.embedding_spans for passage in passages]
    found = encoder.encode_documents([passage.embedding_text for passage in passages], spans)
    space = space or fit_space(found.tokens, encoder.dimension)
    cuts = np.cumsum([len(places) for places in spans])[:-1]
    sentences = np.split(found.sentences.astype(np.float16), cuts)
    tokens = [small(text, places, space) for text, places in zip(found.tokens, spans, strict=True)]
    return space, [_Part(*one) for one in zip(found.passages, sentences, tokens, strict=True)]


def _known_parts(old: Content) -> dict[bytes, _Part]:
    ends = np.cumsum([len(passage.sentences) for passage in old.passages])
    tokens = parts_of(old.tokens, old.passages)
    return {
        _key(passage): _Part(
            old.vectors[row],
            old.sentence_vectors[ends[row] - len(passage.sentences) : ends[row]],
            tokens[row],
        )
        for row, passage in enumerate(old.passages)
    }


def _key(passage: Passage) -> bytes:
    """What the encoder is given, hashed."""
    return hashlib.sha256(repr((passage.embedding_text, passage.embedding_spans)).encode()).digest()
