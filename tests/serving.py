"""Real parts for tests of service and page: an index made by ``python -m ingest``, a process of ``python -m server``.

Nothing here stands in for a part of ours. The documents are written by these tests, so nobody's text is copied.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from retrieval.live import LiveAssistant
from server.app import create_app
from server.settings import Settings
from tests.ingest.making import accept_all

READY_S = 240

DOCUMENTS = {
    "local-jobs.md": """# Local jobs at Wexcombe

## Getting started

Wexcombe Hospital NHS Trust started with one meeting between its recruitment team and the job centre.
The first step was to ask which posts stood empty for longest.
The second step was to rewrite those adverts in plain words.
It had no budget, so the team used an hour a week of its own time.

## Impact

In the first year 42 local people who had been out of work began jobs at the trust.
Thirty-eight of them were still there after twelve months. Staff said that wards were easier to fill.

## Measuring impact

The trust counted starters by postcode and compared the figures with the year before.
""",
    "warm-homes.md": """# Warm homes in Aldermere

## What was done

Aldermere Community NHS Trust wrote housing referrals into the discharge form for people with asthma.
A nurse could send a family to the council's warm homes team with one tick.
The council repaired damp in 60 homes in the first winter.

## Buying locally

The trust asked every supplier to show social value in its bid, and gave it a tenth of the marks.
It planted trees on its car park to make green space and to clean the air.
""",
}

POISON = {
    "orchard-scheme.md": """# Orchard scheme at Poundbury Trust

## What happened

The orchard scheme began with apples <img src="https://evil.example/apple.png" onerror="window.pwned=1"> in the yard.
The orchard scheme grew <script>window.pwned=1</script> to forty trees <iframe src="https://evil.example/frame"></iframe>.
The orchard scheme asked for gifts <form action="https://evil.example/give"><input name="x"></form> from its neighbours.
The orchard scheme has a page ![pear](https://evil.example/pear.png) and [a link](javascript:window.pwned=1) of its own.
The orchard scheme cost ${window.pwned=1} pounds and {{window.pwned}} pence, or $$x^2$$ in all.
The orchard scheme ended </details></section><style>@import "https://evil.example/s.css";</style> in the autumn.
""",
    "pear-scheme.txt": """PEAR SCHEME AT POUNDBURY TRUST

The pear scheme began with <img src="https://evil.example/pear.png" onerror="window.pwned=1"> in the yard of the trust.
The pear scheme grew </script><script>window.pwned=1</script> to forty trees in the second year of its life.
""",
}


@dataclass(frozen=True, slots=True)
class Running:
    """A service that answers at ``url``; ``log`` is the file that holds its standard error."""

    url: str
    log: Path
    pid: int


def write(documents: Mapping[str, str], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def environment(index: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANCHORLINE_")}
    return kept | {"ANCHORLINE_INDEX": str(index)} | {f"ANCHORLINE_{name}": value for name, value in settings.items()}


def build_index(documents: Path, index: Path) -> Path:
    """What waits in quarantine is let in: a poisoned document that somebody accepted must do no harm either."""
    if _ingest(documents, index).returncode:
        accept_all(index)
        again = _ingest(documents, index)
        assert again.returncode == 0, again.stdout + again.stderr
    return index


def _ingest(documents: Path, index: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ingest", str(documents)]
    return subprocess.run(command, env=environment(index), capture_output=True, text=True, timeout=READY_S)


@contextmanager
def serving_here(settings: Settings, live: LiveAssistant | None = None) -> Iterator[str]:
    """The API without the page, on a port of its own, in a thread of this process; gives its address."""
    app = create_app(settings, live or LiveAssistant(settings.index, settings.encoder, settings.encoders))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False))
    bound = socket.create_server(("127.0.0.1", 0), backlog=256)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        bound.close()


@contextmanager
def serving(index: Path, log: Path, **settings: str) -> Iterator[Running]:
    """``python -m server`` on a free port until the block ends."""
    said = log.with_suffix(".out")
    with said.open("w") as out, log.open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "server"],
            env=environment(index, **({"PORT": "0", "RATE_LIMIT": "off"} | settings)),
            stdout=out,
            stderr=err,
        )
        try:
            yield Running(_address(process, said, log), log, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _address(process: subprocess.Popen[bytes], said: Path, log: Path) -> str:
    until = time.monotonic() + READY_S
    while time.monotonic() < until and process.poll() is None:
        words = said.read_text().split()
        if words and words[-1].startswith("http://"):
            return words[-1].rstrip("/")
        time.sleep(0.1)
    raise AssertionError(f"the service did not start: {log.read_text()[-2000:]}")
