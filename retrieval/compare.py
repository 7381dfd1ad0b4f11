"""Programmes side by side: one row a question that a trust asks of any of them, each cell cited or empty.

An empty cell says that the programme's sources do not state it, and nothing else; no cell is filled from another
programme or by inference, and no programme is called better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count

from corpus.gaps import money_put_in
from corpus.records import Statement
from retrieval.generation import Content
from retrieval.programmes import Held, Programme, Stated, described, held_programmes, stated

FEWEST, MOST = 2, 5  # programmes that can be compared
_FIRST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One cell a programme, in the order asked for; None where it is not stated. ``from_facets``: the cells' text is
    ours, put together from the record's facets or its evidence label, and cites the summary that they describe; in all
    other rows a cell's text is its citations' quotes. ``measure``: the id of the measure whose figures stand there."""

    field: str
    heading: str
    cells: tuple[Stated | None, ...]
    from_facets: bool = False
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    programmes: tuple[Programme, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    """What a row asks: for the statements that answer it or, with ``words``, for a text of ours."""

    field: str
    heading: str
    answers: Callable[[Held], Sequence[Statement]] = lambda held: (held.record.summary,)
    words: Callable[[Held], str] | None = None
    measure: str | None = None


def compare(content: Content, programme_ids: Sequence[str]) -> Comparison:
    """The rows are always in one order; measures that several of the programmes have come before the others. Markers of
    citations count from 1. Raises KeyError for an id that the index has no record of, and IndexDamaged."""
    known = held_programmes(content)
    chosen = [known[programme_id] for programme_id in programme_ids]
    sources = {stored.source.source_id for stored in content.sources}
    markers = count(1)
    rows = tuple(_row(question, chosen, markers) for question in _questions(chosen))
    return Comparison(tuple(described(held, sources) for held in chosen), rows)


def _questions(chosen: Sequence[Held]) -> tuple[_Question, ...]:
    return (
        _Question("organisation", "Who did it", words=_who),
        _Question("population", "For whom", words=_for_whom),
        _Question("summary", "What it is"),
        _Question("steps", "First steps", lambda held: held.record.steps[:_FIRST_STEPS]),
        _Question("partners", "Who took part", lambda held: held.record.partners),
        _Question("cost", "What it cost", _costs),
        _Question("funding", "Who paid for it", lambda held: held.record.funding),
        _Question("staffing", "Who worked on it", lambda held: held.record.staffing),
        *_measured(chosen),
        _Question("outcomes", "Other outcomes", lambda held: held.record.outcomes),
        _Question("evaluation", "How it was evaluated", lambda held: held.record.evaluation),
        _Question("evidence", "How strong the evidence is", words=_evidence),
        _Question("barriers", "What got in the way", lambda held: held.record.barriers),
        _Question("contact", "Whom to ask", lambda held: held.record.contact),
    )


def _measured(chosen: Sequence[Held]) -> list[_Question]:
    """A question for each measure that any has figures of."""
    holders: dict[str, list[Held]] = {}
    for held in chosen:
        for measure in dict.fromkeys(fact.measure for fact in held.record.facts):
            holders.setdefault(measure, []).append(held)
    in_order = sorted(holders.items(), key=lambda one: -len(one[1]))
    return [
        _Question("fact", having[0].meaning(measure), partial(_figures, measure=measure), measure=measure)
        for measure, having in in_order
    ]


def _figures(held: Held, measure: str) -> Sequence[Statement]:
    return [fact for fact in held.record.facts if fact.measure == measure]


def _costs(held: Held) -> Sequence[Statement]:
    """Where nothing but a figure tells the cost, that figure stands here and in its own row."""
    return held.record.cost or money_put_in(held.record, held.measures)


def _who(held: Held) -> str:
    kinds = _listed(described(held, ()).facets.get("trust_type", ()))
    if held.organisation is None:
        return kinds
    return f"{held.organisation} ({kinds})" if kinds else held.organisation


def _for_whom(held: Held) -> str:
    return _listed(held.record.facets.population)


def _evidence(held: Held) -> str:
    return f"{_listed([held.record.evidence.label])}: {held.record.evidence.reason}"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(value.replace("_", " ") for value in values)


def _row(question: _Question, chosen: Sequence[Held], markers: Iterator[int]) -> Row:
    cells = tuple(_cell(question, held, markers) for held in chosen)
    return Row(question.field, question.heading, cells, question.words is not None, question.measure)


def _cell(question: _Question, held: Held, markers: Iterator[int]) -> Stated | None:
    words = question.words(held) if question.words else None
    if words == "":
        return None
    said = [stated(held, statement, markers) for statement in question.answers(held)]
    if not said:
        return None
    text = "\n".join(one.text for one in said) if words is None else words
    return Stated(text, tuple(citation for one in said for citation in one.citations))
