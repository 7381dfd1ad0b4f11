"""A framework asked for as a whole is told by its record's statements, in their order."""

from __future__ import annotations

import pytest

from retrieval.assistant import Assistant
from retrieval.cite import Found
from retrieval.notices import GAP_NOT_ALL
from retrieval.types import BlockRole, Narrowing, Status
from retrieval.understand import lexicon_of, understand
from retrieval.whole import whole
from tests.retrieval.answers import check_answer

LESSONS = "Thirteen lessons for trusts on acting on social determinants (UCLPartners, 2023)"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What are the 13 lessons?", LESSONS),
        ("List all thirteen UCLPartners lessons", LESSONS),
        ("What are the four aims of ICSs?", "The four aims of integrated care systems"),
        ("which are the five anchor pillars", "The five pillars of anchor institution work"),
    ],
)
def test_it_is_told_whole_and_in_order(briefs: Assistant, question: str, title: str) -> None:
    answer = briefs.ask(question)
    check_answer(answer, briefs)
    assert answer.status is Status.ANSWERED and answer.blocks[0].heading == title
    assert len(answer.citations) >= 5
    assert all(one.programme is None for one in answer.citations)


def test_parts_that_have_records_of_their_own_are_all_told_under_their_numbers(briefs: Assistant) -> None:
    for question in ("What are the 13 lessons?", "What are the thirteen lessons in the UCLPartners report?"):
        headings = [block.heading or "" for block in briefs.ask(question).blocks]
        assert [one.partition(":")[0] for one in headings[1:]] == [f"Lesson {number}" for number in range(1, 14)]


def test_records_of_one_kind_are_a_list_without_a_framework(briefs: Assistant) -> None:
    answer = briefs.ask("What are the eight lessons of the 2019 event?")
    check_answer(answer, briefs)
    assert len([one for one in answer.blocks if (one.heading or "").startswith("2019 event, lesson")]) == 8


def test_points_that_are_counted_through_are_not_followed_by_what_is_no_point(briefs: Assistant) -> None:
    answer = briefs.ask("What are the four categories of NHS action?")
    assert "Fourth category" in answer.text and "United States" not in answer.text


def test_a_lesson_that_says_how_many_it_is_is_a_list(briefs: Assistant) -> None:
    answer = briefs.ask("List the seven lessons from MSE")
    check_answer(answer, briefs)
    assert len(answer.citations) == 8


def test_one_of_its_points_is_told_by_its_place(briefs: Assistant) -> None:
    answer = briefs.ask("What is the second category of the Health Foundation framework?")
    check_answer(answer, briefs)
    assert answer.status is Status.ANSWERED and answer.citations[0].quote.startswith("Second category")
    assert not any(one.quote.startswith(("First category", "Third category")) for one in answer.citations)


def test_what_the_sources_show_in_a_picture_only_is_a_gap(briefs: Assistant) -> None:
    answer = briefs.ask("What are the eight Marmot principles?")
    check_answer(answer, briefs)
    assert answer.status is Status.PARTIAL and answer.gaps == (GAP_NOT_ALL,)
    assert "not stated" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "What is an anchor institution?",
        "How many lessons does UCLPartners give?",
        "What evidence is behind the 13 lessons?",
        "Who wrote the Health Foundation framework?",
        "What are principles?",
    ],
)
def test_whoever_asks_for_anything_else_of_it_is_answered_otherwise(briefs: Assistant, question: str) -> None:
    asked = understand(question, (), lexicon_of(briefs.content, briefs.generation.words))
    assert whole(asked, briefs.generation, Narrowing()) == Found()


def test_it_is_kept_to_what_the_reader_chose(briefs: Assistant) -> None:
    answer = briefs.ask("What are the 13 lessons?", narrowing=Narrowing(sources=("brief-marmot-principles",)))
    assert not any(block.heading == LESSONS and block.kind is BlockRole.STATEMENT for block in answer.blocks)
