"""Anchorline's search as a retriever for those who build with LlamaIndex.

It hands over whole passages, as ranked, with what is needed to cite them. It sets nothing global, needs no LlamaIndex
model or index, and nothing of LlamaIndex comes further in than this module. What a query engine then writes from the
passages is that engine's: only ``Assistant.ask`` proves quotes.
"""

from __future__ import annotations

import asyncio

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from llama_index.core.vector_stores.types import FilterCondition, FilterOperator, MetadataFilter, MetadataFilters

from corpus.errors import AnchorlineError
from retrieval.assistant import EVERYTHING, Assistant
from retrieval.search import DEFAULT
from retrieval.types import Narrowing, ScoredPassage

# They mean nothing to a model; the rest of a node's metadata tells it where a passage stands.
_FOR_PROGRAMS = ["passage_id", "source_id", "programme_id", "facets", "url"]


class AnchorlineRetriever(BaseRetriever):  # type: ignore[misc]  # LlamaIndex is not type-checked here
    """The best ``k`` passages within ``narrowing``; ``pipeline`` is one of ``retrieval.search.PIPELINES``. Those who
    have LlamaIndex's filters turn them into a narrowing with ``narrowing_of``."""

    def __init__(
        self, assistant: Assistant, k: int = 10, narrowing: Narrowing = EVERYTHING, pipeline: str = DEFAULT
    ) -> None:
        super().__init__()
        self._assistant = assistant
        self._k = k
        self._narrowing = narrowing
        self._pipeline = pipeline

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._assistant.search(query_bundle.query_str, self._k, self._narrowing, self._pipeline)
        return [_node(hit) for hit in found]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """On another thread: a search takes milliseconds of work, which would stop everything else on the loop."""
        return await asyncio.to_thread(self._retrieve, query_bundle)


def narrowing_of(filters: MetadataFilters) -> Narrowing:
    """The same narrowing as LlamaIndex's filters: by ``source_id``, ``programme_id`` or facet (``determinant``), equal
    to a value or one of a list; all filters must hold. Raises AnchorlineError for what search cannot do inside both of
    its legs, rather than filter the best few afterwards."""
    alone = len(filters.filters) == 1 and filters.condition is FilterCondition.OR
    if filters.condition is not FilterCondition.AND and not alone:
        raise AnchorlineError(f"filters joined by {filters.condition} are not kept to; join them by `and`")
    wanted: dict[str, tuple[str, ...]] = {}
    for one in filters.filters:
        key, values = _wanted(one)
        if key in wanted:
            raise AnchorlineError(f"{key} is filtered twice; give one filter with the operator `in`")
        wanted[key] = values
    sources, programmes = wanted.pop("source_id", ()), wanted.pop("programme_id", ())
    return Narrowing(facets=wanted, sources=sources, programmes=programmes)


def _wanted(one: object) -> tuple[str, tuple[str, ...]]:
    if not isinstance(one, MetadataFilter):
        raise AnchorlineError("filters within filters are not kept to; give one list of filters")
    if one.operator is FilterOperator.EQ and isinstance(one.value, str):
        return one.key, (one.value,)
    if one.operator in (FilterOperator.IN, FilterOperator.ANY) and isinstance(one.value, list) and one.value:
        return one.key, tuple(map(str, one.value))
    raise AnchorlineError(
        f"{one.key} {one.operator} {one.value!r} is not kept to; give `==` with a text, or `in` with a list of them"
    )


def _node(hit: ScoredPassage) -> NodeWithScore:
    passage = hit.passage
    record = {
        "passage_id": passage.passage_id,
        "source_id": passage.source.source_id,
        "title": passage.source.title,
        "publisher": passage.source.publisher,
        "published": passage.source.published,
        "url": passage.source.url,
        "basis": str(passage.source.basis),
        "section": " › ".join(passage.heading_path),
        "page": passage.page,
        "organisation": passage.organisation,
        "programme": passage.programme,
        "programme_id": passage.programme_id,
        "facets": list(passage.facets),
    }
    node = TextNode(
        id_=passage.passage_id, text=passage.text, metadata=record, excluded_llm_metadata_keys=_FOR_PROGRAMS
    )
    return NodeWithScore(node=node, score=hit.score)
