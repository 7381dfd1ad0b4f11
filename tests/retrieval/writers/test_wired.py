"""A configured model writes through ``Assistant.ask``; what it may not say never leaves."""

from __future__ import annotations

import pytest

from retrieval.assistant import Assistant, open_model, writers_with
from retrieval.encode import Encoder
from retrieval.generation import Generation
from retrieval.types import BlockRole
from retrieval.writers.types import Endpoint
from tests.retrieval.writers.conftest import Connect
from tests.retrieval.writers.scripted import says

QUESTION = "How did Wexcombe hire neighbours, and who helps families in damp homes?"


def test_a_lie_never_leaves(generation: Generation, encoder: Encoder, connect: Connect) -> None:
    model, _ = connect(says("Wexcombe hired 9,999 neighbours, see https://evil.example [1]."))
    answer = Assistant(generation, encoder, model).ask(QUESTION, writer="compose")
    assert "9,999" not in answer.text and "evil.example" not in answer.text
    assert all(b.citations for b in answer.blocks if b.kind not in (BlockRole.GAP, BlockRole.NOTE))


def test_a_model_picks_and_orders(generation: Generation, encoder: Encoder, connect: Connect) -> None:
    plain = Assistant(generation, encoder).ask(QUESTION)
    model, script = connect(says("2, 1"))
    answer = Assistant(generation, encoder, model).ask(QUESTION, writer="select")
    assert (answer.writer, answer.model, answer.composed) == ("select", "tiny", ())
    assert answer.blocks[0].text == plain.blocks[1].text and answer.blocks[1].text == plain.blocks[0].text
    assert "tiny" in answer.blocks[-1].text and answer.blocks[-1].kind is BlockRole.NOTE
    assert len(script.asked) == 1 and "Wexcombe" in script.asked[0]


def test_a_model_that_is_down_changes_nothing_and_is_told(generation: Generation, encoder: Encoder) -> None:
    plain = Assistant(generation, encoder).ask(QUESTION)
    model = open_model(Endpoint("http://127.0.0.1:9/v1", "tiny", timeout_s=10))
    answer = Assistant(generation, encoder, model).ask(QUESTION, writer="select")
    assert [b.text for b in answer.blocks[: len(plain.blocks)]] == [b.text for b in plain.blocks]
    assert answer.blocks[-1].kind is BlockRole.NOTE and "could not be reached" in answer.blocks[-1].text
    assert (answer.writer, answer.model) == ("extract", None)


def test_what_is_refused_is_never_sent(generation: Generation, encoder: Encoder, connect: Connect) -> None:
    model, script = connect(says("1"))
    writing = Assistant(generation, encoder, model)
    for question in (
        "My NHS number is 943 476 5919, how do I get a job?",
        "I want to die",
        "What is the weather today?",
    ):
        assert writing.ask(question, writer="compose").citations == ()
    assert script.asked == []


def test_without_a_model_there_is_one_writer(assistant: Assistant) -> None:
    assert writers_with(False) == ("extract",) and set(writers_with(True)) == {"extract", "select", "compose"}
    with pytest.raises(ValueError, match="choose one of extract"):
        assistant.ask(QUESTION, writer="compose")
