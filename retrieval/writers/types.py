"""What a writer takes and gives. Light to import: nothing here loads a language model's libraries."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event

from retrieval.types import AnswerBlock, Citation


class Writer(StrEnum):
    """Who puts the answer together. ``extract`` is always there and needs no model."""

    EXTRACT = "extract"
    SELECT = "select"  # a model picks and orders sentences; every word stays the sources'
    COMPOSE = "compose"  # a model writes; each sentence is checked against what it cites


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible endpoint, such as ``http://127.0.0.1:11434/v1``. ``timeout_s`` bounds a whole reply."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout_s: float = 30.0


# Set by whoever asks; the event, once nobody waits for the reply any more.
given_up: ContextVar[Event | None] = ContextVar("given_up", default=None)


class Failure(StrEnum):
    """Why a model wrote nothing, as the end of "the language model …"."""

    UNREACHABLE = "could not be reached"
    REFUSED = "gave an error"
    SLOW = "did not answer in time"
    BUSY = "is busy with other questions"
    CUT_OFF = "broke off in the middle"
    NONSENSE = "gave nothing that could be used"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said; ``failure`` says why ``text`` is empty, and is None otherwise."""

    text: str = ""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """An answer's blocks after a writer. ``writer`` is who wrote it in the end: ``extract`` where the model failed or
    had nothing to do, ``select`` where none of what it composed was kept. ``model`` is its name where it was used, else
    None. ``notice`` says so to the reader and is the last of ``blocks``; None if no model was asked. ``composed`` are
    the places in ``blocks`` of the model's own sentences; ``replaced`` and ``dropped`` count those turned down."""

    blocks: tuple[AnswerBlock, ...]
    citations: tuple[Citation, ...]
    writer: Writer
    model: str | None = None
    notice: str | None = None
    failure: Failure | None = None
    composed: tuple[int, ...] = ()
    replaced: int = 0
    dropped: int = 0
