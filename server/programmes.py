"""The programmes of the contract: which there are, one whole, and several side by side.

As in ``server.routes``, a route looks nothing up by itself: it checks the request, asks ``retrieval`` and gives one
type of the contract. What the sources do not state leaves as an empty list or ``null``, never as a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from corpus.records import Phase
from corpus.types import Evidence
from retrieval import programmes as held
from retrieval.compare import FEWEST, MOST, compare
from server.asking import Serving, check_names
from server.errors import ERRORS, Refusal
from server.schemas import CitationOut, FacetsIn, Identifier, IndexOut, Out

router = APIRouter(responses=ERRORS)


class ProgrammesIn(FacetsIn):
    """Which programmes are wanted: of each facet that is given, any of its values."""

    organisation: list[Identifier] = Field([], max_length=100)


class OriginOut(Out):
    source_id: str
    held: bool = Field(description="Whether the published source's own words are in the index")


class RouteOut(Out):
    role: str
    organisation: str
    route: str


class AboutOut(Out):
    programme_id: str
    title: str
    organisation_id: str | None
    organisation: str | None
    aliases: list[str]
    facets: dict[str, list[str]]
    evidence: Evidence
    evidence_reason: str
    sources: list[OriginOut] = Field(description="The published sources that it was learnt from")
    not_stated: list[str] = Field(description=f"What of {', '.join(held.ASKED)} its sources do not state")


class ProgrammeOut(AboutOut):
    contact: list[RouteOut]


class ProgrammesOut(BaseModel):
    programmes: list[ProgrammeOut]
    index: IndexOut


class StatedOut(Out):
    text: str
    citations: list[CitationOut]


class StepOut(StatedOut):
    phase: Phase
    who: str


class FigureOut(StatedOut):
    measure: str
    meaning: str
    value: float
    unit: str
    bound: str | None
    period: str | None
    comparator: str | None
    group: str | None


class ContactOut(StatedOut, RouteOut):
    pass


class StatementsOut(Out):
    """What its record states; an empty list is what its sources do not."""

    summary: StatedOut
    points: list[StatedOut]
    steps: list[StepOut]
    facts: list[FigureOut]
    outcomes: list[StatedOut]
    partners: list[StatedOut]
    funding: list[StatedOut]
    staffing: list[StatedOut]
    cost: list[StatedOut]
    evaluation: list[StatedOut]
    barriers: list[StatedOut]
    next_steps: list[StatedOut]
    contact: list[ContactOut]


class ProgrammeDetailOut(StatementsOut, AboutOut):
    index: IndexOut


class RowOut(Out):
    """One cell a programme, ``null`` where it is not stated. Where ``from_facets``, a cell's text is ours, put together
    from the record's facets; elsewhere it is its citations' quotes."""

    field: str
    heading: str
    measure: str | None
    from_facets: bool
    cells: list[StatedOut | None]


class ComparisonOut(BaseModel):
    programmes: list[ProgrammeOut]
    rows: list[RowOut]
    index: IndexOut


@router.get("/v1/programmes")
def programmes(wanted: Annotated[ProgrammesIn, Query()], assistant: Serving) -> ProgrammesOut:
    """What organisations did, as far as the index has a record of it. A facet given twice means either value."""
    every = held.programmes(assistant.content)
    check_names("organisation", wanted.organisation, {one.organisation_id for one in every if one.organisation_id})
    facets = wanted.model_dump(mode="json", exclude={"organisation"})
    found = held.having(every, facets, wanted.organisation)
    return ProgrammesOut(
        programmes=[ProgrammeOut.model_validate(one) for one in found], index=IndexOut.model_validate(assistant.info)
    )


@router.get("/v1/programmes/{programme_id}")
def programme(programme_id: str, assistant: Serving) -> ProgrammeDetailOut:
    """All that the record of one programme states, each statement cited."""
    detail = held.programme(assistant.content, programme_id)
    if detail is None:
        raise Refusal(404, "not_found", "There is no such programme. The programmes are listed at /v1/programmes.")
    about, states = AboutOut.model_validate(detail.about), StatementsOut.model_validate(detail)
    return ProgrammeDetailOut.model_validate({**dict(about), **dict(states), "index": assistant.info})


@router.get("/v1/compare")
def comparison(assistant: Serving, programme: Annotated[list[Identifier], Query(max_length=100)]) -> ComparisonOut:
    """Programmes side by side: rows of facts, each cell cited, or ``null`` for what is not stated."""
    _check_count(programme)
    check_names("programme", programme, held.held_programmes(assistant.content))
    compared = compare(assistant.content, programme)
    return ComparisonOut(
        programmes=[ProgrammeOut.model_validate(one) for one in compared.programmes],
        rows=[RowOut.model_validate(row) for row in compared.rows],
        index=IndexOut.model_validate(assistant.info),
    )


def _check_count(programme_ids: Sequence[str]) -> None:
    limits = {"fewest": FEWEST, "most": MOST}
    if not FEWEST <= len(programme_ids) <= MOST:
        message = f"Give {FEWEST} to {MOST} programmes to compare; the number given is {len(programme_ids)}."
        raise Refusal(422, "programme_count", message, limits)
    if len(set(programme_ids)) < len(programme_ids):
        raise Refusal(422, "programme_twice", "A programme is named twice; give each once.", limits)
