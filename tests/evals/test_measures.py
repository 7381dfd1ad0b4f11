"""Figures against values worked out by hand, and against ir_measures fed directly."""

from __future__ import annotations

import math
import random
from statistics import fmean

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from corpus.types import Passage
from evals.measures import judge, means, recall_at, score, slices
from evals.suite import Difficulty, Evidence, Kind, Question, Split, Tags
from tests.evals.conftest import make_passage

PASSAGES = tuple(make_passage(i, f"It is number {i}.") for i in range(1, 31))


def make_question(name: str, *groups: tuple[int, ...], kind: Kind = Kind.FIGURE) -> Question:
    """Each group is met by the passage of any of its numbers."""
    needs = tuple(tuple(Evidence("report-2023", (), (f"number {n}",)) for n in group) for group in groups)
    return Question(
        id=name, question=f"What of {name}?", kind=kind, split=Split.TUNE, tags=Tags(Difficulty.EASY), needs=needs
    )


def ranking(*numbers: int) -> tuple[Passage, ...]:
    return tuple(PASSAGES[n - 1] for n in numbers)


def test_by_hand() -> None:
    question = make_question("two", (1, 2), (3,))
    [scored] = score(judge([question], PASSAGES).scorable, {"two": ranking(9, 2, 8, 7, 6, 3)})
    assert scored.places == (2, 6)
    assert scored.relevant == 3
    assert scored.ranking[1] == "report-2023#0002"
    assert scored.values["recall@5"] == 0.5
    assert scored.values["recall@10"] == 1.0
    assert scored.values["RR@10"] == 0.5
    assert scored.values["R@10"] == pytest.approx(2 / 3)
    gain = 1 / math.log2(3) + 1 / math.log2(7)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert scored.values["nDCG@10"] == pytest.approx(gain / ideal)


def test_what_stands_below_ten_does_not_count() -> None:
    question = make_question("low", (11,))
    [scored] = score(judge([question], PASSAGES).scorable, {"low": ranking(*range(1, 12))})
    assert scored.places == (None,)
    assert set(scored.values.values()) == {0.0}
    assert len(scored.ranking) == 10


@pytest.mark.parametrize("rankings", [{}, {"none": ()}])
def test_a_query_without_results_scores_nought(rankings: dict[str, tuple[Passage, ...]]) -> None:
    judgements = judge([make_question("none", (1,)), make_question("some", (2,))], PASSAGES)
    scores = score(judgements.scorable, {"some": ranking(2), **rankings})
    assert [s.values["nDCG@10"] for s in scores] == [0.0, 1.0]
    assert means(scores) == dict.fromkeys(("recall@5", "recall@10", "nDCG@10", "RR@10", "R@10"), 0.5)


def test_what_no_passage_can_answer_is_kept_apart() -> None:
    unanswerable, partly, weather = (
        make_question("lost", (99,)),
        make_question("half", (1,), (99,)),
        make_question("out"),
    )
    judgements = judge([unanswerable, partly, weather], PASSAGES)
    assert [j.question.id for j in judgements.scorable] == ["half"]
    assert [question.id for question in judgements.not_scorable] == ["lost"]
    assert score(judgements.scorable, {"half": ranking(1)})[0].values["recall@10"] == 0.5
    with pytest.raises(ValueError, match="no question"):
        means(())


def test_recall_at() -> None:
    assert recall_at(5, (1, 5, 6, None)) == 0.5
    assert recall_at(10, (1, 5, 6, None)) == 0.75


def test_slices_count_a_question_under_each_of_its_values() -> None:
    questions = [make_question("a", (1,)), make_question("b", (2,), kind=Kind.CONTACT), make_question("c", (3,))]
    scores = score(judge(questions, PASSAGES).scorable, {})
    assert {k: len(v) for k, v in slices(scores, lambda q: (q.kind,)).items()} == {Kind.FIGURE: 2, Kind.CONTACT: 1}
    assert {k: len(v) for k, v in slices(scores, lambda q: ("x", q.id)).items()} == {"x": 3, "a": 1, "b": 1, "c": 1}


def test_same_as_ir_measures_on_chance_rankings() -> None:
    chance = random.Random(7)
    numbers = range(1, len(PASSAGES) + 1)
    questions = [make_question(f"q{i}", *((n,) for n in chance.sample(numbers, 1 + i % 5))) for i in range(40)]
    rankings = {q.id: ranking(*chance.sample(numbers, chance.randint(0, 25))) for q in questions}
    scores = score(judge(questions, PASSAGES).scorable, rankings)

    qrels = {q.id: {f"report-2023#{int(g[0].fact[0].split()[-1]):04d}": 1 for g in q.needs} for q in questions}
    run = {name: {p.passage_id: 100.0 - i for i, p in enumerate(ranked)} for name, ranked in rankings.items()}
    expected = ir_measures.calc_aggregate([nDCG @ 10, RR @ 10, R @ 10], qrels, run)
    found = means(scores)
    for measure, value in expected.items():
        assert found[str(measure)] == pytest.approx(value, abs=1e-9)
    # every group here is one passage, so evidence recall is passage recall
    assert found["recall@10"] == pytest.approx(expected[R @ 10])
    assert found["recall@5"] == pytest.approx(
        fmean(sum(p is not None and p <= 5 for p in s.places) / len(s.places) for s in scores)
    )
