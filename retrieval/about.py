"""Whose a quoted sentence is, where its passage is nobody's: an overview names many trusts, one in each sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from corpus.attribution import named
from corpus.records import RecordKind
from corpus.types import Basis
from retrieval.evidence import Rated
from retrieval.generation import Generation, beside_generation
from retrieval.names import known_names


@dataclass(frozen=True, slots=True)
class _About:
    """Display names."""

    organisation: str | None
    programme: str | None


def attributed(one: Rated, generation: Generation) -> Rated:
    """With the programme of the brief that was learnt from the sentence, else its passage's; with the organisation of
    its passage, else of that brief; else with the only ones that the sentence names."""
    passage = one.passage
    learnt = _learnt_from(generation).get((generation.place[passage.passage_id], one.sentence), _About(None, None))
    organisation = passage.organisation or learnt.organisation or _named(one, generation)
    if learnt.organisation not in (None, organisation):
        return replace(one, organisation=organisation)
    programme = learnt.programme or one.programme or (None if organisation else _nobodys(one, generation))
    return replace(one, organisation=organisation, programme=programme)


def _named(one: Rated, generation: Generation) -> str | None:
    found = named(one.passage.quote(one.sentence), known_names(generation).organisations, plain_words=False)
    return found[0] if len(found) == 1 else None


def _nobodys(one: Rated, generation: Generation) -> str | None:
    """The title of the only programme that the sentence names, if no organisation of ours runs it."""
    found = named(one.passage.quote(one.sentence), known_names(generation).programmes)
    return _without_owner(generation).get(found[0]) if len(found) == 1 else None


@beside_generation
def _without_owner(generation: Generation) -> Mapping[str, str]:
    """Programmes that are no organisation's: id to title."""
    records = (stored.record for stored in generation.content.sources if stored.record)
    return {one.id: one.title for one in records if one.kind is RecordKind.PROGRAMME and one.organisation is None}


@beside_generation
def _learnt_from(generation: Generation) -> Mapping[tuple[int, int], _About]:
    """By passage row and sentence of a source: what the briefs that say the same are about, where they agree."""
    found: dict[tuple[int, int], set[_About]] = {}
    for row, passage in enumerate(generation.content.passages):
        if passage.source.basis is Basis.BRIEF:
            for there, sentence in generation.leads(row).tolist():
                if there >= 0:
                    about = _About(passage.organisation, passage.programme)
                    found.setdefault((there, sentence), set()).add(about)
    return {place: next(iter(abouts)) for place, abouts in found.items() if len(abouts) == 1}
