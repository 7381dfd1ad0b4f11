"""Teaches the encoder's layers to tell the screen's kinds apart.

Needs torch, which whoever only answers never imports.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from retrieval.batches import BATCH, EPOCHS, batches
from retrieval.layers import Embeddings, Layers, network_of, with_changes
from retrieval.learning import half, halves, learnt, numbers, seeded, stepper
from retrieval.tuned import Tuned
from retrieval.weights import EXPECTED

_SCALE = 10.0  # of a vector of unit length, before the classifier
_DROPOUT = 0.1
_WARM_UP = 100  # steps
_RATES = (1e-3, 3e-3)  # of the changes and of the classifier


def tune(folder: Path, examples: Sequence[tuple[str, int]], labels: int) -> Tuned:
    """``examples``: texts, each with the number of its label. Every label counts the same, however many it has; in each
    epoch half are read in another voice, and a quarter beside another, as clauses of one question. Takes minutes."""
    with seeded():
        return _tuned(folder, examples, labels)


def _tuned(folder: Path, examples: Sequence[tuple[str, int]], labels: int) -> Tuned:
    network = network_of(folder)
    embeddings, layers = Embeddings(network), Layers(network)
    changed = with_changes(layers)
    classifier = nn.Linear(network.config.hidden_size, labels)
    nn.init.zeros_(classifier.weight)
    nn.init.zeros_(classifier.bias)
    counts = np.bincount([label for _, label in examples], minlength=labels)
    weights = torch.tensor(len(examples) / labels / np.maximum(counts, 1), dtype=torch.float32)
    groups = zip((learnt(changed), list(classifier.parameters())), _RATES, strict=True)
    step = stepper(groups, _WARM_UP, EPOCHS * math.ceil(len(examples) / BATCH))
    layers.train()
    for batch in batches(folder, examples):
        with numbers():
            tokens = layers(embeddings(batch.ids), batch.mask)
        vectors = functional.dropout(_means(tokens.float()[batch.rows], batch.inside), _DROPOUT)
        losses = functional.cross_entropy(classifier(_SCALE * vectors), batch.labels, reduction="none")
        step((losses * weights[batch.labels]).mean())
    head = torch.vstack([_SCALE * classifier.weight.T, classifier.bias])
    return Tuned(EXPECTED["model.safetensors"], halves(changed), half(head))


def _means(tokens: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    """The mean vector of each row, as the screen takes it: over the word pieces inside, each of unit length."""
    rows = functional.normalize(tokens, dim=-1) * inside[:, :, None]
    return functional.normalize(rows.sum(dim=1), dim=-1)
