"""What a question becomes: ranked passages, then an answer whose every quote names its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.types import Basis, Evidence, Passage, Source


class Status(StrEnum):
    """How a question ended. Each value is explained to the reader in ``retrieval.notices``."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_FOUND = "not_found"
    CLARIFY = "clarify"
    OUT_OF_SCOPE = "out_of_scope"
    CLINICAL = "clinical"
    CRISIS = "crisis"
    PERSONAL_DATA = "personal_data"
    UNAVAILABLE = "unavailable"


class Role(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far. The client holds the history; we keep none."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader asked to be kept to; empty means everything. Facet names and values are those of the records."""

    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """``score``: higher is better, always. ``rank`` is 1-based. ``legs`` holds each leg's raw score, for explaining."""

    passage: Passage
    score: float
    rank: int
    legs: Mapping[str, float] = field(default_factory=dict)


class BlockRole(StrEnum):
    """The ``kind`` of a block of an answer. Every one but GAP and NOTE carries a citation."""

    QUOTE = "quote"
    STATEMENT = "statement"
    STEP = "step"
    COMPARE = "compare"
    CONFLICT = "conflict"
    GAP = "gap"
    CONTACT = "contact"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Citation:
    """``quote`` is an exact slice of the passage's text; ``page`` is the page on which it stands, 1-based, or None."""

    marker: int
    passage_id: str
    source_id: str
    title: str
    publisher: str
    published: str | None
    organisation: str | None
    programme: str | None
    section: tuple[str, ...]
    page: int | None
    quote: str
    basis: Basis
    evidence: Evidence
    url: str | None
    superseded_by: str | None
    original: str | None = None  # for a brief: where the published source says it


@dataclass(frozen=True, slots=True)
class AnswerBlock:
    """``heading`` is ours; ``text`` is the sources' words for every kind but GAP and NOTE, which are ours."""

    kind: BlockRole
    text: str
    heading: str | None = None
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which index answered: generation name, when it was built (UTC, ISO 8601), and the encoder as ``name@sha256``."""

    generation: str
    built_at: str
    encoder: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``text`` is the blocks as Markdown with ``[n]`` markers, for clients that show one string.

    ``writer`` is who put it together in the end and ``model`` the language model that was used, if any; ``composed``
    are the places of the blocks whose words are that model's own."""

    answer_id: str
    status: Status
    question_understood: str
    text: str
    blocks: tuple[AnswerBlock, ...]
    citations: tuple[Citation, ...]
    gaps: tuple[str, ...]
    nearest: tuple[ScoredPassage, ...]
    suggestions: tuple[str, ...]
    index: IndexInfo | None
    timings_ms: Mapping[str, float]
    writer: str = "extract"
    model: str | None = None
    composed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """What the index holds of one source. ``pages`` is the highest page number, None where the format has no pages;
    ``warnings`` are the reader's doubts about how well the file could be read."""

    source: Source
    passages: int
    words: int
    pages: int | None
    warnings: tuple[str, ...]
