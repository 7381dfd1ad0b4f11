"""What a question asks of one programme and its record leaves open, because whoever read the sources for it found
nothing: what it cost, what came of it, who evaluated it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from corpus.entries import Measures
from corpus.gaps import unstated
from corpus.records import Record, RecordKind
from retrieval.aspects import asks_outcome
from retrieval.facets import outermost, words_for
from retrieval.generation import Generation, StoredSource, beside_generation
from retrieval.intent import EMPTY
from retrieval.names import known_names
from retrieval.notices import GAP_NOT_ON_THEME, GAP_NOT_RECORDED
from retrieval.quoted import Quoted
from retrieval.understand import Understood
from retrieval.words import stem_set, stems

_ASPECTS = {
    "cost": re.compile(r"\b(?:costs?|price|budget|how much money)\b", re.I),
    "outcome": re.compile(r"\b(?:outcomes?|results?|impacts?|achiev\w+|(?:came|come) of)\b", re.I),
    "evaluation": re.compile(r"\b(?:evaluat\w+|assessed|researched)\b", re.I),
}
_AREAS = ("pillar", "determinant")
_FEW = 2  # words by which a programme is known that is not called by its name
# What any programme may be called, and what is asked of any.
_GENERAL = EMPTY | frozenset(
    stems(
        "scheme programme project pilot initiative campaign service work partnership difference effect effective "
        "impact result outcome achieve success successful worth good well far long change improve reduce increase save"
    )
)


def unrecorded(asked: Understood, quoted: Quoted, generation: Generation) -> Iterator[str]:
    """The gap of what the record of the one programme that is asked about does not state. A sentence about it that
    speaks of such a thing, in a document that was added since, says more than the record."""
    stored = _asked_about(asked, generation)
    if stored is None or stored.record is None:
        return
    for aspect in unstated(stored.record, stored.measures or Measures()):
        words = _ASPECTS.get(aspect)
        wanted = words and (words.search(asked.question) or (aspect == "outcome" and asks_outcome(asked.question)))
        if words and wanted and not _is_told(stored.record, words, quoted):
            yield GAP_NOT_RECORDED.format(name=stored.record.title, aspect=aspect)


def off_theme(asked: Understood, generation: Generation) -> Iterator[str]:
    """The gap of the one area of work that a question names, of which neither the records of the one organisation that
    it names, nor a passage of its own or one that names it, tell anything."""
    themes = outermost(_without_names(asked.question, generation), _AREAS)
    if len(asked.organisations) != 1 or asked.programmes or asked.parts or asked.otherwise or len(themes) != 1:
        return
    (body,) = asked.organisations
    ((facet, values),) = themes.items()
    records = (one.record for one in generation.content.sources if one.organisation and one.organisation.name == body)
    filed = {value for record in records if record for value in getattr(record.facets, facet)}
    theme = words_for(asked.question, facet, values[0])
    if not filed or not theme or filed & set(values) or _is_spoken_of(theme, body, generation):
        return
    yield GAP_NOT_ON_THEME.format(name=body, theme=theme)


def _is_spoken_of(theme: str, body: str, generation: Generation) -> bool:
    """Whether a passage of an organisation, or one that names it, has the words of the theme."""
    words, names = set(stems(theme)), known_names(generation)
    return any(
        words <= stem_set(one.text)
        and (one.organisation == body or any(found.thing == body for found in names.bodies_in(one.text)))
        for one in generation.content.passages
    )


def _without_names(question: str, generation: Generation) -> str:
    """A question without the bodies that it names: "Housing 21" is no housing."""
    for one in reversed(known_names(generation).bodies_in(question)):
        question = f"{question[: one.start]} {question[one.end :]}"
    return question


def _asked_about(asked: Understood, generation: Generation) -> StoredSource | None:
    """The one programme that a question names, or the only one whose names hold every word by which it tells of one:
    "the campaign on gloves"."""
    held = [one for one in generation.content.sources if one.record and one.record.kind is RecordKind.PROGRAMME]
    if asked.programmes:
        named = [one for one in held if one.record and one.record.id in asked.programmes]
        return named[0] if len(asked.programmes) == 1 and named else None
    words = stem_set(asked.question) - _GENERAL
    known = _called(generation)
    fitting = [one for one in held if one.record and len(words) >= _FEW and words <= known[one.record.id]]
    return fitting[0] if len(fitting) == 1 else None


@beside_generation
def _called(generation: Generation) -> Mapping[str, frozenset[str]]:
    """The stems of each programme's names and of whose it is, by its id."""
    whose = {passage.programme_id: passage.organisation or "" for passage in generation.content.passages}
    records = (one.record for one in generation.content.sources if one.record)
    return {one.id: stem_set(_names(one, whose.get(one.id, ""))) for one in records}


def _names(record: Record, organisation: str) -> str:
    return " . ".join((record.title, *record.aliases, organisation))


def _is_told(record: Record, words: re.Pattern[str], quoted: Quoted) -> bool:
    """By a sentence of its own, or by one that names it: a neighbour's may say who evaluated it."""
    names = [stem_set(name) for name in (record.title, *record.aliases)]
    of_it = zip(quoted.sentences, quoted.said, strict=True)
    return any(
        words.search(said) and (one.passage.programme_id == record.id or any(name <= stem_set(said) for name in names))
        for one, said in of_it
    )
