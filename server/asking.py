"""What every route that asks needs: the assistant that serves now, and checks of what a question is kept to."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from difflib import get_close_matches
from functools import partial
from time import perf_counter
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request

from retrieval.assistant import Assistant
from retrieval.live import LiveAssistant
from retrieval.notices import NOTICES
from retrieval.personal_data import personal_data
from retrieval.types import Narrowing, Status
from server.answering import Answering, Asked
from server.errors import Refusal, printable
from server.schemas import AnswerOut, IndexOut, NarrowingIn, ResultOut, SearchOut
from server.settings import Settings

T = TypeVar("T")
_NAMED = 10  # names that a sentence can hold; the detail of the refusal has all


def live(request: Request) -> LiveAssistant:
    return cast(LiveAssistant, request.app.state.live)


def settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


def _current(live_assistant: Annotated[LiveAssistant, Depends(live)]) -> Assistant:
    return live_assistant.current()


def _answering(request: Request) -> Answering:
    return cast(Answering, request.app.state.answering)


Serving = Annotated[Assistant, Depends(_current)]
Answers = Annotated[Answering, Depends(_answering)]


async def answered(answering: Answering, assistant: Assistant, asked: Asked) -> AnswerOut:
    return AnswerOut.of(await answering.ask(assistant, asked))


async def unless_left(request: Request, answer: Coroutine[None, None, T]) -> T:
    """The answer, unless its asker leaves before. Starlette breaks off a stream by itself, but no plain response."""
    answering, leaving = asyncio.create_task(answer), asyncio.create_task(_left(request))
    await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    if not answering.done():
        answering.cancel()
        raise Refusal(499, "left", "Whoever asked has left before the answer was there.")
    return await answering


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def searched(answering: Answering, assistant: Assistant, query: str, k: int, narrowing: Narrowing) -> SearchOut:
    begun = perf_counter()
    found = await answering.lane().run(partial(assistant.search_question, query, (), k, narrowing))
    taken_ms = round((perf_counter() - begun) * 1000, 1)
    return SearchOut(
        results=[ResultOut.of(one) for one in found],
        index=IndexOut.model_validate(assistant.info),
        timings_ms={"retrieve": taken_ms, "total": taken_ms},
    )


def check_writer(writer: str, known: Iterable[str]) -> None:
    known = tuple(known)
    if writer not in known:
        message = f"There is no writer called {printable(writer)}. The writers here are: {', '.join(known)}."
        raise Refusal(422, "unknown_writer", message, {"known": known})


def check_known(asked: NarrowingIn, assistant: Assistant) -> None:
    """Narrowing to something unknown would silently find nothing; it is refused by name."""
    if asked.sources:
        check_names("source", asked.sources, (stored.source.source_id for stored in assistant.content.sources))
    if asked.programmes:
        held = {passage.programme_id for passage in assistant.passages if passage.programme_id}
        check_names("programme", asked.programmes, held)


def check_names(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = sorted(known)
    for name in names:
        if name not in known:
            message = f"There is no {kind} called {printable(name)}. Known: {_nearest(name, known)}."
            raise Refusal(422, f"unknown_{kind}", message, {"known": known})


def _nearest(name: str, known: Sequence[str]) -> str:
    if len(known) <= _NAMED:
        return ", ".join(known) or "none"
    near = get_close_matches(name, known, _NAMED, 0.3) or known[:_NAMED]
    return f"{', '.join(near)} and {len(known) - len(near)} more"


def refuse_personal_data(text: str) -> None:
    """A search has no status to say it with, as an answer has; nothing is looked up here either."""
    if kind := personal_data(text):
        raise Refusal(422, Status.PERSONAL_DATA.value, NOTICES[Status.PERSONAL_DATA].format(kind=kind))
