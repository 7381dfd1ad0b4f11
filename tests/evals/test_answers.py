"""What is measured of an answer, on answers made by hand: each promise kept, and each broken in turn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.types import Basis, Evidence
from evals.answers import examine, letters, source_texts, verbatim_rate
from evals.answers_show import answers_report
from evals.suite import Difficulty, Kind, Question, Split, Tags
from evals.suite import Evidence as Wanted
from retrieval.types import Answer, AnswerBlock, BlockRole, Citation, Status
from tests.evals.conftest import make_passage

PASSAGE = make_passage(1, "Pay rose by £185. Nobody left. It took a year.", ("East London",))
PASSAGES = {PASSAGE.passage_id: PASSAGE}
QUESTION = Question(
    id="pay",
    question="What happened to pay?",
    kind=Kind.FIGURE,
    split=Split.TUNE,
    tags=Tags(Difficulty.EASY),
    needs=((Wanted("report-2023", (), ("£185",)),), (Wanted("report-2023", (), ("two years",)),)),
)


def cite(marker: int, quote: str, passage_id: str = PASSAGE.passage_id) -> Citation:
    return Citation(
        marker=marker,
        passage_id=passage_id,
        source_id="report-2023",
        title="Report",
        publisher="A publisher",
        published=None,
        organisation=None,
        programme=None,
        section=PASSAGE.heading_path,
        page=None,
        quote=quote,
        basis=Basis.SOURCE,
        evidence=Evidence.UNKNOWN,
        url=None,
        superseded_by=None,
    )


def answer(
    blocks: tuple[AnswerBlock, ...], citations: tuple[Citation, ...], status: Status = Status.ANSWERED
) -> Answer:
    return Answer(
        answer_id="a",
        status=status,
        question_understood="what happened to pay",
        text="",
        blocks=blocks,
        citations=citations,
        gaps=(),
        nearest=(),
        suggestions=(),
        index=None,
        timings_ms={},
    )


GOOD = answer(
    (
        AnswerBlock(BlockRole.QUOTE, "Pay rose by £185. It took a year.", "East London", (1, 2)),
        AnswerBlock(BlockRole.GAP, "None of the sources says what two years brought."),
    ),
    (cite(1, "Pay rose by £185."), cite(2, "It took a year.")),
)


def test_a_good_answer() -> None:
    asked = examine(QUESTION, GOOD, PASSAGES, None)
    assert asked.faults == ()
    assert len(asked.cited) == 2
    assert asked.nuggets == (True, False)  # the gap's words are ours, and count for nothing
    assert asked.words == 8
    assert asked.status_right
    assert asked.unsourced is None


@pytest.mark.parametrize(
    ("citations", "block", "what"),
    [
        ((cite(1, "Pay rose by £186."),), "Pay rose by £186.", "not verbatim"),
        ((cite(1, ""),), "Pay rose by £185.", "not verbatim"),
        ((cite(1, "Pay rose by £185.", "report-2023#0009"),), "Pay rose by £185.", "does not hold"),
        (
            (cite(1, "Pay rose by £185."),),
            "Pay rose by £185. It was splendid.",
            "says more than it cites: It was splendid.",
        ),
        ((cite(2, "Pay rose by £185."),), "Pay rose by £185.", "cites what is not there"),
    ],
)
def test_each_broken_promise_is_told(citations: tuple[Citation, ...], block: str, what: str) -> None:
    broken = answer((AnswerBlock(BlockRole.QUOTE, block, None, (1,)),), citations)
    assert any(what in fault for fault in examine(QUESTION, broken, PASSAGES, None).faults)


def test_a_statement_without_a_citation_is_a_broken_promise() -> None:
    bare = answer((AnswerBlock(BlockRole.STATEMENT, "Pay rose."),), ())
    assert "cites what is not there" in examine(QUESTION, bare, PASSAGES, None).faults[0]


def test_quotes_are_looked_up_in_the_source_itself() -> None:
    text = letters("Pay rose by\n£185.^{4} No-\nbody left.")
    asked = examine(QUESTION, GOOD, PASSAGES, {"report-2023": text})
    assert asked.unsourced == ("It took a year.",)
    assert examine(QUESTION, GOOD, PASSAGES, {"another": text}).unsourced == ()
    ours = answer(GOOD.blocks, tuple(replace(c, basis=Basis.BRIEF) for c in GOOD.citations))
    assert examine(QUESTION, ours, PASSAGES, {"report-2023": text}).unsourced == ()


def test_letters_ignores_what_typesetting_changes() -> None:
    printed = "**Anchor** in‐\nstitutions’ [pay](https://example.org/x) <p>rose</p> by ﬁve per cent.²"
    assert letters(printed) == letters("anchor institutions' pay rose by five per cent")


def test_what_is_measured_of_an_answer() -> None:
    good = examine(QUESTION, GOOD, PASSAGES, None)
    assert good.values == {"outcome": 1, "outcome answered": 1, "nuggets": 0.5, "contained": 0, "words": 8}
    silent = examine(QUESTION, answer((), (), Status.NOT_FOUND), PASSAGES, None)
    assert silent.values == {"outcome": 0, "outcome answered": 0, "nuggets": 0, "contained": 0}
    weather = replace(QUESTION, needs=(), status=(Status.OUT_OF_SCOPE,))
    assert examine(weather, GOOD, PASSAGES, None).values == {"outcome": 0, "outcome declined": 0, "words": 8}


def test_the_verbatim_rate() -> None:
    broken = answer((AnswerBlock(BlockRole.QUOTE, "Pay fell.", None, (1,)),), (cite(1, "Pay fell."),))
    good, bad = examine(QUESTION, GOOD, PASSAGES, None), examine(QUESTION, broken, PASSAGES, None)
    assert verbatim_rate([good]) == verbatim_rate([]) == 1
    assert verbatim_rate([good, bad]) == 1 - 1 / 3


def test_the_report() -> None:
    wrong = answer((), (), Status.NOT_FOUND)
    asked = [examine(QUESTION, GOOD, PASSAGES, {}), examine(QUESTION, wrong, PASSAGES, {})]
    said = answers_report(asked)
    assert "2 questions, 2 quotes, 0 broken promises, verbatim rate 1.0000" in said
    assert "pay: not_found, expected answered or partial" in said
    row = next(line.split() for line in said.splitlines() if line.startswith("all"))
    assert row == ["all", "2", "0.500", "0.250", "0.000", "-", "-", "-", "-", "2", "4"]


def test_facts_are_counted_by_half_and_in_any_wording() -> None:
    bare = replace(QUESTION, id="pay-rise", split=Split.REPORT, needs=((Wanted("x-2020", (), ("£186", "£185")),),))
    nothing = replace(QUESTION, id="weather", needs=())
    asked = [examine(question, GOOD, PASSAGES, None) for question in (QUESTION, bare, nothing)]
    table = answers_report(asked).split("facts asked for", 1)[1]
    rows = [line.split() for line in table.splitlines() if line.startswith(("tune", "report", "all"))]
    assert rows == [
        ["tune", "1", "2", "1", "0.500"],
        ["report", "1", "1", "1", "1.000"],
        ["all", "2", "3", "2", "0.667"],
    ]


def test_the_sources_are_known_by_their_names(shared_sources: Path) -> None:
    texts = source_texts(shared_sources / "text")
    assert len(texts) == 5
    assert all(text.isalnum() and len(text) > 5000 for text in texts.values())
