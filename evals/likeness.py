"""How well a question's likeness tells what it asks: of listed questions, held out with all their wordings, whether the
nearest other one is answered in the same place; and ``python -m evals likeness --fit``, which learns it anew.
"""

from __future__ import annotations

import argparse
import math
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from corpus.errors import AnchorlineError
from evals.tables import table
from retrieval.asked import texts_of
from retrieval.encode import Encoder, open_encoder
from retrieval.generation import Generation, current_folder, open_generation
from retrieval.pairs import Lessons
from retrieval.tuned import ALIKE, save_tuned
from retrieval.vectors import Vectors
from retrieval.weights import DEFAULT_ENCODER, shipped_weights

_HELD_OUT = 400  # wishes


def lessons_of(generation: Generation) -> Lessons:
    """Every listed question of an index."""
    questions = generation.content.questions
    wishes = [at for at, one in enumerate(one for every in questions for one in every.listed) for _ in one.asks]
    places: list[list[int]] = [[] for _ in wishes]
    for at, row, sentence in generation.asked.places.tolist():
        places[at].append(generation.first_sentence[row] + sentence)
    sentences = generation.content.sentence_vectors.astype(np.float32)
    return Lessons(texts_of(questions), np.array(wishes), places, sentences)


def drawn(lessons: Lessons, wishes: int) -> frozenset[int]:
    """So many wishes that are answered, at most a quarter, always the same."""
    answered = np.unique([wish for wish, places in zip(lessons.wishes.tolist(), lessons.places, strict=True) if places])
    return frozenset(
        np.random.default_rng(0).choice(answered, min(wishes, math.ceil(len(answered) / 4)), replace=False).tolist()
    )


def right(vectors: Vectors, lessons: Lessons, held: frozenset[int]) -> tuple[float, float, float, float]:
    """Shares of the held out questions: whose nearest question of the others, and one of whose five nearest, is
    answered in one of its places; and the same of the nearest sentences. ``vectors``: a row a question."""
    mine = np.isin(lessons.wishes, list(held))
    answers = lessons.answers()
    others = ~mine & (np.diff(answers.indptr) > 0)
    same = (answers[mine] @ answers[others].T).toarray() > 0
    found = []
    for near, right in (
        (vectors[mine] @ vectors[others].T, same),
        (vectors[mine] @ lessons.sentences.T, answers[mine].toarray() > 0),
    ):
        nearest = np.take_along_axis(right, np.argsort(-near, axis=1)[:, :5], axis=1)
        found += [float(nearest[:, 0].mean()), float(nearest.any(axis=1).mean())]
    return found[0], found[1], found[2], found[3]


def held_out(lessons: Lessons, encoder: Encoder, wishes: int = _HELD_OUT) -> str:
    """A table: as the encoder was published, and as it learns from the other wishes."""
    held = drawn(lessons, wishes)
    rows = [("as published", *right(encoder.encode_questions(lessons.texts), lessons, held))]
    with TemporaryDirectory() as folder:
        path = Path(folder) / ALIKE.name
        _learn(lessons.without(held), path)
        taught = open_encoder(None, Path(folder), alike=path)
        rows.append(("learnt", *right(taught.encode_alike(lessons.texts), lessons, held)))
    shares = [(name, *(f"{share:.3f}" for share in found)) for name, *found in rows]
    return table(("", "question", "of five", "sentence", "of five"), shares)


def _learn(lessons: Lessons, path: Path) -> None:
    from retrieval.alike import learn_alike  # which needs torch

    save_tuned(learn_alike(shipped_weights(), lessons), path)


def likeness(chosen: argparse.Namespace) -> int:
    encoder = open_encoder(chosen.encoder, chosen.encoders or chosen.index / "encoders")
    if encoder.name != DEFAULT_ENCODER:
        raise AnchorlineError(f"{encoder.name}: only {DEFAULT_ENCODER} learns likeness; leave --encoder out")
    with closing(open_generation(current_folder(chosen.index), encoder)) as generation:
        lessons = lessons_of(generation)
    if not any(lessons.places):
        raise AnchorlineError(
            f"{chosen.index}: lists no question that is answered; ingest a corpus with questions/ first"
        )
    if chosen.fit:
        _learn(lessons, ALIKE)
        print(f"{ALIKE}: learnt from {len(lessons.texts)} questions; raise LAYOUT in retrieval/generation.py")
    else:
        print(held_out(lessons, encoder))
    return 0
