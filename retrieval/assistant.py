"""One question to one answer: screen → understand → search → choose → cite → verify.

The page, the embed, the evaluation suites and the command line all call ``Assistant.ask``. It keeps nothing of what it
is asked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from ulid import ULID

from corpus.types import Passage
from retrieval.asked import AskedQuestions, Expectations
from retrieval.cite import laid_out, markdown, verified
from retrieval.compose import compose
from retrieval.encode import Encoder, open_encoder
from retrieval.evidence import Evidence, gather
from retrieval.form import Form, form_of, new_pieces, unquoted
from retrieval.generation import Content, Generation, current_folder, open_generation
from retrieval.judge import judge, unanswered
from retrieval.kinds import open_kinds
from retrieval.leaning import leaning
from retrieval.missing import said_first
from retrieval.notices import (
    GAP_NOTHING_MORE,
    NOTE_COURTESY,
    NOTE_GUESS,
    NOTE_INJECTION,
    NOTICES,
    VAGUE_SUGGESTIONS,
)
from retrieval.pointing import is_courtesy, may_follow
from retrieval.screen import FAIRLY_NEAR, NEAR, Screened, look_again, screen
from retrieval.search import DEFAULT, DEPTH, blended, merged, query_of, search_sources
from retrieval.types import (
    Answer,
    AnswerBlock,
    BlockRole,
    IndexInfo,
    Narrowing,
    Role,
    ScoredPassage,
    SourceSummary,
    Status,
    Turn,
)
from retrieval.understand import Intent, Understood, lexicon_of, understand
from retrieval.writers.types import Endpoint, Writer
from retrieval.writers.write import write

if TYPE_CHECKING:
    from retrieval.writers.llm import LanguageModel

EVERYTHING = Narrowing()
EXTRACT = Writer.EXTRACT.value
_NEAREST = 3
_GUESS = 6  # steps that are shown where it is not known what is asked


@dataclass(frozen=True, slots=True)
class Clock:
    """When a question came in and when its passages were found, in seconds of a steady clock."""

    started: float
    retrieved: float | None = None

    def timings_ms(self) -> dict[str, float]:
        now = time.perf_counter()
        found = self.retrieved or now
        spans = {"retrieve": found - self.started, "compose": now - found, "total": now - self.started}
        return {name: round(span * 1000, 2) for name, span in spans.items()}


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage did, in words."""

    name: str
    found: str


class Assistant:
    """Answers from one open generation. Safe to use from several threads."""

    def __init__(self, generation: Generation, encoder: Encoder, model: LanguageModel | None = None) -> None:
        """``model`` may write where a question asks for it; None: nothing is sent anywhere."""
        self._model = model
        self._generation = generation
        self._encoder = encoder
        self._lexicon = lexicon_of(generation.content, generation.words)
        self._kinds = open_kinds(encoder)
        card = generation.card
        self.info = IndexInfo(card.generation, card.built_at, card.encoder)

    @property
    def passages(self) -> tuple[Passage, ...]:
        return self._generation.content.passages

    @property
    def content(self) -> Content:
        return self._generation.content

    @property
    def generation(self) -> Generation:
        return self._generation

    def without_questions(self) -> Assistant:
        """The same as if no questions were listed, for evaluation. Whoever closes the one closes the other."""
        content = self._generation.content
        nothing = Expectations(np.zeros(0, np.int32), content.vectors[:0])
        none = AskedQuestions(content.vectors[:0], np.zeros((0, 3), np.int32), nothing)
        bare = replace(content, questions=(), question_vectors=content.vectors[:0])
        return Assistant(replace(self._generation, content=bare, asked=none), self._encoder, self._model)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        narrowing: Narrowing = EVERYTHING,
        writer: str = EXTRACT,
    ) -> Answer:
        """Never raises for what a reader typed; a refusal is a status. ``writer`` is one of ``writers_with`` the
        model."""
        if writer not in (known := writers_with(self._model is not None)):
            raise ValueError(f"no writer is called {writer!r}; choose one of {', '.join(known)}")
        clock = Clock(time.perf_counter())
        screened = screen(question)
        if screened.status:
            return self._told(screened.status, "", clock, kind=screened.kind)
        if is_courtesy(screened.question):
            note = AnswerBlock(BlockRole.NOTE, NOTE_COURTESY)
            told = self._told(Status.CLARIFY, screened.question, clock)
            return replace(told, blocks=(note,), text=markdown((note,)), suggestions=VAGUE_SUGGESTIONS)
        form = form_of(screened.question, history)
        screened, asked = self._read(screened, history)
        if screened.status:
            return self._told(screened.status, "", clock, kind=screened.kind)
        if asked.vague:
            return self._asked_back(asked.shown, narrowing, clock)
        form = replace(form, notes=(*form.notes, *((NOTE_INJECTION,) if screened.ordered else ())))
        answer = self._looked_up(asked, narrowing, form, clock)
        if not answer.citations:
            return answer
        return replace(self._written(answer, Writer(writer)), timings_ms=clock.timings_ms())

    def _looked_up(self, asked: Understood, narrowing: Narrowing, form: Form, clock: Clock) -> Answer:
        """What the sources say, before a language model may have it read better."""
        evidence = self._gather(asked, narrowing)
        if asked.intent is Intent.START and not evidence.passages:  # a plan says so, and shows the nearest
            evidence = self._gather(asked, replace(narrowing, facets={}))
        evidence = unquoted(evidence, form.quoted)
        clock = replace(clock, retrieved=time.perf_counter())
        composed = compose(asked, evidence, self._encoder, self._generation, narrowing)
        pieces = new_pieces(composed.pieces, form.quoted)[: form.most]
        blocks, citations, _ = verified(*laid_out(pieces), self.passage)
        status = judge(asked, composed.chosen, evidence, self._generation) if citations else Status.NOT_FOUND
        if status is not Status.ANSWERED and not (composed.told and citations):
            gaps = unanswered(asked, evidence, self._generation)
            gaps = (GAP_NOTHING_MORE, *gaps) if form.quoted else gaps
            nearest = evidence.passages[:_NEAREST] if status is Status.NOT_FOUND else ()
            return replace(self._told(status, asked.shown, clock, gaps=gaps), nearest=nearest)
        notes = [AnswerBlock(BlockRole.NOTE, note) for note in (*form.notes, *composed.notes)]
        every = _with_gaps((*blocks, *notes), composed.gaps)
        status = Status.PARTIAL if composed.gaps else Status.ANSWERED
        told = self._told(status, asked.shown, clock, gaps=composed.gaps)
        return replace(told, blocks=every, text=markdown(every, citations), citations=citations)

    def _asked_back(self, shown: str, narrowing: Narrowing, clock: Clock) -> Answer:
        """What a question without a subject may mean, and the best guess until it is told: the first steps of all."""
        asked = understand(VAGUE_SUGGESTIONS[0], (), self._lexicon)
        evidence = self._gather(asked, narrowing)
        clock = replace(clock, retrieved=time.perf_counter())
        pieces = compose(asked, evidence, self._encoder, self._generation, narrowing).pieces
        steps = [piece for piece in pieces if piece.role is BlockRole.STEP][:_GUESS]
        blocks, citations, _ = verified(*laid_out(steps), self.passage)
        told = self._told(Status.CLARIFY, shown, clock)
        meant = (AnswerBlock(BlockRole.NOTE, NOTE_GUESS.format(question=VAGUE_SUGGESTIONS[0])),) if blocks else ()
        every = (*told.blocks, *meant, *blocks)
        text = markdown(every, citations)
        return replace(told, blocks=every, text=text, citations=citations, suggestions=VAGUE_SUGGESTIONS)

    def search(
        self, question: str, k: int = 10, narrowing: Narrowing = EVERYTHING, pipeline: str = DEFAULT
    ) -> tuple[ScoredPassage, ...]:
        """The best ``k`` passages; ``pipeline`` is one of ``retrieval.search.PIPELINES``."""
        query = query_of(question, question, self._encoder, self._generation)
        return search_sources(self._generation, query, k, narrowing, pipeline)

    def evidence(
        self,
        question: str,
        history: Sequence[Turn] = (),
        narrowing: Narrowing = EVERYTHING,
        without: frozenset[str] = frozenset(),
    ) -> Evidence:
        """What ``ask`` would choose from, for evaluation. ``without``: ids of passages to be left out."""
        return self._gather(understand(question, history, self._lexicon), narrowing, without)

    def search_question(
        self,
        question: str,
        history: Sequence[Turn] = (),
        k: int = 10,
        narrowing: Narrowing = EVERYTHING,
        pipeline: str = DEFAULT,
    ) -> tuple[ScoredPassage, ...]:
        """The best ``k`` passages for a question as ``ask`` understands it, its history and spelling resolved."""
        asked = understand(question, history, self._lexicon)
        generation = self._generation
        every = (asked, *self._parts(asked))
        queries = [query_of(one.search_text, one.meaning_text, self._encoder, generation) for one in every]
        depth = max(DEPTH, k)
        found = merged([search_sources(generation, one, depth, narrowing, pipeline) for one in queries], depth)
        for other in asked.otherwise:
            query = query_of(other.text, other.text, self._encoder, generation)
            found = blended(found, search_sources(generation, query, depth, narrowing, pipeline), other.share)
        return leaning(asked, queries[0], generation, narrowing)(found, k)

    def explain(self, question: str, k: int = 10) -> tuple[Stage, ...]:
        """What each stage makes of a question, for a maintainer who wonders why an answer is as it is."""
        screened = screen(question)
        stages = [Stage("screen", str(screened.status or "passes"))]
        if screened.status:
            return tuple(stages)
        screened, asked = self._read(screened, ())
        stages.append(Stage("look again", str(screened.status or "passes")))
        stages.append(
            Stage(
                "understand",
                f"{asked.intent}; terms {', '.join(asked.terms) or 'none'}; "
                f"unknown names {', '.join(asked.unknown_names) or 'none'}; looked up: {asked.search_text}",
            )
        )
        evidence = self._gather(asked, EVERYTHING)
        rows = (
            f"{h.rank:>2} {h.score:.3f} dense {h.legs['dense']:.3f} bm25 {h.legs['bm25']:.2f} {h.passage.passage_id}"
            for h in evidence.passages[:k]
        )
        stages.append(Stage("search", "\n".join(rows)))
        composed = compose(asked, evidence, self._encoder, self._generation, EVERYTHING)
        picked = (
            f"{c.score:.3f} meaning {c.meaning:.3f} like {c.like:.3f} coverage {c.coverage:.3f} "
            f"{c.passage.passage_id}: "
            f"{c.passage.quote(c.sentence)}"
            for c in composed.chosen
        )
        stages.append(Stage("choose", "\n".join(picked) or "nothing"))
        stages.append(Stage("judge", str(judge(asked, composed.chosen, evidence, self._generation))))
        _, citations, dropped = verified(*laid_out(composed.pieces), self.passage)
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

    def is_there(self) -> bool:
        """Whether nobody deleted the private copies of its generation."""
        return self._generation.is_there()

    def close(self) -> None:
        self._generation.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _gather(self, asked: Understood, narrowing: Narrowing, without: frozenset[str] = frozenset()) -> Evidence:
        return gather(asked, self._encoder, self._generation, narrowing, self._parts(asked), without)

    def _parts(self, asked: Understood) -> tuple[Understood, ...]:
        return tuple(understand(part, (), self._lexicon) for part in asked.parts)

    def _written(self, answer: Answer, writer: Writer) -> Answer:
        """The finished answer as a language model would have it read, where one is asked to."""
        if self._model is None or writer is Writer.EXTRACT:
            return answer
        written = write(answer.question_understood, answer.blocks, answer.citations, writer, self._model)
        return replace(
            answer,
            blocks=written.blocks,
            citations=written.citations,
            text=markdown(written.blocks, written.citations),
            writer=written.writer.value,
            model=written.model,
            composed=written.composed,
        )

    def _read(self, screened: Screened, history: Sequence[Turn]) -> tuple[Screened, Understood]:
        """What the second look makes of a question that passed the rules, and how it is understood."""
        typed, turns, lexicon = screened, _lookable(history), self._lexicon
        asked = understand(typed.question, turns, lexicon)
        screened = self._look_again(typed, asked)
        foreign = screened.status is Status.OUT_OF_SCOPE and not screened.ordered
        if foreign and turns and may_follow(asked.question, lexicon.names, lexicon.words):
            asked = understand(typed.question, turns, lexicon, follows=True)
            screened = self._look_again(typed, asked)
        if not screened.status and screened.question != asked.question:  # an order was cut out
            asked = understand(screened.question, (), self._lexicon)
        return screened, asked

    def _look_again(self, screened: Screened, asked: Understood) -> Screened:
        """The second look, by meaning too, at what the rules let through. A follow-up is foreign only if it is so with
        what it follows: "who pays for the post?" says nothing of trusts."""
        screened = replace(screened, question=asked.question)
        if not re.search(r"\w", asked.question):
            return screened
        seen = self._looked_at(screened)
        foreign = seen.status is Status.OUT_OF_SCOPE and not seen.ordered
        if foreign and (asked.vague or self._lexicon.names.is_of_ours(asked.question)):  # "hi there" is asked back
            return screened
        if seen.status is Status.OUT_OF_SCOPE and asked.focus != asked.question:
            with_before = self._looked_at(replace(screened, question=asked.focus))
            return with_before if with_before.status else screened
        return seen

    def _looked_at(self, screened: Screened) -> Screened:
        encoded = self._encoder.encode_question(screened.question)
        nearest = float((self.content.vectors @ encoded.vector).max(initial=0.0))
        likest = 0.0
        if FAIRLY_NEAR <= nearest < NEAR:  # else it changes nothing
            likest = float((self._generation.asked.vectors @ encoded.alike).max(initial=0.0))
        return look_again(screened, encoded, self._kinds, nearest, likest)

    def _told(
        self, status: Status, understood: str, clock: Clock, *, kind: str = "", gaps: tuple[str, ...] = ()
    ) -> Answer:
        """An answer in our own words only."""
        notice = AnswerBlock(BlockRole.NOTE, NOTICES[status].format(kind=kind))
        blocks = (notice, *(AnswerBlock(BlockRole.GAP, gap) for gap in gaps))
        return Answer(
            answer_id=str(ULID()),
            status=status,
            question_understood=understood,
            text=markdown(blocks),
            blocks=blocks,
            citations=(),
            gaps=gaps,
            nearest=(),
            suggestions=(),
            index=self.info,
            timings_ms=clock.timings_ms(),
        )


def _with_gaps(blocks: Sequence[AnswerBlock], gaps: Sequence[str]) -> tuple[AnswerBlock, ...]:
    """What is missing before what is quoted, where a reader must know of it first; else after it."""
    before, after = (
        [AnswerBlock(BlockRole.GAP, gap) for gap in gaps if said_first(gap) is first] for first in (True, False)
    )
    return (*before, *blocks, *after)


def writers_with(model: bool) -> tuple[str, ...]:
    """The writers there are, with a language model or without."""
    return tuple(writer.value for writer in Writer) if model else (EXTRACT,)


def open_model(endpoint: Endpoint | None) -> LanguageModel | None:
    """The configured language model; loading its libraries takes seconds. Nothing is sent until it is asked."""
    if endpoint is None:
        return None
    from retrieval.writers.llm import LanguageModel

    return LanguageModel(endpoint)


def open_assistant(
    index_dir: Path,
    encoder: str | None = None,
    encoders: Path | None = None,
    model: LanguageModel | None = None,
    reranker: str | None = None,
) -> Assistant:
    """An assistant on the generation that is published now. ``encoders`` keeps ONNX copies; inside the index if None.
    ``reranker`` names a cross-encoder.

    Raises IndexMissing, IndexDamaged, IndexMismatch or EncoderUnavailable.
    """
    folder = current_folder(index_dir)
    opened = open_encoder(encoder, encoders or index_dir / "encoders", reranker)
    return Assistant(open_generation(folder, opened), opened, model)


def _lookable(history: Sequence[Turn]) -> list[Turn]:
    """What passes the screen: a follow-up must not bring back what was refused, nor what it was told."""
    kept: list[Turn] = []
    refused = False
    for turn in history:
        passed = screen(turn.content)
        if turn.role is Role.USER:
            refused = bool(passed.status)
        if not (refused or passed.status):
            kept.append(replace(turn, content=passed.question))
    return kept
