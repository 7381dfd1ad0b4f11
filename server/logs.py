"""The log: one JSON object a line on standard error, with the id of the request that it belongs to.

What a library of others' logs may quote what was asked, so of theirs only the place in the code and the kind of fault
are written. Our own lines hold what their callers put in: counts, durations, kinds.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": moment, "level": record.levelname.lower(), "request_id": request_id.get()}
        if not record.name.startswith("anchorline"):
            line |= {"logger": record.name, "place": f"{record.pathname}:{record.lineno}"}
        elif isinstance(record.msg, dict):
            line |= record.msg
        else:
            line["message"] = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def log_as_json_lines() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("anchorline").setLevel(logging.INFO)


def fault_line(fault: BaseException) -> dict[str, object]:
    """The kind of a fault and where it arose. Its message may quote the question, so it is left out."""
    places = [f"{place.filename}:{place.lineno}" for place in traceback.extract_tb(fault.__traceback__)[-8:]]
    return {"fault": type(fault).__name__, "at": places}
