"""The commands that measure growth, over a real Chroma server, which is left as it was found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.growth import IN_PROCESS, WHOLE
from ingest.run import ingest_paths
from retrieval.chroma import ChromaStore
from retrieval.encode import Encoder
from tests.growth import servers
from tests.serving import DOCUMENTS, write


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("measured")
    assert ingest_paths([write(DOCUMENTS, folder / "documents")], folder / "index", encoder).published
    return folder / "index"


@pytest.mark.slow
def test_growth_is_measured_in_process_and_in_the_store(
    index_dir: Path, chroma_server: servers.Chroma, tmp_path: Path
) -> None:
    written = tmp_path / "growth.json"
    command = ["growth", "--index", str(index_dir), "--sizes", "30", "--questions", "20", "--json", str(written)]
    assert main([*command, "--plot", str(tmp_path / "growth.svg"), "--store", chroma_server.url]) == 0
    own, stored = json.loads(written.read_text("utf-8"))
    assert (own["searched"], stored["searched"]) == (IN_PROCESS, chroma_server.url)
    assert own["passages"] == stored["passages"] == 30
    assert len(own["stages_ms"][WHOLE]) == len(stored["stages_ms"][WHOLE]) >= 20
    assert not ChromaStore(chroma_server.url).names()


def test_back_ends_are_held_to_comparing_everything(
    index_dir: Path, chroma_server: servers.Chroma, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["back-ends", "--index", str(index_dir), "--sizes", "300", "--questions", "20"]
    assert main([*command, "--store", chroma_server.url]) == 0
    said = capsys.readouterr().out
    rows = [line.split() for line in said.splitlines() if line.split()[:1] == ["300"]]
    assert rows[0][-2:] == ["1.0000", "1.0000"] and chroma_server.url in rows[1]
    assert all(0.95 <= float(share) <= 1 for share in rows[1][-2:])  # its graph loses some even of 300
    assert "would not be asked" not in said
    assert not ChromaStore(chroma_server.url).names()
