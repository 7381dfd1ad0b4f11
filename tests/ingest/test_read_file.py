"""The one way in: what is refused before a parser sees it, and in which words."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pptx
import pytest

from corpus.errors import UnreadableSource
from ingest.readers import READERS, read_file
from ingest.readers.inspection import ENCRYPTED_PACKAGE, MAX_ZIP_ENTRIES, OLE

PROSE = "The trust pays a living wage to all of its staff, wherever they work."


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableSource) as caught:
        read_file(path)
    assert caught.value.path == path
    assert "\n" not in caught.value.reason
    return caught.value.reason


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def word_document(folder: Path, name: str = "a.docx") -> Path:
    document = docx.Document()
    document.add_paragraph(PROSE)
    document.save(str(folder / name))
    return folder / name


def slide_deck(folder: Path, name: str = "a.pptx") -> Path:
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = PROSE
    deck.save(str(folder / name))
    return folder / name


def add_entries(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_every_suffix_is_read(tmp_path: Path) -> None:
    files = [word_document(tmp_path), slide_deck(tmp_path, "B.PPTX")]
    page = f"<html><body><h1>T</h1><p>{PROSE}</p></body></html>".encode()
    files += [written(tmp_path, name, page) for name in ("a.html", "a.htm")]
    files += [written(tmp_path, name, f"# T\n\n{PROSE}\n".encode()) for name in ("a.md", "a.markdown")]
    files += [written(tmp_path, "a.txt", f"Pay\n\n{PROSE}\n".encode())]
    assert {path.suffix.lower() for path in files} == set(READERS) - {".pdf"}
    for path in files:
        assert PROSE in [block.text for section in read_file(path) for block in section.blocks], path


def test_a_missing_file_a_folder_and_a_pipe(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "gone.pdf")
    (tmp_path / "folder.pdf").mkdir()
    assert "is a folder" in refusal(tmp_path / "folder.pdf")
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not an ordinary file" in refusal(tmp_path / "pipe.txt")


def test_an_empty_and_an_over_large_file(tmp_path: Path) -> None:
    assert "is empty" in refusal(written(tmp_path, "a.txt", b""))
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(50_000_001)
    assert "over the limit of 50 MB" in refusal(huge)


def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path) -> None:
    reason = refusal(written(tmp_path, "a.xyz", b"text"))
    assert "'.xyz'" in reason and all(suffix in reason for suffix in READERS)
    assert "without a suffix" in refusal(written(tmp_path, "README", b"text"))


@pytest.mark.parametrize(
    "name, data, says",
    [
        (
            "a.pdf",
            b"<!DOCTYPE html><html><body>Not found</body></html>",
            "named .pdf but is a web page; rename it to .html",
        ),
        ("a.pdf", b"Just words.", "is plain text"),
        ("a.txt", b"%PDF-1.7\n...", "is a PDF; rename it to .pdf"),
        ("a.docx", OLE + b"\x00" * 600, "old format of Word or PowerPoint"),
        ("a.docx", OLE + b"\x00" * 600 + ENCRYPTED_PACKAGE, "is encrypted; open it with its password"),
        ("a.pptx", b"\x89PNG\r\n\x1a\n\x00\x00", "of no known kind"),
        ("a.txt", b"\x7fELF\x02\x01\x01\x00", "of no known kind"),
        ("a.md", b"  <html lang='en'><head>", "is a web page"),
        ("a.html", b"No tag at all.", "is plain text"),
    ],
)
def test_a_mislabelled_file_is_called_what_it_is(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    assert says in refusal(written(tmp_path, name, data))


def test_office_files_under_each_other_s_name(tmp_path: Path) -> None:
    assert "is a Word document; rename it to .docx" in refusal(word_document(tmp_path, "a.pptx"))
    assert "is a PowerPoint file; rename it to .pptx" in refusal(slide_deck(tmp_path, "a.pdf"))
    plain = tmp_path / "plain.docx"
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("notes.txt", "hello")
    assert "is a zip archive" in refusal(plain)


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_a_truncated_document(tmp_path: Path, keep: float) -> None:
    whole = word_document(tmp_path).read_bytes()
    assert "cut off or damaged" in refusal(written(tmp_path, "cut.docx", whole[: int(len(whole) * keep)]))


def test_a_document_with_a_spoilt_part(tmp_path: Path) -> None:
    data = bytearray(word_document(tmp_path).read_bytes())
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        start = archive.getinfo("word/document.xml").header_offset + 60
    data[start : start + 200] = bytes(200)
    assert "damaged" in refusal(written(tmp_path, "spoilt.docx", bytes(data)))


def test_zip_bombs(tmp_path: Path) -> None:
    big = add_entries(word_document(tmp_path, "big.docx"), {f"word/media/{n}.bin": bytes(70_000_000) for n in range(3)})
    assert "over the limit of 200 MB" in refusal(big)
    dense = add_entries(word_document(tmp_path, "dense.docx"), {"word/media/a.bin": bytes(60_000_000)})
    assert "over 100 times its size" in refusal(dense)
    many = add_entries(
        word_document(tmp_path, "many.docx"), {f"word/media/{n}.bin": b"" for n in range(MAX_ZIP_ENTRIES)}
    )
    assert f"over the limit of {MAX_ZIP_ENTRIES}" in refusal(many)
    nested = add_entries(word_document(tmp_path, "nested.docx"), {"word/media/more.zip": b"PK"})
    assert "holds another archive (word/media/more.zip)" in refusal(nested)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = tmp_path / "laughs.docx"
    with zipfile.ZipFile(word_document(tmp_path)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                entities = (
                    '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "'
                    + "&a;" * 50
                    + '"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
                )
                head, _, rest = data.decode().partition("?>")
                data = (head + "?>" + entities + rest.replace(PROSE, f"{PROSE} &b;&c;")).encode()
            new.writestr(name, data)
    text = " ".join(block.text for section in read_file(path) for block in section.blocks)
    assert "haha" not in text and "root:" not in text


@pytest.mark.parametrize(
    "name, data",
    [("a.md", b"---\ntitle: T\n---\n\n![scan](a.png)\n"), ("a.html", b"<html><body><img src='a.png'></body>")],
)
def test_a_file_without_text(tmp_path: Path, name: str, data: bytes) -> None:
    assert "no text found; if it is a scan" in refusal(written(tmp_path, name, data))


def test_only_the_library_of_the_format_is_imported(tmp_path: Path) -> None:
    path = written(tmp_path, "a.md", PROSE.encode())
    code = (
        "import sys; from pathlib import Path; from ingest.readers import read_file; "
        f"read_file(Path({str(path)!r})); print([n for n in ('pypdf', 'bs4', 'docx', 'pptx') if n in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
