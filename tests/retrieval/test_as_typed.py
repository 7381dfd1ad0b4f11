"""Questions as strangers typed them, which were refused or misread once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corpus.types import BlockKind, Sentence
from retrieval.assistant import Assistant
from retrieval.evidence import Rated
from retrieval.met import Met
from retrieval.notices import NOTE_PHASES
from retrieval.quoted import Quoted
from retrieval.types import BlockRole, Status


def test_what_names_a_brief_of_ours_is_for_no_other_desk(briefs: Assistant) -> None:
    answer = briefs.ask("How do I get board buy-in?")
    assert answer.status in (Status.ANSWERED, Status.PARTIAL)
    assert any("board" in one.quote for one in answer.citations)


@pytest.mark.parametrize("question", ["What does fuel poverty mean?", "what's meant by fuel poverty"])
def test_a_term_is_told_from_the_verb_behind_it(briefs: Assistant, question: str) -> None:
    answer = briefs.ask(question)
    assert answer.status is Status.ANSWERED and "afford to keep a home warm" in answer.citations[0].quote


def test_a_term_that_no_source_uses_is_told_without_the_verb(briefs: Assistant) -> None:
    assert briefs.ask("What does zorbing poverty mean?").gaps == ("The sources do not use the term “zorbing poverty”.",)


def test_emails_that_nobody_answers_ask_for_no_address(briefs: Assistant) -> None:
    answer = briefs.ask("The council doesn't answer our emails. What can we do on our own about housing?")
    assert sum(block.kind is BlockRole.CONTACT for block in answer.blocks) < len(answer.citations)
    assert any(block.kind is BlockRole.STEP for block in answer.blocks)


@pytest.mark.parametrize(
    ("question", "poor"),
    [
        ("Many of our families can't afford to heat their homes. How do we begin on fuel poverty?", False),
        ("We really can't afford a project team. How do we begin on fuel poverty?", True),
    ],
)
def test_no_budget_is_the_trusts_own(briefs: Assistant, question: str, poor: bool) -> None:
    answer = briefs.ask(question)
    assert any(block.text.startswith("No budget") for block in answer.blocks) is poor


def test_an_acronym_is_met_by_what_it_stands_for(briefs: Assistant) -> None:
    passage = briefs.passages[0]
    text = "It names Key Performance Indicators."
    spans = (Sentence(0, len(text), BlockKind.PARAGRAPH),)
    vector = briefs.content.vectors[0]
    one = Rated(replace(passage, text=text, sentences=spans), 0, 1.0, 1.0, 1.0, 1.0, vector, None)
    quoted = Quoted((one,), Met((), np.zeros((1, 0), np.float32)))
    assert quoted.speaks_of("“KPIs”") and not quoted.speaks_of("SROI") and not quoted.speaks_of("PI")


def test_a_doubled_letter_that_was_dropped_is_no_unknown_word(briefs: Assistant) -> None:
    answer = briefs.ask("wat did sandwel do for homeles young people")
    assert "“homeless” for “homeles”" in answer.question_understood
    assert not any("homeles”" in gap for gap in answer.gaps)


def test_a_short_list_is_quoted_whole_with_what_introduces_it(briefs: Assistant) -> None:
    for question in ("What are the steps of the Leeds pilot?", "What does ELFT ask of suppliers?"):
        answer = briefs.ask(question)
        for one in answer.citations:
            assert not one.quote.rstrip().endswith(":"), one.quote


def test_a_plan_keeps_to_the_determinant_that_is_named(briefs: Assistant) -> None:
    answer = briefs.ask("Many of our families can't afford to heat their homes. How do we begin on fuel poverty?")
    steps = [block for block in answer.blocks if block.kind is BlockRole.STEP]
    assert steps and not any("air-pollution" in (block.heading or "") for block in answer.blocks)


def test_phases_are_said_to_be_ours(briefs: Assistant) -> None:
    answer = briefs.ask("How do we start hiring local people?")
    assert any(block.kind is BlockRole.NOTE and block.text == NOTE_PHASES for block in answer.blocks)
