"""Anchorline as a model of an OpenAI-compatible API, for chat programs and scripts that speak only that.

The last message of the user is the question, the earlier turns its history; system prompts and sampling settings change
nothing, since every sentence is a source's. The text carries ``[n]`` markers and ends with a list of the sources; the
field ``anchorline`` holds the whole answer of ``POST /v1/ask``. No tokens are counted, so ``usage`` is absent.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from retrieval.assistant import EXTRACT
from retrieval.live import LiveAssistant
from retrieval.types import Role, Turn
from server import stream
from server.answering import Asked
from server.asking import Answers, Serving, answered, live, unless_left
from server.errors import ERRORS, Refusal, printable
from server.schemas import AnswerOut, CitationOut, checked
from server.settings import HISTORY_TURNS, TURN_CHARACTERS

router = APIRouter(responses=ERRORS)
MODEL = "anchorline"
_TURNS = {"user": Role.USER, "assistant": Role.ASSISTANT}


class PartIn(BaseModel):
    """A piece of a message; only text is read."""

    type: str
    text: str = ""


class MessageIn(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[PartIn] | None = None

    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class CompletionIn(BaseModel):
    """What is read of a chat completion request; the rest is taken and has no effect."""

    model: str = Field(MODEL, max_length=120)
    messages: list[MessageIn] = Field(min_length=1)
    stream: bool = False

    def asked(self, writer: str) -> Asked:
        """Raises a Refusal where there is no question in it."""
        turns = [message for message in self.messages if message.role in _TURNS and message.text().strip()]
        if not turns or turns[-1].role != "user":
            raise Refusal(422, "no_question", "The last message must be the user's question.")
        history = tuple(Turn(_TURNS[turn.role], turn.text()[:TURN_CHARACTERS]) for turn in turns[:-1][-HISTORY_TURNS:])
        return Asked(checked(turns[-1].text()), "completions", history, writer=writer)


class ChoiceMessageOut(BaseModel):
    role: Literal["assistant"]
    content: str


class ChoiceOut(BaseModel):
    index: int
    message: ChoiceMessageOut
    finish_reason: Literal["stop"]


class CompletionOut(BaseModel):
    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceOut]
    anchorline: AnswerOut


class ModelOut(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class ModelsOut(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelOut]


Live = Annotated[LiveAssistant, Depends(live)]


@router.get("/v1/models")
async def models(live_assistant: Live) -> ModelsOut:
    """The writers, as models: ``anchorline`` quotes without a language model."""
    return ModelsOut(data=[ModelOut(id=name) for name in _models(live_assistant)])


@router.get("/v1/models/{model}")
async def model(model: str, live_assistant: Live) -> ModelOut:
    _writer(model, live_assistant)
    return ModelOut(id=model)


@router.post("/v1/chat/completions", response_model=CompletionOut)
async def complete(wanted: CompletionIn, assistant: Serving, answering: Answers, request: Request) -> Response:
    """Answer the last message. With ``stream`` it comes as chunks, the last of which holds the whole answer."""
    asked = wanted.asked(_writer(wanted.model, live(request)))
    answer = partial(answered, answering, assistant, asked)
    await answering.admit(asked.writer)
    if wanted.stream:
        chunks = _events(answer, wanted.model)
        return StreamingResponse(chunks, media_type="text/event-stream", headers=stream.HEADERS)
    whole = await unless_left(request, answer())
    return JSONResponse(_completion(whole, wanted.model).model_dump(mode="json"))


def _models(live_assistant: LiveAssistant) -> dict[str, str]:
    """The writer of each model."""
    return {MODEL if writer == EXTRACT else f"{MODEL}-{writer}": writer for writer in live_assistant.writers}


def _writer(name: str, live_assistant: LiveAssistant) -> str:
    known = _models(live_assistant)
    if name not in known:
        message = f"There is no model called {printable(name)}. The models here are: {', '.join(known)}."
        raise Refusal(404, "model_not_found", message, {"known": list(known)})
    return known[name]


def content_of(answer: AnswerOut) -> str:
    """The answer's text, and below it each source that a marker points to."""
    if not answer.citations:
        return answer.text
    return f"{answer.text}\n\nSources\n\n" + "\n\n".join(_source_line(citation) for citation in answer.citations)


def _source_line(citation: CitationOut) -> str:
    page = f"page {citation.page}" if citation.page else ""
    section = " › ".join(citation.section)
    parts = (citation.title, citation.publisher, citation.published, section, page, citation.original, citation.url)
    return f"[{citation.marker}] " + ", ".join(part for part in parts if part)


def _completion(answer: AnswerOut, model_name: str) -> CompletionOut:
    message = ChoiceMessageOut(role="assistant", content=content_of(answer))
    return CompletionOut(
        id=f"chatcmpl-{answer.answer_id}",
        object="chat.completion",
        created=int(time.time()),
        model=model_name,
        choices=[ChoiceOut(index=0, message=message, finish_reason="stop")],
        anchorline=answer,
    )


async def _events(ask: stream.Ask, model_name: str) -> AsyncIterator[str]:
    """The chunks as events. Comments keep the connection while a slow writer works."""
    asking = asyncio.create_task(ask())
    try:
        async for comment in stream.keep_alive(asking):
            yield comment
        answer, fault = await stream.outcome(asking)
        if answer is None:
            yield f"data: {json.dumps(fault)}\n\n"
            return
        for chunk in _chunks(answer, model_name):
            yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
        yield "data: [DONE]\n\n"
    finally:
        asking.cancel()


def _chunks(answer: AnswerOut, model_name: str) -> Iterator[dict[str, object]]:
    """The content paragraph by paragraph; put together, it is that of the JSON form."""
    named = {"id": f"chatcmpl-{answer.answer_id}", "object": "chat.completion.chunk", "created": int(time.time())}

    def chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, object]:
        return {**named, "model": model_name, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": ""})
    for place, paragraph in enumerate(content_of(answer).split("\n\n")):
        yield chunk({"content": f"\n\n{paragraph}" if place else paragraph})
    yield chunk({}, "stop") | {"anchorline": answer.model_dump(mode="json")}
