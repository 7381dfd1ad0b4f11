"""The libraries we are measured against, set up as their own guides say, over the same passages with the same vectors.

They are development dependencies (the group ``peers``), imported only when one is opened. Nothing may be held back from
a peer: no smaller index, no slower encoder, no settings of ours. Where a guide leaves a choice open (a mode of fusion,
how deep each leg goes), every choice is offered, and the caller takes the best of them for the peer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import AnchorlineError
from retrieval.encode import Encoder
from retrieval.generation import Content
from retrieval.vectors import Vectors
from retrieval.weights import shipped_weights

if TYPE_CHECKING:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode

DEPTH = 10
LEGS = (DEPTH, 10 * DEPTH)  # candidates of each leg: as in LlamaIndex's and Haystack's guides, and as txtai does it

Rank = Callable[[str], Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Passages:
    """What every peer is given: the texts that our encoder read, headings included, with the vectors it made of them
    and the encoder itself, for the questions."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Vectors
    encoder: Encoder


@dataclass(frozen=True, slots=True)
class Peer:
    """``rank`` takes a question and gives the best passages' ids, best first, in each of the peer's modes."""

    name: str
    rank: Rank


def passages_of(content: Content, encoder: Encoder) -> Passages:
    ids = tuple(passage.passage_id for passage in content.passages)
    return Passages(ids, tuple(passage.embedding_text for passage in content.passages), content.vectors, encoder)


def open_peers(passages: Passages, folder: Path) -> tuple[Peer, ...]:
    """Every peer, its index built. ``folder`` keeps what a peer keeps on disk. Raises AnchorlineError."""
    try:
        return (
            *llama_index_peers(passages, folder),
            *txtai_peers(passages),
            haystack_hybrid(passages),
            bm25s_alone(passages),
        )
    except ModuleNotFoundError as error:
        raise AnchorlineError(
            f"the peer library {error.name} is not installed; run `pip install --group peers` "
            "and then `pip install --no-deps --group peers-no-deps`"
        ) from error


def bare_encoder(name: str | None) -> Callable[[list[str]], object]:
    """``SentenceTransformer.encode`` in batches of 32, with the weights that our own encoder of this name has."""
    from sentence_transformers import SentenceTransformer

    path = name or str(shipped_weights())
    model = SentenceTransformer(path, device="cpu", local_files_only=True, trust_remote_code=False)
    return lambda texts: model.encode(texts, batch_size=32, show_progress_bar=False)


def llama_index_search(passages: Passages, folder: Path) -> Callable[[str], Sequence[str]]:
    """LlamaIndex's plain ``VectorStoreIndex`` retriever over a Chroma collection: from a question to passage ids."""
    retriever = _vector_store_index(passages, folder).as_retriever(similarity_top_k=DEPTH)
    return lambda question: [found.node.node_id for found in retriever.retrieve(question)]


def llama_index_peers(passages: Passages, folder: Path) -> Iterator[Peer]:
    """``VectorStoreIndex`` alone, and fused with their BM25 by ``QueryFusionRetriever``, which asks no model for more
    queries. https://developers.llamaindex.ai/python/examples/retrievers/relative_score_dist_fusion/"""
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.retrievers.bm25 import BM25Retriever

    index = _vector_store_index(passages, folder)
    yield Peer("LlamaIndex vectors over Chroma", _llama_index_rank("", index.as_retriever(similarity_top_k=DEPTH)))
    for legs in LEGS:
        words = BM25Retriever.from_defaults(nodes=_nodes(passages), similarity_top_k=legs)
        both = [index.as_retriever(similarity_top_k=legs), words]
        for mode in ("relative_score", "reciprocal_rerank"):
            fused = QueryFusionRetriever(
                both, llm=MockLLM(), mode=mode, similarity_top_k=DEPTH, num_queries=1, use_async=False
            )
            yield Peer("LlamaIndex fusion with BM25", _llama_index_rank(f"{mode}, {legs} a leg", fused))


def txtai_peers(passages: Passages) -> Iterator[Peer]:
    """txtai's dense and BM25 indexes with its default weights, fused in each of the ways that its normalisation of BM25
    stands for: convex combination (its default), reciprocal ranks, log odds. https://neuml.github.io/txtai/embeddings/"""
    import txtai

    known = dict(zip(passages.texts, passages.vectors, strict=True))

    def transform(texts: Sequence[str]) -> Vectors:
        return np.array([known[t] if t in known else passages.encoder.encode_questions([t])[0] for t in texts])

    for mode, normalize in (("convex", True), ("reciprocal ranks", False), ("log odds", "bb25")):
        scoring = {"method": "bm25", "terms": True, "normalize": normalize}
        # Above 5,000 passages it would search only some clusters by itself: 0.643 instead of 0.706 on SciFact.
        exact = {"components": "IDMap,Flat"}
        embeddings = txtai.Embeddings(method="external", transform=transform, scoring=scoring, faiss=exact)
        embeddings.index(list(zip(passages.ids, passages.texts, strict=True)))
        yield Peer("txtai hybrid", _txtai_rank(mode, embeddings))


def haystack_hybrid(passages: Passages) -> Peer:
    """Haystack's in-memory retrievers and its joiner in every mode. All modes share one search, which takes nearly all
    the time. https://docs.haystack.deepset.ai/docs/documentjoiner"""
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    from haystack import Document
    from haystack.components.joiners.document_joiner import DocumentJoiner, JoinMode
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    rows = zip(passages.ids, passages.texts, passages.vectors.tolist(), strict=True)
    store.write_documents([Document(id=at, content=text, embedding=vector) for at, text, vector in rows])
    words = InMemoryBM25Retriever(store, top_k=max(LEGS))
    vectors = InMemoryEmbeddingRetriever(store, top_k=max(LEGS))
    joiners = {str(mode): DocumentJoiner(join_mode=mode, top_k=DEPTH) for mode in JoinMode}

    def rank(question: str) -> Mapping[str, Sequence[str]]:
        asked = _row(passages.encoder.encode_questions([question]))
        legs = [words.run(query=question)["documents"], vectors.run(query_embedding=asked)["documents"]]
        return {
            f"{mode}, {depth} a leg": [found.id for found in joiner.run([leg[:depth] for leg in legs])["documents"]]
            for depth in LEGS
            for mode, joiner in joiners.items()
        }

    return Peer("Haystack in-memory hybrid", rank)


def bm25s_alone(passages: Passages) -> Peer:
    """bm25s as its README sets it up: Lucene's BM25, English stop words, PyStemmer. github.com/xhluca/bm25s"""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    retriever = bm25s.BM25()
    retriever.index(
        bm25s.tokenize(list(passages.texts), stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False
    )

    def rank(question: str) -> Mapping[str, Sequence[str]]:
        tokens = bm25s.tokenize(question, stopwords="en", stemmer=stemmer, show_progress=False)
        rows, scores = retriever.retrieve(tokens, k=min(DEPTH, len(passages.ids)), show_progress=False)
        return {"": [passages.ids[row] for row, score in zip(rows[0], scores[0], strict=True) if score > 0]}

    return Peer("bm25s alone", rank)


def _txtai_rank(mode: str, embeddings: object) -> Rank:
    return lambda question: {mode: [found for found, _ in embeddings.search(question, DEPTH)]}  # type: ignore[attr-defined]


def _llama_index_rank(mode: str, retriever: object) -> Rank:
    return lambda question: {mode: [found.node.node_id for found in retriever.retrieve(question)]}  # type: ignore[attr-defined]


def _vector_store_index(passages: Passages, folder: Path) -> VectorStoreIndex:
    """https://developers.llamaindex.ai/python/examples/vector_stores/chromaindexdemo/"""
    import chromadb
    from llama_index.core import VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.PersistentClient(str(folder), chromadb.config.Settings(anonymized_telemetry=False))
    store = ChromaVectorStore(chroma_collection=client.create_collection("peer"))
    nodes = _nodes(passages)
    for node, vector in zip(nodes, passages.vectors.tolist(), strict=True):
        node.embedding = vector
    store.add(nodes)
    return VectorStoreIndex.from_vector_store(store, embed_model=_as_llama_index(passages.encoder))


def _nodes(passages: Passages) -> list[TextNode]:
    from llama_index.core.schema import TextNode

    return [TextNode(id_=at, text=text) for at, text in zip(passages.ids, passages.texts, strict=True)]


def _as_llama_index(encoder: Encoder) -> object:
    """Our encoder in the shape that LlamaIndex calls, so that both sides read questions with the same one."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class EncoderEmbedding(BaseEmbedding):  # type: ignore[misc]  # LlamaIndex is not type-checked here
        def _get_query_embedding(self, query: str) -> list[float]:
            return _row(encoder.encode_questions([query]))

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return _row(encoder.encode_passages([text]))

    return EncoderEmbedding(model_name=encoder.name)


def _row(vectors: Vectors) -> list[float]:
    return [float(value) for value in vectors[0]]
