"""What the support check lets through and what it turns down, and that its rules hold for any sentence."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from retrieval.writers.reading import Kind, tokens_of
from retrieval.writers.support import Fault, fault_of

HIRED = "In 2021 the academy hired 42 neighbours, and 38 of them stayed for a year."
PLANS = "The trust aims to hire 412 people by 2026."
WHO = "Wexcombe Hospital NHS Trust"


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        (HIRED, HIRED),
        ("In 2021 the academy hired 42 neighbours.", HIRED),
        ("The academy hired 42 neighbours in 2021, of whom 38 stayed for a year.", HIRED),
        ("The academy hired forty-two neighbours in 2021.", HIRED),
        ("In 2021 the academy hired 42 of their neighbours.", HIRED),
        ("At Wexcombe Hospital NHS Trust, the academy hired 42 of its neighbours.", HIRED),
        ("Wexcombe aims to hire 412 people by 2026.", PLANS),
        ("Local spend increased from 12 per cent to 19 percent.", "Local spend rose from 12% to 19%."),
        ("It cost 1.4 billion pounds.", "It cost £1.4bn."),
        ("It cost £1,400,000.", "It cost £1.4 million."),
        ("The pilot cannot pay for travel.", "The pilot can't pay for travel."),
        ("More than 60 homes were repaired.", "Over 60 homes were repaired in the borough."),
        (
            "As of 2022-23 the scheme has trained 119 people, arranged 60 placements and produced 88 jobs.",
            "As of 2022–23, the scheme has trained 119 people, arranged 60 placements, and produced 88 jobs so far.",
        ),
        ("The academy opened and hired 42 people.", "The academy opened. It hired 42 people."),
        ("Children who live in damp homes cough more.", "Children who live in damp homes cough more."),
    ],
)
def test_an_honest_sentence_is_kept(sentence: str, quote: str) -> None:
    assert fault_of(sentence, quote, WHO) is None


@pytest.mark.parametrize(
    ("sentence", "quote", "fault"),
    [
        # figures and their units
        ("The academy hired 43 neighbours.", HIRED, Fault.FIGURE),
        ("The academy hired 42 million neighbours.", HIRED, Fault.FIGURE),
        ("The academy hired 42% of neighbours.", HIRED, Fault.FIGURE),
        ("The budget was £412 million.", "The scheme helped 412 people.", Fault.WORDS),
        ("The scheme helped £412 million people.", "The scheme helped 412 people.", Fault.FIGURE),
        ("The scheme helped people, 412 million.", "The scheme helped 412 people.", Fault.FIGURE),
        ("The budget was 412 people.", "The scheme helped 412 people.", Fault.WORDS),
        ("Spend rose by 5 percentage points.", "Spend rose by 5%.", Fault.FIGURE),
        ("Spend changed by -5%.", "Spend changed by 5%.", Fault.FIGURE),
        ("In 2020 the academy hired 42 neighbours.", HIRED, Fault.FIGURE),
        ("The academy hired 2021 neighbours.", HIRED, Fault.FIGURE),
        ("Forty-three neighbours were hired.", "42 neighbours were hired.", Fault.FIGURE),
        ("The academy hired 38 neighbours.", HIRED, Fault.TWISTED),
        ("42 stayed for a year.", HIRED, Fault.TWISTED),
        ("42 men and 38 women came.", "38 men and 42 women came.", Fault.TWISTED),
        ("Local spend rose from 19% to 12%.", "Local spend rose from 12% to 19%.", Fault.TWISTED),
        ("The academy hired 42 neighbours and 38 stayed in 2021.", HIRED, Fault.TWISTED),
        ("It opened a shop in 2021.", "In 2019 it opened a shop and in 2021 it closed the pool.", Fault.TWISTED),
        ("The scheme runs for 12 weeks.", "The scheme runs for 12 hours per week.", Fault.WORDS),
        # names, and who did it to whom
        ("Aldermere hired 42 neighbours in 2021.", HIRED, Fault.WORDS),
        ("The academy at Aldermere hired 42 neighbours.", HIRED, Fault.NAME),
        ("The council and Wexcombe repaired 60 homes.", "The council repaired 60 homes.", Fault.TWISTED),
        ("Wexcombe repaired 60 homes.", "The council repaired 60 homes.", Fault.TWISTED),
        ("The trust repaired 60 homes.", "The council repaired 60 homes.", Fault.TWISTED),
        ("It repaired 60 homes.", "The council repaired 60 homes.", Fault.TWISTED),
        ("Foxton helped Barrow hire 42 people.", "Barrow helped Foxton hire 42 people.", Fault.TWISTED),
        ("Foxton repaired homes.", "Foxton hired people and Barrow repaired homes.", Fault.TWISTED),
        ("The council inspected the school.", "The council was inspected by the school.", Fault.TWISTED),
        ("The council inspected in May.", "The council was inspected in May.", Fault.TWISTED),
        ("Nurses refer families from the council.", "Nurses refer families to the council.", Fault.TURNED),
        # negation, plans, conditions, degree, direction
        ("The academy did not hire 42 neighbours.", HIRED, Fault.TURNED),
        ("The academy never hired 42 neighbours.", HIRED, Fault.TURNED),
        ("Visits fall by 12%.", "Visits did not fall by 12%.", Fault.TWISTED),
        ("Visits fell by 12%.", "Visits did not fall by 12%.", Fault.TURNED),
        ("Visits rose by 12%.", "Visits fell by 12%.", Fault.TURNED),
        ("Fewer people came.", "More people came.", Fault.TURNED),
        ("Children cough.", "Children cough less.", Fault.TWISTED),
        ("The trust hires 412 people.", PLANS, Fault.WORDS),
        ("The trust hire 412 people.", PLANS, Fault.TWISTED),
        ("The trust will hire 412 people.", PLANS, Fault.TURNED),
        ("The trust pays for travel.", "The trust pays for travel if the board agrees.", Fault.TWISTED),
        ("The scheme may reduce visits.", "The scheme reduced visits.", Fault.TURNED),
        ("The scheme reduce visits.", "The scheme may reduce visits.", Fault.TWISTED),
        ("All wards improved.", "Some wards improved.", Fault.TURNED),
        ("Wards improved.", "Some wards improved.", Fault.TWISTED),
        ("More than 42 neighbours came.", "Almost 42 neighbours came.", Fault.TURNED),
        ("42 neighbours came.", "Almost 42 neighbours came.", Fault.TWISTED),
        ("The scheme works because nurses care.", "The scheme works and nurses care.", Fault.TURNED),
        ("Wards were easier to fill.", "Staff said that wards were easier to fill.", Fault.TWISTED),
        # a hole, a tense, a number, a cut in the middle of a phrase, a verb put in
        (
            "The scheme is increasing marginalised communities.",
            "The scheme is increasing opportunities for marginalised communities.",
            Fault.TWISTED,
        ),
        ("The academy hired neighbours.", HIRED, Fault.TWISTED),
        ("The pilot runs in May.", "The pilot ran in May.", Fault.WORDS),
        ("The pilot is open.", "The pilot was open.", Fault.TURNED),
        ("The trust hired 42 nurses.", "The trust hired 42 nurse apprentices.", Fault.WORDS),
        ("The trust hired 42 nurse.", "The trust hired 42 nurse apprentices.", Fault.TWISTED),
        ("The trust hired 42 nurses of the.", "The trust hired 42 nurses of the town.", Fault.TWISTED),
        ("Trusts are perfect.", "Trusts that are perfect are rare.", Fault.TWISTED),
        ("Homes are built by trusts.", "Homes built by trusts are rare.", Fault.TWISTED),
        ("Nurses work for families.", "Nurses work with families.", Fault.TURNED),
        ("Wexcombe's council repaired 60 homes.", "The council repaired 60 homes.", Fault.TWISTED),
        ("Wexcombe and the council repaired 60 homes.", "The council repaired 60 homes.", Fault.TWISTED),
        ("Work with partners is slow.", "Work with partners is slow, though it lasts longer.", Fault.TWISTED),
        # foreign words, nothing said, tables
        ("The academy cancelled 42 neighbours.", HIRED, Fault.WORDS),
        ("All trusts are perfect.", "One speaker told the room to say that all trusts are perfect.", Fault.TWISTED),
        ("It does this.", HIRED, Fault.TWISTED),
        ("Wexcombe Hospital NHS Trust.", HIRED, Fault.TWISTED),
        ("In 2020, 19%.", "2020\t12%\n2021\t19%", Fault.FIGURE),
        ("Women 42.", "men\t42\twomen\t38", Fault.TWISTED),
    ],
)
def test_a_lie_is_told_from_its_quote(sentence: str, quote: str, fault: Fault) -> None:
    assert fault_of(sentence, quote, WHO) is fault


def test_a_table_bears_out_only_its_own_words() -> None:
    assert fault_of("2020\t12%", "2020\t12%") is None


unhurried = settings(deadline=None)  # a busy machine is no fault of the check
NAMES = ("Wexcombe", "Aldermere", "Foxton", "Barrow")
VERBS = ("hired", "trained", "visited", "repaired", "cleaned", "welcomed")
NOUNS = ("neighbours", "homes", "schools", "gardens", "nurses", "apprentices")
MANNERS = ("gladly", "in the library", "with the college", "across the borough", "during the winter")
TURNED = {"rose": "fell", "fell": "rose", "more": "fewer", "fewer": "more", "all": "some", "some": "all"}

clauses = st.builds(
    lambda name, verb, figure, noun, manner: f"{name} {verb} {figure} {noun} {manner}",
    st.sampled_from(NAMES),
    st.sampled_from(VERBS),
    st.integers(2, 9_999).map(lambda n: f"{n:,}") | st.integers(2, 900).map(lambda n: f"£{n} million"),
    st.sampled_from(NOUNS),
    st.sampled_from(MANNERS),
)
sentences = st.lists(clauses, min_size=1, max_size=3).map(" and ".join) | st.builds(
    lambda clause, turn: f"{clause} while visits {turn}", clauses, st.sampled_from(("rose", "fell"))
)


@unhurried
@given(sentences)
def test_any_sentence_bears_itself_out(sentence: str) -> None:
    assert fault_of(f"{sentence}.", f"{sentence}.") is None


@unhurried
@given(sentences, st.data())
def test_any_sentence_of_the_cited_words_that_only_loses_its_end_is_kept(sentence: str, data: st.DataObject) -> None:
    clauses_said = sentence.split(" and ")
    kept = " and ".join(clauses_said[: data.draw(st.integers(1, len(clauses_said)))])
    assume("while" not in sentence)
    assert fault_of(f"{kept}.", f"{sentence}.") is None


@unhurried
@given(sentences, st.sampled_from(("{}!", "{} .", "“{}”", "Also, {} here")))
def test_words_that_claim_nothing_and_marks_change_nothing(sentence: str, frame: str) -> None:
    assert fault_of(frame.format(sentence), f"{sentence}.") is None


@unhurried
@given(sentences, st.data())
def test_any_changed_figure_is_turned_down(sentence: str, data: st.DataObject) -> None:
    figures = [token.value for token in tokens_of(sentence) if token.kind is Kind.FIGURE]
    words = sentence.split(" ")
    at = data.draw(st.sampled_from([place for place, word in enumerate(words) if any(c.isdigit() for c in word)]))
    other = data.draw(st.integers(2, 99_999).map(str) | st.integers(2, 999).map(lambda n: f"£{n}"))
    changed = " ".join([*words[:at], other, *words[at + 1 :]])
    assume([token.value for token in tokens_of(changed) if token.kind is Kind.FIGURE] != figures)
    assert fault_of(changed, sentence) is not None


@unhurried
@given(sentences, st.sampled_from(NAMES), st.data())
def test_any_changed_name_is_turned_down(sentence: str, name: str, data: st.DataObject) -> None:
    words = sentence.split(" ")
    at = data.draw(st.sampled_from([place for place, word in enumerate(words) if word in NAMES]))
    assume(words[at] != name)
    assert fault_of(" ".join([*words[:at], name, *words[at + 1 :]]), sentence) is not None


@unhurried
@given(sentences, st.sampled_from(("not", "never", "may", "plans to", "nearly", "fewer", "except")), st.data())
def test_any_turning_word_put_in_or_lost_is_turned_down(sentence: str, turn: str, data: st.DataObject) -> None:
    words = sentence.split(" ")
    at = data.draw(st.integers(1, len(words) - 1))
    turned = " ".join([*words[:at], turn, *words[at:]])
    assert fault_of(turned, sentence) is not None
    if turn != "except":  # weighs only on the words beside it
        assert fault_of(sentence, turned) is not None


@unhurried
@given(sentences)
def test_any_flipped_direction_is_turned_down(sentence: str) -> None:
    flipped = " ".join(TURNED.get(word, word) for word in sentence.split(" "))
    assume(flipped != sentence)
    assert fault_of(flipped, sentence) is Fault.TURNED


@unhurried
@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_breaks_it(sentence: str, quote: str) -> None:
    assert fault_of(sentence, quote, sentence) in (None, *Fault)
