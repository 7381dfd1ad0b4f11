"""What one programme's or organisation's records file under the one aspect that is asked after, which leads the answer:
"what was hard for them?" is answered by its barriers, and not by a profile of it.

Where the records file nothing there, what the passages of its own say on it leads; where these are silent too, that is a
gap, told first. What a question asks more narrowly than the aspect ("about funding") must be met by what leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.records import Statement
from corpus.types import Basis
from retrieval.about import attributed
from retrieval.asking import Asking, asking
from retrieval.aspects import BARRIERS, EVALUATION, MONEY, OUTCOMES, REASONS, STEPS, Aspect
from retrieval.choose import in_own_words, repeats
from retrieval.cite import Piece, Quotation, heading_of, overlap, place_of, role_of
from retrieval.encode import Encoder
from retrieval.evidence import Evidence, Rated, rate, with_lead
from retrieval.generation import Generation, StoredSource
from retrieval.index import fits
from retrieval.met import met_by
from retrieval.names import known_names
from retrieval.notices import GAP_NOT_RECORDED, GAP_TOPIC, GAP_UNKNOWN_WORD
from retrieval.relevance import SURE, WANTED, relevance
from retrieval.search import among
from retrieval.statements import quoted, statements
from retrieval.types import Narrowing
from retrieval.understand import Intent, Understood
from retrieval.words import stem_set, stems

_MOST, _OF_MANY = 5, 6  # quotations that lead, of one programme and of an organisation's several
_WORDS = 170  # of them all
_BESIDE = 2
_MET = 0.55  # how well the words that narrow an aspect must be met on the whole, where a sentence has not got them
_HALF = 0.5  # of these words
_OF_PEOPLE = re.compile(
    r"\b(?:communit\w+|people|patients|residents|populations?|famil\w+)\b[^.]*\b(?:fac(?:e|es|ed|ing)|struggl\w+)\b"
    r"|\b(?:health|wellbeing|social|financial|money) (?:challenges|problems|difficulties)\b"
    r"|\b(?:reduc|remov|overcom|address|tackl|break)\w* (?:\w+ )?barriers\b|\bbarriers (?:for|to|facing|that) (?:people|access)\b",
    re.I,
)
_QUOTED = re.compile(r"“([^”]+)”")
_OF_A_WORD = re.compile("|".join(re.escape(one.partition("{")[0]) for one in (GAP_UNKNOWN_WORD, GAP_TOPIC)))
_OTHERWISE = (Intent.CONTACT, Intent.START, Intent.FIGURE)
_FEW = 3  # reasons, where none surely is the one that is asked for
_IN_ITS_WORDS = (BARRIERS, MONEY, EVALUATION)
_TOLD_ANYHOW = (REASONS, STEPS)  # in whatever field of a record, so that none is ever empty
_IN_A_GAP: Mapping[str, str] = {MONEY.name: "cost or funding", OUTCOMES.name: "outcome"}


@dataclass(frozen=True, slots=True)
class _Subject:
    """A programme or an organisation, ``name``d as in a gap: its briefs, and the rows of the passages that are its own.
    ``titles``: of its programmes."""

    name: str
    whole: bool  # an organisation
    held: tuple[StoredSource, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A quotation with its best sentence as it was rated."""

    quotation: Quotation
    rated: Rated


@dataclass(frozen=True, slots=True)
class Cell:
    """``pieces`` lead, ``rated`` are their sentences; ``gap`` where nothing is filed or said. ``narrower``: stems
    that narrow what was asked (``asking``)."""

    pieces: tuple[Piece, ...] = ()
    rated: tuple[Rated, ...] = ()
    gap: str = ""
    narrower: frozenset[str] = frozenset()


def cell_of(
    asked: Understood,
    chosen: Sequence[Rated],
    evidence: Evidence,
    encoder: Encoder,
    generation: Generation,
    narrowing: Narrowing,
) -> Cell:
    """Nothing where no one subject is named, no aspect is asked after, or nothing meets what narrows it."""
    if asked.intent in _OTHERWISE or asked.parts or not (subject := _subject(asked, generation, narrowing)):
        return Cell()
    if (wanted := asking(asked, known_names(generation), encoder)) is None:
        return Cell()
    own = _own(asked, subject, evidence, generation)
    filed = _filed(subject, wanted.aspect, own, evidence, generation, narrowing)
    said = _said(subject, wanted, own, evidence, generation, narrowing)
    both = _apart((*filed, *said)) if wanted.narrower else filed or said
    led = _narrowed(both, wanted, subject, asked, evidence, generation) or (said[:_FEW] if wanted.aspect is REASONS else [])
    if led:
        best = _best(led, subject, wanted)
        return _cell(best, _beside(best, chosen, wanted, subject), asked, wanted, generation)
    if filed or said or wanted.narrower or wanted.aspect in _TOLD_ANYHOW:
        return Cell()
    aspect = _IN_A_GAP.get(wanted.aspect.name, wanted.aspect.name)
    return Cell(gap=GAP_NOT_RECORDED.format(name=subject.name, aspect=aspect))


def _subject(asked: Understood, generation: Generation, narrowing: Narrowing) -> _Subject | None:
    """The one programme that is named, else the one organisation."""
    sources = generation.content.sources
    if len(asked.programmes) == 1:
        held = tuple(one for one in sources if one.record and one.record.id == asked.programmes[0])
    elif len(asked.organisations) == 1 and not asked.programmes:
        held = tuple(
            one for one in sources if one.record and one.organisation and one.organisation.name in asked.organisations
        )
    else:
        return None
    if not held or held[0].record is None:
        return None
    whole = not asked.programmes
    name = asked.organisations[0] if whole else held[0].record.title
    rows = tuple(row for row in _rows(held, whole, name, generation) if fits(generation.content.passages[row], narrowing))
    return _Subject(name, whole, held, rows) if rows else None


def _rows(held: Sequence[StoredSource], whole: bool, name: str, generation: Generation) -> Iterator[int]:
    """Passages of the briefs, those of held sources to which they lead, and those under the organisation or the
    programme, or that name the programme under its organisation."""
    briefs = {one.source.source_id for one in held}
    called = {n for one in held if one.record for n in (one.record.title, *one.record.aliases)}
    body = next((one.organisation.name for one in held if one.organisation), None)
    led: set[int] = set()
    for row, passage in enumerate(generation.content.passages):
        if passage.source.source_id in briefs:
            led |= {row, *(int(there) for there in generation.leads(row)[:, 0])}
        elif passage.source.basis is Basis.SOURCE and body and passage.organisation == body:
            ids = {one.record.id for one in held if one.record}
            if whole or passage.programme_id in ids or any(one in passage.text for one in called):
                led.add(row)
    yield from sorted(led - {-1})


def _own(
    asked: Understood, subject: _Subject, evidence: Evidence, generation: Generation
) -> Mapping[tuple[str, int], Rated]:
    """The sentences of its passages, rated."""
    hits = among(generation, evidence.query, subject.rows, len(subject.rows))
    rated = rate(asked, evidence.query, hits, generation)
    return {one.line: replace(one, relevance=relevance(one, evidence, generation)) for one in rated}


def _filed(
    subject: _Subject,
    aspect: Aspect,
    own: Mapping[tuple[str, int], Rated],
    evidence: Evidence,
    generation: Generation,
    narrowing: Narrowing,
) -> list[_Told]:
    """What its records state under the aspect, in their order. Reasons are filed under none."""
    if aspect is REASONS:
        return []
    found: list[_Told] = []
    for stored in subject.held:
        for said in (said for field in aspect.fields for said in statements(stored, field)):
            quotation = _in_words_of(aspect, stored, said, generation, narrowing)
            if quotation:
                found.append(_Told(quotation, _rated(quotation, own, evidence, generation)))
    return _apart(found)


def _in_words_of(
    aspect: Aspect, stored: StoredSource, said: Statement, generation: Generation, narrowing: Narrowing
) -> Quotation | None:
    """The source's own words, unless these speak of the aspect only to whoever reads on, and our brief's by
    themselves."""
    theirs = quoted(stored, said, generation, narrowing)
    if theirs is None or aspect not in _IN_ITS_WORDS or _tells(aspect, theirs.text):
        return theirs
    passages = (one for one in generation.content.passages if one.source == stored.source)
    return place_of(passages, said.says) or theirs


def _apart(told: Sequence[_Told]) -> list[_Told]:
    """Each once."""
    kept: list[_Told] = []
    for one in told:
        if not any(overlap(one.quotation, other.quotation) for other in kept):
            kept.append(one)
    return kept


def _rated(
    quotation: Quotation, own: Mapping[tuple[str, int], Rated], evidence: Evidence, generation: Generation
) -> Rated:
    passage = quotation.passage
    vectors = generation.sentence_vectors_of(generation.place[passage.passage_id])
    there = [own.get((passage.passage_id, at)) for at in range(quotation.first, quotation.last + 1)]
    known = [one for one in there if one]
    if known:
        return replace(max(known, key=lambda one: one.score), programme=quotation.programme)
    vector = vectors[quotation.first]
    meaning = float(vector @ evidence.query.vector)
    return Rated(passage, quotation.first, meaning, meaning, meaning, 0.0, vector, quotation.programme, meaning)


def _said(
    subject: _Subject,
    wanted: Asking,
    own: Mapping[tuple[str, int], Rated],
    evidence: Evidence,
    generation: Generation,
    narrowing: Narrowing,
) -> list[_Told]:
    """What its passages say on it in words of the aspect, best first, in the source's own words."""
    if wanted.aspect is STEPS:
        return []
    told: dict[tuple[str, int], Rated] = {}
    for one in sorted(own.values(), key=lambda one: -one.score):
        if one.relevance >= WANTED and _tells(wanted.aspect, one.passage.quote(one.sentence)):
            there = in_own_words(one, generation, narrowing)
            told.setdefault(there.line, there)
    kept: list[Rated] = []
    for one in told.values():
        if not any(repeats(one, other) for other in kept):
            kept.append(one)
    about = [attributed(one, generation) for one in kept]
    return [
        _Told(Quotation(one.passage, one.sentence, one.sentence, one.programme, one.organisation), one)
        for one in about
        if _is_of(one, subject)
    ]


def _is_of(one: Rated, subject: _Subject) -> bool:
    """Whether a sentence is of the organisation, or of the programme or of none that is known."""
    titles = {stored.record.title for stored in subject.held if stored.record}
    bodies = {stored.organisation.name for stored in subject.held if stored.organisation}
    if subject.whole:
        return one.organisation in bodies
    return one.programme in titles


def _narrowed(
    told: Sequence[_Told],
    wanted: Asking,
    subject: _Subject,
    asked: Understood,
    evidence: Evidence,
    generation: Generation,
) -> list[_Told]:
    """Those that meet the words that narrow the aspect, the nearest first; all where none does narrow it."""
    if not wanted.narrower or not told:
        return list(told)
    met = met_by(evidence.query, asked.focus, [one.rated for one in told], generation)
    places = [at for at, word in enumerate(met.words) if word.stem in wanted.narrower]
    if not places:
        return list(told)
    near = {
        at: max(float(met.values[at, places].mean()), _share(one, wanted.narrower)) for at, one in enumerate(told)
    }
    ranked = sorted(near, key=lambda at: -(near[at] + told[at].rated.score))
    every = wanted.aspect is STEPS and not subject.whole  # each step is of how it was done
    return [told[at] for at in ranked if every or near[at] >= _MET]


def _share(one: _Told, stems: frozenset[str]) -> float:
    passage, at = one.rated.passage, one.rated.sentence
    return len(stems & stem_set(f"{with_lead(passage, at)} {one.quotation.text}")) / len(stems)


def _best(told: Sequence[_Told], subject: _Subject, wanted: Asking) -> list[_Told]:
    """As many as there is room for, the nearest first; of one programme, and where nothing narrows what is asked, what
    speaks in words of the aspect in the record's order."""
    ranked = list(told) if wanted.narrower else sorted(told, key=lambda one: -one.rated.score)
    kept: list[_Told] = []
    words = 0
    for one in ranked:
        size = len(one.quotation.text.split())
        again = any(repeats(one.rated, other.rated) for other in kept)
        if len(kept) < (_OF_MANY if subject.whole else _MOST) and not again and (words + size <= _WORDS or not kept):
            kept.append(one)
            words += size
    if wanted.narrower:
        return kept
    order = ranked if subject.whole else list(told)
    return sorted(kept, key=lambda one: (not _tells(wanted.aspect, one.quotation.text), order.index(one)))


def _beside(led: Sequence[_Told], chosen: Sequence[Rated], wanted: Asking, subject: _Subject) -> list[_Told]:
    """Of what was chosen otherwise, the few that speak of the aspect too, or of what narrows it."""
    quotations = [one.quotation for one in led]
    found: list[_Told] = []
    for one in chosen:
        told = _Told(Quotation(one.passage, one.sentence, one.sentence, one.programme, one.organisation), one)
        known = any(overlap(told.quotation, other) for other in quotations) or any(repeats(one, o.rated) for o in led)
        if not known and _is_of(one, subject) and _speaks_of(told, wanted) and len(found) < _BESIDE:
            found.append(told)
    return found


def _speaks_of(told: _Told, wanted: Asking) -> bool:
    if wanted.narrower and (told.rated.relevance < SURE or _share(told, wanted.narrower) < _HALF):
        return False
    return (wanted.aspect is STEPS and bool(wanted.narrower)) or _tells(wanted.aspect, told.quotation.text)


def _tells(aspect: Aspect, text: str) -> bool:
    """Whether a text speaks of the aspect in its words. The challenges that a population faces are no barriers."""
    return bool(aspect.words.search(text)) and not (aspect is BARRIERS and _OF_PEOPLE.search(text))


def _cell(
    led: Sequence[_Told], beside: Sequence[_Told], asked: Understood, wanted: Asking, generation: Generation
) -> Cell:
    """Under headings of whose they are, in their order."""
    groups: dict[str, list[_Told]] = {}
    for one in (*led, *beside):
        groups.setdefault(heading_of(attributed(one.rated, generation)), []).append(one)
    pieces = [
        Piece(role_of(one.quotation, asked.intent), one.quotation, None if at else heading)
        for heading, group in groups.items()
        for at, one in enumerate(group)
    ]
    return Cell(tuple(pieces), tuple(one.rated for one in (*led, *beside)), narrower=wanted.narrower)


def is_of_aspect(gap: str, cell: Cell) -> bool:
    """Whether a gap is of a word by which only the aspect is asked after, which the records tell in other words."""
    word = _QUOTED.search(gap)
    return bool(cell.pieces and word and _OF_A_WORD.match(gap) and cell.narrower.isdisjoint(stems(word[1])))
