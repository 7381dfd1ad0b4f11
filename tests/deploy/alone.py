"""From documents to answers in one process tree, as ``make run`` does it; ``tests.deploy.test_offline`` runs it where
there is no network. Prints what came of it as JSON."""

from __future__ import annotations

import fcntl
import json
import re
import socket
import struct
import sys
from pathlib import Path

import httpx

from tests.serving import DOCUMENTS, build_index, serving, write

QUESTION = "How did Wexcombe help local people into jobs?"
_SET_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41


def raise_loopback() -> None:
    """A new network namespace has a loopback interface that is down, and nothing else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP_AND_RUNNING))


def unreachable() -> int:
    """How often anything here, compiled code too, tried an address that is not on this machine."""
    ip4 = [line.split()[1:] for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Ip:")]
    ip6 = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
    return int(dict(zip(*ip4, strict=True))["OutNoRoutes"]) + int(ip6.get("Ip6OutNoRoutes", 0))


def asked(client: httpx.Client) -> dict[str, object]:
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    passage = answer["citations"][0]["passage_id"].replace("#", "%23")
    page = client.get("/")
    named = sorted(set(re.findall(r'(?:src|href)=\\?"(/[^"#?\\]+|\./[^"#?\\]+)', page.text)))
    said = ""
    client.post("/gradio_api/queue/join", json=call())
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "abc123"}) as events:
        for text in events.iter_text():
            said += text
            if '"process_completed"' in said:
                break
    return {
        "answer": answer["text"],
        "cookies": len(client.cookies),
        "statuses": {
            "passage": client.get(f"/v1/passages/{passage}").status_code,
            "search": client.post("/v1/search", json={"query": "jobs"}).status_code,
            "rating": client.post(
                "/v1/feedback", json={"answer_id": answer["answer_id"], "verdict": "useful"}
            ).status_code,
            "ready": client.get("/ready").status_code,
            "page": page.status_code,
            **{name: client.get(name).status_code for name in named},
        },
        "page_answered": "Answer ready" in said,
    }


def call() -> dict[str, object]:
    return {
        "data": [QUESTION, None, None],
        "fn_index": 0,
        "session_hash": "abc123",
        "event_data": None,
        "trigger_id": 7,
    }


def main(folder: Path) -> None:
    if socket.if_nameindex() == [(1, "lo")]:
        raise_loopback()
    before = unreachable()
    index = build_index(write(DOCUMENTS, folder / "documents"), folder / "index")
    with serving(index, folder / "server.log") as running, httpx.Client(base_url=running.url, timeout=120) as client:
        told = asked(client)
    print(json.dumps(told | {"interfaces": socket.if_nameindex(), "unreachable": unreachable() - before}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
