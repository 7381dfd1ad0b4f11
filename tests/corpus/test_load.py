from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from corpus.entries import ConflictKind
from corpus.errors import ManifestError
from corpus.load import (
    load_conflicts,
    load_glossary,
    load_manifest,
    load_measures,
    load_organisations,
    load_records,
    load_trusts,
    match_source,
    read_yaml,
)
from corpus.records import TrustType
from corpus.types import Basis, Evidence
from tests.corpus.small import plant


def faults_of(load: object, folder: Path) -> tuple[str, ...]:
    assert callable(load)
    with pytest.raises(ManifestError) as caught:
        load(folder)
    return caught.value.faults


def test_yaml_remembers_the_line_of_each_key_and_item(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("# head\na: 1\nb:\n  - x\n  - y: 2\n    z: 3\n", encoding="utf-8")
    marked = read_yaml(path)
    assert marked.value == {"a": 1, "b": ["x", {"y": 2, "z": 3}]}
    assert [marked.line(p) for p in [("a",), ("b", 0), ("b", 1, "z"), ("b", 1, "absent"), ("absent",)]] == [
        2,
        4,
        6,
        5,
        2,
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3\n", ":3: a is given twice"),
        ("a: [1,\nb: 2\n", ":3: is not valid YAML"),
        ("a: 1\nb: c: d\n", ":2: is not valid YAML: mapping values are not allowed in this context; text that holds"),
        ("a: !!python/object:os.system x\n", ":1: is not valid YAML"),
        ("a: 2024-02-31\n", ":1: is not valid YAML"),
    ],
)
def test_bad_yaml_is_a_fault_at_its_line(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    (found,) = faults_of(read_yaml, path)
    assert found.startswith(f"{path}{fault}")


def test_absent_or_undecodable_files_are_faults(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(b"a: \xff\n")
    assert "cannot be read" in faults_of(read_yaml, tmp_path / "a.yaml")[0]
    assert "not UTF-8" in faults_of(read_yaml, tmp_path / "b.yaml")[0]


def test_records_load_by_folder_and_id(small_corpus: Path) -> None:
    programme, lesson = load_records(small_corpus)
    assert (programme.id, lesson.id) == ("garden-jobs", "dig-first")
    assert programme.steps[0].at.page == 3
    assert [fact.value for fact in programme.facts] == [12, 14]


def test_every_fault_of_every_record_is_told_at_once(small_corpus: Path) -> None:
    programme = small_corpus / "programmes" / "garden-jobs.md"
    lesson = small_corpus / "lessons" / "dig-first.md"
    lines = [
        plant(programme, "    value: 12\n", "    value: a dozen\n"),
        plant(programme, "phase: first_weeks", "phase: someday"),
        plant(programme, "  pillar: [employment]", "  pillars: [employment]"),
    ]
    lesson_line = plant(lesson, "kind: lesson", "kind: framework")
    faults = faults_of(load_records, small_corpus)
    assert {f.split(": ")[0] for f in faults} == {
        *(f"{programme}:{line}" for line in lines),
        f"{lesson}:{lesson_line}",
    }
    assert any("facts[0].value" in fault and "a dozen" in fault for fault in faults)


def test_a_missing_key_is_told_at_the_item_that_lacks_it(small_corpus: Path) -> None:
    programme = small_corpus / "programmes" / "garden-jobs.md"
    plant(programme, "    who: The trust\n", "")
    (fault,) = faults_of(load_records, small_corpus)
    text = programme.read_text(encoding="utf-8")
    item = text[: text.index("  - says: The trust asked")].count("\n") + 1
    assert fault == f"{programme}:{item}: steps[0].who: Field required"


@pytest.mark.parametrize(
    ("rename", "text", "what"),
    [
        ("other.md", None, "is not the file's name"),
        ("garden-jobs.md", "no front matter at all", "no front matter"),
        ("garden-jobs.md", "---\n---\n", "the file: Input should be"),
    ],
)
def test_a_file_that_is_no_record_is_a_fault(small_corpus: Path, rename: str, text: str | None, what: str) -> None:
    path = small_corpus / "programmes" / "garden-jobs.md"
    held = path.read_text(encoding="utf-8") if text is None else text
    path.unlink()
    path.with_name(rename).write_text(held, encoding="utf-8")
    assert what in faults_of(load_records, small_corpus)[0]


def test_a_folder_that_is_no_corpus_is_a_fault(tmp_path: Path) -> None:
    assert "give the corpus folder" in faults_of(load_records, tmp_path)[0]


def test_lists_load_into_their_types(small_corpus: Path) -> None:
    (north,) = load_organisations(small_corpus)
    assert (north.organisation_id, north.aliases, north.trust_type) == ("north-trust", ("NNT",), (TrustType.ACUTE,))
    assert [trust.organisation_id for trust in load_trusts(small_corpus)] == ["south-trust"]
    assert load_measures(small_corpus).all["people-hired"].startswith("people who")
    assert load_glossary(small_corpus)[0].expansion == "North NHS Trust"
    (conflict,) = load_conflicts(small_corpus)
    assert conflict.kind is ConflictKind.CONFLICT
    assert [side.printed for side in conflict.sides] == ["12", "14"]


def test_a_manifest_entry_becomes_a_source(small_corpus: Path) -> None:
    source = load_manifest(small_corpus)[0].source()
    assert (source.source_id, source.published, source.basis) == ("report-2024", "2024-05", Basis.SOURCE)
    assert source.evidence is Evidence.SELF_REPORTED


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('published: "2024-05"', 'published: "2024-13"', "published"),
        ("url: https://example.org/report", "url: ftp://example.org", "url"),
        ('files: ["Report-2024-*", "*annual*.pdf"]', "files: []", "files"),
        ("evidence: self_reported", "evidence: certain", "evidence"),
    ],
)
def test_a_bad_manifest_entry_is_a_fault_at_its_line(small_corpus: Path, old: str, new: str, key: str) -> None:
    path = small_corpus / "sources.yaml"
    line = plant(path, old, new)
    (fault,) = faults_of(load_manifest, small_corpus)
    assert fault.startswith(f"{path}:{line}: [0].{key}")


def test_an_id_given_twice_is_a_fault_that_names_both_lines(small_corpus: Path) -> None:
    path = small_corpus / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text, encoding="utf-8")
    (fault,) = faults_of(load_manifest, small_corpus)
    assert fault == f"{path}:8: id report-2024 stands on line 1 already"


def test_a_conflict_needs_two_sides_and_a_term_something_to_say(small_corpus: Path) -> None:
    plant(small_corpus / "glossary.yaml", "  expansion: North NHS Trust\n", "")
    path = small_corpus / "conflicts.yaml"
    text = path.read_text(encoding="utf-8")
    second = text.index("    - says: Fourteen")
    path.write_text(text[:second] + text[text.index("  note:") :], encoding="utf-8")
    assert "an expansion, a definition" in faults_of(load_glossary, small_corpus)[0]
    assert "sides" in faults_of(load_conflicts, small_corpus)[0]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("folder/report-2024-final.docx", "report-2024"),
        ("REPORT-2024-x.html", "report-2024"),
        ("The Annual Review.pdf", "report-2024"),
        ("report-2025-x.pdf", None),
        ("report-2024-x/other.pdf", None),
    ],
)
def test_a_file_is_known_by_its_name(small_corpus: Path, name: str, found: str | None) -> None:
    entry = match_source(load_manifest(small_corpus), PurePath(name))
    assert (entry.id if entry else None) == found


def test_a_file_that_fits_two_entries_is_a_fault_that_names_both(small_corpus: Path) -> None:
    (entry,) = load_manifest(small_corpus)
    other = entry.model_copy(update={"id": "other-2024", "files": ("report-*",)})
    with pytest.raises(ManifestError, match="report-2024 and other-2024"):
        match_source((entry, other), PurePath("report-2024-x.pdf"))
