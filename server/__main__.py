"""``python -m server``: read the settings, start the service, print where it is.

``--openapi`` prints the OpenAPI document and starts nothing. Exit codes: 0 stopped, 2 nothing started.
"""

from __future__ import annotations

import os

# Read by Gradio, the model hub's client and Chroma when they are imported: nothing may call home.
os.environ.update(
    GRADIO_ANALYTICS_ENABLED="False", HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_OFFLINE="1", ANONYMIZED_TELEMETRY="False"
)

import argparse
import json
import logging
import socket
import sys
from collections.abc import Sequence

import uvicorn
from pydantic import ValidationError

from corpus.errors import AnchorlineError
from retrieval.live import LiveAssistant
from server.app import create_app, mount_page
from server.settings import Settings


class Service(uvicorn.Server):
    """A server that says where it is once it takes requests."""

    address = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Anchorline is at {self.address}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m server", description=__doc__.splitlines()[0])
    parser.add_argument("--openapi", action="store_true", help="print the OpenAPI document and exit")
    options = parser.parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as fault:
        return _refuse(*(f"ANCHORLINE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in fault.errors()))
    live = LiveAssistant(settings.index, settings.encoder, settings.encoders)
    if options.openapi:
        print(json.dumps(create_app(settings, live).openapi(), indent=2, ensure_ascii=False))
        return 0
    return serve(settings, live)


def serve(settings: Settings, live: LiveAssistant) -> int:
    """Bind first, so that a port in use is known before the slow imports; then open the index, mount the page."""
    try:
        bound = _bind(settings.host, settings.port)
    except OSError as fault:
        why = os.strerror(fault.errno or 0)
        return _refuse(
            f"Cannot listen on {settings.host}:{settings.port}: {why}. Stop what uses it or set ANCHORLINE_PORT."
        )
    _log_as_json_lines()
    _open(live)
    app = create_app(settings, live)
    mount_page(app, settings, live)
    config = uvicorn.Config(app, log_level="warning", access_log=False, proxy_headers=False, server_header=False)
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


def _log_as_json_lines() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("anchorline")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def _refuse(*lines: str) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
