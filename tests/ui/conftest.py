"""Two running services, one of documents (some hostile), one of records, and one browser for all tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from ingest.run import ingest_paths
from retrieval.encode import Encoder
from tests.conftest import REPO
from tests.ingest.making import accept_all
from tests.records import write_programmes, write_report
from tests.serving import DOCUMENTS, POISON, Running, serving, write
from tests.ui.browsing import CHROMIUM, FLAGS
from tests.ui.seeing import READY_MS, SIZES, Seen, opened

ENCODERS = str(REPO / ".cache" / "encoders")
expect.set_options(timeout=READY_MS)  # a crowded machine must fail no test


@pytest.fixture(scope="session")
def documents_index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("page")
    paths = [write(DOCUMENTS | POISON, folder / "documents")]
    ingest_paths(paths, folder / "index", encoder)
    accept_all(folder / "index")  # a poisoned document that somebody let in must do no harm either
    ingest_paths(paths, folder / "index", encoder)
    return folder / "index"


@pytest.fixture(scope="session")
def page_server(documents_index: Path) -> Iterator[Running]:
    with serving(documents_index, documents_index.with_name("server.log"), ENCODER_CACHE=ENCODERS) as running:
        yield running


@pytest.fixture(scope="session")
def records_server(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Running]:
    """Three programmes, written by these tests, and the report that they were learnt from."""
    folder = tmp_path_factory.mktemp("records")
    corpus = write_programmes(folder / "corpus")
    ingest_paths((), folder / "index", encoder, corpus_dir=corpus)
    ingest_paths([write_report(folder / "in")], folder / "index", encoder, corpus_dir=corpus)
    with serving(folder / "index", folder / "server.log", ENCODER_CACHE=ENCODERS) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed with its module: while Playwright is open, nothing else in this thread can run an event loop."""
    if CHROMIUM is None:
        pytest.skip("chromium is not on the PATH (apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def seen(browser: Browser, page_server: Running, size: str) -> Iterator[Seen]:
    with opened(browser, page_server.url, size) as shown:
        yield shown


@pytest.fixture
def records(browser: Browser, records_server: Running, size: str) -> Iterator[Seen]:
    with opened(browser, records_server.url, size) as shown:
        yield shown
