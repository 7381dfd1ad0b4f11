"""What each programme did, from the records that the index holds: facets, facts, steps, and what nobody states.

Every statement is found again in the passages of its brief, so that it is cited by exact words like any answer. An
empty list means that the sources do not state it; nothing is ever inferred to fill one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby

from corpus.entries import Measures
from corpus.errors import IndexDamaged
from corpus.gaps import unstated
from corpus.records import Contact, Facets, Fact, Phase, Record, RecordKind, Statement, Step
from corpus.render import statement_locators
from corpus.types import Evidence, Passage
from retrieval.cite import Quotation, cite, stands
from retrieval.generation import Content
from retrieval.types import Citation

ASKED = ("cost", "funding", "staffing", "outcome", "evaluation", "barriers", "contact")  # of any programme


@dataclass(frozen=True, slots=True)
class Held:
    """A programme's record, what its facts measure, and the passages that say it."""

    record: Record
    measures: Measures
    passages: tuple[Passage, ...]

    @property
    def organisation(self) -> str | None:
        return self.passages[0].organisation or self.record.organisation

    def meaning(self, measure: str) -> str:
        """What a measure's id stands for; the id in words where the controlled list does not say."""
        return self.measures.all.get(measure, measure.replace("-", " "))


@dataclass(frozen=True, slots=True)
class Origin:
    """A published source that a programme was learnt from. ``held``: whether its own words are in the index."""

    source_id: str
    held: bool


@dataclass(frozen=True, slots=True)
class Route:
    """Whom to ask, as published."""

    role: str
    organisation: str
    route: str


@dataclass(frozen=True, slots=True)
class Programme:
    """``facets`` are those by which passages are narrowed, and places. ``not_stated`` names what of ``ASKED`` its
    sources do not tell."""

    programme_id: str
    title: str
    organisation_id: str | None
    organisation: str | None
    aliases: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]
    evidence: Evidence
    evidence_reason: str
    sources: tuple[Origin, ...]
    contact: tuple[Route, ...]
    not_stated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What a brief says, in its exact words. What is cut over two passages has a citation for each."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class StepTaken(Stated):
    phase: Phase
    who: str


@dataclass(frozen=True, slots=True)
class Figure(Stated):
    """``meaning`` is what the measure counts, with its unit; the rest is as in ``corpus.records.Fact``."""

    measure: str
    meaning: str
    value: float
    unit: str
    bound: str | None
    period: str | None
    comparator: str | None
    group: str | None


@dataclass(frozen=True, slots=True)
class ContactStated(Stated):
    role: str
    organisation: str
    route: str


@dataclass(frozen=True, slots=True)
class ProgrammeDetail:
    """All that a record states, each statement with its citations, whose markers count from 1."""

    about: Programme
    summary: Stated
    points: tuple[Stated, ...]
    steps: tuple[StepTaken, ...]
    facts: tuple[Figure, ...]
    outcomes: tuple[Stated, ...]
    partners: tuple[Stated, ...]
    funding: tuple[Stated, ...]
    staffing: tuple[Stated, ...]
    cost: tuple[Stated, ...]
    evaluation: tuple[Stated, ...]
    barriers: tuple[Stated, ...]
    next_steps: tuple[Stated, ...]
    contact: tuple[ContactStated, ...]


def held_programmes(content: Content) -> Mapping[str, Held]:
    """The programmes that the index has records of, by id."""
    return {key: held for key, held in held_records(content).items() if held.record.kind is RecordKind.PROGRAMME}


def held_records(content: Content) -> Mapping[str, Held]:
    """Whatever the index has records of, by id: programmes, organisations, lessons and frameworks."""
    passages: dict[str, list[Passage]] = {}
    for passage in content.passages:
        passages.setdefault(passage.source.source_id, []).append(passage)
    return {
        stored.record.id: Held(stored.record, stored.measures or Measures(), tuple(passages[stored.source.source_id]))
        for stored in content.sources
        if stored.record
    }


def programmes(content: Content) -> tuple[Programme, ...]:
    """Every programme, by id."""
    sources = {stored.source.source_id for stored in content.sources}
    return tuple(described(held, sources) for _, held in sorted(held_programmes(content).items()))


def having(
    every: Iterable[Programme], facets: Mapping[str, Sequence[str]], organisations: Sequence[str] = ()
) -> tuple[Programme, ...]:
    """Those that have, of each facet that is given, any of its values, and are of any of the organisations."""
    return tuple(
        one
        for one in every
        if (not organisations or one.organisation_id in organisations)
        and all(set(values) & set(one.facets.get(name, ())) for name, values in facets.items() if values)
    )


def programme(content: Content, programme_id: str) -> ProgrammeDetail | None:
    """One programme whole, None where the index has no record of it. Raises IndexDamaged (see ``stated``)."""
    held = held_programmes(content).get(programme_id)
    if held is None:
        return None
    record, markers = held.record, count(1)
    about = described(held, {stored.source.source_id for stored in content.sources})

    def every(statements: Iterable[Statement]) -> tuple[Stated, ...]:
        return tuple(stated(held, statement, markers) for statement in statements)

    return ProgrammeDetail(
        about=about,
        summary=stated(held, record.summary, markers),
        points=every(record.points),
        steps=tuple(_step(held, step, markers) for step in record.steps),
        facts=tuple(_figure(held, fact, markers) for fact in record.facts),
        outcomes=every(record.outcomes),
        partners=every(record.partners),
        funding=every(record.funding),
        staffing=every(record.staffing),
        cost=every(record.cost),
        evaluation=every(record.evaluation),
        barriers=every(record.barriers),
        next_steps=every(record.next_steps),
        contact=tuple(_contact(held, contact, markers) for contact in record.contact),
    )


def described(held: Held, sources: Iterable[str]) -> Programme:
    """The programme without its statements. ``sources``: the ids of all that the index holds."""
    record = held.record
    learnt_from = sorted({at.source for at in statement_locators(record).values()})
    return Programme(
        programme_id=record.id,
        title=record.title,
        organisation_id=record.organisation,
        organisation=held.organisation,
        aliases=record.aliases,
        facets=_facets(held),
        evidence=record.evidence.label,
        evidence_reason=record.evidence.reason,
        sources=tuple(Origin(name, name in sources) for name in learnt_from),
        contact=tuple(Route(one.role, one.organisation, one.route) for one in record.contact),
        not_stated=_not_stated(held),
    )


def stated(held: Held, statement: Statement, markers: Iterator[int]) -> Stated:
    """A statement with its citations, whose markers come from ``markers``. Raises IndexDamaged when the brief's
    passages do not hold it: to leave it out would say that the sources are silent."""
    citations = tuple(
        _cited(quotation, statement, next(markers)) for quotation in statement_quotations(held, statement.says)
    )
    if not citations or not all(stands(one, _of(held, one)) for one in citations):
        raise IndexDamaged(
            f"the passages of brief-{held.record.id} do not hold what its record says; run `python -m ingest`"
        )
    return Stated(" ".join(one.quote for one in citations), citations)


def _step(held: Held, step: Step, markers: Iterator[int]) -> StepTaken:
    said = stated(held, step, markers)
    return StepTaken(said.text, said.citations, step.phase, step.who)


def _figure(held: Held, fact: Fact, markers: Iterator[int]) -> Figure:
    said = stated(held, fact, markers)
    return Figure(
        text=said.text,
        citations=said.citations,
        measure=fact.measure,
        meaning=held.meaning(fact.measure),
        value=fact.value,
        unit=fact.unit,
        bound=fact.bound,
        period=fact.period,
        comparator=fact.comparator,
        group=fact.group,
    )


def _contact(held: Held, contact: Contact, markers: Iterator[int]) -> ContactStated:
    said = stated(held, contact, markers)
    return ContactStated(said.text, said.citations, contact.role, contact.organisation, contact.route)


def _cited(quotation: Quotation, statement: Statement, marker: int) -> Citation:
    return replace(cite(quotation, marker), original=statement.at.original)


def _of(held: Held, citation: Citation) -> Passage | None:
    return next((one for one in held.passages if one.passage_id == citation.passage_id), None)


def statement_quotations(held: Held, says: str) -> list[Quotation]:
    """Where a statement stands, as whole sentences of the brief: one quotation a passage."""
    places = [(passage, place) for passage in held.passages for place in range(len(passage.sentences))]
    wanted = _squeezed(says)
    for start in range(len(places)):
        said = ""
        for end in range(start, len(places)):
            said += _squeezed(places[end][0].quote(places[end][1]))
            if said == wanted:
                return _by_passage(places[start : end + 1], held.record.title)
            if not wanted.startswith(said):
                break
    return []


def _by_passage(places: Iterable[tuple[Passage, int]], programme: str) -> list[Quotation]:
    found = []
    for _, group in groupby(places, key=lambda one: one[0].ordinal):
        members = list(group)
        found.append(Quotation(members[0][0], members[0][1], members[-1][1], programme))
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _facets(held: Held) -> Mapping[str, tuple[str, ...]]:
    """In the records' order of facets. Trust types may be the organisation's, so the passages are asked."""
    pairs = [flat.partition(":") for flat in held.passages[0].facets]
    found = {name: tuple(value for facet, _, value in pairs if facet == name) for name in Facets.model_fields}
    return {name: values for name, values in (found | {"place": held.record.facets.place}).items() if values}


def _not_stated(held: Held) -> tuple[str, ...]:
    silent = {name for name in ("funding", "staffing", "barriers") if not getattr(held.record, name)}
    silent |= set(unstated(held.record, held.measures))
    return tuple(name for name in ASKED if name in silent)
