"""What the corpus does not know: facet values that no programme has, and what programmes do not state.

An empty list in a record means that its sources are silent: worth telling a reader, and worth a maintainer's search.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from corpus.records import (
    Determinant,
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


def programmes(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(record for record in records if record.kind is RecordKind.PROGRAMME)


def facet_counts(records: Iterable[Record]) -> Mapping[str, Mapping[str, int]]:
    """For each facet, how many programmes have each value; values that none has are there with 0."""
    held = programmes(records)
    return {
        facet: {str(value): sum(value in getattr(r.facets, facet) for r in held) for value in values}
        for facet, values in FACETS.items()
    }


def unstated(record: Record) -> tuple[str, ...]:
    """Which of the things that a reader asks of any programme its sources do not state."""
    stated = {
        "cost": bool(record.cost),
        "outcome": bool(record.outcomes or record.facts),
        "evaluation": bool(record.evaluation),
        "contact": bool(record.contact),
    }
    return tuple(name for name, known in stated.items() if not known)
