"""What a question asks of one programme and its record leaves open, because whoever read the sources for it found
nothing: what it cost, what came of it, who evaluated it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.entries import Measures
from corpus.gaps import unstated
from retrieval.generation import Generation
from retrieval.notices import GAP_NOT_RECORDED
from retrieval.quoted import Quoted
from retrieval.understand import Understood

_ASPECTS = {
    "cost": re.compile(r"\b(?:costs?|price|budget|how much money)\b", re.I),
    "outcome": re.compile(r"\b(?:outcomes?|results?|impacts?|achiev\w+|(?:came|come) of)\b", re.I),
    "evaluation": re.compile(r"\b(?:evaluat\w+|assessed|researched)\b", re.I),
}


def unrecorded(asked: Understood, quoted: Quoted, generation: Generation) -> Iterator[str]:
    """The gap of what the record of the one programme that is asked about does not state. A sentence about it that
    speaks of such a thing, in a document that was added since, says more than the record."""
    if len(asked.programmes) != 1:
        return
    stored = next((one for one in generation.content.sources if one.record and one.record.id in asked.programmes), None)
    if stored is None or stored.record is None:
        return
    for aspect in unstated(stored.record, stored.measures or Measures()):
        words = _ASPECTS.get(aspect)
        if words and words.search(asked.question) and not _is_told(stored.record.id, words, quoted):
            yield GAP_NOT_RECORDED.format(name=stored.record.title, aspect=aspect)


def _is_told(programme: str, words: re.Pattern[str], quoted: Quoted) -> bool:
    of_it = zip(quoted.sentences, quoted.said, strict=True)
    return any(one.passage.programme_id == programme and words.search(said) for one, said in of_it)
