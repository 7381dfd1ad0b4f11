"""Programmes and comparisons, over records that these tests write and over the corpus that ships."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamaged
from corpus.gaps import unstated
from corpus.load import load_measures, load_records
from corpus.records import Record, RecordKind, Statement
from corpus.render import OUTLINE
from ingest.run import ingest_paths
from retrieval.assistant import Assistant
from retrieval.compare import Comparison, Row, compare
from retrieval.encode import Encoder
from retrieval.generation import Content, current_folder, read_content
from retrieval.programmes import ASKED, ProgrammeDetail, Stated, having, programme, programmes
from retrieval.types import Citation
from tests.conftest import REPO
from tests.records import write_programmes, write_report

FIXED = ("organisation", "population", "summary", "steps", "partners", "cost", "funding", "staffing", "outcomes",
         "evaluation", "evidence", "barriers", "contact")  # fmt: skip
FIELDS = [name for _, names, _ in OUTLINE for name in names]


@pytest.fixture(scope="session")
def corpus_of_programmes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_programmes(tmp_path_factory.mktemp("programmes"))


@pytest.fixture(scope="session")
def content(corpus_of_programmes: Path, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Content:
    """Of three programmes, with one of the two reports that they were learnt from."""
    folder = tmp_path_factory.mktemp("index")
    ingest_paths((), folder, encoder, corpus_dir=corpus_of_programmes)
    report = ingest_paths([write_report(folder / "in")], folder, encoder, corpus_dir=corpus_of_programmes)
    assert not report.failed and report.published
    return read_content(current_folder(folder))


def detail(content: Content, programme_id: str) -> ProgrammeDetail:
    found = programme(content, programme_id)
    assert found
    return found


def statements(record: Record) -> Iterator[tuple[str, Statement]]:
    for name in FIELDS:
        held = getattr(record, name)
        for one in (held,) if isinstance(held, Statement) else held:
            yield name, one


def said(found: ProgrammeDetail) -> Iterator[tuple[str, Stated]]:
    for name in FIELDS:
        held = getattr(found, name)
        for one in (held,) if isinstance(held, Stated) else held:
            yield name, one


def check_citations(cited: Iterable[Citation], content: Content) -> None:
    passages = {passage.passage_id: passage for passage in content.passages}
    markers = []
    for citation in cited:
        markers.append(citation.marker)
        assert citation.quote and citation.quote in passages[citation.passage_id].text
        assert citation.page == passages[citation.passage_id].page
        assert citation.original
    assert markers == list(range(1, len(markers) + 1))


def check_detail(found: ProgrammeDetail, record: Record, content: Content) -> None:
    """It says all that the record says, in its words and its order, each with the place where it was learnt."""
    wanted, given = list(statements(record)), list(said(found))
    assert [(name, one.says) for name, one in wanted] == [(name, one.text) for name, one in given]
    for (_, statement), (_, one) in zip(wanted, given, strict=True):
        assert {citation.original for citation in one.citations} == {
            " › ".join((statement.at.source, *statement.at.section))
        }
        assert {citation.source_id for citation in one.citations} == {f"brief-{record.id}"}
    cited = sorted((c for _, one in given for c in one.citations), key=lambda citation: citation.marker)
    check_citations(cited, content)


def is_stated(row: Row, record: Record, content: Content) -> bool:
    """Whether a record states what a row asks, worked out from the record alone."""
    stored = next(one for one in content.sources if one.record and one.record.id == record.id)
    assert stored.measures is not None
    if row.field == "organisation":
        return bool(record.organisation or record.facets.trust_type)
    if row.field == "population":
        return bool(record.facets.population)
    if row.field == "cost":
        return "cost" not in unstated(record, stored.measures)
    if row.field == "fact":
        return any(fact.measure == row.measure for fact in record.facts)
    return bool(getattr(record, row.field))


def check_comparison(compared: Comparison, records: list[Record], content: Content) -> None:
    assert [one.programme_id for one in compared.programmes] == [record.id for record in records]
    assert tuple(row.field for row in compared.rows if row.field != "fact") == FIXED
    check_citations((c for row in compared.rows for cell in row.cells if cell for c in cell.citations), content)
    for row in compared.rows:
        for cell, record in zip(row.cells, records, strict=True):
            assert (cell is not None) == is_stated(row, record, content), (row.field, record.id)
            if cell:
                assert {citation.source_id for citation in cell.citations} == {f"brief-{record.id}"}
            if cell and not row.from_facets:
                assert "".join(cell.text.split()) == "".join("".join(c.quote for c in cell.citations).split())
    check_order_of_measures(compared, records)


def check_order_of_measures(compared: Comparison, records: list[Record]) -> None:
    measured = [row for row in compared.rows if row.field == "fact"]
    assert {row.measure for row in measured} == {fact.measure for record in records for fact in record.facts}
    counts = [sum(cell is not None for cell in row.cells) for row in measured]
    assert counts == sorted(counts, reverse=True)
    fields = [row.field for row in compared.rows]
    if measured:
        assert fields.index("fact") == fields.index("staffing") + 1
        assert fields.index("outcomes") == fields.index("staffing") + len(measured) + 1


# --- One programme


def test_only_programmes_are_listed(content: Content) -> None:
    assert [one.programme_id for one in programmes(content)] == ["garden-jobs", "walking-groups", "warm-homes"]


def test_a_programme_tells_whose_it_is_and_what_nobody_says(content: Content) -> None:
    garden, walking, warm = programmes(content)
    assert (garden.organisation, garden.organisation_id) == ("North NHS Trust", "north-trust")
    assert garden.aliases == ("The allotment scheme",)
    assert [(one.role, one.route) for one in garden.contact] == [("Head gardener", "Switchboard")]
    assert garden.not_stated == ("funding", "staffing", "evaluation", "barriers")
    assert walking.organisation is None
    assert walking.not_stated == ASKED
    assert warm.not_stated == (
        "funding",
        "staffing",
        "evaluation",
        "contact",
    )  # money tells the cost, homes the outcome
    assert warm.evidence_reason == "The council counted homes before and after."


def test_a_programme_names_its_sources_and_whether_they_are_held(content: Content) -> None:
    warm = programmes(content)[2]
    assert [(one.source_id, one.held) for one in warm.sources] == [("other-report", False), ("report-2024", True)]


def test_trust_types_come_from_the_organisation_where_the_record_has_none(content: Content) -> None:
    warm = programmes(content)[2]
    assert warm.facets == {
        "trust_type": ("acute",),
        "place": ("Northtown",),
        "pillar": ("partnership",),
        "determinant": ("energy", "housing"),
        "population": ("children_and_families", "patients"),
    }


@pytest.mark.parametrize(
    ("facets", "organisations", "wanted"),
    [
        ({}, (), {"garden-jobs", "walking-groups", "warm-homes"}),
        ({"determinant": ("housing",)}, (), {"warm-homes"}),
        ({"determinant": ("housing", "food")}, (), {"garden-jobs", "warm-homes"}),
        ({"determinant": ("housing", "food"), "population": ("patients",)}, (), {"warm-homes"}),
        ({"determinant": (), "trust_type": ("acute",)}, (), {"garden-jobs", "warm-homes"}),
        ({"trust_type": ("mental_health",)}, (), set()),
        ({}, ("north-trust", "other"), {"garden-jobs", "warm-homes"}),
        ({"determinant": ("food",)}, ("other",), set()),
    ],
)  # fmt: skip
def test_programmes_are_found_by_facet_and_organisation(
    content: Content, facets: dict[str, tuple[str, ...]], organisations: tuple[str, ...], wanted: set[str]
) -> None:
    assert {one.programme_id for one in having(programmes(content), facets, organisations)} == wanted


def test_a_programme_says_all_that_its_record_says(content: Content, corpus_of_programmes: Path) -> None:
    for record in load_records(corpus_of_programmes):
        if record.kind is RecordKind.PROGRAMME:
            check_detail(detail(content, record.id), record, content)
    step = detail(content, "warm-homes").steps[1]
    assert (step.who, step.phase) == ("The council", "first_months")
    figure = detail(content, "warm-homes").facts[1]
    assert (figure.measure, figure.meaning) == ("people-hired", "people who were hired (people)")
    assert (figure.value, figure.unit, figure.bound, figure.group) == (3, "people", "at least", "plumbers")


def test_a_statement_cut_over_two_passages_has_a_citation_for_each(content: Content) -> None:
    one = detail(content, "warm-homes").points[1]
    first, second = one.citations
    assert first.passage_id != second.passage_id
    assert one.text == f"{first.quote} {second.quote}"


def test_what_is_no_programme_is_not_found(content: Content) -> None:
    for other in ("no-such", "dig-first", "north-trust-overview", "report-2024", "brief-garden-jobs"):
        assert programme(content, other) is None


def test_a_record_that_its_passages_do_not_hold_is_refused_and_not_passed_over(content: Content) -> None:
    altered = [replace(one, text=one.text.replace("Spades", "Shovels")) for one in content.passages]
    damaged = replace(content, passages=tuple(altered))
    with pytest.raises(IndexDamaged, match="brief-garden-jobs do not hold what its record says"):
        programme(damaged, "garden-jobs")
    with pytest.raises(IndexDamaged):
        compare(damaged, ["garden-jobs", "warm-homes"])
    assert programme(damaged, "warm-homes")


# --- Side by side


def test_rows_stand_in_their_order_and_cells_are_cited_or_empty(content: Content, corpus_of_programmes: Path) -> None:
    records = {record.id: record for record in load_records(corpus_of_programmes)}
    for ids in (
        ["garden-jobs", "warm-homes"],
        ["walking-groups", "garden-jobs"],
        [*reversed(["garden-jobs", "walking-groups", "warm-homes"])],
    ):
        check_comparison(compare(content, ids), [records[one] for one in ids], content)


def test_a_comparison_can_be_read(content: Content) -> None:
    rows = {
        row.measure or row.field: row for row in compare(content, ["garden-jobs", "warm-homes", "walking-groups"]).rows
    }
    text = {name: tuple(cell.text if cell else None for cell in row.cells) for name, row in rows.items()}
    assert text["organisation"] == ("North NHS Trust (acute)", "North NHS Trust (acute)", None)
    assert text["population"] == (None, "children and families, patients", None)
    assert text["cost"] == ("Spades cost 300 pounds.", "The council put in 900 pounds.", None)
    assert text["evidence"][2] == "unknown: Named only once."
    assert text["people-hired"][0] == "Twelve people were hired as gardeners.\nFourteen people were hired in 2024."
    assert rows["people-hired"].heading == "people who were hired (people)"
    assert next(row.measure for row in rows.values() if row.measure) == "people-hired"
    assert text["start-year"] == (None, None, "The walks began in 2019.")
    assert [name for name, row in rows.items() if row.from_facets] == ["organisation", "population", "evidence"]


def test_an_unknown_programme_cannot_be_compared(content: Content) -> None:
    with pytest.raises(KeyError):
        compare(content, ["garden-jobs", "no-such"])


# --- The corpus that ships


@pytest.mark.slow
def test_every_shipped_programme_is_held_whole(briefs: Assistant) -> None:
    records = [record for record in load_records(REPO / "corpus") if record.kind is RecordKind.PROGRAMME]
    assert [one.programme_id for one in programmes(briefs.content)] == sorted(record.id for record in records)
    measures = load_measures(REPO / "corpus")
    for record in records:
        found = detail(briefs.content, record.id)
        check_detail(found, record, briefs.content)
        assert all(measures.all[fact.measure] == fact.meaning for fact in found.facts)
        told = set(unstated(record, measures))
        assert set(found.about.not_stated) & {"cost", "outcome", "evaluation", "contact"} == told


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_shipped_programmes_compare_truly(briefs: Assistant, data: st.DataObject) -> None:
    every = [stored.record for stored in briefs.content.sources if stored.record]
    known = [record for record in every if record.kind is RecordKind.PROGRAMME]
    records = data.draw(st.lists(st.sampled_from(known), min_size=2, max_size=5, unique_by=lambda one: one.id))
    check_comparison(compare(briefs.content, [record.id for record in records]), records, briefs.content)
