"""A service that speaks the contract and misbehaves on purpose: it waits in mid-answer, breaks off, refuses, or cites
what no index of ours would hold. Its answers are of the contract's types, streamed by the service's own function.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from retrieval.types import BlockRole, Status
from server import stream
from server.schemas import AnswerOut, BlockOut, CitationOut, IndexOut

CONFIG = {
    "title": "Anchorline",
    "standing": [{"heading": "What this is", "text": "A test."}],
    "starters": ["How do we start?"],
    "limits": {"question_characters": 50, "history_turns": 4, "turn_characters": 10, "body_bytes": 65536},
    "writers": ["extract"],
}
CORS = {
    "Access-Control-Allow-Headers": "Content-Type, X-Anchorline-Conversation",
    "Access-Control-Expose-Headers": "Retry-After",
}


def citation(marker: int, **changed: object) -> CitationOut:
    usual = {
        "marker": marker, "passage_id": f"report#{marker:04}", "source_id": "report", "title": "A report",
        "publisher": "A trust", "published": "2023-10", "organisation": "A Trust", "programme": "A programme",
        "section": ["Impact"], "page": 10, "quote": f"Quote {marker}.", "basis": "source", "evidence": "self_reported",
        "url": "https://report.example/", "superseded_by": None, "original": None,
    }  # fmt: skip
    return CitationOut.model_validate(usual | changed)


def block(kind: BlockRole, text: str, *citations: int, heading: str | None = None) -> BlockOut:
    return BlockOut(kind=kind, heading=heading, text=text, citations=list(citations))


def answer(*blocks: BlockOut, status: Status = Status.ANSWERED, citations: tuple[CitationOut, ...] = ()) -> AnswerOut:
    return AnswerOut(
        answer_id="01JTEST",
        status=status,
        question_understood="",
        text=" ".join(one.text for one in blocks),
        blocks=list(blocks),
        citations=list(citations),
        gaps=[],
        nearest=[],
        suggestions=[],
        index=IndexOut(generation="gen-000001", built_at="2026-11-22T03:00:00Z", encoder="none"),
        timings_ms={},
    )


@dataclass(slots=True)
class Peer:
    """``answer`` is given to whoever asks; ``go`` holds the stream back after its first block until it is set."""

    url: str = ""
    answer: AnswerOut = field(default_factory=answer)
    go: threading.Event = field(default_factory=threading.Event)
    breaks: bool = False
    refusal: tuple[int, Mapping[str, str]] | None = None
    feedback_status: int = 204
    asked: list[dict[str, object]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    rated: list[dict[str, object]] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    def events(self) -> Iterator[str]:
        """The answer's events; broken off after the first block if ``breaks``."""
        yield stream.event("status", {"status": "searching"})
        for text in stream.answer_events(self.answer):
            if self.breaks and text.startswith("event: done"):
                return
            yield text
            if text.startswith("event: block"):
                self.go.wait(20)


class _Server(ThreadingHTTPServer):
    peer: Peer


class _Handler(BaseHTTPRequestHandler):
    @property
    def peer(self) -> Peer:
        assert isinstance(self.server, _Server)
        return self.server.peer

    def begin(
        self, status: int, media_type: str = "application/json", headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        named = {"Content-Type": media_type, "Access-Control-Allow-Origin": self.headers.get("Origin", "null")}
        for name, value in (named | CORS | dict(headers or {})).items():
            self.send_header(name, value)
        self.end_headers()

    def do_OPTIONS(self) -> None:
        self.begin(200)

    def do_GET(self) -> None:
        self.begin(200 if self.path == "/v1/config" else 404)
        self.wfile.write(json.dumps(CONFIG).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/feedback":
            self.peer.rated.append(body)
            self.begin(self.peer.feedback_status)
        else:
            self.peer.asked.append(body)
            self.peer.tokens.append(self.headers.get("X-Anchorline-Conversation", ""))
            self.peer.accepted.append(self.headers.get("Accept", ""))
            self.reply()

    def reply(self) -> None:
        if self.peer.refusal:
            self.begin(self.peer.refusal[0], headers=self.peer.refusal[1])
        elif "event-stream" in self.peer.accepted[-1]:
            self.begin(200, "text/event-stream")
            for text in self.peer.events():
                self.wfile.write(text.encode())
                self.wfile.flush()
        else:
            self.begin(200)
            self.wfile.write(self.peer.answer.model_dump_json().encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def speaking() -> Iterator[Peer]:
    peer = Peer()
    server = _Server(("127.0.0.1", 0), _Handler)
    server.peer = peer
    peer.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield peer
    finally:
        peer.go.set()
        server.shutdown()
        server.server_close()
