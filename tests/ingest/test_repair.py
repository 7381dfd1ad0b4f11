"""What the repair of text takes away, and what it must leave."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.repair import join_lines, repair, strip_markup, vocabulary


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("speciﬁc eﬀort, oﬃce, ﬂow", "specific effort, office, flow"),
        ("two\u00a0words  and\u2009a\tthird \n line", "two words and a third line"),
        ("zero\u200bwidth\u2060 soft\u00adhyphen\ufeff", "zerowidth softhyphen"),
        ("well\u2010being and non\u2011stop", "well-being and non-stop"),
        ("‘single’ “double” it’s 'straight'", "‘single’ “double” it’s 'straight'"),
        ("see <https://example.org/a> now", "see https://example.org/a now"),
        (r"the Act \(2013\) \& more", "the Act (2013) & more"),
    ],
)
def test_characters_of_typesetting_become_plain_ones(source: str, expected: str) -> None:
    assert repair(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("of health.^{1,2} Social", "of health. Social"),
        ("of care^{6,7} – and", "of care – and"),
        ("a plan (2014) ²⁰", "a plan (2014)"),
        ("Plan B ²⁰", "Plan B"),
        ("a plan (2019) ^{17,21}", "a plan (2019)"),
        ("for decades.² Yet", "for decades. Yet"),
        ("address needs.¹⁷ And", "address needs. And"),
        ("Evidence³ has shown", "Evidence has shown"),
        ("in 2010.¹²⁻¹⁴ Then", "in 2010. Then"),
        ("a word<sup>4</sup> more", "a word more"),
    ],
)
def test_reference_marks_go(source: str, expected: str) -> None:
    assert repair(source) == expected


@pytest.mark.parametrize(
    "kept",
    [
        "40 m² of green",
        "12 µg/m³ of dust",
        "5 km² and 10³ more",
        "CO₂ and CO2 and NO2",
        "½ of ¾",
        "R² = 0.5",
        "40 m ² more",
        "PM2.5 rose 3.8% to £1.4bn",
        "2021–22 and 16-25-year-olds",
    ],
)
def test_real_figures_stay(kept: str) -> None:
    assert repair(kept) == kept


def test_marked_up_powers_and_formulas_become_plain() -> None:
    assert repair("5 m^{2} of CO_{2} on the 19^{th}") == "5 m² of CO2 on the 19th"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**Activity:** let us", "Activity: let us"),
        ("can ***reduce it*** and *more*", "can reduce it and more"),
        ("the [real wage](#) and [site](https://a.org/b)", "the real wage and site"),
        ("[](#) | [](https://a.org)", " | "),
        ("![a picture](x.png)text", "text"),
        ("write to <someone@example.org>", "write to someone@example.org"),
        ("1 Looking at it:**", "1 Looking at it:"),
    ],
)
def test_marks_of_markdown_go_and_words_stay(source: str, expected: str) -> None:
    assert strip_markup(source) == expected


def test_tags_part_words_and_signs_of_arithmetic_stay() -> None:
    assert repair(strip_markup("<p>One.</p><p>Two.</p>")) == "One. Two."
    assert strip_markup("2 * 3 * 4 < 5 > 1") == "2 * 3 * 4 < 5 > 1"


@pytest.mark.parametrize(
    ("lines", "elsewhere", "expected"),
    [
        (["demo\u2010", "cracy"], [], "democracy"),
        (["demo\u00ad", "cracy"], [], "democracy"),
        (["short-", "term"], [], "short-term"),
        (["inter-", "vention"], ["an intervention here"], "intervention"),
        (["co-", "operate"], ["co-operate and cooperate"], "co-operate"),
        (["well\u2010", "being"], ["their well-being"], "well-being"),
        (["well\u2010", "being"], ["well-being and wellbeing"], "wellbeing"),
        (["short-", "and long-term"], [], "short- and long-term"),
        (["2021–", "22"], [], "2021–22"),
        (["and/", "or"], [], "and/or"),
        (["a thought –", "another"], [], "a thought – another"),
        (["one", "", "two"], [], "one two"),
    ],
)
def test_a_word_cut_by_a_line_end_is_made_whole(lines: list[str], elsewhere: list[str], expected: str) -> None:
    assert join_lines(lines, vocabulary(elsewhere)) == expected


def test_a_word_cut_by_a_line_end_is_no_evidence_for_itself() -> None:
    assert "inter" not in vocabulary(["the inter-", "vention"])


@given(st.text())
def test_repaired_text_is_one_line_of_single_spaces(text: str) -> None:
    once = repair(text)
    assert once == " ".join(once.split())
    assert not set(once) & set("\u00ad\u200b\u2010\u2011\ufeffﬁﬂ")


@given(st.lists(st.text(alphabet="abcdefg", min_size=1), min_size=1))
def test_joining_lines_of_words_loses_no_letter(words: list[str]) -> None:
    assert join_lines(words).split() == words
