"""Late interaction over what is kept small gives what it gives over the encoder's own vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.encode import Encoder
from retrieval.tokens import (
    KEPT,
    PassageTokens,
    Tokens,
    fit_space,
    joined,
    passage_scores,
    read_tokens,
    sentence_maxima,
    small,
    weighted,
    write_tokens,
)
from retrieval.vectors import TextTokens

TEXTS = (
    "Damp homes make children cough. The number nine bus runs late on Fridays.",
    "Local jobs pay rent. Apprentices learn a trade in the kitchens.",
    "",
    "Trees cool streets and clean the air.",
)
SPANS = (((0, 31), (32, 73)), ((0, 20), (21, 63)), (), ((0, 37),))


@pytest.fixture(scope="module")
def texts(encoder: Encoder) -> tuple[TextTokens, ...]:
    return encoder.encode_documents(TEXTS, SPANS).tokens


@pytest.fixture(scope="module")
def tokens(texts: tuple[TextTokens, ...], encoder: Encoder) -> Tokens:
    space = fit_space(texts, encoder.dimension)
    return joined([small(text, spans, space) for text, spans in zip(texts, SPANS, strict=True)], space)


def test_small_vectors_score_as_whole_ones(tokens: Tokens, texts: tuple[TextTokens, ...], encoder: Encoder) -> None:
    asked = encoder.encode_question("Do cold houses hurt young people?").tokens.vectors
    question, weights = tokens.space.project(asked), np.ones(len(asked), np.float32)
    found = passage_scores(tokens, question, weights, np.array([0, 1, 3]))
    whole = [tokens.space.project(texts[row].vectors) for row in (0, 1, 3)]
    expected = [float((question @ vectors.T).max(axis=1).mean()) for vectors in whole]
    assert np.allclose(found, expected, atol=0.01)  # 8 bits
    assert found.argmax() == 0


def test_a_sentence_is_met_by_its_own_tokens_alone(tokens: Tokens, encoder: Encoder) -> None:
    asked = encoder.encode_question("late buses").tokens.vectors
    question = tokens.space.project(asked)
    maxima = sentence_maxima(tokens, question, 0, 0, 2)
    assert maxima.shape == (2, len(asked))
    scores = weighted(maxima, np.ones(len(asked), np.float32))
    assert scores[1] > scores[0] + 0.1
    assert np.all(scores <= 1.001)


def test_a_passage_without_tokens_is_met_by_nothing(tokens: Tokens, encoder: Encoder) -> None:
    question = tokens.space.project(encoder.encode_question("trees").tokens.vectors)
    assert passage_scores(tokens, question, np.ones(len(question), np.float32), np.array([2])).tolist() == [-1.0]


def test_weights_say_which_words_count(tokens: Tokens, encoder: Encoder) -> None:
    asked = encoder.encode_question("trees rent").tokens.vectors
    question = tokens.space.project(asked)
    for weights, best in (([1.0, 0.01], 3), ([0.01, 1.0], 1)):
        scores = passage_scores(tokens, question, np.array(weights, np.float32), np.arange(4))
        assert scores.argmax() == best


def test_what_is_written_is_read_again(tokens: Tokens, tmp_path: Path) -> None:
    write_tokens(tmp_path / "tokens", tokens)
    again = read_tokens(tmp_path / "tokens")
    assert again.values.dtype == np.int8 and again.values.shape[1] == KEPT
    for name in ("values", "scales", "starts", "sentences"):
        assert np.array_equal(getattr(again, name), getattr(tokens, name))
    assert np.array_equal(again.space.mean, tokens.space.mean) and again.space.sample == len(TEXTS)


def test_what_is_read_from_disk_scores_the_same(tokens: Tokens, encoder: Encoder, tmp_path: Path) -> None:
    write_tokens(tmp_path / "tokens", tokens)
    again = read_tokens(tmp_path / "tokens")
    assert isinstance(again.values, np.memmap)
    question = tokens.space.project(encoder.encode_question("late buses to warm homes").tokens.vectors)
    rows = np.arange(len(tokens.starts) - 1)  # one of them has no tokens
    scores = [passage_scores(one, question, np.ones(len(question), np.float32), rows) for one in (tokens, again)]
    assert np.array_equal(*scores)


def test_a_space_of_no_tokens_holds_any_number_of_none(encoder: Encoder) -> None:
    space = fit_space((), encoder.dimension)
    nothing = joined([], space)
    assert nothing.values.shape == (0, KEPT) and nothing.starts.tolist() == [0]
    assert isinstance(
        small(TextTokens(np.zeros((0, 384), np.float32), np.zeros((0, 2), np.int32)), (), space), PassageTokens
    )
