"""The names that an index knows: organisations, programmes, and the field's terms with what they stand for.

All of it comes out of the generation: the records of our briefs, the glossary, and what sources spell out themselves
("Great Ormond Street Hospital (GOSH)", a list of acronyms). So a new document's acronyms work without code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.attribution import Mention, Name, mentions, names_of
from corpus.records import Record, RecordKind
from corpus.types import Basis, Passage
from retrieval.generation import Content, Generation, beside_generation
from retrieval.intent import telling
from retrieval.spelling import occurrences

_MOST_EXPANSIONS = 3
_MOST_WORDS = 12  # of all expansions of a question: more would drown it
_ORDINARY = 2_000_000  # occurrences in English: "who" is no WHO, "gosh" is GOSH

_LEGAL_FORM = re.compile(r"(?: NHS)?(?: Foundation)? Trust$")
_ACRONYM = re.compile(r"[A-Z][\w&.]{1,9}")
_TYPED = re.compile(r"(?<![\w@/.#])[A-Za-z][\w&]{1,10}+(?![@/])")
_ROW = re.compile(r"^([A-Z][\w&.]{1,9})\t([A-Z][^\t\n]{4,80})$", re.M)
_BRACKETED = re.compile(r"(?<= )\(([A-Z][A-Za-z&]{1,7})s?\)")
_WITHIN = re.compile(r"\b(?:in|across|around|near|from|of|to|within|outside)\s*\Z", re.I)
_LONGEST_NAME = 100  # characters before a bracket


@dataclass(frozen=True, slots=True)
class Meaning:
    """A way of saying something, and what else is looked up with it."""

    spelling: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """``organisations`` stand for display names, as in ``Passage.organisation``; ``programmes`` for ids, as in
    ``Passage.programme_id``. ``places`` are what an organisation may be called for short ("Leeds"), which may as well
    mean the place. ``called`` gives each programme's shortest plain name."""

    organisations: tuple[Name, ...]
    programmes: tuple[Name, ...]
    places: tuple[Name, ...]
    called: Mapping[str, str]
    meanings: tuple[Name, ...]  # things are spellings in ``also``
    also: Mapping[str, tuple[str, ...]]
    acronyms: Mapping[str, str]  # in capitals -> as printed
    subjects: tuple[Name, ...]  # what our briefs are about, by names of several words

    def is_of_ours(self, text: str) -> bool:
        """Whether a text names what a brief or a term of ours is about: "board buy-in"."""
        return bool(mentions(text, self.subjects))

    def organisations_in(self, text: str) -> list[Mention]:
        """A place stands for its organisation ("What did Leeds do?") unless something is said to be in it."""
        found = {mention.start for mention in mentions(self._printed(text), self.organisations)}
        return [one for one in self.bodies_in(text) if one.start in found or not _within(text, one)]

    def programmes_in(self, text: str) -> list[Mention]:
        return mentions(self._printed(text), self.programmes)

    def bodies_in(self, text: str) -> list[Mention]:
        """Organisations, by their short names too."""
        return mentions(self._printed(text), (*self.organisations, *self.places))

    def expansions(self, text: str) -> tuple[str, ...]:
        """What the names and terms of a text are called besides, without what the text says itself; bounded."""
        said = set(telling(text))
        kept: list[str] = []
        for mention in mentions(self._printed(text), self.meanings):
            for other in self.also[mention.thing]:
                new = set(telling(other)) - said
                room = sum(len(one.split()) for one in (*kept, other)) <= _MOST_WORDS
                if new and room and len(kept) < _MOST_EXPANSIONS:
                    kept.append(other)
                    said |= new
        return tuple(kept)

    def _printed(self, text: str) -> str:
        """The text with acronyms as they are printed ("elft", "ELFTs"), each letter in its old place."""
        return _TYPED.sub(lambda match: self._acronym(match.group()), text)

    def _acronym(self, word: str) -> str:
        for typed, ending in ((word, ""), (word[:-1], "'")):
            printed = self.acronyms.get(typed.upper())
            if (ending and word[-1] != "s") or printed is None or len(printed) != len(typed):
                continue
            if typed == printed or occurrences(word.lower()) < _ORDINARY:
                return printed + ending
        return word


def names_in(content: Content) -> Names:
    """Gathers the names of a generation."""
    records = [stored.record for stored in content.sources if stored.record]
    programmes = [record for record in records if record.kind is RecordKind.PROGRAMME]
    bodies = _bodies(content, records)
    meanings = _meanings(content, programmes, bodies)
    return Names(
        organisations=names_of(bodies.items()),
        programmes=names_of((one.id, (one.title, *one.aliases)) for one in programmes),
        places=names_of((body, (place,)) for body, place in _places(bodies)),
        called={one.id: one.aliases[0] if one.aliases else one.title for one in programmes},
        meanings=names_of((key, (key,)) for key in meanings),
        also=meanings,
        acronyms={
            one.upper(): one for one in _acronyms_of((*meanings, *(n for called in bodies.values() for n in called)))
        },
        subjects=names_of(_subjects(content, records)),
    )


@beside_generation
def known_names(generation: Generation) -> Names:
    """The same, read once."""
    return names_in(generation.content)


def spelt(names: Names) -> Iterator[str]:
    """Every spelling, so that none is taken for a slip."""
    for group in (names.organisations, names.programmes, names.places, names.meanings):
        yield from (name.spelling for name in group)


def _subjects(content: Content, records: Iterable[Record]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, called in (
        *((one.id, (one.title, *one.aliases)) for one in records),
        *((term.term, (term.term, *term.aliases)) for stored in content.sources for term in stored.terms),
    ):
        yield name, tuple(one for one in called if " " in one and not re.search(r"\d", one))


def _bodies(content: Content, records: Iterable[Record]) -> dict[str, tuple[str, ...]]:
    """Organisations by display name, with all that they are called."""
    known = {one.organisation.organisation_id: one.organisation for one in content.sources if one.organisation}
    called = {body.name: {*body.aliases} for body in known.values()}
    for record in records:
        if record.kind is RecordKind.ORGANISATION and record.organisation in known:
            called[known[record.organisation].name].update(record.aliases)
    for name in {passage.organisation for passage in content.passages if passage.organisation}:
        called.setdefault(name, {_short(name)})
    return {name: (name, *sorted(aliases - {name})) for name, aliases in sorted(called.items())}


def _places(bodies: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The first word of a name, where only one organisation has it and the rest is what many are called."""
    firsts = Counter(name.split()[0] for name in bodies)
    for name in bodies:
        first = name.split()[0]
        if firsts[first] == 1 and len(first) > 4 and occurrences(first.lower()) < 10 * _ORDINARY:
            yield name, first


def _meanings(
    content: Content, programmes: Iterable[Record], bodies: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """What is looked up besides each spelling. The glossary's word goes before a source's."""
    terms = [term for stored in content.sources for term in stored.terms]
    found: dict[str, tuple[str, ...]] = {}
    for term in terms:
        both = tuple(one for one in (term.term, term.expansion) if one)
        for spelling in (*both, *term.aliases):
            found.setdefault(spelling, tuple(_short(one) for one in both if one != spelling))
    listed = {term.term for term in terms}
    for called in bodies.values():
        for acronym in sorted(_acronyms_of(called), key=lambda one: one not in listed)[:1]:
            found.setdefault(acronym, (_short(called[0]),))
            found.update((name, (acronym,)) for name in called if name not in found)
    pairs = [(acronym, one.aliases[0]) for one in programmes for acronym in _acronyms_of(one.aliases[1:])]
    for short, long in (*pairs, *_spelt_out(content.passages)):
        found.setdefault(short, (long,))
        found.setdefault(long, (short,))
    return {key: also for key, also in found.items() if also and telling(key) and (" " in key or _is_acronym(key))}


def _within(text: str, place: Mention) -> bool:
    return bool(_WITHIN.search(text[max(0, place.start - 12) : place.start]))


def _short(name: str) -> str:
    return _LEGAL_FORM.sub("", name)


def _is_acronym(name: str) -> bool:
    return bool(_ACRONYM.fullmatch(name)) and sum(letter.isupper() for letter in name) > 1


def _acronyms_of(names: Iterable[str]) -> set[str]:
    return {name for name in names if _is_acronym(name)}


def _spelt_out(passages: Iterable[Passage]) -> list[tuple[str, str]]:
    """Acronyms with what sources say they stand for, commonest first."""
    found: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        if passage.source.basis is Basis.SOURCE:
            found.update((short, long) for short, long in _ROW.findall(passage.text) if stands_for(short, long))
            for match in _BRACKETED.finditer(passage.text):
                before = passage.text[max(0, match.start() - _LONGEST_NAME) : match.start()].split()
                if long := _initials_of(match.group(1), before):
                    found[match.group(1), long] += 1
    return [pair for pair, _ in found.most_common()]


def stands_for(short: str, long: str) -> bool:
    """Whether every letter of an acronym begins a word of its expansion, in order, and the first the first."""
    letters = [letter for letter in short.casefold() if letter.isalpha()]
    initials = iter(word[0] for word in re.findall(r"\w+", long.casefold()))
    return len(letters) > 1 and long[:1].casefold() == letters[0] and all(letter in initials for letter in letters)


def _initials_of(short: str, words: Sequence[str]) -> str | None:
    """The last few of the words before a bracket, if they spell the acronym in it."""
    tails = (" ".join(words[start:]) for start in reversed(range(len(words))))
    return next((tail for tail in tails if stands_for(short, tail)), None)
