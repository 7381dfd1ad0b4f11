"""Grades of quoted sentences: they belong to questions that may be learnt from, and the table counts them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.__main__ import ANCHORS, main
from evals.grades import GRADES, Graded, grades_table, load_grades, quoted
from evals.suite import Split, load_suite
from retrieval.assistant import Assistant
from retrieval.cite import PERHAPS
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation
from retrieval.relevance import SURE, WANTED, relevance


def test_nothing_of_the_half_for_reporting_was_graded() -> None:
    suite = load_suite(ANCHORS)
    every = load_grades(suite)
    reported = {one.question for one in suite.questions if one.split is Split.REPORT}
    assert not reported & {one.question for one in every}
    assert len(every) == 520
    assert sum(len(one.grades) for one in every) == 8580
    assert {grade for one in every for grade in one.grades.values()} == {0, 1, 2}


def test_the_file_holds_no_words_of_a_source() -> None:
    sentences = [row.split("\t")[2] for row in GRADES.read_text("utf-8").splitlines()]
    assert all(len(one) == 8 and int(one, 16) >= 0 for one in sentences)


@pytest.fixture(scope="module")
def briefs(shipped_index: Path, encoder: Encoder) -> Iterator[Assistant]:
    with Assistant(open_generation(current_folder(shipped_index), encoder), encoder) as assistant:
        yield assistant


def test_each_quote_is_counted_once_in_its_part(briefs: Assistant) -> None:
    question = "Who has done something on housing?"
    told = list(quoted(briefs, Graded(question, (), {})))
    doubtful = [sentence for beside, sentence in told if beside]
    assert told and len(doubtful) < len(told)
    assert bool(doubtful) is any((one.heading or "").startswith(PERHAPS) for one in briefs.ask(question).blocks)
    best = next(sentence for beside, sentence in told if not beside)
    lines = grades_table(briefs, [Graded(question, (), {best: 2, ("nowhere", 1): 2})]).splitlines()
    surely = next(line.split() for line in lines if line.startswith("surely"))
    assert surely[1:4] == ["1", "0", "0"] and surely[-2:] == ["1.000", "0.500"]


def test_what_is_sure_is_wanted() -> None:
    assert SURE > WANTED


def test_the_command_prints_the_table_and_what_would_be_learnt(
    shipped_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["graded", "--index", str(shipped_index), "--fit"]) == 0
    printed = capsys.readouterr().out
    assert "surely" in printed and "AUROC held out" in printed


def test_without_listed_questions_a_lower_score_is_wanted_as_well(briefs: Assistant) -> None:
    bare = briefs.without_questions()
    assert not bare.generation.asked.expected(bare.generation.asked.vectors @ briefs.generation.asked.vectors[0]).any()
    for question in ("Who has done something on housing?", "How were the schemes paid for?"):
        evidence = bare.evidence(question)
        one = evidence.sentences[0]
        assert relevance(one, evidence, bare.generation) > relevance(one, evidence, briefs.generation)
        assert bare.ask(question).citations
