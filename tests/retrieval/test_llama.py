"""Our search inside LlamaIndex: the same passages, in the same order, with what is needed to cite them."""

from __future__ import annotations

import asyncio
import time

import pytest

from corpus.errors import AnchorlineError
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
            "publisher": hit.passage.source.publisher,
            "published": hit.passage.source.published,
            "url": hit.passage.source.url,
            "basis": "source",
            "section": " › ".join(hit.passage.heading_path),
            "page": hit.passage.page,
            "organisation": hit.passage.organisation,
            "programme": hit.passage.programme,
            "programme_id": hit.passage.programme_id,
            "facets": list(hit.passage.facets),
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


def test_it_drops_into_their_evaluator(assistant: Assistant) -> None:
    """``RetrieverEvaluator`` retrieves by itself, by the async way, and finds our rank by its own arithmetic."""
    from llama_index.core.evaluation import RetrieverEvaluator

    from retrieval.llama import AnchorlineRetriever

    retriever = AnchorlineRetriever(assistant, k=5)
    evaluator = RetrieverEvaluator.from_metric_names(["hit_rate", "mrr", "precision", "ndcg"], retriever=retriever)
    ids = [hit.passage.passage_id for hit in assistant.search(QUESTION, 5)]
    for place, expected in enumerate(ids, start=1):
        result = evaluator.evaluate(QUESTION, expected_ids=[expected])
        assert result.retrieved_ids == ids
        assert result.metric_vals_dict["hit_rate"] == 1.0
        assert result.metric_vals_dict["mrr"] == pytest.approx(1 / place)
        assert result.metric_vals_dict["precision"] == pytest.approx(1 / len(ids))
    missed = evaluator.evaluate(QUESTION, expected_ids=["no-such-passage#0000"])
    assert missed.metric_vals_dict == {"hit_rate": 0.0, "mrr": 0.0, "precision": 0.0, "ndcg": 0.0}
    dataset = asyncio.run(asyncio.wait_for(evaluator.aevaluate(QUESTION, expected_ids=ids[:1]), timeout=60))
    assert dataset.metric_vals_dict["mrr"] == 1.0


def test_the_async_way_finds_the_same_and_lets_others_run(assistant: Assistant) -> None:
    from retrieval.llama import AnchorlineRetriever

    retriever = AnchorlineRetriever(assistant, k=4)

    async def many() -> tuple[list[list[str]], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        begun = time.perf_counter()
        found = await asyncio.gather(*(retriever.aretrieve(QUESTION) for _ in range(8)))
        assert time.perf_counter() - begun < 60
        ticking.cancel()
        return [[node.node.node_id for node in nodes] for nodes in found], ticks

    found, ticks = asyncio.run(many())
    assert found == [[node.node.node_id for node in retriever.retrieve(QUESTION)]] * 8
    assert ticks > 8  # the loop turned while searches ran, not only between them


def test_their_filters_become_a_narrowing(assistant: Assistant) -> None:
    from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters

    from retrieval.llama import AnchorlineRetriever, narrowing_of

    narrowing = narrowing_of(
        MetadataFilters(
            filters=[
                MetadataFilter(key="source_id", value="warm-homes"),
                MetadataFilter(key="programme_id", value=["one", "two"], operator=FilterOperator.IN),
                MetadataFilter(key="determinant", value=["housing"], operator=FilterOperator.ANY),
            ]
        )
    )
    assert narrowing == Narrowing({"determinant": ("housing",)}, ("warm-homes",), ("one", "two"))
    one = narrowing_of(MetadataFilters(filters=[MetadataFilter(key="source_id", value="notes")], condition="or"))
    found = AnchorlineRetriever(assistant, narrowing=one).retrieve(QUESTION)
    assert {node.node.metadata["source_id"] for node in found} == {"notes"}


def test_filters_that_search_cannot_keep_to_are_refused() -> None:
    from llama_index.core.vector_stores import FilterCondition, FilterOperator, MetadataFilter, MetadataFilters

    from retrieval.llama import narrowing_of

    source = MetadataFilter(key="source_id", value="notes")
    refused = [
        MetadataFilters(filters=[source, source]),
        MetadataFilters(filters=[source, MetadataFilter(key="stage", value="x")], condition=FilterCondition.OR),
        MetadataFilters(filters=[MetadataFilters(filters=[source])]),
        MetadataFilters(filters=[MetadataFilter(key="page", value=3)]),
        MetadataFilters(filters=[MetadataFilter(key="source_id", value="notes", operator=FilterOperator.NE)]),
        MetadataFilters(filters=[MetadataFilter(key="source_id", value=[], operator=FilterOperator.IN)]),
        MetadataFilters(filters=[source], condition=FilterCondition.NOT),
    ]
    for filters in refused:
        with pytest.raises(AnchorlineError):
            narrowing_of(filters)
