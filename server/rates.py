"""Rate limits over the API and the page's calls together: by address, by site, by conversation.

A whole trust may share one address, so that limit is wide; a conversation's is narrow. A conversation is a random token
that its client makes up and holds: the header below, or the session of the page. Nobody has to send one, and whoever
changes it at each question still meets the limit of the address. Only keyed hashes of addresses and tokens are counted.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import logging
import math
import re
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from server.errors import error_response
from server.gates import is_api
from server.metrics import Metrics
from server.settings import Settings

log = logging.getLogger("anchorline.rates")

CONVERSATION_HEADER = "X-Anchorline-Conversation"
EVENTS_PER_QUESTION = 6  # a session of the page also sends its clicks
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
_ASKING = ("/v1/ask", "/v1/search", "/v1/chat/completions", "/mcp")
_PAGE_ASKS = "/gradio_api/queue/join"
_REDIS_WAIT_S = 0.5
_REDIS_REST_S = 10.0  # after a failure, how long the process counts in its own memory


@dataclass(frozen=True, slots=True)
class Count:
    """One thing to count: ``kind`` of limit, the limits, and for whom."""

    kind: str
    limits: tuple[RateLimitItem, ...]
    key: str


class Counter:
    """Counts in Redis where one is given, else, and while that is down, in memory: no answer is lost for a count."""

    def __init__(self, url: str | None) -> None:
        # Replicas must come to the same hash. The URL of their store is what they share, and strangers do not know it.
        self._secret = url.encode() if url else secrets.token_bytes(32)
        self._memory = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_redis(url)) if url else None
        self._rests_until = 0.0

    async def wait_s(self, count: Count) -> float:
        """Count one request. 0 if it may go on, else how long to wait."""
        key = hmac.new(self._secret, f"{count.kind} {count.key}".encode(), hashlib.sha256).hexdigest()[:32]
        if self._shared and time.monotonic() >= self._rests_until:
            try:
                return await _hit(self._shared, count, key)
            except StorageError as fault:
                self._rests_until = time.monotonic() + _REDIS_REST_S
                log.warning({"limits": "counting in memory", "fault": type(fault.storage_error).__name__})
        return await _hit(self._memory, count, key)


def _redis(url: str) -> Storage:
    """Raises limits.errors.ConfigurationError without the ``redis`` extra."""
    waits = {"socket_timeout": _REDIS_WAIT_S, "socket_connect_timeout": _REDIS_WAIT_S}
    made = storage_from_string(f"async+{url}", implementation="redispy", wrap_exceptions=True, **waits)
    if not isinstance(made, Storage):
        raise TypeError(f"{type(made).__name__} cannot count without blocking")
    return made


async def _hit(limiter: MovingWindowRateLimiter, count: Count, key: str) -> float:
    for limit in count.limits:
        if not await limiter.hit(limit, count.kind, key):
            stats = await limiter.get_window_stats(limit, count.kind, key)
            return max(1.0, stats.reset_time - time.time())
    return 0.0


def limit_rate(app: ASGIApp, settings: Settings, metrics: Metrics) -> ASGIApp:
    """Turn away what comes too often, with the time to wait. Stands behind ``limit_body``, whose body it reads."""
    if settings.rate_limit == "off":
        return app
    counter = Counter(settings.limits_url)
    limits = {
        "address": tuple(parse_many(settings.rate_limit)),
        "site": _parsed(settings.site_limit),
        "conversation": _parsed(settings.conversation_limit),
    }
    trusted = tuple(ipaddress.ip_network(proxy) for proxy in settings.trusted_proxies)

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        for count in _counts(scope, limits, settings.origins, trusted) if _is_counted(scope) else ():
            if wait_s := await counter.wait_s(count):
                metrics.refused.labels(count.kind).inc()
                return await _too_many(count.kind, math.ceil(wait_s))(scope, receive, send)
        await app(scope, receive, send)

    return limited


def _parsed(limit: str) -> tuple[RateLimitItem, ...]:
    return () if limit == "off" else tuple(parse_many(limit))


def _is_counted(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    path: str = scope["path"]
    return is_api(path) or (path.startswith("/gradio_api/") and scope["method"] == "POST")


def _counts(
    scope: Scope,
    limits: dict[str, tuple[RateLimitItem, ...]],
    origins: Sequence[str],
    trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network],
) -> Iterable[Count]:
    headers = Headers(scope=scope)
    yield Count("address", limits["address"], _place(client_address(scope, trusted)))
    if (origin := headers.get("origin")) in origins:
        yield Count("site", limits["site"], str(origin))
    path = scope["path"]
    token = headers.get(CONVERSATION_HEADER, "")
    if scope["method"] != "POST":
        return
    if path.rstrip("/") in _ASKING and _TOKEN.fullmatch(token):
        yield Count("conversation", limits["conversation"], token)
    if path == _PAGE_ASKS and (session := _session(scope["anchorline.body"])):
        yield Count("page", tuple(_widened(limit) for limit in limits["conversation"]), session)


def _widened(limit: RateLimitItem) -> RateLimitItem:
    return type(limit)(limit.amount * EVENTS_PER_QUESTION, limit.multiples)


def _session(body: bytes) -> str:
    """The token that a page's script makes up when it is loaded."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    session = sent.get("session_hash") if isinstance(sent, dict) else None
    return session[:64] if isinstance(session, str) else ""


def client_address(scope: Scope, trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> str:
    """Who asks. What a proxy says of that is believed of a listed proxy only, and only as far as each hop is one."""
    address = str((scope.get("client") or ("",))[0])
    hops = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    while hops and _is_in(address, trusted):
        before = hops.pop().strip()
        if not _parsed_address(before):
            break
        address = before
    return address


def _is_in(address: str, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    parsed = _parsed_address(address)
    return parsed is not None and any(parsed in network for network in networks)


def _parsed_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _place(address: str) -> str:
    """An IPv6 customer has a whole /64 to choose addresses from; it counts as one."""
    parsed = _parsed_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed or address)


def _too_many(kind: str, wait_s: int) -> ASGIApp:
    whence = {
        "address": "Too many questions from one place.",
        "site": "Too many questions from this site.",
        "conversation": "Too many questions in one conversation.",
        "page": "Too many questions in one conversation.",
    }
    unit = f"{wait_s} second{'' if wait_s == 1 else 's'}" if wait_s < 120 else f"{math.ceil(wait_s / 60)} minutes"
    message = f"{whence[kind]} Please wait {unit} and try again."
    return error_response(429, message=message, headers={"Retry-After": str(wait_s)})
