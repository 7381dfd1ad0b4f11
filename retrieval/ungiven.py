"""A figure that no sentence about the one programme or body of which it is asked gives: looked for in all that is held
on it, not only in what is quoted, so that it can be said plainly.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpus.types import Passage
from retrieval.demands import NUMBER, Demand, counted_in, demand_of, particular
from retrieval.evidence import with_lead
from retrieval.generation import Generation
from retrieval.names import known_names
from retrieval.notices import GAP_NONE_ABOUT
from retrieval.understand import Understood
from retrieval.words import stem_set, stems


def ungiven(asked: Understood, question: str, generation: Generation) -> Iterator[str]:
    """The gap, where the ``question``, whole or a part of what was ``asked``, names one subject."""
    demand, subject = demand_of(question), _subject(asked, generation)
    if demand is None or not demand.figure or subject is None:
        return
    about = (one for one in generation.content.passages if _is_about(one, asked, subject))
    if not any(_gives(demand, question, one) for one in about):
        yield GAP_NONE_ABOUT.format(name=subject, what=demand.says(question))


def _subject(asked: Understood, generation: Generation) -> str | None:
    """What a reader calls the one programme, or the one body, that is asked about."""
    if len(asked.programmes) == 1:
        return known_names(generation).called.get(asked.programmes[0])
    return asked.organisations[0] if not asked.programmes and len(asked.organisations) == 1 else None


def _is_about(one: Passage, asked: Understood, subject: str) -> bool:
    its_own = one.programme_id in asked.programmes if asked.programmes else one.organisation == subject
    return its_own or subject in one.text


def _gives(demand: Demand, question: str, passage: Passage) -> bool:
    """Whether a sentence of a passage holds what is demanded, and speaks of what is counted."""
    counted = frozenset(stems(particular(counted_in(question)))) if demand.what == NUMBER else frozenset()
    lines = (with_lead(passage, at) for at in range(len(passage.sentences)))
    return any(counted <= stem_set(line) and demand.held_in(line, question) for line in lines)
