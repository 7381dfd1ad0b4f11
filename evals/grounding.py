"""What an answer rests on: whether it cites the passages, programmes and sentences that hold what was asked for.

All of it is told by the evidence that a question names and by words; no judge model is asked, ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.types import Passage
from evals.judge import Shelf, Way, holds_any, told_by_briefs, ways
from evals.suite import Evidence, Question
from retrieval.types import Citation

Line = tuple[str, int]  # passage id and place of a sentence


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact that a question needs, as the index holds it. ``ways`` as in ``judge.ways``, our briefs' included, since
    they may be cited; ``lines``: the sentences that give it; ``names``: organisations and programmes it is told of;
    ``nobodys``: those of the ways whose passages are no organisation's and no programme's."""

    ways: tuple[Way, ...]
    lines: frozenset[Line]
    names: frozenset[str]
    nobodys: tuple[Way, ...]


def facts_of(question: Question, shelf: Shelf, passages: Mapping[str, Passage]) -> tuple[Fact, ...]:
    """Those of the facts asked for that the index holds."""
    found = (_fact(group, shelf, passages) for group in question.needs)
    return tuple(fact for fact in found if fact.ways)


def grounding(
    facts: Sequence[Fact], citations: Sequence[Citation], passages: Mapping[str, Passage]
) -> dict[str, float]:
    """``citation precision``: the share of the citations whose passage holds a fact asked for. ``citation recall``: the
    share of the facts whose passages are cited. ``attribution``: of the facts that the index ties to an organisation or
    programme, the share for which one of these is cited, or a passage that gives the fact of nobody in particular.
    ``rationale F1``: of precision (the share of the quoted sentences that give a fact) and recall (the share of the
    facts that a quoted sentence gives). No citation scores 0; what cannot be told, because the index holds no such
    fact, is left out."""
    if not facts:
        return {}
    cited = {citation.passage_id for citation in citations}
    gold = frozenset[str]().union(*(way for fact in facts for way in fact.ways))
    values = {
        "citation precision": _share(citation.passage_id in gold for citation in citations),
        "citation recall": _share(any(way <= cited for way in fact.ways) for fact in facts),
    }
    named = [fact for fact in facts if fact.names]
    if named:
        told = {name for citation in citations for name in (citation.organisation, citation.programme) if name}
        values["attribution"] = _share(
            bool(fact.names & told) or any(way <= cited for way in fact.nobodys) for fact in named
        )
    lines = [fact.lines for fact in facts if fact.lines]
    if lines:
        values["rationale F1"] = _rationale(lines, frozenset(_quoted(citations, passages)))
    return values


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _fact(group: Iterable[Evidence], shelf: Shelf, passages: Mapping[str, Passage]) -> Fact:
    found: dict[Way, None] = {}
    lines: set[Line] = set()
    names: set[str] = set()
    nobodys: list[Way] = []
    for evidence in group:
        briefs = (frozenset((passage.passage_id,)) for passage in told_by_briefs(evidence, shelf))
        mine = dict.fromkeys((*ways(evidence, shelf), *briefs))
        found |= mine
        nobodys += (way for way in mine if not any(_names(passages[one]) for one in way))
        for passage in (passages[one] for way in mine for one in way):
            names |= _names(passage)
            lines |= {
                (passage.passage_id, place)
                for place in range(len(passage.sentences))
                if holds_any(passage.quote(place), evidence.fact)
            }
    return Fact(tuple(found), frozenset(lines), frozenset(names), tuple(nobodys))


def _names(passage: Passage) -> set[str]:
    return {name for name in (passage.organisation, passage.programme) if name}


def _rationale(lines: Sequence[frozenset[Line]], quoted: frozenset[Line]) -> float:
    gold = frozenset[Line]().union(*lines)
    return f1(_share(line in gold for line in quoted), _share(bool(every & quoted) for every in lines))


def _quoted(citations: Iterable[Citation], passages: Mapping[str, Passage]) -> Iterator[Line]:
    """The sentences that lie within a quote."""
    for citation in citations:
        passage = passages.get(citation.passage_id)
        start = -1 if passage is None else passage.text.find(citation.quote)
        if passage is not None and start >= 0:
            end = start + len(citation.quote)
            within = (i for i, span in enumerate(passage.sentences) if start <= span.start and span.end <= end)
            yield from ((passage.passage_id, place) for place in within)


def _share(told: Iterable[bool]) -> float:
    every = list(told)
    return sum(every) / len(every) if every else 0.0
