"""Whom to ask: the role, the organisation and the published route, and openly where the sources name nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from corpus.types import Basis, BlockKind, Passage
from retrieval.cite import Found, Piece, Quotation, place_of, vector_of
from retrieval.demands import PERSON
from retrieval.evidence import Evidence
from retrieval.generation import Generation
from retrieval.index import fits
from retrieval.intent import asks_who
from retrieval.notices import GAP_NO_CONTACT, GAP_NO_POST, GAP_NO_SUCH_POST, GAP_NOT_GIVEN
from retrieval.posts import Post, RankedPost, ranked_posts
from retrieval.search import Query, among
from retrieval.types import BlockRole, Narrowing
from retrieval.understand import Intent, Understood
from retrieval.words import stem_set

_MOST, _MOST_LISTED = 2, 4
_NAMED = 0.2  # of the question's telling words, what a post must hold; fitted on tune, as are the next
_SURELY = 0.5  # the same, where a contact is published as well
_NEARLY, _NEAR = 0.85, 0.3
_TELLING = 2.5  # inverse document frequency of a word that can name whom a route leads to

_MAIL, _PHONE = re.compile(r"\S@\S+\.\S"), re.compile(r"\b0\d{2,4}[ \d]{6,}")
_WEB = re.compile(r"\bwww\.|https?://|\b[\w-]+\.(?:org|nhs|ac|co|gov)\.uk\b", re.I)
_WHOM = re.compile(r"\bhow (?:do|can|could|should) (?:i|we) (?:contact|reach)\b", re.I)
_IN_A_PLACE = re.compile(r"\b(?:in|at|for|around) ([A-Z][a-z]+(?: [A-Z][a-z]+)*)")
_HEADS = {
    name: re.compile(rf"(?<!our )(?<!my )\b(?:{words})\b", re.I)
    for name, words in {
        "chair": r"chair(?:s|ed|man|woman|person)?",
        "chief executive": r"chief exec(?:utive)?s?|ceo",
        "medical director": r"(?:chief )?medical (?:director|officer)",
        "director of finance": r"(?:finance director|director of finance|chief financ\w+ officer|cfo)",
        "chief nurse": r"(?:chief nurs\w+(?: officer)?|director of nursing|nursing director)",
    }.items()
}  # posts at the head of a trust; other posts are found by their words
_ASKS_FOR = (
    (re.compile(r"(?<!our )(?<!my )\be-?mail(?:s? (?:address|of|for)|\b)", re.I), (_MAIL,)),
    (re.compile(r"\b(?:phone|telephone|number (?:do|can|should) (?:i|we)|ring|dial)\b", re.I), (_PHONE,)),
    (re.compile(r"\b(?:web ?(?:site|page)s?|web address|online page)\b", re.I), (_WEB,)),
    (re.compile(r"\bhow (?:do|can|could) (?:i|we) (?:join|sign up|register)|\bsign up\b", re.I), (_WEB, _MAIL)),
)


def contacts(asked: Understood, evidence: Evidence, generation: Generation, narrowing: Narrowing) -> Found:
    """What the sources say on whom to ask, for a question that asks it; nothing for any other. Where they name nobody
    for whom the question names, that is told, with the network's own route if one is published."""
    routes = next((kinds for asks, kinds in _ASKS_FOR if asks.search(asked.meaning_text)), ())
    if asked.intent is not Intent.CONTACT and not routes and not _WHOM.search(asked.meaning_text):
        return _who(asked, evidence, generation, narrowing)
    rows = {
        generation.place[one.passage.passage_id]: one
        for one in _published(asked, evidence.query, routes, generation, narrowing)
    }
    ranked = among(generation, evidence.query, rows, len(rows)) if rows else ()
    found = [rows[generation.place[hit.passage.passage_id]] for hit in ranked]
    # A brief names the role where the source may name a person; a person is named if the question asks for that post.
    if not routes:
        found = [one for one in found if one.passage.source.basis is Basis.BRIEF] or found
    named = () if routes else _who(asked, evidence, generation, narrowing, _SURELY if found else _NAMED).pieces
    printed = [line for one in found if (line := as_printed(one, _whose(one.passage), generation, narrowing))]
    reached = [Piece(BlockRole.CONTACT, one, _whose(one.passage)) for one in (*found, *printed)]
    if reached:
        named = tuple(one for one in named if one.heading == reached[0].heading)
    pieces = tuple(_once_each((*named, *reached)))[: _MOST + 1]
    if pieces or not asked.organisations or routes:
        return Found(pieces)
    gaps = tuple(GAP_NO_CONTACT.format(name=name) for name in asked.organisations)
    return Found(tuple(network(generation, narrowing)), gaps)


def names_no_such_post(found: Found) -> bool:
    """Whether a post at the head of an organisation is asked for that no line names: nothing else answers that."""
    return any(gap.startswith(GAP_NO_SUCH_POST.partition("{")[0]) for gap in found.gaps)


def as_printed(said: Quotation, body: str, generation: Generation, narrowing: Narrowing) -> Quotation | None:
    """The line in which a held source prints how to reach whom our brief names: of the same organisation or publisher,
    the one that says most of the same. A brief tells the role; the address stands in the document only."""
    if said.passage.source.basis is not Basis.BRIEF:
        return None
    lines = [
        Quotation(passage, place, place, passage.programme)
        for passage in generation.content.passages
        if passage.source.basis is Basis.SOURCE
        and body in (passage.organisation, passage.source.publisher)
        and fits(passage, narrowing)
        for place, sentence in enumerate(passage.sentences)
        if sentence.kind is BlockKind.CONTACT and _MAIL.search(passage.quote(place))
    ]
    words = stem_set(said.text)
    return max(lines, key=lambda one: len(words & stem_set(one.text)), default=None)


def _published(
    asked: Understood,
    query: Query,
    routes: tuple[re.Pattern[str], ...],
    generation: Generation,
    narrowing: Narrowing,
) -> Iterator[Quotation]:
    """In each passage of whom the question names, the sentence nearest to it that tells how to reach them."""
    for passage in generation.content.passages:
        if not fits(passage, narrowing) or not _is_of(passage, asked, generation):
            continue
        told = [
            Quotation(passage, place, place, passage.programme)
            for place, sentence in enumerate(passage.sentences)
            if any(one.search(passage.quote(place)) for one in routes)
            or (not routes and sentence.kind is BlockKind.CONTACT)
        ]
        if told:
            yield max(told, key=lambda one: float(vector_of(one, generation) @ query.vector))


def _is_of(passage: Passage, asked: Understood, generation: Generation) -> bool:
    if asked.programmes or asked.organisations:
        return passage.programme_id in asked.programmes or passage.organisation in asked.organisations
    if passage.source.publisher.removeprefix("The ").casefold() in asked.meaning_text.casefold():
        return True
    place = " ".join((passage.source.title, *passage.heading_path, passage.text))
    names = [term for term in asked.terms if generation.words.weight(term) >= _TELLING]
    return any(term in stem_set(place) or f"{term}." in place.casefold() for term in names)


def _who(
    asked: Understood, evidence: Evidence, generation: Generation, narrowing: Narrowing, named: float = 0.0
) -> Found:
    """Who holds the post that the question asks for, as a source prints it; where no line holds the question's words,
    the nearest, openly. Nothing where the question asks for nobody, or no line holds ``named`` of its words."""
    if not asks_who(asked.question):
        return Found()
    ranked = _of_the_place(asked, ranked_posts(asked, evidence.query, generation, narrowing), generation)
    if not ranked and (asked.programmes or asked.organisations or _IN_A_PLACE.search(asked.question)):
        return Found(gaps=(GAP_NOT_GIVEN.format(what=PERSON),))
    if head := next((post for post, rule in _HEADS.items() if rule.search(asked.question)), None):
        holders = tuple(one for one in ranked if _HEADS[head].search(_line(one.post, generation)))
        if ranked and not holders:
            return _no_holder(head, ranked, generation)
        ranked = holders
    ranked = tuple(one for one in ranked if one.named >= named)
    ranked = tuple(one for one in ranked if one.score >= max(_NEAR, _NEARLY * ranked[0].score))
    gaps = () if ranked and ranked[0].named >= _NAMED else (GAP_NO_POST,)
    most = _MOST_LISTED if ranked and ranked[0].listed else _MOST
    pieces = tuple(_once_each(_post_piece(one.post, generation) for one in ranked))[:most]
    return Found(pieces, gaps) if pieces else Found()


def _of_the_place(asked: Understood, ranked: Sequence[RankedPost], generation: Generation) -> tuple[RankedPost, ...]:
    """Where a place is named and no body: the posts of which it is said where they stand ("Nottinghamshire" speaks of
    Nottingham, too)."""
    place = None if asked.programmes or asked.organisations else _IN_A_PLACE.search(asked.question)
    if place is None:
        return tuple(ranked)
    return tuple(one for one in ranked if place[1] in f"{one.post.body} {_line(one.post, generation)}")


def _no_holder(head: str, ranked: Iterable[RankedPost], generation: Generation) -> Found:
    """That no line names who holds a post at the head of an organisation, and how to reach it."""
    route = [one.post for one in ranked if _is_route(one.post, generation)][:1]
    return Found(tuple(_post_piece(one, generation) for one in route), (GAP_NO_SUCH_POST.format(post=head),))


def _line(post: Post, generation: Generation) -> str:
    passage = generation.content.passages[post.row]
    return " ".join(passage.quote(at) for at in range(post.first, post.last + 1))


def _is_route(post: Post, generation: Generation) -> bool:
    passage = generation.content.passages[post.row]
    return passage.sentences[post.first].kind is BlockKind.CONTACT


def _post_piece(post: Post, generation: Generation) -> Piece:
    passage = generation.content.passages[post.row]
    quotation = Quotation(passage, post.first, post.last, passage.programme, None if post.linked else post.body)
    whose = post.person or (post.under if post.linked else post.body)
    return Piece(BlockRole.CONTACT, quotation, whose or _whose(passage))


def _once_each(found: Iterable[Piece]) -> Iterator[Piece]:
    """Many a brief of one organisation says the same of whom to ask."""
    shown: set[str] = set()
    for one in found:
        if one.quotation.text not in shown:
            shown.add(one.quotation.text)
            yield one


def _whose(passage: Passage) -> str:
    return passage.organisation or passage.source.title


def network(generation: Generation, narrowing: Narrowing) -> Iterator[Piece]:
    """The published route of what is of no one organisation: the network's."""
    for stored in generation.content.sources:
        if stored.record is None or stored.record.organisation is not None:
            continue
        passages = [one for one in generation.content.passages if one.source == stored.source and fits(one, narrowing)]
        for contact in stored.record.contact:
            if quotation := place_of(passages, contact.says):
                yield Piece(BlockRole.CONTACT, quotation, contact.organisation)
