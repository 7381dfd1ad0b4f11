"""Questions that ask the same are told by layers of the encoder that were taught it, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.likeness import drawn, right
from retrieval.alike import learn_alike
from retrieval.encode import Encoder, open_encoder
from retrieval.pairs import Lessons
from retrieval.sealed import LAYOUT
from retrieval.tuned import ALIKE, load_tuned, save_tuned
from retrieval.vectors import Vectors
from retrieval.weights import EXPECTED, file_digest, shipped_weights

ASKED = ("How do trusts hire neighbours?", "", "jobs " * 300)
THREES = (
    (
        "How do we get our board to back this?",
        "persuading directors that it matters",
        "How does our board get paid for this?",
    ),
    (
        "What did it cost to train local people?",
        "price of the courses for residents",
        "What did local people learn in training?",
    ),
    ("Which suppliers are local?", "firms nearby that we buy from", "Which suppliers are cheap?"),
    (
        "Who measures whether staff are better off?",
        "tracking the gains for employees",
        "Who measures whether buildings are better?",
    ),
    (
        "How can we spend more in our own town?",
        "keeping the hospital's money nearby",
        "How can we spend less in our own town?",
    ),
    (
        "What stops trusts from offering land?",
        "hurdles to letting others build on the site",
        "What do trusts earn from land?",
    ),
    (
        "Where are young people offered placements?",
        "work experience for school leavers",
        "Where are old people offered places?",
    ),
    ("How was green space opened up?", "gardens and woods made public", "How was the new wing opened?"),
)
WISHES = {
    "grain": ("Who mills the barley?", "the barley, whose mill is it ground in"),
    "boats": ("Where are the punts tied up?", "moorings for flat boats"),
    "bells": ("When was the tenor recast?", "what year did the big bell go to the foundry"),
    "wool": ("Which fleece is the softest?", "the gentlest wool to wear"),
    "glass": ("What is the east window made of?", "material of the pane behind the altar"),
    "salt": ("How was brine boiled down?", "getting the salt out of the water"),
    "bees": ("Why were the skeps moved?", "reason the hives went elsewhere"),
    "rope": ("How long was the walk for making rope?", "length of the cordage shed"),
}


def test_what_is_shipped_is_small_and_the_index_knows_of_it() -> None:
    """Whoever learns it anew raises the layout, or vectors of both kinds would be compared."""
    learnt = load_tuned(ALIKE)
    assert ALIKE.stat().st_size < 1_000_000
    assert learnt.encoder == EXPECTED["model.safetensors"]
    assert learnt.classifier.shape == (385, 0)
    assert len(learnt.changes) == 6 * 6
    assert (LAYOUT, file_digest(ALIKE)[:8]) == (8, "c2150a93")


def test_one_question_and_many_are_read_the_same(encoder: Encoder) -> None:
    many = encoder.encode_alike(ASKED)
    one = np.stack([encoder.encode_question(text).alike for text in ASKED])
    assert (many * one).sum(axis=1).min() > 0.9999
    assert np.allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)
    assert float(many[0] @ encoder.encode_question(ASKED[0]).vector) < 0.99


def test_another_wording_is_nearer_than_another_question(encoder: Encoder) -> None:
    """Of questions that nobody listed, each beside one that shares its words and asks something else."""
    told = {
        read: sum(nearer(read(list(three))) for three in THREES)
        for read in (encoder.encode_alike, encoder.encode_questions)
    }
    assert told[encoder.encode_alike] > told[encoder.encode_questions]


def nearer(vectors: Vectors) -> bool:
    asked, again, other = vectors
    return bool(asked @ again > asked @ other)


def lessons(encoder: Encoder) -> Lessons:
    """Two wordings of each wish, each wish answered by the vector of its name; all of it twenty times over."""
    texts = [text for pair in WISHES.values() for text in pair] * 20
    wishes = np.array([wish for wish in range(len(WISHES)) for _ in range(2)] * 20)
    return Lessons(texts, wishes, [[wish] for wish in wishes], encoder.encode_passages(list(WISHES)))


@pytest.mark.slow
def test_what_asks_the_same_is_drawn_together_always_alike(encoder: Encoder, tmp_path: Path) -> None:
    taught = lessons(encoder)
    path = tmp_path / ALIKE.name
    save_tuned(learn_alike(shipped_weights(), taught), path)
    again = learn_alike(shipped_weights(), taught)
    kept = load_tuned(path)
    assert all(np.array_equal(half, other) for name, pair in kept.changes.items()
               for half, other in zip(pair, again.changes[name], strict=True))  # fmt: skip
    learnt = open_encoder(None, tmp_path, alike=path)
    assert np.allclose(learnt.encode_passages(ASKED), encoder.encode_passages(ASKED), atol=1e-5)
    asked = taught.texts[: 2 * len(WISHES)]
    before, after = (margin(one, taught) for one in (encoder.encode_passages(asked), learnt.encode_alike(asked)))
    assert after > before


def margin(vectors: Vectors, taught: Lessons) -> float:
    """How much nearer a question is to the other wording of its wish, and to the answer, than to those of others."""
    own, other = vectors[::2], vectors[1::2]
    found = 0.0
    for near in (own @ other.T, own @ taught.sentences.T):
        found += float(np.diag(near).mean() - near[~np.eye(len(near), dtype=bool)].mean())
    return found


def test_what_is_held_out_is_judged_by_the_others_alone() -> None:
    """Three wishes with two answers; of the held out one, one question is beside its answer's other question."""
    sentences = np.eye(3, dtype=np.float32)
    every = Lessons(list("abcdef"), np.array([0, 0, 1, 1, 2, 2]), [[0], [0], [0], [0], [1], [1]], sentences)
    vectors = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0], [0.9, 0.1, 0], [0, 1, 0], [0, 0.9, 0.1]], dtype=np.float32)
    assert right(vectors, every, frozenset({0})) == (0.5, 1.0, 0.5, 1.0)
    rest = every.without(frozenset({0}))
    assert (rest.texts, rest.wishes.tolist(), list(rest.places)) == (list("cdef"), [1, 1, 2, 2], [[0], [0], [1], [1]])
    assert drawn(every, 400) == drawn(every, 400) and len(drawn(every, 400)) == 1
