"""Whose a quoted sentence is, where its passage is nobody's: an overview names many trusts, one in each sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from corpus.attribution import THE_ONE, mentions
from corpus.records import RecordKind
from corpus.types import Basis, Passage
from retrieval.cite import NOBODY, Quotation
from retrieval.evidence import Rated, points_back
from retrieval.generation import Generation, beside_generation
from retrieval.names import known_names

_BRACKETED = re.compile(r"\([^()]*\)")
_OURSELVES = re.compile(r"\b(?:we|our)\b", re.I)
_IN_GENERAL = re.compile(
    r"\b(?:trusts|anchors|providers|organisations|institutions|the NHS|health systems?|in the UK|national)\b"
    r"(?!.*\b(?:the trust|its|their|they|we|our)\b)",
    re.I,
)
_OPENS_ON_ANCHORS = re.compile(r"^\W*anchor (?:work|working|institutions|organisations|approaches)\b", re.I)
_OPENING = 50  # characters
_IS_SOMETHING = re.compile(r"\W{0,2}\s*(?:is|was|are|were)\b")  # what follows a name that is introduced


@dataclass(frozen=True, slots=True)
class _About:
    """Display names."""

    organisation: str | None
    programme: str | None


def attributed(one: Rated, generation: Generation) -> Rated:
    """The sentence with the organisation and the programme that it is of."""
    about = _about(one.passage, one.sentence, one.programme, generation)
    return replace(one, organisation=about.organisation, programme=about.programme)


def owned(quotation: Quotation, generation: Generation) -> Quotation:
    """The same of what is quoted, if nobody said whose it is: of a passage that is nobody's, or a sentence that is not
    of whom its passage is of."""
    passage = quotation.passage
    if quotation.organisation is not None or passage.source.basis is Basis.BRIEF:
        return quotation
    about = _about(passage, quotation.first, quotation.programme, generation)
    if passage.organisation and about.organisation == passage.organisation:
        introduced = _introduced(generation).get((generation.place[passage.passage_id], quotation.first))
        return replace(quotation, programme=introduced or quotation.programme)
    return replace(quotation, organisation=about.organisation, programme=about.programme)


def _about(passage: Passage, sentence: int, programme: str | None, generation: Generation) -> _About:
    """The organisation that a sentence begins with, else its passage's, else that of the brief that was learnt from it,
    else the only one that it names; the programme under which its list stands, else that of that brief, else its
    passage's, else the only one of that organisation, or of nobody here, that it names."""
    place = (generation.place[passage.passage_id], sentence)
    if introduced := _introduced(generation).get(place):
        return _About(passage.organisation, introduced)
    text, led = passage.quote(sentence), _led_to(generation).get(place, frozenset())
    learnt = next(iter(led)) if len(led) == 1 else _About(None, None)
    if passage.organisation is None and _is_said_in_general(led) and programme not in _programmes_in(text, generation):
        programme = passage.programme
    named = _named(text, generation)
    if named.begins not in (None, passage.organisation):  # an introduction that stands behind another's case study
        return _About(named.begins, _programme(text, named.begins, generation))
    if _is_nobodys(passage, text):
        return _About(NOBODY, None)
    if passage.organisation is None and learnt.organisation and not _may_be_of(learnt.organisation, text, generation):
        learnt = _About(None, None)  # a general sentence from which the brief was learnt
    organisation = passage.organisation or (None if named.several else learnt.organisation or named.only)
    if organisation is None and _IN_GENERAL.search(text):  # not of the one scheme whose brief led to it
        return _About(None, _programme(text, None, generation))
    if learnt.organisation not in (None, organisation):
        return _About(organisation, programme)
    return _About(organisation, learnt.programme or programme or _programme(text, organisation, generation))


def _is_nobodys(passage: Passage, text: str) -> bool:
    """Whether a sentence that stands under an organisation opens on what anchors do, and so is of none: a document that
    lost a chapter's heading begins it under the case study before."""
    under = passage.organisation is not None and passage.source.basis is Basis.SOURCE
    return under and bool(_OPENS_ON_ANCHORS.search(text)) and not THE_ONE.search(text)


def _may_be_of(organisation: str, text: str, generation: Generation) -> bool:
    """Whether a sentence names an organisation, or does not speak of such bodies in general."""
    named = {mention.thing for mention in known_names(generation).bodies_in(text)}
    return organisation in named or not _IN_GENERAL.search(text)


@dataclass(frozen=True, slots=True)
class _Named:
    """The organisation that a sentence begins with if it names no other, the only one that it names, and whether it
    names several, be it for short. What the publisher says of itself is of no trust, nor is what stands in brackets."""

    begins: str | None
    only: str | None
    several: bool


def _named(text: str, generation: Generation) -> _Named:
    text, names = _BRACKETED.sub(" ", text), known_names(generation)
    found = mentions(text, names.organisations, plain_words=False)
    every = {mention.thing for mention in names.bodies_in(text)}
    begins = found[0].thing if found and len(every) < 2 and not re.search(r"\w", text[: found[0].start]) else None
    only = found[0].thing if found and every <= {found[0].thing} and not _OURSELVES.search(text) else None
    return _Named(begins, only, len(every) > 1)


def _programme(text: str, organisation: str | None, generation: Generation) -> str | None:
    """The title of the only programme of the organisation's that the sentence names; of one that is nobody's here only
    where the sentence opens with it, since such a name is often given as an example."""
    owners = _owners(generation)
    found = [(mention.start, *owners[mention.thing]) for mention in mentions(text, known_names(generation).programmes)]
    titles = {title for start, title, owner in found if owner == organisation and (owner or start < _OPENING)}
    return titles.pop() if len(titles) == 1 else None


def _programmes_in(text: str, generation: Generation) -> set[str]:
    """The titles of the programmes that a text names."""
    return {_owners(generation)[one.thing][0] for one in mentions(text, known_names(generation).programmes)}


@beside_generation
def _owners(generation: Generation) -> Mapping[str, tuple[str, str | None]]:
    """By a programme's id its title and whose it is, by display name."""
    return {
        stored.record.id: (stored.record.title, stored.organisation.name if stored.organisation else None)
        for stored in generation.content.sources
        if stored.record and stored.record.kind is RecordKind.PROGRAMME
    }


def _is_said_in_general(led: frozenset[_About]) -> bool:
    """Whether briefs of several things, none of them a trust's, lead to a sentence, and so it is of no one of them."""
    return len({one.programme for one in led if one.organisation is None}) > 1


@beside_generation
def _led_to(generation: Generation) -> Mapping[tuple[int, int], frozenset[_About]]:
    """By passage row and sentence of a source: what the briefs that say the same are about."""
    found: dict[tuple[int, int], set[_About]] = {}
    for row, passage in enumerate(generation.content.passages):
        if passage.source.basis is Basis.BRIEF:
            for there, sentence in generation.leads(row).tolist():
                if there >= 0:
                    about = _About(passage.organisation, passage.programme)
                    found.setdefault((there, sentence), set()).add(about)
    return {place: frozenset(abouts) for place, abouts in found.items()}


@beside_generation
def _introduced(generation: Generation) -> Mapping[tuple[int, int], str]:
    """By passage row and sentence of a source: the programme that stands introduced before its list ("'X' is a …
    Activities include:"), be the list in the next passage."""
    return dict(_lists_of_programmes(generation))


def _lists_of_programmes(generation: Generation) -> Iterator[tuple[tuple[int, int], str]]:
    section, title = None, None
    for row, passage in enumerate(generation.content.passages):
        if section != (section := (passage.source.source_id, passage.heading_path)):
            title = None
        if passage.source.basis is Basis.BRIEF or passage.organisation is None:
            continue
        for place, span in enumerate(passage.sentences):
            text = passage.quote(place)
            if span.lead is None:
                goes_on = text.endswith(":") or points_back(text)
                title = _introduces(text, passage.organisation, generation) or (title if goes_on else None)
            elif title and not _programmes_in(text, generation):
                yield (row, place), title


def _introduces(text: str, organisation: str, generation: Generation) -> str | None:
    """The title of the organisation's programme that a sentence opens with, to say what it is."""
    for mention in mentions(text, known_names(generation).programmes):
        title, owner = _owners(generation)[mention.thing]
        opens = not re.search(r"\w", text[: mention.start])
        if owner == organisation and opens and _IS_SOMETHING.match(text, mention.end):
            return title
    return None
