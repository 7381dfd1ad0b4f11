"""A conversation as the page keeps it for its session: questions, answers as shown, and what is told of each."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.errors import AnchorlineError
from retrieval.assistant import Assistant
from retrieval.types import Answer, Narrowing, Role, Status, Turn
from ui.address import Chosen
from ui.answer_html import answer_html
from ui.export import lines_of
from ui.markup import escape, notice
from ui.word import word_file
from ui.words import STATUS_WORDS

log = logging.getLogger("anchorline.page")

REMEMBERED = 10  # exchanges kept in a session; older ones leave the page and the history
TURN_CHARACTERS = 4_000

Ask = Callable[[Assistant, str, Sequence[Turn], Narrowing], Answer]
Standing = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its answer: as shown, as said by the status line, and as given back with the next question.
    ``answer`` is None, and ``question`` empty, where nothing was answered or nothing may be kept."""

    html: str
    said: str
    question: str = ""
    answer: Answer | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        if self.answer is None:
            return ()
        return (Turn(Role.USER, self.question), Turn(Role.ASSISTANT, self.answer.text[:TURN_CHARACTERS]))


Past = tuple[Exchange, ...]


def ask_assistant(assistant: Assistant, question: str, turns: Sequence[Turn], narrowing: Narrowing) -> Answer:
    return assistant.ask(question, turns, narrowing)


def exchange(
    current: Callable[[], Assistant], ask_it: Ask, question: str, past: Past, chosen: Chosen, *, rated: bool
) -> Exchange:
    """Ask, with the turns so far. What fails is shown as a plain notice and leaves no turn behind."""
    history = tuple(turn for one in past for turn in one.turns)
    try:
        assistant = current()
        answer = ask_it(assistant, question, history, Narrowing(facets=chosen))
        markup = answer_html(question, answer, assistant.passage, chosen, rated=rated)
    except AnchorlineError:
        return failed("Anchorline has no documents to answer from just now. Please try again later.")
    except Exception as fault:  # the border of the page: nothing of a fault, nor of the question, is shown or logged
        log.error("an answer failed with %s", type(fault).__name__)
        return failed("Something went wrong here. Please try again.")
    if answer.status is Status.PERSONAL_DATA:  # not kept, not even for the session
        return Exchange(markup, _said(answer))
    return Exchange(markup, _said(answer), question, answer)


def failed(message: str) -> Exchange:
    return Exchange(f"<section>{notice('Anchorline cannot answer just now', message)}</section>", message)


def _said(answer: Answer) -> str:
    count = len({citation.passage_id for citation in answer.citations})
    sources = f"{count} source{'' if count == 1 else 's'}"
    return f"Answer ready, {sources}." if count else f"Answer ready. {STATUS_WORDS[answer.status]}.".replace("?.", "?")


def conversation_html(past: Past, standing: Standing) -> str:
    """The newest answer first, under the question box; then the standing texts, always within reach."""
    earlier = "".join(one.html for one in reversed(past[:-1]))
    older = f'<details class="al-earlier"><summary>Earlier questions</summary>{earlier}</details>' if earlier else ""
    about = f'<details class="al-about"><summary>About these answers</summary>{standing_html(standing)}</details>'
    return f"<div>{past[-1].html}{older}{about}</div>"


def standing_html(standing: Standing) -> str:
    items = "".join(f"<div><h2>{escape(heading)}</h2><p>{escape(text)}</p></div>" for heading, text in standing)
    return f'<div class="al-standing-texts">{items}</div>'


def saved_html(call: str, past: Past) -> str:
    """A Word file of one of the answers, for ``page.js`` to hand to the reader. ``call`` is the answer's id and a word
    that tells this call from others; it comes back with the file in base 64, which is empty where the answer has left
    the session."""
    answer_id, _, nonce = call[:100].partition(" ")
    kept = next((one for one in past if one.answer and one.answer.answer_id == answer_id), None)
    data = word_file(lines_of(kept.question, kept.answer)) if kept and kept.answer else b""
    return f"<div><p>{escape(nonce)}</p><p>{base64.b64encode(data).decode()}</p></div>"
