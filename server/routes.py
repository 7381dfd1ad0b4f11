"""The routes of the contract. Each takes a checked request, calls one ``Assistant`` and gives one type of the contract.

No route looks anything up by itself or keeps a conversation. Each takes the assistant once, so it sees one generation.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from time import perf_counter
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Match, Route

from retrieval.assistant import Assistant
from retrieval.live import LiveAssistant
from server import stream
from server.errors import Refusal, error_body, error_response, printable
from server.holdings import PassageOut, SourcesOut, SourceSummaryOut
from server.schemas import (
    AliveOut,
    AnswerOut,
    AskIn,
    ConfigOut,
    ErrorOut,
    IndexOut,
    LimitsOut,
    NarrowingIn,
    ReadyOut,
    ResultOut,
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

WRITERS = ("extract",)

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_STATUSES = (400, 403, 404, 405, 413, 415, 422, 429, 500, 503)
ERRORS: dict[int | str, dict[str, Any]] = {status: {"model": ErrorOut} for status in _STATUSES}
router = APIRouter(responses=ERRORS)


def live(request: Request) -> LiveAssistant:
    return cast(LiveAssistant, request.app.state.live)


def settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


def current(live_assistant: Annotated[LiveAssistant, Depends(live)]) -> Assistant:
    return live_assistant.current()


Serving = Annotated[Assistant, Depends(current)]


@router.post("/v1/ask", response_model=AnswerOut)
def ask(asked: AskIn, assistant: Serving, request: Request) -> Response:
    """Answer a question. With ``Accept: text/event-stream`` it comes as events, ``done`` holding this object."""
    _check_writer(asked.writer)
    _check_known(asked, assistant)
    answer = partial(_answer, asked, assistant)
    if "text/event-stream" in request.headers.get("accept", "").lower():
        return StreamingResponse(stream.events(answer), media_type="text/event-stream", headers=stream.HEADERS)
    return JSONResponse(answer().model_dump(mode="json"))


def _answer(asked: AskIn, assistant: Assistant) -> AnswerOut:
    return AnswerOut.of(assistant.ask(asked.question, asked.turns(), asked.narrowing()))


def _check_writer(writer: str) -> None:
    if writer not in WRITERS:
        message = f"There is no writer called {printable(writer)}. The writers here are: {', '.join(WRITERS)}."
        raise Refusal(422, "unknown_writer", message, {"known": WRITERS})


def _check_known(asked: NarrowingIn, assistant: Assistant) -> None:
    """Narrowing to something unknown would silently find nothing; it is refused by name."""
    if asked.sources:
        check_names("source", asked.sources, (summary.source.source_id for summary in assistant.sources()))
    if asked.programmes:
        check_names("programme", asked.programmes, _programmes(assistant))


def _programmes(assistant: Assistant) -> set[str]:
    return {passage.programme_id for passage in assistant.passages if passage.programme_id}


def check_names(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = sorted(known)
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none"
            message = f"There is no {kind} called {printable(name)}. Known: {listed}."
            raise Refusal(422, f"unknown_{kind}", message, {"known": known})


@router.post("/v1/search")
def search(asked: SearchIn, assistant: Serving) -> SearchOut:
    """The passages nearest to a query, best first."""
    _check_known(asked, assistant)
    begun = perf_counter()
    found = assistant.search(asked.query, asked.k, asked.narrowing())
    taken_ms = round((perf_counter() - begun) * 1000, 1)
    return SearchOut(
        results=[ResultOut.of(one) for one in found],
        index=IndexOut.model_validate(assistant.info),
        timings_ms={"retrieve": taken_ms, "total": taken_ms},
    )


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
def config(chosen: Annotated[Settings, Depends(settings)]) -> ConfigOut:
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
        writers=list(WRITERS),
    )


@router.get("/health")
def health() -> AliveOut:
    """Alive; says nothing of the index."""
    return AliveOut(status="ok")


@router.get("/ready", response_model=ReadyOut)
def ready(live_assistant: Annotated[LiveAssistant, Depends(live)]) -> Response:
    """Whether questions can be answered, from which generation, and if not, why not."""
    state = live_assistant.state()
    body = {"ready": state.ready, "generation": state.generation, "reason": state.reason}
    if state.ready:
        return JSONResponse(body)
    return JSONResponse(error_body("unavailable", state.reason or "The index is not ready.", None) | body, 503)


@router.api_route("/v1/{rest:path}", methods=_METHODS, include_in_schema=False)
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
