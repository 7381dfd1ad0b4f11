"""One question to one answer: screen → understand → search → choose → cite → verify.

The page, the embed, the evaluation suites and the command line all call ``Assistant.ask``. It keeps nothing of what it
is asked.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from ulid import ULID

from corpus.types import Passage
from retrieval.choose import Chosen, choose
from retrieval.cite import blocks_of, markdown, verified
from retrieval.encode import Encoder, Vectors, open_encoder
from retrieval.generation import Generation, current_folder, open_generation
from retrieval.notices import GAP_NO_FIGURE, GAP_UNKNOWN_NAME, NOTE_INJECTION, NOTICES, VAGUE_SUGGESTIONS
from retrieval.screen import Screened, screen
from retrieval.search import search, search_sources
from retrieval.types import (
    Answer,
    AnswerBlock,
    BlockRole,
    Citation,
    IndexInfo,
    Narrowing,
    ScoredPassage,
    SourceSummary,
    Status,
    Turn,
)
from retrieval.understand import Intent, Understood, understand

EVERYTHING = Narrowing()
_DEPTH = 24  # passages from which sentences are chosen
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage did, in words."""

    name: str
    found: str


class Assistant:
    """Answers from one open generation. Safe to use from several threads."""

    def __init__(self, generation: Generation, encoder: Encoder) -> None:
        self._generation = generation
        self._encoder = encoder
        card = generation.card
        self.info = IndexInfo(card.generation, card.built_at, card.encoder)

    @property
    def passages(self) -> tuple[Passage, ...]:
        return self._generation.content.passages

    def ask(self, question: str, history: Sequence[Turn] = (), narrowing: Narrowing = EVERYTHING) -> Answer:
        """Never raises for what a reader typed; a refusal is a status."""
        started = time.perf_counter()
        screened = screen(question)
        if screened.status:
            return self._told(screened.status, "", started, kind=screened.kind)
        asked = understand(screened.question, _lookable(history), self._generation.words)
        if asked.vague:
            return self._told(Status.CLARIFY, asked.shown, started, suggestions=VAGUE_SUGGESTIONS)
        vector = self._encode(asked.search_text)
        scored = search(self._generation, asked.search_text, vector, _DEPTH, narrowing)
        retrieved = time.perf_counter()
        chosen = choose(asked, vector, scored, self._generation, narrowing)
        status = judge(asked, chosen)
        if status in (Status.NOT_FOUND, Status.OUT_OF_SCOPE):
            nearest = scored[:_NEAREST] if status is Status.NOT_FOUND else ()
            return self._told(status, asked.shown, started, retrieved=retrieved, nearest=nearest, gaps=_gaps(asked, ()))
        return self._answered(asked, screened, status, chosen, started, retrieved)

    def search(
        self, question: str, k: int = 10, narrowing: Narrowing = EVERYTHING, pipeline: str = "fused"
    ) -> tuple[ScoredPassage, ...]:
        """The best ``k`` passages; ``pipeline`` is one of ``retrieval.search.PIPELINES``."""
        return search_sources(self._generation, question, self._encode(question), k, narrowing, pipeline)

    def explain(self, question: str, k: int = 10) -> tuple[Stage, ...]:
        """What each stage makes of a question, for a maintainer who wonders why an answer is as it is."""
        screened = screen(question)
        stages = [Stage("screen", str(screened.status or "passes"))]
        if screened.status:
            return tuple(stages)
        asked = understand(screened.question, (), self._generation.words)
        stages.append(
            Stage(
                "understand",
                f"{asked.intent}; terms {', '.join(asked.terms) or 'none'}; "
                f"unknown names {', '.join(asked.unknown_names) or 'none'}; looked up: {asked.search_text}",
            )
        )
        vector = self._encode(asked.search_text)
        scored = search(self._generation, asked.search_text, vector, max(_DEPTH, k), EVERYTHING)
        rows = (
            f"{h.rank:>2} {h.score:.3f} dense {h.legs['dense']:.3f} bm25 {h.legs['bm25']:.2f} {h.passage.passage_id}"
            for h in scored[:k]
        )
        stages.append(Stage("search", "\n".join(rows)))
        chosen = choose(asked, vector, scored, self._generation, EVERYTHING)
        picked = (
            f"{c.score:.3f} meaning {c.meaning:.3f} coverage {c.coverage:.3f} {c.passage.passage_id}: "
            f"{c.passage.quote(c.sentence)}"
            for c in chosen
        )
        stages.append(Stage("choose", "\n".join(picked) or "nothing"))
        stages.append(Stage("judge", str(judge(asked, chosen))))
        _, citations, dropped = verified(*blocks_of(chosen, asked.intent), self.passage)
        stages.append(Stage("verify", f"{len(citations)} quotes hold, {dropped} dropped"))
        return tuple(stages)

    def passage(self, passage_id: str) -> Passage | None:
        row = self._generation.place.get(passage_id)
        return None if row is None else self.passages[row]

    def neighbours(self, passage_id: str) -> tuple[str | None, str | None]:
        """Ids of the passages before and after, in the same source."""
        row = self._generation.place[passage_id]
        around = [self.passages[at] if 0 <= at < len(self.passages) else None for at in (row - 1, row + 1)]
        source = self.passages[row].source
        before, after = (one.passage_id if one and one.source == source else None for one in around)
        return before, after

    def sources(self) -> tuple[SourceSummary, ...]:
        """What the index holds, by source id."""
        held: dict[str, list[Passage]] = {}
        for passage in self.passages:
            held.setdefault(passage.source.source_id, []).append(passage)
        return tuple(
            SourceSummary(
                source=stored.source,
                passages=len(mine := held.get(stored.source.source_id, [])),
                words=sum(len(passage.text.split()) for passage in mine),
                pages=max((passage.page for passage in mine if passage.page), default=None),
                warnings=stored.warnings,
            )
            for stored in self._generation.content.sources
        )

    def close(self) -> None:
        self._generation.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _encode(self, text: str) -> Vectors:
        # Half of a surrogate pair, which JSON lets through, is no text to a tokenizer.
        vector: Vectors = self._encoder.encode_questions([text.encode("utf-8", "replace").decode()])[0]
        return vector

    def _answered(
        self,
        asked: Understood,
        screened: Screened,
        status: Status,
        chosen: Sequence[Chosen],
        started: float,
        retrieved: float,
    ) -> Answer:
        blocks, citations, _ = verified(*blocks_of(chosen, asked.intent), self.passage)
        if not citations:
            return self._told(Status.NOT_FOUND, asked.shown, started, retrieved=retrieved)
        gaps = _gaps(asked, citations)
        notes = [NOTE_INJECTION] if screened.ordered else []
        ours = [AnswerBlock(BlockRole.NOTE, note) for note in notes] + [AnswerBlock(BlockRole.GAP, gap) for gap in gaps]
        every = (*blocks, *ours)
        return Answer(
            answer_id=str(ULID()),
            status=Status.PARTIAL if gaps else status,
            question_understood=asked.shown,
            text=markdown(every),
            blocks=every,
            citations=citations,
            gaps=gaps,
            nearest=(),
            suggestions=(),
            index=self.info,
            timings_ms=_timings(started, retrieved),
        )

    def _told(
        self,
        status: Status,
        understood: str,
        started: float,
        *,
        kind: str = "",
        retrieved: float | None = None,
        nearest: tuple[ScoredPassage, ...] = (),
        gaps: tuple[str, ...] = (),
        suggestions: tuple[str, ...] = (),
    ) -> Answer:
        """An answer in our own words only."""
        notice = NOTICES[status].format(kind=kind)
        blocks = (AnswerBlock(BlockRole.NOTE, notice), *(AnswerBlock(BlockRole.GAP, gap) for gap in gaps))
        return Answer(
            answer_id=str(ULID()),
            status=status,
            question_understood=understood,
            text=markdown(blocks),
            blocks=blocks,
            citations=(),
            gaps=gaps,
            nearest=nearest,
            suggestions=suggestions,
            index=self.info,
            timings_ms=_timings(started, retrieved or started),
        )


def open_assistant(index_dir: Path, encoder: str | None = None, encoders: Path | None = None) -> Assistant:
    """An assistant on the generation that is published now. ``encoders`` keeps ONNX copies; inside the index if None.

    Raises IndexMissing, IndexDamaged, IndexMismatch or EncoderUnavailable.
    """
    folder = current_folder(index_dir)
    opened = open_encoder(encoder, encoders or index_dir / "encoders")
    return Assistant(open_generation(folder, opened), opened)


# How near the best sentence's meaning must be to the question's, by itself or with a share of its words. Fitted on the
# `tune` half of evals/suites/anchors.yaml, where out-of-scope questions reach 0.34 at most.
_MEANS = 0.35
_MEANS_WITH_WORDS, _WITH_WORDS = 0.28, 0.29
_ELSEWHERE = 0.3  # below it the question is about something else altogether


def judge(asked: Understood, chosen: Sequence[Chosen]) -> Status:
    """Whether what was found answers: does a sentence mean, or mean and say, what was asked?"""
    if not chosen:
        return Status.NOT_FOUND
    if asked.intent is Intent.START and not asked.terms:
        return Status.ANSWERED  # "How do we start?" can only mean one thing here
    best = max(one.meaning for one in chosen)
    worded = any(one.meaning >= _MEANS_WITH_WORDS and one.coverage >= _WITH_WORDS for one in chosen)
    if best >= _MEANS or worded:
        return Status.ANSWERED
    return Status.OUT_OF_SCOPE if best < _ELSEWHERE else Status.NOT_FOUND


def _gaps(asked: Understood, citations: Sequence[Citation]) -> tuple[str, ...]:
    """What the question asks for and the answer does not hold."""
    gaps = [GAP_UNKNOWN_NAME.format(name=name) for name in asked.unknown_names]
    figures = any(character.isdigit() for citation in citations for character in citation.quote)
    if citations and asked.intent is Intent.FIGURE and not figures:
        gaps.append(GAP_NO_FIGURE)
    return tuple(gaps)


def _lookable(history: Sequence[Turn]) -> list[Turn]:
    """What passes the screen: a follow-up must not bring back what was refused, nor show it."""
    screened = ((turn, screen(turn.content)) for turn in history)
    return [replace(turn, content=passed.question) for turn, passed in screened if not passed.status]


def _timings(started: float, retrieved: float) -> Mapping[str, float]:
    now = time.perf_counter()
    return {
        "retrieve": round((retrieved - started) * 1000, 2),
        "compose": round((now - retrieved) * 1000, 2),
        "total": round((now - started) * 1000, 2),
    }
