"""``python -m ingest doctor`` as an operator meets it: what is wrong, with what, and what to type."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.doctor import Finding, clean, examine
from ingest.run import ingest_paths
from retrieval.copies import abandoned
from retrieval.encode import Encoder
from tests.faults.conftest import Filled
from tests.faults.disks import disk, used
from tests.faults.making import flip
from tests.faults.test_other_builders import by_an_older_version, by_another_encoder
from tests.ingest.making import REPO, command

pytestmark = pytest.mark.slow  # an index of two generations is built first

HOLD = """
import sys; from pathlib import Path; from ingest.store import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True); sys.stdin.read()
"""
COPY = "from retrieval.copies import HeldFolder; folder = HeldFolder(); print(folder.name, flush=True); input()"


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def test_the_command_prints_and_ends_as_it_should(filled: Filled) -> None:
    told = command(filled.index, "doctor")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("all well: gen-000002 is served and sound, ")
    flip(filled.index / "gen-000002" / "vectors.npy")
    told = command(filled.index, "doctor")
    assert (told.returncode, told.stderr) == (1, "")
    assert told.stdout.splitlines() == [
        "1. the served generation is not sound: gen-000002: vectors.npy is altered",
        f"   which: {filled.index / 'gen-000002'}",
        "   type:  python -m ingest   # or: python -m ingest rollback",
    ]
    told = command(filled.index, "doctor", ANCHORLINE_ENCODER="no-such-model")
    assert told.returncode == 1 and "no such encoder on this machine" in told.stdout


def test_no_index(tmp_path: Path, encoder: Encoder) -> None:
    found = only(examine(tmp_path / "none", encoder))
    assert found == Finding("there is no index yet", tmp_path / "none", "python -m ingest")
    assert not (tmp_path / "none").exists()


def test_a_pointer_to_nothing(filled: Filled, encoder: Encoder) -> None:
    (filled.index / "CURRENT").write_text("gen-000009\n")
    assert "gen-000009, which is not there" in only(examine(filled.index, encoder)).what


def test_another_encoder_and_an_older_layout(filled: Filled, encoder: Encoder) -> None:
    by_another_encoder(filled.index / "gen-000001")
    by_an_older_version(filled.index / "gen-000002")
    served, kept = examine(filled.index, encoder)
    assert (
        "gen-000002 has layout" in served.what
        and served.to_type == "python -m ingest   # or: python -m ingest rollback"
    )
    assert "kept to go back to" in kept.what and "another-encoder" in kept.what
    assert kept.to_type.startswith(f"rm -r {filled.index / 'gen-000001'}")
    by_another_encoder(filled.index / "gen-000002")
    assert examine(filled.index, encoder)[0].what.startswith("the served generation is not sound")


def test_a_document_that_vanished(filled: Filled, encoder: Encoder) -> None:
    ingest_paths([filled.documents], filled.index, encoder)  # the copy of the index knows the copy of the documents
    (filled.documents / "homes.md").unlink()
    found = only(examine(filled.index, encoder))
    assert found.which == filled.documents / "homes.md" and "of homes is gone" in found.what
    assert found.to_type.startswith("python -m ingest remove homes")


def test_unfinished_builds_are_cleaned(filled: Filled, encoder: Encoder) -> None:
    (filled.index / "draft-1" / "gen-000003").mkdir(parents=True)
    assert "unfinished builds" in only(examine(filled.index, encoder)).what
    assert list(clean(filled.index)) == [f"deleted unfinished builds in {filled.index}"]
    assert examine(filled.index, encoder) == ()


def test_a_writer_that_hangs(filled: Filled, encoder: Encoder) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(filled.index)], cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout and writer.stdout.readline() == b"held\n"
        assert examine(filled.index, encoder) == ()  # an ingest under way is nothing wrong
        os.utime(filled.index / "writer.lock", (time.time() - 7200,) * 2)
        found = only(examine(filled.index, encoder))
        assert f"(process {writer.pid}) has been writing for 2.0 hours" in found.what
        assert found.to_type == f"ps -fp {writer.pid}   # if it hangs: kill {writer.pid}"
        writer.kill()
    assert examine(filled.index, encoder) == ()  # killed, it leaves no lock


def test_copies_of_killed_processes_only(filled: Filled, encoder: Encoder) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", COPY], cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    living, dead = (Path(one.stdout.readline().strip()) for one in runs if one.stdout)
    runs[1].kill()
    runs[1].communicate()
    assert list(abandoned()) == []  # too young to be judged
    for folder in (living, dead):
        os.utime(folder, (0, 0))
    found = only(examine(filled.index, encoder))
    assert "left 1 private copies" in found.what and found.which == dead
    assert [line.partition(",")[0] for line in clean(filled.index)] == [f"deleted {dead}"]
    assert examine(filled.index, encoder) == ()
    assert living.is_dir() and not dead.exists()
    runs[0].communicate("\n")
    assert not living.exists()


def test_a_disk_that_is_nearly_full(filled: Filled, encoder: Encoder, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 2 * used(filled.index)) as small:
        if not small.mounted:
            pytest.skip("a nearly full disk must be mounted, and this user may not")
        index = shutil.copytree(filled.index, small.folder / "index")
        small.leave_free(65536)
        found = only(examine(index, encoder))
        assert "the disk is nearly full" in found.what and found.to_type.startswith(f"df -h {index}")


def test_a_file_that_may_not_be_read(filled: Filled) -> None:
    from tests.ingest.test_command import without_override

    (filled.index / "gen-000002" / "vectors.npy").chmod(0)
    line = [sys.executable, "-m", "ingest", "doctor"]
    env = {**os.environ, "ANCHORLINE_INDEX": str(filled.index)}
    told = subprocess.run(line, cwd=REPO, env=env, capture_output=True, text=True, preexec_fn=without_override)
    assert told.returncode == 1
    assert told.stdout.splitlines()[:2] == [
        "1. this user may not read it",
        f"   which: {filled.index / 'gen-000002' / 'vectors.npy'}",
    ]
