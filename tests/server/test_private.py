"""Personal data is planted in every place that a client can write to; then every place that we write to is searched."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client

from tests.server.collector import Collector, collecting
from tests.serving import Running, serving

pytestmark = pytest.mark.slow

PLANTED = {
    "NHS number": "943 476 5919",
    "e-mail address": "jo.bloggs@example.org",
    "phone number": "07700 900123",
    "NI number": "QQ123456C".replace("QQ", "AB"),
}
FORMS = [form for value in PLANTED.values() for form in {value, value.replace(" ", "")}]
SOME = " ".join(PLANTED.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("private")


@pytest.fixture(scope="module")
def watched(index_dir: Path, folder: Path) -> Iterator[tuple[Running, Collector]]:
    """A service that keeps all that an operator can have it keep."""
    index = folder / "index"
    shutil.copytree(index_dir, index, ignore=shutil.ignore_patterns("feedback.sqlite*"))
    with (
        collecting() as (collector, address),
        serving(index, folder / "server.log", TRACES_URL=address, KEEP_QUESTIONS="true") as running,
    ):
        yield running, collector


def headers() -> dict[str, str]:
    return {
        "User-Agent": SOME, "Referer": f"https://example.org/?who={SOME}", "Authorization": f"Bearer {SOME}",
        "Cookie": f"who={SOME}", "X-Request-Id": SOME, "X-Forwarded-For": SOME,
        "X-Anchorline-Conversation": "AB123456C",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": f"who={SOME}",
        "baggage": f"who={SOME}", "Mcp-Session-Id": "AB123456C",
    }  # fmt: skip


def plant(client: httpx.Client, value: str) -> None:
    """Every route, every field of it that takes text, right and wrong."""
    question = f"How do we help {value} into a job at Wexcombe?"
    history = [{"role": "user", "content": question}, {"role": "assistant", "content": value}]
    for sent in (
        {"question": question},
        {"question": "What about the impact?", "history": history},
        {"question": "jobs", "sources": [value]},
        {"question": "jobs", "facets": {value: [value]}},
        {"question": "jobs", "writer": value},
        {value: value},
        {"question": f"\x00{value}"},
    ):
        client.post("/v1/ask", json=sent)
        client.post("/v1/ask", json=sent, headers={"Accept": "text/event-stream"})
    for body in ({"query": question}, {"query": value, "k": value}, [value]):
        client.post("/v1/search", json=body)
    message = {"role": "user", "content": question}
    for body in ({"messages": [*history, message]}, {"model": value, "messages": [message]}, {"messages": value}):
        client.post("/v1/chat/completions", json=body)
        client.post("/v1/chat/completions", json=body | {"stream": True, "user": value})
    for body in ({"answer_id": value, "verdict": value}, {"answer_id": "0" * 26, "verdict": "useful", "reason": value}):
        client.post("/v1/feedback", json=body)
    client.post("/v1/ask", content=f"{{{value}".encode(), headers={"Content-Type": "application/json"})
    client.post("/v1/ask", content=value.encode(), headers={"Content-Type": value})
    for path in ("passages", "sources", "programmes", "models", "nope"):
        client.get(f"/v1/{path}/{value}", params={"who": value})
    client.get("/v1/compare", params={"programme": [value, value]})
    client.get(f"/{value}", params={"who": value})
    with contextlib.suppress(httpx.TransportError):  # a method that the parser refuses ends the connection
        httpx.request(value.replace(" ", "").replace("@", ""), f"{client.base_url}/v1/config")
    for number in range(12):
        body = {"data": [question, None], "fn_index": number, "session_hash": "ab123456c"}
        client.post("/gradio_api/queue/join", json=body)
    with contextlib.suppress(httpx.ReadTimeout):  # a stream of events, which stays open
        client.get("/gradio_api/queue/data", params={"session_hash": value}, timeout=2)


async def plant_in_tools(url: str, value: str) -> None:
    async with Client(f"{url}/mcp") as client:
        await client.call_tool("ask", {"question": f"How do we help {value}?"})
        await client.call_tool("search", {"query": value})
        await client.call_tool("programmes", {"facets": {value: [value]}})
        await client.call_tool("compare", {"programme_ids": [value, value]})
        await client.call_tool("ask", {value: value})
    async with httpx.AsyncClient() as http:
        accept = {"Accept": "application/json, text/event-stream"}
        for method, params in (("tools/call", {"name": value, "arguments": {}}), (value, {value: value}), (1, value)):
            body = {"jsonrpc": "2.0", "id": value, "method": method, "params": params}
            await http.post(f"{url}/mcp", json=body, headers=accept)
        await http.post(f"{url}/mcp", content=value.encode(), headers=accept | {"Content-Type": "application/json"})


def test_planted_personal_data_is_found_nowhere(watched: tuple[Running, Collector], folder: Path) -> None:
    running, collector = watched
    with httpx.Client(base_url=running.url, timeout=60, headers=headers()) as client:
        for value in PLANTED.values():
            plant(client, value)
            anyio.run(plant_in_tools, running.url, value)
        kept = client.post("/v1/ask", json={"question": "How did the trust start to hire local people?"}).json()
        client.post("/v1/feedback", json={"answer_id": kept["answer_id"], "verdict": "useful"})
        figures = client.get("/metrics").text
    time.sleep(3)  # entries and spans are written after the responses are out
    places = {
        "metrics": figures.encode(),
        "traces": b"".join(request.SerializeToString() for request in collector.received),
    } | {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {"server.log", "server.out", "index/feedback.sqlite"} <= set(places)
    assert b"hire local people" in places["index/feedback.sqlite"]  # what passes the screen was asked for, and is kept
    found = {name: form for name, content in places.items() for form in FORMS if form.encode() in content}
    assert not found


def test_the_figures_and_the_traces_tell_what_happened(watched: tuple[Running, Collector]) -> None:
    running, collector = watched
    with httpx.Client(base_url=running.url, timeout=60) as client:
        asked = client.post(
            "/v1/ask", json={"question": "How did the trust start to hire local people?"}, headers=headers()
        )
        client.post("/v1/feedback", json={"answer_id": asked.json()["answer_id"], "verdict": "useful"})
        client.get("/no-such-page-of-ours")
        figures = client.get("/metrics")
    assert figures.headers["content-type"].startswith("text/plain")
    for pattern in (
        r'anchorline_requests_total\{method="POST",route="/v1/ask",status="200"\} [1-9]',
        r'anchorline_answers_total\{channel="api",status="\w+",writer="extract"\} [1-9]',
        r'anchorline_answer_seconds_count\{stage="retrieve"\} [1-9]',
        r'anchorline_ratings_total\{reason="",verdict="useful"\} [1-9]',
        r"anchorline_ready 1\.0",
        r"anchorline_index_fault 0\.0",
        r'anchorline_generation\{generation="gen-000001"\} 1\.0',
    ):
        assert re.search(pattern, figures.text), pattern
    time.sleep(2)
    request_id = asked.headers["x-request-id"]
    spans: list[Any] = collector.spans()
    request = next(span for span in spans if request_id in str(span))
    answer = next(span for span in spans if span.parent_span_id == request.span_id)
    assert request.name == "POST /v1/ask"
    assert request.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"  # the caller's
    assert answer.name == "answer"
    assert "anchorline.total_ms" in str(answer)
    lines = [json.loads(line) for line in running.log.read_text().splitlines()]  # every line is JSON, libraries' too
    assert {line["request_id"] for line in lines if line.get("answer_id") == asked.json()["answer_id"]} == {request_id}


def test_traces_need_nothing_when_none_are_wanted(client: httpx.Client) -> None:
    response = client.post("/v1/ask", json={"question": "How do we start?"}, headers=headers())
    assert response.status_code == 200
