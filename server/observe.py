"""The outermost middleware: a request id, the security headers, one log line, figures, a span, and a 500 of our shape.

A plain ASGI function, since a streaming answer must pass through untouched. Nothing here may log or send back what was
asked, an address or a query string.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import error_response
from server.logs import fault_line, request_id
from server.metrics import Metrics
from server.tracing import Attributes, Tracing

log = logging.getLogger("anchorline.access")

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


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


def observe(app: ASGIApp, frame_ancestors: Sequence[str], metrics: Metrics, tracing: Tracing) -> ASGIApp:
    headers = security_headers(frame_ancestors)

    async def observed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        named, begun, status = uuid4().hex, time.perf_counter(), 0
        marked = request_id.set(named)

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                identified = (b"x-request-id", named.encode())
                message = {**message, "headers": [*message.get("headers", ()), *headers, identified]}
            await send(message)

        with tracing.span(_method(scope), Headers(scope=scope)) as attributes:
            try:
                await app(scope, receive, send_with_headers)
            except Exception as fault:
                log.error(fault_line(fault))
                if status:  # half a response is out; only closing the connection can tell the client
                    raise RuntimeError("a response was cut short") from None
                await error_response(500, detail={"request_id": named})(scope, receive, send_with_headers)
            finally:
                _note(scope, status, time.perf_counter() - begun, metrics, attributes)
                request_id.reset(marked)

    return observed


def _method(scope: Scope) -> str:
    """A made-up method is whatever a client wrote, and is not repeated."""
    return scope["method"] if scope["method"] in _METHODS else "other"


def _note(scope: Scope, status: int, taken_s: float, metrics: Metrics, attributes: Attributes) -> None:
    route, method = getattr(scope.get("route"), "path", None), _method(scope)
    log.info({"method": method, "route": route, "status": status, "duration_ms": round(taken_s * 1000, 1)})
    metrics.requests.labels(route or "none", method, status).inc()
    metrics.request_s.labels(route or "none").observe(taken_s)
    attributes |= {"http.route": route or "none", "http.response.status_code": status}
    attributes["anchorline.request_id"] = request_id.get() or ""
