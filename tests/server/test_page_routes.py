"""Five hundred hostile requests to the mounted page's own routes: each is refused, and none brings the service down."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.serving import Running

pytestmark = pytest.mark.slow

SEED, EACH = 20_261_125, 50
JOIN = "/gradio_api/queue/join"
ELSEWHERE = {"Host": "assistant.example"}  # Gradio trusts localhost; others do not
JUNK: tuple[Any, ...] = (
    None, True, False, -1, 0.5, 10**30, "", "x" * 200, "\x00", "../../etc/passwd", "<script>", "0", [], {}, [[]],
    {"a": 1},
    "\u202e", "' OR 1=1 --", "${jndi:ldap://evil.example}", {"__type__": "update"}, {"path": "/etc/passwd"},
    {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, {"url": "https://evil.example/x"},
)  # fmt: skip
OFFERED_TO_NOBODY = (
    "upload", "upload_progress", "process_recording", "file=/etc/passwd", "file=https://evil.example/x",
    "file/etc/passwd", "proxy=https://evil.example/", "runs", "runs/1", "run-history/connect", "monitoring",
    "monitoring/summary", "vibe-code/", "vibe-edit", "component_server", "deep_link", "openapi.json", "login", "logout",
    "token", "call/respond", "call/respond/1", "run/predict", "api/predict", "stream/1/2", "reset", "cancel",
    "dev/reload",
    "custom_component/x/client/component/index.js", "svelte/svelte.js", "user", "mcp/", "mcp/sse",
)  # fmt: skip
FOREIGN = (
    "https://evil.example", "null", "https://listed.example.evil.example", "http://listed.example", "file://",
    "https://assistant.example.evil.example", "https://listed.example:444",
)  # fmt: skip
Attack = Callable[[random.Random], tuple[str, str, dict[str, Any]]]


def call(**fields: Any) -> dict[str, Any]:
    return {"data": ["How do we start?", None, None], "fn_index": 0, "session_hash": "abc123"} | fields


def an_event_that_the_page_has_not(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    event = chance.choice([*(junk for junk in JUNK if type(junk) is not int), -chance.randrange(1, 99), 10_000])
    return "POST", JOIN, {"json": call(fn_index=event)}


def values_that_no_event_takes(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    objects = [junk for junk in JUNK if junk is not None and not isinstance(junk, str)]
    values = chance.choice(
        [objects[0], "text", {}, ["a"] * chance.randrange(10, 50), [chance.choice(objects), None], [[["deep"]], None]]
    )
    return "POST", JOIN, {"json": call(data=values)}


def a_session_that_no_page_made(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    session = chance.choice([junk for junk in JUNK if junk != "0"])
    if isinstance(session, str) and chance.random() < 0.4:
        return "GET", "/gradio_api/queue/data", {"params": {"session_hash": session}}
    return "POST", JOIN, {"json": call(session_hash=session)}


def fields_that_the_page_does_not_send(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    name = chance.choice(
        ["simple_format", "batched", "event_id", "request", "api_name", "__proto__", "username", "root"]
    )
    return "POST", JOIN, {"json": call(**{name: chance.choice(JUNK)})}


def a_body_that_is_no_call(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    whole = json.dumps(call()).encode()
    body = chance.choice(
        [b"", b"[]", b"null", b"{", b"\xff\xfe", b"data=x", b"[" * 20_000, whole[: chance.randrange(1, len(whole))],
         b'{"data": ' + b"9" * 5_000 + b"}", b"--x\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n--x--"]
    )  # fmt: skip
    media_type = chance.choice(["application/json", "multipart/form-data; boundary=x", "text/plain"])
    return "POST", JOIN, {"content": body, "headers": {"Content-Type": media_type}}


def a_path_that_is_offered_to_nobody(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    prefix = chance.choice(["/gradio_api/", "/gradio_api//", "//gradio_api/", "/x/gradio_api/", "/GRADIO_API/"])
    path = prefix + chance.choice(OFFERED_TO_NOBODY)
    method = chance.choice(["GET", "POST", "PUT", "DELETE"])
    return method, path, {"json": call()} if method != "GET" else {}


def a_path_that_climbs(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    base = chance.choice(["/static/", "/assets/", "/gradio_api/queue/", "/gradio_api/heartbeat/", "/custom_component/"])
    step = chance.choice(
        ["..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "%252e%252e%252f", "....//", "%00", "%c0%ae%c0%ae/"]
    )
    return "GET", base + step * chance.randrange(1, 6) + chance.choice(["etc/passwd", "upload", "pyproject.toml"]), {}


def a_page_of_another_site(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    origin = chance.choice(FOREIGN)
    return "POST", chance.choice([JOIN, "/", "/gradio_api/info"]), {"json": call(), "headers": {"Origin": origin}}


def a_body_too_large(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    body = json.dumps(call(data=["x" * chance.randrange(66_000, 120_000), None])).encode()
    path = chance.choice([JOIN, "/", "/gradio_api/upload", "/config"])
    return "POST", path, {"content": body, "headers": {"Content-Type": "application/json"}}


def a_method_that_the_route_has_not(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    path = chance.choice([JOIN, "/gradio_api/queue/data", "/gradio_api/info", "/config", "/theme.css", "/page.js", "/"])
    methods = ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"] + ([] if path == JOIN else ["POST"])
    return chance.choice(methods), path, {"params": {"session_hash": "abc123"}}


ATTACKS: tuple[Attack, ...] = (
    an_event_that_the_page_has_not, values_that_no_event_takes, a_session_that_no_page_made,
    fields_that_the_page_does_not_send, a_body_that_is_no_call, a_path_that_is_offered_to_nobody, a_path_that_climbs,
    a_page_of_another_site, a_body_too_large, a_method_that_the_route_has_not,
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_hostile_requests_are_refused(anchorline_server: Running, attack: Attack) -> None:
    chance = random.Random(f"{SEED} {attack.__name__}")
    accepted = []
    with httpx.Client(base_url=anchorline_server.url, timeout=30) as client:
        for _ in range(EACH):
            method, path, sent = attack(chance)
            response = client.request(
                method, anchorline_server.url + path, **(sent | {"headers": ELSEWHERE | sent.get("headers", {})})
            )
            if not 400 <= response.status_code < 500 or b"root:" in response.content:
                accepted.append((response.status_code, method, path, str(sent)[:200]))
            elif method != "HEAD":
                assert set(response.json()["error"]) == {"code", "message", "detail"}
        assert client.get("/health").status_code == 200
    assert not accepted


def test_there_are_five_hundred() -> None:
    assert len(ATTACKS) * EACH == 500


def test_what_the_page_itself_sends_is_taken(client: httpx.Client) -> None:
    sent = call(event_data=None, trigger_id=7)
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "never"}) as unknown:
        assert unknown.status_code == 200  # its stream ends, since there is no such session
    joined = client.post(JOIN, json=sent)
    assert joined.status_code == 200, joined.text
    said = ""
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "abc123"}) as events:
        for text in events.iter_text():
            said += text
            if '"process_completed"' in said:
                break
    assert "Answer ready" in said
