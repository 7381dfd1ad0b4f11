"""What the index holds, as types of the contract: sources, and passages whole."""

from __future__ import annotations

from pydantic import BaseModel

from corpus.types import Basis, Evidence, Passage
from retrieval.types import SourceSummary
from server.schemas import IndexOut, Out


class SourceOut(Out):
    source_id: str
    title: str
    publisher: str
    authors: list[str]
    published: str | None
    url: str | None
    licence: str
    basis: Basis
    evidence: Evidence
    superseded_by: str | None


class SourceSummaryOut(SourceOut):
    """``warnings`` are what reading the file left in doubt; ``pages`` is null where the format has none."""

    passages: int
    words: int
    pages: int | None
    warnings: list[str]

    @classmethod
    def of(cls, summary: SourceSummary) -> SourceSummaryOut:
        source = SourceOut.model_validate(summary.source).model_dump()
        return cls(
            **source,
            passages=summary.passages,
            words=summary.words,
            pages=summary.pages,
            warnings=list(summary.warnings),
        )


class SourcesOut(BaseModel):
    sources: list[SourceSummaryOut]
    index: IndexOut


class SentenceOut(BaseModel):
    """``start`` and ``end`` are offsets into the passage's text, in Unicode code points."""

    start: int
    end: int
    kind: str
    text: str


class PassageOut(BaseModel):
    passage_id: str
    source_id: str
    title: str
    ordinal: int
    section: list[str]
    page: int | None
    organisation: str | None
    programme: str | None
    text: str
    sentences: list[SentenceOut]
    previous: str | None
    next: str | None
    source: SourceOut

    @classmethod
    def of(cls, passage: Passage, neighbours: tuple[str | None, str | None]) -> PassageOut:
        return cls(
            passage_id=passage.passage_id,
            source_id=passage.source.source_id,
            title=passage.source.title,
            ordinal=passage.ordinal,
            section=list(passage.heading_path),
            page=passage.page,
            organisation=passage.organisation,
            programme=passage.programme,
            text=passage.text,
            sentences=[
                SentenceOut(start=span.start, end=span.end, kind=span.kind, text=passage.text[span.start : span.end])
                for span in passage.sentences
            ],
            previous=neighbours[0],
            next=neighbours[1],
            source=SourceOut.model_validate(passage.source),
        )
