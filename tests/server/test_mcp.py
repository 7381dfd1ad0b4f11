"""The MCP tools, called with the official library's client over HTTP and over stdio."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import CallToolResult

from server.settings import Settings
from tests.conftest import REPO
from tests.serving import environment, serving_here

pytestmark = pytest.mark.slow

ENCODERS = REPO / ".cache" / "encoders"
QUESTION = "What did Hexley do with its garden?"
PROGRAMMES = ["garden-jobs", "warm-homes"]
Connect = Callable[[], Any]


@pytest.fixture(scope="module")
def url(record_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(index=record_index, encoder_cache=ENCODERS, feedback_url="off", rate_limit="off")
    with serving_here(settings) as running:
        yield running


@pytest.fixture(params=["http", "http, the older handshake", "stdio"])
def connect(request: pytest.FixtureRequest, url: str, record_index: Path) -> Connect:
    """A way to open a client."""

    @asynccontextmanager
    async def over_stdio() -> AsyncIterator[Client]:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "server", "mcp"],
            env=environment(record_index, ENCODER_CACHE=str(ENCODERS), FEEDBACK_URL="off"),
            cwd=REPO,
        )
        async with Client(stdio_client(server), read_timeout_seconds=120) as client:
            yield client

    if request.param == "stdio":
        return over_stdio
    return lambda: Client(f"{url}/mcp", mode="auto" if request.param == "http" else "legacy")


def run(connect: Connect, session: Callable[[Client], Awaitable[None]]) -> None:
    async def opened() -> None:
        async with connect() as client:
            await session(client)

    anyio.run(opened)


def content(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


def test_the_tools_over_each_transport(connect: Connect, url: str) -> None:
    async def session(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"search", "ask", "programmes", "compare"}
        assert all(tool.description and tool.output_schema for tool in tools.values())

        asked = await client.call_tool("ask", {"question": QUESTION})
        answer = content(asked)
        as_json = httpx.post(f"{url}/v1/ask", json={"question": QUESTION}, timeout=60).json()
        assert answer["citations"] == as_json["citations"] != []
        assert asked.content[0].text.startswith(as_json["text"])
        assert "\n\nSources\n\n[1] " in asked.content[0].text

        found = content(await client.call_tool("search", {"query": "garden", "k": 2}))
        assert [one["rank"] for one in found["results"]] == [1, 2]

        listed = content(await client.call_tool("programmes", {}))
        assert listed == httpx.get(f"{url}/v1/programmes").json()
        some = content(await client.call_tool("programmes", {"facets": {"determinant": ["employment"]}}))
        assert 0 < len(some["programmes"]) < len(listed["programmes"])

        compared = content(await client.call_tool("compare", {"programme_ids": PROGRAMMES}))
        assert compared == httpx.get(f"{url}/v1/compare", params={"programme": PROGRAMMES}).json()

    run(connect, session)


def test_faults_are_sentences_and_repeat_nothing(connect: Connect) -> None:
    wrong: list[tuple[str, dict[str, object], str]] = [
        ("ask", {"question": ""}, "this one is empty"),
        ("ask", {"question": "Zebedee" * 200}, "1000 characters"),
        ("ask", {}, "question"),
        ("search", {"query": "Zebedee, 943 476 5919"}, "what may be an NHS number"),
        ("search", {"query": "jobs", "k": 0}, "k"),
        ("programmes", {"facets": {"trust_type": ["Zebedee"]}}, "trust_type"),
        ("compare", {"programme_ids": ["garden-jobs"]}, "Give 2 to"),
        ("compare", {"programme_ids": ["garden-jobs", "no-such"]}, "Known: garden-jobs"),
    ]

    async def session(client: Client) -> None:
        for tool, arguments, words in wrong:
            result = await client.call_tool(tool, arguments)
            assert result.is_error, (tool, arguments)
            said = result.content[0].text
            assert words in said
            assert "Traceback" not in said
            assert "943" not in said

    run(connect, session)


def test_without_an_index_the_tools_say_so(tmp_path: Path) -> None:
    async def session(client: Client) -> None:
        result = await client.call_tool("ask", {"question": QUESTION})
        assert result.is_error
        assert "no documents to answer from" in result.content[0].text

    with serving_here(Settings(index=tmp_path / "nowhere", feedback_url="off")) as empty:
        run(lambda: Client(f"{empty}/mcp"), session)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"method": "GET"}, 405),
        ({"method": "DELETE"}, 405),
        ({"method": "POST", "content": b"{}", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"method": "POST", "content": b"[" * 70_000, "headers": {"Content-Type": "application/json"}}, 413),
        ({"method": "POST", "json": {}, "headers": {"Origin": "https://evil.example"}}, 403),
    ],
)
def test_what_is_no_call_has_our_shape(url: str, sent: dict[str, Any], status: int) -> None:
    response = httpx.request(url=f"{url}/mcp", **sent)
    assert response.status_code == status
    assert set(response.json()["error"]) == {"code", "message", "detail"}
