"""``python -m ingest`` as a maintainer meets it: what it prints, its exit codes, and never a traceback."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.ingest.making import HOMES, JOBS, REPO, TIMEOUT_S, command, environment, small_corpus, write

pytestmark = pytest.mark.slow

CAP_DAC_OVERRIDE, PR_CAPBSET_DROP = 1, 24
CAP_DAC_READ_SEARCH = 2
LATIN_NAME = b"caf\xe9.md"  # what a memory stick of 2005 holds


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write(tmp_path / "files", {"jobs.md": JOBS, "homes.md": HOMES})


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two generations, for commands that only read."""
    folder = tmp_path_factory.mktemp("filled")
    files = write(folder / "files", {"jobs.md": JOBS, "homes.md": HOMES})
    assert command(folder / "index", files / "jobs.md").returncode == 0
    assert command(folder / "index", files).returncode == 0
    return folder / "index"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The packages that ingest needs with a small corpus, in a place without ``../shared``."""
    place = tmp_path / "far" / "away"
    for package in ("ingest", "retrieval"):
        shutil.copytree(REPO / package, place / package, ignore=shutil.ignore_patterns("__pycache__"))
    small_corpus(place / "corpus")
    for module in (REPO / "corpus").glob("*.py"):
        shutil.copy(module, place / "corpus" / module.name)
    return place


def run_in(place: Path, index: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ingest", *words],
        cwd=place,
        env=environment(index),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )


def state(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, list[str], list[str]]:
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def test_all_well_is_0(index: Path, files: Path) -> None:
    assert said(command(index, files)) == (
        0,
        [
            f"{files / 'homes.md'}: read as homes, 1 passages",
            f"{files / 'jobs.md'}: read as jobs, 2 passages",
            "published gen-000001: 3 passages, 3 of them newly encoded",
        ],
        [],
    )
    assert said(command(index, files)) == (
        0,
        [
            f"{files / 'homes.md'}: unchanged as homes, 1 passages",
            f"{files / 'jobs.md'}: unchanged as jobs, 2 passages",
            "nothing changed: 3 passages",
        ],
        [],
    )


def test_some_failed_is_1_and_all_failed_is_2(index: Path, files: Path) -> None:
    (files / "sheet.xlsx").write_bytes(b"PK")
    code, told, faults = said(command(index, files, files / "absent.md"))
    assert (code, told[-1]) == (1, "published gen-000001: 3 passages, 3 of them newly encoded")
    assert faults[0] == f"{files / 'absent.md'}: no such file or folder; check the spelling"
    assert faults[1].startswith(f"{files / 'sheet.xlsx'}: the suffix '.xlsx' cannot be read; save it as one of ")
    assert len(faults) == 2
    code, told, faults = said(command(index, files / "absent.md"))
    assert (code, told, len(faults)) == (2, ["nothing changed: 3 passages"], 1)


def test_an_unknown_option_is_2(index: Path) -> None:
    code, told, faults = said(command(index, "--colour", "blue"))
    assert (code, told) == (2, [])
    assert "unrecognized arguments" in faults[-1]
    assert not index.exists()


def test_names_that_are_no_text_are_shown_and_fail_alone(index: Path, files: Path) -> None:
    with open(os.path.join(os.fsencode(files), LATIN_NAME), "w") as odd:  # noqa: PTH118, PTH123 - a name in bytes
        odd.write(JOBS)
    code, told, faults = said(command(index, files, PYTHONIOENCODING="ascii"))
    assert (code, len(told)) == (1, 3)
    assert faults == [f"{files}/caf\\udce9.md: its name holds characters that cannot be shown; rename it"]


def test_the_index_is_listed_shown_and_verified(filled: Path) -> None:
    before = state(filled)
    code, told, faults = said(command(filled, "list"))
    assert (code, faults) == (0, [])
    assert [line.split()[:3] for line in told] == [["homes", "1", "passages"], ["jobs", "2", "passages"]]
    code, told, faults = said(command(filled, "show", "jobs"))
    assert (code, faults) == (0, [])
    assert told[1:3] == ["jobs#0000  Local jobs", "The trust hired 42 local people. Most of them stayed for a year."]
    assert said(command(filled, "show", "nobody")) == (
        2,
        [],
        ["nobody: no such source is held; see `python -m ingest list`"],
    )
    assert said(command(filled, "verify")) == (
        0,
        ["gen-000001: sound, 2 passages", "gen-000002 (served): sound, 3 passages"],
        [],
    )
    assert state(filled) == before


def test_sources_are_removed_and_the_removal_undone(filled: Path, index: Path) -> None:
    shutil.copytree(filled, index)
    assert said(command(index, "remove", "nobody", "jobs")) == (
        2,
        [],
        ["nobody: no such source is held; see `python -m ingest list`"],
    )
    code, _, faults = said(command(index, "remove", "jobs", "homes"))
    assert (code, faults) == (2, [f"that would leave nothing; to start afresh, delete the folder {index}"])
    assert said(command(index, "remove", "homes")) == (0, ["published gen-000003 without homes: 2 passages"], [])
    assert said(command(index, "rollback")) == (0, ["gen-000002 is served now"], [])
    assert len(said(command(index, "list"))[1]) == 2
    assert said(command(index, "rollback")) == (0, ["gen-000001 is served now"], [])
    code, told, faults = said(command(index, "rollback"))
    assert (code, told) == (2, [])
    assert faults == [
        f"no sound generation older than gen-000001 is kept in {index}; run `python -m ingest` to build one"
    ]


def test_verify_names_what_is_damaged(filled: Path, index: Path) -> None:
    shutil.copytree(filled, index)
    (index / "gen-000001" / "vectors.npy").write_bytes(b"")
    code, told, faults = said(command(index, "verify"))
    assert (code, told) == (0, ["gen-000002 (served): sound, 3 passages"])
    assert faults[0].startswith("gen-000001: gen-000001: vectors.npy is altered; run `python -m ingest`")
    (index / "gen-000002" / "sources.json").unlink()
    code, told, faults = said(command(index, "verify"))
    assert (code, told) == (2, [])
    assert faults[1].startswith("gen-000002 (served): gen-000002: sources.json is missing; run `python -m ingest`")
    code, told, faults = said(command(index, "list"))
    assert (code, told, len(faults)) == (2, [], 1)


@pytest.mark.parametrize("words", [("list",), ("show", "jobs"), ("verify",), ("remove", "jobs"), ("rollback",)])
def test_without_an_index_each_command_says_so_and_makes_none(index: Path, words: Sequence[str]) -> None:
    expected = [f"there is no index in {index}; run `python -m ingest` to build one"]
    assert said(command(index, *words)) == (2, [], expected)
    assert not index.exists()


def test_a_dry_run_makes_no_folder_even_without_an_encoder_copy(index: Path, files: Path) -> None:
    code, told, faults = said(command(index, "--dry-run", files, ANCHORLINE_ENCODER_CACHE=str(index / "encoders")))
    assert (code, faults) == (0, [])
    assert told[-1] == "dry run: the index would hold 3 passages; nothing was written"
    assert not index.exists()


def test_an_unknown_encoder_is_one_line(index: Path, files: Path) -> None:
    code, told, faults = said(command(index, files, ANCHORLINE_ENCODER=str(files / "none")))
    assert (code, told, len(faults)) == (2, [], 1)
    assert "no such encoder on this machine" in faults[0]


def test_an_index_that_is_a_file_is_one_line(index: Path, files: Path) -> None:
    index.write_text("not a folder")
    code, told, faults = said(command(index, files))
    assert (code, told) == (2, [])
    assert faults == [f"{index}: File exists; the last complete index stays in use"]


def without_override() -> None:
    """As root, give up the right to write where the permissions forbid it."""
    if os.geteuid() == 0:
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            if ctypes.CDLL(None, use_errno=True).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "this process may not give up its rights")


def test_a_folder_that_cannot_be_written_is_read_and_left(filled: Path, index: Path, files: Path) -> None:
    shutil.copytree(filled, index)
    (files / "secret.md").write_text(JOBS)
    (files / "secret.md").chmod(0)
    index.chmod(0o555)

    def run(*words: str | Path) -> tuple[int, list[str], list[str]]:
        line = [sys.executable, "-m", "ingest", *map(str, words)]
        return said(
            subprocess.run(
                line,
                cwd=REPO,
                env=environment(index),
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
                preexec_fn=without_override,
            )
        )

    try:
        assert run("verify")[0] == run("list")[0] == 0
        (index / "writer.lock").chmod(0o444)
        code, told, faults = run(files)
        assert (code, told, len(faults)) == (2, [], 1)
        assert "Permission denied" in faults[0]
        assert "the last complete index stays in use" in faults[0]
    finally:
        index.chmod(0o755)
        (index / "writer.lock").chmod(0o644)
    code, told, faults = run(files)
    assert code == 1
    assert faults == [f"{files / 'secret.md'}: cannot be opened (Permission denied); check that you may read it"]


@pytest.mark.parametrize("after_s", [0.4, 1.0, 2.0, 3.5])
def test_ctrl_c_is_one_line_and_harms_nothing(filled: Path, index: Path, files: Path, after_s: float) -> None:
    shutil.copytree(filled, index)
    for at in range(300):
        (files / f"more-{at}.md").write_text(JOBS.replace("42", str(at)))
    line = [sys.executable, "-m", "ingest", str(files)]
    with subprocess.Popen(
        line, cwd=REPO, env=environment(index), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        time.sleep(after_s)
        process.send_signal(signal.SIGINT)
        told, faults = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, told, faults) == (2, "", "stopped; the last complete index stays in use\n")
    assert said(command(index, "verify"))[:2] == (
        0,
        ["gen-000001: sound, 2 passages", "gen-000002 (served): sound, 3 passages"],
    )
    assert not list(index.glob("draft-*"))


def test_output_may_be_cut_off(filled: Path) -> None:
    line = [sys.executable, "-m", "ingest", "show", "jobs"]
    with subprocess.Popen(
        line, cwd=REPO, env=environment(filled), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
        process.wait(TIMEOUT_S)
    assert process.returncode == 0


def test_it_works_far_from_the_shared_folder(elsewhere: Path, index: Path) -> None:
    write(elsewhere / "corpus" / "documents", {"jobs.md": JOBS})
    code, told, faults = said(run_in(elsewhere, index))
    assert (code, faults) == (0, [])
    assert told == [
        f"{elsewhere / 'corpus' / 'documents' / 'jobs.md'}: read as jobs, 2 passages",
        "2 briefs of our own: 2 passages, 2 new or changed",
        "published gen-000001: 4 passages, 4 of them newly encoded",
    ]
    assert said(run_in(elsewhere, index))[1][1:] == [
        "2 briefs of our own: 2 passages, 0 new or changed",
        "nothing changed: 4 passages",
    ]
    with (elsewhere / "corpus" / "sources.yaml").open("a") as manifest:
        manifest.write("- title: nothing\n")
    code, told, faults = said(run_in(elsewhere, index))
    assert (code, told) == (1, ["2 briefs of our own: 2 passages, 0 new or changed", "nothing changed: 4 passages"])
    assert all(f"{elsewhere / 'corpus' / 'sources.yaml'}:" in line for line in faults[:-1])
    assert faults[-1].endswith("corpus/documents: not read, because sources.yaml is broken; mend it and run again")
