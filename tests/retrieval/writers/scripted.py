"""An OpenAI-compatible endpoint on a real port that does as a test tells it: says a text, lies, stalls, breaks off."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Act = Callable[["Handler"], None]


@dataclass
class Script:
    """``act`` answers every request; ``asked`` holds the bodies that came in and ``headers`` their headers."""

    act: Act
    url: str = ""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    script: Script

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.script.asked.append(body)
        self.script.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.script.act(self)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def begin(self, status: int = 200, kind: str = "text/event-stream") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("connection", "close")
        self.end_headers()

    def event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def words(self, text: str) -> None:
        for start in range(0, len(text), 7):
            self.event(chunk(text[start : start + 7]))


def chunk(text: str, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    return json.dumps({"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]})


def says(text: str) -> Act:
    def act(handler: Handler) -> None:
        handler.begin()
        handler.words(text)
        handler.event(chunk("", "stop"))
        handler.event("[DONE]")

    return act


def streams_half(text: str) -> Act:
    def act(handler: Handler) -> None:
        handler.begin()
        handler.words(text[: len(text) // 2])

    return act


def cuts_a_chunk(handler: Handler) -> None:
    """Promises more bytes than it sends."""
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("content-length", "100000")
    handler.end_headers()
    handler.words("The academy hired 42")


def stalls(seconds: float) -> Act:
    def act(handler: Handler) -> None:
        handler.begin()
        handler.words("[1]")
        time.sleep(seconds)

    return act


def drips(seconds: float) -> Act:
    """A word now and then, so that no single wait is long."""

    def act(handler: Handler) -> None:
        handler.begin()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            handler.event(chunk("so "))
            time.sleep(0.05)

    return act


def status(code: int) -> Act:
    def act(handler: Handler) -> None:
        handler.begin(code, "application/json")
        handler.wfile.write(b'{"error": {"message": "no"}}')

    return act


def raw(body: str, kind: str = "text/event-stream") -> Act:
    def act(handler: Handler) -> None:
        handler.begin(200, kind)
        handler.wfile.write(body.encode())

    return act


def redirects(to: str) -> Act:
    def act(handler: Handler) -> None:
        handler.send_response(307)
        handler.send_header("location", to)
        handler.send_header("content-length", "0")
        handler.end_headers()

    return act


def hangs_up(handler: Handler) -> None:
    handler.connection.close()


@contextmanager
def endpoint(act: Act) -> Iterator[Script]:
    script = Script(act)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Scripted", (Handler,), {"script": script}))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a reader that left early is no error here
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
