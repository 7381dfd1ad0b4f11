"""Follow-ups become questions that stand alone, and a changed subject drops the old one."""

from __future__ import annotations

import pytest

from retrieval.followups import stand_alone
from retrieval.pointing import asks_more, may_follow
from retrieval.types import Role, Turn
from retrieval.understand import Lexicon

THREE = "Healthcare Horizons at Barts did. So did the Anchor Youth Partnership. Then London Works, in Newham."


def turns(question: str, answer: str = "An answer.") -> list[Turn]:
    return [Turn(Role.USER, question), Turn(Role.ASSISTANT, answer)]


@pytest.mark.parametrize(
    ("before", "text", "alone"),
    [
        ("What does Barts do about jobs?", "What about ELFT?", "What does ELFT do about jobs?"),
        ("What does Barts do about jobs?", "and Leeds?", "What does Leeds do about jobs?"),
        ("What does Barts do about jobs?", "And at GOSH?", "What does GOSH do about jobs?"),
        ("How did Leeds recruit people at Lincoln Green?", "what about Imperial", "How did Imperial recruit people?"),
        ("Who evaluated Healthcare Horizons at Barts?", "And Essex Pedal Power?", "Who evaluated Essex Pedal Power?"),
        ("Who evaluated Healthcare Horizons at Barts?", "What about ELFT?", "Who evaluated the programme at ELFT?"),
        ("What is Healthcare Horizons?", "and the funding?", "What about the funding of Healthcare Horizons?"),
        ("Who evaluated Healthcare Horizons?", "What about ELFT?", "Who evaluated the programme at ELFT?"),
        ("What is Healthcare Horizons?", "What has it achieved?", "What has Healthcare Horizons achieved?"),
        ("What is Healthcare Horizons?", "cost?", "What about the cost of Healthcare Horizons?"),
        ("What is Healthcare Horizons?", "And who paid for it?", "Who paid for Healthcare Horizons?"),
        ("What is Healthcare Horizons?", "What are its outcomes?", "What are Healthcare Horizons’s outcomes?"),
        ("What was the Lincoln Green pilot?", "Who evaluated that?", "Who evaluated the Lincoln Green pilot?"),
        ("What did GOSH do?", "And who works there?", "Who works at GOSH?"),
        ("How many got jobs in Leeds?", "And how many at Barts?", "How many got jobs in Barts?"),
        ("What is the second category?", "And the fourth one?", "What is the fourth category?"),
        ("What is the second category?", "what about the last?", "What is the last category?"),
        ("What does Barts do about jobs?", "What about housing?", "What does Barts do about housing?"),
        ("What have trusts done on housing?", "same for green space?", "What have trusts done on green space?"),
        ("What does Barts do about jobs?", "does ELFT do the same?", "What does ELFT do about jobs?"),
        ("What does Barts do about jobs?", "no I meant ELFT", "What does ELFT do about jobs?"),
        ("What does Barts do about jobs?", "and Manchester?", "What does Manchester do about jobs?"),
        ("What does Barts do about jobs?", "summarise that for my chief exec", "What does Barts do about jobs?"),
        ("What does Barts do about jobs?", "thanks. and Leeds?", "What does Leeds do about jobs?"),
        ("What does Barts do on jobs?", "who else?", "What do other trusts do on jobs?"),
        ("What did Leeds do on jobs?", "anything similar in London", "What did other trusts do on jobs in London?"),
        (
            "Compare Barts and ELFT on jobs",
            "more on the second one",
            "more on East London NHS Foundation Trust, on jobs?",
        ),
        ("How does Barts fund it?", "compare with ELFT", "Compare Barts and ELFT: How do Barts and ELFT fund it?"),
        ("What are the 13 lessons?", "tell me more about number 8", "tell me more about lesson 8"),
        ("What are the 13 lessons?", "and 10", "What is lesson 10?"),
        ("What does Barts do about jobs?", "can you summarise that", "What does Barts do about jobs?"),
        ("What does Barts do about jobs?", "And the impact?", "What about the impact of Barts’s work on jobs?"),
        ("What does Barts do about jobs?", "What was the impact?", "What was the impact of Barts’s work on jobs?"),
        ("What does Barts do about jobs?", "so did it work", "What came of Barts’s work on jobs: Did it work"),
        ("What is Healthcare Horizons?", "did it work?", "What came of Healthcare Horizons: Did it work?"),
        ("What does Barts do about jobs?", "what have they tried", "What have Barts tried"),
        ("What does Barts do about jobs?", "just the ones in London", "What does Barts do about jobs in London?"),
        ("What have trusts done on jobs?", "and at Sussex?", "What has Sussex done on jobs?"),
        (
            "What have trusts done on jobs?",
            "for a mental health trust?",
            "What have trusts done on jobs for a mental health trust?",
        ),
        ("What did it say in 2019?", "and 2022?", "What did it say in 2022?"),
        ("What did trusts do?", "what about before 2020?", "What did trusts do before 2020?"),
        ("How do we get the board on board?", "and frontline staff?", "How do we get frontline staff on board?"),
        ("What are the barriers to measuring impact?", "and to funding?", "What are the barriers to funding?"),
        ("What does Barts do about jobs?", "compare that with Leeds", "Compare Barts and Leeds on jobs"),
        ("Compare Barts and Leeds on jobs", "and for cost?", "Compare Barts and Leeds on cost"),
        ("Compare Barts and Leeds on jobs", "whose is better?", "whose is better, Barts or Leeds, on jobs?"),
        (
            "What helps with the cost of living?",
            "not for patients, for staff",
            "What helps with the cost of living for staff?",
        ),
        ("What does Sussex do?", "what about Nottingham, do they do housing", "Does Nottingham do housing"),
        ("How can a community trust help?", "and an ambulance trust?", "How can an ambulance trust help?"),
        ("What is an anchor?", "why does it matter", "Why does an anchor matter"),
        ("What does Barts do?", "ta. different thing - what is an anchor?", "what is an anchor?"),
        (
            "How can we offer housing?",
            "what should we do first then?",
            "What should we do first then to offer housing?",
        ),
    ],
)
def test_made_to_stand_alone(shipped: Lexicon, before: str, text: str, alone: str) -> None:
    resolved = stand_alone(text, turns(before), shipped.names)
    assert (resolved.question, resolved.leans_on) == (alone, "")


@pytest.mark.parametrize(
    "text",
    [
        "Do they stay?",
        "how many of them found work?",
        "who could have one?",
        "why?",
        "How do I join?",
        "Is it worth the money?",
        "who do I talk to?",
        "what did he say?",
        "Was there an evaluation?",
        "which parts of the city?",
        "who sends people to them?",
    ],
)
def test_what_cannot_be_spelt_out_says_what_it_follows(shipped: Lexicon, text: str) -> None:
    before = "What does Barts do about jobs?"
    resolved = stand_alone(text, turns(before), shipped.names)
    assert resolved.question == text and resolved.shown.endswith("? (Barts’s work on jobs)")
    assert before in resolved.search_text and text in resolved.search_text


@pytest.mark.parametrize(
    "text",
    [
        "And what did ELFT do about housing?",
        "But how does Essex Pedal Power help cleaners?",
        "Why do trusts hire local people?",
        "How do hospitals buy from local suppliers?",
        "Tell me about the living wage",
        "What is an anchor institution?",
        "What does ELFT spend on grants?",
        "How do trusts involve communities and work with them?",
        "Which trusts plant trees?",
    ],
)
def test_a_changed_subject_drops_the_old_one(shipped: Lexicon, text: str) -> None:
    resolved = stand_alone(text, turns("What is Healthcare Horizons at Barts?"), shipped.names)
    assert (resolved.search_text, resolved.leans_on) == (text, "")


def test_that_trust_is_the_one_of_the_answer_and_no_programme(shipped: Lexicon) -> None:
    history = turns("Who runs Healthcare Horizons?", "It is run by Barts Health.")
    assert "Barts Health" in stand_alone("and how big is that trust?", history, shipped.names).focus


def test_what_answered_which_is_what_comes_next_is_about(shipped: Lexicon) -> None:
    history = turns("Which trust calls itself a Marmot trust?", "East London NHS Foundation Trust.")
    resolved = stand_alone("and how big is that trust?", history, shipped.names)
    assert "East London" in resolved.search_text and "Marmot" not in resolved.search_text
    where = turns("Where did Barts find them?", "Through Healthcare Horizons.")
    assert stand_alone("What did it cost?", where, shipped.names).search_text == "What did Healthcare Horizons cost?"


@pytest.mark.parametrize(
    "text", ["what's the difference?", "anyone from abroad?", "what do people do in them?", "and the other?"]
)
def test_what_says_too_little_by_itself_goes_on_with_the_conversation(shipped: Lexicon, text: str) -> None:
    before = "How do trusts see green spaces?"
    assert stand_alone(text, turns(before), shipped.names).leans_on == before


def test_the_two_are_those_named_last(shipped: Lexicon) -> None:
    history = turns("Which trusts act on air?", "Great Ormond Street, and Mid and South Essex.")
    asked = stand_alone("which of the two is larger?", history, shipped.names).question
    assert "Great Ormond Street" in asked and "Mid and South Essex" in asked


def test_what_else_may_be_meant_is_looked_up_too(shipped: Lexicon) -> None:
    history = turns("What does Barts do about jobs?", "It trains people.")
    follows, alone = (
        stand_alone(text, history, shipped.names) for text in ("Do they stay?", "Which trusts plant trees?")
    )
    assert [one.text for one in follows.otherwise] == ["Do they stay?", "It trains people. Do they stay?"]
    assert alone.otherwise[0].text == "What does Barts do about jobs? Which trusts plant trees?"
    assert not stand_alone("Do they stay?", (), shipped.names).otherwise


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("And number 13?", "What is lesson 13 about?"),
        ("what about lesson 9", "What is lesson 9 about?"),
        ("And step 3?", "What is lesson 12 about? And step 3?"),
        ("and 2019?", "What is lesson 12 about? and 2019?"),
    ],
)
def test_another_number_takes_the_place_of_the_one_before(shipped: Lexicon, text: str, searched: str) -> None:
    assert stand_alone(text, turns("What is lesson 12 about?"), shipped.names).search_text == searched


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("Tell me more about the second one", "Tell me more about Anchor Youth Partnership"),
        ("how was the last one funded?", "how was London Works funded?"),
        ("Tell me about number 1", "Tell me about Healthcare Horizons"),
        ("who ran the third programme?", "who ran London Works?"),
    ],
)
def test_ordinals_pick_from_the_last_answer(shipped: Lexicon, text: str, alone: str) -> None:
    assert stand_alone(text, turns("Which trusts help young people?", THREE), shipped.names).search_text == alone


@pytest.mark.parametrize("answer", ["Zanzibar and Quuxborough did.", "Healthcare Horizons did.", ""])
def test_an_ordinal_of_nothing_known_is_no_guess(shipped: Lexicon, answer: str) -> None:
    resolved = stand_alone("Tell me about the second one", turns("Which trusts help with food?", answer), shipped.names)
    assert resolved.leans_on == "Which trusts help with food?"


def test_an_answer_gives_one_known_name_and_nothing_else(shipped: Lexicon) -> None:
    before = "Is there a scheme with free bikes?"
    resolved = stand_alone("Is it evaluated?", turns(before, "Essex Pedal Power gave 90 of them."), shipped.names)
    assert resolved.question == "Is Essex Pedal Power evaluated?"
    assert "90" not in resolved.search_text and "Essex Pedal Power" in resolved.search_text
    several = stand_alone("Is it evaluated?", turns("Who helps young people?", THREE), shipped.names)
    assert several.search_text == "Who helps young people? Is it evaluated?"


def test_swaps_follow_one_another(shipped: Lexicon) -> None:
    history = [*turns("What does Barts do about jobs?"), *turns("What about Leeds?")]
    assert stand_alone("and ELFT?", history, shipped.names).question == "What does ELFT do about jobs?"


@pytest.mark.parametrize("answer", ["An answer.", "Healthcare Horizons at Barts, and Essex Pedal Power."])
def test_the_first_subject_is_kept_however_many_follow_ups_lean_on_it(shipped: Lexicon, answer: str) -> None:
    asked = ("How has Leeds got people into jobs?", "how many got jobs", "and the funding?", "so did it work", "why?")
    history = [turn for text in asked for turn in turns(text, answer)]
    resolved = stand_alone("how long did that take", history, shipped.names)
    assert asked[0] in resolved.search_text and resolved.focus.startswith("Leeds: ")
    assert stand_alone("and ELFT?", history, shipped.names).question == "ELFT’s work on people into jobs: why?"


def test_what_was_asked_of_one_is_asked_of_the_next(shipped: Lexicon) -> None:
    history = [*turns("How did Barts pay for its hub?"), *turns("how did they get the board to agree")]
    assert stand_alone("and Leeds?", history, shipped.names).question == "How did Leeds get the board to agree"


def test_what_stands_near_an_answer_is_not_its_subject(shipped: Lexicon) -> None:
    near = "**Perhaps also of use: Essex Pedal Power**\n\n> Bikes. [1]"
    main = "**Healthcare Horizons**\n\n> Schools. [1]\n\n> Colleges. [2]"
    before = "Is there a scheme for schools?"
    asked = stand_alone("what did it cost?", turns(before, f"{near}\n\n{main}"), shipped.names).question
    assert asked == "What did Healthcare Horizons cost?"
    assert not stand_alone("what did it cost?", turns(before, near), shipped.names).question.count("Essex")


def test_what_answers_a_question_about_nobody_is_an_example(shipped: Lexicon) -> None:
    answer = "**Healthcare Horizons**\n\n> Schools. [1]\n\n> Colleges. [2]\n\n**Essex Pedal Power**\n\n> Bikes. [3]"
    before = "How are schemes paid for?"
    assert stand_alone("what did it cost?", turns(before, answer), shipped.names).leans_on == before


def test_a_trust_alone_narrows_what_was_asked_of_nobody(shipped: Lexicon) -> None:
    history = [*turns("What numbers make the case?"), *turns("from Barts?")]
    resolved = stand_alone("and ELFT?", history, shipped.names)
    assert resolved.question == "What numbers make the case? from ELFT?"


def test_a_plan_names_examples_only(shipped: Lexicon) -> None:
    history = turns("How do we start on jobs?", "**First weeks: Healthcare Horizons**\n\n> Schools. [1]")
    assert "Horizons" not in stand_alone("what numbers could we put in it", history, shipped.names).search_text


def test_without_a_conversation_nothing_is_added(shipped: Lexicon) -> None:
    assert stand_alone("and the funding?", (), shipped.names).search_text == "and the funding?"


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("how many extra visitors a week", True),
        ("tell me a joke", False),
        ("how many goals did Ronaldo score", False),
        ("what does ELFT spend", False),
    ],
)
def test_what_is_asked_in_our_words_and_names_nothing_may_follow(shipped: Lexicon, text: str, follows: bool) -> None:
    assert may_follow(text, shipped.names, shipped.words) is follows


@pytest.mark.parametrize(
    ("before", "text", "alone"),
    [
        ("What did Manchester do on employment?", "no I meant Leeds", "What did Leeds do on employment?"),
        (
            "Is the MSE anchor programme value for money?",
            "sorry, I meant ELFT, not MSE",
            "Is the programme at ELFT value",
        ),
        ("How is ELFT doing on social value?", "how does MSE do it", "How is MSE doing on social value"),
        ("How do you measure anchor impact?", "what does MSE use?", "How does MSE measure anchor impact?"),
    ],
)
def test_a_correction_and_a_bare_verb_take_the_topic_along(
    shipped: Lexicon, before: str, text: str, alone: str
) -> None:
    assert stand_alone(text, turns(before), shipped.names).question.startswith(alone)


def test_two_that_were_asked_of_in_turn_are_set_beside_each_other(shipped: Lexicon) -> None:
    history = [*turns("How does ELFT buy locally?"), *turns("what about Barts")]
    assert stand_alone("which does better?", history, shipped.names).question.startswith(
        "which does better, ELFT or Barts"
    )


def test_what_changed_between_years_asks_of_both(shipped: Lexicon) -> None:
    history = [*turns("What was said in 2019?"), *turns("and 2022?")]
    asked = stand_alone("what changed between them?", history, shipped.names).question
    assert asked == "what changed between 2019 and 2022: What was said in 2019 and 2022?"


def test_a_narrowing_takes_the_place_of_the_one_before(shipped: Lexicon) -> None:
    history = [*turns("What have trusts done on housing?"), *turns("and in Newham?")]
    assert stand_alone("and in Luton?", history, shipped.names).question == "What have trusts done on housing in Luton?"


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("what else?", True),
        ("ok, any more?", True),
        ("more", True),
        ("any others planned?", True),
        ("what else did they do", True),
        ("tell me more about the second one", False),
        ("how many more got jobs?", False),
    ],
)
def test_what_asks_for_more_is_known(text: str, more: bool) -> None:
    assert asks_more(text) is more
