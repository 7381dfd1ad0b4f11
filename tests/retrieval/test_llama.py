"""Our search inside LlamaIndex: the same passages, in the same order, with what is needed to cite them."""

from __future__ import annotations

import asyncio

import pytest

from retrieval.assistant import Assistant
from retrieval.types import Narrowing

pytestmark = pytest.mark.slow  # the import alone takes seconds

QUESTION = "How did the academy hire neighbours?"


def test_nodes_are_the_passages(assistant: Assistant) -> None:
    from retrieval.llama import AnchorlineRetriever

    nodes = AnchorlineRetriever(assistant, k=5).retrieve(QUESTION)
    hits = assistant.search(QUESTION, 5)
    assert [(node.node.node_id, node.score) for node in nodes] == [(h.passage.passage_id, h.score) for h in hits]
    for node, hit in zip(nodes, hits, strict=True):
        assert node.node.get_content() == hit.passage.text
        assert node.node.metadata == {
            "passage_id": hit.passage.passage_id,
            "source_id": hit.passage.source.source_id,
            "title": hit.passage.source.title,
            "section": " › ".join(hit.passage.heading_path),
            "page": hit.passage.page,
            "organisation": hit.passage.organisation,
            "programme": hit.passage.programme,
        }


def test_narrowing_and_pipeline_are_kept_to(assistant: Assistant) -> None:
    from retrieval.llama import AnchorlineRetriever

    narrowed = AnchorlineRetriever(assistant, k=9, narrowing=Narrowing(sources=("warm-homes",)))
    assert {node.node.metadata["source_id"] for node in narrowed.retrieve(QUESTION)} == {"warm-homes"}
    assert AnchorlineRetriever(assistant, pipeline="bm25").retrieve("zebra") == []


def test_it_drops_into_a_query_engine(assistant: Assistant) -> None:
    """LlamaIndex's own engine and synthesiser, without a model: nothing global is set and nothing is downloaded."""
    from llama_index.core import Settings
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine
    from llama_index.core.response_synthesizers import ResponseMode, get_response_synthesizer

    from retrieval.llama import AnchorlineRetriever

    before = vars(Settings).copy()
    AnchorlineRetriever(assistant).retrieve(QUESTION)
    assert vars(Settings) == before
    synthesizer = get_response_synthesizer(llm=MockLLM(), response_mode=ResponseMode.COMPACT)  # it echoes its prompt
    engine = RetrieverQueryEngine(AnchorlineRetriever(assistant, k=3), response_synthesizer=synthesizer)
    response = engine.query(QUESTION)
    hits = assistant.search(QUESTION, 3)
    assert [node.node.node_id for node in response.source_nodes] == [hit.passage.passage_id for hit in hits]
    assert hits[0].passage.text in str(response) and hits[0].passage.passage_id not in str(response)
    assert len(asyncio.run(engine.aquery(QUESTION)).source_nodes) == 3
