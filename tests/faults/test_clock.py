"""Clocks that are wrong: generations are told apart by their numbers, and time is measured by a clock nobody can set.

libfaketime (Debian's ``faketime``) changes what the real processes are told by the operating system.
"""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from retrieval.sealed import read_card
from tests.faults.conftest import Command, Filled
from tests.faults.making import JOBS, PATIENCE_S, SERVER, asked, until_ready_says
from tests.ingest.making import command, write
from tests.serving import serving

pytestmark = pytest.mark.slow
LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


@pytest.fixture
def library() -> Path:
    if LIBRARY is None:
        pytest.skip("libfaketime is not installed (Debian's package faketime)")
    return LIBRARY


def clock(library: Path, by: str) -> dict[str, str]:
    """The environment of a process whose clock is ahead (+) or behind (-); the steady clock goes as it does."""
    return {"LD_PRELOAD": str(library), "FAKETIME": by, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}


def test_built_in_the_future_and_set_back_again(filled: Filled, library: Path, command_here: Command) -> None:
    write(filled.documents, {"jobs.md": JOBS.format(people=43)})
    assert command(filled.index, filled.documents, **clock(library, "+10y")).returncode == 0
    ahead = read_card(filled.index / "gen-000003").built_at
    assert ahead[:4] >= "2035"
    told = command_here(filled.index, "doctor")
    assert told.returncode == 1 and f"built at {ahead}, which is yet to come" in told.stdout
    write(filled.documents, {"jobs.md": JOBS.format(people=44)})
    done = command_here(filled.index, filled.documents)
    assert (done.returncode, done.stderr) == (0, "") and "published gen-000004" in done.stdout
    assert read_card(filled.index / "gen-000004").built_at < ahead
    assert (filled.index / "CURRENT").read_text() == "gen-000004\n"
    assert command_here(filled.index, "rollback").stdout == "gen-000003 is served now\n"
    assert command_here(filled.index, "verify").returncode == 0


def test_a_service_whose_clock_jumps_still_notices(
    filled: Filled, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day back while it runs: questions are answered, faults are named and new generations taken up as before."""
    jumping = tmp_path / "clock"
    jumping.write_text("+0")
    for name, value in clock(library, "").items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("FAKETIME")
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(jumping))
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    with (
        serving(filled.index, tmp_path / "log", **SERVER) as running,
        httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
    ):
        monkeypatch.undo()
        assert "42 local people" in asked(client)["text"]
        jumping.write_text("-1d")
        assert "42 local people" in asked(client)["text"]
        vectors = filled.index / "gen-000002" / "vectors.npy"
        whole = vectors.read_bytes()
        vectors.unlink()
        until_ready_says(client, "vectors.npy is missing", "a fault after the clock went back a day")
        vectors.write_bytes(whole)
        until_ready_says(client, None, "mended")
        write(filled.documents, {"jobs.md": JOBS.format(people=43)})
        assert command(filled.index, filled.documents).returncode == 0
        assert "43 local people" in asked(client)["text"]
