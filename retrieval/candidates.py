"""What the records offer a plan: each step, result, cost and so on, rated for what it says, in the source's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.records import Phase, RecordKind, Statement
from retrieval.about import attributed
from retrieval.choose import in_own_words
from retrieval.cite import STANDS_ALONE
from retrieval.constraints import HELPS, HELPS_SURELY, vectors_of, what_becomes, what_furthers, what_helps
from retrieval.encode import Encoder
from retrieval.evidence import Evidence, Rated, leans_back, points_back, rate
from retrieval.generation import Generation
from retrieval.index import fits
from retrieval.matching import Match, at_stage, houses_of
from retrieval.picking import PHASES, Candidate, Part
from retrieval.planned import is_plan
from retrieval.profile import Profile, subject_of
from retrieval.programmes import Held, statement_quotations
from retrieval.types import Narrowing, ScoredPassage
from retrieval.understand import Understood
from retrieval.vectors import Vectors

_FIELDS: Mapping[str, Part] = {
    "points": Part.DESPITE,
    "outcomes": Part.RESULTS,
    "evaluation": Part.MEASURES,
    "funding": Part.NEEDS,
    "cost": Part.NEEDS,
    "staffing": Part.NEEDS,
    "partners": Part.NEEDS,
    "barriers": Part.OBSTACLES,
}

# What a heading promises, its sentence must hold: something to measure by, and money or people.
_PROMISED: Mapping[Part, re.Pattern[str]] = {
    Part.MEASURES: re.compile(
        r"\b(?:retention|rates?|surveys?|dashboards?|toolkits?|indicators?|baselines?|feedback|questionnaires?|"
        r"indices|index|reports? (?:each|every)|numbers? of|interviews|compar\w+|(?:regular|annual|yearly) \w+)\b|%",
        re.I,
    ),
    Part.NEEDS: re.compile(
        r"£|\b(?:fund\w*|grants?|charit\w+|money|budget|invest\w*|posts?|teams?|roles?|employs|partners?|partnership|"
        r"(?:work(?:s|ed|ing)?|collaborat\w+|support\w*) (?:\w+ )?with|expertise|in[- ]house|hours|days|volunteers?)\b",
        re.I,
    ),
    Part.OBSTACLES: re.compile(
        r"\b(?:barriers?|challeng\w+|difficult\w*|hard|hinder\w*|obstacles?|lack\w*|limited|without|cannot|not|no|few"
        r"|complex\w*|constrain\w*|burden\w*|slow\w*|insufficient|risks?|concern\w*|struggl\w+|push back|problems?)\b",
        re.I,
    ),
}
# What is still to be done, or what somebody showed, is nothing that was given.
_NOT_GIVEN = re.compile(r"^(?:Make|Ensure|Consider|Think|Work|Seek|Explore|Develop)\b|\bslides?\b", re.I)
# What came of money that was spent, or what its result rests on.
_RETURN = re.compile(
    r"^(?:This|These|It|They|The (?:team|programme|investment|work|funding))\b[^.]*"
    r"(?:\b(?:secured|sav(?:ed|ings?)|return\w*|brought in|generated|attracted)\b"
    r"|\b(?:requir\w+|needs?|relie[sd]|depend\w*)\b[^.]*\bfund)"
    r"|\bnet savings?\b|\bupdat\w+ [^.]*\brequir\w+ [^.]*\bfund",
    re.I,
)
_MONEY = re.compile(r"£|\b(?:fund(?:ed|ing)|grants?|cost\w*)\b", re.I)
# How a source tells of an act without telling it: what it was seen as, what it led to, what somebody said of it.
_NO_ACT = re.compile(
    r"\b(?:was|were|been|are|is) (?:also )?(?:identified|cited|seen|mentioned|noted|chosen|described|reflected"
    r"|essential|key|central|crucial|important|critical)\b"
    r"|\b(?:key|central|crucial|essential) (?:to|component|factor|ingredient)\b"
    r"|\btakes? time\b|\bbarriers? to\b|\bcan (?:also )?(?:help|contribute|play|support|improve)\b|\bas anchors,"
    r"|\b(?:interviewees?|others|some) (?:\w+ )?(?:mentioned|referred|reflected|felt|said|made)\b|^[“\"'\[]|\bI\b"
    r"|\b(?:increase|drop|rise) (?:of|in)\b|\brequires those\b|\d%"
    r"|\b(?:supported|trained|recruited|engaged|helped|produced|reached|secured) (?:over |about |nearly )?[\d£]",
    re.I,
)
# What no reader can do on Monday: a state to be in, a hope, a slogan.
_NO_STEP = re.compile(
    r"^(?:Have|Be|Hold|Let|Design|Set bold|Invest|See|Remember|Believe|Think about|Despite|Rigorous|Using|It is)\b"
    r"|^(?:We|Our) (?:\w+ )?(?:aim|believe|hope|know|want)|\bmy\b|\byou just\b|\balso said\b|\btalked about\b"
    r"|^There(?:['’]s| is| are| was| were| ha(?:s|ve) been)\b|\ban anchor needs\b|\bwill only succeed\b"
    r"|\bthere was a need\b|\bapproaches include\b|\bless effective if\b"
    r"|\bis an? (?:area|resource|programme|scheme)\b|\b(?:is|are) funded by\b"
    r"|\bruns a programme\b|\breceives? reports\b"
    r"|\bto be celebrated\b|\bdepends? on\b|\brecognis(?:e|ed|es) that\b|\b(?:is|are|was|were) needed\b",
    re.I,
)
# An opener that only what stands before explains.
GOES_ON = re.compile(
    r"^(?:However|But|And|So|Or|Instead|Alongside|Following th\w+|In addition|Additionally|In some cases"
    r"|Moreover|Furthermore|Therefore|Also|Other|Others|Another|More recently|Similarly)\b",
    re.I,
)
_ON_ROUTE = 10.0
_LONGEST = 55  # words of a source's sentence; our brief says the same in fewer
_FIT, _SHARE, _STEER = 0.4, 0.3, 0.1
_AT_STAGE = 0.5  # of the cosine with what furthers whoever is past the start
_SUBJECT, _SPECIFIC = 0.3, 0.4
_LEADS = 0.1  # one programme's steps together tell more than steps of several
_A_FIGURE = 0.1
_OF_THE_HOUSE = 0.1  # what is filed of the whole organisation, behind what is filed of the programme
_HOUSE_TELLS = (Part.RESULTS, Part.MEASURES, Part.NEEDS, Part.OBSTACLES)
_OF_ITSELF = ("evaluation", "funding", "barriers")
_A_STEP, _STEPS = 0.015, 8  # of programmes that fit alike, the one that tells most of its steps leads


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, what they ask and what would help them: a row for each thing that stands in the way, and for the
    stage they are at; and one for the subject, without the words in which they introduce themselves."""

    asked: Understood
    profile: Profile
    helpful: Vectors
    further: Vectors
    subject: Vectors
    general: float

    @property
    def bare(self) -> bool:
        return is_bare(self.asked, self.profile)


def asking(asked: Understood, profile: Profile, evidence: Evidence, pool: Sequence[Match], encoder: Encoder) -> Asking:
    helpful, further = what_helps(profile.constraints, encoder), what_furthers(profile.stage, encoder)
    about = subject_of(profile, asked.question)
    subject = np.concatenate([vectors_of([about] if about else [], encoder), what_becomes(profile.unused, encoder)])
    return Asking(asked, profile, helpful, further, subject, _general_bonus(asked, evidence, pool, profile))


def is_bare(asked: Understood, profile: Profile) -> bool:
    """Whether nothing in particular is asked."""
    return not asked.terms and not profile.facets and not profile.stage


def from_records(who: Asking, evidence: Evidence, generation: Generation, pool: Sequence[Match]) -> Iterator[Candidate]:
    """Rated for what they say, wherever they stand: a programme's best passage counts for all that it tells."""
    houses = houses_of(pool, generation)
    hits = [
        ScoredPassage(one, 0.0, 0)
        for held in (*(match.held for match in pool), *(house for house, _ in houses))
        for one in held.passages
    ]
    rated = {one.line: one for one in rate(who.asked, evidence.query, hits, generation)}
    leading = max((match for match in pool if match.programme), key=_worth, default=None)
    for match in pool:
        for one in _of_record(match, who, rated):
            yield replace(one, score=one.score + _LEADS) if match is leading else one
    for house, beside in houses:
        best = max(_worth(match) for match in pool if match.held.record.id in beside) - _OF_THE_HOUSE
        for part, statement in _statements(house, who.profile, _OF_ITSELF):
            says = _rated_of(house, statement, rated)
            if says and part in _HOUSE_TELLS:
                score = max(one.score for one in says) + best
                yield Candidate(part, says, _who(house), house.record.id, score, RecordKind.ORGANISATION, 0.0, beside)


def _of_record(match: Match, who: Asking, rated: Mapping[tuple[str, int], Rated]) -> Iterator[Candidate]:
    kind, name, key = match.held.record.kind, _who(match.held), match.held.record.id
    late = match.general and not at_stage(match, who.profile)  # no step for whoever is past it
    for place, (part, statement) in enumerate(_statements(match.held, who.profile, tuple(_FIELDS))):
        says = _rated_of(match.held, statement, rated)
        step = part in PHASES.values()
        helps = _nearness(who.helpful, says)
        if says and match.general and helps >= HELPS and (part is Part.DESPITE or (step and kind is RecordKind.LESSON)):
            yield Candidate(Part.DESPITE, says, name, key, helps, kind)
        if says and part is not Part.DESPITE and not (step and late):
            further = _nearness(who.further, says)
            subject = 0.0 if match.general else _nearness(who.subject, says)
            surely = max(helps * (helps >= HELPS_SURELY), further * match.general, subject)
            score = max(one.score for one in says) + _STEER * (helps >= HELPS_SURELY) + _AT_STAGE * further
            score += who.general if match.general else _worth(match) + _SUBJECT * subject
            score += _ON_ROUTE - place if who.bare and kind is RecordKind.FRAMEWORK else 0.0
            yield Candidate(part, says, name, key, score, kind, surely)


def _worth(match: Match) -> float:
    steps = min(len(match.held.record.steps), _STEPS)
    return _FIT * match.fit + _SHARE * match.share + _SPECIFIC * match.specific + _A_STEP * steps


def _nearness(helpful: Vectors, says: Sequence[Rated]) -> float:
    return max((float((helpful @ one.vector).max(initial=0.0)) for one in says), default=0.0)


def _general_bonus(asked: Understood, evidence: Evidence, pool: Sequence[Match], profile: Profile) -> float:
    """The less any programme fits, or any passage answers, the more the general route tells: all, where nothing in
    particular is asked."""
    if is_bare(asked, profile):
        return 2 * _FIT
    fitting = max((match.fit for match in pool if match.programme), default=0.0)
    return _FIT * (1 - max(fitting, evidence.support if asked.terms else 0.0))


def in_words(candidate: Candidate, generation: Generation, narrowing: Narrowing) -> Candidate | None:
    """As it would be quoted: in the held source's own words, and worth less where it is no step to take; None where
    that lies outside what the reader asked to be kept to, or keeps no promise of its heading."""
    own = _owned(candidate, generation, narrowing)
    if own is None or not _keeps_promise(own):
        return None
    said = [one.passage.quote(one.sentence) for one in own.rated]
    if own.part is Part.RESULTS and all(map(is_plan, said)):
        return replace(own, part=Part.EXPECTED)
    own = replace(own, rated=tuple(each for one in own.rated for each in _with_its_return(one, generation)))
    if own.part is Part.RESULTS and any(re.search(r"\d", text) for text in said):
        return replace(own, score=own.score + _A_FIGURE)
    step = own.part in PHASES.values()
    vague = all(_NO_STEP.search(text) or (step and _NO_ACT.search(text)) for text in said)
    vague = vague and (step or own.part is Part.DESPITE) and own.kind is not RecordKind.FRAMEWORK
    return replace(own, vague=vague)


def _keeps_promise(candidate: Candidate) -> bool:
    promised = _PROMISED.get(candidate.part)
    said = [one.passage.quote(one.sentence) for one in candidate.rated]
    if candidate.part is Part.NEEDS and all(_NOT_GIVEN.search(text) or is_plan(text) for text in said):
        return False
    return promised is None or any(map(promised.search, said))


def _with_its_return(one: Rated, generation: Generation) -> Iterator[Rated]:
    """A sentence of cost with the next of its passage, where that tells what came back or what it rests on: by itself
    it is half of the matter."""
    yield one
    there = one.sentence + 1
    if not _MONEY.search(one.passage.quote(one.sentence)) or there >= len(one.passage.sentences):
        return
    if _RETURN.search(one.passage.quote(there)):
        vectors = generation.sentence_vectors_of(generation.place[one.passage.passage_id])
        yield replace(one, sentence=there, vector=vectors[there])


def _statements(held: Held, profile: Profile, fields: Sequence[str]) -> Iterator[tuple[Part, Statement]]:
    """What others did later on is of use to whoever is past the start."""
    for step in held.record.steps:
        if step.phase in PHASES:
            yield PHASES[step.phase], step
        elif step.phase is Phase.LATER and profile.stage:
            yield Part.FIRST_YEAR, step
    for field in fields:
        yield from ((_FIELDS[field], statement) for statement in getattr(held.record, field))
    for fact in held.record.facts:  # what a place or scheme is like is no result
        if fact.measure in held.measures.result:
            yield Part.RESULTS, fact
        elif fact.measure in held.measures.means:
            yield Part.NEEDS, fact


def _rated_of(held: Held, statement: Statement, rated: Mapping[tuple[str, int], Rated]) -> tuple[Rated, ...]:
    places = (
        (quotation.passage.passage_id, place)
        for quotation in statement_quotations(held, statement.says)
        for place in range(quotation.first, quotation.last + 1)
    )
    return tuple(rated[place] for place in places if place in rated)


def _owned(candidate: Candidate, generation: Generation, narrowing: Narrowing) -> Candidate | None:
    """In the held source's own words, None where that lies outside what the reader asked to be kept to. A step of ours
    tells the act, where the source tells what came of it or how it was seen."""
    step = candidate.part in PHASES.values()
    own = (_best_said(one, generation, narrowing, step) for one in candidate.rated)
    kept = {one.line: one for one in own if fits(one.passage, narrowing)}
    return replace(candidate, rated=tuple(kept.values())) if kept else None


def _best_said(one: Rated, generation: Generation, narrowing: Narrowing, step: bool) -> Rated:
    """The held source's sentence, unless it cannot be read by itself: then our brief's, which can."""
    own = in_own_words(one, generation, narrowing)
    if one.programme and attributed(own, generation).programme not in (None, one.programme):
        return one  # the source says it of another programme
    text = own.passage.quote(own.sentence)
    alone = leans_back(own.passage, own.sentence) or not (points_back(text) or GOES_ON.search(text))
    asserts = not text.rstrip("”’\"' ").endswith(("?", ":"))
    asserts = asserts and not (step and (_NO_ACT.search(text) or _NO_STEP.search(text)))
    return own if alone and asserts and STANDS_ALONE <= len(text.split()) <= _LONGEST else one


def _who(held: Held) -> str:
    title, organisation = held.record.title, held.organisation
    return title if organisation in (None, title) else f"{organisation}: {title}"
