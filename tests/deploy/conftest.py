"""An index, and a real nginx that shows a real service as the recipes in deploy/proxy say."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

from ingest.run import ingest_paths
from retrieval.encode import Encoder
from tests.conftest import REPO
from tests.serving import DOCUMENTS, write
from tests.ui.conftest import browser as browser

PROXIES = REPO / "deploy" / "proxy"
ENCODERS = str(REPO / ".cache" / "encoders")
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
Proxied = Callable[[str], AbstractContextManager[Path]]


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("deployed")
    ingest_paths([write(DOCUMENTS, folder / "documents")], folder / "index", encoder)
    return folder / "index"


@pytest.fixture
def nginx(tmp_path: Path) -> Proxied:
    """Runs nginx with a whole configuration; gives the folder with all that it logs."""
    if NGINX is None:
        pytest.skip("nginx is not on the PATH (apt-get install nginx)")
    return lambda configuration: _running(NGINX, configuration, tmp_path)


@contextmanager
def _running(nginx: str, configuration: str, folder: Path) -> Iterator[Path]:
    logs = folder / "logs"
    logs.mkdir()
    file = folder / "nginx.conf"
    # An nginx of Debian's would write to /var and drop to another user; here it keeps to its folder.
    kept = "\n".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file.write_text(configuration.replace("http {", "http {\n" + kept, 1).replace("/var/log/nginx", str(logs)))
    command = [nginx, "-e", str(logs / "start.log"), "-p", str(folder), "-c", str(file), "-g", "daemon off;"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stderr
    with (logs / "said.log").open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
        try:
            yield logs
        finally:
            process.terminate()
            process.wait(30)


def answers(url: str) -> httpx.Response:
    """The first answer at an address that is about to be served."""
    transport = httpx.HTTPTransport(retries=8)
    with httpx.Client(transport=transport, timeout=60) as client:
        return client.get(url)
