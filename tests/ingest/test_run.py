"""One ingest from files to a published generation, with the real readers, encoder and indexes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document as WordDocument
from pypdf import PdfWriter

from corpus.errors import IndexMissing, ManifestError
from corpus.types import Passage
from ingest.documents import documents_in
from ingest.report import report_lines
from ingest.run import Report, ingest_paths, remove_sources
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation, read_content
from tests.ingest.making import HOMES, JOBS, RECORD, CountingEncoder, small_corpus, write

Ingest = Callable[..., Report]


@pytest.fixture
def counting(encoder: Encoder) -> CountingEncoder:
    return CountingEncoder(encoder)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return small_corpus(tmp_path / "corpus")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write(tmp_path / "files", {"jobs.md": JOBS, "homes.md": HOMES})


@pytest.fixture
def ingest(corpus: Path, index: Path, counting: CountingEncoder) -> Ingest:
    def run(*paths: Path, dry_run: bool = False) -> Report:
        counting.texts.clear()
        report = ingest_paths(paths, index, counting, corpus_dir=corpus, dry_run=dry_run)
        assert len(counting.texts) == report.encoded
        return report

    return run


def held(index: Path) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = {}
    for passage in read_content(current_folder(index)).passages:
        found.setdefault(passage.source.source_id, []).append(passage)
    return found


def texts(index: Path, source_id: str) -> str:
    return "\n".join(passage.text for passage in held(index)[source_id])


def reasons(report: Report) -> dict[str, str]:
    return {path.name: reason for path, reason in report.failed}


def encrypted_pdf() -> bytes:
    writer, file = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    writer.write(file)
    return file.getvalue()


def word_file(text: str) -> bytes:
    document, file = WordDocument(), BytesIO()
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


# --- What a run does


def test_a_plain_run_takes_our_briefs_and_what_was_dropped(ingest: Ingest, index: Path, corpus: Path) -> None:
    write(corpus / "documents" / "new", {"jobs.md": JOBS, "README.md": "how to", ".hidden.md": "no"})
    report = ingest()
    assert report.failed == ()
    assert report.published and report.published.generation == "gen-000001"
    assert set(held(index)) == {"brief-first-step", "brief-second-step", "jobs"}
    assert texts(index, "brief-first-step") == "Begin with one meeting."
    assert held(index)["brief-first-step"][0].originals == ("ihi-2022 › Learning",)


def test_an_empty_or_missing_folder_of_documents_is_no_fault(ingest: Ingest, corpus: Path) -> None:
    write(corpus / "documents", {"README.md": "how to", ".git/x.md": "x", "~$jobs.docx": "x"})
    assert ingest().failed == ()
    for path in documents_in(corpus):
        if path.parent.name == "documents":
            path.unlink()
    assert ingest().failed == ()


def test_a_second_run_changes_nothing(ingest: Ingest, index: Path, files: Path) -> None:
    ingest()
    ingest(files)
    before = sorted(str(path) for path in index.rglob("*"))
    for again in (ingest(files), ingest()):
        assert (again.encoded, again.published, again.failed) == (0, None, ())
        assert all(file.unchanged for file in again.files)
        assert report_lines(again, dry_run=False).told[-1] == f"nothing changed: {again.passages} passages"
    assert sorted(str(path) for path in index.rglob("*")) == before


def test_a_document_added_by_path_stays(ingest: Ingest, index: Path, files: Path) -> None:
    ingest(files / "jobs.md")
    (files / "jobs.md").unlink()
    ingest()
    assert set(held(index)) == {"brief-first-step", "brief-second-step", "jobs"}
    assert "42 local people" in texts(index, "jobs")


def test_a_changed_document_replaces_itself_alone(ingest: Ingest, index: Path, files: Path) -> None:
    ingest(files)
    homes = held(index)["homes"]
    (files / "jobs.md").write_text(JOBS.replace("42 local", "57 local"))
    report = ingest(files)
    assert report.encoded == 1  # the passage on the cost is as it was
    assert {file.source_id: file.unchanged for file in report.files} == {"homes": True, "jobs": False}
    assert "57 local people" in texts(index, "jobs")
    assert "42 local" not in texts(index, "jobs")
    assert held(index)["homes"] == homes


def test_the_better_of_two_formats_is_read(ingest: Ingest, index: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "two", {"r.txt": "Plain words here.", "r.docx": word_file("Words from the office.")})
    report = ingest(folder)
    assert texts(index, "r") == "Words from the office."
    assert report_lines(report, dry_run=False).told == (
        f"{folder / 'r.docx'}: read as r, 1 passages",
        "    note: no headings were found, so citations name pages only",
        f"{folder / 'r.txt'}: left out, the same source as {folder / 'r.docx'}, which is read instead",
        "published gen-000001: 1 passages, 1 of them newly encoded",
    )


def test_a_document_named_like_a_brief_is_no_brief(ingest: Ingest, index: Path, tmp_path: Path) -> None:
    ingest()
    report = ingest(write(tmp_path / "named", {"brief-first-step.md": JOBS}))
    assert report_lines(report, dry_run=False).told[0].endswith("read as document-brief-first-step, 2 passages")
    ingest()
    assert set(held(index)) == {"brief-first-step", "brief-second-step", "document-brief-first-step"}


# --- Bad input: named, and the rest goes on


def bad_files(folder: Path) -> Path:
    word = word_file("Words. " * 500)
    write(
        folder,
        {
            "empty.md": "",
            "blank.md": " \n\t\n",
            "picture.md": "![a picture](x.png)\n",
            "locked.pdf": encrypted_pdf(),
            "shut.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600,
            "half.docx": word[: len(word) // 2],
            "cut.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Cat",
            "really.pdf": word,
            "in-fact.md": b"%PDF-1.7\n" + b"x" * 99,
            "noise.txt": bytes(range(256)) * 8,
            "sheet.xlsx": b"PK\x03\x04 not read at all",
            "nosuffix": "words",
            "報告.md": JOBS,
            "line\nbreak.md": JOBS,
        },
    )
    with (folder / "huge.txt").open("wb") as huge:
        huge.truncate(200_000_000_000)
    os.mkfifo(folder / "pipe.md")
    (folder / "away.md").symlink_to(folder / "nowhere.md")
    return folder


def test_every_bad_file_is_named_and_the_rest_is_in(ingest: Ingest, index: Path, files: Path) -> None:
    folder = bad_files(files / "bad")
    start = time.monotonic()
    report = ingest(files, folder / "pipe.md", folder / "away.md", files / "absent", files / "jobs.md" / "x")
    assert time.monotonic() - start < 60
    told = {
        "empty.md": "is empty",
        "blank.md": "no text",
        "picture.md": "no text",
        "locked.pdf": "password",
        "shut.docx": "encrypted",
        "half.docx": "cut off or damaged",
        "cut.pdf": "damaged",
        "really.pdf": "is named .pdf but is a Word document",
        "in-fact.md": "is named .md but is a PDF",
        "noise.txt": "",
        "sheet.xlsx": "'.xlsx' cannot be read",
        "nosuffix": "without a suffix",
        "報告.md": "no letter or digit",
        "line\nbreak.md": "cannot be shown",
        "huge.txt": "over the limit of 50 MB",
        "pipe.md": "not an ordinary file",
        "away.md": "no such file",
        "absent": "no such file or folder",
        "x": "no such file or folder",
    }
    assert reasons(report).keys() == told.keys()
    assert [name for name, words in told.items() if words not in reasons(report)[name]] == []
    assert [reason for reason in reasons(report).values() if "\n" in reason or len(reason) > 250] == []
    assert set(held(index)) == {"jobs", "homes"}


def test_a_file_that_fails_keeps_what_was_known(ingest: Ingest, index: Path, files: Path) -> None:
    ingest(files)
    before = held(index)
    for bad in (b"", b"\x00\x01\x02" * 99, b"```\nonly code\n```\n"):
        (files / "jobs.md").write_bytes(bad)
        report = ingest(files)
        assert list(reasons(report)) == ["jobs.md"]
        assert (report.published, held(index)) == (None, before)


def test_nothing_to_read_publishes_nothing(ingest: Ingest, index: Path, files: Path) -> None:
    (files / "hollow").mkdir()
    report = ingest(files / "absent.md", files / "hollow")
    assert list(reasons(report)) == ["absent.md", "hollow"]
    assert (report.files, report.published, report.passages) == ((), None, 0)
    with pytest.raises(IndexMissing):
        current_folder(index)


# --- Faults of our own files


def test_a_brief_whose_file_is_gone_is_dropped(ingest: Ingest, index: Path, corpus: Path, files: Path) -> None:
    ingest()
    (corpus / "lessons" / "second-step.md").unlink()
    assert ingest(files).removed == ()  # a run on other files does not look at briefs
    assert "brief-second-step" in held(index)
    report = ingest()
    assert report.removed == ("brief-second-step",)
    assert set(held(index)) == {"brief-first-step", "homes", "jobs"}
    assert "brief-second-step: removed, its file is gone" in report_lines(report, dry_run=False).told


def test_a_faulty_brief_stays_as_it_was(ingest: Ingest, index: Path, corpus: Path) -> None:
    ingest()
    (corpus / "lessons" / "second-step.md").write_text("---\nid: second-step\nkind: [\n---\n")
    report = ingest()
    assert list(reasons(report)) == ["second-step.md"]
    assert reasons(report)["second-step.md"].startswith("line 4: is not valid YAML")
    assert (report.removed, report.published) == ((), None)
    assert texts(index, "brief-second-step") == "Then count who took part."


def test_a_corpus_that_moved_keeps_its_briefs(ingest: Ingest, index: Path, corpus: Path, encoder: Encoder) -> None:
    ingest()
    moved = corpus.rename(corpus.with_name("elsewhere"))
    report = ingest_paths((), index, encoder, corpus_dir=moved)
    assert (report.removed, report.encoded) == ((), 0)
    assert set(held(index)) == {"brief-first-step", "brief-second-step"}


def test_a_broken_manifest_is_named_by_line_and_costs_nothing(
    ingest: Ingest, index: Path, corpus: Path, files: Path
) -> None:
    ingest(files)
    (corpus / "sources.yaml").write_text("- id: one\n  title: Two\n  colour: blue\n- id: [\n")
    write(corpus / "documents", {"late.md": HOMES})
    report = ingest()
    manifest, documents = report.failed
    assert str(manifest[0]).startswith(f"{corpus / 'sources.yaml'}:")
    assert "not valid YAML" in manifest[1]
    assert documents == (corpus / "documents", "not read, because sources.yaml is broken; mend it and run again")
    assert set(held(index)) == {"brief-first-step", "brief-second-step", "homes", "jobs"}
    again = ingest(files)
    assert (len(again.failed), again.files, again.published) == (2, (), None)


def test_a_broken_list_of_names_takes_no_attribution_away(
    ingest: Ingest, index: Path, corpus: Path, files: Path
) -> None:
    write(files, {"barts.md": "# Barts Health NHS Trust\n\nIt hired people who live near by.\n"})
    ingest(files)
    assert {passage.organisation for passage in held(index)["barts"]} == {"Barts Health NHS Trust"}
    (corpus / "organisations.yaml").write_text("- id: barts-health\n")
    report = ingest(files)
    assert str(report.failed[0][0]).startswith(f"{corpus / 'organisations.yaml'}:")
    assert {passage.organisation for passage in held(index)["barts"]} == {"Barts Health NHS Trust"}


def test_a_new_name_is_given_to_what_was_read_before(ingest: Ingest, index: Path, corpus: Path, files: Path) -> None:
    text = RECORD.format(id="first-step", title="First step", says="Begin with one meeting.")
    (corpus / "lessons" / "first-step.md").write_text(text.replace("kind:", "organisation: wexcombe\nkind:"))
    write(files, {"wexcombe.md": "# Wexcombe Hospital\n\nIt hired people who live near by.\n"})
    ingest(files)
    ingest()
    assert held(index)["wexcombe"][0].organisation is None
    with (corpus / "organisations.yaml").open("a") as organisations:
        organisations.write("- id: wexcombe\n  name: Wexcombe Hospital\n")
    assert ingest(files).encoded == 0
    assert held(index)["wexcombe"][0].organisation == "Wexcombe Hospital"
    assert ingest().encoded == 1  # the brief's headings begin with the name, and the encoder reads headings
    assert held(index)["brief-first-step"][0].heading_path[0] == "Wexcombe Hospital"


def test_a_changed_licence_is_stored_without_encoding(ingest: Ingest, index: Path, corpus: Path, files: Path) -> None:
    entry = "- id: jobs\n  title: Jobs\n  publisher: Us\n  licence: {}\n  files: [jobs.md]\n"
    sources = (corpus / "sources.yaml").read_text()
    (corpus / "sources.yaml").write_text(sources + entry.format("not stated"))
    ingest(files)
    (corpus / "sources.yaml").write_text(sources + entry.format("CC BY 4.0"))
    report = ingest(files)
    assert (report.encoded, report.published is None) == (0, False)
    assert {passage.source.licence for passage in held(index)["jobs"]} == {"CC BY 4.0"}


# --- Dry runs, removal, and an index that is not well


def test_a_dry_run_says_what_would_be_and_writes_nothing(ingest: Ingest, index: Path, files: Path) -> None:
    report = ingest(files, dry_run=True)
    assert (report.passages, report.encoded, report.published) == (3, 0, None)
    assert not index.exists()
    told = report_lines(report, dry_run=True).told[-1]
    assert told == "dry run: the index would hold 3 passages; nothing was written"
    ingest(files)
    before = {path: path.stat().st_mtime_ns for path in (index, *index.rglob("*"))}
    write(files, {"more.md": HOMES})
    assert ingest(files, dry_run=True).passages == 4
    assert {path: path.stat().st_mtime_ns for path in (index, *index.rglob("*"))} == before


def test_sources_are_removed_by_id(ingest: Ingest, index: Path, files: Path, counting: CountingEncoder) -> None:
    ingest(files)
    counting.texts.clear()
    with pytest.raises(ManifestError, match="nobody: no such source is held; see `python -m ingest list`"):
        remove_sources(["homes", "nobody"], index, counting)
    with pytest.raises(ManifestError, match="that would leave nothing"):
        remove_sources(["homes", "jobs"], index, counting)
    assert remove_sources(["homes", "homes"], index, counting).passages == 2
    assert set(held(index)) == {"jobs"}
    assert counting.texts == []


def test_altered_words_are_never_sealed_anew(ingest: Ingest, index: Path, files: Path, encoder: Encoder) -> None:
    ingest(files / "jobs.md")
    ingest(files)
    passages = index / "gen-000002" / "passages.jsonl"
    passages.write_text(passages.read_text().replace("42 local people", "92 local people"))
    report = ingest(files / "homes.md")
    assert report.notes == ("gen-000002: passages.jsonl is altered; it is made anew",)
    assert report_lines(report, dry_run=False).faults == (f"note: {report.notes[0]}",)
    assert "42 local people" in texts(index, "jobs")
    assert set(held(index)) == {"jobs", "homes"}
    open_generation(current_folder(index), encoder).close()


def test_a_broken_index_is_built_anew_from_sound_content(
    ingest: Ingest, index: Path, files: Path, encoder: Encoder
) -> None:
    ingest(files)
    next((index / "gen-000001" / "chroma").glob("*.sqlite3")).unlink()
    report = ingest()
    assert report.published and report.published.generation == "gen-000002"
    assert set(held(index)) == {"brief-first-step", "brief-second-step", "homes", "jobs"}
    assert report.encoded == 2  # the briefs, which are new here
    open_generation(current_folder(index), encoder).close()


@pytest.mark.parametrize("pointer", [None, "gen-000009\n", ""])
def test_a_lost_pointer_loses_no_document(ingest: Ingest, index: Path, files: Path, pointer: str | None) -> None:
    ingest(files)
    (index / "CURRENT").unlink()
    if pointer is not None:
        (index / "CURRENT").write_text(pointer)
    report = ingest(files / "jobs.md")
    assert set(held(index)) == {"jobs", "homes"}
    assert report.encoded == 0


def test_when_nothing_can_be_read_it_says_so_and_starts_afresh(ingest: Ingest, index: Path, files: Path) -> None:
    ingest(files)
    (index / "gen-000001" / "card.json").write_text("{}")
    report = ingest(files / "jobs.md")
    assert report.notes[-1] == "no generation could be read: documents that were added by path must be added again"
    assert set(held(index)) == {"jobs"}


def test_another_encoder_reads_and_encodes_everything_anew(
    ingest: Ingest, index: Path, files: Path, counting: CountingEncoder
) -> None:
    ingest(files)
    counting.sha256, counting.name, counting.max_tokens = "1" * 64, "another", 64
    report = ingest(files)
    assert report.encoded == report.passages == 3
    assert not any(file.unchanged for file in report.files)
    assert report.published and report.published.encoder_name == "another"
