"""What is told of one programme or organisation under one aspect: the statements that its records file there, and the
sentences of its own passages that speak of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.records import RecordKind, Statement
from corpus.types import Basis
from retrieval.about import attributed
from retrieval.aspects import BARRIERS, EVALUATION, MONEY, REASONS, SERVED, Aspect
from retrieval.choose import in_own_words, repeats
from retrieval.cite import Quotation, overlap, place_of, vector_of
from retrieval.evidence import Evidence, Rated, rate
from retrieval.generation import Generation, StoredSource
from retrieval.index import fits
from retrieval.relevance import WANTED, relevance
from retrieval.search import among
from retrieval.statements import quoted, statements
from retrieval.types import Narrowing
from retrieval.understand import Understood
from retrieval.words import stem_set

FILED_UNDER_NONE = (REASONS, SERVED)  # told in any field of a record
_SAYS_THE_SAME = 0.8  # cosine and half the share of words, as in ``counterpart``
_IN_ITS_WORDS = (BARRIERS, MONEY, EVALUATION)
# What people live with is no barrier to a programme, nor is what it takes out of their way.
_OF_PEOPLE = re.compile(
    r"\b(?:communit\w+|people|patients|residents|populations?|famil\w+)\b[^.]*\b(?:fac(?:e|es|ed|ing)|struggl\w+)\b"
    r"|\b(?:health|wellbeing|social|financial|money) (?:challenges|problems|difficulties)\b"
    r"|\b(?:reduc|remov|overcom|address|tackl|break)\w* (?:\w+ )?barriers\b"
    r"|\bbarriers (?:for|to|facing|that) (?:people|access)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A programme or an organisation (``whole``), ``name``d as in a gap: its briefs, and the rows of its passages."""

    name: str
    whole: bool
    held: tuple[StoredSource, ...]
    rows: tuple[int, ...]

    def has(self, one: Rated) -> bool:
        """Whether an attributed sentence is of it."""
        if self.whole:
            return one.organisation in {stored.organisation.name for stored in self.held if stored.organisation}
        return one.programme in {stored.record.title for stored in self.held if stored.record}


@dataclass(frozen=True, slots=True)
class Case:
    """One subject, asked after; ``own`` are the sentences of its passages as they were rated."""

    subject: Subject
    own: Mapping[tuple[str, int], Rated]
    evidence: Evidence
    generation: Generation
    narrowing: Narrowing


@dataclass(frozen=True, slots=True)
class Told:
    """A quotation with its best sentence as it was rated. ``filed_in``: what the programme is in whose record it
    stands, where an organisation's several are looked through."""

    quotation: Quotation
    rated: Rated
    filed_in: str = ""


def case_of(asked: Understood, evidence: Evidence, generation: Generation, narrowing: Narrowing) -> Case | None:
    """Of the one programme that is named, else of the one organisation, where records of it are held."""
    if (subject := _subject(asked, generation, narrowing)) is None:
        return None
    hits = among(generation, evidence.query, subject.rows, len(subject.rows))
    rated = rate(asked, evidence.query, hits, generation)
    own = {one.line: replace(one, relevance=relevance(one, evidence, generation)) for one in rated}
    return Case(subject, own, evidence, generation, narrowing)


def filed(case: Case, aspect: Aspect) -> list[Told]:
    """What its records state under the aspect, in their order."""
    found: list[Told] = []
    for stored in () if aspect in FILED_UNDER_NONE else case.subject.held:
        for said in (said for field in aspect.fields for said in statements(stored, field)):
            if quotation := _in_words_of(aspect, stored, said, case):
                found.append(Told(quotation, _rated(quotation, case), _called(stored, case.subject)))
    return each_apart(found)


def said(case: Case, aspect: Aspect) -> list[Told]:
    """What its passages say on it in words of the aspect, best first, in the source's own words."""
    wanted = (one for one in _best_first(case) if one.relevance >= WANTED and tells(aspect, _text(one)))
    return _of_it((in_own_words(one, case.generation, case.narrowing) for one in wanted), case)


def nearest(case: Case, most: int) -> list[Told]:
    """What comes nearest to the question, whatever it speaks of."""
    return _of_it((in_own_words(one, case.generation, case.narrowing) for one in _best_first(case)), case, most)


def is_silent(case: Case, aspect: Aspect) -> bool:
    """Whether no sentence of its passages speaks of the aspect, but such as are of another programme: a document that
    was added may say more than the record."""
    told = (attributed(one, case.generation) for one in case.own.values() if tells(aspect, _text(one)))
    return not any(one.programme is None or case.subject.has(one) for one in told)


def tells(aspect: Aspect, text: str) -> bool:
    """Whether a text speaks of the aspect in its words."""
    return bool(aspect.words.search(text)) and not (aspect is BARRIERS and _OF_PEOPLE.search(text))


def each_apart(told: Iterable[Told]) -> list[Told]:
    kept: list[Told] = []
    for one in told:
        if not any(overlap(one.quotation, other.quotation) for other in kept):
            kept.append(one)
    return kept


def alone(one: Rated) -> Told:
    """A sentence by itself."""
    return Told(Quotation(one.passage, one.sentence, one.sentence, one.programme, one.organisation), one)


def _subject(asked: Understood, generation: Generation, narrowing: Narrowing) -> Subject | None:
    sources = generation.content.sources
    whole = not asked.programmes
    if len(asked.programmes or asked.organisations) != 1:
        return None
    if whole:
        held = [one for one in sources if one.organisation and one.organisation.name in asked.organisations]
    else:
        held = [one for one in sources if one.record and one.record.id in asked.programmes]
    held = [one for one in held if one.record]
    rows = tuple(row for row in _rows(held, whole, generation) if fits(generation.content.passages[row], narrowing))
    if not rows or held[0].record is None:
        return None
    return Subject(asked.organisations[0] if whole else held[0].record.title, whole, tuple(held), rows)


def _rows(held: Sequence[StoredSource], whole: bool, generation: Generation) -> Iterator[int]:
    """Passages of the briefs, those of held sources to which they lead, and those under the organisation that are of
    the programme or name it."""
    briefs = {one.source.source_id for one in held}
    records = [one.record for one in held if one.record]
    called = {name for one in records for name in (one.title, *one.aliases)}
    bodies = {one.organisation.name for one in held if one.organisation}
    found: set[int] = set()
    for row, passage in enumerate(generation.content.passages):
        if passage.source.source_id in briefs:
            found |= {row, *generation.leads(row)[:, 0].tolist()}
        elif passage.source.basis is Basis.SOURCE and passage.organisation in bodies:
            of_it = passage.programme_id in {one.id for one in records} or any(name in passage.text for name in called)
            found |= {row} if whole or of_it else set()
    yield from sorted(found - {-1})


def _in_words_of(aspect: Aspect, stored: StoredSource, said: Statement, case: Case) -> Quotation | None:
    """The source's own words, where they speak of the aspect by themselves: those to which our brief leads, or else
    such as say the same; our brief's where none do."""
    theirs = quoted(stored, said, case.generation, case.narrowing)
    if theirs is None or aspect not in _IN_ITS_WORDS or tells(aspect, theirs.text):
        return theirs
    passages = (one for one in case.generation.content.passages if one.source == stored.source)
    ours = place_of(passages, said.says)
    return (ours and _as_said(aspect, ours, case)) or ours or theirs


def _as_said(aspect: Aspect, ours: Quotation, case: Case) -> Quotation | None:
    """The sentence of a held source that speaks of the aspect and says the same as our brief's, if any does."""
    vector, words = vector_of(ours, case.generation), stem_set(ours.text)
    there = [one for one in case.own.values() if one.passage.source.basis is Basis.SOURCE and tells(aspect, _text(one))]
    there = [one for one in there if attributed(one, case.generation).programme in (None, ours.programme)]
    alike = [float(one.vector @ vector) + len(words & stem_set(_text(one))) / (2 * len(words)) for one in there]
    if max(alike, default=0.0) < _SAYS_THE_SAME:
        return None
    best = there[alike.index(max(alike))]
    return Quotation(best.passage, best.sentence, best.sentence, ours.programme)


def _called(stored: StoredSource, subject: Subject) -> str:
    record = stored.record
    if not (record and subject.whole and record.kind is RecordKind.PROGRAMME):
        return ""
    return " . ".join((record.title, *record.aliases, record.summary.says))


def _rated(quotation: Quotation, case: Case) -> Rated:
    passage = quotation.passage
    places = range(quotation.first, quotation.last + 1)
    known = [one for at in places if (one := case.own.get((passage.passage_id, at)))]
    if known:
        return replace(max(known, key=lambda one: one.score), programme=quotation.programme)
    vector = case.generation.sentence_vectors_of(case.generation.place[passage.passage_id])[quotation.first]
    meaning = float(vector @ case.evidence.query.vector)
    return Rated(passage, quotation.first, meaning, meaning, meaning, 0.0, vector, quotation.programme, meaning)


def _best_first(case: Case) -> list[Rated]:
    return sorted(case.own.values(), key=lambda one: -one.score)


def _text(one: Rated) -> str:
    return one.passage.quote(one.sentence)


def _of_it(sentences: Iterable[Rated], case: Case, most: int | None = None) -> list[Told]:
    """Those that are of the subject, no two of which say the same."""
    kept: list[Rated] = []
    for one in (attributed(sentence, case.generation) for sentence in sentences):
        if len(kept) == most:
            break
        if case.subject.has(one) and not any(repeats(one, other) for other in kept):
            kept.append(one)
    return [alone(one) for one in kept]
