"""No network is needed, and none is tried: documents are read, the encoder exported, questions answered, the page shown
by the real service, in a network namespace with nothing but loopback where this machine allows one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPO

pytestmark = pytest.mark.slow

GUARD = Path(__file__).with_name("guard")


@dataclass(frozen=True, slots=True)
class Run:
    told: dict[str, Any]
    alone: bool
    noted: str
    at_home: list[str]


def namespace() -> list[str]:
    """The command that gives a program a network of its own, empty where that is not allowed."""
    for command in (["unshare", "--net"], ["unshare", "--net", "--map-root-user"]):
        if shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            return command
    return []


def guarded(notes: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{GUARD}{os.pathsep}{REPO}", "CONNECTIONS_NOTED_IN": str(notes)}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder, unshared = tmp_path_factory.mktemp("alone"), namespace()
    notes, home = folder / "connections", folder / "home"
    home.mkdir()
    command = [*unshared, sys.executable, "-m", "tests.deploy.alone", str(folder)]
    environment = guarded(notes) | {"HOME": str(home)}
    done = subprocess.run(command, env=environment, cwd=REPO, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    at_home = [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()]
    return Run(json.loads(done.stdout), bool(unshared), notes.read_text() if notes.exists() else "", at_home)


def test_everything_answers_where_there_is_no_network(run: Run) -> None:
    if not run.alone:
        pytest.skip("this machine allows no network namespace (unshare --net)")
    assert run.told["interfaces"] == [[1, "lo"]]
    assert "42 local people" in run.told["answer"]
    assert run.told["page_answered"]
    assert {"/page.js", "/page.css", "passage", "search"} < set(run.told["statuses"])
    assert set(run.told["statuses"].values()) == {200, 204}


def test_nothing_tries_to_reach_another_host(run: Run) -> None:
    assert run.noted == ""
    assert run.told["cookies"] == 0
    assert run.told["page_answered"]


def test_not_even_compiled_code_tries(run: Run) -> None:
    """The kernel counts what finds no way out; Python sees nothing of what libraries do by themselves."""
    if not run.alone:
        pytest.skip("this machine allows no network namespace (unshare --net)")
    assert run.told["unreachable"] == 0


def test_nothing_is_left_in_the_home_folder(run: Run) -> None:
    """Where ONNX Runtime keeps its identifier of the machine, before it sends anything."""
    assert run.at_home == []


def test_the_guard_notes_what_it_is_there_for(tmp_path: Path) -> None:
    """Each is refused before a packet leaves."""
    notes = tmp_path / "connections"
    for attempt in (
        "socket.create_connection(('192.0.2.1', 9))",
        "socket.getaddrinfo('assistant.example', 443)",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
    ):
        done = subprocess.run(
            [sys.executable, "-c", f"import socket; {attempt}"], env=guarded(notes), capture_output=True
        )
        assert done.returncode == 1
    assert [line.split()[-1] for line in notes.read_text().splitlines()] == [
        "192.0.2.1",
        "assistant.example",
        "192.0.2.1",
    ]
