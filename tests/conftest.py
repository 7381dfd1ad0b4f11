"""Fixtures that every test may use, and the switch by which a skip becomes a failure where nothing may be missing."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from ingest.run import ingest_paths
from retrieval.encode import Encoder, open_encoder
from retrieval.memory import give_back

REPO = Path(__file__).resolve().parent.parent
SHARED = REPO.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skipped test counts as failed: nothing may be missing")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def nothing_stays_frozen() -> Iterator[None]:
    """A service that a test ran in this process has frozen whatever there was, which is then never looked through for
    garbage: a hundred megabytes a service, since an encoder is one of its own loops. All tests share this process."""
    yield
    if gc.get_freeze_count():
        give_back()
        gc.unfreeze()


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The real encoder. Its ONNX copy is kept between runs, since exporting it takes ten seconds."""
    return open_encoder(None, REPO / ".cache" / "encoders")


@pytest.fixture(scope="session")
def shipped_index(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What plain ``python -m ingest`` makes of the shipped corpus, to read; who adds to it takes a copy."""
    index = tmp_path_factory.mktemp("shipped") / "index"
    assert ingest_paths((), index, encoder).published
    return index


@pytest.fixture(scope="session")
def shared_sources() -> Path:
    """The five published documents, which are others' copyright and not in this repository."""
    folder = SHARED / "sources"
    if not folder.is_dir():
        pytest.skip("../shared/sources, the published documents, is not here")
    return folder
