"""The generation that is served now: opened when the pointer moves, the last good one kept when the new one is not.

A server asks ``current`` for every question. Reading a pointer of a few bytes is all it costs while nothing changes.
"""

from __future__ import annotations

import gc
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import AnchorlineError, IndexDamaged
from retrieval.assistant import Assistant, writers_with
from retrieval.encode import Encoder, open_encoder
from retrieval.generation import current_folder, open_generation

if TYPE_CHECKING:
    from retrieval.writers.llm import LanguageModel

_GRACE_S = 60.0  # how long a replaced generation stays open for questions under way
_RETRY_S = 2.0  # how soon a generation that failed is tried again


@dataclass(frozen=True, slots=True)
class State:
    """For /ready. ``reason`` says what is wrong, also while an older generation still answers."""

    ready: bool
    generation: str | None
    reason: str | None


class LiveAssistant:
    """Re-opens the published generation when it changes. Safe to use from several threads."""

    def __init__(
        self,
        index_dir: Path,
        encoder: str | None = None,
        encoders: Path | None = None,
        model: LanguageModel | None = None,
    ) -> None:
        self._model = model
        self._encoders = encoders or index_dir / "encoders"
        self._index_dir = index_dir
        self._encoder_name = encoder
        self._encoder: Encoder | None = None
        self._assistant: Assistant | None = None
        self._error: AnchorlineError | None = None
        self._tried: tuple[str, float] = ("", 0.0)
        self._retired: list[tuple[float, Assistant]] = []
        self._lock = threading.Lock()

    @property
    def writers(self) -> tuple[str, ...]:
        """Known without an index."""
        return writers_with(self._model is not None)

    def current(self) -> Assistant:
        """The assistant on the published generation, or on the last good one. Raises what keeps it from opening."""
        with self._lock:
            self._refresh()
            if self._assistant is None:
                raise self._error or AnchorlineError("the index is not open yet")
            return self._assistant

    def state(self) -> State:
        with self._lock:
            self._refresh()
            generation = self._assistant.info.generation if self._assistant else None
            reason = str(self._error) if self._error else None
            return State(self._assistant is not None and self._error is None, generation, reason)

    def close(self) -> None:
        with self._lock:
            for assistant in [one for _, one in self._retired] + ([self._assistant] if self._assistant else []):
                assistant.close()
            self._retired, self._assistant = [], None

    def _refresh(self) -> None:
        self._close_retired()
        try:
            folder = current_folder(self._index_dir)
            if self._assistant and self._assistant.info.generation == folder.name:
                self._error = None
                return
            if self._tried[0] == folder.name and time.monotonic() - self._tried[1] < _RETRY_S:
                return
            self._tried = (folder.name, time.monotonic())
            self._encoder = self._encoder or open_encoder(self._encoder_name, self._encoders)
            opened = Assistant(open_generation(folder, self._encoder), self._encoder, self._model)
        except AnchorlineError as error:
            self._error = error
            return
        except (OSError, ValueError) as error:  # it vanished or was damaged while it was being opened
            self._error = IndexDamaged(f"the published generation cannot be opened ({error}); run `python -m ingest`")
            return
        if self._assistant:
            self._retired.append((time.monotonic(), self._assistant))
        self._assistant, self._error = opened, None
        gc.freeze()  # a large generation is looked through for garbage for a third of a second, and has none

    def _close_retired(self) -> None:
        now = time.monotonic()
        for since, assistant in [one for one in self._retired if now - one[0] > _GRACE_S]:
            assistant.close()
            self._retired.remove((since, assistant))
