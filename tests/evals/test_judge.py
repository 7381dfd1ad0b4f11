"""The judge: right source, right place, right words."""

from __future__ import annotations

import pytest

from evals.judge import groups_met, holds, relevant, satisfies, under
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


def test_groups_and_relevance() -> None:
    question = Question(
        id="pay",
        question="What happened to pay?",
        kind=Kind.CONFLICT,
        split=Split.TUNE,
        tags=Tags(Difficulty.HARD),
        needs=(
            (Evidence("report-2023", (), ("£185",)), Evidence("report-2022", (), ("£197",))),
            (Evidence("report-2023", (), ("68%",)),),
            (Evidence("report-2023", (), ("nowhere",)),),
        ),
    )
    ranked = (
        make_passage(1, "Nothing of note."),
        make_passage(2, "It was £197.", source="report-2022"),
        make_passage(3, "It was £185 and 68%."),
    )
    assert groups_met(question, ranked) == (2, 3, None)
    assert groups_met(question, ()) == (None, None, None)
    assert relevant(question, ranked) == {"report-2022#0002", "report-2023#0003"}
