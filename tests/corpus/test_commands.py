from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from corpus.__main__ import CORPUS_DIR, main
from corpus.check import check
from corpus.errors import ManifestError
from corpus.gaps import facet_counts, unstated
from corpus.load import load_records, load_trusts
from corpus.records import Facets, Record, TrustType
from corpus.template import SCHEMAS, schema, template
from tests.corpus.conftest import plant

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
    assert "pillar: employment 1, procurement 0" in out
    assert "garden-jobs: not stated: evaluation\n" in out


def test_every_facet_but_place_is_counted(small_corpus: Path) -> None:
    records = load_records(small_corpus)
    assert set(facet_counts(records)) == set(Facets.model_fields) - {"place"}
    assert unstated(records[0].model_copy(update={"facts": (), "cost": ()})) == ("cost", "outcome", "evaluation")


def test_differing_facts_are_proposed_and_kept_ones_known(
    small_corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--corpus", str(small_corpus), "conflicts"]) == 0
    assert "north-trust: people-hired: kept as hired" in capsys.readouterr().out
    (small_corpus / "conflicts.yaml").write_text("[]\n", encoding="utf-8")
    main(["--corpus", str(small_corpus), "conflicts"])
    assert "north-trust: people-hired: not kept" in capsys.readouterr().out
    plant(small_corpus / PROGRAMME, "section: [Summary]", "section: [Impact]")
    main(["--corpus", str(small_corpus), "conflicts"])
    assert "north-trust: people-hired: not kept, all in one place" in capsys.readouterr().out
    plant(small_corpus / PROGRAMME, "value: 14", "value: 12")
    plant(small_corpus / PROGRAMME, '    period: "2024"\n', "")
    main(["--corpus", str(small_corpus), "conflicts"])
    assert capsys.readouterr().out == "0 differences, 0 of them kept in conflicts.yaml\n"


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
