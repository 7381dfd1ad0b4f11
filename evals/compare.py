"""Two runs side by side: means, whether the difference is real, where it lies, and which queries lost most.

Comparable are runs that asked the same of the same sources; index, pipeline, encoder and way of cutting may differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import AnchorlineError
from evals.record import Result, Run, System, TopicRecord, load
from evals.show import aspects, main_measures, sliced
from evals.significance import Paired, holm, paired
from evals.tables import table

_FEWEST = 5  # queries in a slice; a test of fewer says nothing
_SHOWN = 5  # places of a ranking

Tested = Mapping[str, Paired]  # by measure


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a run, and one of its systems under a name to show."""

    name: str
    run: Run
    systems: Mapping[str, System]


def read_side(given: str) -> Side:
    """``FILE``, or ``FILE:PIPELINE`` for one of its pipelines. Raises AnchorlineError."""
    path, _, only = given.rpartition(":") if ":" in given and not Path(given).is_file() else (given, "", "")
    run = load(Path(path))
    if only and only not in run.systems:
        raise AnchorlineError(f"{path} has no pipeline {only}; it has {', '.join(run.systems)}")
    return Side(
        f"{Path(path).name}{f':{only}' if only else ''}", run, {only: run.systems[only]} if only else run.systems
    )


def compare(first: Side, second: Side, worst: int = 10) -> str:
    """All of it as text. Raises AnchorlineError when the two cannot be compared."""
    rows = compared(first, second)
    parts = [
        f"A {first.name}\nB {second.name}\np by paired randomisation, two-sided, Holm-corrected; interval 95 %, BCa",
        _table(rows),
    ]
    measure = (main_measures(second.run) or ("nDCG@10",))[0]
    for a, b in matched(first, second):
        parts += [by_slice(first, second, a, b, measure), "\n".join(losses(first, second, a, b, measure, worst))]
    return "\n\n".join(part for part in parts if part)


def compared(first: Side, second: Side) -> tuple[tuple[str, str, Paired], ...]:
    """Pipeline, measure and test of everything that both give, corrected together. Raises AnchorlineError."""
    check_comparable(first.run, second.run)
    tested = {
        (a if a == b else f"{a} → {b}", measure): one
        for a, b in matched(first, second)
        for measure, one in tests(first.systems[a], second.systems[b], second.run.seed).items()
    }
    return tuple((name, measure, one) for (name, measure), one in holm(tested).items())


def changes(first: System, second: System, measure: str) -> dict[str, float]:
    """By query, what the second gives more than the first."""
    return {
        query: second[query].values[measure] - one.values[measure]
        for query, one in first.items()
        if measure in one.values and query in second and measure in second[query].values
    }


def check_comparable(first: Run, second: Run) -> None:
    a, b = first.settings, second.settings
    for what, one, other in (
        ("suite", a.suite, b.suite),
        ("split", a.split, b.split),
        ("depth", str(a.k), str(b.k)),
        ("questions and judgements", a.topics, b.topics),
        ("sources", a.corpus, b.corpus),
    ):
        if one != other:
            raise AnchorlineError(
                f"the two runs differ in their {what} ({one[:12]}, {other[:12]}), so a difference of figures would say "
                "nothing of the change; run the same suite over the same sources again"
            )


def matched(first: Side, second: Side) -> Iterator[tuple[str, str]]:
    """Pipelines of the same name, or the only ones of both sides."""
    if len(first.systems) == len(second.systems) == 1:
        yield next(iter(first.systems)), next(iter(second.systems))
        return
    common = [name for name in first.systems if name in second.systems]
    if not common:
        raise AnchorlineError(
            f"{first.name} and {second.name} have no pipeline in common; name one of each as FILE:PIPELINE"
        )
    yield from ((name, name) for name in common)


def tests(first: System, second: System, seed: int, measures: Sequence[str] = ()) -> Tested:
    """Each measure over the queries that both have a value of; all measures that both give unless some are named."""
    found: dict[str, Paired] = {}
    for measure in measures or tuple(m for m in _measures(first) if m in _measures(second)):
        both = changes(first, second, measure)
        if both:
            olds, news = ([side[query].values[measure] for query in both] for side in (first, second))
            found[measure] = paired(olds, news, seed)
    return found


def by_slice(first: Side, second: Side, a: str, b: str, measure: str) -> str:
    """The same test in each slice of some size, corrected over them all."""
    one, other = first.systems[a], second.systems[b]
    found: dict[str, Paired] = {}
    for aspect in aspects(second.run):
        for value, members in sliced(second.run, aspect).items():
            cut = {query: one[query] for query in members if query in one}
            tested = tests(cut, other, second.run.seed, (measure,))
            if tested and tested[measure].n >= _FEWEST:
                found[f"{aspect}: {value}"] = tested[measure]
    return f"{a} → {b} by slice\n{_table([(n, measure, p) for n, p in holm(found).items()])}" if found else ""


def losses(first: Side, second: Side, a: str, b: str, measure: str, worst: int) -> Iterator[str]:
    """Wins and losses counted, then the worst losses with both rankings and the first words of their passages."""
    one, other = first.systems[a], second.systems[b]
    change = changes(one, other, measure)
    better, worse = sum(d > 0 for d in change.values()), sum(d < 0 for d in change.values())
    yield f"{a} → {b}, {measure}: {better} better, {worse} worse, {len(change) - better - worse} the same"
    for query in sorted((q for q in change if change[q] < 0), key=lambda q: (change[q], q))[:worst]:
        asked = second.run.topics[query]
        yield f"\n{change[query]:+.3f}  {query}: {asked.question}"
        yield from _ranking("A", one[query], asked, first.run)
        yield from _ranking("B", other[query], asked, second.run)


def _ranking(side: str, result: Result, asked: TopicRecord, run: Run) -> Iterator[str]:
    """A star marks what is relevant."""
    for place, name in enumerate(result.ranking[:_SHOWN], start=1):
        star = "*" if asked.qrels.get(name, 0) > 0 else " "
        yield f"   {side}{place} {star} {name}  {run.first_words.get(name, '')}".rstrip()
    if not result.ranking:
        yield f"   {side}  nothing"


def _measures(system: System) -> tuple[str, ...]:
    return tuple(dict.fromkeys(measure for result in system.values() for measure in result.values))


def cells_of_test(row: tuple[str, str, Paired]) -> tuple[str, ...]:
    name, measure, one = row
    return (
        name,
        measure,
        str(one.n),
        f"{one.first:.3f}",
        f"{one.second:.3f}",
        f"{one.difference:+.3f}",
        f"{one.low:+.3f}…{one.high:+.3f}",
        f"{one.effect:+.2f}",
        f"{one.p:.4f}",
        "real" if one.real else "may be chance",
    )


def _table(rows: Sequence[tuple[str, str, Paired]]) -> str:
    header = ("what", "measure", "n", "A", "B", "B - A", "interval", "effect", "p", "verdict")
    return table(header, [cells_of_test(row) for row in rows])
