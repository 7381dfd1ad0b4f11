"""How to start: steps that others took, in three phases, picked for who asks.

Steps, results, costs and contacts come from the records of the programmes that fit the profile best; what else answers
the question comes from its evidence; the network's route and the lessons fill what no programme tells. Each piece is
whole sentences of one passage, the source's own where it is held. Headings are ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.records import RecordKind, Statement
from retrieval.choose import choose, in_own_words
from retrieval.cite import STANDS_ALONE, Piece, Quotation, heading_of, of_no_programme, quotations, words_of
from retrieval.constraints import HELPS, HELPS_SURELY, called, what_helps
from retrieval.contacts import as_printed
from retrieval.encode import Encoder
from retrieval.evidence import Evidence, Rated, leans_back, points_back, rate
from retrieval.generation import Generation
from retrieval.index import fits
from retrieval.intent import Intent
from retrieval.notices import NOTE_DESPITE, NOTE_NOT_DESPITE
from retrieval.picking import AS_CHOSEN, ON_SUBJECT, PHASES, ROOM, ROOM_FOR_A_ROUTE, Candidate, Part, pick
from retrieval.profile import Profile, fit, gaps_against, lies_within, profile_of
from retrieval.programmes import Held, held_records, statement_quotations
from retrieval.types import BlockRole, Narrowing, ScoredPassage
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
        r"with|expertise|in[- ]house|hours|days|volunteers?)\b",
        re.I,
    ),
}
_ON_ROUTE = 10.0
# How a source tells of an act without telling it: what it was seen as, what it led to, what somebody said of it.
_NO_ACT = re.compile(
    r"\b(?:was|were|been|are|is) (?:also )?(?:identified|cited|seen|mentioned|noted|chosen|described|reflected"
    r"|essential|key|central|crucial|important|critical)\b"
    r"|\b(?:key|central|crucial|essential) (?:to|component|factor|ingredient)\b"
    r"|\btakes? time\b|\bbarriers? to\b|\bcan (?:also )?(?:help|contribute|play|support|improve)\b|\bas anchors,"
    r"|\b(?:interviewees?|others|some) (?:\w+ )?(?:mentioned|referred|reflected|felt|said|made)\b|^[“\"'\[]|\bI\b"
    r"|\b(?:increase|drop|rise) (?:of|in)\b|\brequires those\b|\d%",
    re.I,
)
_SHORT_LIST = 60  # words
_LONGEST = 55  # words of a source's sentence; our brief says the same in fewer
_PROGRAMMES = 8
_AS_GOOD = 0.85  # of the best programme's match: a further one tells steps of something else
_LESSONS = 4
_CLOSE = 0.75  # of the best sentence's score: what is farther is not closest to the question
_FIT, _SHARE, _STEER, _ANSWERS = 0.4, 0.3, 0.1, 0.15


@dataclass(frozen=True, slots=True)
class Plan:
    """``gaps``: what of the profile nothing here meets; ``notes``: how what stands in the way steered the choice."""

    pieces: tuple[Piece, ...]
    gaps: tuple[str, ...]
    notes: tuple[str, ...]


NO_PLAN = Plan((), (), ())


@dataclass(frozen=True, slots=True)
class Match:
    """A record, how well it fits the profile (0 to 1), and its best passage's score as a share of the best of all."""

    held: Held
    fit: float
    share: float

    @property
    def good(self) -> float:
        return self.fit + self.share

    @property
    def general(self) -> bool:
        return self.held.record.kind in (RecordKind.LESSON, RecordKind.FRAMEWORK)

    @property
    def programme(self) -> bool:
        return self.held.record.kind is RecordKind.PROGRAMME


def plan_of(
    asked: Understood, evidence: Evidence, encoder: Encoder, generation: Generation, narrowing: Narrowing
) -> Plan:
    """No pieces where no record has a step to tell: an answer of another shape is then better."""
    profile = profile_of(asked, narrowing)
    matches = _matches(profile, evidence, generation)
    pool = _pool(matches, profile)
    widely = replace(narrowing, facets={})  # the facets are in the profile, by which the records were matched
    chosen = choose(asked, evidence, generation, narrowing)
    answers = [one for one in chosen if one.score >= _CLOSE * max(other.score for other in chosen)]
    helpful = what_helps(profile.constraints, encoder)
    told = _from_records(asked, evidence, generation, pool, profile, helpful)
    own = [one for one in (_owned(each, generation, widely) for each in told) if one]
    own = [_answering(one, answers) for one in own if _keeps_promise(one)]
    if asked.terms or narrowing.facets:  # a bare "How do we start?" has nothing for anything to be close to
        own += [
            Candidate(Part.NEAREST, group, heading_of(group[0]), None, -place)
            for place, group in enumerate(_lists_together(answers))
        ]
    room = ROOM_FOR_A_ROUTE if _is_bare(asked, profile) else ROOM
    bar = ON_SUBJECT if asked.terms else AS_CHOSEN
    picked = pick(own, room, {match.held.record.id for match in pool if match.programme}, bar)
    if not any(one.part in PHASES.values() for one in picked):
        return NO_PLAN
    contact = _contact(_by_part(picked), matches, generation, widely)
    programmes = {match.held.record.id: _facets(match.held) for match in matches if match.programme}
    gaps = gaps_against(profile, list(_quoted_facets(picked, programmes)), programmes.values())
    return Plan((*_pieces(picked), *contact), gaps, _notes(profile, picked))


def _matches(profile: Profile, evidence: Evidence, generation: Generation) -> list[Match]:
    """Every record, best first: by fit and by rank, neither of which is enough by itself."""
    known = list(held_records(generation.content).values())
    scores = {generation.place[hit.passage.passage_id]: hit.score for hit in evidence.passages}
    ranks = _shares([max(_scores(held, scores, generation)) for held in known])
    means = _shares([_meaning(held, evidence, generation) for held in known])
    found = [
        Match(held, fit(profile, _facets(held)), (rank**2 + mean) / 2)
        for held, rank, mean in zip(known, ranks, means, strict=True)
    ]
    return sorted(found, key=lambda match: -match.good)


def _shares(values: Sequence[float]) -> list[float]:
    best = max(values, default=0.0)
    return [max(value, 0.0) / best if best > 0 else 0.0 for value in values]


def _meaning(held: Held, evidence: Evidence, generation: Generation) -> float:
    """Cosine of the question and a record's summary, which opens its brief, or the likest listed question that is
    answered where the record was learnt, whichever is more."""
    rows = [generation.place[passage.passage_id] for passage in held.passages]
    answering = evidence.query.answering
    likes = [max(answering[row].values()) for row in rows if row in answering]
    led = (place for row in rows for place in generation.leads(row).tolist())
    likes += [answering.get(there, {}).get(place, 0.0) for there, place in led]
    return max([float(generation.sentence_vectors_of(rows[0])[0] @ evidence.query.vector), *likes])


def _scores(held: Held, scores: Mapping[int, float], generation: Generation) -> Iterator[float]:
    """The scores of a record's passages, and of the held sources' passages that say the same."""
    for passage in held.passages:
        row = generation.place[passage.passage_id]
        yield scores.get(row, 0.0)
        yield from (scores.get(int(there), 0.0) for there, _ in generation.leads(row))


def _pool(matches: Sequence[Match], profile: Profile) -> list[Match]:
    """The records to pick from: the best programmes, of those that were asked for in the page and on a determinant that
    the question names if there are any, the best lessons, whatever general has steps, and every lesson where something
    stands in the way."""
    programmes = [match for match in matches if match.programme]
    within = [match for match in programmes if lies_within(profile, _facets(match.held))] or programmes
    topics = {f"determinant:{one}" for one in profile.facets.get("determinant", ())}
    within = [match for match in within if topics & _facets(match.held)] or within
    fitting = [match for match in within if match.good >= _AS_GOOD * within[0].good][:_PROGRAMMES]
    general = [match for match in matches if match.general and _may_tell(match, profile)]
    lessons = general[:_LESSONS]
    more = (match for match in general[_LESSONS:] if match.held.record.steps or profile.constraints)
    return [*fitting, *lessons, *more]


def _may_tell(match: Match, profile: Profile) -> bool:
    """A lesson on something else is no lesson for what was chosen in the page; the network's route is for all."""
    return match.held.record.kind is RecordKind.FRAMEWORK or lies_within(profile, _facets(match.held))


def _from_records(
    asked: Understood,
    evidence: Evidence,
    generation: Generation,
    pool: Sequence[Match],
    profile: Profile,
    helpful: Vectors,
) -> Iterator[Candidate]:
    """Rated for what they say, wherever they stand: a programme's best passage counts for all that it tells.
    ``helpful``: a row for each thing that stands in the way, what would help."""
    hits = [ScoredPassage(passage, 0.0, 0) for match in pool for passage in match.held.passages]
    rated = {one.line: one for one in rate(asked, evidence.query, hits, generation)}
    general = _general_bonus(asked, evidence, pool, profile)
    bare = _is_bare(asked, profile)
    for match in pool:
        kind = match.held.record.kind
        route = bare and kind is RecordKind.FRAMEWORK
        for place, (part, statement) in enumerate(_statements(match.held)):
            says = _rated_of(match.held, statement, rated)
            helps = max((float((helpful @ one.vector).max(initial=0.0)) for one in says), default=0.0)
            advice = part is Part.DESPITE or (part in PHASES.values() and kind is RecordKind.LESSON)
            if says and match.general and helps >= HELPS and advice:
                yield Candidate(Part.DESPITE, says, _who(match.held), match.held.record.id, helps, kind)
            if says and part is not Part.DESPITE:
                score = max(one.score for one in says) + _STEER * (helps >= HELPS_SURELY)
                score += general if match.general else _FIT * match.fit + _SHARE * match.share
                score += _ON_ROUTE - place if route else 0.0
                yield Candidate(
                    part, says, _who(match.held), match.held.record.id, score, kind, helps * (helps >= HELPS_SURELY)
                )


def _is_bare(asked: Understood, profile: Profile) -> bool:
    """Whether nothing in particular is asked."""
    return not asked.terms and not profile.facets


def _general_bonus(asked: Understood, evidence: Evidence, pool: Sequence[Match], profile: Profile) -> float:
    """The less any programme fits, or any passage answers, the more the general route tells: all, where nothing in
    particular is asked."""
    if _is_bare(asked, profile):
        return 2 * _FIT
    fitting = max((match.fit for match in pool if match.programme), default=0.0)
    return _FIT * (1 - max(fitting, evidence.support if asked.terms else 0.0))


def _answering(candidate: Candidate, answers: Sequence[Rated]) -> Candidate:
    """A step that is among what answers the question best comes first."""
    best = {one.line for one in answers}
    found = any(one.line in best for one in candidate.rated)
    return replace(candidate, score=candidate.score + _ANSWERS * found)


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


def _keeps_promise(candidate: Candidate) -> bool:
    promised = _PROMISED.get(candidate.part)
    return promised is None or any(promised.search(one.passage.quote(one.sentence)) for one in candidate.rated)


def _statements(held: Held) -> Iterator[tuple[Part, Statement]]:
    for step in held.record.steps:
        if step.phase in PHASES:
            yield PHASES[step.phase], step
    for field, part in _FIELDS.items():
        yield from ((part, statement) for statement in getattr(held.record, field))
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
    text = own.passage.quote(own.sentence)
    alone = leans_back(own.passage, own.sentence) or not points_back(text)
    asserts = not text.rstrip("”’\"' ").endswith(("?", ":"))
    asserts = asserts and not (step and _NO_ACT.search(text))
    return own if alone and asserts and STANDS_ALONE <= len(text.split()) <= _LONGEST else one


def _pieces(picked: Sequence[Candidate]) -> Iterator[Piece]:
    """Part by part, and within each by who did it, best first."""
    for part in Part:
        groups: dict[str, list[Rated]] = {}
        for one in picked:
            if one.part is part:
                groups.setdefault(one.who, []).extend(one.rated)
        for who, group in groups.items():
            for place, quotation in enumerate(quotations(group, Intent.START)):
                yield Piece(_role(part, quotation), quotation, f"{part}: {who}" if place == 0 else None)


def _role(part: Part, quotation: Quotation) -> BlockRole:
    return BlockRole.STEP if part in PHASES.values() else words_of(quotation)


def _by_part(picked: Iterable[Candidate]) -> list[Candidate]:
    """Programmes first, each in the order in which it is shown."""
    order = list(Part)
    return sorted(picked, key=lambda one: (one.kind is not RecordKind.PROGRAMME, order.index(one.part)))


def _notes(profile: Profile, picked: Sequence[Candidate]) -> tuple[str, ...]:
    """What of what stands in the way was heard, and whether the sources say anything on it."""
    heard = tuple(map(called, profile.constraints))
    note = NOTE_DESPITE if any(one.part is Part.DESPITE for one in picked) else NOTE_NOT_DESPITE
    return (note.format(what=" and ".join(heard), heading=Part.DESPITE),) if heard else ()


def _contact(
    picked: Sequence[Candidate], matches: Sequence[Match], generation: Generation, narrowing: Narrowing
) -> Iterator[Piece]:
    """Whom to ask of what is quoted first, else of its organisation, else of what is quoted next; and the address, as
    the source prints it. A document's contact is asked of what that document tells only."""
    by_id = {match.held.record.id: match.held for match in matches}
    told = (by_id[key] for key in dict.fromkeys(one.record_id for one in picked if one.record_id))
    asked = (one for held in told for one in (held, *_same_house(held, by_id.values())) if one.record.contact)
    for held in asked:
        contact = held.record.contact[0]
        found = [one for one in statement_quotations(held, contact.says) if fits(one.passage, narrowing)]
        if found:
            bodies = filter(None, (contact.organisation, found[0].passage.organisation))
            lines = (as_printed(found[0], body, generation, narrowing) for body in bodies)
            printed = next(filter(None, lines), None)
            for one in filter(None, (found[0], printed)):
                yield Piece(BlockRole.CONTACT, of_no_programme(one), f"{Part.CONTACT}: {contact.organisation}")
            return


def _same_house(held: Held, every: Iterable[Held]) -> Iterator[Held]:
    """What else is told of its organisation in the document from which it was learnt."""
    mine = held.record
    for one in every:
        same = mine.organisation and one.record.organisation == mine.organisation
        if same and one.record.contact and one.record.contact[0].at.source == mine.summary.at.source:
            yield one


def _quoted_facets(picked: Sequence[Candidate], programmes: Mapping[str, frozenset[str]]) -> Iterator[frozenset[str]]:
    """Of whatever is quoted of a programme or an organisation."""
    for one in picked:
        if one.record_id and one.record_id in programmes:
            yield programmes[one.record_id]
        yield from (frozenset(r.passage.facets) for r in one.rated if r.passage.organisation or r.passage.programme_id)


def _who(held: Held) -> str:
    title, organisation = held.record.title, held.organisation
    return title if organisation in (None, title) else f"{organisation}: {title}"


def _facets(held: Held) -> frozenset[str]:
    """Trust types may be the organisation's, so the passages are asked."""
    return frozenset(held.passages[0].facets)
