"""Names, titles and addresses are known by their form; what is no name is not taken for one."""

from __future__ import annotations

import pytest

from retrieval.shapes import may_name_a_person, shapes


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Is Moira Kettlewell on the list?", "P"),
        ("is moira on the list", "Q"),
        ("we saw Mrs Kettlewell", "P"),
        ("Which trusts pay the living wage?", ""),
        ("Will grants end in May?", ""),
    ],
)
def test_whose_words_they_are(text: str, person: str) -> None:
    whose = {found[0] for found in shapes(text) if found in ("P", "Q") or found[:2] in ("P:", "Q:")}
    assert whose == ({person} if person else set())


def test_words_stand_beside_the_person() -> None:
    assert {"P:damp", "s:<G>_<C>"} <= set(shapes("Our tenant Moira Kettlewell has damp"))


def test_an_address_is_no_plain_number() -> None:
    assert "s:<A>" in shapes("i live at 12 cobden street")
    assert "s:<A>" not in shapes("12 trusts in 2023")


def test_only_forms_of_names_may_name_a_person() -> None:
    assert may_name_a_person("so said Priya")
    assert not may_name_a_person("How do we start? Which trusts did?")


@pytest.mark.parametrize(
    "public",
    [
        "what did Sir Michael Marmot say",
        "did Guy's and St Thomas' hire",
        "is James Paget one",
        "My name is Olga, I work at one",
    ],
)
def test_who_is_in_public_or_gives_his_own_name_is_no_private_person(public: str) -> None:
    assert not {"P", "Q"} & set(shapes(public))


def test_a_name_given_with_what_is_private_stays_a_name() -> None:
    assert {"Q", "told:health"} <= set(shapes("I am Olga from stores and have diabetes"))
