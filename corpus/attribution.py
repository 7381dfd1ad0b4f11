"""Who and what a passage is about: its organisation and, where that can be told, its programme, with their facets.

Headings decide before text: under "Barts Health NHS Trust › Impact" every word is about Barts Health, whoever else it
names. Text alone decides only when it names a single organisation or programme and begins with it, and the publisher
when it names no other organisation. A guess would put one trust's figure under another's name; what is told of nobody
here is asked again, sentence by sentence, when it is quoted (``retrieval.about``). A programme that is nobody's here
("social prescribing") is named in passing too often to own a passage that no heading gives it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.entries import Organisation
from corpus.records import Facets, Record, RecordKind
from corpus.render import Brief
from corpus.types import Passage

_WORD = re.compile(r"\w+")
_IN_GENERAL = re.compile(r"^(?:\W*[\w’'-]+){0,5}\W+(?:trusts|anchors)\b", re.I)  # what a sentence opens on
THE_ONE = re.compile(r"\b(?:the trust|the hospital|we|our)\b(?! (?:network|sector))", re.I)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a thing. Most names do not stand in most texts, so its words are looked for before it as a whole:
    the longest first, since many begin with "The"."""

    thing: str  # organisation or record id
    spelling: str
    telling_word: str  # in lower case
    words: frozenset[str]
    plain_word: bool  # too common a word to decide by in running text: "Imperial", "Barts"


@dataclass(frozen=True, slots=True)
class Directory:
    """What is known by name. ``described`` are the organisations that have records."""

    organisations: dict[str, Organisation]
    programmes: dict[str, Record]
    overviews: dict[str, Record]  # by organisation id
    organisation_names: tuple[Name, ...]
    programme_names: tuple[Name, ...]


def directory(
    organisations: Iterable[Organisation], trusts: Iterable[Organisation], records: Iterable[Record]
) -> Directory:
    """``trusts`` are known by name only; an organisation that is described wins over its entry there."""
    described = {one.organisation_id: one for one in organisations}
    known_names = {one.name.casefold() for one in described.values()}
    others = {one.organisation_id: one for one in trusts if one.name.casefold() not in known_names}
    every = others | described
    kept = list(records)
    programmes = {one.id: one for one in kept if one.kind is RecordKind.PROGRAMME}
    return Directory(
        organisations=every,
        programmes=programmes,
        overviews={one.organisation: one for one in kept if one.kind is RecordKind.ORGANISATION and one.organisation},
        organisation_names=names_of((key, (one.name, *one.aliases)) for key, one in every.items()),
        programme_names=names_of((key, (one.title, *one.aliases)) for key, one in programmes.items()),
    )


def attribute(passage: Passage, known: Directory) -> Passage:
    """The passage of a published source with its organisation, programme and facets filled in."""
    organisation_id = _organisation(passage, known)
    if _is_nobodys(passage, organisation_id, known):
        organisation_id = None
    organisation = known.organisations.get(organisation_id or "")
    programme = _programme(passage, organisation_id, known)
    about = programme or known.overviews.get(organisation_id or "")
    return replace(
        passage,
        organisation=organisation.name if organisation else None,
        programme=programme.title if programme else None,
        programme_id=programme.id if programme else None,
        facets=_flat(about.facets if about else Facets(), organisation),
    )


def attribute_brief(passage: Passage, brief: Brief, known: Directory) -> Passage:
    """The passage of one of our briefs: it is about what its record says, else about what its headings name. A term's
    meaning may give an example, which it is not about."""
    if brief.about is None:
        return replace(attribute(replace(passage, text=""), known), text=passage.text)
    organisation = known.organisations.get(brief.about.organisation or "")
    return replace(
        passage,
        organisation=organisation.name if organisation else None,
        programme=brief.about.programme,
        programme_id=brief.about.programme_id,
        facets=_flat(brief.about.facets, organisation),
    )


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names a thing, as a slice of it."""

    start: int
    end: int
    thing: str


def named(text: str, names: Sequence[Name], plain_words: bool = True) -> list[str]:
    """Ids of the things that a text names, in order of first mention; a longer name hides a shorter one inside it."""
    return list(dict.fromkeys(mention.thing for mention in mentions(text, names, plain_words)))


def mentions(text: str, names: Sequence[Name], plain_words: bool = True) -> list[Mention]:
    """Every place where a text names a thing, in the text's order. ``names`` come longest first."""
    found: list[Mention] = []
    words = {"", *_WORD.findall(text.casefold())}
    for name in names:
        if name.telling_word not in words or not name.words <= words or (name.plain_word and not plain_words):
            continue
        for match in _pattern(name.spelling).finditer(text):
            if not any(other.start < match.end() and match.start() < other.end for other in found):
                found.append(Mention(match.start(), match.end(), name.thing))
    return sorted(found, key=lambda mention: mention.start)


def _organisation(passage: Passage, known: Directory) -> str | None:
    for heading in reversed(passage.heading_path):
        if found := named(heading, known.organisation_names):
            return found[0]
        programmes = named(heading, known.programme_names, plain_words=False)
        if len(programmes) == 1 and (owner := known.programmes[programmes[0]].organisation):
            return owner
    found = named(passage.text, known.organisation_names, plain_words=False)
    publishers = named(passage.source.publisher, known.organisation_names, plain_words=False)
    if set(found) <= set(publishers):  # a trust's own report speaks of the trust
        return publishers[0] if len(publishers) == 1 else None
    return found[0] if len(found) == 1 and named(_first(passage), known.organisation_names, plain_words=False) else None


def _is_nobodys(passage: Passage, organisation_id: str | None, known: Directory) -> bool:
    """Whether a passage under an organisation's heading never names it, and speaks of trusts or anchors in general: the
    introduction to a chapter whose own heading the document lost stands under the case study before it."""
    if organisation_id is None or THE_ONE.search(passage.text):
        return False
    if organisation_id in named(passage.text, known.organisation_names):
        return False
    return any(_IN_GENERAL.search(passage.quote(place)) for place in range(len(passage.sentences)))


def _first(passage: Passage) -> str:
    """What a passage begins with."""
    return passage.quote(0) if passage.sentences else passage.text


def _programme(passage: Passage, organisation_id: str | None, known: Directory) -> Record | None:
    for heading in reversed(passage.heading_path):
        if fitting := _programmes(heading, {None, organisation_id}, known):
            return fitting[0] if len(fitting) == 1 else None
    if organisation_id is None:
        return None
    owners = {organisation_id}
    fitting = _programmes(passage.text, owners, known)
    return fitting[0] if len(fitting) == 1 and _programmes(_first(passage), owners, known) else None


def _programmes(text: str, owners: Collection[str | None], known: Directory) -> list[Record]:
    """Those that a text names and that one of the owners runs."""
    found = (known.programmes[key] for key in named(text, known.programme_names))
    return [one for one in found if one.organisation in owners]


def names_of(things: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[Name, ...]:
    """The names of things, given as ids with their spellings; longest first."""
    names = [_name(thing, spelling) for thing, spellings in things for spelling in spellings]
    return tuple(sorted(names, key=lambda name: -len(name.spelling)))


def _name(thing: str, spelling: str) -> Name:
    words = frozenset(_WORD.findall(spelling.casefold()))
    telling_word = max(words, key=lambda word: (len(word), word), default="")
    return Name(thing, spelling, telling_word, words, not spelling.isupper() and " " not in spelling)


@functools.cache
def _pattern(spelling: str) -> re.Pattern[str]:
    """The name as a whole word, with either apostrophe and any white space or hyphen; the case of an acronym counts."""
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", spelling))
    either = words.replace("’", "'").replace("'", "['’]")
    return re.compile(rf"(?<!\w){either}(?!\w)", 0 if spelling.isupper() else re.IGNORECASE)


def _flat(facets: Facets, organisation: Organisation | None) -> tuple[str, ...]:
    """``name:value`` pairs, sorted; a record without trust types takes its organisation's."""
    pairs = {f"{name}:{value}" for name, values in facets if name != "place" for value in values}
    if organisation and not facets.trust_type:
        pairs |= {f"trust_type:{value}" for value in organisation.trust_type}
    return tuple(sorted(pairs))
