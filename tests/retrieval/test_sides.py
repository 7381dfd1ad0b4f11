"""Comparisons and conflicts: each side from its own sources, cited, and none preferred."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest

from ingest.run import ingest_paths
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation
from retrieval.notices import GAP_NO_RANKING, NOTE_NO_DIFFERENCE
from retrieval.types import Answer, AnswerBlock, BlockRole, Narrowing, Status
from tests.conftest import REPO
from tests.retrieval.answers import check_answer

SOURCES = """\
- id: harbour-2021
  title: Bread for Merrowdale
  publisher: Harbour Press
  published: '2021'
  superseded_by: lantern-2023
  files: ['harbour*']
- id: lantern-2023
  title: Merrowdale revisited
  publisher: Lantern Press
  published: '2023'
  files: ['lantern*']
"""
CONFLICTS = """\
- id: merrowdale-loaves
  kind: conflict
  note: The counts of loaves differ, and neither says how they were counted.
  sides:
  - says: Merrowdale gave out 412 loaves a week.
    printed: 412 loaves
    period: '2020'
    at: {source: harbour-2021, section: [The bakery]}
  - says: Merrowdale gave out 655 loaves a week.
    printed: 655 loaves
    at: {source: lantern-2023, section: [The bakery]}
  measure: loaves-given
"""
DOCUMENTS = {
    "harbour.md": "# Bread\n\n## The bakery\n\n"
    "The Merrowdale bakery handed 412 loaves to families each week of winter.\n"
    "\n## The garden\n\nGardeners of Merrowdale planted 30 apple trees behind the laundry.\n",
    "lantern.md": "# Revisited\n\n## The bakery\n\nThe Merrowdale bakery reached families with 655 loaves each week.\n",
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Assistant]:
    """Two sources that we write, and the contradiction between them."""
    corpus_dir = tmp_path_factory.mktemp("planted")
    (corpus_dir / "documents").mkdir()
    for name, text in DOCUMENTS.items():
        (corpus_dir / "documents" / name).write_text(text, "utf-8")
    for name in ("organisations.yaml", "trusts.yaml"):
        shutil.copy(REPO / "corpus" / name, corpus_dir)
    (corpus_dir / "sources.yaml").write_text(SOURCES, "utf-8")
    (corpus_dir / "measures.yaml").write_text("result:\n  loaves-given: loaves given away (loaves a week)\n", "utf-8")
    (corpus_dir / "conflicts.yaml").write_text(CONFLICTS, "utf-8")
    report = ingest_paths((), corpus_dir / "index", encoder, corpus_dir=corpus_dir)
    assert not report.failed
    with Assistant(open_generation(current_folder(corpus_dir / "index"), encoder), encoder) as opened:
        yield opened


def of_kind(answer: Answer, kind: BlockRole) -> list[AnswerBlock]:
    return [block for block in answer.blocks if block.kind is kind]


def headings_of(briefs: Assistant, question: str) -> tuple[Answer, list[str]]:
    """A comparison and what its sides are headed."""
    answer = briefs.ask(question)
    check_answer(answer, briefs)
    return answer, [block.heading for block in of_kind(answer, BlockRole.COMPARE) if block.heading]


def test_both_sides_of_a_planted_contradiction_are_quoted(planted: Assistant) -> None:
    answer = planted.ask("How many loaves did the Merrowdale bakery give to families each week?")
    check_answer(answer, planted)
    blocks = of_kind(answer, BlockRole.CONFLICT)
    said = [(block.heading, block.text) for block in blocks]
    old = "The Merrowdale bakery handed 412 loaves to families each week of winter."
    new = "The Merrowdale bakery reached families with 655 loaves each week."
    assert said[:2] == [("Harbour Press, 2021: 2020 (superseded by lantern-2023)", old), ("Lantern Press, 2023", new)]
    assert said[2] == ("What differs", "The counts of loaves differ, and neither says how they were counted.")
    assert [block.text for block in answer.blocks].count(old) == 1
    assert "533" not in answer.text  # the mean of both


def test_an_answer_beside_a_contradiction_is_left_alone(planted: Assistant) -> None:
    answer = planted.ask("How many apple trees did the gardeners of Merrowdale plant?")
    check_answer(answer, planted)
    assert not of_kind(answer, BlockRole.CONFLICT)


def test_a_side_outside_the_readers_narrowing_is_told(planted: Assistant) -> None:
    question = "How many loaves did the Merrowdale bakery give to families each week?"
    answer = planted.ask(question, narrowing=Narrowing(sources=("harbour-2021",)))
    check_answer(answer, planted)
    assert answer.status is Status.PARTIAL and "655" not in answer.text
    assert any("Another source tells this differently" in gap for gap in answer.gaps)


def test_conflicts_of_the_shipped_briefs_name_source_year_and_measure(briefs: Assistant) -> None:
    answer = briefs.ask("What percentage of ELFT's suppliers paid the Real Living Wage in 2023?")
    check_answer(answer, briefs)
    headings = [block.heading for block in of_kind(answer, BlockRole.CONFLICT)]
    assert "NHS Providers, 2023: suppliers that pay the real Living Wage, 2022" in headings
    assert "68%" in answer.blocks[0].text or "2023, 68%" in answer.blocks[0].text  # the year that is asked for first


@pytest.mark.parametrize(
    "question", ["Where do the reports disagree?", "Which figures conflict?", "Do the sources contradict each other?"]
)
def test_conflicts_asked_for_as_such_are_listed_with_both_sides(planted: Assistant, question: str) -> None:
    answer = planted.ask(question)
    check_answer(answer, planted)
    told = [block.text for block in of_kind(answer, BlockRole.CONFLICT)]
    assert answer.status is Status.ANSWERED and any("412" in one for one in told) and any("655" in one for one in told)


def test_of_many_conflicts_those_between_sources_come_first_and_the_rest_is_counted(briefs: Assistant) -> None:
    answer = briefs.ask("Where do the reports disagree?")
    check_answer(answer, briefs)
    headings = [block.heading or "" for block in of_kind(answer, BlockRole.CONFLICT)]
    assert headings[0].startswith("UCLPartners, 2023") and headings[1].startswith("NHS Providers, 2023")
    assert headings.count("What differs") == 10
    assert any(block.kind is BlockRole.NOTE and "17 more" in block.text for block in answer.blocks)


def test_where_no_listed_conflict_is_of_the_subject_that_is_said_and_none_is_shown(briefs: Assistant) -> None:
    answer = briefs.ask("Where do the reports disagree about how strong the evidence for anchor work is?")
    check_answer(answer, briefs)
    assert not of_kind(answer, BlockRole.CONFLICT) and answer.citations
    assert any(block.text == NOTE_NO_DIFFERENCE for block in answer.blocks)


def test_conflicts_of_what_is_named_are_told_alone(briefs: Assistant) -> None:
    answer = briefs.ask("Do the two reports give the same figure for cleaners' pay at ELFT?")
    check_answer(answer, briefs)
    assert {"£185", "£197"} <= set(re.findall(r"£\d+", answer.text)) and "68%" not in answer.text


def test_a_conflict_neither_leads_a_comparison_nor_takes_a_cell_of_it(briefs: Assistant) -> None:
    answer = briefs.ask("Compare the outcomes of Barts' Community Works for Health with MSE's Anchor Ambition 25")
    check_answer(answer, briefs)
    assert answer.blocks[0].kind is BlockRole.COMPARE
    cells = of_kind(answer, BlockRole.COMPARE)
    assert sum(one.heading is not None for one in cells) == 2


def test_whom_programmes_are_for_is_told_of_each(briefs: Assistant) -> None:
    _, headings = headings_of(briefs, "Compare who Healthcare Horizons and Play Streets are for")
    assert len(headings) == 2 and all(one.endswith(": for whom") for one in headings)


def test_a_conflict_names_its_trust_where_none_is_asked_after(briefs: Assistant) -> None:
    answer = briefs.ask("What percentage of suppliers pay the real living wage?")
    headings = [block.heading or "" for block in of_kind(answer, BlockRole.CONFLICT)]
    assert any(heading.startswith("UCLPartners, 2023: East London NHS Foundation Trust, ") for heading in headings)


@pytest.mark.parametrize(
    "question",
    [
        "How many extra shoppers is the Halton hub meant to bring each week?",
        "Which trusts help homeless people?",
        "How do we start as an anchor institution?",
        "How does Community Works for Health work for a local person who wants a job at Barts?",
        "What was ELFT's grant funding to community organisations in 2023-24?",
        "Who funds Healthcare Horizons at Barts?",
    ],
)
def test_no_conflict_is_told_where_none_was_asked_about(briefs: Assistant, question: str) -> None:
    answer = briefs.ask(question)
    check_answer(answer, briefs)
    assert not of_kind(answer, BlockRole.CONFLICT)


def test_a_comparison_quotes_each_organisation_on_the_aspect(briefs: Assistant) -> None:
    answer, headings = headings_of(briefs, "How is the work paid for at Barts compared with Mid and South Essex?")
    assert headings == [
        "Barts Health NHS Trust: cost and funding",
        "Mid and South Essex NHS Foundation Trust: cost and funding",
    ]
    assert {one.organisation for one in answer.citations} == {
        "Barts Health NHS Trust",
        "Mid and South Essex NHS Foundation Trust",
    }


def test_what_no_source_states_of_one_side_is_a_gap(briefs: Assistant) -> None:
    answer = briefs.ask("Compare the funding of Barts Health and Sandwell and West Birmingham.")
    check_answer(answer, briefs)
    assert answer.status is Status.PARTIAL
    assert any(gap.startswith("Sandwell and West Birmingham NHS Trust: cost and funding") for gap in answer.gaps)


def test_two_programmes_are_compared_in_general_on_what_both_state(briefs: Assistant) -> None:
    answer = briefs.ask("Compare Healthcare Horizons and Community Works for Health")
    check_answer(answer, briefs)
    headings = [block.heading or "" for block in of_kind(answer, BlockRole.COMPARE)]
    aspects = [heading.rpartition(": ")[2] for heading in headings]
    assert len(headings) >= 4 and aspects[::2] == aspects[1::2]


def test_a_programme_is_set_beside_an_organisation_that_does_not_run_it(briefs: Assistant) -> None:
    question = "Set the results of Community Works for Health against those of the Leeds pilot"
    answer, headings = headings_of(briefs, question)
    assert headings == [
        "Community Works for Health: routes into entry-level jobs at Barts Health: what came of it",
        "Leeds Teaching Hospitals NHS Trust: what came of it",
    ]
    assert not answer.gaps


def test_what_one_has_of_the_other_is_no_comparison(briefs: Assistant) -> None:
    answer = briefs.ask("Where can I find Sussex Partnership's Green Hub map?")
    assert not of_kind(answer, BlockRole.COMPARE) and answer.gaps


def test_what_is_set_side_by_side_is_not_said_to_be_compared_by_nobody(briefs: Assistant) -> None:
    answer = briefs.ask("How does what Sussex Partnership did on housing compare with Sandwell?")
    assert of_kind(answer, BlockRole.COMPARE) and answer.status is Status.ANSWERED


def test_one_organisation_is_no_comparison(briefs: Assistant) -> None:
    assert not of_kind(briefs.ask("How is the work paid for at Barts?"), BlockRole.COMPARE)


def test_a_ranking_that_no_source_gives_is_said_to_be_missing(briefs: Assistant) -> None:
    answer = briefs.ask("Who spends more with local firms, Imperial or Mid and South Essex?")
    assert answer.status is Status.PARTIAL and GAP_NO_RANKING in answer.gaps
    plain = briefs.ask("Compare ELFT and Mid and South Essex on funding")
    assert plain.citations and GAP_NO_RANKING not in plain.gaps
    place = briefs.ask("What did Imperial and Mid and South Essex do on funding that Greater Manchester did?")
    assert GAP_NO_RANKING not in place.gaps


def test_a_theme_is_compared_by_the_records_and_not_by_its_word(briefs: Assistant) -> None:
    answer = briefs.ask("How do GOSH and Mid and South Essex differ on sustainability?")
    check_answer(answer, briefs)
    told = " ".join(block.text for block in of_kind(answer, BlockRole.COMPARE))
    assert "carbon dashboards" in told and "Pedal Power" in told


def test_money_that_a_trust_gives_away_does_not_pay_for_its_work(briefs: Assistant) -> None:
    answer = briefs.ask("Compare ELFT and MSE on how they fund their anchor work")
    told = " ".join(block.text for block in of_kind(answer, BlockRole.COMPARE))
    assert "£220,000" in told and "£1.8m" not in told
    assert any(gap.startswith("East London NHS Foundation Trust: cost and funding") for gap in answer.gaps)


def test_what_is_said_of_both_in_one_sentence_is_no_difference(briefs: Assistant) -> None:
    answer = briefs.ask("What's the difference between Healthcare Horizons and Community Works for Health?")
    told = [block.text for block in of_kind(answer, BlockRole.COMPARE)]
    assert told and len(set(told)) == len(told)


@pytest.mark.parametrize("aspect", ["local recruitment", "housing", "young people", "funding"])
def test_no_cell_introduces_a_list_that_is_not_there(briefs: Assistant, aspect: str) -> None:
    answer = briefs.ask(f"Compare Barts and Mid and South Essex on {aspect}")
    assert not any(block.text.endswith(":") for block in of_kind(answer, BlockRole.COMPARE))


def test_two_notions_are_set_beside_each_other(briefs: Assistant) -> None:
    _, headings = headings_of(briefs, "difference between social prescribing and anchor institution work?")
    assert headings == ["Social prescribing", "Anchor institution work"]


def test_of_each_trust_of_a_kind_one_sentence_is_told(briefs: Assistant) -> None:
    answer = briefs.ask("Which acute trusts feature in these documents and what did each focus on?")
    check_answer(answer, briefs)
    told = [one.organisation for one in answer.citations]
    assert "Leeds Teaching Hospitals NHS Trust" in told and len(set(told)) == len(told)
    assert "Great Ormond Street Hospital for Children NHS Foundation Trust" not in told


def test_one_fact_is_told_without_what_is_of_use_beside_it(briefs: Assistant) -> None:
    answer = briefs.ask("When does GOSH plan to be net zero?")
    assert answer.status is Status.ANSWERED and len(answer.blocks) <= 3
    assert not any((block.heading or "").startswith("Perhaps") for block in answer.blocks)
