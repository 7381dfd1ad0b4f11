"""One question to a language model behind an OpenAI-compatible endpoint, through LlamaIndex's class for these.

The whole reply has one deadline. It is read as it streams in a thread of its own, which the caller leaves behind when
time is up: a look-up of a name, a stalled socket and a drip of words cannot hold a reader's question.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import httpx
from llama_index.core.llms import ChatMessage, ChatResponse
from llama_index.llms.openai_like import OpenAILike
from openai import APIConnectionError, APIStatusError, APITimeoutError

from retrieval.writers.types import Endpoint, Failure, Reply, given_up

TOKENS_AT_MOST = 800
_CHARACTERS_AT_MOST = 8_000
_LOOK_S = 0.2  # how often somebody who waits looks whether the asker has left
_AT_ONCE = 8  # replies; a further question is not kept waiting
_CONTEXT_TOKENS = 8_192  # LlamaIndex wants to know it; nothing is cut by it


@dataclass(frozen=True, slots=True)
class _Patience:
    """How long a reply is read: until ``deadline``, or until whoever asked has left."""

    deadline: float
    left: threading.Event

    def over(self) -> bool:
        return self.left.is_set() or time.monotonic() >= self.deadline


class LanguageModel:
    """A configured endpoint. Safe to use from several threads; sends nothing until ``ask``."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.name = endpoint.model
        self._timeout_s = endpoint.timeout_s
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        # A redirect would carry the question to a host that nobody configured.
        hooks = {"response": [self._hold]}
        self._http = httpx.Client(timeout=endpoint.timeout_s, follow_redirects=False, event_hooks=hooks)
        self._held = threading.local()  # the response that a thread reads
        self._llm = OpenAILike(
            model=endpoint.model,
            api_base=endpoint.url,
            api_key=endpoint.key or "none",  # otherwise the client takes one from the environment
            is_chat_model=True,
            context_window=_CONTEXT_TOKENS,
            max_tokens=TOKENS_AT_MOST,
            temperature=0.0,
            timeout=endpoint.timeout_s,
            max_retries=0,
            http_client=self._http,
        )

    def ask(self, system: str, user: str) -> Reply:
        """What the model says, within ``timeout_s``. Never raises for what an endpoint does. See ``given_up``."""
        if not self._places.acquire(blocking=False):
            return Reply(failure=Failure.BUSY)
        patience = _Patience(time.monotonic() + self._timeout_s, given_up.get() or threading.Event())
        said: SimpleQueue[Reply] = SimpleQueue()
        messages = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]
        threading.Thread(target=self._work, args=(messages, patience, said), daemon=True).start()
        while not patience.over():
            with suppress(Empty):
                return said.get(timeout=_LOOK_S)
        return Reply(failure=Failure.SLOW)

    def close(self) -> None:
        self._http.close()

    def _work(self, messages: list[ChatMessage], patience: _Patience, said: SimpleQueue[Reply]) -> None:
        try:
            said.put(self._read_or_fail(messages, patience))
        finally:
            self._hang_up()
            self._places.release()

    def _hold(self, response: httpx.Response) -> None:
        self._held.response = response

    def _hang_up(self) -> None:
        """Both libraries leave a response that is not read to its end open, and the endpoint writes on for nobody."""
        if response := getattr(self._held, "response", None):
            response.close()

    def _read_or_fail(self, messages: list[ChatMessage], patience: _Patience) -> Reply:
        reply = self._try(messages, patience)
        again = reply.failure is Failure.UNREACHABLE and not patience.over()
        return self._try(messages, patience) if again else reply

    def _try(self, messages: list[ChatMessage], patience: _Patience) -> Reply:
        try:
            return _read(self._llm.stream_chat(messages), patience)
        except (APITimeoutError, httpx.TimeoutException):
            return Reply(failure=Failure.SLOW)
        except APIConnectionError:
            return Reply(failure=Failure.UNREACHABLE)
        except APIStatusError:
            return Reply(failure=Failure.REFUSED)
        except httpx.TransportError:  # while the reply was being read
            return Reply(failure=Failure.CUT_OFF)
        except Exception:  # a stranger's bytes go through two libraries, which raise whatever they like
            return Reply(failure=Failure.NONSENSE)


def _read(chunks: Iterator[ChatResponse], patience: _Patience) -> Reply:
    """The reply as far as it is allowed to go. One that does not say that it has ended was cut off."""
    text, ended = "", False
    for chunk in chunks:
        if patience.over():
            return Reply(failure=Failure.SLOW)
        text += chunk.delta or ""
        ended = ended or any(choice.finish_reason for choice in chunk.raw.choices)
        if len(text) > _CHARACTERS_AT_MOST:
            return Reply(text[:_CHARACTERS_AT_MOST])
    if not ended:
        return Reply(failure=Failure.CUT_OFF)
    return Reply(text) if text.strip() else Reply(failure=Failure.NONSENSE)
