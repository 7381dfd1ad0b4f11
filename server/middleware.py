"""What stands before every route, the mounted page's as well: headers, one log line, origins, limits, refused paths.

Plain ASGI functions, since a streaming answer must pass through untouched. Nothing here may log or send back what was
asked, an address or a query string. ``X-Forwarded-For`` is not believed: whoever asks could have written it.
"""

from __future__ import annotations

import json
import logging
import math
import re
import time
import traceback
from collections.abc import Sequence
from uuid import uuid4

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import error_response
from server.settings import BODY_BYTES

log = logging.getLogger("anchorline.access")

# What the page itself calls of Gradio's own routes. Everything else there (uploads, files, run history, monitoring,
# direct calls) is not ours to offer.
_PAGE_CALLS = re.compile(r"/gradio_api/(queue/(join|data)|heartbeat/[^/]+|startup-events|info|app_id|reset|cancel)/?")
_REFUSED = re.compile(
    r"/(gradio_api(/|$)|(upload|process_recording|runs|run-history|monitoring|vibe-|undo-vibe|file=|proxy=|stream/|login|"
    r"logout|token|dev/|profiling|pwa_icon|svelte))"
)


def security_headers(frame_ancestors: Sequence[str]) -> list[tuple[bytes, bytes]]:
    """The headers of every response. Gradio needs inline styles and fonts as data, but no inline script and no eval."""
    policy = (
        "default-src 'self'; script-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
        f"frame-ancestors {' '.join(frame_ancestors) or chr(39) + 'none' + chr(39)}"
    )
    named = {
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }
    return [(name.encode(), value.encode()) for name, value in named.items()]


def observe(app: ASGIApp, frame_ancestors: Sequence[str]) -> ASGIApp:
    """Outermost: a request id, the security headers, one log line, and a 500 of our shape for the unforeseen."""
    headers = security_headers(frame_ancestors)

    async def observed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        request_id, begun, status = uuid4().hex, time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                named = (b"x-request-id", request_id.encode())
                message = {**message, "headers": [*message.get("headers", ()), *headers, named]}
            await send(message)

        try:
            await app(scope, receive, send_with_headers)
        except Exception as fault:
            _log_fault(fault, request_id)
            if status:  # half a response is out; only closing the connection can tell the client
                raise RuntimeError("a response was cut short") from None
            await error_response(500, detail={"request_id": request_id})(scope, receive, send_with_headers)
        finally:
            _log_request(scope, status, begun, request_id)

    return observed


def _log_request(scope: Scope, status: int, begun: float, request_id: str) -> None:
    duration_ms = round((time.perf_counter() - begun) * 1000, 1)
    template = getattr(scope.get("route"), "path", None)
    line = {"method": scope["method"], "route": template, "status": status, "duration_ms": duration_ms}
    log.info(json.dumps(line | {"request_id": request_id}))


def _log_fault(fault: Exception, request_id: str) -> None:
    """The kind of a fault and where it arose. Its message may quote the question, so it is left out."""
    places = [f"{place.filename}:{place.lineno}" for place in traceback.extract_tb(fault.__traceback__)[-8:]]
    log.error(json.dumps({"fault": type(fault).__name__, "at": places, "request_id": request_id}))


def gate_origins(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Refuse what another site's page sends, unless the site is listed. Reading is left to CORS."""

    async def gated(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            headers = Headers(scope=scope)
            origin, host = headers.get("origin"), headers.get("host")
            own = bool(host) and origin is not None and origin.partition("://")[2] == host
            if origin is not None and not own and origin not in origins:
                message = "This site may not ask Anchorline. Its operator can list the site in ANCHORLINE_ORIGINS."
                return await error_response(403, message=message)(scope, receive, send)
        await app(scope, receive, send)

    return gated


def refuse_paths(app: ASGIApp) -> ASGIApp:
    """Of the routes that Gradio brings, only those that the page calls exist."""

    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if _REFUSED.match(path) and not _PAGE_CALLS.fullmatch(path):
            if scope["type"] == "websocket":
                return await send({"type": "websocket.close", "code": 1008})
            return await error_response(404)(scope, receive, send)
        await app(scope, receive, send)

    return refusing


def limit_rate(app: ASGIApp, rate: str) -> ASGIApp:
    """At most ``rate`` requests from one address, over the API and the page's calls together; ``off``: any number."""
    if rate == "off":
        return app
    limit, limiter = parse(rate), MovingWindowRateLimiter(MemoryStorage())

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        address = (scope.get("client") or ("",))[0]
        if not _is_counted(scope) or limiter.hit(limit, address):
            return await app(scope, receive, send)
        wait_s = max(1, math.ceil(limiter.get_window_stats(limit, address).reset_time - time.time()))
        message = f"Too many questions from one place. Please wait {wait_s} seconds and try again."
        response = error_response(429, message=message, headers={"Retry-After": str(wait_s)})
        await response(scope, receive, send)

    return limited


def _is_counted(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    path: str = scope["path"]
    return path.startswith("/v1/") or (path.startswith("/gradio_api/") and scope["method"] == "POST")


def limit_body(app: ASGIApp) -> ASGIApp:
    """Read a request's body, at most ``BODY_BYTES``, before anything parses it; then require JSON under ``/v1``."""

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        body = None if declared.isdigit() and int(declared) > BODY_BYTES else await _read(receive)
        if body is None:
            return await error_response(413, headers={"Connection": "close"})(scope, receive, send)
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if scope["method"] == "POST" and scope["path"].startswith("/v1/") and media_type != "application/json":
            return await error_response(415)(scope, receive, send)
        await app(scope, _replay(body, receive), send)

    return bounded


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None once it is over the limit."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > BODY_BYTES:
            return None
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand the body out once; after that the client can only disconnect."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed
