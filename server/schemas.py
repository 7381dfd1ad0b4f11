"""The HTTP contract as types: what comes in is checked here, what goes out has exactly these fields.

pydantic lives at this border only; inside, the frozen dataclasses of ``retrieval.types`` are used. Fields may be added;
none is renamed or dropped without a new ``/v1``. No message of a failed check repeats what was sent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Annotated

from fastapi.exceptions import RequestValidationError
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from corpus.records import Determinant, Level, Pillar, Population, Reach, Stage, TrustType
from corpus.types import Basis, Evidence
from retrieval.types import Answer, BlockRole, Narrowing, Role, ScoredPassage, Status, Turn
from server.settings import HISTORY_TURNS, QUESTION_CHARACTERS, RESULTS, TURN_CHARACTERS

_KEPT_CONTROLS = "\t\n\r"


def _asked(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("empty", "Please type a question; this one is empty")
    if any(unicodedata.category(character) == "Cc" and character not in _KEPT_CONTROLS for character in text):
        raise PydanticCustomError("control", "Please take out the control characters; a question is plain text")
    return text


Question = Annotated[str, Field(max_length=QUESTION_CHARACTERS), AfterValidator(_asked)]
_QUESTION: TypeAdapter[str] = TypeAdapter(Question)
Identifier = Annotated[str, Field(min_length=1, max_length=120)]


def checked(question: str) -> str:
    """A question that came in another way than as a field ``question``. Raises RequestValidationError."""
    try:
        return _QUESTION.validate_python(question)
    except ValidationError as fault:
        errors = fault.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**error, "loc": ("body", "question")} for error in errors]) from None


class TurnIn(BaseModel):
    """What the assistant said is cut where it is too long: whoever sends an answer back did not choose its length."""

    role: Role
    content: str = Field(
        description=f"At most {TURN_CHARACTERS:,} characters: more is refused of a user, and cut of an assistant"
    )

    @field_validator("content")
    @classmethod
    def _bounded(cls, content: str, info: ValidationInfo) -> str:
        if len(content) > TURN_CHARACTERS and info.data.get("role") is not Role.ASSISTANT:
            raise PydanticKnownError("string_too_long", {"max_length": TURN_CHARACTERS})
        return content[:TURN_CHARACTERS]


class FacetsIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    trust_type: list[TrustType] = []
    determinant: list[Determinant] = []
    population: list[Population] = []
    stage: list[Stage] = []
    pillar: list[Pillar] = []
    level: list[Level] = []
    reach: list[Reach] = []

    def narrowing(self, sources: Sequence[str] = (), programmes: Sequence[str] = ()) -> Narrowing:
        facets = {name: tuple(values) for name, values in self.model_dump(mode="json").items() if values}
        return Narrowing(facets, tuple(sources), tuple(programmes))


class NarrowingIn(BaseModel):
    """What the evidence is kept to; empty lists keep everything."""

    facets: FacetsIn = FacetsIn()
    sources: list[Identifier] = Field([], max_length=100)
    programmes: list[Identifier] = Field([], max_length=100)

    def narrowing(self) -> Narrowing:
        return self.facets.narrowing(self.sources, self.programmes)


class AskIn(NarrowingIn):
    question: Question
    history: list[TurnIn] = Field([], max_length=HISTORY_TURNS)
    writer: str = Field("extract", max_length=60)

    def turns(self) -> tuple[Turn, ...]:
        return tuple(Turn(turn.role, turn.content) for turn in self.history)


class SearchIn(NarrowingIn):
    query: Question
    k: StrictInt = Field(10, ge=1, le=RESULTS)


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CitationOut(Out):
    marker: int
    passage_id: str
    source_id: str
    title: str
    publisher: str
    published: str | None
    organisation: str | None
    programme: str | None
    section: list[str]
    page: int | None
    quote: str
    basis: Basis
    evidence: Evidence
    url: str | None
    superseded_by: str | None
    original: str | None = Field(description="For a brief: where the published source says it")


class BlockOut(Out):
    kind: BlockRole
    heading: str | None
    text: str
    citations: list[int]
    by_model: bool = Field(
        False, description="Whether a language model wrote these words, checked against what is cited"
    )


class IndexOut(Out):
    generation: str
    built_at: str
    encoder: str


class ResultOut(BaseModel):
    rank: int
    score: float
    passage_id: str
    source_id: str
    title: str
    organisation: str | None
    programme: str | None
    section: list[str]
    page: int | None
    text: str

    @classmethod
    def of(cls, found: ScoredPassage) -> ResultOut:
        passage = found.passage
        return cls(
            rank=found.rank,
            score=found.score,
            passage_id=passage.passage_id,
            source_id=passage.source.source_id,
            title=passage.source.title,
            organisation=passage.organisation,
            programme=passage.programme,
            section=list(passage.heading_path),
            page=passage.page,
            text=passage.text,
        )


class AnswerOut(BaseModel):
    answer_id: str
    status: Status
    question_understood: str
    text: str
    blocks: list[BlockOut]
    citations: list[CitationOut]
    gaps: list[str]
    nearest: list[ResultOut]
    suggestions: list[str]
    index: IndexOut | None
    timings_ms: dict[str, float]
    writer: str = Field("extract", description="Who put the answer together in the end")
    model: str | None = Field(None, description="The language model that was used, if any")

    @classmethod
    def of(cls, answer: Answer) -> AnswerOut:
        return cls(
            answer_id=answer.answer_id,
            status=answer.status,
            question_understood=answer.question_understood,
            text=answer.text,
            blocks=[
                BlockOut.model_validate(block).model_copy(update={"by_model": place in answer.composed})
                for place, block in enumerate(answer.blocks)
            ],
            citations=[CitationOut.model_validate(citation) for citation in answer.citations],
            gaps=list(answer.gaps),
            nearest=[ResultOut.of(found) for found in answer.nearest],
            suggestions=list(answer.suggestions),
            index=IndexOut.model_validate(answer.index) if answer.index else None,
            timings_ms=dict(answer.timings_ms),
            writer=answer.writer,
            model=answer.model,
        )


class SearchOut(BaseModel):
    results: list[ResultOut]
    index: IndexOut
    timings_ms: dict[str, float]


class StandingOut(BaseModel):
    heading: str
    text: str


class LimitsOut(BaseModel):
    question_characters: int
    history_turns: int
    turn_characters: int
    results: int
    body_bytes: int


class ConfigOut(BaseModel):
    title: str
    standing: list[StandingOut]
    starters: list[str]
    limits: LimitsOut
    writers: list[str]


class AliveOut(BaseModel):
    status: str


class ReadyOut(BaseModel):
    """``ready``: questions are answered, from ``generation``. ``reason``: what is wrong, also while questions are
    answered from memory or from an older generation; null when nothing is. ``vectors``: searched in this process
    (``local``), in a store that replicas share (``shared``), or here because that failed (``fallback``)."""

    ready: bool
    generation: str | None
    reason: str | None
    vectors: str


class FaultOut(BaseModel):
    code: str
    message: str
    detail: object = None


class ErrorOut(BaseModel):
    error: FaultOut
