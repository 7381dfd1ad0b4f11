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
# Read by NumPy. A question's products are too small to be shared out: on busy cores the sharers wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import gc
import json
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from server.settings import Settings
from server.switches import PARTS, switch


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
    return _run(settings, openapi=options.openapi, tools=options.command == "mcp")


def _run(settings: Settings, *, openapi: bool, tools: bool) -> int:
    gc.disable()  # imports make no garbage, and looking for it takes a fifth of the start; ``run`` enables it again
    from server import run  # here, since a switch must not wait for its imports

    try:
        if openapi:
            print(json.dumps(run.openapi(settings), indent=2, ensure_ascii=False))
        elif tools:
            run.serve_tools(settings)
        else:
            run.serve(settings)
    except run.CannotServe as fault:
        return _refuse(str(fault))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--openapi", action="store_true", help="print the OpenAPI document and exit")
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, what in (("off", "switch parts of the running service off"), ("on", "switch them on again")):
        commands.add_parser(name, help=what).add_argument("part", nargs="+", choices=PARTS)
    commands.add_parser("prune", help="delete ratings and gaps older than ANCHORLINE_RETENTION_DAYS")
    commands.add_parser("mcp", help="serve the MCP tools over standard input and output")
    return parser


def _switch(settings: Settings, parts: Sequence[str], *, on: bool) -> int:
    try:
        off = switch(settings.switches_file, parts, on=on)
    except OSError as fault:
        return _refuse(f"Cannot write {settings.switches_file}: {os.strerror(fault.errno or 0)}. Nothing was switched.")
    print(f"Switched off: {', '.join(sorted(off)) or 'nothing'}.")
    return 0


def _prune(settings: Settings) -> int:
    from sqlalchemy.exc import SQLAlchemyError

    from server.log_store import prune

    if settings.store_url is None:
        return _refuse("ANCHORLINE_FEEDBACK_URL is off: there is nothing to delete.")
    try:
        deleted = prune(settings.store_url, settings.retention_days)
    except (SQLAlchemyError, OSError, ImportError) as fault:
        return _refuse(f"The database of ANCHORLINE_FEEDBACK_URL cannot be used ({type(fault).__name__}).")
    print(f"Deleted {deleted} entries older than {settings.retention_days} days.")
    return 0


def _refuse(*lines: str) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
