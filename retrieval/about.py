"""Whose a quoted sentence is, where its passage is nobody's: an overview names many trusts, one in each sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from corpus.attribution import mentions, named
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
    """With the organisation that the sentence begins with, else its passage's, else that of the brief that was learnt
    from it, else the only one that it names; with the programme of that brief, else its passage's, else the only one of
    that organisation, or of nobody here, that it names."""
    passage = one.passage
    learnt = _learnt_from(generation).get((generation.place[passage.passage_id], one.sentence), _About(None, None))
    begins, names = _named(one, generation)
    if begins not in (None, passage.organisation):  # an introduction that stands behind another's case study
        return replace(one, organisation=begins, programme=_programme(one, begins, generation))
    organisation = passage.organisation or learnt.organisation or names
    if learnt.organisation not in (None, organisation):
        return replace(one, organisation=organisation)
    programme = learnt.programme or one.programme or _programme(one, organisation, generation)
    return replace(one, organisation=organisation, programme=programme)


def _named(one: Rated, generation: Generation) -> tuple[str | None, str | None]:
    """The organisation that the sentence begins with and the only one that it names, be it for short."""
    text, names = one.passage.quote(one.sentence), known_names(generation)
    found = mentions(text, names.organisations, plain_words=False)
    begins = found[0].thing if found and not text[: found[0].start].strip("• ") else None
    every = {mention.thing for mention in names.bodies_in(text)}
    return begins, found[0].thing if found and every <= {found[0].thing} else None


def _programme(one: Rated, organisation: str | None, generation: Generation) -> str | None:
    """The title of the only programme of the organisation's, or of nobody here, that the sentence names."""
    owners = _owners(generation)
    found = [owners[key] for key in named(one.passage.quote(one.sentence), known_names(generation).programmes)]
    titles = [title for title, owner in found if owner == organisation]
    return titles[0] if len(titles) == 1 else None


@beside_generation
def _owners(generation: Generation) -> Mapping[str, tuple[str, str | None]]:
    """By a programme's id its title and whose it is, by display name."""
    return {
        stored.record.id: (stored.record.title, stored.organisation.name if stored.organisation else None)
        for stored in generation.content.sources
        if stored.record and stored.record.kind is RecordKind.PROGRAMME
    }


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
