"""A language model at a scripted endpoint on a real port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from retrieval.types import AnswerBlock, Citation
from retrieval.writers.llm import LanguageModel
from retrieval.writers.types import Endpoint, Writer, Written
from retrieval.writers.write import write
from tests.retrieval.writers.finished import BLOCKS, CITATIONS, FURTHER, QUESTION
from tests.retrieval.writers.scripted import Act, Script, endpoint

Connect = Callable[..., tuple[LanguageModel, Script]]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes a model whose endpoint acts as told."""
    with ExitStack() as opened:

        def connected(act: Act, timeout_s: float = 20.0, key: str | None = None) -> tuple[LanguageModel, Script]:
            script = opened.enter_context(endpoint(act))
            model = LanguageModel(Endpoint(script.url, "tiny", key, timeout_s))
            opened.callback(model.close)
            return model, script

        yield connected


def written(
    model: LanguageModel,
    writer: Writer,
    blocks: tuple[AnswerBlock, ...] = BLOCKS,
    citations: tuple[Citation, ...] = (*CITATIONS, FURTHER),
) -> Written:
    return write(QUESTION, blocks, citations, writer, model)
