"""PostgreSQL with the extension pgvector: each generation is a table. The only module that knows psycopg.

Without a narrowing the graph (HNSW) is searched. With one, every passage within it is compared: a graph that is
filtered while it is searched loses neighbours, and what is left after narrowing is small.
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg
from psycopg import conninfo, sql

from corpus.errors import AnchorlineError, IndexMissing, StoreFailed
from corpus.types import Passage
from retrieval.index import Hit, VectorIndex, check_dimension, storable
from retrieval.types import Narrowing
from retrieval.vectors import Vectors

_PREFIX = "anchorline-"
_ASK_S = 2.0
_WRITE_S = 3600.0  # a graph over 200,000 vectors takes minutes
_WIDTH = 200  # how many the graph's search keeps in view, and so the most that it can find

_TABLE = sql.SQL("""CREATE TABLE {table} (
    passage_id text PRIMARY KEY, source text NOT NULL, programme text, facets text[] NOT NULL,
    embedding vector({dimension}) NOT NULL)""")
_INDEXES = (
    sql.SQL("CREATE INDEX ON {table} USING hnsw (embedding vector_cosine_ops) WITH (m = 32, ef_construction = 200)"),
    sql.SQL("CREATE INDEX ON {table} (source)"),
    sql.SQL("CREATE INDEX ON {table} (programme)"),
    sql.SQL("CREATE INDEX ON {table} USING gin (facets)"),
    sql.SQL("ANALYZE {table}"),
)
_COPY = sql.SQL("COPY {table} (passage_id, source, programme, facets, embedding) FROM STDIN")
_SHAPE = sql.SQL("SELECT (SELECT count(*) FROM {table}), (SELECT vector_dims(embedding) FROM {table} LIMIT 1)")
_DROP = sql.SQL("DROP TABLE IF EXISTS {table}")
# Adding nothing to the distance keeps the planner from the graph.
_NEAREST = sql.SQL("""SELECT passage_id, 1 - distance FROM
    (SELECT passage_id, embedding <=> %(vector)s::vector AS distance FROM {table} WHERE {within}
     ORDER BY (embedding <=> %(vector)s::vector) {exactly} LIMIT %(k)s) AS near
    ORDER BY distance, passage_id""")
_NAMES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND starts_with(tablename, %s)"


class PgVectorStore:
    """A PostgreSQL database. ``url``: postgresql://user:password@host:port/name."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: queue.LifoQueue[psycopg.Connection] = queue.LifoQueue()
        known = conninfo.conninfo_to_dict(url)
        self._address = f"postgresql://{known.get('host', '')}:{known.get('port', 5432)}/{known.get('dbname', '')}"

    @property
    def address(self) -> str:
        return self._address

    def open(self, name: str) -> VectorIndex:
        with self.asking() as connection:
            try:
                found = connection.execute(_SHAPE.format(table=sql.Identifier(name))).fetchone()
            except psycopg.errors.UndefinedTable as error:
                raise IndexMissing(f"{self._address} does not hold {name}; run `python -m ingest push`") from error
            count, dimension = found or (0, None)
            return _Table(self, name, int(count), dimension)

    def write(self, name: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        """In one transaction, so no reader sees half a table."""
        with self.asking(_WRITE_S) as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
            table, dimension = sql.Identifier(name), sql.Literal(int(vectors.shape[1]))
            cursor.execute(_DROP.format(table=table))
            cursor.execute(_TABLE.format(table=table, dimension=dimension))
            with cursor.copy(_COPY.format(table=table)) as copy:
                for passage, vector in zip(passages, vectors, strict=True):
                    facets = list(passage.facets)
                    row = (passage.passage_id, passage.source.source_id, passage.programme_id, facets, _text(vector))
                    copy.write_row(row)
            for index in _INDEXES:
                cursor.execute(index.format(table=table))

    def names(self) -> tuple[str, ...]:
        with self.asking() as connection:
            return tuple(str(name) for (name,) in connection.execute(_NAMES, (_PREFIX,)))

    def drop(self, name: str) -> None:
        with self.asking() as connection:
            connection.execute(_DROP.format(table=sql.Identifier(name)))

    def close(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    @contextmanager
    def asking(self, timeout_s: float = _ASK_S) -> Iterator[psycopg.Connection]:
        """A connection for one thread, kept for the next one unless something failed."""
        connection: psycopg.Connection | None = None
        try:
            connection = self._connection()
            with _within(connection, timeout_s):
                yield connection
        except AnchorlineError:
            _put_away(connection)
            raise
        except psycopg.Error as error:
            _put_away(connection)
            why = str(error).partition("\n")[0] or type(error).__name__
            raise StoreFailed(f"{self._address} does not answer ({why}); see docs/growth.md") from error
        self._idle.put(connection)

    def _connection(self) -> psycopg.Connection:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            options = f"-c hnsw.ef_search={_WIDTH}"
            return psycopg.connect(self._url, autocommit=True, connect_timeout=int(_ASK_S), options=options)


class _Table:
    def __init__(self, store: PgVectorStore, name: str, count: int, dimension: int | None) -> None:
        self._store, self._name, self._count, self._dimension = store, name, count, dimension

    def query(self, vector: Vectors, k: int, narrowing: Narrowing | None = None) -> list[Hit]:
        if k < 1 or self._dimension is None:
            return []
        check_dimension(vector, self._dimension)
        within, values = _within_narrowing(narrowing or Narrowing())
        graph = within == sql.SQL("true") and k <= _WIDTH
        statement = _NEAREST.format(
            table=sql.Identifier(self._name), within=within, exactly=sql.SQL("" if graph else "+ 0")
        )
        with self._store.asking() as connection:
            rows = connection.execute(statement, values | {"vector": _text(vector), "k": k}).fetchall()
        return [(str(passage_id), float(score)) for passage_id, score in rows]

    def count(self) -> int:
        """How many there were when it was opened."""
        return self._count


def _within_narrowing(narrowing: Narrowing) -> tuple[sql.Composable, dict[str, object]]:
    """The narrowing as a condition and its values."""
    conditions: list[sql.Composable] = []
    values: dict[str, object] = {}
    for column, wanted in (("source", narrowing.sources), ("programme", narrowing.programmes)):
        if wanted:
            conditions.append(sql.SQL("{} = ANY({})").format(sql.Identifier(column), sql.Placeholder(column)))
            values[column] = storable(wanted)
    for at, (name, wanted) in enumerate(narrowing.facets.items()):
        if wanted:
            conditions.append(sql.SQL("facets && {}::text[]").format(sql.Placeholder(f"facet{at}")))
            values[f"facet{at}"] = storable(f"{name}:{value}" for value in wanted)
    return (sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true")), values


@contextmanager
def _within(connection: psycopg.Connection, timeout_s: float) -> Iterator[None]:
    """Hang up when the time is over: a server that stands still sends neither an answer nor an error, and its own
    statement_timeout stands still with it."""
    line = socket.socket(fileno=socket.dup(connection.fileno()))

    def hang_up() -> None:
        with suppress(OSError):  # it came to its end in the same moment
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(timeout_s, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        line.close()


def _put_away(connection: psycopg.Connection | None) -> None:
    if connection is not None:
        connection.close()


def _text(vector: Vectors) -> str:
    """As pgvector reads it; nine digits give back the same float32."""
    return "[" + ",".join(f"{value:.9g}" for value in vector.tolist()) + "]"
