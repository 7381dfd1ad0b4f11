"""Which statements a plan is made of, part by part: the best that nothing picked before says already, within the room
there is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.records import Phase, RecordKind
from retrieval.choose import repeats
from retrieval.cite import quotations
from retrieval.evidence import Rated
from retrieval.intent import Intent


class Part(StrEnum):
    """The parts of a plan in their order, each by its heading."""

    NEAREST = "Closest to your question"
    DESPITE = "With what stands in your way"
    FIRST_WEEKS = "First weeks"
    FIRST_MONTHS = "First months"
    FIRST_YEAR = "First year"
    RESULTS = "What came of it"
    EXPECTED = "What is expected"
    MEASURES = "What to measure"
    NEEDS = "What it took"
    OBSTACLES = "What got in the way"
    CONTACT = "Whom to ask"


PHASES = {Phase.FIRST_WEEKS: Part.FIRST_WEEKS, Phase.FIRST_MONTHS: Part.FIRST_MONTHS, Phase.FIRST_YEAR: Part.FIRST_YEAR}

# Candidates and words at most of each part, in the order in which they are picked.
ROOM: Mapping[Part, tuple[int, int]] = {
    Part.DESPITE: (2, 90),
    Part.FIRST_WEEKS: (2, 50),
    Part.FIRST_MONTHS: (2, 50),
    Part.FIRST_YEAR: (2, 50),
    Part.RESULTS: (1, 55),
    Part.EXPECTED: (1, 55),
    Part.NEEDS: (1, 60),
    Part.OBSTACLES: (1, 45),
    Part.MEASURES: (1, 40),
    Part.NEAREST: (5, 135),
}
# Whoever asks how to evaluate is told of measures first.
ROOM_TO_MEASURE: Mapping[Part, tuple[int, int]] = {
    **ROOM,
    Part.RESULTS: (0, 0),
    Part.EXPECTED: (0, 0),
    Part.OBSTACLES: (0, 0),
    Part.MEASURES: (3, 110),
}
# Where nothing in particular is asked, the steps of a framework are told whole.
ROOM_FOR_A_ROUTE: Mapping[Part, tuple[int, int]] = {
    Part.FIRST_WEEKS: (2, 80),
    Part.FIRST_MONTHS: (4, 160),
    Part.FIRST_YEAR: (2, 65),
}
_FREE = (*PHASES.values(), Part.NEAREST, Part.DESPITE)  # parts that any record may fill
_WORDS_AT_MOST = 280  # and what is filed of the programmes, and whom to ask
_WORDS_OF_PROGRAMMES = 130
_WORDS_FOR_A_PHASE = 35  # whatever is told before
_SURELY = 0.5  # what a saying must mean of the question to be a step
_AS_NEAR = 0.62  # of the nearest step's cosine
_AS_CLOSE = 0.5  # of the cosine of what is closest to the question, step or not
_AS_FITTING = 0.75  # of the best step's score: below, a programme shares a facet with the question and no more


@dataclass(frozen=True, slots=True)
class Bar:
    """What a programme's step must reach, and a lesson's: its score, its cosine with the question."""

    score: float
    meaning: float
    lesson: float


# Where only the page tells what for, the programmes recorded under it are meant.
ON_SUBJECT, AS_CHOSEN = Bar(0.75, 0.18, 0.42), Bar(0.0, -1.0, 2.0)
AT_STAGE = 0.35  # a lesson, by what furthers whoever is past the start


@dataclass(frozen=True, slots=True)
class Candidate:
    """One statement that may be quoted. ``who`` did or says it; ``record_id`` is None for what no record tells.
    ``beside``: the programmes beside whose steps it may stand, where it is not of one. ``vague``: it is filed as a
    step, and tells none."""

    part: Part
    rated: tuple[Rated, ...]
    who: str
    record_id: str | None
    score: float
    kind: RecordKind | None = None
    helps: float = 0.0
    beside: frozenset[str] = frozenset()
    vague: bool = False

    @property
    def meaning(self) -> float:
        """How near it comes to what is asked, or to what helps against what stands in the way."""
        return max(self.helps, *(one.meaning for one in self.rated))

    @property
    def words(self) -> int:
        return sum(len(one.text.split()) for one in quotations(self.rated, Intent.START))

    @property
    def places(self) -> frozenset[tuple[str, int]]:
        """The sentences that are shown with it: what it leans on comes along."""
        quoted = quotations(self.rated, Intent.START)
        return frozenset((one.passage.passage_id, at) for one in quoted for at in range(one.first, one.last + 1))


def pick(
    candidates: Sequence[Candidate], room: Mapping[Part, tuple[int, int]], programmes: Collection[str], bar: Bar
) -> list[Candidate]:
    """The best of each part that nothing picked before says already, within the room there is. What came of a
    programme, what it took and so on are told only where its steps are."""
    picked: list[Candidate] = []
    bar = _raised(bar, candidates)
    for part, (most, words) in room.items():
        told = {one.record_id for one in picked if one.part in PHASES.values()} & set(programmes)
        free = part in _FREE or (room is ROOM_TO_MEASURE and part is Part.MEASURES)
        mine = [one for one in candidates if one.part is part and (free or ({one.record_id} | one.beside) & told)]
        room_left = _room_left(picked, free)
        left = min(words, max(room_left, _WORDS_FOR_A_PHASE if part in PHASES.values() else 0))
        mine = [one for one in mine if not (one.vague and part is Part.DESPITE)]
        mine.sort(key=lambda one: (one.vague, -one.score))
        if part in PHASES.values() and room is not ROOM_FOR_A_ROUTE:
            picked += _steps(mine, picked, most, left, bar)
        else:
            picked += _within(mine, picked, most, left)
    return picked


def _raised(bar: Bar, candidates: Sequence[Candidate]) -> Bar:
    """The bar where better steps are to be had: far behind the best, one shares a word or a facet with the question."""
    programmes = [one for one in candidates if one.part in PHASES.values() and one.kind is RecordKind.PROGRAMME]
    best = max((one.score for one in programmes), default=0.0)
    nearest = max((one.meaning for one in programmes), default=0.0)
    closest = max((one.meaning for one in candidates if one.part is Part.NEAREST), default=0.0)
    meaning = max(bar.meaning, _AS_NEAR * nearest, _AS_CLOSE * closest) if bar.meaning > 0 else bar.meaning
    return replace(bar, score=max(bar.score, _AS_FITTING * best), meaning=meaning)


def _room_left(picked: Sequence[Candidate], free: bool) -> int:
    """What came of it, what it took and so on have a room of their own: the lines before would leave them none."""
    taken = sum(one.words for one in picked if (one.part in _FREE) == free)
    return (_WORDS_AT_MOST if free else _WORDS_OF_PROGRAMMES) - taken


def _steps(mine: Sequence[Candidate], before: Sequence[Candidate], most: int, words: int, bar: Bar) -> list[Candidate]:
    """Steps of one phase: programmes' that fit, and lessons' that mean what is asked; where there is none, the
    network's route, whole and in its order from its first step; last, what comes nearest."""
    goes_on = mine and (mine[0].part is Part.FIRST_WEEKS or any(one.kind is RecordKind.FRAMEWORK for one in before))
    route = sorted((one for one in mine if one.kind is RecordKind.FRAMEWORK), key=lambda one: one.rated[0].line)
    lessons = [one for one in mine if one.kind is RecordKind.LESSON]
    fitting = [one for one in mine if _fits_well(one, bar) or (one in lessons and _means_it(one, bar))]
    return (
        _within(fitting, before, most, words)
        or _within(route if goes_on else (), before, *ROOM_FOR_A_ROUTE[Part.FIRST_MONTHS])
        or _within(sorted(mine, key=lambda one: _farness(one, before)), before, 1, words)
    )


def _farness(step: Candidate, before: Iterable[Candidate]) -> tuple[bool, bool, bool, float]:
    """A step of the route says little by itself, and one of a further programme is about something else."""
    told = {one.record_id for one in before if one.kind is RecordKind.PROGRAMME}
    further = step.kind is RecordKind.PROGRAMME and bool(told) and step.record_id not in told
    return step.kind is RecordKind.FRAMEWORK, further, step.vague, -step.meaning


def _fits_well(step: Candidate, bar: Bar) -> bool:
    fits = step.score >= bar.score and step.meaning >= bar.meaning
    return step.kind is RecordKind.PROGRAMME and fits and not step.vague


def _means_it(step: Candidate, bar: Bar) -> bool:
    return step.meaning >= (_SURELY if step.vague else bar.lesson)


def _within(candidates: Iterable[Candidate], before: Sequence[Candidate], most: int, words: int) -> list[Candidate]:
    kept: list[Candidate] = []
    for one in candidates:
        if len(kept) == most:
            break
        others = [*before, *kept]
        if one.words <= words and not any(one.places & other.places or _repeats(one, other) for other in others):
            kept.append(one)
            words -= one.words
    return kept


def _repeats(one: Candidate, other: Candidate) -> bool:
    return any(repeats(mine, theirs) for mine in one.rated for theirs in other.rated)
