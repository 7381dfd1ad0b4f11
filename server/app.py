"""The service put together: routes, errors, middleware in their order, MCP, and the page at the root.

This is the only place that knows all parts. It opens no index and reads no environment; both are handed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from mcp.server import MCPServer
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route

from retrieval.assistant import Assistant
from retrieval.live import LiveAssistant
from retrieval.types import Answer, Narrowing, Turn
from server import completions, embed, errors, feedback, gates, mcp_tools, metrics, programmes, rates, routes
from server.answering import Answering, Asked, Lane
from server.budget import ModelBudget
from server.late_page import LatePage
from server.log_store import LogStore
from server.observe import observe
from server.page_calls import check_page_calls
from server.settings import QUESTION_CHARACTERS, STARTERS, Settings
from server.switches import Switches
from server.tracing import Tracing

_DAY_S = 24 * 3600.0
# The last one takes every other address under /v1.
_ROUTERS = (programmes.router, completions.router, feedback.router, metrics.router, routes.router)


def create_app(settings: Settings, live: LiveAssistant) -> FastAPI:
    """The API alone; ``mount_page`` adds the page."""
    figures, tracing = metrics.Metrics(), Tracing(settings.traces_url)
    store = LogStore(settings.store_url, figures, keep_questions=settings.keep_questions)
    answering = make_answering(settings, store, figures, tracing)
    tools = mcp_tools.mcp_server(live, answering)
    tool_routes = mcp_tools.http_routes(tools)
    app = FastAPI(
        title="Anchorline",
        version="1",
        summary="Answers about NHS trusts as anchor institutions, every sentence verbatim from a named source.",
        docs_url=None,  # FastAPI's own pages load their scripts from another host
        redoc_url=None,
        servers=[{"url": settings.root_path}] if settings.root_path else None,
        middleware=_middleware(settings, figures, tracing),
        lifespan=_lifespan(settings, store, tools),
    )
    app.state.live, app.state.settings, app.state.store = live, settings, store
    app.state.metrics, app.state.answering = figures, answering
    offered = [route for router in _ROUTERS for route in router.routes if isinstance(route, Route)]
    app.state.api_routes = [*tool_routes, *offered]
    app.routes.extend(tool_routes)
    for router in _ROUTERS:
        app.include_router(router)
    app.include_router(embed.router)
    errors.install(app)
    return app


def make_answering(settings: Settings, store: LogStore, figures: metrics.Metrics, tracing: Tracing) -> Answering:
    waiting = None if settings.rate_limit == "off" else settings.queued
    quick, slow = Lane(settings.concurrent, waiting), Lane(settings.concurrent, waiting)
    budget = ModelBudget(settings.llm_answers_a_day, settings.limits_url, figures)
    return Answering(quick, slow, store, figures, tracing, budget)


def _middleware(settings: Settings, figures: metrics.Metrics, tracing: Tracing) -> Sequence[Middleware]:
    """Outermost first. The origin gate stands before CORS so that its refusals have our shape; limits and switches
    stand behind CORS so that a listed site can read a 413, a 429 or a 503."""
    return (
        Middleware(observe, frame_ancestors=settings.frame_ancestors, metrics=figures, tracing=tracing),
        Middleware(gates.gate_origins, origins=settings.origins, metrics=figures),
        Middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", rates.CONVERSATION_HEADER],
            expose_headers=["Retry-After", "X-Request-Id"],
        ),
        Middleware(gates.refuse_paths),
        Middleware(gates.switched_off, switches=Switches(settings.switches_file), metrics=figures),
        Middleware(gates.limit_body, metrics=figures),
        Middleware(rates.limit_rate, settings=settings, metrics=figures),
    )


def _lifespan(
    settings: Settings, store: LogStore, tools: MCPServer[None]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """While the service runs: MCP's calls are taken, and old entries of the log are deleted once a day."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async def forget_daily() -> None:
            while True:
                store.forget(settings.retention_days)
                await asyncio.sleep(_DAY_S)

        forgetting = asyncio.create_task(forget_daily())
        async with tools.session_manager.run():
            yield
        forgetting.cancel()
        await asyncio.to_thread(store.close)

    return running


def mount_page(app: FastAPI, settings: Settings, live: LiveAssistant) -> None:
    """The Gradio page at the root, built while the service already answers."""
    page = LatePage(lambda: _page(app.state.answering, settings, live))
    app.mount("/", page)
    page.start_with(app)


def _page(answering: Answering, settings: Settings, live: LiveAssistant) -> FastAPI:
    """The page with its script and style, and what stands before its calls."""
    from ui import page  # here, since it takes seconds

    def ask(assistant: Assistant, question: str, turns: Sequence[Turn], narrowing: Narrowing) -> Answer:
        return answering.answer(assistant, Asked(question, "page", tuple(turns), narrowing))

    rated = settings.store_url is not None
    texts = page.PageTexts(settings.title, settings.standing, STARTERS, QUESTION_CHARACTERS, rated)
    blocks = page.build_page(live.current, texts, ask)
    # Gradio lets any site read, unless the application that it is mounted in has rules of its own. Those of the whole
    # service stand before this one; these allow nothing more.
    own_rules = Middleware(CORSMiddleware, allow_origins=())
    app = FastAPI(openapi_url=None, middleware=[own_rules, Middleware(check_page_calls, events=page.events(blocks))])

    @app.get("/page.js")
    def script() -> FileResponse:
        return FileResponse(page.SCRIPT, media_type="text/javascript")

    @app.get("/page.css")
    def style() -> Response:
        return Response(page.style(), media_type="text/css")

    page.mount(app, blocks, settings.root_path)
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, FastAPI):
            errors.install(route.app)
    errors.install(app)
    return app
