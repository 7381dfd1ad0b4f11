"""What is read out of a question, and when it leans on the one before it."""

from __future__ import annotations

import pytest

from retrieval.types import Role, Turn
from retrieval.understand import Intent, Lexicon, Understood, understand
from retrieval.words import stems


def read(lexicon: Lexicon, question: str, *before: str) -> Understood:
    turns = [turn for text in before for turn in (Turn(Role.USER, text), Turn(Role.ASSISTANT, "An answer."))]
    return understand(question, turns, lexicon)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("How do we start?", Intent.START),
        ("Where should a small trust begin?", Intent.START),
        ("What are the first steps?", Intent.START),
        ("what can we do first", Intent.START),
        ("How many neighbours were hired?", Intent.FIGURE),
        ("How many were hired in the first months?", Intent.FIGURE),
        ("What should the first few weeks look like for a small trust?", Intent.START),
        ("How much did it cost?", Intent.FIGURE),
        ("What percentage is spent locally?", Intent.FIGURE),
        ("When did the academy open?", Intent.FIGURE),
        ("What is social value?", Intent.DEFINITION),
        ("What does VCSE stand for?", Intent.DEFINITION),
        ("Define anchor institution", Intent.DEFINITION),
        ("Who can I contact about warm homes?", Intent.CONTACT),
        ("How do I get in touch with the Kestrel team?", Intent.CONTACT),
        ("Is there somebody at Wexcombe I could ring?", Intent.CONTACT),
        ("Contacts for the warm homes scheme", Intent.CONTACT),
        ("How can we reach the academy's lead?", Intent.CONTACT),
        ("How did the council repair damp homes in winter?", Intent.EXPLAIN),
        ("What did nurses do about damp homes?", Intent.EXPLAIN),
        ("Why do trusts hire local people?", Intent.EXPLAIN),
    ],
)
def test_intents(lexicon: Lexicon, question: str, intent: Intent) -> None:
    assert read(lexicon, question).intent is intent


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
def test_follow_ups_are_joined(lexicon: Lexicon, question: str) -> None:
    before = "How did Wexcombe set up its academy?"
    understood = read(lexicon, question, before)
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
def test_a_question_that_stands_alone_drops_the_old_one(lexicon: Lexicon, question: str) -> None:
    understood = read(lexicon, question, "How did Wexcombe set up an academy?")
    assert "Wexcombe" not in understood.search_text
    assert understood.shown == question


def test_a_follow_up_of_a_follow_up_keeps_the_subject(lexicon: Lexicon) -> None:
    understood = read(lexicon, "and the tutors?", "Does Aldermere plant trees?", "Who runs the Kestrel scheme?", "Why?")
    assert "Kestrel" in understood.search_text and "Aldermere" not in understood.search_text


def test_only_what_the_reader_asked_is_joined(lexicon: Lexicon) -> None:
    turns = [Turn(Role.USER, "How did Wexcombe hire?"), Turn(Role.ASSISTANT, "Zanzibar")]
    assert "Zanzibar" not in understand("and the cost?", turns, lexicon).search_text


@pytest.mark.parametrize(
    "question", ["", "?!", "help", "Tell me more", "what can you do", "trusts", "🙂🙂", "give me examples"]
)
def test_vague_questions(lexicon: Lexicon, question: str) -> None:
    assert read(lexicon, question).vague


@pytest.mark.parametrize("question", ["How do we start?", "damp", "housing?", "What is social value?"])
def test_short_is_not_vague(lexicon: Lexicon, question: str) -> None:
    assert not read(lexicon, question).vague


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
def test_unknown_names(lexicon: Lexicon, question: str, names: tuple[str, ...]) -> None:
    assert read(lexicon, question).unknown_names == names


def test_terms_carry_meaning_only(lexicon: Lexicon) -> None:
    understood = read(lexicon, "How do   we help our trust's nurses\nwith damp homes and damp homes?")
    assert understood.terms == tuple(stems("nurses damp homes"))
    assert "\n" not in understood.shown and "  " not in understood.shown


def test_words_that_stand_in_no_passage_are_told_as_they_were_typed(lexicon: Lexicon) -> None:
    asked = read(lexicon, "How do trusts use zeppelins and tricycles for staff at Quuxborough?")
    assert asked.unknown_words == ("zeppelins", "tricycles")
    assert asked.unknown_names == ("Quuxborough",)


def test_slips_are_mended_and_told(lexicon: Lexicon) -> None:
    asked = read(lexicon, "How mcuh did the acadmy cost?")
    assert asked.shown == "How much did the academy cost? (read as: “much” for “mcuh”, “academy” for “acadmy”)"
    assert asked.intent is Intent.FIGURE and asked.terms == tuple(stems("academy cost"))
    assert "acadmy" not in asked.search_text and not asked.unknown_words


def test_slips_in_earlier_questions_are_mended_too(lexicon: Lexicon) -> None:
    asked = read(lexicon, "and the tutors?", "Who runs the aprentice acadmy?")
    assert "apprentice academy" in asked.search_text


def test_what_is_looked_up_besides_is_only_for_the_words(shipped: Lexicon) -> None:
    asked = read(shipped, "What does HALN do?")
    assert "Health Anchors Learning Network" in asked.search_text
    assert asked.meaning_text == asked.shown == "What does HALN do?"
    assert asked.terms == tuple(stems("HALN"))


def test_a_question_names_organisations_programmes_and_facets(shipped: Lexicon) -> None:
    asked = read(shipped, "How did elft pay for No Fixed Address for homeless people with no budget?")
    assert asked.organisations == ("East London NHS Foundation Trust",)
    assert asked.programmes == ("no-fixed-address",)
    assert asked.facets["population"] == ("homeless_people",) and asked.facets["constraint"] == ("no_budget",)


def test_a_follow_up_names_what_it_takes_from_the_conversation(shipped: Lexicon) -> None:
    asked = read(shipped, "Who paid for it?", "What is Essex Pedal Power?")
    assert asked.shown == "Who paid for Essex Pedal Power?"
    assert asked.programmes == ("mse-essex-pedal-power",)


@pytest.mark.parametrize(
    "typed", ["a", "It ", "and ", "qzxvw ", "what about ", "((", "? ", "x's ", "安", "\ud800", "A&", "housng "]
)
def test_anything_may_be_typed(shipped: Lexicon, typed: str) -> None:
    question = (typed * 1000)[:1000]
    assert read(shipped, question, question).shown
