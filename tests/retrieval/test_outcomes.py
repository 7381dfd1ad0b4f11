"""What came of a programme: asked in any wording, told as open where no record states it, and no plan taken for it."""

from __future__ import annotations

import pytest

from retrieval.aspects import asks_outcome
from retrieval.assistant import Assistant
from retrieval.notices import GAP_ABOUT_OTHERS, GAP_NONE_OF, GAP_NOT_RECORDED, GAP_ONLY_AIMED, GAP_PLANNED, GAP_TOPIC
from retrieval.quoted import months_of

OPEN = GAP_NOT_RECORDED.format(name="GOSH: Play Streets", aspect="outcome")


@pytest.mark.parametrize(
    "question",
    [
        "Did the Play Streets make any difference?",
        "What impact have the Play Streets had?",
        "Did the Play Streets work?",
        "How effective were the Play Streets?",
        "Have the Play Streets reduced traffic?",
        "Were the Play Streets worth it?",
    ],
)
def test_no_recorded_outcome_is_told_in_every_wording(briefs: Assistant, question: str) -> None:
    assert OPEN in briefs.ask(question).gaps


def test_a_programme_is_known_by_its_words(briefs: Assistant) -> None:
    gaps = briefs.ask("Did the campaign on disposable gloves at GOSH work?").gaps
    assert any("states no outcome for " in gap for gap in gaps)


@pytest.mark.parametrize(
    "question", ["Did New2Care make any difference?", "How effective was the Lincoln Green pilot?"]
)
def test_a_recorded_outcome_is_not_denied(briefs: Assistant, question: str) -> None:
    assert not briefs.ask(question).gaps


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Did the bikes make staff fitter?", True),
        ("How much has the gap narrowed?", True),
        ("Did it pay off?", True),
        ("Does it work with schools?", False),
        ("What is the difference between an anchor and a charity?", False),
        ("What made ELFT choose one bank over another?", False),
    ],
)
def test_which_questions_ask_for_an_outcome(question: str, asks: bool) -> None:
    assert asks_outcome(question) is asks


def test_a_plan_does_not_answer_what_happened(briefs: Assistant) -> None:
    assert GAP_PLANNED in briefs.ask("How many visitors has the Halton hub had?").gaps
    assert GAP_PLANNED in briefs.ask("When did ELFT publish its social value toolkit?").gaps
    assert GAP_PLANNED not in briefs.ask("When does GOSH plan to be net zero?").gaps
    assert GAP_PLANNED not in briefs.ask("When did the Halton Health Hub open?").gaps


def test_how_an_aim_was_reached_is_answered_as_an_aim(briefs: Assistant) -> None:
    reached = "How did Imperial manage to halve the life expectancy gap in Westminster?"
    assert GAP_ONLY_AIMED in briefs.ask(reached).gaps
    assert GAP_ONLY_AIMED not in briefs.ask("How does Imperial plan to halve the life expectancy gap?").gaps
    assert GAP_ONLY_AIMED not in briefs.ask("How did Imperial reach local residents?").gaps


def test_what_is_told_of_others_only_is_told_so(briefs: Assistant) -> None:
    asked = "What social value weighting does Warrington and Halton use in its catering contract?"
    of_others = tuple(gap.partition("{")[0] for gap in (GAP_NONE_OF, GAP_ABOUT_OTHERS))
    assert any(gap.startswith(of_others) for gap in briefs.ask(asked).gaps)
    assert not any(gap.startswith(of_others) for gap in briefs.ask("What social value weighting does ELFT use?").gaps)


def test_spans_of_time_are_compared_in_months() -> None:
    assert months_of("at 12 months") == months_of("after a year") == months_of("a twelve-month trial") == {12}
    assert not months_of("a 13 year gap, in 2021")


def test_another_span_of_time_than_the_one_asked_is_told(briefs: Assistant) -> None:
    asked = "What was the retention rate at {} for young people at Barts?"
    assert any("six months" in gap for gap in briefs.ask(asked.format("six months")).gaps)
    assert not any("three months" in gap for gap in briefs.ask(asked.format("three months")).gaps)


def test_what_was_hard_is_no_figure(briefs: Assistant) -> None:
    assert not briefs.ask("What was hard about funding the Halton hub?").gaps


def test_what_no_source_says_is_told_only_to_who_asks_it(briefs: Assistant) -> None:
    gaps = briefs.ask("Did Community Works for Health make any difference?").gaps
    assert not any("benefits" in gap for gap in gaps)


def test_a_distinctive_word_that_nothing_quoted_means_is_told(briefs: Assistant) -> None:
    assert GAP_TOPIC.format(topic="“safety”") in briefs.ask("Did New2Care improve patient safety?").gaps
