"""Which of several trusts: one sentence each that surely answers, and nothing beside the point."""

from __future__ import annotations

from retrieval.assistant import Assistant
from retrieval.facets import outermost
from retrieval.types import Status
from tests.retrieval.answers import check_answer


def _told(assistant: Assistant, question: str) -> list[str]:
    """Whose each quote is, in the order of the answer."""
    answer = assistant.ask(question)
    check_answer(answer, assistant)
    assert answer.status is Status.ANSWERED, answer.text
    return [one.organisation or "" for one in answer.citations]


def test_acute_trusts_on_a_theme_are_those_whose_records_are_mainly_on_it(briefs: Assistant) -> None:
    told = _told(briefs, "Which acute trusts work on employment?")
    assert "Barts Health NHS Trust" in told and len(set(told)) >= 3
    assert "Warrington and Halton Teaching Hospitals NHS Foundation Trust" not in told
    assert "East London NHS Foundation Trust" not in told  # a mental health trust


def test_of_each_trust_at_most_two_programmes_are_told_one_beside_the_other(briefs: Assistant) -> None:
    told = _told(briefs, "Examples of trusts working on housing")[:3]
    assert len(set(told)) == 2 and all(told) and told == sorted(told, key=told.index)


def test_a_theme_is_not_named_within_the_name_of_another() -> None:
    assert outermost("Who has done anything on warm homes?", ("determinant",)) == {"determinant": ("energy",)}
    assert outermost("fuel poverty and homes", ("determinant",)) == {"determinant": ("housing", "energy")}


def test_barriers_in_common_are_those_that_the_records_file(briefs: Assistant) -> None:
    answer = briefs.ask("What are the main challenges trusts face?")
    check_answer(answer, briefs)
    assert len(answer.citations) >= 6
    assert all("What got in the way" in one.section for one in answer.citations), answer.text


def test_barriers_to_something_in_particular_are_not_those_of_all(briefs: Assistant) -> None:
    of_all = briefs.ask("Common barriers to anchor work")
    assert briefs.ask("Common barriers to measuring air quality").text != of_all.text
