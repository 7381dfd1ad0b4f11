"""What a question says of the asker's trust, people and constraints."""

from __future__ import annotations

import pytest

from corpus.records import Determinant, Pillar, Population, Stage, TrustType
from retrieval.facets import facets_of
from retrieval.phrases import PHRASES, Constraint, Unused


def test_every_value_can_be_said_by_words_of_its_own() -> None:
    enums = (TrustType, Pillar, Determinant, Population, Stage, Unused, Constraint)
    for (_, table), values in zip(PHRASES.items(), enums, strict=True):
        assert set(table) == set(values)


@pytest.mark.parametrize(
    ("text", "facet", "values"),
    [
        ("How do we start as a mental health trust?", "trust_type", ("mental_health",)),
        ("We are a mental health and community NHS foundation trust", "trust_type", ("mental_health", "community")),
        ("our acute hospital", "trust_type", ("acute",)),
        ("a district general hospital", "trust_type", ("acute",)),
        ("What could a children's hospital do?", "trust_type", ("specialist",)),
        ("an AMBULANCE service", "trust_type", ("ambulance",)),
        ("a community services trust", "trust_type", ("community",)),
        ("buying from local suppliers", "pillar", ("procurement",)),
        ("hire more apprentices", "pillar", ("employment",)),
        ("use spare land", "pillar", ("buildings_and_land",)),
        ("net zero", "pillar", ("environment",)),
        ("damp housing", "determinant", ("housing",)),
        ("fuel poverty", "determinant", ("energy",)),
        ("poverty", "determinant", ("income",)),
        ("dirty air near schools", "determinant", ("education", "air_quality")),
        ("green spaces", "determinant", ("green_space",)),
        ("free bikes", "determinant", ("transport",)),
        ("loneliness", "determinant", ("community",)),
        ("racism at work", "determinant", ("discrimination",)),
        ("digital exclusion", "determinant", ("digital_inclusion",)),
        ("teenagers out of work", "population", ("young_people", "unemployed_people")),
        ("rough sleepers", "population", ("homeless_people",)),
        ("cleaners and porters", "population", ("low_paid_staff",)),
        ("people with severe mental illness", "population", ("people_with_mental_illness",)),
        ("small firms", "population", ("small_businesses",)),
        ("charities and families", "population", ("children_and_families", "voluntary_sector")),
        ("How do we get started?", "stage", ("starting",)),
        ("How do we make the case?", "stage", ("making_the_case",)),
        ("How is impact measured?", "stage", ("measuring",)),
        ("How do we roll it out and embed it?", "stage", ("delivering", "spreading")),
        ("with no budget", "constraint", ("no_budget",)),
        ("hardly any money and a tiny team", "constraint", ("no_budget", "small_team")),
        ("How do I convince a sceptical board?", "constraint", ("sceptical_board",)),
        ("our chief executive is not convinced", "constraint", ("sceptical_board",)),
        ("we have no time and no data", "constraint", ("short_of_time", "no_data")),
    ],
)
def test_what_is_said(text: str, facet: str, values: tuple[str, ...]) -> None:
    assert facets_of(text)[facet] == values


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("We have the green light", "determinant"),
        ("What about the community?", "trust_type"),
        ("What about the community?", "determinant"),
        ("an acute shortage of nurses", "trust_type"),
        ("the current financial climate", "determinant"),
        ("building trust with residents", "trust_type"),
        ("building relationships", "pillar"),
        ("income generation", "determinant"),
        ("food for thought", "determinant"),
        ("mental health problems", "trust_type"),
        ("a children's hospital", "population"),
        ("we have a budget of £2m", "constraint"),
        ("the board backs us", "constraint"),
        ("What is an anchor institution?", "stage"),
        ("", "trust_type"),
    ],
)
def test_what_is_not_said(text: str, facet: str) -> None:
    assert facet not in facets_of(text)
