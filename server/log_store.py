"""The feedback and gap log: how each question ended and how its answer was rated, in SQLite or PostgreSQL.

One table, ``questions``, whose columns docs/operate.md describes; the evaluation suites read it, so they stay as they
are. Everything in it is ours or one of a few known values. A question's words are there only if the operator asks for
them, and only if the screen finds nothing in them. Writing happens in a thread of its own: no answer waits for it, and
none is lost because the database is down.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Executable,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    insert,
    make_url,
    update,
)

from retrieval.screen import screen
from retrieval.types import Answer, Status
from server.metrics import Metrics

log = logging.getLogger("anchorline.store")

tables = MetaData()
questions = Table(
    "questions",
    tables,
    Column("id", Integer, primary_key=True),
    Column("asked_at", String(20), nullable=False, index=True),
    Column("answer_id", String(26), nullable=False, unique=True),
    Column("status", String(20), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("generation", String(40)),
    Column("citations", Integer, nullable=False),
    Column("gaps", Integer, nullable=False),
    Column("facets", Text, nullable=False),
    Column("question", Text),
    Column("verdict", String(20)),
    Column("reason", String(20)),
    Column("rated_at", String(20)),
)

# Told by the rules or by the second look, whose words ``screen`` alone lets through.
_NEVER_KEPT = (Status.PERSONAL_DATA, Status.CRISIS, Status.CLINICAL)
WAITING = 1_000  # entries not yet written; further ones are dropped and counted
_SAY_EVERY_S = 60.0
_CONNECT_S = 3

Write = Callable[[Connection], object]


class LogStore:
    """Notes answers and ratings. ``url`` None keeps nothing. Never raises and never blocks, except in ``close``."""

    def __init__(self, url: str | None, metrics: Metrics, *, keep_questions: bool = False) -> None:
        self._url, self._metrics, self._keep_questions = url, metrics, keep_questions
        self._waiting: queue.Queue[Write | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._said = -_SAY_EVERY_S

    def note(self, answer: Answer, question: str, channel: str, facets: Mapping[str, tuple[str, ...]]) -> None:
        kept = screen(question) if self._keep_questions and answer.status not in _NEVER_KEPT else None
        row = {
            "asked_at": moment(),
            "answer_id": answer.answer_id,
            "status": answer.status.value,
            "channel": channel,
            "generation": answer.index.generation if answer.index else None,
            "citations": len(answer.citations),
            "gaps": len(answer.gaps),
            "facets": json.dumps({name: list(values) for name, values in facets.items()}, sort_keys=True),
            "question": kept.question if kept and not kept.status else None,
        }
        self._put(lambda connection: _do(connection, insert(questions).values(row)))

    def rate(self, answer_id: str, verdict: str, reason: str | None) -> None:
        """The last rating of an answer counts. One of an answer that is not here changes nothing."""
        rated = {"verdict": verdict, "reason": reason, "rated_at": moment()}
        self._put(lambda connection: _do(connection, update(questions).filter_by(answer_id=answer_id).values(rated)))

    def forget(self, days: int) -> None:
        """Delete what is older."""
        self._put(lambda connection: _forget(connection, days))

    def close(self, within_s: float = 5.0) -> None:
        """Write what waits, for so long at most."""
        if self._thread and self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join(within_s)

    def _put(self, write: Write) -> None:
        if self._url is None:
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write_all, args=(self._url,), name="log", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait(write)
        except queue.Full:
            self._lost("the queue is full")

    def _write_all(self, url: str) -> None:
        engine: Engine | None = None
        while (write := self._waiting.get()) is not None:
            try:
                engine = engine or open_store(url)
                with engine.begin() as connection:
                    write(connection)
            except Exception as fault:  # whatever the database's driver raises: the answer is out already
                self._lost(type(fault).__name__)
        if engine:
            engine.dispose()

    def _lost(self, why: str) -> None:
        """Counted each time; said once a minute, without the driver's message, which may hold the entry."""
        self._metrics.unstored.inc()
        if time.monotonic() - self._said >= _SAY_EVERY_S:
            self._said = time.monotonic()
            log.warning({"store": "an entry is lost", "fault": why})


def open_store(url: str) -> Engine:
    """The database with its table, made where there is none. Raises what SQLAlchemy and its driver raise."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, hide_parameters=True)
        event.listen(engine, "connect", _delete_for_good)
    else:
        waits = {"connect_timeout": _CONNECT_S}
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True, connect_args=waits)
    tables.create_all(engine)
    return engine


def prune(url: str, days: int) -> int:
    """Delete what is older than so many days; how many entries that were."""
    engine = open_store(url)
    try:
        with engine.begin() as connection:
            return _forget(connection, days)
    finally:
        engine.dispose()


def moment(days_ago: int = 0) -> str:
    """UTC in ISO 8601, to the second; such texts sort as the moments do."""
    return (datetime.now(UTC) - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _do(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)


def _forget(connection: Connection, days: int) -> int:
    return connection.execute(delete(questions).where(questions.c.asked_at < moment(days))).rowcount


def _delete_for_good(connection: object, _: object) -> None:
    """SQLite else leaves deleted words in the file until something overwrites them."""
    connection.execute("PRAGMA secure_delete = ON")  # type: ignore[attr-defined]
