"""A gap is told where what was asked for is not there to be quoted, and not where it is."""

from __future__ import annotations

import pytest

from retrieval.assistant import Assistant
from retrieval.notices import (
    GAP_NOT_ABOUT,
    GAP_NOT_GIVEN,
    GAP_PERIOD,
    GAP_TOPIC,
    GAP_UNKNOWN_NAME,
    GAP_UNSURE_FIGURE,
)
from retrieval.types import Status

# No sum at all, or one of which nothing says that it is this one.
MONEY = tuple(gap.format(what="a sum of money") for gap in (GAP_NOT_GIVEN, GAP_UNSURE_FIGURE))


@pytest.mark.parametrize(
    ("question", "gaps"),
    [
        ("What did the apprenticeship academy at Wexcombe cost to run?", MONEY),
        ("What is the budget of the Kestrel scheme?", MONEY),
        ("What is the e-mail address of the Kestrel scheme?", (GAP_NOT_GIVEN.format(what="an e-mail address"),)),
        ("How many schools did the academy visit in 2031?", (GAP_PERIOD.format(period="2031"),)),
        ("How many women did the academy at Wexcombe hire?", (GAP_TOPIC.format(topic="women"),)),
        (
            "Did Wexcombe run the academy with Larkfield Motor Works?",
            tuple(gap.format(name="Larkfield Motor Works") for gap in (GAP_NOT_ABOUT, GAP_UNKNOWN_NAME)),
        ),
    ],
)
def test_what_is_not_there_is_told(assistant: Assistant, question: str, gaps: tuple[str, ...]) -> None:
    answer = assistant.ask(question)
    assert answer.status in (Status.PARTIAL, Status.NOT_FOUND)
    assert set(answer.gaps) & set(gaps)


@pytest.mark.parametrize(
    "question",
    [
        "How many schools does Wexcombe's apprenticeship academy visit each term?",
        "Who has a mentor at Wexcombe Hospital?",
        "What were the first steps at Wexcombe?",
    ],
)
def test_what_is_there_is_no_gap(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status is Status.ANSWERED and answer.gaps == ()


@pytest.mark.slow
def test_each_part_of_a_question_is_answered_and_judged(briefs: Assistant) -> None:
    answer = briefs.ask(
        "How many job seekers has Anchor Ambition 25 supported, and what did the Lincoln Green pilot cost?"
    )
    assert any("450" in citation.quote for citation in answer.citations)
    assert answer.gaps and set(answer.gaps) <= set(MONEY)
    assert answer.status is Status.PARTIAL


def test_evidence_can_be_asked_for_without_some_passages(assistant: Assistant) -> None:
    question = "How many schools does Wexcombe's apprenticeship academy visit each term?"
    whole = assistant.evidence(question)
    best = whole.sentences[0].passage.passage_id
    robbed = assistant.evidence(question, without=frozenset({best}))
    assert best not in {one.passage.passage_id for one in robbed.sentences}
    assert robbed.support < whole.support <= 1
