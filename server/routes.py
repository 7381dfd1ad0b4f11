"""The routes of the contract. Each takes a checked request, asks one ``Assistant`` and gives one type of the contract.

No route looks anything up by itself or keeps a conversation. Each takes the assistant once, so it sees one generation.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Match, Route

from retrieval.live import LiveAssistant
from server import stream
from server.answering import Asked
from server.asking import (
    Answers,
    Serving,
    answered,
    check_known,
    check_writer,
    live,
    refuse_personal_data,
    searched,
    settings,
    unless_left,
)
from server.errors import ERRORS, Refusal, error_body, error_response
from server.holdings import PassageOut, SourcesOut, SourceSummaryOut
from server.schemas import (
    AliveOut,
    AnswerOut,
    AskIn,
    ConfigOut,
    IndexOut,
    LimitsOut,
    ReadyOut,
    SearchIn,
    SearchOut,
    StandingOut,
)
from server.settings import (
    BODY_BYTES,
    HISTORY_TURNS,
    QUESTION_CHARACTERS,
    RESULTS,
    STARTERS,
    TURN_CHARACTERS,
    Settings,
)

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
router = APIRouter(responses=ERRORS)


@router.post("/v1/ask", response_model=AnswerOut)
async def ask(asked: AskIn, assistant: Serving, answering: Answers, request: Request) -> Response:
    """Answer a question. With ``Accept: text/event-stream`` it comes as events, ``done`` holding this object."""
    check_writer(asked.writer, live(request).writers)
    check_known(asked, assistant)
    question = Asked(asked.question, "api", asked.turns(), asked.narrowing(), asked.writer)
    answer = partial(answered, answering, assistant, question)
    await answering.admit(asked.writer)
    if "text/event-stream" in request.headers.get("accept", "").lower():
        return StreamingResponse(stream.events(answer), media_type="text/event-stream", headers=stream.HEADERS)
    return JSONResponse((await unless_left(request, answer())).model_dump(mode="json"))


@router.post("/v1/search")
async def search(asked: SearchIn, assistant: Serving, answering: Answers) -> SearchOut:
    """The passages nearest to a query, best first."""
    refuse_personal_data(asked.query)
    check_known(asked, assistant)
    return await searched(answering, assistant, asked.query, asked.k, asked.narrowing())


@router.get("/v1/passages/{passage_id}")
def passage(passage_id: str, assistant: Serving) -> PassageOut:
    """One passage whole, with the ids of those before and after it. Write the ``#`` of an id as ``%23``."""
    found = assistant.passage(passage_id)
    if found is None:
        message = "There is no such passage. Its id has the form source#0001; write the # as %23 in an address."
        raise Refusal(404, "not_found", message)
    return PassageOut.of(found, assistant.neighbours(passage_id))


@router.get("/v1/sources")
def sources(assistant: Serving) -> SourcesOut:
    """What the corpus holds."""
    summaries = [SourceSummaryOut.of(summary) for summary in assistant.sources()]
    return SourcesOut(sources=summaries, index=IndexOut.model_validate(assistant.info))


@router.get("/v1/sources/{source_id}")
def source(source_id: str, assistant: Serving) -> SourceSummaryOut:
    for summary in assistant.sources():
        if summary.source.source_id == source_id:
            return SourceSummaryOut.of(summary)
    raise Refusal(404, "not_found", "There is no such source. The sources are listed at /v1/sources.")


@router.get("/v1/config")
def config(
    chosen: Annotated[Settings, Depends(settings)], live_assistant: Annotated[LiveAssistant, Depends(live)]
) -> ConfigOut:
    """What a page that embeds Anchorline needs before the first question."""
    return ConfigOut(
        title=chosen.title,
        standing=[StandingOut(heading=heading, text=text) for heading, text in chosen.standing],
        starters=list(STARTERS),
        limits=LimitsOut(
            question_characters=QUESTION_CHARACTERS,
            history_turns=HISTORY_TURNS,
            turn_characters=TURN_CHARACTERS,
            results=RESULTS,
            body_bytes=BODY_BYTES,
        ),
        writers=list(live_assistant.writers),
    )


@router.get("/health")
async def health() -> AliveOut:  # on the event loop: no pool of threads that is full can make it wait
    """Alive; says nothing of the index."""
    return AliveOut(status="ok")


@router.get("/ready", response_model=ReadyOut)
def ready(live_assistant: Annotated[LiveAssistant, Depends(live)]) -> Response:
    """Whether questions can be answered, from which generation, and what is wrong. While an older generation answers
    this is 200 with a reason, so that nobody takes a replica away that works; 503 when nothing can answer."""
    state = live_assistant.state()
    body = {"ready": state.ready, "generation": state.generation, "reason": state.reason, "vectors": state.vectors}
    if state.ready:
        return JSONResponse(body)
    return JSONResponse(error_body("unavailable", state.reason or "The index is not ready.", None) | body, 503)


@router.api_route("/v1/{rest:path}", methods=_METHODS, include_in_schema=False)
@router.api_route("/mcp", methods=_METHODS, include_in_schema=False)
@router.api_route("/metrics", methods=_METHODS, include_in_schema=False)
@router.api_route("/health", methods=_METHODS, include_in_schema=False)
@router.api_route("/ready", methods=_METHODS, include_in_schema=False)
def nothing_here(request: Request) -> Response:
    """The page is mounted at the root and would answer for us: say which of our addresses takes which method."""
    offered = cast(list[Route], request.app.state.api_routes)
    allowed = sorted({method for route in offered for method in _offered(route, request)})
    if allowed:
        return error_response(405, headers={"Allow": ", ".join(allowed)})
    return error_response(404)


def _offered(route: Route, request: Request) -> Iterable[str]:
    match, _ = route.matches(dict(request.scope))
    return (route.methods or ()) if match is Match.PARTIAL else ()
