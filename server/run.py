"""The service as a process, on its port or on standard input and output. Its imports take seconds."""

from __future__ import annotations

import gc
import os
import socket
import sys

import uvicorn
from limits.errors import ConfigurationError

from corpus.errors import AnchorlineError
from retrieval.assistant import open_model
from retrieval.live import LiveAssistant
from retrieval.shared import open_store
from server import mcp_tools
from server.app import create_app, make_answering, mount_page
from server.log_store import LogStore
from server.logs import log_as_json_lines
from server.metrics import Metrics
from server.settings import Settings
from server.tracing import Tracing

# A proxy or client that keeps a connection for a minute (nginx to its upstreams does) must never find it closed just as
# it sends: after uvicorn's own five seconds a question can meet the closing, and is lost.
_KEEP_ALIVE_S = 75


class CannotServe(Exception):
    """Why no service can be started; one line for the operator."""


class Service(uvicorn.Server):
    """A server that says where it is once it takes requests."""

    address = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Anchorline is at {self.address}", flush=True)


def serve(settings: Settings) -> None:
    """Bind first, so that a port in use is known before the slow imports; then open the index, mount the page.

    Raises CannotServe.
    """
    live = live_assistant(settings)
    try:
        bound = _bind(settings.host, settings.port)
    except OSError as fault:
        why = os.strerror(fault.errno or 0)
        raise CannotServe(
            f"Cannot listen on {settings.host}:{settings.port}: {why}. Stop what uses it or set ANCHORLINE_PORT."
        ) from None
    log_as_json_lines()
    _open(live)
    try:
        app = create_app(settings, live)
    except (ImportError, ConfigurationError) as fault:
        raise CannotServe(
            f"A setting needs a package that is not installed ({fault}); docs/operate.md names the extras."
        ) from None
    mount_page(app, settings, live)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=5,  # an open page holds a stream of heartbeats for as long as it is open
    )
    service = Service(config)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    service.address = f"http://{host}:{bound.getsockname()[1]}/"
    service.run(sockets=[bound])


def openapi(settings: Settings) -> dict[str, object]:
    return create_app(settings, live_assistant(settings)).openapi()


def live_assistant(settings: Settings) -> LiveAssistant:
    try:
        store = open_store(settings.vectors_at) if settings.vectors_at else None
    except AnchorlineError as fault:
        raise CannotServe(str(fault)) from None
    model = open_model(settings.endpoint)
    return LiveAssistant(settings.index, settings.encoder, settings.encoders, model, store, settings.reranker)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=256)


def _open(live: LiveAssistant) -> None:
    """Open the index now, so that the first question is not the slow one. Without one we serve all the same. Until then
    nobody looked for garbage (see ``server.__main__``)."""
    try:
        live.current()
        if reason := live.state().reason:
            print(f"{live.state().generation} answers, but something is wrong: {reason}", file=sys.stderr, flush=True)
    except AnchorlineError as fault:
        print(f"No questions can be answered yet: {fault}", file=sys.stderr, flush=True)
    finally:
        gc.enable()


def serve_tools(settings: Settings) -> None:
    live = live_assistant(settings)
    log_as_json_lines()
    _open(live)
    figures, tracing = Metrics(), Tracing(settings.traces_url)
    store = LogStore(settings.store_url, figures, keep_questions=settings.keep_questions)
    mcp_tools.mcp_server(live, make_answering(settings, store, figures, tracing)).run("stdio")
    store.close()
