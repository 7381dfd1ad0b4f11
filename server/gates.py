"""What is turned away before any route is asked, the mounted page's as well: foreign origins, refused paths, parts that
are switched off, bodies too large.

Plain ASGI functions, since a streaming answer must pass through untouched. Nothing here may log or send back what was
asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import error_body, error_response
from server.metrics import Metrics
from server.settings import BODY_BYTES
from server.switches import Switches

BODY_S = 20.0  # how long a client may take to send its body
_ALWAYS_ON = ("/health", "/ready", "/metrics", "/openapi.json")
_OFF_RETRY_S = "60"
_OFF = "Anchorline has been switched off for now. Please try again later."
_OFF_PAGE = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Anchorline is switched off</title>
<style>
body {{ font: 1.125rem/1.5 Arial, sans-serif; color: #212b32; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }}
</style></head><body><main><h1>Anchorline is switched off</h1><p>{_OFF}</p></main></body></html>
"""

# What the page itself calls of Gradio's own routes. Everything else there (uploads, files, run history, monitoring,
# direct calls) is not ours to offer.
_PAGE_CALLS = re.compile(r"/gradio_api/(queue/(join|data)|heartbeat/[a-z0-9]{1,20}|startup-events|info|app_id)")
_REFUSED = re.compile(
    r"/(gradio_api(/|$)|(upload|process_recording|runs|run-history|monitoring|vibe-|undo-vibe|file=|proxy=|stream/|login|"
    r"logout|token|dev/|profiling|pwa_icon|svelte))"
)


def gate_origins(app: ASGIApp, origins: Sequence[str], metrics: Metrics) -> ASGIApp:
    """Refuse what another site's page sends, unless the site is listed. Reading is left to CORS."""

    async def gated(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            headers = Headers(scope=scope)
            if not _is_own(headers) and headers["origin"] not in origins:
                metrics.refused.labels("origin").inc()
                message = "This site may not ask Anchorline. Its operator can list the site in ANCHORLINE_ORIGINS."
                return await error_response(403, message=message)(scope, receive, send)
        await app(scope, receive, send)

    return gated


def _is_own(headers: Headers) -> bool:
    """Whether a request comes from no page at all, or from one of this very service."""
    origin, host = headers.get("origin"), headers.get("host")
    return origin is None or (bool(host) and origin.partition("://")[2] == host)


def refuse_paths(app: ASGIApp) -> ASGIApp:
    """Of the routes that Gradio brings, only those that the page calls exist."""

    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        path = re.sub("//+", "/", scope.get("path", ""))
        if _REFUSED.match(path) and not _PAGE_CALLS.fullmatch(path):
            if scope["type"] == "websocket":
                return await send({"type": "websocket.close", "code": 1008})
            return await error_response(404)(scope, receive, send)
        await app(scope, receive, send)

    return refusing


def switched_off(app: ASGIApp, switches: Switches, metrics: Metrics) -> ASGIApp:
    """Turn away what belongs to a part that the operator has switched off."""

    async def switched(scope: Scope, receive: Receive, send: Send) -> None:
        off = switches.off() if scope["type"] == "http" else frozenset()
        if off and off & _parts(scope):
            metrics.refused.labels("switched_off").inc()
            return await _off_response(scope)(scope, receive, send)
        await app(scope, receive, send)

    return switched


def _parts(scope: Scope) -> set[str]:
    """The parts that a request needs. What another site's page asks of the API comes from an embed."""
    path: str = scope["path"]
    if path in _ALWAYS_ON:
        return set()
    if path.startswith("/embed/"):
        return {"embed"}
    if is_api(path):
        headers = Headers(scope=scope)
        return {"api"} if _is_own(headers) else {"api", "embed"}
    return {"page"}


def is_api(path: str) -> bool:
    return path.startswith("/v1/") or path.rstrip("/") == "/mcp"


def _off_response(scope: Scope) -> Response:
    headers = {"Retry-After": _OFF_RETRY_S, "Cache-Control": "no-store"}
    if "page" in _parts(scope) and "text/html" in Headers(scope=scope).get("accept", ""):
        return HTMLResponse(_OFF_PAGE, 503, headers)
    body = error_body("unavailable", _OFF, {"reason": "switched_off"}) | {"status": "unavailable"}
    return JSONResponse(body, 503, headers)


def limit_body(app: ASGIApp, metrics: Metrics) -> ASGIApp:
    """Read a request's body, at most ``BODY_BYTES``, before anything parses it; then require JSON of the API's callers.

    The body is left in the scope under ``anchorline.body``."""

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        try:
            async with asyncio.timeout(BODY_S):
                body = None if declared.isdecimal() and int(declared) > BODY_BYTES else await _read(receive)
        except TimeoutError:
            metrics.refused.labels("slow").inc()
            return await error_response(408, headers={"Connection": "close"})(scope, receive, send)
        if body is None:
            metrics.refused.labels("size").inc()
            return await error_response(413, headers={"Connection": "close"})(scope, receive, send)
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if scope["method"] == "POST" and is_api(scope["path"]) and media_type != "application/json":
            return await error_response(415)(scope, receive, send)
        scope["anchorline.body"] = body
        await app(scope, _replay(body, receive), send)

    return bounded


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None once it is over the limit."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
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
