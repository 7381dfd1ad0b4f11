"""What is filed of one subject under the one aspect that is asked after leads the answer, or is told to be missing."""

from __future__ import annotations

import pytest

from retrieval.assistant import Assistant
from retrieval.missing import said_first
from retrieval.notices import GAP_NOT_RECORDED
from retrieval.programmes import held_records
from retrieval.types import BlockRole, Role, Turn


def _first(briefs: Assistant, question: str, history: tuple[Turn, ...] = ()) -> str:
    blocks = briefs.ask(question, history=history).blocks
    return next(block.text for block in blocks if block.kind is not BlockRole.GAP)


def _filed(briefs: Assistant, record: str, field: str) -> str:
    return " ".join(one.says for one in getattr(held_records(briefs.content)[record].record, field))


@pytest.mark.parametrize(
    ("question", "record", "field"),
    [
        ("What was hard for the Halton Health Hub?", "halton-health-hub", "barriers"),
        ("Who chips in for Community Works for Health?", "community-works-for-health", "funding"),
        ("What's next for Connecting Communities in Leeds?", "leeds-connecting-communities", "next_steps"),
        ("Did Barts go it alone with Healthcare Horizons?", "healthcare-horizons", "partners"),
        ("How is New2Care measured?", "new2care", "evaluation"),
    ],
)
def test_what_is_filed_leads(briefs: Assistant, question: str, record: str, field: str) -> None:
    assert _first(briefs, question) in _filed(briefs, record, field)


def test_it_leads_a_follow_up_too(briefs: Assistant) -> None:
    before = (Turn(Role.USER, "What is the Halton Health Hub?"),)
    assert _first(briefs, "What was hard about it?", before) in _filed(briefs, "halton-health-hub", "barriers")


def test_what_narrows_the_aspect_chooses_among_it(briefs: Assistant) -> None:
    assert "fund" in _first(briefs, "What was hard about funding the Halton Health Hub?")


@pytest.mark.parametrize(
    ("question", "aspect"),
    [("What comes next for Play Streets?", "next steps"), ("Who pays for Play Streets?", "cost or funding")],
)
def test_what_no_record_files_is_told_first_beside_two_quotes_at_most(
    briefs: Assistant, question: str, aspect: str
) -> None:
    answer = briefs.ask(question)
    gap = GAP_NOT_RECORDED.format(name="GOSH: Play Streets", aspect=aspect)
    assert said_first(gap)
    assert answer.blocks[0].text == gap
    assert len([block for block in answer.blocks if block.kind is not BlockRole.GAP]) <= 2


def test_who_pays_needs_no_sum_and_no_word_of_the_asker(briefs: Assistant) -> None:
    assert not briefs.ask("Who chips in for Community Works for Health?").gaps
    assert not briefs.ask("Who foots the bill for the Leeds Health and Care Academy?").gaps
