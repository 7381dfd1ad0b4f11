"""How a service holds out: a real one on a port of its own, asked for hours while new generations are published.

    python docs/load/soak.py --minutes 60 [--rate 5] [--ingest-every 5] [--index FOLDER]

Works on a copy of the index. Every minute it prints the resident memory of the server's process, the questions asked so
far, errors, answers whose quotes were not where they said, the times of the last minute, the generation, and the
private copies in the temporary folder. At the end it prints how much the memory grew from minute 5 (the warm-up) to the
end, as medians of five minutes; the exit code is 1 when that is 10 % or more, or when any question failed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx

GROWTH_ALLOWED = 0.10
PATIENCE_S = 300  # what a crowded machine takes is no fault of the service
BEHIND = 32  # questions under way, from which on none is added
WARM_UP_MIN = 5
QUESTIONS = (
    "How do we start?",
    "How can we offer jobs to local people?",
    "How can we use procurement for social value?",
    "What have trusts done about housing?",
    "How can we improve green space and air quality?",
    "How do we measure impact?",
    "How many young people got jobs through Healthcare Horizons?",
    "Compare ELFT and Mid and South Essex on funding",
    "Who can I contact about clean air at GOSH?",
    "What is the annual budget of the Lincoln Green pilot?",
    "what about appprenticeships for care leavers",
    "Which dose of ibuprofen may I give?",
    "Who won the cup final in 1966?",
    "My NHS number is 943 476 5919, what can I get?",
    "x",
)
DOCUMENT = "# Soak\n\n## Trees\n\nThe Soakhampton orchard counted {count} trees on its walk. It waters them at dawn.\n"


@dataclass
class Tally:
    asked: int = 0
    faults: list[str] = field(default_factory=list)
    times_ms: deque[float] = field(default_factory=lambda: deque(maxlen=5000))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, taken_ms: float, fault: str | None) -> None:
        with self.lock:
            self.asked += 1
            self.times_ms.append(taken_ms)
            if fault:
                self.faults.append(fault)
                print(f"FAULT {fault}", flush=True)


def ask(client: httpx.Client, question: str, tally: Tally) -> None:
    """One question; of its citations one is opened, and must hold its quote in the generation that answered."""
    begun = time.monotonic()
    fault = None
    try:
        reply = client.post("/v1/ask", json={"question": question})
        if reply.status_code != 200:
            fault = f"{reply.status_code} for an answer"
        elif cited := reply.json()["citations"]:
            fault = quote_fault(client, random.choice(cited))  # noqa: S311 - no secret
    except httpx.HTTPError as error:
        fault = type(error).__name__
    tally.note((time.monotonic() - begun) * 1000, fault)


def quote_fault(client: httpx.Client, citation: dict[str, str]) -> str | None:
    """No new generation here changes a passage that another one has, so the quote must be in whichever answers."""
    reply = client.get(f"/v1/passages/{quote(citation['passage_id'], safe='')}")
    if reply.status_code != 200:
        return f"{reply.status_code} for a cited passage"
    return None if citation["quote"] in reply.json()["text"] else f"{citation['passage_id']} lacks its quote"


def memory_mb(pid: int, what: str = "VmRSS:") -> float:
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith(what)) / 1024


def ingest(home: Path, count: int) -> str:
    """Publish one more generation, with a document more and no passage changed."""
    document = home / f"soak-{count}.md"
    document.write_text(DOCUMENT.format(count=count))
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "ingest", str(document)], env=environment(home), capture_output=True, text=True
    )
    return (done.stdout + done.stderr).strip().splitlines()[-1]


def environment(home: Path) -> dict[str, str]:
    temporary = home / "tmp"
    temporary.mkdir(exist_ok=True)
    own = {"INDEX": str(home / "index"), "PORT": "0", "RATE_LIMIT": "off"}
    return {**os.environ, "TMPDIR": str(temporary)} | {f"ANCHORLINE_{name}": value for name, value in own.items()}


def address(process: subprocess.Popen[str]) -> str:
    for line in process.stdout or ():
        if "http://" in line:
            return line.split()[-1].rstrip("/")
    raise SystemExit("the service did not start")


def soak(options: argparse.Namespace, home: Path, process: subprocess.Popen[str]) -> int:
    tally, memory = Tally(), []
    with (
        httpx.Client(base_url=address(process), timeout=PATIENCE_S) as client,
        ThreadPoolExecutor(8) as pool,
        ThreadPoolExecutor(1) as ingests,
    ):
        for minute in range(1, options.minutes + 1):
            if minute % options.ingest_every == 0:
                ingests.submit(lambda at=minute: print(ingest(home, at), flush=True))
            tally.times_ms.clear()
            ask_for_a_minute(client, pool, tally, options.rate)
            memory.append(memory_mb(process.pid))
            told = {"rss_mb": round(memory[-1], 1), "anonymous_mb": round(memory_mb(process.pid, "RssAnon:"), 1)}
            print(json.dumps({"minute": minute, **told, **row(tally, client, home)}), flush=True)
    grown = growth(memory)
    print(
        f"{tally.asked} questions, {len(tally.faults)} faults, memory grew by {grown:+.1%} after minute {WARM_UP_MIN}"
    )
    return 1 if tally.faults or grown >= GROWTH_ALLOWED else 0


def ask_for_a_minute(client: httpx.Client, pool: ThreadPoolExecutor, tally: Tally, rate: float) -> None:
    """Questions at an even pace, fewer where the service is behind; what is under way at the end is waited for."""
    pending: list[Future[None]] = []
    until = time.monotonic() + 60
    while (now := time.monotonic()) < until:
        if sum(not one.done() for one in pending) < BEHIND:
            pending.append(pool.submit(ask, client, random.choice(QUESTIONS), tally))  # noqa: S311 - no secret
        time.sleep(max(0.0, min(1 / rate, until - now)))
    for one in pending:
        one.result()


def row(tally: Tally, client: httpx.Client, home: Path) -> dict[str, float | str | None]:
    times = sorted(tally.times_ms) or [0.0]
    ready = client.get("/ready").json()
    copies = len(list((home / "tmp").iterdir()))
    return {
        "asked": tally.asked,
        "faults": len(tally.faults),
        "median_ms": round(statistics.median(times)),
        "p95_ms": round(times[int(0.95 * (len(times) - 1))]),
        "generation": ready["generation"],
        "reason": ready["reason"],
        "copies": copies,
        "load": round(os.getloadavg()[0], 1),
    }


def growth(memory: list[float]) -> float:
    """From the five minutes after the warm-up to the last five."""
    after = memory[WARM_UP_MIN - 1 :]
    if len(after) < 2:
        return 0.0
    width = min(5, len(after) // 2)
    return statistics.median(after[-width:]) / statistics.median(after[:width]) - 1


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rate", type=float, default=5.0, help="questions a second")
    parser.add_argument("--ingest-every", type=int, default=5, help="minutes between two new generations")
    parser.add_argument("--index", type=Path, default=Path(".anchorline"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anchorline-soak-") as folder:
        home = Path(folder)
        shutil.copytree(options.index, home / "index")
        with (
            (home / "server.log").open("w") as log,
            subprocess.Popen(
                [sys.executable, "-m", "server"], env=environment(home), stdout=subprocess.PIPE, stderr=log, text=True
            ) as process,
        ):
            try:
                return soak(options, home, process)
            finally:
                process.terminate()


if __name__ == "__main__":
    sys.exit(main())
