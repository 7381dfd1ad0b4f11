"""What a question is better answered from than its words alone tell: passages that hold somebody to ask or name who
holds a post, where that is asked; that tell a step, where "how do we start?" is, or what it asks of programmes; that
are of the kind of trust, people and stage that it names; that answer a question like it, as our corpus lists them.

Only records know steps and facets. What a brief says holds for the passages of the held sources that it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpus.types import BlockKind, Passage
from retrieval.asked import LIKE
from retrieval.aspects import filed_under
from retrieval.generation import Generation, beside_generation
from retrieval.index import fits
from retrieval.intent import Intent, asks_who
from retrieval.posts import ranked_posts
from retrieval.search import Query, among, merged
from retrieval.types import Narrowing, ScoredPassage
from retrieval.understand import Understood

# Added to a passage's score, which is at most 1. Fitted on the tune half of evals/suites/anchors.yaml.
_CONTACT, _STEP, _FACETS, _ASKED = 0.4, 0.2, 0.2, 0.4
_POSTS = 3  # passages
_SUBJECTS = ("determinant", "pillar", "constraint")  # which words find better than facets

# How a document that sets no contact line apart says whom to ask.
REACHED = re.compile(r"\b(?:contact|get in touch|e-?mail|(?:tele)?phone)\b|@", re.I)


Leant = Callable[[Sequence[ScoredPassage], int], tuple[ScoredPassage, ...]]


@dataclass(frozen=True, slots=True)
class _Told:
    """By row of the generation: whether a step stands there, and the facets of whatever record tells it."""

    steps: frozenset[int]
    facets: dict[int, frozenset[str]]


def leaning(asked: Understood, query: Query, generation: Generation, narrowing: Narrowing) -> Leant:
    """What makes of a ranking its best ``k``, and of what else the question is surely answered from. It is worked out
    once, however many rankings lean."""
    added = _added(asked, generation)
    alike = _answering(query, generation, narrowing)
    likely = _likely_posts(asked, query, generation, narrowing)

    def raised(hit: ScoredPassage, score: float) -> ScoredPassage:
        row = generation.place[hit.passage.passage_id]
        post = _CONTACT + likely[row] if row in likely else 0.0
        return replace(hit, score=max(score + added(hit.passage) + alike.get(row, 0.0), post))

    def leant(ranking: Sequence[ScoredPassage], k: int) -> tuple[ScoredPassage, ...]:
        ranked = {generation.place[hit.passage.passage_id] for hit in ranking}
        others = (alike.keys() | likely.keys()) - ranked
        found = [raised(hit, hit.score) for hit in ranking]
        found += [raised(hit, 0.0) for hit in (among(generation, query, others, len(others)) if others else ())]
        return merged((found,), k)

    return leant


def _answering(query: Query, generation: Generation, narrowing: Narrowing) -> dict[int, float]:
    """Rows of the passages that answer a question like this one, with what is to be added to their scores."""
    return {
        row: _ASKED * (max(places.values()) - LIKE) / (1 - LIKE)
        for row, places in query.answering.items()
        if fits(generation.content.passages[row], narrowing)
    }


def _likely_posts(asked: Understood, query: Query, generation: Generation, narrowing: Narrowing) -> dict[int, float]:
    """Rows of the passages with the posts likeliest to be asked for, each with its share of the best one's score."""
    if not asks_who(asked.question):
        return {}
    ranked = [one for one in ranked_posts(asked, query, generation, narrowing) if one.score > 0]
    found: dict[int, float] = {}
    for one in ranked:
        if len(found) < _POSTS:
            found.setdefault(one.post.row, one.score / ranked[0].score)
    return found


def _added(asked: Understood, generation: Generation) -> Callable[[Passage], float]:
    """What is to be added to the score of each passage, for this question."""
    told = _told(generation)
    starts, reaches = asked.intent is Intent.START, asked.intent is Intent.CONTACT
    filed = {row for row, _ in filed_under(asked.question, generation)}
    wanted = {f"{name}:{v}" for name, values in asked.facets.items() if name not in _SUBJECTS for v in values}

    def added(passage: Passage) -> float:
        row = generation.place[passage.passage_id]
        share = len(wanted & told.facets.get(row, frozenset(passage.facets))) / max(1, len(wanted))
        step = _STEP if (starts and row in told.steps) or row in filed else 0.0
        return _FACETS * share + step + (_CONTACT if reaches and tells_contact(passage) else 0.0)

    return added


def tells_contact(passage: Passage) -> bool:
    """Whether a passage holds somebody to ask."""
    return any(
        sentence.kind is BlockKind.CONTACT or REACHED.search(passage.quote(place))
        for place, sentence in enumerate(passage.sentences)
    )


@beside_generation
def _told(generation: Generation) -> _Told:
    steps: set[int] = set()
    facets: dict[int, frozenset[str]] = {}
    records = {stored.source.source_id: stored.record for stored in generation.content.sources if stored.record}
    for row, passage in enumerate(generation.content.passages):
        if record := records.get(passage.source.source_id):
            leads = generation.leads(row)[:, 0].tolist()
            for there in (row, *leads):
                facets[there] = facets.get(there, frozenset()) | frozenset(passage.facets)
            told = "\n".join(step.says for step in record.steps)
            for place, there in enumerate(leads):
                if passage.quote(place) in told:
                    steps |= {row, there}
    return _Told(frozenset(steps) - {-1}, facets)
