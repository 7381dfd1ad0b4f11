"""The libraries we are measured against, set up as their own guides say, over the same passages with the same weights.

They are development dependencies, imported only when a benchmark runs. Nothing may be held back from a peer: no smaller
index, no slower encoder, no settings of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.types import Passage
from retrieval.encode import Encoder
from retrieval.vectors import Vectors
from retrieval.weights import shipped_weights


def bare_encoder(name: str | None) -> Callable[[list[str]], object]:
    """``SentenceTransformer.encode`` in batches of 32, with the weights that our own encoder of this name has."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(name or str(shipped_weights()), device="cpu", local_files_only=True)
    return lambda texts: model.encode(texts, batch_size=32, show_progress_bar=False)


def llama_index_search(passages: Sequence[Passage], encoder: Encoder, folder: Path) -> Callable[[str], Sequence[str]]:
    """LlamaIndex's plain ``VectorStoreIndex`` retriever over a Chroma collection: from a question to passage ids."""
    import chromadb
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.PersistentClient(str(folder), chromadb.config.Settings(anonymized_telemetry=False))
    store = ChromaVectorStore(chroma_collection=client.create_collection("peer", metadata={"hnsw:space": "cosine"}))
    vectors = encoder.encode_passages([passage.embedding_text for passage in passages])
    store.add(
        [
            TextNode(id_=passage.passage_id, text=passage.text, embedding=vector)
            for passage, vector in zip(passages, vectors.tolist(), strict=True)
        ]
    )
    index = VectorStoreIndex.from_vector_store(store, embed_model=_as_llama_index(encoder))
    retriever = index.as_retriever(similarity_top_k=10)
    return lambda question: [found.node.node_id for found in retriever.retrieve(question)]


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
