"""One way for every channel (API, event stream, chat completions, MCP, page) to have a question answered.

Answers are worked on in threads, so many at once, the rest waiting their turn; language models have lanes of their own,
so that a slow one never delays an extractive answer. Each answer is counted, traced, logged and noted, without its
words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from retrieval.assistant import EVERYTHING, EXTRACT, Assistant
from retrieval.types import Answer, Narrowing, Turn
from retrieval.writers.types import given_up
from server.budget import ModelBudget
from server.errors import BUSY, BUSY_HEADERS, Refusal
from server.log_store import LogStore
from server.metrics import Metrics
from server.tracing import Tracing

log = logging.getLogger("anchorline.answers")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it came in. ``channel`` is where: api, completions, mcp or page."""

    question: str
    channel: str
    turns: tuple[Turn, ...] = ()
    narrowing: Narrowing = EVERYTHING
    writer: str = EXTRACT


class Lane:
    """Work in threads: ``running`` at once, ``waiting`` more in a queue (any number if None)."""

    def __init__(self, running: int, waiting: int | None) -> None:
        self._limiter = CapacityLimiter(running)
        self._waiting = waiting

    def waiting(self) -> int:
        return self._limiter.statistics().tasks_waiting

    def check(self) -> None:
        """Raise a Refusal when the queue is full."""
        if self._waiting is None or self._limiter.available_tokens > 0:
            return
        if self.waiting() >= self._waiting:
            raise Refusal(503, "busy", BUSY, headers=BUSY_HEADERS)

    async def run(self, work: Callable[[], T]) -> T:
        self.check()
        return await to_thread.run_sync(work, limiter=self._limiter)


class Answering:
    def __init__(
        self, quick: Lane, slow: Lane, store: LogStore, metrics: Metrics, tracing: Tracing, budget: ModelBudget
    ) -> None:
        self._quick, self._slow, self._budget = quick, slow, budget
        self._store, self._metrics, self._tracing = store, metrics, tracing
        metrics.waiting.labels("quick").set_function(quick.waiting)
        metrics.waiting.labels("slow").set_function(slow.waiting)

    def lane(self, writer: str = EXTRACT) -> Lane:
        return self._quick if writer == EXTRACT else self._slow

    async def admit(self, writer: str) -> None:
        """Before a question is worked on, while a status code can still tell. Raises a Refusal when too many wait, or
        when the language model has written enough for a day."""
        self.lane(writer).check()
        if writer != EXTRACT:
            await self._budget.spend()

    async def ask(self, assistant: Assistant, asked: Asked) -> Answer:
        """Answer when it is this question's turn. Raises a Refusal when too many wait. Cancelled, it lets a language
        model go as well: nobody would read what it still wrote."""
        left = Event()
        given_up.set(left)
        try:
            return await self.lane(asked.writer).run(partial(self.answer, assistant, asked))
        finally:
            left.set()

    def answer(self, assistant: Assistant, asked: Asked) -> Answer:
        """Answer now, in this thread: for the page, which has a queue of its own."""
        with self._tracing.span("answer") as attributes:
            answer = assistant.ask(asked.question, asked.turns, asked.narrowing, asked.writer)
            told = _told(answer, asked)
            attributes |= {f"anchorline.{name}": value for name, value in told.items()}
        log.info(told)
        self._metrics.answered(answer, asked.channel, asked.writer)
        self._store.note(answer, asked.question, asked.channel, asked.narrowing.facets)
        return answer


def _told(answer: Answer, asked: Asked) -> dict[str, str | int | float]:
    """What may be known of an answer: its outcome, counts and timings."""
    return {
        "answer_id": answer.answer_id,
        "status": answer.status.value,
        "channel": asked.channel,
        "writer": asked.writer,
        "generation": answer.index.generation if answer.index else "",
        "citations": len(answer.citations),
        "gaps": len(answer.gaps),
        **{f"{stage}_ms": taken_ms for stage, taken_ms in answer.timings_ms.items()},
    }
