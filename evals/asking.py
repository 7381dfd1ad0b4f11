"""Asks an assistant the two things besides ``ask`` that evaluation needs: a reader's ranking, and the evidence.

The only module that reaches behind ``Assistant``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Passage
from retrieval.assistant import EVERYTHING, Assistant, _lookable
from retrieval.choose import rate
from retrieval.search import search
from retrieval.types import ScoredPassage, Turn
from retrieval.understand import understand

_LOOKED_AT = 16


# SWAP: this module goes when Assistant.search_question and Assistant.evidence are there, with the types of the latter.
@dataclass(frozen=True, slots=True)
class RatedSentence:
    passage: Passage
    sentence: int
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """``sentences``: best first. ``support``: how surely they answer; higher is surer."""

    sentences: tuple[RatedSentence, ...]
    support: float


def search_question(
    assistant: Assistant, question: str, history: Sequence[Turn], k: int, pipeline: str
) -> tuple[ScoredPassage, ...]:
    """The best ``k`` passages for a question as a reader would ask it, follow-ups with what they follow on from."""
    asked = understand(question, _lookable(history), assistant._generation.words)
    return assistant.search(asked.search_text, k=k, pipeline=pipeline)


def evidence(
    assistant: Assistant, question: str, history: Sequence[Turn] = (), exclude: frozenset[str] = frozenset()
) -> Evidence:
    """The sentences that answer best. ``exclude``: ids of passages that must not be looked at."""
    asked = understand(question, _lookable(history), assistant._generation.words)
    vector = assistant._encode(asked.search_text)
    found = search(assistant._generation, asked.search_text, vector, 2 * _LOOKED_AT + len(exclude), EVERYTHING)
    looked_at = [hit for hit in found if hit.passage.passage_id not in exclude][:_LOOKED_AT]
    rated = sorted(rate(asked, vector, looked_at, assistant._generation), key=lambda one: -one.score)
    sentences = tuple(RatedSentence(one.passage, one.sentence, one.score) for one in rated)
    return Evidence(sentences, max((one.meaning for one in rated), default=0.0))
