"""Which gaps are told of those that are found, and in which words."""

from __future__ import annotations

import pytest

from retrieval.demands import counted_in, particular
from retrieval.missing import fewest, said_first, said_plainly
from retrieval.notices import (
    GAP_ABOUT_OTHERS,
    GAP_NONE_ABOUT,
    GAP_NOT_ABOUT,
    GAP_NOT_GIVEN,
    GAP_NOT_TOGETHER,
    GAP_OTHER_SIDE,
    GAP_PLANNED,
    GAP_TOPIC,
    GAP_UNSAID,
    GAP_UNSURE,
)

UNSURE = GAP_UNSURE.format(what="gives a number")
NONE = GAP_NONE_ABOUT.format(name="Kestrel scheme", what="gives a number of nurses")
UNSAID = GAP_UNSAID.format(source="“A report”", what="how many nurses there are")


def test_a_hedge_is_told_only_by_itself() -> None:
    assert fewest([UNSURE]) == (UNSURE,)
    assert fewest([UNSURE, NONE]) == (NONE,)


def test_of_gaps_on_the_same_the_most_specific_is_told() -> None:
    assert fewest([GAP_NOT_GIVEN.format(what="gives a number"), NONE, UNSAID]) == (UNSAID,)


def test_what_others_did_says_that_the_body_named_did_not() -> None:
    others = GAP_ABOUT_OTHERS.format(other="A Trust", name="B Trust")
    assert fewest([others, GAP_NOT_TOGETHER.format(what="gives a number", topic="B Trust")]) == (others,)


def test_two_gaps_are_told_at_most_and_what_nothing_covers() -> None:
    gaps = [GAP_PLANNED, NONE, GAP_NOT_ABOUT.format(name="Kestrel"), GAP_TOPIC.format(topic="2031"), GAP_OTHER_SIDE]
    assert fewest(gaps) == (GAP_NOT_ABOUT.format(name="Kestrel"), GAP_TOPIC.format(topic="2031"), GAP_OTHER_SIDE)


def test_several_topics_are_told_in_one_sentence() -> None:
    assert fewest([GAP_TOPIC.format(topic="2031"), GAP_TOPIC.format(topic="nurses")]) == (
        GAP_TOPIC.format(topic="2031 or nurses"),
    )


def test_a_topic_is_not_told_beside_the_figure_of_it() -> None:
    assert fewest([GAP_TOPIC.format(topic="nurses"), NONE]) == (NONE,)


def test_a_plain_gap_is_said_first() -> None:
    assert said_first(NONE) and said_plainly(NONE)
    assert not said_first(UNSURE) and not said_plainly(UNSURE)


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many asthma admissions did it prevent?", "asthma admissions"),
        ("How many visitors has the hub brought?", "visitors"),
        ("How many has Kestrel hired?", None),
        ("How much did it cost?", None),
    ],
)
def test_what_is_counted(question: str, counted: str | None) -> None:
    assert counted_in(question) == counted


def test_people_and_sites_are_nothing_in_particular() -> None:
    assert not particular("sites") and not particular(None) and particular("bikes") == "bikes"
