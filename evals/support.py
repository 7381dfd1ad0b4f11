"""How surely an assistant's evidence answers, for questions that it can answer and for those that it cannot.

Of a suite, off-topic are the questions out of scope, adversarial those of kind ``unanswerable``. Questions that the
screen turns away before anything is looked up (crisis, personal data…) say nothing about evidence, and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evals.abstention import ADVERSARIAL, ANSWERABLE, GOLD_REMOVED, OFF_TOPIC
from evals.answers import wordings
from evals.judge import Shelf, groups_of, holds_any, shelve
from evals.suite import Kind, Question
from retrieval.assistant import Assistant

Supports = Mapping[str, Mapping[str, float]]  # by kind of question, by its id

_NEGATIVES = {Kind.UNANSWERABLE: ADVERSARIAL, Kind.OUT_OF_SCOPE: OFF_TOPIC}


def suite_supports(assistant: Assistant, questions: Iterable[Question]) -> Supports:
    """Support of every question that the index can answer, with and without what answers it, and of those it cannot."""
    shelf = shelve(assistant.passages)
    found: dict[str, dict[str, float]] = {}
    for question in questions:
        if question.kind in _NEGATIVES:
            support = assistant.evidence(question.question, question.history).support
            found.setdefault(_NEGATIVES[question.kind], {})[question.id] = support
        elif gold := gold_of(question, shelf):
            whole = assistant.evidence(question.question, question.history)
            robbed = assistant.evidence(question.question, question.history, without=gold)
            found.setdefault(ANSWERABLE, {})[question.id] = whole.support
            found.setdefault(GOLD_REMOVED, {})[question.id] = robbed.support
    return found


def gold_of(question: Question, shelf: Shelf) -> frozenset[str]:
    """Every passage that gives a fact asked for: those judged relevant and, of the same sources or learnt from them,
    whatever else holds its words."""
    named = {way for group in groups_of(question, shelf) for way in group}
    if not named:
        return frozenset()
    facts = [fact for group in question.needs for fact in wordings(group)]
    beside = (p for source in question.sources for p in shelf.of_source.get(source, ()))
    briefs = (p for source in question.sources for p, _ in shelf.learnt.get(source, ()))
    also = {p.passage_id for p in (*beside, *briefs) if holds_any(p.text, facts)}
    return frozenset[str]().union(also, *named)
