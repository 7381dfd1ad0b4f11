"""Figures against values worked out by hand, and against ir_measures' own command on chance data."""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.types import Passage
from evals.judge import PART, WHOLE
from evals.measures import RANKING, by_rank, ceiling, means, ranking_values, recall_at, score
from evals.suite import Difficulty, Evidence, Kind, Question, Split, Suite, Tags
from evals.topics import Topic, suite_topics
from tests.evals.conftest import make_passage

PASSAGES = tuple(make_passage(i, f"It is number {i}.") for i in range(1, 31))


def make_question(name: str, *groups: tuple[int, ...]) -> Question:
    """Each group is met by the passage of any of its numbers."""
    needs = tuple(tuple(Evidence("report-2023", (), (f"number {n}",)) for n in group) for group in groups)
    return Question(
        id=name,
        question=f"What of {name}?",
        kind=Kind.FIGURE,
        split=Split.TUNE,
        tags=Tags(Difficulty.EASY),
        needs=needs,
    )


def topics_of(*questions: Question, passages: Sequence[Passage] = PASSAGES) -> tuple[Topic, ...]:
    return suite_topics(Suite("s", "about", questions), "all", passages).scorable


def ranking(*numbers: int) -> tuple[str, ...]:
    return tuple(PASSAGES[n - 1].passage_id for n in numbers)


def test_by_hand() -> None:
    found = score(topics_of(make_question("two", (1, 2), (3,))), {"two": ranking(9, 2, 8, 7, 6, 3)})["two"]
    assert found["recall@5"] == 0.5
    assert found["recall@10"] == 1.0
    assert found["RR@10"] == 0.5
    assert found["R@5"] == pytest.approx(1 / 3)
    assert found["R@10"] == found["R@100"] == pytest.approx(2 / 3)
    assert found["AP"] == pytest.approx((1 / 2 + 2 / 6) / 3)
    gain = 1 / math.log2(3) + 1 / math.log2(7)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found["nDCG@10"] == pytest.approx(gain / ideal)
    assert "Judged@10" not in found


def test_a_piece_of_a_fact_is_worth_half_of_it() -> None:
    topic = Topic("q", "?", (), {"a": WHOLE, "b": PART}, (), {})
    found = score([topic], {"q": ("b", "a")})["q"]
    assert found["nDCG@10"] == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)))
    assert found["R@5"] == 1


def test_public_judgements_are_partial_and_say_so() -> None:
    topic = Topic("q", "?", (), {"a": 1, "b": 0}, (), {})
    found = score([topic], {"q": ("b", "a", "x", "y")})["q"]
    assert found["Judged@10"] == 0.5
    assert found["RR@10"] == 0.5
    assert "recall@5" not in found


@pytest.mark.parametrize("rankings", [{}, {"none": ()}])
def test_a_query_without_results_scores_nought(rankings: dict[str, tuple[str, ...]]) -> None:
    found = score(topics_of(make_question("none", (1,)), make_question("some", (2,))), {"some": ranking(2), **rankings})
    assert set(found["none"].values()) == {0.0}
    assert found["some"]["nDCG@10"] == 1.0
    assert set(means(found.values()).values()) == {0.5}


def test_what_the_index_holds_nothing_of_is_kept_apart() -> None:
    questions = (make_question("lost", (99,)), make_question("half", (1,), (99,)), make_question("out"))
    topics = suite_topics(Suite("s", "about", questions), "all", PASSAGES)
    assert [topic.id for topic in topics.scorable] == ["half"]
    assert topics.not_scorable == ("lost",)
    assert score(topics.scorable, {"half": ranking(1)})["half"]["recall@10"] == 0.5
    assert means(()) == {}


def test_recall_at() -> None:
    assert recall_at(5, (1, 5, 6, None)) == 0.5
    assert recall_at(10, (1, 5, 6, None)) == 0.75


def test_no_order_of_the_candidates_beats_the_ceiling() -> None:
    [topic] = topics_of(make_question("two", (1, 2), (3,)))
    assert ceiling(topic, frozenset(ranking(2, 9))) == 0.5
    assert ceiling(topic, frozenset(ranking(1, 3))) == 1
    assert ceiling(Topic("q", "?", (), {"a": 1, "b": 0, "c": 2}, (), {}), frozenset("ab")) == 0.5


def test_the_slices_say_what_a_question_is_of() -> None:
    [topic] = topics_of(make_question("of number three", (3,)))
    assert topic.slices == {
        "kind": ("figure",),
        "source": ("report-2023",),
        "difficulty": ("easy",),
        "facet": (),
        "shared words": ("a third to two thirds",),
    }


IDS = st.sampled_from([f"d{i}" for i in range(12)])
QRELS = st.dictionaries(
    st.sampled_from([f"q{i}" for i in range(6)]),
    st.dictionaries(IDS, st.integers(0, 2), min_size=1, max_size=6),
    min_size=1,
    max_size=5,
)
# Few different scores, so that many tie; queries of the one that are not in the other.
RUNS = st.dictionaries(
    st.sampled_from([f"q{i}" for i in range(8)]),
    st.dictionaries(IDS, st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=1, max_size=12),
    min_size=1,
    max_size=6,
)


def own_command(
    qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """What ``python -m ir_measures`` prints for the same data."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "qrels", Path(folder) / "run"]
        files[0].write_text("".join(f"{q} 0 {d} {g}\n" for q, each in qrels.items() for d, g in each.items()))
        files[1].write_text("".join(f"{q} Q0 {d} 1 {s} tag\n" for q, each in run.items() for d, s in each.items()))
        command = [sys.executable, "-m", "ir_measures", *map(str, files), *map(str, RANKING), "-q", "-n", "-p", "9"]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, dict[str, float]] = {}
    for line in printed.splitlines():
        query, measure, value = line.split("\t")
        found.setdefault(query, {})[measure] = float(value)
    return found


@pytest.mark.slow
@given(QRELS, RUNS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_as_ir_measures_own_command(
    qrels: dict[str, dict[str, int]], run: dict[str, dict[str, float]]
) -> None:
    ours, theirs = ranking_values(qrels, run), own_command(qrels, run)
    assert ours.keys() == theirs.keys() == qrels.keys()
    for query, values in theirs.items():
        assert ours[query] == pytest.approx(values, abs=1e-6), query


@given(st.lists(IDS, unique=True, max_size=12), st.sets(IDS, min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_our_order_survives_as_scores(ranked: list[str], relevant: set[str]) -> None:
    [values] = ranking_values({"q": dict.fromkeys(relevant, 1)}, {"q": by_rank(ranked)}).values()
    first = next((place for place, one in enumerate(ranked[:10], start=1) if one in relevant), None)
    assert values["RR@10"] == pytest.approx(1 / first if first else 0)
    assert values["R@5"] == pytest.approx(len(relevant & set(ranked[:5])) / len(relevant))
