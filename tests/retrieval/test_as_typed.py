"""Questions as strangers typed them, which were refused or misread once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corpus.types import BlockKind, Sentence
from retrieval.assistant import Assistant
from retrieval.demands import PERSON
from retrieval.evidence import Rated
from retrieval.met import Met
from retrieval.notices import GAP_NOT_GIVEN, NOTE_COURTESY, NOTE_PHASES
from retrieval.quoted import Quoted
from retrieval.types import BlockRole, Role, Status, Turn

ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")


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
    assert any("no money" in block.text for block in answer.blocks if block.kind is BlockRole.NOTE) is poor


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


@pytest.mark.parametrize("thanks", ["thanks!", "ok great, thank you, bye", "cheers that's really helpful"])
def test_thanks_bring_no_quotes(briefs: Assistant, thanks: str) -> None:
    history = (
        Turn(Role.USER, "How many young people got jobs through Healthcare Horizons?"),
        Turn(Role.ASSISTANT, "227"),
    )
    answer = briefs.ask(thanks, history)
    assert answer.status is Status.CLARIFY and not answer.citations and NOTE_COURTESY in answer.text


def test_thanks_before_a_question_leave_it_a_question(briefs: Assistant) -> None:
    assert briefs.ask("Thanks. How do we start on housing?").citations


def test_step_one_is_the_first_step(briefs: Assistant) -> None:
    first = next(block for block in briefs.ask("what is step one?").blocks if block.kind is BlockRole.STEP)
    assert "First step for an anchor" in first.text


def test_the_networks_steps_are_listed_whole_and_in_order(briefs: Assistant) -> None:
    told = [block.text for block in briefs.ask("List the first steps the network recommends").blocks]
    found = [at for word in ORDINALS for at, text in enumerate(told) if text.startswith(f"{word} step for an anchor")]
    assert len(found) == len(ORDINALS) and found == sorted(found)


def test_a_share_tells_by_how_much(briefs: Assistant) -> None:
    assert not [gap for gap in briefs.ask("How much did reattendance fall at Basildon?").gaps if "sum of money" in gap]


def test_nobody_else_s_staff_lead_a_programme(briefs: Assistant) -> None:
    answer = briefs.ask("Who leads the Green Hub?")
    assert GAP_NOT_GIVEN.format(what=PERSON) in answer.gaps
    assert not any(block.kind is BlockRole.CONTACT for block in answer.blocks)


def test_trusts_of_a_kind_are_told_by_what_is_asked(briefs: Assistant) -> None:
    answer = briefs.ask("Which acute trusts work on employment?")
    assert len({one.organisation for one in answer.citations}) > 2
    assert not any("acute" in gap for gap in answer.gaps)
    of_leeds = [one.quote for one in answer.citations if one.organisation and one.organisation.startswith("Leeds")]
    assert any(word in quote for quote in of_leeds for word in ("recruit", "job", "employ"))
