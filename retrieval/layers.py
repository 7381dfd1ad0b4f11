"""The encoder in parts, for torch: what comes before its layers, and these layers as published or with changes added
(low-rank adaptation, arxiv.org/abs/2106.09685); and their export to ONNX.

Needs torch, which whoever only answers never imports.
"""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import BertModel

from retrieval.tuned import STATES, TOKENS, Tuned
from retrieval.vectors import Vectors
from retrieval.weights import no_progress_bars

_RANK = 8
_STRENGTH = 2.0  # of a change beside the matrix that it is added to


class Changed(nn.Module):
    """A matrix of the encoder that stays as it is, and what is learnt to be added to it."""

    def __init__(self, matrix: nn.Linear) -> None:
        super().__init__()
        self.matrix = matrix.requires_grad_(False)
        self.narrow = nn.Parameter(torch.randn(_RANK, matrix.in_features) / math.sqrt(matrix.in_features))
        self.wide = nn.Parameter(torch.zeros(matrix.out_features, _RANK))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        change = functional.linear(functional.linear(rows, self.narrow), self.wide)
        return torch.as_tensor(self.matrix(rows) + _STRENGTH * change)


class Embeddings(nn.Module):
    """What a text's pieces are before the encoder's layers."""

    def __init__(self, network: BertModel) -> None:
        super().__init__()
        self.embeddings = network.embeddings.train(False).requires_grad_(False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return torch.as_tensor(self.embeddings(input_ids=ids, token_type_ids=torch.zeros_like(ids)))


class Layers(nn.Module):
    """The encoder's layers, as published, to be changed."""

    def __init__(self, network: BertModel) -> None:
        super().__init__()
        self.layers = copy.deepcopy(network.encoder.layer).requires_grad_(False)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = (1.0 - mask[:, None, None, :].to(states.dtype)) * torch.finfo(states.dtype).min
        for layer in self.layers:
            states = layer(states, hidden)
        return states


@dataclass(frozen=True, slots=True)
class Reader:
    """``tuned``: the layers that were changed for the screen; ``alike``: those that were for likeness."""

    embeddings: Embeddings
    own: Layers
    tuned: Layers
    alike: Layers


def network_of(folder: Path, dropout: float = 0.0) -> BertModel:
    """Eager attention: the fused kernels do not trace with a mask of variable length (and are slow to learn with, on
    short texts). ``dropout``: of what pieces attend to, while learning."""
    no_progress_bars()
    return BertModel.from_pretrained(str(folder), attn_implementation="eager", attention_probs_dropout_prob=dropout)


def reader_of(folder: Path, tuned: Tuned, alike: Tuned) -> Reader:
    """The encoder in ``folder``, and its layers with each of the changes made."""
    network = network_of(folder)
    own, screens, likeness = (Layers(network).eval() for _ in range(3))
    for layers, learnt in ((screens, tuned), (likeness, alike)):
        for name, (narrow, wide) in learnt.changes.items():
            change = torch.from_numpy(wide.astype(np.float32)) @ torch.from_numpy(narrow.astype(np.float32))
            layers.layers.get_parameter(f"{name}.weight").add_(_STRENGTH * change)
    return Reader(Embeddings(network).eval(), own, screens, likeness)


def tokens_of(reader: Reader, layers: Layers, ids: Sequence[int]) -> Vectors:
    """The vectors that the layers give the pieces of one text, its start and end included."""
    row = torch.tensor([ids])
    with torch.no_grad():
        return np.asarray(layers(reader.embeddings(row), torch.ones_like(row))[0].numpy())


def with_changes(layers: Layers) -> dict[str, Changed]:
    """Every matrix of the layers with a change to it, by name."""
    matrices = [(name, part) for name, part in layers.layers.named_modules() if isinstance(part, nn.Linear)]
    changed = {name: Changed(matrix) for name, matrix in matrices}
    for name, one in changed.items():
        above, _, last = name.rpartition(".")
        setattr(layers.layers.get_submodule(above), last, one)
    return changed


def export_reader(reader: Reader, files: Sequence[Path]) -> None:
    """Write four ONNX files: the embeddings, and the layers as published, for the screen and for likeness."""
    ids = torch.tensor([[101, 2048, 2616, 102, 0], [101, 2062, 2084, 2048, 102]])
    mask = (ids > 0).long()
    embeddings, *every = files
    _export(reader.embeddings, (ids,), embeddings, ["input_ids"], STATES)
    with torch.no_grad():
        states = reader.embeddings(ids)
    for layers, file in zip((reader.own, reader.tuned, reader.alike), every, strict=True):
        _export(layers, (states, mask), file, [STATES, "attention_mask"], TOKENS)


def _export(network: nn.Module, inputs: tuple[torch.Tensor, ...], target: Path, takes: list[str], gives: str) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            inputs,
            str(target),
            input_names=takes,
            output_names=[gives],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in (*takes, gives)},
            opset_version=17,
            dynamo=False,
        )
