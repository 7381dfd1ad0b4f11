"""A cross-encoder by setting: a real one, tiny and with random weights, so that its order differs from ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EncoderUnavailable
from retrieval.assistant import open_assistant
from retrieval.reranker import REREAD, CrossEncoderReranker
from retrieval.weights import shipped_weights
from tests.retrieval.answers import check_answer
from tests.retrieval.conftest import ENCODERS, Built

QUESTION = "How did the academy hire its neighbours?"


def write_cross_encoder(folder: Path, outputs: int = 1) -> str:
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(7)
    tokenizer = AutoTokenizer.from_pretrained(str(shipped_weights()), local_files_only=True)
    shape = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=outputs,
        initializer_range=0.5,
    )
    BertForSequenceClassification(shape).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def test_the_best_passages_are_read_again_and_the_rest_is_left(built: Built, tmp_path: Path) -> None:
    name = write_cross_encoder(tmp_path / "tiny")
    with open_assistant(built.index_dir, None, ENCODERS) as plain:
        before = plain.search(QUESTION, k=50)
        fused = plain.search(QUESTION, k=50, pipeline="fused")
    with open_assistant(built.index_dir, None, ENCODERS, reranker=name) as reading:
        after = reading.search(QUESTION, k=50)
        assert [hit.passage for hit in reading.search(QUESTION, k=50, pipeline="fused")] == [h.passage for h in fused]
        check_answer(reading.ask(QUESTION), reading)
    assert {hit.passage.passage_id for hit in after} == {hit.passage.passage_id for hit in before}
    assert [hit.score for hit in after] == [hit.score for hit in before]
    marks = CrossEncoderReranker(name).scores(QUESTION, [hit.passage.embedding_text for hit in after[:REREAD]])
    assert (np.diff(marks) <= 1e-5).all() and [h.passage for h in after] != [h.passage for h in before]


def test_a_model_that_cannot_rerank_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"no such cross-encoder.*ANCHORLINE_RERANKER"):
        CrossEncoderReranker(str(tmp_path / "nothing"))
    with pytest.raises(EncoderUnavailable, match="3 classes"):
        CrossEncoderReranker(write_cross_encoder(tmp_path / "sorting", outputs=3))
