"""Proposes conflicts: facts of one measure, of one organisation or programme and group, that do not say the same.

A proposal is for a person to judge; what has been judged is kept in ``conflicts.yaml``. Nothing here picks a winner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.entries import Conflict
from corpus.records import Fact, Record


@dataclass(frozen=True, slots=True)
class Difference:
    """Facts that differ, each with its record's id. ``kept``: the ids of the conflicts that already tell of them."""

    measure: str
    subject: str
    facts: tuple[tuple[str, Fact], ...]
    kept: tuple[str, ...]

    @property
    def in_one_place(self) -> bool:
        """All from one section: more likely the parts of a table than a contradiction."""
        return len({fact.at for _, fact in self.facts}) == 1


def differences(records: Iterable[Record], conflicts: Iterable[Conflict]) -> tuple[Difference, ...]:
    """Sorted by subject and measure. The subject is the organisation, or the record where that has none."""
    groups: dict[tuple[str, str, str], list[tuple[str, Fact]]] = defaultdict(list)
    for record in records:
        for fact in record.facts:
            groups[record.organisation or record.id, fact.measure, fact.group or ""].append((record.id, fact))
    reviewed = tuple(conflicts)
    return tuple(
        Difference(measure, subject, tuple(facts), _kept(reviewed, measure, {subject, *(r for r, _ in facts)}))
        for (subject, measure, _), facts in sorted(groups.items())
        if len({_told(fact) for _, fact in facts}) > 1
    )


def _told(fact: Fact) -> tuple[float, str, str | None, str | None]:
    return (fact.value, fact.unit, fact.period, fact.bound)


def _kept(conflicts: Iterable[Conflict], measure: str, subjects: set[str]) -> tuple[str, ...]:
    return tuple(c.id for c in conflicts if c.measure == measure and (c.subject is None or c.subject in subjects))
