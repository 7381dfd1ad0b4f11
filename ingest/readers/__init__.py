"""One way in for every kind of file: check what it is, read it, and say in one sentence why it could not be read.

The checks come before any parser sees the file, by its own bytes and not by its name alone. They bound what a parser
may be given; what it then does is bounded by ``ingest.sandbox``. Libraries are imported only for formats that are read.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from corpus.errors import UnreadableSource
from corpus.types import Section
from ingest.readers.inspection import MAX_FILE_MB, inspect_content
from ingest.readers.suspicion import judged

NO_TEXT = "no text found; if it is a scan, run text recognition (OCR) on it and add the result"

Reader = Callable[[Path], tuple[Section, ...]]


def _pdf(path: Path) -> tuple[Section, ...]:
    from ingest.readers.pdf import read_pdf

    return read_pdf(path)


def _html(path: Path) -> tuple[Section, ...]:
    from ingest.readers.html import read_html

    return read_html(path)


def _docx(path: Path) -> tuple[Section, ...]:
    from ingest.readers.docx import read_docx

    return read_docx(path)


def _pptx(path: Path) -> tuple[Section, ...]:
    from ingest.readers.pptx import read_pptx

    return read_pptx(path)


def _markdown(path: Path) -> tuple[Section, ...]:
    from ingest.readers.markdown import read_markdown

    return read_markdown(path)


def _text(path: Path) -> tuple[Section, ...]:
    from ingest.readers.text import read_text

    return read_text(path)


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".pdf": _pdf,
        ".html": _html,
        ".htm": _html,
        ".docx": _docx,
        ".pptx": _pptx,
        ".md": _markdown,
        ".markdown": _markdown,
        ".txt": _text,
    }
)


def read_file(path: Path) -> tuple[Section, ...]:
    """The file's sections, or ``UnreadableSource`` with one sentence on what is wrong and what to do.

    Meant for the sandbox: here a hostile file may take any time and memory.
    """
    _check_file(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        suffix = f"the suffix {path.suffix!r}" if path.suffix else "a file without a suffix"
        raise UnreadableSource(path, f"{suffix} cannot be read; save it as one of {', '.join(READERS)}")
    inspect_content(path)
    try:
        sections = judged(reader(path))
    except (UnreadableSource, MemoryError):
        raise
    except ImportError as error:
        raise UnreadableSource(path, f"its reader cannot be loaded ({error}); install Anchorline again") from error
    except Exception as error:  # whatever a parser raises on a broken file is a fact about that file
        reason = f"the file is damaged ({type(error).__name__} while reading it); open it and save it again"
        raise UnreadableSource(path, reason) from error
    if not any(character.isalnum() for section in sections for block in section.blocks for character in block.text):
        raise UnreadableSource(path, NO_TEXT)
    return sections


def _check_file(path: Path) -> None:
    """Refuse what is no ordinary, readable file of a fitting size."""
    try:
        facts = path.stat()
    except FileNotFoundError as error:
        raise UnreadableSource(path, "there is no such file; check the name") from error
    except OSError as error:
        raise UnreadableSource(path, f"cannot be opened ({error.strerror}); check the permissions") from error
    if stat.S_ISDIR(facts.st_mode):
        raise UnreadableSource(path, "is a folder, not a file; name the files in it")
    if not stat.S_ISREG(facts.st_mode):
        raise UnreadableSource(path, "is a device or pipe, not an ordinary file; save its content as a file")
    if facts.st_size == 0:
        raise UnreadableSource(path, "is empty (0 bytes); download or copy it again")
    if facts.st_size > MAX_FILE_MB * 1_000_000:
        size_mb = facts.st_size / 1_000_000
        reason = f"is {size_mb:.0f} MB, over the limit of {MAX_FILE_MB} MB; split it or shrink its pictures"
        raise UnreadableSource(path, reason)
