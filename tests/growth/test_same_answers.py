"""Where the vectors are searched changes no answer: two hundred questions over the shipped briefs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from evals.suite import Split, load_suite
from ingest.store import push
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.generation import Generation, current_folder, open_generation
from retrieval.index import VectorStore
from retrieval.shared import SharedIndex
from retrieval.types import Answer
from tests.conftest import REPO

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory, shipped_index: Path) -> Path:
    """A copy: what is pushed is noted in it."""
    return Path(shutil.copytree(shipped_index, tmp_path_factory.mktemp("pushed") / "index"))


@dataclass(frozen=True)
class Asked:
    embedded: Generation
    questions: tuple[str, ...]
    answers: tuple[tuple[object, ...], ...]


@pytest.fixture(scope="module")
def asked(index_dir: Path, encoder: Encoder) -> Iterator[Asked]:
    suite = load_suite(REPO / "evals" / "suites" / "anchors.yaml")
    questions = tuple(one.question for one in suite.questions if one.split is Split.TUNE)[:200]
    assert len(questions) == 200
    opened = open_generation(current_folder(index_dir), encoder)
    assistant = Assistant(opened, encoder)
    yield Asked(opened, questions, tuple(shown(assistant.ask(question)) for question in questions))
    opened.close()


def shown(answer: Answer) -> tuple[object, ...]:
    """All that a reader sees of an answer."""
    nearest = [hit.passage.passage_id for hit in answer.nearest]
    return (answer.status, answer.text, answer.citations, answer.gaps, nearest, answer.suggestions)


def test_every_answer_and_the_five_nearest_passages_are_the_same(
    index_dir: Path, asked: Asked, encoder: Encoder, store: VectorStore
) -> None:
    push(index_dir, store)
    shared = open_generation(current_folder(index_dir), encoder, store)
    assistant = Assistant(shared, encoder)
    for question, answer in zip(asked.questions, asked.answers, strict=True):
        vector = encoder.encode_question(question).vector
        near = [passage_id for passage_id, _ in shared.index.query(vector, 5)]
        assert near == [passage_id for passage_id, _ in asked.embedded.index.query(vector, 5)], question
        assert shown(assistant.ask(question)) == answer, question
    assert isinstance(shared.index, SharedIndex) and shared.index.fault is None
    shared.close()
