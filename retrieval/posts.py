"""Who holds which post, as the sources print it: "Andrew Attfield, Associate Director for Public Health".

Reports thank whom they spoke to in lists of names, under lines that name the organisation. No sentence there shares a
word with "who should we ring about buying?", so these lines are found by what they are, and ranked by post and body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.attribution import Name, mentions
from corpus.types import BlockKind, Passage
from retrieval.demands import POST
from retrieval.generation import Generation, beside_generation
from retrieval.index import fits
from retrieval.names import known_names
from retrieval.search import Query, stands_in
from retrieval.types import Narrowing
from retrieval.understand import Understood
from retrieval.words import stem_set

_TITLE = r"(?:(?:Dr|Prof|Professor|Sir|Dame|Lord|Lady|Mr|Mrs|Ms|Cllr)\.?\s+)"
_WORD = r"[A-Z][\w’'-]+\.?"
_ROLE = rf"\b{POST}\b"
_POST = re.compile(rf"{_TITLE}?{_WORD}(?:\s{_WORD}){{1,3}},\s[^.]*{_ROLE}")
_AUTHORS = re.compile(r"(?:Authors?|Written by|Presented by|Speakers?)\b\W")
_PERSON = re.compile(rf"{_TITLE}?{_WORD}(?:\s{_WORD}){{1,2}}$")
_LONGEST = 20  # words of such a line


@dataclass(frozen=True, slots=True)
class Post:
    """One line of one passage. ``body``: the organisation that it is of, by its display name; ``under``: the line that
    named it; ``person``: whose post it is, where the heading says that and the line does not."""

    row: int
    place: int
    body: str | None
    under: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class RankedPost:
    """``named``: the share of the question's telling words, organisations' names apart, that the line holds."""

    post: Post
    score: float
    named: float


@dataclass(frozen=True, slots=True)
class _Staff:
    posts: tuple[Post, ...]
    organisations: tuple[Name, ...]


def ranked_posts(
    asked: Understood, query: Query, generation: Generation, narrowing: Narrowing
) -> tuple[RankedPost, ...]:
    """Every line that says who holds a post, the likeliest to be asked for first; of the body that the question names,
    where it names one. A brief speaks only where its source is not held."""
    passages, staff = generation.content.passages, _staff(generation)
    known = [one for one in staff.posts if fits(passages[one.row], narrowing)]
    known = [one for one in known if not stands_in(passages[one.row], generation)] or known
    if asked.organisations:
        known = [one for one in known if one.body in asked.organisations]
    bodies = mentions(asked.question, staff.organisations)
    of_names = stem_set(" ".join(asked.question[one.start : one.end] for one in bodies))
    weights = {term: generation.words.weight(term) for term in asked.terms if term not in of_names}
    ranked = [_ranked(one, weights, query, generation) for one in known]
    return tuple(sorted(ranked, key=lambda one: -one.score))


def _ranked(post: Post, weights: Mapping[str, float], query: Query, generation: Generation) -> RankedPost:
    passage = generation.content.passages[post.row]
    held = stem_set(f"{passage.quote(post.place)} {post.under} {post.body or passage.source.publisher}")
    named = sum(weight for term, weight in weights.items() if term in held) / (sum(weights.values()) or 1.0)
    meaning = float(generation.sentence_vectors_of(post.row)[post.place] @ query.vector)
    return RankedPost(post, meaning + named, named)


@beside_generation
def _staff(generation: Generation) -> _Staff:
    organisations = known_names(generation).organisations
    return _Staff(tuple(_posts(generation.content.passages, organisations)), tuple(organisations))


def _posts(passages: Sequence[Passage], organisations: Sequence[Name]) -> Iterator[Post]:
    section, body, under = None, None, ""
    for row, passage in enumerate(passages):
        if section != (section := (passage.source.source_id, passage.heading_path)):
            body, under = passage.organisation, ""
        for place, sentence in enumerate(passage.sentences):
            text = passage.quote(place)
            if len(text.split()) > _LONGEST and sentence.kind is not BlockKind.CONTACT:
                continue
            named = mentions(text, organisations)
            if sentence.kind is BlockKind.CONTACT or _is_post(text, passage.heading_path):
                yield Post(row, place, named[0].thing if named else body, under, _person(text, passage))
            elif named:
                body, under = named[-1].thing, text  # "(Linked to ELFT Case Study)" names last whose people follow


def _is_post(text: str, heading_path: Sequence[str]) -> bool:
    titled = bool(heading_path and _PERSON.match(heading_path[-1]))
    return bool(_POST.match(text) or _AUTHORS.match(text) or (titled and re.search(_ROLE, text)))


def _person(text: str, passage: Passage) -> str | None:
    heading = passage.heading_path[-1] if passage.heading_path else ""
    return heading if _PERSON.match(heading) and not _POST.match(text) else None
