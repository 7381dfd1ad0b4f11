"""Which documents a run is about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus.entries import ManifestEntry
from corpus.errors import UnreadableSource
from corpus.load import load_manifest
from ingest.briefs import read_own
from ingest.documents import Found, find_documents, source_of
from tests.ingest.making import RECORD, REPO, small_corpus, write

ENTRIES = (
    ManifestEntry(id="ihi-2022", title="Improving equity", publisher="IHI", files=("ihi-2022-*",)),
    ManifestEntry(id="ihi-old", title="An older one", publisher="IHI", files=("*-archive.*",)),
)


def ids(found: Found) -> dict[str, str]:
    return {document.source.source_id: document.path.name for document in found.documents}


def reasons(found: Found) -> dict[str, str]:
    return {path.name: reason for path, reason in found.failed}


def test_a_folder_is_taken_with_all_below_it_but_what_is_hidden(tmp_path: Path) -> None:
    shown = {"b.md": "x", "sub/deep/a.TXT": "x"}
    hidden = {".git/config.txt": "x", "README.md": "x", "~$b.docx": "x", ".DS_Store": "x", "sub/Thumbs.db": "x"}
    found = find_documents([write(tmp_path, shown | hidden)], ())
    assert ids(found) == {"b": "b.md", "a": "a.TXT"}
    assert found.failed == found.skipped == ()


def test_what_is_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "x", "sub/b.md": "x"})
    found = find_documents([tmp_path / "a.md", tmp_path, tmp_path / "sub" / ".." / "a.md", tmp_path / "sub"], ())
    assert ids(found) == {"a": "a.md", "b": "b.md"}
    assert found.failed == found.skipped == ()


def test_of_several_formats_the_best_is_read_and_each_other_named(tmp_path: Path) -> None:
    found = find_documents([write(tmp_path, dict.fromkeys(("r.txt", "r.html", "r.pdf", "R.docx"), "x"))], ())
    assert ids(found) == {"r": "r.pdf"}
    assert {path.name for path, _ in found.skipped} == {"r.txt", "r.html", "R.docx"}
    assert {reason for _, reason in found.skipped} == {
        f"the same source as {tmp_path / 'r.pdf'}, which is read instead"
    }
    assert found.failed == ()


def test_two_files_of_one_format_cannot_be_one_source(tmp_path: Path) -> None:
    found = find_documents([write(tmp_path, {"2022/report.md": "x", "2023/report.md": "y"})], ())
    assert [document.path for document in found.documents] == [tmp_path / "2022" / "report.md"]
    assert found.failed == (
        (
            tmp_path / "2023" / "report.md",
            f"would be the same source (report) as {tmp_path / '2022' / 'report.md'}; rename or remove one",
        ),
    )


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "dangling.md").symlink_to(tmp_path / "gone.md")
    paths = [tmp_path / name for name in ("absent.md", "empty", "dangling.md", "x" * 300, "empty/a.md/b.md")]
    found = find_documents(paths, ())
    assert found.documents == ()
    assert [path for path, _ in found.failed] == paths
    told = [reason for _, reason in found.failed]
    assert told[0] == told[2] == "no such file or folder; check the spelling"
    assert told[1].startswith("the folder holds no documents")
    assert "too long" in told[3]


@pytest.mark.parametrize(
    ("name", "source_id", "title"),
    [
        ("Annual_Report 2023.pdf", "annual-report-2023", "Annual Report 2023"),
        ("a--b.md", "a-b", "A b"),
        ("Santé et égalité.md", "sante-et-egalite", "Santé et égalité"),
        ("brief-history.md", "document-brief-history", "Brief history"),
        ("x" * 90 + ".md", "x" * 60, "X" + "x" * 89),
    ],
)
def test_an_unknown_file_is_named_after_itself(name: str, source_id: str, title: str) -> None:
    source = source_of(Path("/somewhere") / name, ENTRIES)
    assert (source.source_id, source.title, source.publisher) == (source_id, title, "not stated")


@pytest.mark.parametrize("name", ["報告.md", "---.md", "….pdf"])
def test_a_name_that_yields_no_id_is_refused(name: str) -> None:
    with pytest.raises(UnreadableSource, match="no letter or digit to make an id from; rename it"):
        source_of(Path(name), ENTRIES)


@pytest.mark.parametrize("name", [os.fsdecode(b"caf\xe9.md"), "two\nlines.md", "red\x1b[31m.md"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(UnreadableSource, match="cannot be shown; rename it"):
        source_of(Path(name), ENTRIES)


@pytest.mark.parametrize("name", ["ihi-2022-workshop.pdf", "IHI-2022-Workshop.TXT", "ihi-2022.md", "IHI 2022.md"])
def test_a_known_document_is_known_by_its_pattern_or_its_id(name: str) -> None:
    assert source_of(Path(name), ENTRIES).title == "Improving equity"


def test_a_name_that_fits_two_entries_fails_alone(tmp_path: Path) -> None:
    found = find_documents([write(tmp_path, {"ihi-2022-archive.md": "x", "other.md": "x"})], ENTRIES)
    assert ids(found) == {"other": "other.md"}
    (reason,) = reasons(found).values()
    assert reason == "fits the patterns of ihi-2022 and ihi-old in sources.yaml; narrow one of them"


def test_a_faulty_brief_fails_alone_and_says_where(tmp_path: Path) -> None:
    corpus = small_corpus(tmp_path / "corpus")
    broken = RECORD.format(id="third-step", title="Third step", says="Go on.").replace("kind: lesson", "kind: song")
    write(corpus / "lessons", {"third-step.md": broken, "fourth-step.md": b"---\n\xff\xfe\n---\n"})
    own = read_own(corpus)
    assert [path.name for path, _ in own.records] == ["first-step.md", "second-step.md"]
    told = {path.name: reason for path, reason in own.failed}
    assert sorted(told) == ["fourth-step.md", "third-step.md"]
    assert told["third-step.md"].startswith("line 3: kind: ")
    assert not any("\n" in reason for reason in told.values())


def test_the_published_documents_are_known(shared_sources: Path) -> None:
    known = {entry.id for entry in load_manifest(REPO / "corpus")}
    found = find_documents([shared_sources], load_manifest(REPO / "corpus"))
    assert {document.source.source_id for document in found.documents} == known
    assert found.failed == ()
    assert all(path.suffix == ".txt" for path, _ in found.skipped)
