"""Teaches the encoder's layers to tell what a question asks: two that are answered in the same place come near one
another, and near the sentences that answer them, away from the others of a batch (InfoNCE, arxiv.org/abs/1807.03748).

The sentences' vectors stay as they are, so that only questions are read by what is learnt here. Needs torch, which
whoever only answers never imports.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import csr_matrix
from torch.nn import functional

from retrieval.layers import Embeddings, Layers, network_of, with_changes
from retrieval.learning import halves, ids_and_mask, learnt, numbers, pieces_of, seeded, stepper
from retrieval.pairs import BATCH, EPOCHS, Lessons, Rows, pairs_of
from retrieval.tuned import Tuned
from retrieval.weights import EXPECTED

_RATE, _WARM_UP = 1e-3, 50
_DROPOUT = 0.1  # of what pieces attend to
_SHARPNESS = 20.0  # of a cosine
_SENTENCES = 0.5  # of the loss, beside that between questions
_LONGEST = 64  # word pieces
_FAR = -1e4


def learn_alike(folder: Path, lessons: Lessons) -> Tuned:
    """Takes half an hour for fifteen thousand questions."""
    with seeded():
        return _learnt(folder, lessons)


def _learnt(folder: Path, lessons: Lessons) -> Tuned:
    network = network_of(folder, _DROPOUT)
    embeddings, layers = Embeddings(network), Layers(network)
    changed = with_changes(layers)
    pieces = pieces_of(folder, _LONGEST)
    step = stepper([(learnt(changed), _RATE)], _WARM_UP, EPOCHS * math.ceil(len(lessons.texts) / BATCH))
    answers, chance = lessons.answers(), random.Random(0)  # noqa: S311
    layers.train()
    for pairs in pairs_of(lessons, chance):
        ids, mask = ids_and_mask(pieces.encode_batch([lessons.texts[at] for at in pairs.T.ravel().tolist()]))
        with numbers():
            tokens = layers(embeddings(ids), mask)
        inside = mask[:, :, None].float()
        vectors = functional.normalize((tokens.float() * inside).sum(dim=1) / inside.sum(dim=1), dim=-1)
        step(_loss(vectors, pairs, lessons, answers, chance))
    return Tuned(
        EXPECTED["model.safetensors"], halves(changed), np.zeros((network.config.hidden_size + 1, 0), np.float16)
    )


def _loss(
    vectors: torch.Tensor, pairs: Rows, lessons: Lessons, answers: csr_matrix, chance: random.Random
) -> torch.Tensor:
    """``vectors``: the first questions', then the second ones'."""
    first, second = pairs.T
    mine, others = vectors[: len(first)], vectors[len(first) :]
    same = (answers[first] @ answers[second].T).toarray() > 0
    same |= lessons.wishes[first][:, None] == lessons.wishes[second]
    told = _contrast(mine @ others.T, same)
    answered = [at for at, row in enumerate(first.tolist()) if lessons.places[row]]
    if not answered:
        return told
    rows = [chance.choice(lessons.places[first[at]]) for at in answered]
    near = vectors[answered] @ torch.from_numpy(lessons.sentences[rows]).T
    return told + _SENTENCES * _contrast(near, answers[first[answered]][:, rows].toarray() > 0, both_ways=False)


def _contrast(cosines: torch.Tensor, same: npt.NDArray[np.bool_], both_ways: bool = True) -> torch.Tensor:
    """How badly each row's own column is told from the others; ``same``: which are no others, though not its own."""
    own = torch.arange(len(cosines))
    left_out = torch.from_numpy(same & ~np.eye(len(same), dtype=bool))
    scores = (_SHARPNESS * cosines).masked_fill(left_out, _FAR)
    ways = (scores, scores.T) if both_ways else (scores,)
    return torch.stack([functional.cross_entropy(one, own) for one in ways]).mean()
