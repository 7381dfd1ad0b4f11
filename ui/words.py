"""What the values of records and answers are called on the page, and in what is saved from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from corpus.records import Determinant, Phase, Pillar, Population, Stage, TrustType
from corpus.types import Basis, Evidence
from retrieval.types import Status

EVIDENCE_WORDS: Mapping[Evidence, str] = {
    Evidence.CONTROLLED_STUDY: "Controlled study",
    Evidence.INDEPENDENT_EVALUATION: "Independent evaluation",
    Evidence.BEFORE_AND_AFTER: "Measured before and after",
    Evidence.SELF_REPORTED: "Reported by those who did it",
    Evidence.FRAMEWORK: "Framework or guide",
    Evidence.OPINION: "Opinion or discussion",
    Evidence.UNKNOWN: "Strength of evidence not known",
}

BASIS_WORDS: Mapping[Basis, str] = {
    Basis.SOURCE: "Quoted word for word from the source",
    Basis.BRIEF: "From our own summary of the source",
}

STATUS_WORDS: Mapping[Status, str] = {
    Status.ANSWERED: "",
    Status.PARTIAL: "Part of an answer",
    Status.NOT_FOUND: "I could not find this in the sources",
    Status.CLARIFY: "Can you tell me more?",
    Status.OUT_OF_SCOPE: "This is not something these sources cover",
    Status.CLINICAL: "I cannot help with care or treatment",
    Status.CRISIS: "Get help now",
    Status.PERSONAL_DATA: "Please take out the personal details",
    Status.UNAVAILABLE: "Anchorline cannot answer just now",
}

PHASE_WORDS: Mapping[Phase, str] = {
    Phase.FIRST_WEEKS: "In the first weeks",
    Phase.FIRST_MONTHS: "In the first months",
    Phase.FIRST_YEAR: "In the first year",
    Phase.LATER: "Later",
}

NOT_STATED_WORDS: Mapping[str, str] = {
    "cost": "what it cost",
    "funding": "who paid for it",
    "staffing": "who worked on it",
    "outcome": "what came of it",
    "evaluation": "how it was evaluated",
    "barriers": "what got in the way",
    "contact": "whom to ask",
}

# The facets that a reader can choose by, in the order in which they are shown.
FACETS: Mapping[str, tuple[str, type[StrEnum]]] = {
    "trust_type": ("Kind of trust", TrustType),
    "determinant": ("Topic", Determinant),
    "population": ("For whom", Population),
    "pillar": ("Way of acting", Pillar),
    "stage": ("How far along", Stage),
}

QUOTED = "The words beside a blue line are quoted from a source."
SUMMED_UP = "The words beside a dotted line are our own summary of a source."
ALL_OURS = "All other words are ours."
# The same for what is copied or saved, where no line may be beside them.
QUOTED_SAVED = "The quotations are a source's own words."
SUMMED_UP_SAVED = "Words that are no quotation and have a number are our own summary of a source."
CAUTION = "This answer can be wrong or leave things out. Check the sources before you use it."


def in_words(value: str) -> str:
    return value.replace("_", " ")


def headed(words: str) -> str:
    """What a figure measures, as a heading: without a unit that its words name already."""
    what, _, unit = words.removesuffix(")").rpartition(" (")
    shown = what if what and unit in what else words
    return shown[:1].upper() + shown[1:]


def any_of(values: Sequence[str]) -> str:
    return " or ".join(in_words(value) for value in values)


def year(published: str | None) -> str:
    return published[:4] if published else "date not known"
