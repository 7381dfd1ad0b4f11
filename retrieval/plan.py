"""How to start: steps that others took, in three phases, picked for who asks.

Steps, results, costs and contacts come from the records of the programmes that fit the profile best; what else answers
the question comes from its evidence; the network's route and the lessons fill what no programme tells. Each piece is
whole sentences of one passage, the source's own where it is held. Headings are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from corpus.records import RecordKind, Stage
from corpus.types import Basis
from retrieval.candidates import GOES_ON, asking, from_records, in_words
from retrieval.choose import choose
from retrieval.cite import Piece, Quotation, heading_of, quotations, words_of
from retrieval.constraints import called
from retrieval.encode import Encoder
from retrieval.evidence import Evidence, Rated, leans_back, points_back, rate
from retrieval.generation import Generation
from retrieval.index import fits
from retrieval.intent import Intent
from retrieval.matching import Match, facets_of_record, matches_of, pool_of
from retrieval.notices import GAP_NOT_HOW, NOTE_DESPITE, NOTE_NOT_DESPITE
from retrieval.picking import (
    AS_CHOSEN,
    AT_STAGE,
    ON_SUBJECT,
    PHASES,
    ROOM,
    ROOM_FOR_A_ROUTE,
    ROOM_TO_MEASURE,
    Candidate,
    Part,
    pick,
)
from retrieval.profile import Profile, gaps_against, profile_of
from retrieval.types import BlockRole, Narrowing, ScoredPassage
from retrieval.understand import Understood
from retrieval.unmet import speaking_of
from retrieval.whom import contact_for

_SHORT_LIST = 90  # words
_AS_NEAR = 0.65  # of the nearest sentence's cosine
_CLOSE = 0.75  # of the best sentence's score: what is farther is not closest to the question
_ANSWERS = 0.15
_FIRST = 1.0  # what names them leads the plan
_OF_THEM, _TIMES = 0.2, 2  # cosine with the question; sentences


@dataclass(frozen=True, slots=True)
class Plan:
    """``gaps``: what of the profile nothing here meets; ``notes``: how what stands in the way steered the choice."""

    pieces: tuple[Piece, ...]
    gaps: tuple[str, ...]
    notes: tuple[str, ...]


NO_PLAN = Plan((), (), ())


def plan_of(
    asked: Understood, evidence: Evidence, encoder: Encoder, generation: Generation, narrowing: Narrowing
) -> Plan:
    """No pieces where no record has a step to tell: an answer of another shape is then better."""
    profile = profile_of(asked, narrowing)
    matches = matches_of(profile, evidence, generation)
    pool = pool_of(matches, profile)
    widely = replace(narrowing, facets={})  # the facets are in the profile, by which the records were matched
    chosen = choose(asked, evidence, generation, narrowing)
    answers = [one for one in chosen if one.score >= _CLOSE * max(other.score for other in chosen)]
    who = asking(asked, profile, evidence, pool, encoder)
    told = (in_words(one, generation, widely) for one in from_records(who, evidence, generation, pool))
    own = [_answering(one, answers) for one in told if one]
    own += _of_the_people(asked, evidence, generation, widely)
    if asked.terms or narrowing.facets:  # a bare "How do we start?" has nothing for anything to be close to
        own += [
            Candidate(Part.NEAREST, group, heading_of(group[0]), None, -place)
            for place, group in enumerate(_on_subject(answers, pool, profile))
        ]
    untold = tuple(_not_told_how(answers, matches)) if asked.terms else ()
    if untold:
        own = [one for one in own if one.part not in PHASES.values() or _is_lesson_on_it(one)]
    room = ROOM_TO_MEASURE if profile.stage is Stage.MEASURING else ROOM_FOR_A_ROUTE if who.bare else ROOM
    bar = ON_SUBJECT if asked.terms else AS_CHOSEN
    bar = replace(bar, lesson=min(bar.lesson, AT_STAGE)) if profile.stage else bar
    picked = pick(own, room, {match.held.record.id for match in pool if match.programme}, bar)
    picked = _route_whole(picked, own, started=profile.stage is not None)
    if not untold and not any(one.part in PHASES.values() for one in picked):
        return NO_PLAN
    contact = contact_for(_by_part(picked), matches, generation, widely)
    programmes = {match.held.record.id: facets_of_record(match.held) for match in matches if match.programme}
    gaps = gaps_against(profile, list(_quoted_facets(picked, programmes)), programmes.values())
    return Plan((*_pieces(picked), *contact), (*untold, *gaps), _notes(profile, picked))


def _answering(candidate: Candidate, answers: Sequence[Rated]) -> Candidate:
    """A step that is among what answers the question best comes first."""
    best = {one.line for one in answers}
    found = any(one.line in best for one in candidate.rated)
    return replace(candidate, score=candidate.score + _ANSWERS * found)


def _on_subject(answers: Sequence[Rated], pool: Sequence[Match], profile: Profile) -> Iterator[tuple[Rated, ...]]:
    """Without what is told of programmes that fit less well than others, and what means far less of the question than
    the best, a list as a whole: it shares words with the question."""
    fitting = {match.held.record.title for match in pool if match.programme}
    only = bool(fitting and profile.facets) or profile.hindered_only
    mine = [one for one in answers if not only or one.programme is None or one.programme in fitting]
    best = max(map(_near, mine), default=0.0)
    for group in _lists_together(mine):
        if fmean(map(_near, group)) >= _AS_NEAR * best and not _dangles(group[0]):
            yield group


def _near(one: Rated) -> float:
    return max(one.meaning, one.like)


def _dangles(one: Rated) -> bool:
    """Whether a sentence goes on from one that would not be quoted with it."""
    text = one.passage.quote(one.sentence)
    return bool(GOES_ON.search(text)) or (points_back(text) and not leans_back(one.passage, one.sentence))


def _of_the_people(
    asked: Understood, evidence: Evidence, generation: Generation, narrowing: Narrowing
) -> Iterator[Candidate]:
    """What the sources tell of a trust and of people of whom hardly any of them speaks, wherever it stands: the
    question's other words lead elsewhere."""
    if (names := speaking_of(asked.question)) is None:
        return
    every = (one for one in generation.content.passages if one.source.basis is Basis.SOURCE and fits(one, narrowing))
    hits = [ScoredPassage(one, 0.0, 0) for one in every if one.organisation and names.search(one.text)]
    said = [
        one
        for one in rate(asked, evidence.query, hits, generation)
        if names.search(one.passage.quote(one.sentence)) and one.meaning >= _OF_THEM
    ]
    for one in sorted(said, key=lambda one: -one.score)[:_TIMES]:
        yield Candidate(Part.NEAREST, (one,), heading_of(one), None, _FIRST + one.score)


def _lists_together(answers: Sequence[Rated]) -> Iterator[tuple[Rated, ...]]:
    """The items of a list with the line that introduces it, and all else by itself; no such line alone."""
    groups: dict[tuple[str, int], list[Rated]] = {}
    for one in answers:
        lead = one.passage.sentences[one.sentence].lead
        groups.setdefault((one.passage.passage_id, one.sentence if lead is None else lead), []).append(one)
    for group in groups.values():
        items = [one for one in group if not one.passage.quote(one.sentence).endswith(":")]
        short = sum(len(one.passage.quote(one.sentence).split()) for one in group) <= _SHORT_LIST
        yield from [tuple(group)] if short and items else [(one,) for one in items]


def _pieces(picked: Sequence[Candidate]) -> Iterator[Piece]:
    """Part by part, and within each by who did it, best first."""
    for part in _order(picked):
        groups: dict[str, list[Rated]] = {}
        for one in picked:
            if one.part is part:
                groups.setdefault(one.who, []).extend(one.rated)
        for who, group in groups.items():
            for place, quotation in enumerate(quotations(group, Intent.START)):
                yield Piece(_role(part, quotation), quotation, f"{part}: {who}" if place == 0 else None)


def _order(picked: Sequence[Candidate]) -> list[Part]:
    """What a programme did leads, if it tells how to begin; what else comes close follows it."""
    begins = (one for one in picked if one.part is Part.FIRST_WEEKS)
    led = any(one.kind is RecordKind.PROGRAMME for one in begins)
    led = led and not any(one.part is Part.NEAREST and one.score >= _FIRST for one in picked)
    first = [part for part in Part if not (led and part is Part.NEAREST)]
    return [*first[: first.index(Part.RESULTS)], *([Part.NEAREST] if led else []), *first[first.index(Part.RESULTS) :]]


def _role(part: Part, quotation: Quotation) -> BlockRole:
    return BlockRole.STEP if part in PHASES.values() else words_of(quotation)


def _is_lesson_on_it(step: Candidate) -> bool:
    return step.kind is RecordKind.LESSON and step.meaning >= ON_SUBJECT.lesson


def _route_whole(picked: Sequence[Candidate], own: Sequence[Candidate], *, started: bool) -> list[Candidate]:
    """The network's steps all, in their order, where some come closest and nothing else begins: a list with holes
    reads as broken. None of them for whoever has ``started``."""
    framework = [one for one in own if one.kind is RecordKind.FRAMEWORK and one.part in PHASES.values()]
    route = {rated.line: rated for one in framework for rated in one.rated}
    partly = [one for one in picked if one.part is Part.NEAREST and any(rated.line in route for rated in one.rated)]
    steps = [one for one in picked if one.part in PHASES.values()]
    rest = [one for one in picked if one not in partly]
    begun = any(one.kind in (RecordKind.PROGRAMME, RecordKind.FRAMEWORK) for one in steps)
    if started or not partly:
        return rest
    if begun:
        return list(picked)
    whole = tuple(route[line] for line in sorted(route))
    return [*rest, replace(partly[0], rated=whole)]


def _not_told_how(answers: Sequence[Rated], matches: Sequence[Match]) -> Iterator[str]:
    """The gap of a programme of which what answers best is told, of which the sources tell no step."""
    best = max(answers, key=lambda one: one.score, default=None)
    for match in matches:
        record = match.held.record
        if best and match.programme and record.title == best.programme and not record.steps:
            yield GAP_NOT_HOW.format(name=record.title)


def _by_part(picked: Iterable[Candidate]) -> list[Candidate]:
    """Programmes first, each in the order in which it is shown."""
    order = list(Part)
    return sorted(picked, key=lambda one: (one.kind is not RecordKind.PROGRAMME, order.index(one.part)))


def _notes(profile: Profile, picked: Sequence[Candidate]) -> tuple[str, ...]:
    """What of what stands in the way was heard, and whether the sources say anything on it."""
    heard = tuple(map(called, profile.constraints))
    note = NOTE_DESPITE if any(one.part is Part.DESPITE for one in picked) else NOTE_NOT_DESPITE
    return (note.format(what=" and ".join(heard), heading=Part.DESPITE),) if heard else ()


def _quoted_facets(picked: Sequence[Candidate], programmes: Mapping[str, frozenset[str]]) -> Iterator[frozenset[str]]:
    """Of whatever is quoted of a programme or an organisation."""
    for one in picked:
        if one.record_id and one.record_id in programmes:
            yield programmes[one.record_id]
        yield from (frozenset(r.passage.facets) for r in one.rated if r.passage.organisation or r.passage.programme_id)
