"""``python -m ingest check``: on a report of our own making, and on the published documents where they are here."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.check import check
from corpus.load import CORPUS_DIR, load_manifest
from corpus.records import Fact, RecordKind
from corpus.types import Basis, Block, Passage, Section, Source
from ingest.__main__ import main
from ingest.check import check_against, located, stands_in, summary
from ingest.copied import RUN, words_of
from ingest.documents import find_documents
from ingest.passages import passages_of
from ingest.readers.markdown import read_markdown
from ingest.run import ingest_paths
from ingest.sandbox import sandbox
from retrieval.encode import Encoder
from tests.corpus.small import REPORT, plant, write_small_corpus

PROGRAMME = "programmes/garden-jobs.md"
LESSON = "lessons/dig-first.md"
QUESTIONS = "questions/report-2024.yaml"
# Eight words and more of the report, for a copier.
COPIED = "looked for people with green fingers among those who live"


def word_counts(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def faults_of(corpus_dir: Path, passages: Sequence[Passage]) -> tuple[str, ...]:
    return check_against(check(corpus_dir), passages).faults


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small_corpus(tmp_path / "corpus")


@pytest.fixture
def report(tmp_path: Path) -> tuple[Passage, ...]:
    """The small corpus's report as read from Markdown, put on page 3 as if it had pages."""
    path = tmp_path / "report-2024-final.md"
    path.write_text(REPORT, encoding="utf-8")
    source = Source("report-2024", "A report", "A publisher")
    passages = passages_of(source, read_markdown(path), word_counts, 200)
    return tuple(replace(passage, page=3) for passage in passages)


def test_true_records_have_no_fault(small: Path, report: tuple[Passage, ...]) -> None:
    checked = check_against(check(small), report)
    assert checked.faults == ()
    assert (checked.locators, checked.printed, checked.held) == (13, 6, ("report-2024",))
    assert summary(checked)[-1].endswith(" texts: no faults")


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "what"),
    [
        (PROGRAMME, '12\n    unit: people\n    printed: "12"', '21\n    unit: people\n    printed: "21"', 2,
         "“21” is not printed under “Impact” of report-2024"),
        (PROGRAMME, 'printed: "14"', 'printed: "12 or 14"', 0, "“12 or 14” is not printed under “Summary”"),
        (PROGRAMME, "section: [Money]", "section: [Moneys]", 0, "has no “Moneys”; did you mean “Money”?"),
        (PROGRAMME, "section: [Contact]", "section: [Impact, Contact]", 0, "has no “Impact › Contact”"),
        (PROGRAMME, "page: 3", "page: 4", 0, "has “Garden jobs” on page 3; not on page 4"),
        (PROGRAMME, "Twelve people were hired as gardeners.", f"It {COPIED} nearby.", 0, "11 words in a row stand in"),
        (PROGRAMME, "title: Garden jobs", f"title: The trust {COPIED}", 0, COPIED),
        (PROGRAMME, "reason: The trust's own count.", f"reason: It {COPIED.replace(' ', '-')}.", 0, COPIED),
        (PROGRAMME, "    who: The trust", f"    who: Those who {COPIED.upper()}", 0, COPIED),
        (LESSON, "Start with one bed.", "It was wise to begin with one bed.", 0, "it was wise to begin with one bed"),
        ("conflicts.yaml", 'printed: "14"', 'printed: "41"', 0, "“41” is not printed under “Summary”"),
        ("conflicts.yaml", "section: [Summary]", "section: [Resumé]", 0, "has no “Resumé”"),
        ("conflicts.yaml", "give different totals", COPIED, 0, COPIED),
        ("glossary.yaml", "section: [Acronyms]", "section: [Synonyms]", 0, "no “Synonyms”; did you mean “Acronyms”?"),
        ("glossary.yaml", "  at:", f"  definition: One that {COPIED}.\n  at:", 0, COPIED),
        (QUESTIONS, "section: [Money]", "section: [Impact]", 0, "“£300” is not printed under “Impact”"),
        (QUESTIONS, "section: [Garden jobs]", "section: [Gardens]", 0, "has no “Gardens”; did you mean “Garden jobs”?"),
        (QUESTIONS, "local folk who like planting", f"Who {COPIED}?", 0, COPIED),
        ("measures.yaml", "people who were hired", f"people who {COPIED}", 0, COPIED),
    ],
)  # fmt: skip
def test_a_planted_fault_is_told_with_file_and_line(
    small: Path, report: tuple[Passage, ...], file: str, old: str, new: str, at: int, what: str
) -> None:
    line = plant(small / file, old, new) + at
    (fault,) = faults_of(small, report)
    assert fault.startswith(f"{small / file}:{line}: ")
    assert what in fault


def test_all_faults_come_at_once_by_file_and_line(small: Path, report: tuple[Passage, ...]) -> None:
    second = plant(small / PROGRAMME, "section: [Money]", "section: [Gold]")
    first = plant(small / PROGRAMME, "page: 3", "page: 9")
    other = plant(small / "conflicts.yaml", 'printed: "12"', 'printed: "99"')
    places = [fault.split(": ")[0] for fault in faults_of(small, report)]
    assert places == [f"{small / 'conflicts.yaml'}:{other}", *(f"{small / PROGRAMME}:{n}" for n in (first, second))]


def test_a_figure_of_another_section_is_told_with_the_place_where_it_stands(
    small: Path, report: tuple[Passage, ...]
) -> None:
    plant(small / PROGRAMME, "section: [Summary]", "section: [Impact]")
    (fault,) = faults_of(small, report)
    assert "“14” is not printed under “Impact” of report-2024; it stands under “Summary”" in fault


@pytest.mark.parametrize(
    ("printed", "text", "found"),
    [
        ("12", "12 people", True),
        ("12", "some 12.", True),
        ("12", "112 people", False),
        ("12", "12,000 people", False),
        ("12", "0.12", False),
        ("£1.8m", "spent £1.8m on it", True),
        ("10-20%", "10 – 20%", True),
        ("trust's 5", "trust’s  5", True),
        ("Nearly half", "nearly\nhalf of them", True),
        ("four", "fourteen", False),
        ("60%", "60% of", True),
    ],
)
def test_a_figure_is_found_as_it_is_printed(printed: str, text: str, found: bool) -> None:
    assert stands_in(printed, text) is found


def test_a_name_is_no_copied_sentence_but_what_follows_it_is(small: Path, report: tuple[Passage, ...]) -> None:
    name = "North Town Hospital Friends and Neighbours Jobs and Gardens Scheme"
    told = Section(("Names",), (Block(f"The {name} was wound up after three cold winters."),))
    passages = (*report, *passages_of(report[0].source, [told], word_counts, 200))
    plant(small / PROGRAMME, "aliases: [The allotment scheme]", f"aliases: [{name}]")
    plant(small / PROGRAMME, "The trust hires local gardeners.", f"Gardeners came by {name}, later ended.")
    assert faults_of(small, passages) == ()
    plant(small / PROGRAMME, "later ended", "was wound up after three winters")
    assert "jobs and gardens scheme was wound up after three" in faults_of(small, passages)[0]
    plant(small / PROGRAMME, f"aliases: [{name}]", f"aliases: [{name} was wound up after three cold winters]")
    assert len(faults_of(small, passages)) == 2  # a sentence does not become a name by being called one


def test_seven_words_in_a_row_are_no_copy(small: Path, report: tuple[Passage, ...]) -> None:
    seven = " ".join(COPIED.split()[: RUN - 1])
    plant(small / LESSON, "Start with one bed.", f"They {seven}, and found some.")
    assert faults_of(small, report) == ()


def test_the_briefs_in_the_index_are_no_source(small: Path, report: tuple[Passage, ...]) -> None:
    ours = Source("brief-other", "Other", "Anchorline brief", basis=Basis.BRIEF)
    brief = Section(("Other",), (Block("The trust hires local gardeners and says so in a long sentence."),))
    plant(small / LESSON, "Start with one bed.", brief.blocks[0].text)
    assert faults_of(small, (*report, *passages_of(ours, [brief], word_counts, 200))) == ()


def test_sources_that_are_not_held_are_said_to_be_unchecked(small: Path) -> None:
    checked = check_against(check(small), ())
    assert (checked.faults, dict(checked.unchecked)) == ((), {"report-2024": 13})
    assert summary(checked)[0] == "report-2024: not held, so 13 locators into it are unchecked"
    assert summary(checked)[-1].startswith("no published document is held, so nothing was checked")


@pytest.fixture
def indexed(small: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of the small corpus and its report, which the command reads."""
    plant(small / PROGRAMME, ", page: 3", "")
    (tmp_path / "report-2024-final.md").write_text(REPORT, encoding="utf-8")
    index = tmp_path / "index"
    monkeypatch.setenv("ANCHORLINE_INDEX", str(index))
    ingest_paths([], index, encoder, corpus_dir=small)
    ingest_paths([tmp_path / "report-2024-final.md"], index, encoder, corpus_dir=small)
    return index


def test_the_command_passes_what_is_true_and_fails_what_is_not(
    small: Path, indexed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["check", "--corpus", str(small)]
    assert main(command) == 0
    assert (
        capsys.readouterr().out
        == "checked against report-2024\n13 locators, 6 things printed and 39 texts: no faults\n"
    )
    line = plant(small / PROGRAMME, "section: [Money]", "section: [Gold]")
    assert main(command) == 1
    told = capsys.readouterr()
    assert told.err.startswith(f"{small / PROGRAMME}:{line}: report-2024 has no “Gold”")
    assert told.out.endswith(": 1 faults\n")


def test_the_command_tells_a_corpus_that_does_not_hold_together(
    small: Path, indexed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = plant(small / PROGRAMME, "pillar: [employment]", "pillar: [gardening]")
    assert main(["check", "--corpus", str(small)]) == 1
    assert capsys.readouterr().err.startswith(f"{small / PROGRAMME}:{line}: facets.pillar[0]")


# ---- The published documents.


@pytest.fixture(scope="module")
def published(shared_sources: Path) -> tuple[Passage, ...]:
    """Every passage of the five documents, as an ingest cuts them but for the count of tokens."""
    found = find_documents([shared_sources], load_manifest(CORPUS_DIR))
    with sandbox() as read:
        each = [passages_of(one.source, read(one.path), word_counts, 200) for one in found.documents]
    assert len(each) == len(load_manifest(CORPUS_DIR))
    return tuple(passage for passages in each for passage in passages)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    return shutil.copytree(CORPUS_DIR, tmp_path / "corpus", ignore=shutil.ignore_patterns("*.py", "__pycache__"))


def test_the_shipped_corpus_is_true_to_the_published_documents(published: tuple[Passage, ...]) -> None:
    checked = check_against(check(CORPUS_DIR), published)
    assert checked.faults == ()
    assert not checked.unchecked
    assert checked.locators > 1000


def test_the_shipped_corpus_is_as_large_as_was_asked_for() -> None:
    corpus = check(CORPUS_DIR)
    kinds = [record.kind for record, _ in corpus.records if record.kind is not RecordKind.ORGANISATION]
    assert len(kinds) >= 45
    assert sum(len(record.facts) for record, _ in corpus.records) >= 200
    assert len(corpus.conflicts[0]) >= 15


def a_sentence(passages: Sequence[Passage]) -> str:
    """A sentence of a case study, read at run time."""
    long = (p.quote(n) for p in passages for n in range(len(p.sentences)) if "Impact" in p.heading_path)
    return next(quote for quote in long if len(words_of(quote)) > RUN + 4)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("    printed: '227'", "    printed: '228'", "“228” is not printed under"),
        ("Impact]}", "Impacts of it all]}", "Impacts of it all”"),
        ("Impact]}", "Impact], page: 99}", "not on page 99"),
        ("    says: ", "    says: COPIED", "words in a row stand in uclpartners-2023#"),
    ],
)
def test_faults_planted_in_the_shipped_corpus_are_found(
    shipped: Path, published: tuple[Passage, ...], old: str, new: str, what: str
) -> None:
    path = shipped / "programmes" / "healthcare-horizons.md"
    if "228" in new:
        plant(path, "    value: 227", "    value: 228")
    line = plant(path, old, new.replace("COPIED", f"{a_sentence(published).replace(':', ',')} "))
    faults = faults_of(shipped, published)
    assert any(fault.startswith(f"{path}:{line}: ") and what in fault for fault in faults), faults


# A percentage, a sum of money, a number with what it counts; not a year, nor a number that is part of a name.
FIGURE = re.compile(
    r"£\d[\d,.]*\d?(?:bn|m|k|\s(?:million|billion))?|\d[\d,.]*%|(?<![\w#£.,-])(?!(?:19|20)\d\d\b)\d[\d,]*(?:\.\d+)?(?=[\s+-]+[a-z])"
    r"|\b(?:doubled|halving|(?:two|three|four|five|six|seven|eight|nine|ten)[\s-](?:year|month|week|time|hub|communit)\w*)"
)


def figures_in(text: str) -> Iterator[str]:
    named = re.sub(
        r"\b(?:Bands?|Figure|Table|Ambition|CORE)\s\d+(?:\s?(?:-|to)\s?\d+)?|\d+\s(?:April|[JF]\w+)", " ", text
    )
    yield from (found.group().rstrip(".,") for found in FIGURE.finditer(named))


def told_by(facts: Sequence[Fact], figure: str) -> bool:
    held = (text for fact in facts for text in (fact.printed, fact.period, fact.comparator, fact.says) if text)
    return any(stands_in(figure, text) or stands_in(figure.split()[0], text) for text in held)


def missing_figures(passages: Sequence[Passage], facts_of: Callable[[Passage], Sequence[Fact]]) -> list[str]:
    return [
        f"{passage.passage_id} {' › '.join(passage.heading_path[-2:])}: {figure}"
        for passage in passages
        for figure in figures_in(passage.text)
        if not told_by(facts_of(passage), figure)
    ]


@pytest.fixture(scope="module")
def facts() -> tuple[Fact, ...]:
    return tuple(fact for record, _ in check(CORPUS_DIR).records for fact in record.facts)


@pytest.fixture(scope="module")
def impact(published: tuple[Passage, ...]) -> list[Passage]:
    return [passage for passage in published if passage.heading_path and passage.heading_path[-1] == "Impact"]


def test_every_figure_of_the_impact_sections_is_a_fact_learnt_there(
    published: tuple[Passage, ...], impact: list[Passage], facts: tuple[Fact, ...]
) -> None:
    held: dict[str, list[Passage]] = {}
    for passage in published:
        held.setdefault(passage.source.source_id, []).append(passage)
    assert len({passage.heading_path for passage in impact}) == 4
    assert missing_figures(impact, lambda one: [fact for fact in facts if one in located(fact.at, held)]) == []


def test_every_figure_of_nhs_providers_case_studies_is_a_fact(
    published: tuple[Passage, ...], facts: tuple[Fact, ...]
) -> None:
    report = [passage for passage in published if passage.source.source_id == "nhs-providers-2023"]
    cases = [passage for passage in report if passage.heading_path[-1].endswith("Trust")]
    assert len({passage.heading_path for passage in cases}) == 6
    learnt = [fact for fact in facts if fact.at.source == "nhs-providers-2023"]
    assert missing_figures(cases, lambda _: learnt) == []


def test_the_figures_are_really_looked_for(impact: list[Passage]) -> None:
    assert len(missing_figures(impact, lambda _: ())) >= 25
