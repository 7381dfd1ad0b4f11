"""A real nginx over real services, with the configurations that ship in deploy/proxy."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import REPO

PROXIES = REPO / "deploy" / "proxy"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@contextmanager
def nginx(configuration: str, folder: Path) -> Iterator[Path]:
    """Runs it with a whole configuration; gives the folder with all that it logs."""
    if NGINX is None:
        pytest.skip("nginx is not on the PATH (apt-get install nginx-light)")
    logs = folder / "logs"
    logs.mkdir()
    file = folder / "nginx.conf"
    # An nginx of Debian's would write to /var; here it keeps to its folder, into which only this user may look.
    kept = "\n".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file.write_text(configuration.replace("http {", "http {\n" + kept, 1).replace("/var/log/nginx", str(logs)))
    said = "daemon off; user root;" if os.getuid() == 0 else "daemon off;"
    command = [NGINX, "-e", str(logs / "start.log"), "-p", str(folder), "-c", str(file), "-g", said]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stderr
    with (logs / "said.log").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            yield logs
        finally:
            process.terminate()
            process.wait(30)


def over_replicas(replicas: Sequence[str], port: int, logs: Path) -> str:
    """The shipped configuration with a line for each of these replicas (host:port) in each of its lists."""
    shipped = (PROXIES / "nginx-replicas.conf").read_text("utf-8")
    named, lists = re.subn(
        r"server one:8000(.*)\n *server two:8000.*\n",
        lambda line: "".join(f"server {replica}{line[1]}\n" for replica in replicas),
        shipped,
    )
    assert lists == 2 and "listen 8080;" in named
    own = {
        "listen 8080;": f"listen 127.0.0.1:{port};",
        "/run/nginx.pid": "nginx.pid",
        "/dev/stderr": f"{logs}/error.log",
    }
    for theirs, ours in own.items():
        named = named.replace(theirs, ours)
    return named


def answers(url: str) -> httpx.Response:
    """The first answer at an address that is about to be served."""
    transport = httpx.HTTPTransport(retries=8)
    with httpx.Client(transport=transport, timeout=60) as client:
        return client.get(url)
