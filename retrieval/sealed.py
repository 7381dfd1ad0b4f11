"""The seal of a generation: a card that says what it is and hashes every file of it, and the card's own hash, written
last. Whoever opens one checks it.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from corpus.errors import IndexDamaged, IndexMismatch
from retrieval.encode import Encoder
from retrieval.weights import file_digest

LAYOUT = 8
OLDEST_CONTENT = 2  # the layout since which sources, passages and vectors can still be read, to build upon
CARD = "card.json"
_SEAL = "card.sha256"
REBUILD = "run `python -m ingest` to build a new one, or `python -m ingest rollback` to serve the one before"


@dataclass(frozen=True, slots=True)
class Card:
    """What a generation says of itself. ``built_at`` is UTC in ISO 8601; ``files`` maps each path to its SHA-256."""

    layout: int
    generation: str
    built_at: str
    encoder_name: str
    encoder_sha256: str
    dimension: int
    passages: int
    sentences: int
    files: Mapping[str, str]

    @property
    def encoder(self) -> str:
        return f"{self.encoder_name}@{self.encoder_sha256}"


_CARD_RECORD = TypeAdapter(Card)


def read_card(folder: Path, oldest: int = LAYOUT) -> Card:
    """Raises IndexDamaged when the card is missing or altered, IndexMismatch when its layout is older than ``oldest``
    or newer than ours."""
    try:
        written = (folder / CARD).read_bytes()
        if (folder / _SEAL).read_bytes() != _seal_line(folder):
            raise IndexDamaged(f"{folder.name}: {CARD} or {_SEAL} is altered; {REBUILD}")
        layout = json.loads(written)["layout"]
        if layout not in range(oldest, LAYOUT + 1):
            raise IndexMismatch(f"{folder.name} has layout {layout}, this version reads {LAYOUT}; {REBUILD}")
        return _CARD_RECORD.validate_json(written)
    except FileNotFoundError as error:
        raise IndexDamaged(f"{folder.name}: {Path(error.filename).name} is missing; {REBUILD}") from error
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise IndexDamaged(f"{folder.name}: {CARD} cannot be read ({first_line(error)}); {REBUILD}") from error


def check_seal(folder: Path) -> None:
    """Whether every file is there and as it was sealed. Raises IndexDamaged naming the first that is not."""
    card = read_card(folder)
    there = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    check_files(folder, card, sorted({*there, *card.files} - {CARD, _SEAL}))


def seal(folder: Path, passages: int, sentences: int, encoder: Encoder) -> Card:
    """Hash every file of the folder, and write the card and its seal."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    card = Card(
        layout=LAYOUT,
        generation=folder.name,
        built_at=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        encoder_name=encoder.name,
        encoder_sha256=encoder.sha256,
        dimension=encoder.dimension,
        passages=passages,
        sentences=sentences,
        files={file: file_digest(folder / file) for file in files},
    )
    (folder / CARD).write_bytes(_CARD_RECORD.dump_json(card, indent=1))
    (folder / _SEAL).write_bytes(_seal_line(folder))
    return card


def _seal_line(folder: Path) -> bytes:
    return f"{file_digest(folder / CARD)}  {CARD}\n".encode()


def check_files(folder: Path, card: Card, files: Iterable[str]) -> None:
    for file in files:
        try:
            digest = file_digest(folder / file)
        except FileNotFoundError as error:
            raise IndexDamaged(f"{folder.name}: {file} is missing; {REBUILD}") from error
        except OSError as error:
            raise IndexDamaged(f"{folder.name}: {file} cannot be read ({error.strerror}); {REBUILD}") from error
        if digest != card.files.get(file):
            what = "is altered" if file in card.files else "does not belong there"
            raise IndexDamaged(f"{folder.name}: {file} {what}; {REBUILD}")


def first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
