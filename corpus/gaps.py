"""What the corpus does not know: facet values that no programme has, and what programmes do not state.

An empty list in a record means that its sources are silent: worth telling a reader, and worth a maintainer's search.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from corpus.entries import Measures
from corpus.records import (
    Determinant,
    Fact,
    Level,
    Pillar,
    Population,
    Reach,
    Record,
    RecordKind,
    Stage,
    TrustType,
)

FACETS: Mapping[str, type[StrEnum]] = {
    "trust_type": TrustType,
    "pillar": Pillar,
    "determinant": Determinant,
    "population": Population,
    "stage": Stage,
    "level": Level,
    "reach": Reach,
}


ASKED = ("cost", "outcome", "evaluation", "contact")  # of any programme


def programmes(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(record for record in records if record.kind is RecordKind.PROGRAMME)


def facet_counts(records: Iterable[Record]) -> Mapping[str, Mapping[str, int]]:
    """For each facet, how many programmes have each value; values that none has are there with 0."""
    held = programmes(records)
    return {
        facet: {str(value): sum(value in getattr(r.facets, facet) for r in held) for value in values}
        for facet, values in FACETS.items()
    }


def money_put_in(record: Record, measures: Measures) -> tuple[Fact, ...]:
    """The figures that tell a cost: money, of a measure of what was put in."""
    return tuple(fact for fact in record.facts if fact.measure in measures.means and fact.unit.startswith("GBP"))


def unstated(record: Record, measures: Measures) -> tuple[str, ...]:
    """Which of the things that a reader asks of any programme its sources do not state. A figure tells the outcome only
    if its measure is a result (the year in which something began is none), and the cost if it is money put in."""
    stated = {
        "cost": bool(record.cost or money_put_in(record, measures)),
        "outcome": bool(record.outcomes) or any(fact.measure in measures.result for fact in record.facts),
        "evaluation": bool(record.evaluation),
        "contact": bool(record.contact),
    }
    return tuple(name for name, known in stated.items() if not known)
