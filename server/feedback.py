"""``POST /v1/feedback``: was an answer useful. Nothing that is free to write is taken."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from server.errors import ERRORS
from server.log_store import LogStore
from server.metrics import Metrics

router = APIRouter(responses=ERRORS)


class Verdict(StrEnum):
    USEFUL = "useful"
    NOT_USEFUL = "not_useful"


class Reason(StrEnum):
    WRONG_SOURCE = "wrong_source"
    WRONG_PAGE = "wrong_page"
    INCOMPLETE = "incomplete"
    OUT_OF_DATE = "out_of_date"
    OTHER = "other"


class FeedbackIn(BaseModel):
    """``answer_id`` as the answer gave it, a ULID; other fields are not read."""

    answer_id: Annotated[str, Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    verdict: Verdict
    reason: Reason | None = None


def _store(request: Request) -> LogStore:
    return cast(LogStore, request.app.state.store)


@router.post("/v1/feedback", status_code=204, response_class=Response)
async def feedback(given: FeedbackIn, request: Request, store: Annotated[LogStore, Depends(_store)]) -> None:
    """Rate an answer. The last rating counts."""
    store.rate(given.answer_id, given.verdict.value, given.reason.value if given.reason else None)
    metrics = cast(Metrics, request.app.state.metrics)
    metrics.ratings.labels(given.verdict.value, given.reason.value if given.reason else "").inc()
