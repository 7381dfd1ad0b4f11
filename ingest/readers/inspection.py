"""What a file is, by its first bytes, and whether it is safe to unpack: the checks before any parser sees it.

A name promises a format; the bytes keep the promise or the file is refused, with a word on what it seems to be instead.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from corpus.errors import UnreadableSource

MAX_FILE_MB = 50
MAX_PAGES = 5_000
MAX_ZIP_ENTRIES = 2_000
MAX_EXPANDED_MB = 200
MAX_RATIO = 100
HEAD_BYTES = 8_192
MIN_RATIO_BYTES = 1_000_000  # below this no ratio is dangerous, and blank templates have high ones

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
UNICODE_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
WEB_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
ANY_TAG = re.compile(r"<[a-z!][^<>]*>", re.IGNORECASE)
OFFICE_PARTS = {"word/document.xml": ".docx", "ppt/presentation.xml": ".pptx", "xl/workbook.xml": ".xlsx"}
ARCHIVES = re.compile(r"\.(?:zip|7z|rar|gz|tgz|bz2|xz|zst|tar|jar|cab|iso)$", re.IGNORECASE)

ACCEPTED = {
    ".pdf": {"PDF"},
    ".docx": {".docx"},
    ".pptx": {".pptx"},
    ".html": {"web page", "text with tags"},
    ".htm": {"web page", "text with tags"},
    ".md": {"text", "text with tags"},
    ".markdown": {"text", "text with tags"},
    ".txt": {"text", "text with tags"},
}
ADVICE = {
    "PDF": "is a PDF; rename it to .pdf",
    ".docx": "is a Word document; rename it to .docx",
    ".pptx": "is a PowerPoint file; rename it to .pptx",
    ".xlsx": "is an Excel workbook; save it as a PDF",
    "zip": "is a zip archive; unpack it and add the documents in it",
    "old office": "is in the old format of Word or PowerPoint; open it there and save it as .docx or .pptx",
    "encrypted office": "is encrypted; open it with its password and save it without one",
    "web page": "is a web page; rename it to .html",
    "text with tags": "is plain text; rename it to .txt",
    "text": "is plain text; rename it to .txt",
    "binary": "is of no known kind; download or copy it again",
}


def inspect_content(path: Path) -> None:
    """Refuse a file whose bytes are not what its suffix says, or whose archive is damaged, encrypted or a bomb."""
    kind = kind_of(path)
    if kind not in ACCEPTED[path.suffix.lower()]:
        what = ADVICE[kind]
        raise UnreadableSource(path, what if kind == "encrypted office" else f"is named {path.suffix} but {what}")
    if kind in OFFICE_PARTS.values():
        with zipfile.ZipFile(path) as archive:
            _check_archive(path, archive)


def kind_of(path: Path) -> str:
    """What the bytes of a file are: a key of ``ADVICE``."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise UnreadableSource(path, f"cannot be opened ({error.strerror}); check the permissions") from error
    if b"%PDF-" in head[:1024]:
        return "PDF"
    if head.startswith(OLE):
        return "encrypted office" if ENCRYPTED_PACKAGE in path.read_bytes() else "old office"
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path)
    return _kind_of_text(head)


def _kind_of_zip(path: Path) -> str:
    """Which office format an archive holds, else plain ``zip``."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableSource(path, "is cut off or damaged (its archive has no end); copy it again") from error
    return next((kind for part, kind in OFFICE_PARTS.items() if part in names), "zip")


def _kind_of_text(head: bytes) -> str:
    """Whether the first bytes are a web page, other text, or no text at all."""
    charset = next((name for mark, name in UNICODE_MARKS.items() if head.startswith(mark)), None)
    if charset is None and b"\x00" in head:
        return "binary"
    text = head.decode(charset or "utf-8", errors="replace").lstrip("\ufeff")
    if WEB_PAGE.match(text):
        return "web page"
    return "text with tags" if ANY_TAG.search(text) else "text"


def _check_archive(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that is encrypted, or would unpack to more than a document holds.

    Workbooks and the like that Office embeds are let be, as no reader opens them; other archives within are not.
    """
    entries = archive.infolist()
    expanded = sum(entry.file_size for entry in entries)
    nested = next((entry.filename for entry in entries if ARCHIVES.search(entry.filename)), None)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableSource(path, ADVICE["encrypted office"])
    if len(entries) > MAX_ZIP_ENTRIES:
        raise UnreadableSource(
            path, f"holds {len(entries)} parts, over the limit of {MAX_ZIP_ENTRIES}; save it as a PDF"
        )
    if expanded > MAX_EXPANDED_MB * 1_000_000:
        size_mb = expanded / 1_000_000
        reason = f"unpacks to {size_mb:.0f} MB, over the limit of {MAX_EXPANDED_MB} MB; shrink its pictures"
        raise UnreadableSource(path, reason)
    if expanded > max(MIN_RATIO_BYTES, MAX_RATIO * path.stat().st_size):
        reason = f"unpacks to over {MAX_RATIO} times its size, as an attack would; get it from its publisher again"
        raise UnreadableSource(path, reason)
    if nested:
        raise UnreadableSource(path, f"holds another archive ({nested}); take that out and save it again")
