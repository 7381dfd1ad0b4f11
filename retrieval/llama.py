"""Anchorline's search as a retriever for those who build with LlamaIndex.

It hands over whole passages, as ranked, with what is needed to cite them. It sets nothing global, needs no LlamaIndex
model or index, and nothing of LlamaIndex comes further in than this module. What a query engine then writes from the
passages is that engine's: only ``Assistant.ask`` proves quotes.
"""

from __future__ import annotations

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from retrieval.assistant import EVERYTHING, Assistant
from retrieval.search import DEFAULT
from retrieval.types import Narrowing, ScoredPassage


class AnchorlineRetriever(BaseRetriever):  # type: ignore[misc]  # LlamaIndex is not type-checked here
    """The best ``k`` passages within ``narrowing``; ``pipeline`` is one of ``retrieval.search.PIPELINES``."""

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


def _node(hit: ScoredPassage) -> NodeWithScore:
    passage = hit.passage
    record = {
        "passage_id": passage.passage_id,
        "source_id": passage.source.source_id,
        "title": passage.source.title,
        "section": " › ".join(passage.heading_path),
        "page": passage.page,
        "organisation": passage.organisation,
        "programme": passage.programme,
    }
    # The id means nothing to a model; the rest tells it where a passage stands.
    node = TextNode(
        id_=passage.passage_id, text=passage.text, metadata=record, excluded_llm_metadata_keys=["passage_id"]
    )
    return NodeWithScore(node=node, score=hit.score)
