from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from corpus.__main__ import CORPUS_DIR, main
from corpus.check import check
from corpus.errors import ManifestError
from corpus.gaps import facet_counts, unstated
from corpus.load import load_measures, load_records, load_trusts
from corpus.printed import agrees
from corpus.records import Facets, Record, TrustType
from corpus.template import SCHEMAS, schema, template
from tests.corpus.small import plant

PROGRAMME = "programmes/garden-jobs.md"


def test_the_shipped_corpus_has_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0, capsys.readouterr().err


def test_a_whole_corpus_is_checked(small_corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(small_corpus), "check"]) == 0
    assert "2 records with 2 facts, 1 sources, no faults" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        (PROGRAMME, "organisation: north-trust", "organisation: east-trust", "organisation east-trust is in neither"),
        (PROGRAMME, "measure: people-hired", "measure: people-fired", "measure people-fired is not in measures"),
        (PROGRAMME, "[Garden jobs], page: 3}", "[Garden jobs], page: 0}", "steps[0].at.page"),
        (PROGRAMME, "aliases: [The allotment scheme]", "aliases: [DIG FIRST]", None),
        (PROGRAMME, "    value: 12\n", "    value: 13\n", "value 13 is not what “12” says"),
        (PROGRAMME, "  pillar: [employment]", "  pillar: [gardening]", "facets.pillar[0]"),
        (PROGRAMME, "  pillar: [employment]", "  pillars: [employment]", "facets.pillars"),
        (
            PROGRAMME,
            "source: report-2024, section: [Money]",
            "source: other, section: [Money]",
            "source other is not in",
        ),
        ("measures.yaml", "result:", "results:", "results: Extra inputs"),
        ("lessons/dig-first.md", "title: Dig first", "title: Garden jobs", "Garden jobs is a name of"),
        ("glossary.yaml", "source: report-2024", "source: report-2025", "source report-2025 is not in sources"),
        ("conflicts.yaml", "subject: garden-jobs", "subject: lawn-jobs", "subject lawn-jobs is the id of no record"),
        ("trusts.yaml", "aliases: [SNT]", "aliases: [nnt]", "nnt is a name of"),
        ("sources.yaml", "  evidence:", "  superseded_by: newer\n  evidence:", "superseded_by newer is not in"),
    ],
)
def test_a_planted_fault_is_told_with_file_and_line(
    small_corpus: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, what: str | None
) -> None:
    line = plant(small_corpus / file, old, new)
    assert main(["--corpus", str(small_corpus), "check"]) == 1
    (fault,) = capsys.readouterr().err.splitlines()
    if what is None:  # told where the later of the two owners begins
        file, line, what = "lessons/dig-first.md", 2, "is a name of"
    expected_line = 2 if "a name of" in what and file.endswith(".md") else line
    assert fault.startswith(f"{small_corpus / file}:{expected_line}: ")
    assert what in fault


def test_one_id_in_two_folders_is_a_fault(small_corpus: Path) -> None:
    text = (small_corpus / "lessons/dig-first.md").read_text(encoding="utf-8")
    (small_corpus / "lessons/garden-jobs.md").write_text(text.replace("dig-first", "garden-jobs"), encoding="utf-8")
    with pytest.raises(ManifestError, match="garden-jobs is a name of"):
        check(small_corpus)


def test_faults_of_all_files_come_together(small_corpus: Path) -> None:
    for name in ("sources.yaml", "organisations.yaml", "conflicts.yaml"):
        plant(small_corpus / name, "id:", "idd:")
    plant(small_corpus / PROGRAMME, "kind: programme", "kind: lesson")
    with pytest.raises(ManifestError) as caught:
        check(small_corpus)
    assert {Path(fault.split(":")[0]).name for fault in caught.value.faults} == {
        "sources.yaml",
        "organisations.yaml",
        "conflicts.yaml",
        "garden-jobs.md",
    }


def test_gaps_say_what_no_programme_has(small_corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(small_corpus), "gaps"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("1 programmes; ")
    assert "  pillar: procurement 0, " in out
    assert ", employment 1\n" in out
    assert "  evaluation: 1 of 1\n" in out
    assert "  garden-jobs: evaluation\n" in out


def test_every_facet_but_place_is_counted(small_corpus: Path) -> None:
    assert set(facet_counts(load_records(small_corpus))) == set(Facets.model_fields) - {"place"}


def test_a_figure_tells_the_outcome_only_if_it_is_a_result(small_corpus: Path) -> None:
    programme = load_records(small_corpus)[0]
    assert unstated(programme, load_measures(small_corpus)) == ("evaluation",)
    assert unstated(programme.model_copy(update={"cost": ()}), load_measures(small_corpus)) == ("cost", "evaluation")
    plant(small_corpus / "measures.yaml", "result:", "setting:")
    assert unstated(programme, load_measures(small_corpus)) == ("outcome", "evaluation")


def test_a_measure_stands_in_one_group(small_corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small_corpus / "measures.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "means:\n  people-hired: again\n", encoding="utf-8")
    assert main(["--corpus", str(small_corpus), "check"]) == 1
    assert f"{path}:1: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("£1.8m", 1_800_000),
        ("£104bn", 104e9),
        ("one million", 1_000_000),
        ("1,500+ participants", 1500),
        ("A thousand", 1000),
        ("twenty-five", 25),
        ("nearly half", 50),
        ("two-thirds", 0.667),
        ("1 in 5", 20),
        ("more than doubled", 2),
        ("10-20%", 20),
        ("July 2023", 2023),
        ("22%", 22),
    ],
)
def test_a_value_is_what_is_printed(printed: str, value: float) -> None:
    assert agrees(printed, value)
    assert not agrees(printed, value * 1.2)


def test_a_printed_text_without_a_number_agrees_with_nothing() -> None:
    assert not agrees("a great many", 1000)


def proposed(corpus_dir: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["--corpus", str(corpus_dir), "conflicts"]) == 0
    return capsys.readouterr().out


def test_differing_facts_are_proposed_and_kept_ones_known(
    small_corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "kept: north-trust, people-hired: hired\n0 to review, 1 kept in conflicts.yaml\n"
    assert proposed(small_corpus, capsys) == told
    (small_corpus / "conflicts.yaml").write_text("[]\n", encoding="utf-8")
    out = proposed(small_corpus, capsys)
    assert out.startswith("to review: north-trust, people-hired: keep it in conflicts.yaml, or give each its group\n")
    assert (
        "    report-2024: 12, no period stated: Twelve people were hired as gardeners. [garden-jobs; Impact]\n" in out
    )
    assert "    report-2024: 14, 2024: Fourteen people were hired in 2024. [garden-jobs; Summary]\n" in out
    assert out.endswith("1 to review, 0 kept in conflicts.yaml\n")
    plant(small_corpus / PROGRAMME, "section: [Summary]", "section: [Impact]")
    assert "people-hired: give each fact its group\n" in proposed(small_corpus, capsys)


def test_facts_that_agree_or_are_of_two_groups_are_not_proposed(
    small_corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small_corpus / "conflicts.yaml").write_text("[]\n", encoding="utf-8")
    plant(small_corpus / PROGRAMME, "    value: 14\n", "    value: 14\n    group: cooks\n")
    assert proposed(small_corpus, capsys) == "0 to review, 0 kept in conflicts.yaml\n"
    plant(small_corpus / PROGRAMME, "    value: 14\n    group: cooks\n", "    value: 12\n")
    plant(small_corpus / PROGRAMME, '    period: "2024"\n', "")
    assert proposed(small_corpus, capsys) == "0 to review, 0 kept in conflicts.yaml\n"


def test_a_new_record_starts_from_a_template(small_corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--corpus", str(small_corpus), "new", "soup-kitchen"]
    assert main(command) == 0
    path = small_corpus / "programmes/soup-kitchen.md"
    written = path.read_text(encoding="utf-8")
    assert main(command) == 1
    assert "exists already" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == written
    main(["--corpus", str(small_corpus), "check"])
    assert f"{path}:6: title" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../escape", "Two Words", "", "a/b", "a--b"])
def test_a_new_record_needs_a_plain_id(small_corpus: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(small_corpus), "new", name]) == 1
    assert "is no id" in capsys.readouterr().err


def test_the_template_has_every_field_of_a_record() -> None:
    front = yaml.safe_load(template("a-b", "lesson").split("---\n")[1])
    assert set(front) == set(Record.model_fields)
    assert set(front["facets"]) == set(Facets.model_fields)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schemas_are_those_of_the_types(name: str) -> None:
    committed = (CORPUS_DIR / "schema" / f"{name}.json").read_text(encoding="utf-8")
    assert committed == schema(name), "run python -m corpus schema"


def test_schemas_are_written(small_corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(small_corpus), "schema"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(SCHEMAS) == len(list((small_corpus / "schema").iterdir()))


def test_the_list_of_trusts_is_of_trusts() -> None:
    trusts = load_trusts(CORPUS_DIR)
    assert len(trusts) > 150
    assert all("NHS" in trust.name and trust.trust_type for trust in trusts)
    assert {kind for trust in trusts for kind in trust.trust_type} == set(TrustType)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    return shutil.copytree(CORPUS_DIR, tmp_path / "corpus", ignore=shutil.ignore_patterns("*.py", "__pycache__"))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("  determinant: [", "  determinant: [luck, ", "facets.determinant[0]"),
        ("measure: jobs-secured", "measure: jobs-dreamt-of", "measure jobs-dreamt-of is not in measures.yaml"),
        ("organisation: barts-health", "organisation: barts", "organisation barts is in neither"),
        ("    value: 227", "    value: 272", "value 272 is not what “227” says"),
        (
            "uclpartners-2023, section: ['Barts",
            "uclpartners-2032, section: ['Barts",
            "uclpartners-2032 is not in sources",
        ),
    ],
)
def test_a_fault_planted_in_the_shipped_corpus_is_told(
    shipped: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, what: str
) -> None:
    path = shipped / "programmes" / "healthcare-horizons.md"
    line = plant(path, old, new)
    assert main(["--corpus", str(shipped), "check"]) == 1
    (fault,) = capsys.readouterr().err.splitlines()
    assert fault.startswith(f"{path}:{line}: ")
    assert what in fault


def test_an_id_that_two_shipped_records_have_is_told(shipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = shutil.copy(shipped / "programmes" / "new2care.md", shipped / "lessons" / "new2care.md")
    plant(path, "kind: programme", "kind: lesson")
    assert main(["--corpus", str(shipped), "check"]) == 1
    assert f"{path}:2: new2care is a name of {shipped / 'programmes' / 'new2care.md'}:2" in capsys.readouterr().err
