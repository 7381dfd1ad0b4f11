"""A gap is told where what was asked for is not there to be quoted, and not where it is."""

from __future__ import annotations

import pytest

from retrieval.assistant import Assistant
from retrieval.notices import (
    GAP_FIGURE,
    GAP_NONE_ABOUT,
    GAP_NOT_ABOUT,
    GAP_NOT_GIVEN,
    GAP_NOT_TOGETHER,
    GAP_TOPIC,
    GAP_UNKNOWN_NAME,
    GAP_UNKNOWN_WORD,
    GAP_UNSURE,
    GAP_UNUSED_TERM,
    GAP_WORD_OF_OTHERS,
)
from retrieval.types import Status


def either(what: str) -> tuple[str, ...]:
    """None at all, of the subject or altogether, or one of which nothing says that it is this one."""
    of_it = GAP_NONE_ABOUT.partition("”")[2].format(what=what)
    return (of_it, *(gap.format(what=what) for gap in (GAP_NOT_GIVEN, GAP_UNSURE)))


MONEY = either("gives a sum of money")


@pytest.mark.parametrize(
    ("question", "gaps"),
    [
        ("What did the apprenticeship academy at Wexcombe cost to run?", MONEY),
        ("What is the budget of the Kestrel scheme?", MONEY),
        ("What is the e-mail address of the Kestrel scheme?", (GAP_NOT_GIVEN.format(what="gives an e-mail address"),)),
        ("How many schools did the academy visit in 2031?", (GAP_TOPIC.format(topic="2031"),)),
        ("Why did Wexcombe hold its interviews in the library?", either("gives a reason")),
        ("Is the library at Wexcombe cheaper than its hospital?", either("compares these")),
        ("How many canteens has the Wexcombe academy opened?", (GAP_UNKNOWN_WORD.format(word="canteens"),)),
        ("Who is Wexcombe Hospital's director of estates?", either("names the person or the post")),
        ("How often does the library at Wexcombe hold interviews?", either("says how often")),
        ("Which is the largest grant that Wexcombe paid?", (GAP_UNKNOWN_WORD.format(word="largest"),)),
        (
            "By how much did the academy at Wexcombe shorten its queue?",
            (GAP_UNKNOWN_WORD.format(word="shorten” or “queue"),),
        ),
        ("Which trust hires the fewest apprentices?", either("says which comes first or last")),
        ("Is there a template job advert from Wexcombe?", (GAP_NOT_GIVEN.format(what="speaks of a template"),)),
        ("Room charges at Wexcombe Hospital", MONEY),
        ("How hard was it for Wexcombe to hire neighbours?", either("says how hard it was")),
        ("Were the neighbours at Wexcombe happy with the academy?", either("says what anybody thought of it")),
        (
            "At what time do the apprentices meet their mentor at Wexcombe?",
            (GAP_NOT_GIVEN.format(what="gives a time of day"),),
        ),
        ("Who was the second apprentice at Wexcombe?", (GAP_TOPIC.format(topic="a second one"),)),
        ("What is a mentor kitchen?", (GAP_UNUSED_TERM.format(term="mentor kitchen"),)),
        ("Who has a mentor at Fenwold Infirmary?", (GAP_UNKNOWN_NAME.format(name="Fenwold Infirmary"),)),
        ("How did the academy at Wexcombe hire 97 neighbours?", (GAP_FIGURE.format(figure="97"),)),
        (
            "How many apprentices has Aldermere Community NHS Trust?",
            (
                GAP_NOT_TOGETHER.format(what="gives a number", topic="apprentices"),
                GAP_WORD_OF_OTHERS.format(word="apprentices", name="Aldermere Community NHS Trust"),
            ),
        ),
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
    assert any(told.endswith(gaps) for told in answer.gaps), answer.gaps


@pytest.mark.parametrize(
    "question",
    [
        "How many schools does Wexcombe's apprenticeship academy visit each term?",
        "How many neighbours did the academy at Wexcombe hire, were it 42?",
        "Who has a mentor at Wexcombe Hospital?",
        "What were the first steps at Wexcombe?",
        "What is social value?",
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
    told = "Not said in the document that my brief was written from: what the Lincoln Green pilot cost."
    assert answer.gaps == (told,)
    assert answer.status is Status.PARTIAL


def test_evidence_can_be_asked_for_without_some_passages(assistant: Assistant) -> None:
    question = "How many schools does Wexcombe's apprenticeship academy visit each term?"
    whole = assistant.evidence(question)
    best = whole.sentences[0].passage.passage_id
    robbed = assistant.evidence(question, without=frozenset({best}))
    assert best not in {one.passage.passage_id for one in robbed.sentences}
    assert robbed.support < whole.support <= 1


@pytest.mark.parametrize("question", ["How many electric vans has Wexcombe Hospital NHS Trust?"])
def test_what_a_trust_is_not_told_to_have_is_not_called_foreign(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).status in (Status.PARTIAL, Status.NOT_FOUND)


@pytest.mark.parametrize("shortened", ["they're", "we've", "I'd"])
def test_a_shortened_word_is_no_word_that_sources_lack(assistant: Assistant, shortened: str) -> None:
    answer = assistant.ask(f"Who has a mentor at Wexcombe Hospital when {shortened} new?")
    assert not any(shortened in gap for gap in answer.gaps)


def test_of_a_body_that_no_source_mentions_nothing_is_quoted(assistant: Assistant) -> None:
    answer = assistant.ask("Who has a mentor at Fenwold Infirmary?")
    assert answer.status is Status.NOT_FOUND and answer.nearest
    ours = assistant.ask("We are at Fenwold Infirmary. Who has a mentor in an apprenticeship academy?")
    assert ours.citations


def test_a_figure_told_of_others_is_not_called_unspoken(assistant: Assistant) -> None:
    """Nurses are quoted, and no number of them."""
    answer = assistant.ask("How many nurses at Aldermere refer families in damp homes?")
    assert any("nurse" in citation.quote.lower() for citation in answer.citations)
    assert GAP_TOPIC.format(topic="nurses") not in answer.gaps


@pytest.mark.slow
def test_what_a_record_leaves_open_is_told(briefs: Assistant) -> None:
    answer = briefs.ask("What did the evaluation of GOSH's Play Streets conclude?")
    assert any("states no evaluation for " in gap for gap in answer.gaps)
    told = briefs.ask("Which university is evaluating green social prescribing in Nottinghamshire?")
    assert not any("my record" in gap for gap in told.gaps)
