"""What the page's script may send to Gradio's queue: events that the page has, with as many values as they take.

Gradio itself fails on an unknown event, and takes fields that only its own tests use. This stands before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from starlette.datastructures import QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from server.errors import error_response

_JOIN, _DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"
_FIELDS = {"data", "event_data", "fn_index", "trigger_id", "session_hash"}
_SESSION = re.compile(r"[a-z0-9]{1,20}")
_REFUSED = "This is not a call that the page makes. Please load the page again."


def check_page_calls(app: ASGIApp, events: Mapping[int, int]) -> ASGIApp:
    """Stands behind ``limit_body``. ``events``: how many inputs each event of the page has."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").rstrip("/")
        if path == _JOIN and scope["method"] == "POST" and not _is_call(scope["anchorline.body"], events):
            return await error_response(422, message=_REFUSED)(scope, receive, send)
        if path == _DATA and not _is_session(QueryParams(scope["query_string"]).get("session_hash")):
            return await error_response(422, message=_REFUSED)(scope, receive, send)
        await app(scope, receive, send)

    return checked


def _is_session(value: object) -> bool:
    return isinstance(value, str) and _SESSION.fullmatch(value) is not None


def _is_call(body: bytes, events: Mapping[int, int]) -> bool:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(sent, dict) or set(sent) - _FIELDS or not _is_session(sent.get("session_hash")):
        return False
    event, values, trigger = sent.get("fn_index"), sent.get("data"), sent.get("trigger_id")
    return (
        type(event) is int
        and isinstance(values, list)
        and events.get(event) == len(values)
        and (trigger is None or type(trigger) is int)
        and all(value is None or isinstance(value, str) for value in values)
    )
