"""The tables that the terminal shows of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from statistics import fmean

from evals.measures import means
from evals.record import Run, System
from evals.tables import table

_PAIRED = ("typo", "follow_up")  # kinds that promise to lose little against the same question in other words
_MAIN = ("recall@5", "recall@10", "nDCG@10", "R@10", "nuggets", "citation recall", "answer@1", "rationale@1")


def show(run: Run) -> str:
    """Overall figures, ceilings, slices, variants beside their twins, costs, and what could not be scored."""
    made_of = run.settings
    title = (
        f"suite {made_of.suite}, split {made_of.split}, {run.passages} passages, corpus {made_of.corpus[:12]}, "
        f"encoder {made_of.encoder[:40]}"
    )
    if not any(run.systems.values()):
        return f"{title}\n\nNo question could be scored: this index holds none of the evidence.\n{_apart(run)}"
    parts = [title, overall(run.systems), _figures("ceiling of recall", run.ceilings), _slices(run), pairs(run)]
    parts += [_figures("of the whole run", run.figures), _figures("costs on this machine", run.costs), _apart(run)]
    return "\n\n".join(part for part in parts if part)


def overall(systems: Mapping[str, System]) -> str:
    found = {name: means(result.values for result in system.values()) for name, system in systems.items()}
    measures = tuple(dict.fromkeys(measure for mean in found.values() for measure in mean))
    rows = [
        (name, *(_cell(mean.get(measure)) for measure in measures), str(len(systems[name])))
        for name, mean in found.items()
    ]
    return table(("pipeline", *measures, "scored"), rows)


def main_measures(run: Run) -> tuple[str, ...]:
    """At most two measures to show where there is no room for all."""
    given = {measure for system in run.systems.values() for result in system.values() for measure in result.values}
    return tuple(measure for measure in _MAIN if measure in given)[:2]


def sliced(run: Run, aspect: str) -> Mapping[str, tuple[str, ...]]:
    """The queries under each value of an aspect; one with several values counts under each."""
    found: dict[str, list[str]] = {}
    for query, asked in run.topics.items():
        for value in asked.slices.get(aspect, ()):
            found.setdefault(value, []).append(query)
    return {value: tuple(members) for value, members in sorted(found.items())}


def aspects(run: Run) -> tuple[str, ...]:
    return tuple(dict.fromkeys(aspect for asked in run.topics.values() for aspect in asked.slices))


def slice_mean(system: System, members: Iterable[str], measure: str) -> float | None:
    """Over those of the members that have the measure; None where none has."""
    found = (system[query].values for query in members if query in system)
    values = [one[measure] for one in found if measure in one]
    return fmean(values) if values else None


def pairs(run: Run) -> str:
    """Variants beside their twins: the same question spelt right, or written out."""
    measure = (main_measures(run) or ("",))[-1]
    rows = [
        (kind, name, str(n), f"{variant:.3f}", f"{twin:.3f}", f"{variant - twin:+.3f}")
        for kind in _PAIRED
        for name in run.systems
        for n, variant, twin in against_twins(run, name, kind, measure)
    ]
    header = ("kind", "pipeline", "pairs", "variant", "twin", "difference")
    return (
        f"{measure} of variants, against the same questions spelt right or written out\n{table(header, rows)}"
        if rows
        else ""
    )


def against_twins(run: Run, system: str, kind: str, measure: str) -> Iterator[tuple[int, float, float]]:
    """How many variants of a kind there are with their twins, and the mean of each side; nothing if there is none."""
    scored = run.systems[system]
    twins = {q: asked.same_as for q, asked in run.topics.items() if kind in asked.slices.get("kind", ())}
    both = {q: twin for q, twin in twins.items() if twin and q in scored and twin in scored}
    variant, twin = (slice_mean(scored, side, measure) for side in (both.keys(), both.values()))
    if variant is not None and twin is not None:
        yield len(both), variant, twin


def _slices(run: Run) -> str:
    measures = main_measures(run)
    rows = []
    for aspect in aspects(run):
        for value, members in sliced(run, aspect).items():
            cells = (
                " / ".join(_cell(slice_mean(system, members, measure)) for measure in measures)
                for system in run.systems.values()
            )
            rows.append((aspect, value, str(len(members)), *cells))
    return f"{' / '.join(measures)} by slice\n{table(('aspect', 'value', 'n', *run.systems), rows)}" if rows else ""


def _figures(title: str, figures: Mapping[str, float]) -> str:
    rows = [(name, f"{value:.3f}") for name, value in figures.items()]
    return table((title, "value"), rows) if rows else ""


def _apart(run: Run) -> str:
    if not run.not_scorable:
        return "Every question that needs evidence could be scored."
    names = ", ".join(run.not_scorable)
    return (
        f"Not scorable, and kept out of every mean: {len(run.not_scorable)}, for which this index holds nothing of the "
        f"evidence (`python -m evals check` says what is missing): {names}"
    )


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
