"""What is read out of a question, and when it leans on the one before it."""

from __future__ import annotations

import pytest

from retrieval.generation import Generation
from retrieval.types import Role, Turn
from retrieval.understand import Intent, Understood, understand
from retrieval.words import stems


def read(generation: Generation, question: str, *before: str) -> Understood:
    turns = [turn for text in before for turn in (Turn(Role.USER, text), Turn(Role.ASSISTANT, "An answer."))]
    return understand(question, turns, generation.words)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("How do we start?", Intent.START),
        ("Where should a small trust begin?", Intent.START),
        ("What are the first steps?", Intent.START),
        ("what can we do first", Intent.START),
        ("How many neighbours were hired?", Intent.FIGURE),
        ("How much did it cost?", Intent.FIGURE),
        ("What percentage is spent locally?", Intent.FIGURE),
        ("When did the academy open?", Intent.FIGURE),
        ("What is social value?", Intent.DEFINITION),
        ("What does VCSE stand for?", Intent.DEFINITION),
        ("Define anchor institution", Intent.DEFINITION),
        ("Who can I contact about warm homes?", Intent.CONTACT),
        ("How do I get in touch with the Kestrel team?", Intent.CONTACT),
        ("How did the council repair damp homes in winter?", Intent.EXPLAIN),
        ("What did nurses do about damp homes?", Intent.EXPLAIN),
        ("Why do trusts hire local people?", Intent.EXPLAIN),
    ],
)
def test_intents(generation: Generation, question: str, intent: Intent) -> None:
    assert read(generation, question).intent is intent


@pytest.mark.parametrize(
    "question",
    [
        "and the funding?",
        "What about housing?",
        "How much did it cost?",
        "Who paid for it?",
        "Why?",
        "Can you tell me more?",
        "how was that measured?",
        "Is there an evaluation of this?",
        "Did they hire apprentices?",
        "Which of those worked best?",
        "What did the trust learn?",
        "How many were there?",
    ],
)
def test_follow_ups_are_joined(generation: Generation, question: str) -> None:
    before = "How did Wexcombe set up its academy?"
    understood = read(generation, question, before)
    assert before in understood.search_text and question in understood.search_text
    assert before in understood.shown


@pytest.mark.parametrize(
    "question",
    [
        "How do nurses refer families in damp homes?",
        "Which trusts have programmes that help young people?",
        "Is there a scheme for refugees?",
        "How do trusts involve their communities?",
        "How did Aldermere measure its impact on asthma?",
        "What is social value?",
        "How do hospitals buy from local suppliers?",
        "What do employers gain when people keep their homes?",
    ],
)
def test_a_question_that_stands_alone_drops_the_old_one(generation: Generation, question: str) -> None:
    understood = read(generation, question, "How did Wexcombe set up an academy?")
    assert "Wexcombe" not in understood.search_text
    assert understood.shown == question


def test_a_follow_up_of_a_follow_up_keeps_the_subject(generation: Generation) -> None:
    understood = read(
        generation, "and the tutors?", "Does Aldermere plant trees?", "Who runs the Kestrel scheme?", "Why?"
    )
    assert "Kestrel" in understood.search_text and "Aldermere" not in understood.search_text


def test_only_what_the_reader_asked_is_joined(generation: Generation) -> None:
    turns = [Turn(Role.USER, "How did Wexcombe hire?"), Turn(Role.ASSISTANT, "Zanzibar")]
    assert "Zanzibar" not in understand("and the cost?", turns, generation.words).search_text


@pytest.mark.parametrize(
    "question", ["", "?!", "help", "Tell me more", "what can you do", "trusts", "🙂🙂", "give me examples"]
)
def test_vague_questions(generation: Generation, question: str) -> None:
    assert read(generation, question).vague


@pytest.mark.parametrize("question", ["How do we start?", "damp", "housing?", "What is social value?"])
def test_short_is_not_vague(generation: Generation, question: str) -> None:
    assert not read(generation, question).vague


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What did Zanzibar do?", ("Zanzibar",)),
        ("What did Wexcombe do?", ()),
        ("What did the Zanzibar Hospital do about damp?", ("Zanzibar Hospital",)),
        ("Zanzibar is where?", ()),  # a capital that only begins the sentence proves nothing
        ("Did Wexcombe Hospital or Quxford Trust hire neighbours?", ("Quxford Trust",)),
        ("How did Aldermere's nurses help?", ()),
        ("What of the A&E department?", ()),
        ("What does the QZXV say?", ("QZXV",)),
        ("How do we start? Please tell us.", ()),
        ("How do I start as I have no money?", ()),
    ],
)
def test_unknown_names(generation: Generation, question: str, names: tuple[str, ...]) -> None:
    assert read(generation, question).unknown_names == names


def test_terms_carry_meaning_only(generation: Generation) -> None:
    understood = read(generation, "How do   we help our trust's nurses\nwith damp homes and damp homes?")
    assert understood.terms == tuple(stems("nurses damp homes"))
    assert "\n" not in understood.shown and "  " not in understood.shown


def test_words_that_stand_in_no_passage_are_told_as_they_were_typed(generation: Generation) -> None:
    asked = read(generation, "How do trusts use zeppelins and tricycles for staff at Quuxborough?")
    assert asked.unknown_words == ("zeppelins", "tricycles")
    assert asked.unknown_names == ("Quuxborough",)
