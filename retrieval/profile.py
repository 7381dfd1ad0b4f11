"""Whom a plan is for: what the question and the page say of the trust, the topic, the people and what is in the way.

A profile steers what a plan picks. Where no record fits it whole, that is told, from the records and not from a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.records import Determinant, Pillar, Stage, TrustType
from retrieval.facets import words_for
from retrieval.phrases import Constraint, Unused
from retrieval.types import Narrowing
from retrieval.understand import Understood

# What people need and who they are say more of how to begin than what kind of trust they ask from.
_WEIGHTS: Mapping[str, float] = {"population": 3, "determinant": 3, "pillar": 2, "trust_type": 1.5, "stage": 0.5}
_ABOUT = ("population", "determinant", "pillar")
_CHOSEN = 2.0  # the least weight of what was chosen in the page
# Of several stages that a question speaks of, the one to plan for: whoever evaluates a pilot to spread it, spreads it.
_LATER = (Stage.SPREADING, Stage.MEASURING, Stage.MAKING_THE_CASE, Stage.DELIVERING)
_ENOUGH = 3.0  # the weight below which a profile says too little to be fitted whole
_WHOLE = ("trust_type", "pillar", "determinant", "population")  # what a programme must have to fit a profile whole

_TRUSTS: Mapping[str, tuple[str, str]] = {
    TrustType.ACUTE: ("an acute trust", "acute trusts"),
    TrustType.SPECIALIST: ("a specialist trust", "specialist trusts"),
    TrustType.MENTAL_HEALTH: ("a mental health trust", "mental health trusts"),
    TrustType.COMMUNITY: ("a community trust", "community trusts"),
    TrustType.AMBULANCE: ("an ambulance trust", "ambulance trusts"),
}

_GAP_TRUST = "No programme quoted here is from {wanted}{nearest}."
_GAP_NEAREST = "; the nearest are from {kinds}"
_GAP_FACET = "No programme quoted here is recorded under “{wanted}”."
_GAP_WHOLE = "No one programme in the documents is recorded under all of this: {wanted}. The nearest are quoted."


@dataclass(frozen=True, slots=True)
class Profile:
    """``facets``: values by facet, as in the records; ``chosen``: those of them that were chosen in the page.
    ``stage``: where on the way whoever asks says to be, if it is past the start. ``unused``: what they have to give."""

    facets: Mapping[str, tuple[str, ...]]
    chosen: Mapping[str, tuple[str, ...]]
    constraints: tuple[Constraint, ...]
    stage: Stage | None = None
    unused: tuple[Unused, ...] = ()

    @property
    def hindered_only(self) -> bool:
        """Whether all that it tells is what stands in the way: no programme is about that."""
        return bool(self.constraints) and not self.facets


def profile_of(asked: Understood, narrowing: Narrowing) -> Profile:
    """What was chosen in the page stands; what the question speaks of is added to it."""
    said = {name: values for name, values in asked.facets.items() if name != "stage"}  # it filters, and weighs nothing
    if Pillar.EMPLOYMENT in said.get("pillar", ()):
        said["determinant"] = (*said.get("determinant", ()), Determinant.EMPLOYMENT)
    both = {name: (*narrowing.facets.get(name, ()), *said.get(name, ())) for name in _WEIGHTS}
    facets = {name: tuple(dict.fromkeys(values)) for name, values in both.items() if values}
    chosen = {name: values for name, values in narrowing.facets.items() if values}
    constraints = tuple(Constraint(one) for one in asked.facets.get("constraint", ()))
    unused = tuple(Unused(one) for one in asked.facets.get("unused", ()))
    return Profile(facets, chosen, constraints, _stage_of(asked.facets.get("stage", ()), constraints), unused)


def _stage_of(said: Sequence[str], constraints: Sequence[Constraint]) -> Stage | None:
    """The stage that the question says, if none of it is to begin; whoever's money runs out, runs something."""
    if Constraint.MONEY_ENDS in constraints:
        return Stage.SPREADING
    later = next((one for one in _LATER if one in said), None)
    return None if Stage.STARTING in said and later is not Stage.MAKING_THE_CASE else later


def subject_of(profile: Profile, question: str) -> str:
    """What it is about, and for whom, in the records' words and the question's; empty where the profile does not
    tell."""
    named = [(name, value) for name in _ABOUT for value in profile.facets.get(name, ())]
    said = (word for name, value in named for word in (_in_words(name, value), words_for(question, name, value)))
    return ", ".join(dict.fromkeys(filter(None, said)))


def fit(profile: Profile, facets: Iterable[str]) -> float:
    """How much of a profile flat facets ("determinant:housing") meet, 0 to 1. A profile that names little is met by
    none: a programme is not picked for being recorded as of use to starters."""
    having = frozenset(facets)
    weights = {name: max(_WEIGHTS[name], _CHOSEN * (name in profile.chosen)) for name in profile.facets}
    total = sum(weights.values())
    met = sum(weights[name] * _share(name, values, having) for name, values in profile.facets.items())
    return met / max(total, _ENOUGH)


def specificity(profile: Profile, facets: Iterable[str]) -> float:
    """Of the facets by which a question says what it is about and for whom, the share that flat facets meet."""
    having = frozenset(facets)
    asked = [_flat(name, values) for name, values in profile.facets.items() if name in _ABOUT]
    return sum(bool(one & having) for one in asked) / len(asked) if asked else 0.0


def lies_within(profile: Profile, facets: Iterable[str]) -> bool:
    """Whether flat facets have, of each facet that was chosen in the page, any of its values."""
    having = frozenset(facets)
    return all(_flat(name, values) & having for name, values in profile.chosen.items())


def gaps_against(
    profile: Profile, quoted: Sequence[frozenset[str]], every: Iterable[frozenset[str]]
) -> tuple[str, ...]:
    """What of a profile no programme meets. ``quoted``: the flat facets of each programme that a plan quotes;
    ``every``: of each that the index holds."""
    together = frozenset().union(*quoted)
    missed = {name: left for name, values in _asked_for(profile).items() if (left := _left(name, values, together))}
    gaps = [_missing(name, values, together) for name, values in missed.items()]
    if not missed and len(_asked_for(profile)) > 1 and not any(_whole(profile, having) for having in every):
        wanted = (_in_words(name, value) for name, values in _asked_for(profile).items() for value in values)
        gaps.append(_GAP_WHOLE.format(wanted=", ".join(dict.fromkeys(wanted))))
    return tuple(dict.fromkeys(gaps))


def _left(name: str, values: tuple[str, ...], met: frozenset[str]) -> tuple[str, ...]:
    """Each determinant that is asked for counts by itself; of the other facets, any value will do."""
    left = tuple(value for value in values if f"{name}:{value}" not in met)
    return left if name == "determinant" or left == values else ()


def _asked_for(profile: Profile) -> Mapping[str, tuple[str, ...]]:
    return {name: profile.facets[name] for name in _WHOLE if name in profile.facets}


def _whole(profile: Profile, having: frozenset[str]) -> bool:
    return all(_flat(name, values) & having for name, values in _asked_for(profile).items())


def _missing(name: str, values: Sequence[str], quoted: frozenset[str]) -> str:
    if name != "trust_type":
        return _GAP_FACET.format(wanted=_either([_in_words(name, value) for value in values]))
    nearest = [plural for kind, (_, plural) in _TRUSTS.items() if f"trust_type:{kind}" in quoted]
    told = _GAP_NEAREST.format(kinds=_either(nearest, "and")) if nearest else ""
    return _GAP_TRUST.format(wanted=_either([_in_words(name, value) for value in values]), nearest=told)


def _share(name: str, values: Sequence[str], having: frozenset[str]) -> float:
    """How many of a facet's values are met, and how few others there are: what is recorded under everything is about
    nothing much."""
    met = len(_flat(name, values) & having)
    others = sum(one.startswith(f"{name}:") for one in having)
    return 0.25 + 0.25 * met / len(values) + 0.5 * met / others if met else 0.0


def _flat(name: str, values: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{name}:{value}" for value in values)


def _in_words(name: str, value: str) -> str:
    if name == "trust_type" and value in _TRUSTS:
        return _TRUSTS[value][0]
    return value.replace("_", " ")


def _either(words: Sequence[str], joint: str = "or") -> str:
    return f" {joint} ".join(filter(None, (", ".join(words[:-1]), words[-1])))
