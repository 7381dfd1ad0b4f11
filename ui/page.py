"""The Gradio page: one adapter over ``Assistant``. It asks, shows what comes back, and holds nothing but the session.

No retrieval, no choosing and no wording of answers happens here; without this package the API is whole. Gradio is set up
so that it calls no other host, keeps no run history, takes no upload and offers no API of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from corpus.errors import AnchorlineError
from retrieval.assistant import Assistant
from retrieval.types import Answer, Role, Status, Turn
from ui.answer_html import answer_html, escape, notice
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
    """One question and its answer, as shown and as given back with the next question."""

    turns: tuple[Turn, ...]
    html: str


Past = tuple[Exchange, ...]
Shown = tuple[str, str, Past, str, Any]  # conversation, progress, past, question, introduction


def build_page(current: Callable[[], Assistant], texts: PageTexts) -> gr.Blocks:
    """The page. ``current`` gives the assistant that serves now and raises an AnchorlineError when there is none."""
    blocks = gr.Blocks(title=texts.title, analytics_enabled=False)
    with blocks:
        past = gr.State((), time_to_live=SESSION_S)
        _markup(f"<h1>{escape(texts.title)}</h1>", "al-title-bar")
        with gr.Column(elem_id="al-introduction") as introduction:
            _markup(_standing(texts.standing), "al-standing")
        with gr.Column(elem_id="al-form"):
            question = _question_box(texts.question_characters)
            with gr.Row(elem_id="al-actions"):
                ask = gr.Button("Ask", variant="primary", elem_id="al-ask")
                clear = gr.Button("Clear", elem_id="al-clear")
        with gr.Column(elem_id="al-starters") as starters:
            _markup("<h2>Questions to start with</h2>", "al-starters-heading")
            chosen = [gr.Button(starter, elem_classes="al-starter") for starter in texts.starters]
        progress = _markup("", "al-progress")
        conversation = _markup("", "al-conversation")
        about = _markup("", "al-about")
        shown = [conversation, progress, past, question, introduction, starters, about]
        _connect(Asking(current, texts), (ask, clear, question, chosen), past, shown)
        footer = _markup("", "al-footer")
        blocks.load(lambda: footer_html(current), outputs=footer, api_visibility="private", queue=False)
    return blocks.queue(max_size=QUEUED, default_concurrency_limit=CONCURRENT, api_open=False)
