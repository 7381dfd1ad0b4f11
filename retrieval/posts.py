"""Who holds which post, as the sources print it: "Andrew Attfield, Associate Director for Public Health".

Reports thank whom they spoke to in lists of names, under lines that name the organisation. No sentence there shares a
word with "who should we ring about buying?", so these lines are found by what they are, and ranked by post and body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from corpus.attribution import Name, mentions
from corpus.types import BlockKind, Passage
from retrieval.asked import ANSWERS
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
    """A line of one passage, or the lines under a person's name, ``first`` to ``last``. ``body``: the organisation that
    it is of, by its display name; ``under``: the line that named it; ``person``: whose post it is, where the heading
    says that and the line does not. ``linked``: it is of a body that is not known, "(Linked to ELFT Case Study)"."""

    row: int
    first: int
    last: int
    body: str | None
    under: str
    person: str | None = None
    linked: bool = False


@dataclass(frozen=True, slots=True)
class RankedPost:
    """``named``: the share of the question's telling words, organisations' names apart, that the line holds; or how
    like the question one is that is listed as answered there, where that is more. ``listed``: whether it is so."""

    post: Post
    score: float
    named: float
    listed: bool


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
    if bodies_asked := set(asked.organisations) or _running(asked.programmes, generation):
        known = [one for one in known if one.body in bodies_asked]
    bodies = mentions(asked.question, staff.organisations)
    of_names = stem_set(" ".join(asked.question[one.start : one.end] for one in bodies))
    weights = {term: generation.words.weight(term) for term in asked.terms if term not in of_names}
    ranked = [_ranked(one, weights, query, generation) for one in known]
    return tuple(sorted(ranked, key=lambda one: -one.score))


def _running(programmes: Sequence[str], generation: Generation) -> set[str]:
    """Who runs the programmes that are named: nobody else's staff lead them."""
    of_them = (one for one in generation.content.passages if one.programme_id in programmes)
    return {one.organisation for one in of_them if one.organisation}


def _ranked(post: Post, weights: Mapping[str, float], query: Query, generation: Generation) -> RankedPost:
    passage = generation.content.passages[post.row]
    lines = range(post.first, post.last + 1)
    held = stem_set(f"{_text(passage, lines)} {post.under} {post.body or passage.source.publisher}")
    named = sum(weight for term, weight in weights.items() if term in held) / (sum(weights.values()) or 1.0)
    meaning = max((generation.sentence_vectors_of(post.row)[post.first : post.last + 1] @ query.vector).tolist())
    answers = query.answering.get(post.row, {})
    like = max(answers.get(place, 0.0) for place in lines)
    if like >= ANSWERS and like > named:
        return RankedPost(post, max(meaning, like) + like, like, listed=True)
    return RankedPost(post, meaning + named, named, listed=False)


@beside_generation
def _staff(generation: Generation) -> _Staff:
    organisations = known_names(generation).organisations
    return _Staff(tuple(_posts(generation.content.passages, organisations)), tuple(organisations))


def _posts(passages: Sequence[Passage], organisations: Sequence[Name]) -> Iterator[Post]:
    section, body, under, linked = None, None, "", False
    for row, passage in enumerate(passages):
        if section != (section := (passage.source.source_id, passage.heading_path)):
            body, under, linked = passage.organisation, "", False
        if lines := _under_a_name(passage):
            named = mentions(_text(passage, lines), organisations)
            yield Post(row, lines[0], lines[-1], named[0].thing if named else body, under, passage.heading_path[-1])
        for place in range(len(lines), len(passage.sentences)):
            text, contact = passage.quote(place), passage.sentences[place].kind is BlockKind.CONTACT
            if len(text.split()) > _LONGEST and not contact:
                continue
            named = mentions(text, organisations)
            if contact or _POST.match(text) or _AUTHORS.match(text):
                own = named[0].thing if named else None
                yield Post(row, place, place, own or body, under, linked=linked and not own)
            elif text[:1].isupper() and not text.endswith((".", ":")):  # what a sentence names heads no list
                body, under = named[-1].thing if named else body, text
                linked = not named or named[0].start > 0


def _under_a_name(passage: Passage) -> range:
    """The lines that open a passage headed by a person's name and tell the posts, which a slide breaks as it likes."""
    if not passage.heading_path or not _PERSON.match(passage.heading_path[-1]):
        return range(0)
    texts = [passage.quote(place) for place in range(len(passage.sentences))]
    lines = range(len(list(takewhile(_goes_on, texts))))
    return lines if re.search(_ROLE, _text(passage, lines)) else range(0)


def _goes_on(text: str) -> bool:
    return not text.startswith("@") and len(text.split()) <= _LONGEST and not _POST.match(text)


def _text(passage: Passage, lines: range) -> str:
    return " ".join(passage.quote(place) for place in lines)
