"""Which records fit who asks: every one by what it is filed under and by what it says, and those to pick from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.records import Population, Record, RecordKind
from retrieval.evidence import Evidence
from retrieval.generation import Generation
from retrieval.profile import Profile, fit, lies_within, specificity
from retrieval.programmes import Held, held_records

_PROGRAMMES = 8
_AS_GOOD = 0.85  # of the best programme's match, and of the likest: a further one tells steps of something else
_NEARLY_AS_GOOD, _A_FEW = 0.75, 3
_LESSONS = 4
_ANYBODY = (Population.PATIENTS, Population.STAFF, Population.LOCAL_PEOPLE)  # nearly every programme is for them


@dataclass(frozen=True, slots=True)
class Match:
    """A record, how well it fits the profile (0 to 1), its best passage's score as a share of the best of all, and how
    much of what the question is about it is filed under."""

    held: Held
    fit: float
    share: float
    specific: float = 0.0

    @property
    def good(self) -> float:
        return self.fit + self.share

    @property
    def general(self) -> bool:
        return self.held.record.kind in (RecordKind.LESSON, RecordKind.FRAMEWORK)

    @property
    def programme(self) -> bool:
        return self.held.record.kind is RecordKind.PROGRAMME


def matches_of(profile: Profile, evidence: Evidence, generation: Generation) -> list[Match]:
    """Every record, best first: by fit and by rank, neither of which is enough by itself."""
    known = list(held_records(generation.content).values())
    scores = {generation.place[hit.passage.passage_id]: hit.score for hit in evidence.passages}
    ranks = _shares([max(_scores(held, scores, generation)) for held in known])
    means = _shares([_meaning(held, evidence, generation) for held in known])
    found = [
        Match(held, fit(profile, having), (rank**2 + mean) / 2, specificity(profile, having))
        for held, rank, mean in zip(known, ranks, means, strict=True)
        for having in [facets_of_record(held)]
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


def pool_of(matches: Sequence[Match], profile: Profile) -> list[Match]:
    """The records to pick from: the best programmes, of those that were asked for in the page and on a topic that
    the question names if there are any, the best lessons, whatever general has steps, and every lesson where something
    stands in the way, alone where nothing else is told. Past the start, programmes that are of use there, if any."""
    programmes = [match for match in matches if match.programme]
    within = [match for match in programmes if lies_within(profile, facets_of_record(match.held))] or programmes
    topics = _topics(profile)
    within = [match for match in within if topics & facets_of_record(match.held)] or within
    within = [match for match in within if at_stage(match, profile)] or within
    fitting = _fitting(within, profile)
    general = [match for match in matches if match.general and _may_tell(match, profile)]
    lessons = general if profile.stage else general[:_LESSONS]
    more = (match for match in general[len(lessons) :] if match.held.record.steps or profile.constraints)
    return [*([] if profile.hindered_only else fitting), *lessons, *more]


def _fitting(within: Sequence[Match], profile: Profile) -> list[Match]:
    """Of these, the best, and always a few: one alone may share no more than a word."""
    best = max((match.good for match in within), default=0.0)
    likest = max((match.share for match in within), default=0.0)
    likest = 0.0 if profile.unused else likest  # a place by its name is like nothing that may become of it
    near = [match for match in within if match.good >= _AS_GOOD * best and match.share >= _AS_GOOD * likest]
    nearly = [match for match in within if match.good >= _NEARLY_AS_GOOD * best][:_A_FEW]
    return near[:_PROGRAMMES] if len(near) >= len(nearly) else nearly


def _topics(profile: Profile) -> frozenset[str]:
    """What the question is about, flat: the determinants and the people that it names, else the pillars."""
    named = {f"determinant:{one}" for one in profile.facets.get("determinant", ())}
    named |= {f"population:{one}" for one in profile.facets.get("population", ()) if one not in _ANYBODY}
    return frozenset(named or {f"pillar:{one}" for one in profile.facets.get("pillar", ())})


def _may_tell(match: Match, profile: Profile) -> bool:
    """A lesson on something else is no lesson for what was chosen in the page, nor one on a determinant for whoever
    tells of a hindrance only; the network's route is for all."""
    if profile.hindered_only and match.held.record.facets.determinant:
        return match.held.record.kind is RecordKind.FRAMEWORK
    return match.held.record.kind is RecordKind.FRAMEWORK or lies_within(profile, facets_of_record(match.held))


def at_stage(match: Match, profile: Profile) -> bool:
    """Whether a record is of use where whoever asks is: a running programme needs no first step."""
    return profile.stage is None or f"stage:{profile.stage}" in facets_of_record(match.held)


def houses_of(pool: Sequence[Match], generation: Generation) -> list[tuple[Held, frozenset[str]]]:
    """What is filed of the organisations of these programmes as a whole, where it was learnt from the same document,
    and the ids of the programmes."""
    every = [held for held in held_records(generation.content).values() if held.record.kind is RecordKind.ORGANISATION]
    found = []
    for house in every:
        mine = (match.held.record for match in pool if match.programme)
        beside = frozenset(one.id for one in mine if same_house(one, house.record))
        if beside:
            found.append((house, beside))
    return found


def same_house(one: Record, other: Record) -> bool:
    """Whether two records are of one organisation, and learnt from one document."""
    return bool(one.organisation) and one.organisation == other.organisation and _source(one) == _source(other)


def _source(record: Record) -> str:
    return record.summary.at.source


def facets_of_record(held: Held) -> frozenset[str]:
    """Trust types may be the organisation's, so the passages are asked."""
    return frozenset(held.passages[0].facets)
