"""What it takes to learn changes to the encoder's layers (``retrieval.layers``): on one thread and with one seed the
same examples give the same changes on the same machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import tokenizers
import torch
from torch import nn

from retrieval.layers import Changed
from retrieval.tuned import Halves

_LEAST_RATE = 0.02  # of the highest


@contextmanager
def seeded() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the sums of several threads are added in no fixed order
    try:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            yield
    finally:
        torch.set_num_threads(threads)


def numbers() -> AbstractContextManager[object]:
    """Of 16 bits where the processor knows them: thrice as fast there, thirty times as slow where it does not."""
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()))


def pieces_of(folder: Path, longest: int) -> tokenizers.Tokenizer:
    """Cuts the encoder's texts into at most so many word pieces, and fills a batch up to its longest."""
    pieces = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    pieces.enable_truncation(longest)
    pieces.enable_padding()
    return pieces


def ids_and_mask(encodings: Sequence[tokenizers.Encoding]) -> tuple[torch.Tensor, torch.Tensor]:
    """Texts × pieces each."""
    return torch.tensor([one.ids for one in encodings]), torch.tensor([one.attention_mask for one in encodings])


def learnt(changed: Mapping[str, Changed]) -> list[nn.Parameter]:
    return [half for one in changed.values() for half in (one.narrow, one.wide)]


def stepper(
    groups: Iterable[tuple[list[nn.Parameter], float]], warm_up: int, steps: int
) -> Callable[[torch.Tensor], None]:
    """What makes one of so many steps down a loss. ``groups``: parameters, each with its highest rate, which rises for
    ``warm_up`` steps and falls to the end."""
    optimiser = torch.optim.AdamW(
        [{"params": params, "lr": rate} for params, rate in groups], betas=(0.9, 0.98), weight_decay=0.01
    )
    every = [one for group in optimiser.param_groups for one in group["params"]]
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / warm_up) * max(_LEAST_RATE, 1 - step / steps)
    )

    def step(loss: torch.Tensor) -> None:
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(every, 1.0)
        optimiser.step()
        rate.step()

    return step


def halves(changed: Mapping[str, Changed]) -> dict[str, tuple[Halves, Halves]]:
    return {name: (half(one.narrow), half(one.wide)) for name, one in changed.items()}


def half(numbers: torch.Tensor) -> Halves:
    return np.asarray(numbers.detach().numpy().astype(np.float16))
