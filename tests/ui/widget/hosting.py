"""A web site of its own origin that embeds Anchorline, the embed opened on it, and what it asked of whom."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import BrowserContext, Locator, Page, expect

STORES = """async () => ({
  cookies: document.cookie, local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
})"""
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return `${at.tagName} ${(at.labels?.[0] || at).textContent.trim()}`;
}"""
EMPTY_STORES = {"cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0}


@dataclass(slots=True)
class Site:
    """Pages by path, each with its headers; ``origin`` is what the service has to list."""

    origin: str
    pages: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)

    def put(self, path: str, markup: str, headers: Mapping[str, str] | None = None) -> str:
        """Publish a page and return its address."""
        self.pages[path] = (markup, headers or {})
        return self.origin + path


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            markup, headers = site.pages.get(self.path.partition("?")[0], ("", {}))
            self.send_response(200 if markup else 404)
            for name, value in ({"Content-Type": "text/html; charset=utf-8"} | dict(headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(markup.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def hosting() -> Iterator[Site]:
    site = Site("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    site.put("/favicon.ico", " ")  # a browser asks for it unbidden
    site.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


@dataclass(slots=True)
class Embedded:
    """A page of the site in a browser, the embed on it, and every request that left the browser."""

    context: BrowserContext
    page: Page
    requests: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, context: BrowserContext, address: str) -> Embedded:
        opened = cls(context, context.new_page())
        opened.page.on("request", lambda request: opened.requests.append((request.method, request.url)))
        opened.page.on("console", lambda said: said.type == "error" and opened.faults.append(said.text))
        opened.page.on("pageerror", lambda fault: opened.faults.append(str(fault)))
        opened.page.goto(address)
        opened.page.wait_for_function("() => Boolean(customElements.get('anchorline-assistant'))")
        return opened

    @property
    def embed(self) -> Locator:
        return self.page.locator("anchorline-assistant").first

    @property
    def box(self) -> Locator:
        return self.embed.get_by_label("Your question")

    @property
    def status(self) -> Locator:
        return self.embed.get_by_role("status")

    def ask(self, question: str) -> None:
        self.box.fill(question)
        self.embed.get_by_role("button", name="Ask", exact=True).click()
        self.answered()

    def answered(self) -> None:
        expect(self.status).to_contain_text("Answer ready", timeout=30_000)

    def outside(self, *origins: str) -> list[str]:
        """What was asked of anybody but these. A copy that is saved is a blob of the page's own."""
        allowed = tuple(f"{origin}/" for origin in origins) + tuple(f"blob:{origin}" for origin in origins)
        return [url for _, url in self.requests if not url.startswith(allowed)]

    def focused(self) -> str:
        """The tag and the name of what has the focus, inside the embed."""
        found: str = self.page.evaluate(FOCUSED)
        return found

    def tab_to(self, tag: str, name: str = "", most: int = 60) -> None:
        """Press Tab until that control has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            held = self.focused()
            if held.startswith(tag + " ") and name in held:
                return
        raise AssertionError(f"Tab does not lead to {tag} {name!r}; the last was {held!r}")


def markup(api: str, body: str = "", *, mode: str = "inline", head: str = "", attributes: str = "") -> str:
    """A page in English with one embed between two paragraphs of its own."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A site</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}
<script type="module" src="{api}/embed/v1/assistant.js"></script></head>
<body><main><h1>A site of its own</h1><p>Before the embed.</p>
<anchorline-assistant api="{api}" mode="{mode}" {attributes}>
<a href="{api}/">Ask Anchorline on its own page</a></anchorline-assistant>
<p id="after">After the embed. <a href="#after">A link of the site</a></p>{body}</main></body></html>"""
