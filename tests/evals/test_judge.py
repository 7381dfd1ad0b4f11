"""The judge: right source, right place, right words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.judge import PART, WHOLE, grades, groups_of, holds, places, satisfies, shelve, under, ways
from evals.suite import Difficulty, Evidence, Kind, Question, Split, Tags
from tests.evals.conftest import make_passage


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Pay rose by £185 a month.", "£185"),
        ("Pay rose by £185.", "£185"),
        ("It fell to 3.8% in autumn.", "3.8%"),
        ("some 1,500+ participants", "1,500+ participants"),
        ("a “climate emergency” was declared", 'a "climate emergency"'),
        ("St James’ hospital", "St James' hospital"),
        ("a place‑based approach", "place-based approach"),
        ("a placebased approach", "place-based approach"),
        ("a long-term gain", "long term gain"),
        ("work with  the\nneighbours", "with the neighbours"),
        ("pre\u00ademployment training", "preemployment training"),
        ("in practice.^{12,13} Later", "in practice"),
        ("for decades.² But", "for decades"),
        ("GPs (Box 4)³ refer", "(Box 4)"),
        ("ﬁve principles", "FIVE principles"),
    ],
)
def test_found(text: str, fact: str) -> None:
    assert holds(text, fact)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("It fell to 3.8% in autumn.", "8%"),
        ("over 1,227 young people", "227 young people"),
        ("it cost £1.85", "£1"),
        ("in 2023", "202"),
        ("unemployment", "employment"),
        ("the neighbours with", "with the neighbours"),
    ],
)
def test_not_found(text: str, fact: str) -> None:
    assert not holds(text, fact)


def test_headings_in_order() -> None:
    path = ("Case studies", "Barts Health NHS Trust: Increasing local employment", "Impact")
    assert under(path, ())
    assert under(path, ("barts health nhs trust", "impact"))
    assert under(path, ("Case Studies", "Impact"))
    assert not under(path, ("Impact", "Barts Health NHS Trust"))
    assert not under(path, ("Barts", "Barts"))  # one heading serves once
    assert not under(path, ("East London", "Impact"))
    assert not under(path, ("Imp",))
    assert under(("3. Where next?",), ("Where next",))
    assert not under((), ("Impact",))


def test_all_three_must_hold() -> None:
    passage = make_passage(1, "Pay rose by £185.", ("East London", "Impact"))
    assert satisfies(passage, Evidence("report-2023", ("East London",), ("£185", "£197")))
    assert not satisfies(passage, Evidence("report-2022", ("East London",), ("£185",)))
    assert not satisfies(passage, Evidence("report-2023", ("Leeds",), ("£185",)))
    assert not satisfies(passage, Evidence("report-2023", ("East London",), ("£197",)))


def pay_question(*groups: tuple[Evidence, ...]) -> Question:
    return Question(
        id="pay",
        question="What happened to pay?",
        kind=Kind.CONFLICT,
        split=Split.TUNE,
        tags=Tags(Difficulty.HARD),
        needs=groups,
    )


def test_groups_and_grades() -> None:
    question = pay_question(
        (Evidence("report-2023", (), ("£185",)), Evidence("report-2022", (), ("£197",))),
        (Evidence("report-2023", (), ("68%",)),),
        (Evidence("report-2023", (), ("nowhere",)),),
    )
    held = (
        make_passage(1, "Nothing of note."),
        make_passage(2, "It was £197.", source="report-2022"),
        make_passage(3, "It was £185 and 68%."),
    )
    groups = groups_of(question, shelve(held))
    assert places(groups, [passage.passage_id for passage in held]) == (2, 3, None)
    assert places(groups, []) == (None, None, None)
    assert grades(groups) == {"report-2022#0002": WHOLE, "report-2023#0003": WHOLE}


def test_a_fact_cut_in_two_is_held_by_both_neighbours_together() -> None:
    evidence = Evidence("report-2023", ("Pay",), ("a rise of £185",))
    cut = (make_passage(1, "There was a rise", ("Pay",)), make_passage(2, "of £185 a month.", ("Pay",)))
    far = (cut[0], make_passage(7, "of £185 a month.", ("Pay",)))
    elsewhere = (cut[0], make_passage(2, "of £185 a month.", ("Tax",)))
    assert ways(evidence, shelve(cut)) == (frozenset({"report-2023#0001", "report-2023#0002"}),)
    assert ways(evidence, shelve(far)) == ways(evidence, shelve(elsewhere)) == ()

    groups = groups_of(pay_question((evidence,)), shelve(cut))
    assert grades(groups) == {"report-2023#0001": PART, "report-2023#0002": PART}
    assert places(groups, ["report-2023#0001"]) == (None,)
    assert places(groups, ["report-2023#0002", "x", "report-2023#0001"]) == (3,)


def test_a_passage_that_holds_the_fact_alone_takes_precedence_over_pieces() -> None:
    evidence = Evidence("report-2023", (), ("a rise of £185",))
    overlapping = (
        make_passage(1, "There was a rise"),
        make_passage(2, "a rise of £185"),
        make_passage(3, "of £185 a month."),
    )
    assert ways(evidence, shelve(overlapping)) == (frozenset({"report-2023#0002"}),)


def test_a_brief_counts_where_its_source_is_not_held() -> None:
    evidence = Evidence("report-2023", ("Pay",), ("£185",))
    brief = replace(make_passage(1, "Pay rose by £185.", source="brief-pay"), originals=("report-2023 › Pay › Impact",))
    of_another = replace(brief, originals=("report-2022 › Pay",))
    assert ways(evidence, shelve([brief])) == (frozenset({"brief-pay#0001"}),)
    assert ways(evidence, shelve([of_another])) == ()
    assert ways(evidence, shelve([brief, make_passage(1, "Nothing of note.", ("Pay",))])) == ()
