"""What a question is better answered from than its words alone tell: passages that hold somebody to ask, where that is
asked; that tell a step, where "how do we start?" is; that are of the kind of trust, people and stage that it names.

Only records know steps and facets. What a brief says holds for the passages of the held sources that it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.types import BlockKind, Passage
from retrieval.generation import Generation
from retrieval.intent import Intent
from retrieval.understand import Understood

# Added to a passage's score, which is at most 1. Fitted on the tune half of evals/suites/anchors.yaml.
_CONTACT, _STEP, _FACETS = 0.4, 0.1, 0.1
_SUBJECTS = ("determinant", "pillar", "constraint")  # which words find better than facets

# How a document that sets no contact line apart says whom to ask.
REACHED = re.compile(r"\b(?:contact|get in touch|e-?mail|(?:tele)?phone)\b|@", re.I)


@dataclass(frozen=True, slots=True)
class _Told:
    """By row of the generation: whether a step stands there, and the facets of whatever record tells it."""

    steps: frozenset[int]
    facets: dict[int, frozenset[str]]


def leaning(asked: Understood, generation: Generation) -> Callable[[Passage], float]:
    """What is to be added to the score of each passage, for this question."""
    told = _told(generation)
    starts = asked.intent is Intent.START
    wanted = {f"{name}:{v}" for name, values in asked.facets.items() if name not in _SUBJECTS for v in values}

    def added(passage: Passage) -> float:
        row = generation.place[passage.passage_id]
        share = len(wanted & told.facets.get(row, frozenset(passage.facets))) / max(1, len(wanted))
        step = _STEP if starts and row in told.steps else 0.0
        contact = _CONTACT if asked.intent is Intent.CONTACT and tells_contact(passage) else 0.0
        return contact + step + _FACETS * share

    return added


def tells_contact(passage: Passage) -> bool:
    """Whether a passage holds somebody to ask."""
    return any(
        sentence.kind is BlockKind.CONTACT or REACHED.search(passage.quote(place))
        for place, sentence in enumerate(passage.sentences)
    )


@lru_cache(maxsize=2)  # the generation that is served, and the one that takes its place
def _told(generation: Generation) -> _Told:
    steps: set[int] = set()
    facets: dict[int, frozenset[str]] = {}
    records = {stored.source.source_id: stored.record for stored in generation.content.sources if stored.record}
    for row, passage in enumerate(generation.content.passages):
        if record := records.get(passage.source.source_id):
            leads = list(_leads(row, passage, generation))
            for there in (row, *leads):
                facets[there] = facets.get(there, frozenset()) | frozenset(passage.facets)
            told = "\n".join(step.says for step in record.steps)
            at = [place for place in range(len(passage.sentences)) if passage.quote(place) in told]
            steps.update(row for _ in at)
            steps.update(leads[place] for place in at)
    return _Told(frozenset(steps) - {-1}, facets)


def _leads(row: int, passage: Passage, generation: Generation) -> Iterator[int]:
    """For each sentence of a brief, the row of the held source's passage that says the same, or -1."""
    start = generation.first_sentence[row]
    return (int(generation.counterparts[start + place][0]) for place in range(len(passage.sentences)))
