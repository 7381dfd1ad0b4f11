"""What counts as the same word."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.words import WordIndex, open_words, stems, write_words

TEXTS = (
    "The A&E department hires local apprentices.",
    "Hiring locally: an apprenticeship for each apprentice's sister.",
    "It spent £1.4bn on buildings in 2019–22; O'Brien said so.",
    "Trees, trees and more trees.",
)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> WordIndex:
    folder = tmp_path_factory.mktemp("words")
    write_words(folder, TEXTS)
    return open_words(folder, len(TEXTS))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hires", "hiring"),
        ("apprentices", "apprentice"),
        ("trust's", "trust"),
        ("trust’s", "trust"),
        ("trusts'", "trusts"),
        ("Housing", "houses"),
        ("COMMUNITIES", "community"),
        ("1,400", "1400"),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert stems(one) == stems(other)


@pytest.mark.parametrize("word", ["a&e", "1.4bn", "o'brien", "x", "covid", "22"])
def test_odd_words_stay_whole(word: str) -> None:
    assert stems(f"see {word}.") == [stems("see")[0], *stems(word)] and len(stems(word)) == 1


def test_stop_words_and_marks_are_nothing() -> None:
    assert stems("the of and — … ?!") == []


def test_a_sum_is_found_with_and_without_its_sign(words: WordIndex) -> None:
    for asked in ("£1.4bn", "1.4bn"):
        assert words.scores(asked).argmax() == 2 and np.count_nonzero(words.scores(asked)) == 1


def test_a_and_e_is_one_word(words: WordIndex) -> None:
    assert np.flatnonzero(words.scores("A&E")).tolist() == [0]


@pytest.mark.parametrize("question", ["", "the of", "zebra xylophone", "🙂", "ÅÄÖ", "\x00"])
def test_no_shared_word_is_zero_everywhere(words: WordIndex, question: str) -> None:
    assert words.scores(question).tolist() == [0.0] * len(TEXTS)


def test_unknown_words_change_no_score(words: WordIndex) -> None:
    assert np.array_equal(words.scores("trees"), words.scores("trees zebra xylophone"))


def test_counts_and_weights(words: WordIndex) -> None:
    assert words.holding(stems("hiring")[0]) == 2
    assert words.holding("zebra") == 0
    assert words.weight("zebra") > words.weight(stems("trees")[0]) > words.weight(stems("hiring")[0]) > 0
