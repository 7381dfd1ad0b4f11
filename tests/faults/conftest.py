"""An index of two generations, made once by the command; each test copies it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.__main__ import main
from retrieval.encode import Encoder
from tests.faults.making import HOMES, JOBS
from tests.ingest.making import ENCODERS, command, write

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Filled:
    """An index with the documents it was made from. In the first generation 41 people began jobs, in the second 42."""

    index: Path
    documents: Path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Filled:
    folder = tmp_path_factory.mktemp("faults")
    documents = write(folder / "documents", {"jobs.md": JOBS.format(people=41), "homes.md": HOMES})
    assert command(folder / "index", documents).returncode == 0
    write(documents, {"jobs.md": JOBS.format(people=42)})
    assert command(folder / "index", documents).returncode == 0
    return Filled(folder / "index", documents)


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of this test and of the processes it starts: what others left in the machine's own is none of its business."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def filled(made: Filled, tmp_path: Path) -> Filled:
    shutil.copytree(made.documents, tmp_path / "documents")
    shutil.copytree(made.index, tmp_path / "index")
    return Filled(tmp_path / "index", tmp_path / "documents")


@pytest.fixture
def command_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """``python -m ingest`` with these words in this process, which spares two seconds of imports."""

    def run(index: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
        capsys.readouterr()
        with monkeypatch.context() as settings:
            settings.setenv("ANCHORLINE_INDEX", str(index))
            settings.setenv("ANCHORLINE_ENCODER_CACHE", str(ENCODERS))
            code = main([*map(str, words)])
        return subprocess.CompletedProcess(words, code, *capsys.readouterr())

    return run
