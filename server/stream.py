"""The event stream of an answer: ``status``, ``block``, ``citation`` and ``done`` events.

The data of ``done`` is the very object that the JSON form gives, so both forms say the same. Nothing here chooses or
changes words. A fault after the stream has begun can no longer be a status code: it is an ``error`` event of our shape.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping

from corpus.errors import AnchorlineError
from server.errors import UNAVAILABLE, Refusal, error_body
from server.logs import fault_line
from server.schemas import AnswerOut

log = logging.getLogger("anchorline.stream")

KEEP_ALIVE_S = 15.0  # proxies close a stream that is silent for long
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # a proxy that gathers the events would delay them


def event(name: str, data: Mapping[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


Ask = Callable[[], Coroutine[None, None, AnswerOut]]


async def events(ask: Ask) -> AsyncIterator[str]:
    """All events of one answer; the first goes out before the search begins."""
    yield event("status", {"status": "searching"})
    asking = asyncio.create_task(ask())
    try:
        async for comment in keep_alive(asking):
            yield comment
        answer, fault = await outcome(asking)
        if answer is None:
            yield event("error", fault)
            return
        for one in answer_events(answer):
            yield one
    finally:
        asking.cancel()  # the client has left; does nothing to a task that is done


async def keep_alive(asking: asyncio.Task[AnswerOut]) -> AsyncIterator[str]:
    """A comment every so often until the task is done."""
    while not asking.done():
        await asyncio.wait([asking], timeout=KEEP_ALIVE_S)
        if not asking.done():
            yield ": still working\n\n"


async def outcome(asking: Awaitable[AnswerOut]) -> tuple[AnswerOut | None, dict[str, object]]:
    """The answer, or the body of an error: the stream has begun, so no status code can tell, and no stack may leave."""
    try:
        return await asking, {}
    except Refusal as fault:
        return None, error_body(fault.code, fault.message, fault.detail)
    except AnchorlineError as fault:
        return None, error_body("unavailable", UNAVAILABLE, {"reason": type(fault).__name__})
    except Exception as fault:
        log.error(fault_line(fault))
        return None, error_body("internal_error", "Something went wrong here. Please try again.")


def answer_events(answer: AnswerOut) -> Iterator[str]:
    """Each citation follows the first block that points to it; those of no block come last."""
    yield event("status", {"status": answer.status.value})
    waiting = {citation.marker: citation for citation in answer.citations}
    for block in answer.blocks:
        yield event("block", block.model_dump(mode="json"))
        for marker in block.citations:
            if citation := waiting.pop(marker, None):
                yield event("citation", citation.model_dump(mode="json"))
    for citation in waiting.values():
        yield event("citation", citation.model_dump(mode="json"))
    yield event("done", answer.model_dump(mode="json"))
