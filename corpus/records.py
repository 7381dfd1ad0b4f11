"""Our own briefs: one Markdown file a programme, lesson or framework, with YAML front matter that is validated here.

Facts and figures carry over from the sources; wording does not. Everything that a reader may be shown is a statement of
ours with the locator of the original, so a brief can be checked against the ingested source line by line.
An empty list means that the sources do not state it; that is knowledge too (see ``corpus gaps``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from corpus.types import Evidence

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=600)]


class TrustType(StrEnum):
    ACUTE = "acute"
    SPECIALIST = "specialist"
    MENTAL_HEALTH = "mental_health"
    COMMUNITY = "community"
    AMBULANCE = "ambulance"


class Pillar(StrEnum):
    """The five strategic areas in which an anchor institution acts."""

    EMPLOYMENT = "employment"
    PROCUREMENT = "procurement"
    BUILDINGS_AND_LAND = "buildings_and_land"
    ENVIRONMENT = "environment"
    PARTNERSHIP = "partnership"


class Determinant(StrEnum):
    EMPLOYMENT = "employment"
    INCOME = "income"
    EDUCATION = "education"
    HOUSING = "housing"
    ENERGY = "energy"  # fuel poverty, warm homes
    FOOD = "food"
    AIR_QUALITY = "air_quality"
    GREEN_SPACE = "green_space"
    CLIMATE = "climate"
    TRANSPORT = "transport"
    COMMUNITY = "community"  # connection, safety, belonging
    DISCRIMINATION = "discrimination"
    DIGITAL_INCLUSION = "digital_inclusion"
    LOCAL_ECONOMY = "local_economy"
    ACCESS_TO_CARE = "access_to_care"
    EARLY_YEARS = "early_years"


class Population(StrEnum):
    PATIENTS = "patients"
    STAFF = "staff"
    LOCAL_PEOPLE = "local_people"
    YOUNG_PEOPLE = "young_people"
    CHILDREN_AND_FAMILIES = "children_and_families"
    UNEMPLOYED_PEOPLE = "unemployed_people"
    LOW_PAID_STAFF = "low_paid_staff"
    HOMELESS_PEOPLE = "homeless_people"
    PEOPLE_WITH_MENTAL_ILLNESS = "people_with_mental_illness"
    ETHNIC_MINORITY_COMMUNITIES = "ethnic_minority_communities"
    SMALL_BUSINESSES = "small_businesses"
    VOLUNTARY_SECTOR = "voluntary_sector"


class Stage(StrEnum):
    """Where on the way a record helps."""

    STARTING = "starting"
    MAKING_THE_CASE = "making_the_case"
    DESIGNING = "designing"
    DELIVERING = "delivering"
    MEASURING = "measuring"
    SPREADING = "spreading"


class Level(StrEnum):
    """The columns of the Health Foundation's 2022 framework."""

    INDIVIDUAL = "individual"
    POPULATION = "population"


class Reach(StrEnum):
    """The rows of the same framework."""

    WITHIN_NHS = "within_nhs"
    IN_PARTNERSHIP = "in_partnership"


class Phase(StrEnum):
    FIRST_WEEKS = "first_weeks"
    FIRST_MONTHS = "first_months"
    FIRST_YEAR = "first_year"
    LATER = "later"


class RecordKind(StrEnum):
    PROGRAMME = "programme"
    ORGANISATION = "organisation"
    LESSON = "lesson"
    FRAMEWORK = "framework"


_STEP = " › "


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Locator(Strict):
    """Where in a source a statement comes from. ``section``: headings, outermost first, that occur in this order in the
    passage's heading path (compared without case and punctuation); enough of them to be the only such place."""

    source: Slug
    section: tuple[str, ...] = Field(min_length=1)
    page: int | None = Field(default=None, ge=1)

    @property
    def original(self) -> str:
        """The same as one line that a reader can follow; ``original_parts`` takes it apart again."""
        return _STEP.join((self.source, *self.section))


def original_parts(original: str) -> tuple[str, tuple[str, ...]]:
    """The source id and the headings of a ``Locator.original``; both empty for an empty one."""
    source_id, *headings = original.split(_STEP)
    return source_id, tuple(headings)


class Statement(Strict):
    """One sentence or two of ours, and the place it was learnt from."""

    says: Words
    at: Locator


class Fact(Statement):
    """A figure. ``measure`` is an id from ``measures.yaml``, so that one measure in two sources is known to be one.

    ``value`` is the number as printed without its unit ("1,400" is 1400, "£1.8m" is 1800000 with unit "GBP");
    ``bound`` is the source's own hedge: over, about, almost, at least, up to. ``printed`` is the figure as the source
    prints it, by which a check finds it there. ``comparator`` is what the source sets it against, in our words.
    ``group`` is whom or what the figure is of, where one record has a measure for several: a row of a table, a place, a
    part of the staff. Figures of two groups are no contradiction."""

    measure: Slug
    value: float
    unit: Words
    printed: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    bound: str | None = None
    period: str | None = None
    comparator: str | None = None
    group: Words | None = None


class Step(Statement):
    """Something that was really done. ``who`` did it; ``phase`` is when on the way it helps somebody who starts now."""

    phase: Phase
    who: Words


class Contact(Statement):
    """Whom to ask: a role and the published route. Never a personal e-mail address or a person's name."""

    role: Words
    organisation: Words
    route: Words


class Facets(Strict):
    trust_type: tuple[TrustType, ...] = ()
    place: tuple[Words, ...] = ()
    pillar: tuple[Pillar, ...] = ()
    determinant: tuple[Determinant, ...] = ()
    population: tuple[Population, ...] = ()
    stage: tuple[Stage, ...] = ()
    level: tuple[Level, ...] = ()
    reach: tuple[Reach, ...] = ()


class EvidenceLabel(Strict):
    label: Evidence
    reason: Words


class Record(Strict):
    """One brief. ``organisation`` is an id from ``organisations.yaml`` (None for what is of no one trust)."""

    id: Slug
    kind: RecordKind
    title: Words
    organisation: Slug | None = None
    aliases: tuple[str, ...] = ()
    summary: Statement
    facets: Facets
    evidence: EvidenceLabel
    steps: tuple[Step, ...] = ()
    facts: tuple[Fact, ...] = ()
    points: tuple[Statement, ...] = Field(
        default=(), description="What it consists of or teaches, where that is no step or figure"
    )
    outcomes: tuple[Statement, ...] = Field(default=(), description="What came of it, where no single figure says so")
    partners: tuple[Statement, ...] = ()
    funding: tuple[Statement, ...] = ()
    staffing: tuple[Statement, ...] = ()
    cost: tuple[Statement, ...] = ()
    evaluation: tuple[Statement, ...] = ()
    barriers: tuple[Statement, ...] = ()
    next_steps: tuple[Statement, ...] = Field(default=(), description="What they planned to do next")
    contact: tuple[Contact, ...] = ()
