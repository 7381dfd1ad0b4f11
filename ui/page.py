"""The Gradio page: one adapter over ``Assistant``. It asks, shows what comes back, and holds nothing but the session.

No retrieval, choosing or wording of answers happens here; without this package the API is whole. Gradio is set up so
that it calls no other host, keeps no run history, takes no upload and offers no API of its own. Every link of the page
is an address (``ui.address``), which ``page.js`` hands over in a hidden box.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
from gradio.blocks import Block
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.errors import AnchorlineError
from retrieval.assistant import Assistant
from ui.address import CHARACTERS, Address, Chosen, View, parse
from ui.conversation import (
    REMEMBERED,
    Ask,
    Past,
    Standing,
    ask_assistant,
    conversation_html,
    exchange,
    saved_html,
    standing_html,
)
from ui.markup import escape
from ui.palette import declarations
from ui.picker_html import sentence_html
from ui.views import nav_html, view_html, without_documents_html

if TYPE_CHECKING:
    from fastapi import FastAPI

SCRIPT = Path(__file__).with_name("page.js")
STYLES = tuple(Path(__file__).with_name(name) for name in ("style.css", "views.css"))
SESSION_S = 3_600
CONCURRENT = 4
QUEUED = 50


@dataclass(frozen=True, slots=True)
class PageTexts:
    """``rated``: whether the service takes ratings at /v1/feedback."""

    title: str
    standing: Standing
    starters: tuple[str, ...]
    question_characters: int
    rated: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """What changes on the page. ``call`` and the buttons ``go`` and ``save`` are worked by ``page.js`` alone."""

    nav: gr.Markdown
    asking: gr.Column
    introduction: gr.Column
    facets: gr.Markdown
    question: gr.Textbox
    ask: gr.Button
    clear: gr.Button
    progress: gr.Markdown
    starters: gr.Column
    starter_buttons: tuple[gr.Button, ...]
    conversation: gr.Markdown
    view: gr.Markdown
    footer: gr.Markdown
    call: gr.Textbox
    go: gr.Button
    save: gr.Button
    saved: gr.Markdown
    past: gr.State
    chosen: gr.State

    def changing(self) -> list[Block]:
        return [
            self.nav, self.asking, self.introduction, self.facets, self.question, self.progress, self.starters,
            self.conversation, self.view, self.past, self.chosen,
        ]  # fmt: skip


Changes = dict[Block, object]
Respond = Callable[[str, Past, Chosen], Iterator[Changes]]


def build_page(current: Callable[[], Assistant], texts: PageTexts, ask_it: Ask = ask_assistant) -> gr.Blocks:
    """The page. ``current`` gives the assistant that serves now and raises an AnchorlineError when there is none;
    ``ask_it`` has a question answered, for a service that counts answers."""
    with gr.Blocks(title=texts.title, analytics_enabled=False) as blocks:
        parts = _laid_out(texts)
        _wire(blocks, parts, current, texts, ask_it)
    return blocks.queue(max_size=QUEUED, default_concurrency_limit=CONCURRENT, api_open=False)


def _laid_out(texts: PageTexts) -> Parts:
    past, chosen = gr.State((), time_to_live=SESSION_S), gr.State({}, time_to_live=SESSION_S)
    _markup(f"<h1>{escape(texts.title)}</h1>", "al-title-bar")
    nav = _markup(nav_html(Address(), Address()), "al-nav")
    _markup("<p></p>", "al-refused")  # filled by page.js when the service takes no more calls
    with gr.Column(elem_id="al-asking") as asking:
        with gr.Column(elem_id="al-introduction") as introduction:
            _markup(standing_html(texts.standing), "al-standing")
        facets = _markup(sentence_html({}), "al-facets")
        with gr.Column(elem_id="al-form"):
            question = _question_box(texts.question_characters)
            with gr.Row(elem_id="al-actions"):
                ask = gr.Button("Ask", variant="primary", elem_id="al-ask")
                clear = gr.Button("Clear", elem_id="al-clear")
        progress = _markup("", "al-progress")
        with gr.Column(elem_id="al-starters") as starters:
            _markup("<h2>Questions to start with</h2>", "al-starters-heading")
            buttons = tuple(gr.Button(starter, elem_classes="al-starter") for starter in texts.starters)
        conversation = _markup("", "al-conversation")
    view = _markup("", "al-view")
    footer = _markup("", "al-footer")
    with gr.Column(elem_id="al-worked"):
        call = gr.Textbox(label="Address", max_length=CHARACTERS, elem_id="al-call")
        go, save = gr.Button("Go", elem_id="al-go"), gr.Button("Save", elem_id="al-save")
        saved = _markup("", "al-saved")
    return Parts(
        nav, asking, introduction, facets, question, ask, clear, progress, starters, buttons, conversation, view,
        footer, call, go, save, saved, past, chosen,
    )  # fmt: skip


def _wire(blocks: gr.Blocks, parts: Parts, current: Callable[[], Assistant], texts: PageTexts, ask_it: Ask) -> None:
    respond = responder(current, texts, parts, ask_it)
    _on((parts.ask.click, parts.question.submit), respond, parts.question, parts)
    for button in parts.starter_buttons:
        _on((button.click,), respond, button, parts)
    _on((parts.go.click,), goer(current, respond, parts), parts.call, parts)
    quietly = {"api_visibility": "private", "show_progress": "hidden"}
    parts.save.click(saved_html, [parts.call, parts.past], parts.saved, **quietly)
    parts.clear.click(lambda: _cleared(parts), None, parts.changing(), **quietly)
    blocks.load(lambda: footer_html(current), None, parts.footer, **quietly)


def _on(events: Sequence[Callable[..., object]], respond: Respond, words: Block, parts: Parts) -> None:
    inputs = [words, parts.past, parts.chosen]
    gr.on(list(events), respond, inputs, parts.changing(), api_visibility="private", show_progress="hidden")


def events(blocks: gr.Blocks) -> dict[int, int]:
    """The events that the page's script may send, with the number of values that each takes."""
    return {number: len(event.inputs) for number, event in blocks.fns.items()}


def style() -> str:
    """The page's style sheet, its colours first."""
    return declarations() + "".join(path.read_text("utf-8") for path in STYLES)


def mount(app: FastAPI, blocks: gr.Blocks, root_path: str = "") -> None:
    """Put the page at the root of the service, which a reader's browser knows as ``root_path``."""
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        root_path=root_path,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=("Arial", "Helvetica", "sans-serif"), font_mono=("monospace",)),
        # not css=: Gradio rewrites the selectors in it, and those inside @media so that they match nothing
        head=f'<link rel="stylesheet" href="{root_path}/page.css"><script src="{root_path}/page.js" defer></script>',
    )
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, gr.routes.App):
            route.app.add_middleware(ToItself)


class ToItself:
    """Keeps the address of the page from Gradio, which takes some of its fields to be its own and fails on them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        of_page = scope["type"] == "http" and scope["path"] == "/"
        await self._app({**scope, "query_string": b""} if of_page else scope, receive, send)


def responder(current: Callable[[], Assistant], texts: PageTexts, parts: Parts, ask_it: Ask) -> Respond:
    """What happens when a question is asked: first a word that it is being looked up, then the answer on top."""

    def respond(question: str, past: Past, chosen: Chosen) -> Iterator[Changes]:
        question = (question or "").encode("utf-8", "replace").decode()
        if fault := _fault(question, texts.question_characters):
            yield {parts.progress: f'<p class="al-error">{escape(fault)}</p>'}
            return
        yield {parts.progress: '<p class="al-working">Looking in the sources…</p>'}
        answered = exchange(current, ask_it, question, past, chosen, rated=texts.rated)
        kept = (*past, answered)[-REMEMBERED:]
        yield {
            parts.progress: f"<p>{escape(answered.said)}</p>",
            parts.conversation: conversation_html(kept, texts.standing),
            parts.past: kept,
            parts.question: "" if answered.answer else gr.update(),
            parts.introduction: gr.update(visible=False),
            parts.starters: gr.update(visible=False),
        }

    return respond


def _fault(question: str, most: int) -> str:
    if not question.strip():
        return "Please type a question first."
    if len(question) > most:
        return f"Your question is too long. It may have at most {most:,} characters."
    return ""


def goer(current: Callable[[], Assistant], respond: Respond, parts: Parts) -> Respond:
    """What happens when a link is followed: another page, a choice of facets, or a question that the address asks."""

    def go(call: str, past: Past, chosen: Chosen) -> Iterator[Changes]:
        address = parse(call or "")
        asks = address.view is View.ASK
        kept = address.facets if asks else chosen
        shown: Changes = {
            parts.nav: nav_html(address, Address(facets=kept)),
            parts.asking: gr.update(visible=asks),
            parts.view: gr.update(value="" if asks else _view(current, address), visible=not asks),
        }
        yield shown | ({parts.facets: sentence_html(kept), parts.chosen: kept} if asks else {})
        if address.question and not (past and past[-1].question == address.question):
            yield from respond(address.question, past, kept)

    return go


def _view(current: Callable[[], Assistant], address: Address) -> str:
    try:
        return view_html(address, current())
    except AnchorlineError:
        return without_documents_html()


def _cleared(parts: Parts) -> Changes:
    shown = gr.update(visible=True)
    emptied: Changes = {
        parts.question: "",
        parts.progress: "",
        parts.conversation: "",
        parts.past: (),
        parts.chosen: {},
    }
    return emptied | {parts.introduction: shown, parts.starters: shown, parts.facets: sentence_html({})}


def footer_html(current: Callable[[], Assistant]) -> str:
    """Which documents answer, as of when, and where to see them."""
    try:
        info = current().info
        state = f"Documents as of {escape(info.built_at[:10])} ({escape(info.generation)})."
    except AnchorlineError:
        state = "No documents are loaded yet."
    about = f'<a href="{escape(Address(View.ABOUT).href)}">About the documents</a>'
    return f'<div><p>{state}</p><p>{about} · <a href="openapi.json">For developers: the API</a></p></div>'


def _markup(html: str, elem_id: str) -> gr.Markdown:
    """HTML of ours on the page; see ``ui.markup`` for why it is this component."""
    return gr.Markdown(html, elem_id=elem_id, latex_delimiters=[], sanitize_html=True)


def _question_box(most: int) -> gr.Textbox:
    return gr.Textbox(
        label="Your question",
        info=f"Up to {most:,} characters. Do not include personal or patient data.",
        lines=1,
        max_lines=5,
        max_length=most,
        elem_id="al-question",
    )
