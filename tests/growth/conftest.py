"""Each back end under the same interface, over real servers that all tests here share."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from retrieval.index import ExactIndex, VectorIndex, VectorStore
from retrieval.shared import SharedIndex, open_store
from tests.growth import servers
from tests.growth.making import Made

STORES = ("chroma", "pgvector")
BACK_ENDS = ("exact", *STORES, "shared-chroma", "shared-pgvector")

Build = Callable[[Made], VectorIndex]
_names = itertools.count()


def new_name() -> str:
    return f"anchorline-gen-{next(_names):06d}-0123456789abcdef"


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Chroma]:
    with servers.chroma(tmp_path_factory.mktemp("chroma") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def pgvector_url() -> Iterator[str]:
    # Not in pytest's folders, which only their owner may enter.
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="anchorline-pg-"))
    folder.chmod(0o755)
    with servers.pgvector(folder) as url:
        yield url
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module", params=STORES)
def store_url(request: pytest.FixtureRequest) -> str:
    if request.param == "chroma":
        server: servers.Chroma = request.getfixturevalue("chroma_server")
        return server.url
    url: str = request.getfixturevalue("pgvector_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[VectorStore]:
    opened = open_store(store_url)
    yield opened
    for name in opened.names():
        opened.drop(name)
    opened.close()


@pytest.fixture(scope="module", params=BACK_ENDS)
def build(request: pytest.FixtureRequest) -> Iterator[Build]:
    """Makes an index of the back end over passages; everything is closed and dropped in the end."""
    kind: str = request.param
    with ExitStack() as ending:
        if kind == "exact":
            yield lambda given: ExactIndex(given.passages, given.vectors)
            return
        server = request.getfixturevalue("chroma_server") if kind.endswith("chroma") else None
        opened = open_store(server.url if server else request.getfixturevalue("pgvector_url"))
        ending.callback(opened.close)

        def stored(given: Made) -> VectorIndex:
            name = new_name()
            opened.write(name, given.passages, given.vectors)
            ending.callback(opened.drop, name)
            if not kind.startswith("shared-"):
                return opened.open(name)
            shared = SharedIndex(opened, name, given.passages, given.vectors)
            assert shared.fault is None, shared.fault
            return shared

        yield stored
