"""The service put together: routes, errors, middleware in their order, and the page at the root.

This is the only place that knows all parts. It opens no index and reads no environment; both are handed in.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route

from retrieval.live import LiveAssistant
from server import errors, middleware, programmes, routes
from server.settings import QUESTION_CHARACTERS, STARTERS, Settings


def create_app(settings: Settings, live: LiveAssistant) -> FastAPI:
    """The API alone; ``mount_page`` adds the page."""
    app = FastAPI(
        title="Anchorline",
        version="1",
        summary="Answers about NHS trusts as anchor institutions, every sentence verbatim from a named source.",
        docs_url=None,  # FastAPI's own pages load their scripts from another host
        redoc_url=None,
        middleware=_middleware(settings),
    )
    app.state.live, app.state.settings = live, settings
    routers = (programmes.router, routes.router)  # the last one takes every other address
    app.state.api_routes = [route for router in routers for route in router.routes if isinstance(route, Route)]
    for router in routers:
        app.include_router(router)
    errors.install(app)
    return app


def _middleware(settings: Settings) -> Sequence[Middleware]:
    """Outermost first. The origin gate stands before CORS so that its refusals have our shape; limits stand behind CORS
    so that a listed site can read a 413 or a 429."""
    return (
        Middleware(middleware.observe, frame_ancestors=settings.frame_ancestors),
        Middleware(middleware.gate_origins, origins=settings.origins),
        Middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            expose_headers=["Retry-After", "X-Request-Id"],
        ),
        Middleware(middleware.refuse_paths),
        Middleware(middleware.limit_rate, rate=settings.rate_limit),
        Middleware(middleware.limit_body),
    )


def mount_page(app: FastAPI, settings: Settings, live: LiveAssistant) -> None:
    """The Gradio page at the root. Its import takes seconds, so it happens only here."""
    from ui import page

    @app.get("/page.js", include_in_schema=False)
    def script() -> FileResponse:
        return FileResponse(page.SCRIPT, media_type="text/javascript")

    @app.get("/page.css", include_in_schema=False)
    def style() -> Response:
        return Response(page.style(), media_type="text/css")

    rated = any(getattr(route, "path", "") == "/v1/feedback" for route in app.state.api_routes)
    texts = page.PageTexts(settings.title, settings.standing, STARTERS, QUESTION_CHARACTERS, rated)
    page.mount(app, page.build_page(live.current, texts))
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, FastAPI):
            errors.install(route.app)
