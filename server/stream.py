"""The event stream of an answer: ``status``, ``block``, ``citation`` and ``done`` events.

The data of ``done`` is the very object that the JSON form gives, so both forms say the same. Nothing here chooses or
changes words. A fault after the stream has begun can no longer be a status code: it is an ``error`` event of our shape.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping

from corpus.errors import AnchorlineError
from server.errors import UNAVAILABLE, error_body
from server.schemas import AnswerOut

log = logging.getLogger("anchorline.stream")

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # a proxy that gathers the events would delay them


def event(name: str, data: Mapping[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def events(ask: Callable[[], AnswerOut]) -> Iterator[str]:
    """All events of one answer; the first goes out before the search begins."""
    yield event("status", {"status": "searching"})
    try:
        answer = ask()
    except AnchorlineError as fault:
        yield event("error", error_body("unavailable", UNAVAILABLE, {"reason": type(fault).__name__}))
    except Exception as fault:  # the border of the service: no stack may leave it, and the stream has begun
        log.error("an answer failed with %s", type(fault).__name__)
        yield event("error", error_body("internal_error", "Something went wrong here. Please try again."))
    else:
        yield from _answer_events(answer)


def _answer_events(answer: AnswerOut) -> Iterator[str]:
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
