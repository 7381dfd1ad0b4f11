"""An index for the services that the tests deploy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.run import ingest_paths
from retrieval.encode import Encoder
from tests.conftest import REPO
from tests.serving import DOCUMENTS, write
from tests.ui.conftest import browser as browser

ENCODERS = str(REPO / ".cache" / "encoders")


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("deployed")
    ingest_paths([write(DOCUMENTS, folder / "documents")], folder / "index", encoder)
    return folder / "index"
