"""A full disk, a full temporary folder, a disk turned read-only: the last good generation serves, one line says why.

What stands in for such disks where none may be mounted is told in ``tests.faults.disks``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.faults.conftest import Command, Filled
from tests.faults.disks import disk, used
from tests.faults.making import PATIENCE_S, SERVER, asked, until_ready_says
from tests.ingest.making import JOBS, REPO, TIMEOUT_S, command, environment, write
from tests.ingest.test_command import without_override
from tests.serving import serving

pytestmark = pytest.mark.slow
MB = 1_000_000


def run(index: Path, *words: str | Path, before: Callable[[], None] | None) -> subprocess.CompletedProcess[str]:
    """``python -m ingest`` with something done in the new process first."""
    line = [sys.executable, "-m", "ingest", *map(str, words)]
    env = environment(index)
    return subprocess.run(line, cwd=REPO, env=env, capture_output=True, text=True, timeout=TIMEOUT_S, preexec_fn=before)


def one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert any(word in done.stderr for word in words), done.stderr


def test_the_disk_fills_up_at_any_point_of_an_ingest(filled: Filled, tmp_path: Path, command_here: Command) -> None:
    shutil.rmtree(filled.index / "encoders", ignore_errors=True)
    present, whole = used(filled.index), used(filled.index / "gen-000002")
    write(filled.documents, {"more.md": JOBS})
    with disk(tmp_path / "disk", present + 4 * whole) as small:
        index = shutil.copytree(filled.index, small.folder / "index")
        for part in (0.0, 0.3, 0.6, 0.9):
            small.leave_free(int(part * whole))
            done = run(index, filled.documents, before=small.limit(int(part * 200_000)))
            one_line(
                done,
                "No space left on device",
                "disk is full",
                "File too large",
                "is the disk full",
                "cannot be written",
            )
            assert "the last complete index stays in use" in done.stderr, done.stderr
            assert not list(index.glob("draft-*"))
            told = command_here(index, "verify")
            assert (told.returncode, told.stderr) == (0, "") and "gen-000002 (served): sound" in told.stdout
        small.resize(present + 4 * whole)
        done = command(index, filled.documents)
        assert (done.returncode, done.stderr) == (0, "") and "published gen-000003" in done.stdout


def test_the_temporary_folder_of_a_service_is_full(
    filled: Filled, tmp_path: Path, own_temporary_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new generation cannot be opened, since its copies find no room; the one before answers until there is some."""
    with disk(tmp_path / "small", 64 * MB) as small:
        if not small.mounted:
            pytest.skip("a full temporary folder needs a disk of its own, and this user may not mount one")
        monkeypatch.setenv("TMPDIR", str(small.folder))
        with (
            serving(filled.index, tmp_path / "log", **SERVER) as running,
            httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
        ):
            monkeypatch.setenv("TMPDIR", str(own_temporary_folder))  # the ingest has room
            assert "42 local people" in asked(client)["text"]
            small.leave_free(8192)
            write(filled.documents, {"more.md": JOBS})
            assert command(filled.index, filled.documents).returncode == 0
            until_ready_says(client, "No space left on device", "the temporary folder is full when a new one is opened")
            assert asked(client)["index"]["generation"] == "gen-000002"
            small.resize(64 * MB)
            until_ready_says(client, None, "room again")
            assert asked(client)["index"]["generation"] == "gen-000003"


def test_the_disk_turns_read_only_under_a_service(filled: Filled, tmp_path: Path) -> None:
    size = 4 * used(filled.index)
    with disk(tmp_path / "disk", size) as one:
        index = shutil.copytree(filled.index, one.folder / "index")
        dropped = None if one.mounted else without_override
        with (
            serving(index, tmp_path / "log", **SERVER) as running,
            httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
        ):
            with one.read_only():
                assert "42 local people" in asked(client)["text"]
                until_ready_says(client, None, "read-only is no fault of what is served")
                write(filled.documents, {"more.md": JOBS})
                one_line(run(index, filled.documents, before=dropped), "Read-only file system", "Permission denied")
                assert run(index, "verify", before=dropped).returncode == 0
                told = run(index, "doctor", before=dropped)
                assert told.returncode == 1 and "nothing can be written here" in told.stdout
            assert command(index, filled.documents).returncode == 0
            until_ready_says(client, None, "writable again")
            assert asked(client)["index"]["generation"] == "gen-000003"


def test_a_service_starts_on_a_read_only_disk(filled: Filled, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 4 * used(filled.index)) as one:
        index = shutil.copytree(filled.index, one.folder / "index")
        with (
            one.read_only(),
            serving(index, tmp_path / "log", **SERVER) as running,
            httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
        ):
            assert "42 local people" in asked(client)["text"]
    assert not one.mounted or not any((tmp_path / "disk").iterdir())
