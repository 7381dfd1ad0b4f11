"""The generation that is served now: opened when the pointer moves, the last good one kept when the new one is not.

A server asks ``current`` for every question: a pointer of a few bytes is read, and every two seconds the published
files are looked at, whether anybody wrote to them. What is served stands in memory and in private copies, so that a
fault of the files is told while questions go on being answered rightly.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import AnchorlineError, EncoderUnavailable, IndexDamaged, IndexMismatch
from retrieval.assistant import Assistant, writers_with
from retrieval.encode import Encoder, open_encoder
from retrieval.generation import current_folder, open_generation
from retrieval.index import VectorIndex, VectorStore
from retrieval.memory import give_back, share_arenas
from retrieval.published import file_marks, generation_number, generations
from retrieval.sealed import check_seal
from retrieval.shared import SharedIndex

if TYPE_CHECKING:
    from retrieval.writers.llm import LanguageModel

log = logging.getLogger("anchorline.index")

_GRACE_S = 60.0  # how long a replaced generation stays open for questions under way
_LOOK_S = 2.0  # how often the published files are looked at, and how soon a generation that failed is tried again


@dataclass(frozen=True, slots=True)
class State:
    """For /ready. ``ready``: questions are answered, from ``generation``. ``reason``: what is wrong with the published
    one, also while questions are answered. Vectors are searched in this process (``local``), in the store (``shared``),
    or here because the store failed (``fallback``), which is the ``reason`` then."""

    ready: bool
    generation: str | None
    reason: str | None
    vectors: str = "local"


@dataclass(frozen=True, slots=True)
class _Served:
    """What answers, where its vectors are searched, and what is wrong with the published generation."""

    assistant: Assistant | None = None
    index: VectorIndex | None = None
    error: AnchorlineError | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """The published generation as it was last looked at; ``name`` is empty when none is published."""

    name: str
    marks: Mapping[str, tuple[int, int, int]]
    at_s: float


class LiveAssistant:
    """Re-opens the published generation when it changes. Safe to use from several threads."""

    def __init__(
        self,
        index_dir: Path,
        encoder: str | None = None,
        encoders: Path | None = None,
        model: LanguageModel | None = None,
        store: VectorStore | None = None,
        reranker: str | None = None,
    ) -> None:
        """``store`` holds the vectors of every generation for all replicas; None: each searches its own copy."""
        self._reranker = reranker
        self._model = model
        self._store = store
        self._encoders = encoders or index_dir / "encoders"
        self._index_dir = index_dir
        self._encoder_name = encoder
        self._encoder: Encoder | None = None
        self._served = _Served()
        self._look = _Look("", {}, -_LOOK_S)
        self._retired: list[tuple[float, Assistant]] = []
        self._lock = threading.Lock()
        # Always in the same thread, whose memory the next generation can use again.
        self._opener = ThreadPoolExecutor(1, "opener")
        share_arenas()

    @property
    def writers(self) -> tuple[str, ...]:
        """Known without an index."""
        return writers_with(self._model is not None)

    def current(self) -> Assistant:
        """The assistant on the published generation, or on the last good one. Raises what keeps it from opening."""
        served = self._now()
        if served.assistant is None:
            raise _bare(served.error or AnchorlineError("the index is not open yet"))
        return served.assistant

    def state(self) -> State:
        served = self._now()
        generation = served.assistant.info.generation if served.assistant else None
        fault = served.index.fault if isinstance(served.index, SharedIndex) else None
        reason = str(served.error) if served.error else fault
        vectors = "fallback" if fault else "shared" if isinstance(served.index, SharedIndex) else "local"
        return State(served.assistant is not None, generation, reason, vectors)

    def close(self) -> None:
        with self._lock:
            for assistant in [one for _, one in self._retired] + [self._served.assistant]:
                if assistant:
                    assistant.close()
            self._retired, self._served, self._encoder = [], _Served(), None
            self._opener.shutdown()
            if self._store:
                self._store.close()
        give_back()  # the encoder too, where another service starts in this process, as in tests

    def _now(self) -> _Served:
        """While one thread opens a generation or checks files, which can take seconds, the others go on with what there
        is."""
        if self._lock.acquire(blocking=self._served.assistant is None):
            try:
                self._refresh()
            finally:
                self._lock.release()
        return self._served

    def _refresh(self) -> None:
        self._close_retired()
        try:
            folder, lost = current_folder(self._index_dir), None
        except AnchorlineError as error:
            folder, lost = None, error
        name, now_s = folder.name if folder else "", time.monotonic()
        if name == self._look.name and now_s - self._look.at_s < _LOOK_S:
            return
        before, self._look = self._look, _Look(name, file_marks(folder) if folder else {}, now_s)
        if folder and not (self._is_settled() and (name, self._look.marks) == (before.name, before.marks)):
            lost = self._check(folder) if self._serves(name) else self._open(folder)
        elif folder:
            lost = self._served.error
        if self._served.assistant is None:
            self._open_older(name)
        self._tell(lost)

    def _is_settled(self) -> bool:
        """Whether only a change of the published files can change what is served."""
        assistant, error = self._served.assistant, self._served.error
        known = error is None or isinstance(error, IndexDamaged | IndexMismatch)
        return assistant is not None and assistant.is_there() and known

    def _serves(self, name: str) -> bool:
        """Soundly: where the private copies were deleted, the generation is opened anew."""
        assistant = self._served.assistant
        return assistant is not None and assistant.info.generation == name and assistant.is_there()

    def _check(self, folder: Path) -> AnchorlineError | None:
        """What is wrong with the files of the generation that is served."""
        try:
            check_seal(folder)
        except AnchorlineError as error:
            return error
        return None

    def _open(self, folder: Path) -> AnchorlineError | None:
        """Serve a generation, or tell why not."""
        try:
            served = self._opener.submit(self._opened, folder).result()
        except AnchorlineError as error:
            return error
        except (OSError, ValueError) as error:  # it vanished or was damaged while it was being opened
            return IndexDamaged(f"{folder.name} cannot be opened ({error}); run `python -m ingest`")
        if self._served.assistant:
            self._retired.append((time.monotonic(), self._served.assistant))
        self._served = served
        gc.freeze()  # a large generation is looked through for garbage for a third of a second, and has none
        return None

    def _opened(self, folder: Path) -> _Served:
        self._encoder = self._encoder or self._open_encoder()
        generation = open_generation(folder, self._encoder, self._store)
        return _Served(Assistant(generation, self._encoder, self._model), generation.index)

    def _open_encoder(self) -> Encoder:
        try:
            return open_encoder(self._encoder_name, self._encoders, self._reranker)
        except OSError as error:
            raise EncoderUnavailable(
                f"the encoder's copy cannot be kept in {self._encoders} ({error.strerror or error}); "
                "set ANCHORLINE_ENCODER_CACHE to a folder that can be written"
            ) from error

    def _open_older(self, published: str) -> None:
        """Before anything was served: the newest sound generation before the published one. Where none is named, the
        newest; never one that was rolled back from."""
        for name in reversed(generations(self._index_dir)):
            if published and generation_number(name) >= generation_number(published):
                continue
            if self._open(self._index_dir / name) is None:
                return

    def _tell(self, error: AnchorlineError | None) -> None:
        if error and str(error) != str(self._served.error):
            log.warning({"index_fault": str(error)})
        self._served = replace(self._served, error=error and _bare(error))

    def _close_retired(self) -> None:
        now = time.monotonic()
        due = [one for since, one in self._retired if now - since > _GRACE_S]
        if due:
            self._retired = [one for one in self._retired if one[1] not in due]
            self._opener.submit(_let_go, due)


def _bare(error: AnchorlineError) -> AnchorlineError:
    """Without frames, which would keep a half-opened generation, and grow each time it is raised."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error


def _let_go(retired: list[Assistant]) -> None:
    """Close and forget them all, the caller's list included, so that nothing keeps their memory."""
    while retired:
        try:
            retired.pop().close()
        except Exception as error:  # its folder stays until the service ends; nobody's question depends on it
            log.warning({"not_closed": str(error)})
    give_back()
