"""Anchorline for language models' programs over MCP: the tools ``search``, ``ask``, ``programmes`` and ``compare``.

Over HTTP at ``/mcp`` (no sessions, so any replica serves any call) and over stdio by ``python -m server mcp``. A tool
gives the types of the contract as structured content; ``ask`` also gives the text with markers and sources.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, ParamSpec, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import CallToolResult, TextContent
from pydantic import Field
from starlette.routing import Route

from corpus.errors import AnchorlineError
from retrieval.live import LiveAssistant
from retrieval.types import Turn
from server import programmes as held
from server.answering import Answering, Asked
from server.asking import answered, refuse_personal_data, searched
from server.completions import content_of
from server.errors import UNAVAILABLE, Refusal
from server.schemas import AnswerOut, FacetsIn, Identifier, Question, SearchOut, TurnIn
from server.settings import BODY_BYTES, HISTORY_TURNS, RESULTS

INSTRUCTIONS = (
    "Anchorline answers questions about how NHS trusts act as anchor institutions. Every sentence of an answer is "
    "verbatim from a named source. Quote it as it is, keep the [n] markers, and list the sources with them."
)
P = ParamSpec("P")
T = TypeVar("T")
Tool = Callable[P, Awaitable[T]]


def mcp_server(live: LiveAssistant, answering: Answering) -> MCPServer[None]:
    # At CRITICAL, since what the library says of a failed call may quote it.
    server: MCPServer[None] = MCPServer("anchorline", instructions=INSTRUCTIONS, version="1", log_level="CRITICAL")
    _offer_answers(server, live, answering)
    _offer_programmes(server, live, answering)
    return server


def _offer_answers(server: MCPServer[None], live: LiveAssistant, answering: Answering) -> None:
    @server.tool()
    @_faults_in_words
    async def ask(
        question: Question,
        history: Annotated[list[TurnIn], Field(max_length=HISTORY_TURNS)] = [],  # noqa: B006 - read only
        facets: FacetsIn = FacetsIn(),  # noqa: B008
    ) -> Annotated[CallToolResult, AnswerOut]:
        """Answer a question from published sources, every sentence verbatim and cited."""
        turns = tuple(Turn(turn.role, turn.content) for turn in history)
        answer = await answered(answering, live.current(), Asked(question, "mcp", turns, facets.narrowing()))
        text = TextContent(type="text", text=content_of(answer))
        return CallToolResult(content=[text], structured_content=answer.model_dump(mode="json"))

    @server.tool()
    @_faults_in_words
    async def search(
        query: Question,
        k: Annotated[int, Field(ge=1, le=RESULTS)] = 5,
        facets: FacetsIn = FacetsIn(),  # noqa: B008
    ) -> SearchOut:
        """The passages nearest to a query, best first."""
        refuse_personal_data(query)
        return await searched(answering, live.current(), query, k, facets.narrowing())


def _offer_programmes(server: MCPServer[None], live: LiveAssistant, answering: Answering) -> None:
    @server.tool()
    @_faults_in_words
    async def programmes(facets: FacetsIn = FacetsIn()) -> held.ProgrammesOut:  # noqa: B008
        """What organisations did, as far as there is a record of it; of each facet given, any of its values."""
        assistant = live.current()
        wanted = held.ProgrammesIn(**facets.model_dump())
        return await answering.lane().run(lambda: held.programmes(wanted, assistant))

    @server.tool()
    @_faults_in_words
    async def compare(
        programme_ids: Annotated[list[Identifier], Field(max_length=100, description="Ids from the tool programmes")],
    ) -> held.ComparisonOut:
        """Programmes side by side; each cell is cited, or null for what is not stated."""
        assistant = live.current()
        return await answering.lane().run(lambda: held.comparison(assistant, programme_ids))


def http_routes(server: MCPServer[None]) -> list[Route]:
    """``POST /mcp``. Origins and sizes are checked by our own middleware, for all routes alike."""
    app = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        max_request_body_size=BODY_BYTES,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return [Route("/mcp", route.endpoint, methods=["POST"]) for route in app.routes if isinstance(route, Route)]


def _faults_in_words(tool: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """What a caller may know of a fault, and no more."""

    @wraps(tool)
    async def worded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await tool(*args, **kwargs)
        except Refusal as refusal:
            raise ToolError(refusal.message) from None
        except AnchorlineError:
            raise ToolError(UNAVAILABLE) from None

    return worded
