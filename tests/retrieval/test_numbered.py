"""What is called by its number is looked up by its name, which the reader is shown."""

from __future__ import annotations

import pytest

from retrieval.assistant import Assistant
from retrieval.numbered import named_too, numbered
from retrieval.types import Status
from tests.retrieval.answers import check_answer

TITLES = (
    "Lesson 4: Digging deep",
    "2019 event, lesson 4: watering late",
    "Lesson 13: Sowing",
    "Garden jobs",
    "Step: one",
)


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("What is lesson 4?", "What is lesson 4 (Digging deep)?"),
        ("What is Lesson four about?", "What is Lesson four (Digging deep) about?"),
        ("And lesson no. 13?", "And lesson no. 13 (Sowing)?"),
        ("Lesson 4 of the 2019 event?", "Lesson 4 (watering late) of the 2019 event?"),
        ("lesson 4 and lesson 13", "lesson 4 (Digging deep) and lesson 13 (Sowing)"),
    ],
)
def test_the_name_stands_beside_the_number(question: str, read: str) -> None:
    assert named_too(question, numbered(TITLES)) == read


@pytest.mark.parametrize(
    "question", ["The 13 lessons?", "Lessons 4 to 13?", "lesson 40", "lesson 1", "lesson 4.5", "step 1"]
)
def test_other_numbers_stay(question: str) -> None:
    assert named_too(question, numbered(TITLES)) == question


def test_the_lesson_that_is_asked_for_is_quoted_first(briefs: Assistant) -> None:
    answer = briefs.ask("Tell me about lesson 7")
    check_answer(answer, briefs)
    assert (
        answer.status is Status.ANSWERED
        and answer.question_understood == "Tell me about lesson 7 (Ensuring leadership)"
    )
    assert answer.citations[0].title == "Lesson 7: Ensuring leadership"
