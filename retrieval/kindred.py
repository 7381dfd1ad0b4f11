"""Which trusts of a kind ("which acute trusts"): of each what its records say it did, on the theme if one is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.records import RecordKind
from retrieval.cite import Found, Piece, Quotation, role_of, vector_of
from retrieval.facets import THEMES, facets_of
from retrieval.generation import Generation, StoredSource
from retrieval.search import Query
from retrieval.statements import quoted
from retrieval.types import Narrowing
from retrieval.understand import Understood

_KIND = re.compile(r"\b(?:which|what) (?:of the |other )?((?:[\w’'-]+ ){1,4}?(?:trusts|providers|hospitals))\b", re.I)


def of_a_kind(asked: Understood, query: Query, generation: Generation, narrowing: Narrowing) -> Found:
    """One sentence a trust; nothing where no kind of trust is asked after, or fewer than two are told of."""
    named = _KIND.search(asked.question)
    kinds = set(facets_of(named[1]).get("trust_type", ())) if named else set()
    if not named or not kinds or asked.organisations:
        return Found()
    wanted = facets_of(asked.question[named.end() :])
    themes = {name: set(wanted[name]) for name in THEMES if name in wanted}
    bodies: dict[str, list[StoredSource]] = {}
    for stored in generation.content.sources:
        if stored.record and stored.organisation and kinds & set(stored.organisation.trust_type):
            bodies.setdefault(stored.organisation.name, []).append(stored)
    told = {name: _told(held, themes, query, generation, narrowing) for name, held in sorted(bodies.items())}
    pieces = [Piece(role_of(one, asked.intent), one, name) for name, one in told.items() if one]
    return Found(tuple(pieces)) if len(pieces) > 1 else Found()


def speaks_of_kind(gap: str, question: str) -> bool:
    """Whether a gap is only of the words that name the kind, which the records know, not the sentences."""
    named = _KIND.search(question)
    return named is not None and any(f"“{word}”" in gap for word in named[1].split())


def _told(
    held: Sequence[StoredSource],
    themes: dict[str, set[str]],
    query: Query,
    generation: Generation,
    narrowing: Narrowing,
) -> Quotation | None:
    """What an organisation is about; or, of its programmes on a theme, what comes nearest to the question."""
    found = []
    for stored in held:
        record = stored.record
        on_theme = record and any(values & set(getattr(record.facets, name)) for name, values in themes.items())
        wanted = RecordKind.PROGRAMME if themes else RecordKind.ORGANISATION
        if record and record.kind is wanted and (on_theme or not themes):
            said = (record.summary, *record.outcomes, *record.facts) if themes else (record.summary,)
            found += [one for each in said if (one := quoted(stored, each, generation, narrowing))]
    return max(found, key=lambda one: float(vector_of(one, generation) @ query.vector), default=None)
