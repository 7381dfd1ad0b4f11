"""``python -m server``: read the settings, start the service, print where it is.

``--openapi`` prints the OpenAPI document and starts nothing. ``off`` and ``on`` switch parts of a running service,
which notices within seconds; ``prune`` deletes old ratings and gaps; ``mcp`` answers a language model's program over
standard input and output. Exit codes: 0 done or stopped, 2 nothing was done.
"""

from __future__ import annotations

import os

# Read by Gradio, the model hub's client and Chroma when they are imported: nothing may call home.
os.environ.update(
    GRADIO_ANALYTICS_ENABLED="False", HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_OFFLINE="1", ANONYMIZED_TELEMETRY="False"
)

import argparse
import json
import socket
import sys
from collections.abc import Sequence

import uvicorn
from limits.errors import ConfigurationError
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from corpus.errors import AnchorlineError
from retrieval.live import LiveAssistant
from server import log_store, mcp_tools
from server.app import create_app, make_answering, mount_page
from server.logs import log_as_json_lines
from server.metrics import Metrics
from server.settings import Settings
from server.switches import PARTS, switch
from server.tracing import Tracing


class Service(uvicorn.Server):
    """A server that says where it is once it takes requests."""

    address = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Anchorline is at {self.address}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as fault:
        return _refuse(*(f"ANCHORLINE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in fault.errors()))
    if options.command in ("off", "on"):
        return _switch(settings, options.part, on=options.command == "on")
    if options.command == "prune":
        return _prune(settings)
    live = LiveAssistant(settings.index, settings.encoder, settings.encoders)
    if options.command == "mcp":
        return _serve_tools(settings, live)
    if options.openapi:
        print(json.dumps(create_app(settings, live).openapi(), indent=2, ensure_ascii=False))
        return 0
    return serve(settings, live)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--openapi", action="store_true", help="print the OpenAPI document and exit")
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, what in (("off", "switch parts of the running service off"), ("on", "switch them on again")):
        commands.add_parser(name, help=what).add_argument("part", nargs="+", choices=PARTS)
    commands.add_parser("prune", help="delete ratings and gaps older than ANCHORLINE_RETENTION_DAYS")
    commands.add_parser("mcp", help="serve the MCP tools over standard input and output")
    return parser


def serve(settings: Settings, live: LiveAssistant) -> int:
    """Bind first, so that a port in use is known before the slow imports; then open the index, mount the page."""
    try:
        bound = _bind(settings.host, settings.port)
    except OSError as fault:
        why = os.strerror(fault.errno or 0)
        return _refuse(
            f"Cannot listen on {settings.host}:{settings.port}: {why}. Stop what uses it or set ANCHORLINE_PORT."
        )
    log_as_json_lines()
    _open(live)
    try:
        app = create_app(settings, live)
    except (ImportError, ConfigurationError) as fault:
        return _refuse(
            f"A setting needs a package that is not installed ({fault}); see docs/operate.md for the extras."
        )
    mount_page(app, settings, live)
    config = uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False, server_header=False)
    service = Service(config)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    service.address = f"http://{host}:{bound.getsockname()[1]}/"
    service.run(sockets=[bound])
    return 0


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=256)


def _open(live: LiveAssistant) -> None:
    """Open the index now, so that the first question is not the slow one. Without one we serve all the same."""
    try:
        live.current()
    except AnchorlineError as fault:
        print(f"No questions can be answered yet: {fault}", file=sys.stderr, flush=True)


def _switch(settings: Settings, parts: Sequence[str], *, on: bool) -> int:
    try:
        off = switch(settings.switches_file, parts, on=on)
    except OSError as fault:
        return _refuse(f"Cannot write {settings.switches_file}: {os.strerror(fault.errno or 0)}. Nothing was switched.")
    print(f"Switched off: {', '.join(sorted(off)) or 'nothing'}.")
    return 0


def _prune(settings: Settings) -> int:
    if settings.store_url is None:
        return _refuse("ANCHORLINE_FEEDBACK_URL is off: there is nothing to delete.")
    try:
        deleted = log_store.prune(settings.store_url, settings.retention_days)
    except (SQLAlchemyError, OSError, ImportError) as fault:
        return _refuse(f"The database of ANCHORLINE_FEEDBACK_URL cannot be used ({type(fault).__name__}).")
    print(f"Deleted {deleted} entries older than {settings.retention_days} days.")
    return 0


def _serve_tools(settings: Settings, live: LiveAssistant) -> int:
    log_as_json_lines()
    _open(live)
    figures, tracing = Metrics(), Tracing(settings.traces_url)
    store = log_store.LogStore(settings.store_url, figures, keep_questions=settings.keep_questions)
    mcp_tools.mcp_server(live, make_answering(settings, store, figures, tracing)).run("stdio")
    store.close()
    return 0


def _refuse(*lines: str) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
