"""The Gradio page: one adapter over ``Assistant``. It asks, shows what comes back, and holds nothing but the session.

No retrieval, choosing or wording of answers happens here; without this package the API is whole. Gradio is set up so
that it calls no other host, keeps no run history, takes no upload and offers no API of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
from gradio.blocks import Block

from corpus.errors import AnchorlineError
from retrieval.assistant import Assistant
from retrieval.types import Answer, Role, Status, Turn
from ui.answer_html import STATUS_WORDS, answer_html, escape, notice
from ui.palette import declarations

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger("anchorline.page")

SCRIPT = Path(__file__).with_name("page.js")
STYLE = Path(__file__).with_name("style.css")
REMEMBERED = 10  # exchanges kept in a session; older ones leave the page and the history
TURN_CHARACTERS = 4_000
SESSION_S = 3_600
CONCURRENT = 4
QUEUED = 50


@dataclass(frozen=True, slots=True)
class PageTexts:
    title: str
    standing: tuple[tuple[str, str], ...]
    starters: tuple[str, ...]
    question_characters: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its answer: as shown, as said by the status line, and as given back with the next question."""

    html: str
    said: str
    turns: tuple[Turn, ...] = ()


Past = tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a question changes on the page."""

    introduction: gr.Column
    question: gr.Textbox
    starters: gr.Column
    progress: gr.Markdown
    conversation: gr.Markdown
    past: gr.State

    def all(self) -> list[Block]:
        return [self.introduction, self.question, self.starters, self.progress, self.conversation, self.past]


Changes = dict[Block, object]
Respond = Callable[[str, Past], Iterator[Changes]]
Ask = Callable[[Assistant, str, Sequence[Turn]], Answer]


def build_page(current: Callable[[], Assistant], texts: PageTexts, ask_it: Ask = Assistant.ask) -> gr.Blocks:
    """The page. ``current`` gives the assistant that serves now and raises an AnchorlineError when there is none;
    ``ask_it`` has a question answered, for a service that counts answers."""
    with gr.Blocks(title=texts.title, analytics_enabled=False) as blocks:
        past = gr.State((), time_to_live=SESSION_S)
        _markup(f"<h1>{escape(texts.title)}</h1>", "al-title-bar")
        with gr.Column(elem_id="al-introduction") as introduction:
            _markup(standing_html(texts.standing), "al-standing")
        with gr.Column(elem_id="al-form"):
            question = _question_box(texts.question_characters)
            with gr.Row(elem_id="al-actions"):
                ask = gr.Button("Ask", variant="primary", elem_id="al-ask")
                clear = gr.Button("Clear", elem_id="al-clear")
        progress = _markup("", "al-progress")
        with gr.Column(elem_id="al-starters") as starters:
            _markup("<h2>Questions to start with</h2>", "al-starters-heading")
            buttons = [gr.Button(starter, elem_classes="al-starter") for starter in texts.starters]
        conversation = _markup("", "al-conversation")
        footer = _markup("", "al-footer")
        parts = Parts(introduction, question, starters, progress, conversation, past)
        respond = responder(current, texts, parts, ask_it)
        _on((ask.click, question.submit), respond, question, parts)
        for button in buttons:
            _on((button.click,), respond, button, parts)
        clear.click(lambda: _cleared(parts), None, parts.all(), api_visibility="private", show_progress="hidden")
        blocks.load(lambda: footer_html(current), None, footer, api_visibility="private", show_progress="hidden")
    return blocks.queue(max_size=QUEUED, default_concurrency_limit=CONCURRENT, api_open=False)


def _on(events: Sequence[Callable[..., object]], respond: Respond, question: Block, parts: Parts) -> None:
    gr.on(list(events), respond, [question, parts.past], parts.all(), api_visibility="private", show_progress="hidden")


def events(blocks: gr.Blocks) -> dict[int, int]:
    """The events that the page's script may send, with the number of values that each takes."""
    return {number: len(event.inputs) for number, event in blocks.fns.items()}


def style() -> str:
    """The page's style sheet, its colours first."""
    return declarations() + STYLE.read_text("utf-8")


def mount(app: FastAPI, blocks: gr.Blocks) -> None:
    """Put the page at the root of the service."""
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
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
        head='<link rel="stylesheet" href="/page.css"><script src="/page.js" defer></script>',
    )


def responder(current: Callable[[], Assistant], texts: PageTexts, parts: Parts, ask_it: Ask) -> Respond:
    """What happens when a question is asked: first a word that it is being looked up, then the answer on top."""

    def respond(question: str, past: Past) -> Iterator[Changes]:
        question = (question or "").encode("utf-8", "replace").decode()
        if fault := _fault(question, texts.question_characters):
            yield {parts.progress: f'<p class="al-error">{escape(fault)}</p>'}
            return
        yield {parts.progress: "<p>Looking in the sources…</p>"}
        exchange = _exchange(current, question, past, ask_it)
        kept = (*past, exchange)[-REMEMBERED:]
        yield {
            parts.progress: f"<p>{escape(exchange.said)}</p>",
            parts.conversation: conversation_html(kept, texts.standing),
            parts.past: kept,
            parts.question: "" if exchange.turns else gr.update(),
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


def _exchange(current: Callable[[], Assistant], question: str, past: Past, ask_it: Ask) -> Exchange:
    """Ask, with the turns so far. What fails is shown as a plain notice and leaves no turn behind."""
    history = tuple(turn for exchange in past for turn in exchange.turns)
    try:
        assistant = current()
        answer = ask_it(assistant, question, history)
        markup = answer_html(question, answer, assistant.passage)
    except AnchorlineError:
        return _failed("Anchorline has no documents to answer from just now. Please try again later.")
    except Exception as fault:  # the border of the page: nothing of a fault, nor of the question, is shown or logged
        log.error("an answer failed with %s", type(fault).__name__)
        return _failed("Something went wrong here. Please try again.")
    return Exchange(markup, _said(answer), _turns(question, answer))


def _failed(message: str) -> Exchange:
    return Exchange(f"<section>{notice('Anchorline cannot answer just now', message)}</section>", message)


def _said(answer: Answer) -> str:
    count = len({citation.passage_id for citation in answer.citations})
    sources = f"{count} source{'' if count == 1 else 's'}"
    return f"Answer ready, {sources}." if count else f"Answer ready. {STATUS_WORDS[answer.status]}."


def _turns(question: str, answer: Answer) -> tuple[Turn, ...]:
    """Personal data is not kept, not even for the session."""
    if answer.status is Status.PERSONAL_DATA:
        return ()
    return (Turn(Role.USER, question), Turn(Role.ASSISTANT, answer.text[:TURN_CHARACTERS]))


def _cleared(parts: Parts) -> Changes:
    shown = gr.update(visible=True)
    emptied: Changes = {parts.question: "", parts.progress: "", parts.conversation: "", parts.past: ()}
    return emptied | {parts.introduction: shown, parts.starters: shown}


def conversation_html(past: Past, standing: tuple[tuple[str, str], ...]) -> str:
    """The newest answer first, under the question box; then the standing texts, always within reach."""
    earlier = "".join(exchange.html for exchange in reversed(past[:-1]))
    older = f'<details class="al-earlier"><summary>Earlier questions</summary>{earlier}</details>' if earlier else ""
    about = f'<details class="al-about"><summary>About these answers</summary>{standing_html(standing)}</details>'
    return f"<div>{past[-1].html}{older}{about}</div>"


def standing_html(standing: tuple[tuple[str, str], ...]) -> str:
    items = "".join(f"<div><h2>{escape(heading)}</h2><p>{escape(text)}</p></div>" for heading, text in standing)
    return f'<div class="al-standing-texts">{items}</div>'


def footer_html(current: Callable[[], Assistant]) -> str:
    """Which documents answer, as of when, and where to see them."""
    try:
        info = current().info
        state = f"Documents as of {escape(info.built_at[:10])} ({escape(info.generation)})."
    except AnchorlineError:
        state = "No documents are loaded yet."
    links = '<a href="/v1/sources">List of sources</a> · <a href="/openapi.json">For developers: the API</a>'
    return f"<div><p>{state}</p><p>{links}</p></div>"


def _markup(html: str, elem_id: str) -> gr.Markdown:
    """HTML of ours on the page; see ``ui.answer_html`` for why it is this component."""
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
