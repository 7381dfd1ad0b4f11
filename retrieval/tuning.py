"""Teaches the encoder's layers to tell the screen's kinds apart (low-rank adaptation, arxiv.org/abs/2106.09685),
and puts the changed layers beside the encoder's own.

Needs torch, which whoever only answers never imports. On one thread and with one seed the same examples give the same
changes on the same machine.
"""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import BertModel

from retrieval.batches import BATCH, EPOCHS, batches
from retrieval.tuned import FIRST, STATES, TOKENS, Halves, Tuned
from retrieval.vectors import Vectors, unit_length
from retrieval.weights import EXPECTED, no_progress_bars

_RANK = 8
_STRENGTH = 2.0  # of a change beside the matrix that it is added to
_SCALE = 10.0  # of a vector of unit length, before the classifier
_DROPOUT = 0.1
_WARM_UP = 100  # steps
_LEAST_RATE = 0.02  # of the highest
_RATES = {"changes": 1e-3, "classifier": 3e-3}


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


class Own(nn.Module):
    """The encoder as published. The exporter passes inputs by place, the transformer takes them by name."""

    def __init__(self, network: BertModel) -> None:
        super().__init__()
        self.network = network.train(False).requires_grad_(False)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Every token's vector, and its state before the layers that are changed."""
        read = self.network(input_ids=ids, attention_mask=mask, token_type_ids=types, output_hidden_states=True)
        return torch.as_tensor(read.last_hidden_state), torch.as_tensor(read.hidden_states[FIRST])


class Further(nn.Module):
    """The encoder's layers from ``FIRST`` on once more, to be changed."""

    def __init__(self, network: BertModel) -> None:
        super().__init__()
        self.layers = copy.deepcopy(network.encoder.layer[FIRST:]).requires_grad_(False)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = (1.0 - mask[:, None, None, :].to(states.dtype)) * torch.finfo(states.dtype).min
        for layer in self.layers:
            states = layer(states, hidden)
        return states


@dataclass(frozen=True, slots=True)
class Reader:
    own: Own
    further: Further


def reader_of(folder: Path, tuned: Tuned) -> Reader:
    """The encoder in ``folder``, and its layers with the changes made. Eager attention: the fused kernels do not
    trace with a mask of variable length (and are slow to learn with, on short texts)."""
    no_progress_bars()
    network = BertModel.from_pretrained(str(folder), attn_implementation="eager")
    further = Further(network).eval()
    with torch.no_grad():
        for name, (narrow, wide) in tuned.changes.items():
            change = torch.from_numpy(wide.astype(np.float32)) @ torch.from_numpy(narrow.astype(np.float32))
            further.layers.get_parameter(f"{name}.weight").add_(_STRENGTH * change)
    return Reader(Own(network), further)


def tuned_tokens(reader: Reader, ids: Sequence[int]) -> Vectors:
    """The vectors that the changed layers give the pieces of one text, of unit length, without its start and end."""
    row = torch.tensor([ids])
    mask = torch.ones_like(row)
    with torch.no_grad():
        return unit_length(reader.further(reader.own(row, mask, torch.zeros_like(row))[1], mask)[0, 1:-1].numpy())


def export_reader(reader: Reader, own: Path, further: Path) -> None:
    """Write two ONNX files: the encoder, which gives every token's vector and its state before the changed layers, and
    those layers, which read on from such states."""
    ids = torch.tensor([[101, 2048, 2616, 102, 0], [101, 2062, 2084, 2048, 102]])
    mask = (ids > 0).long()
    inputs = (ids, mask, torch.zeros_like(ids))
    _export(reader.own.eval(), inputs, own, ["input_ids", "attention_mask", "token_type_ids"], [TOKENS, STATES])
    with torch.no_grad():
        states = reader.own(*inputs)[1]
    _export(reader.further.eval(), (states, mask), further, [STATES, "attention_mask"], [TOKENS])


def _export(
    network: nn.Module, inputs: tuple[torch.Tensor, ...], target: Path, takes: list[str], gives: list[str]
) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            inputs,
            str(target),
            input_names=takes,
            output_names=gives,
            dynamic_axes={name: {0: "batch", 1: "length"} for name in (*takes, *gives)},
            opset_version=17,
            dynamo=False,
        )


def tune(folder: Path, examples: Sequence[tuple[str, int]], labels: int) -> Tuned:
    """``examples``: texts, each with the number of its label. Every label counts the same, however many it has; in each
    epoch half are read in another voice, and a quarter beside another, as clauses of one question. Takes minutes."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the sums of several threads are added in no fixed order
    try:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return _tuned(folder, examples, labels)
    finally:
        torch.set_num_threads(threads)


def _tuned(folder: Path, examples: Sequence[tuple[str, int]], labels: int) -> Tuned:
    no_progress_bars()
    network = BertModel.from_pretrained(str(folder), attn_implementation="eager", attention_probs_dropout_prob=0.0)
    further = Further(network)
    changed = _with_changes(further)
    network.requires_grad_(False).train(False)
    network.encoder.layer = network.encoder.layer[:FIRST]
    classifier = nn.Linear(network.config.hidden_size, labels)
    nn.init.zeros_(classifier.weight)
    nn.init.zeros_(classifier.bias)
    counts = np.bincount([label for _, label in examples], minlength=labels)
    weights = torch.tensor(len(examples) / labels / np.maximum(counts, 1), dtype=torch.float32)
    step = _stepper([half for one in changed.values() for half in (one.narrow, one.wide)], classifier, len(examples))
    further.train()
    # Thrice as fast where the processor knows such numbers; thirty times as slow where it does not.
    short = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    for batch in batches(folder, examples):
        with torch.autocast("cpu", torch.bfloat16, enabled=short):
            with torch.no_grad():
                states = network(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
            tokens = further(states, batch.mask)
        vectors = functional.dropout(_means(tokens.float()[batch.rows], batch.inside), _DROPOUT)
        losses = functional.cross_entropy(classifier(_SCALE * vectors), batch.labels, reduction="none")
        step((losses * weights[batch.labels]).mean())
    changes = {name: (_halves(one.narrow), _halves(one.wide)) for name, one in changed.items()}
    head = torch.vstack([_SCALE * classifier.weight.T, classifier.bias])
    return Tuned(EXPECTED["model.safetensors"], changes, _halves(head))


def _with_changes(further: Further) -> dict[str, Changed]:
    """Every matrix of the layers with a change to it, by name."""
    matrices = [(name, part) for name, part in further.layers.named_modules() if isinstance(part, nn.Linear)]
    changed = {name: Changed(matrix) for name, matrix in matrices}
    for name, one in changed.items():
        above, _, last = name.rpartition(".")
        setattr(further.layers.get_submodule(above), last, one)
    return changed


def _stepper(halves: list[nn.Parameter], classifier: nn.Linear, examples: int) -> Callable[[torch.Tensor], None]:
    """What makes one step down a loss: the rate rises first, and falls to the end."""
    groups = [
        {"params": halves, "lr": _RATES["changes"]},
        {"params": list(classifier.parameters()), "lr": _RATES["classifier"]},
    ]
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01)
    steps = EPOCHS * math.ceil(examples / BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / _WARM_UP) * max(_LEAST_RATE, 1 - step / steps)
    )

    def step(loss: torch.Tensor) -> None:
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_([*halves, *classifier.parameters()], 1.0)
        optimiser.step()
        rate.step()

    return step


def _means(tokens: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    """The mean vector of each row, as the screen takes it: over the word pieces inside, each of unit length."""
    rows = functional.normalize(tokens, dim=-1) * inside[:, :, None]
    return functional.normalize(rows.sum(dim=1), dim=-1)


def _halves(numbers: torch.Tensor) -> Halves:
    return np.asarray(numbers.detach().numpy().astype(np.float16))
