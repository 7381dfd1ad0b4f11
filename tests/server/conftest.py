"""One index and one running service for all tests of the HTTP contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ingest.run import ingest_paths
from retrieval.encode import Encoder
from tests.records import write_programmes, write_report
from tests.serving import DOCUMENTS, Running, build_index, serving, write


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    return build_index(write(DOCUMENTS, folder / "documents"), folder / "index")


@pytest.fixture(scope="session")
def record_index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """An index of records, with the report that one of them tells of; the corpus folder is gone."""
    folder = tmp_path_factory.mktemp("records")
    corpus = write_programmes(folder / "corpus")
    ingest_paths((), folder / "index", encoder, corpus_dir=corpus)
    ingest_paths([write_report(folder / "in")], folder / "index", encoder, corpus_dir=corpus)
    corpus.rename(folder / "gone")
    return folder / "index"


@pytest.fixture(scope="session")
def anchorline_server(index_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    log = tmp_path_factory.mktemp("log") / "server.log"
    with serving(index_dir, log, ORIGINS="https://listed.example") as running:
        yield running


@pytest.fixture(scope="session")
def client(anchorline_server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=anchorline_server.url, timeout=60) as opened:
        yield opened
