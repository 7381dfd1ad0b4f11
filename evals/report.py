"""One HTML file of one or more runs: tables, plots and every query, with nothing from any other host and no script.

What is drawn is also in a table. A policy in the page itself forbids it to load anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from corpus.errors import AnchorlineError
from evals.compare import Side, cells_of_test, changes, compared, matched
from evals.measures import means
from evals.plots import bars, spread
from evals.record import Run, System
from evals.show import aspects, main_measures, slice_mean, sliced

_STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem }
table { border-collapse: collapse; margin: .5rem 0 1.5rem }
caption, figcaption { text-align: left; font-weight: 600; padding: .25rem 0; white-space: nowrap }
figure { margin: .5rem 0 1.5rem }
th, td { border-bottom: 1px solid #8886; padding: .2rem .6rem; text-align: left; vertical-align: top }
td.figure { text-align: right; font-variant-numeric: tabular-nums }
.scroll { overflow-x: auto }
svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif }
summary { cursor: pointer; padding: .25rem 0 }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

Cells = Sequence[Sequence[str]]


def html_report(runs: Sequence[Side]) -> str:
    numbers = itertools.count(1)
    title = "Evaluation: " + ", ".join(dict.fromkeys(one.run.settings.suite for one in runs))
    body = [f"<h1>{escape(title)}</h1>", *(part for one in runs for part in _run(one, numbers))]
    if len(runs) == 2:
        body += _comparison(runs[0], runs[1], numbers)
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n" + "\n".join(body) + "\n</main>\n</body>\n</html>\n"
    )


def _run(one: Side, numbers: Iterator[int]) -> Iterator[str]:
    run = one.run
    yield f"<h2>{escape(one.name)}</h2>"
    yield _table("What was run", ("setting", "value"), _settings(run))
    if run.faults:
        yield _table("Broken promises", ("fault",), [(fault,) for fault in run.faults])
    found = {name: means(result.values for result in system.values()) for name, system in run.systems.items()}
    measures = tuple(dict.fromkeys(measure for mean in found.values() for measure in mean))
    rows = [
        (name, *(_cell(mean.get(m)) for m in measures), str(len(run.systems[name]))) for name, mean in found.items()
    ]
    yield _table("Means over the scored queries", ("pipeline", *measures, "scored"), rows)
    shown = [m for m in measures if m != "words"]
    groups = {m: {name: mean[m] for name, mean in found.items() if m in mean} for m in shown}
    yield bars(f"Means by measure, {one.name}", groups, next(numbers))
    for caption, figures in (
        ("Ceiling: recall that the candidates of each leg allow", run.ceilings),
        ("Of the whole run", run.figures),
        ("Costs on the machine that ran it", run.costs),
    ):
        if figures:
            yield _table(caption, ("what", "value"), [(name, f"{value:.3f}") for name, value in figures.items()])
    yield from _slices(run, numbers)
    yield from _queries(run)


def _settings(run: Run) -> Cells:
    made_of = run.settings
    return [
        ("suite, split", f"{made_of.suite}, {made_of.split}"),
        ("depth", str(made_of.k)),
        ("passages", f"{run.passages}, SHA-256 {run.passages_sha256}"),
        ("sources", f"SHA-256 {made_of.corpus}"),
        ("questions and judgements", f"SHA-256 {made_of.topics}"),
        ("encoder", made_of.encoder),
        ("version, seed", f"{run.version}, {run.seed}"),
        ("could not be scored", ", ".join(run.not_scorable) or "none"),
    ]


def _slices(run: Run, numbers: Iterator[int]) -> Iterator[str]:
    measures = main_measures(run)
    if not measures:
        return
    for aspect in aspects(run):
        rows = []
        groups: dict[str, Mapping[str, float]] = {}
        for value, members in sliced(run, aspect).items():
            cells = {n: [slice_mean(s, members, m) for m in measures] for n, s in run.systems.items()}
            rows.append((value, str(len(members)), *(_cell(one) for every in cells.values() for one in every)))
            groups[f"{value} ({len(members)})"] = {n: e[-1] for n, e in cells.items() if e[-1] is not None}
        header = (aspect, "n", *(f"{name} {measure}" for name in run.systems for measure in measures))
        yield _table(f"By {aspect}", header, rows)
        yield bars(f"{measures[-1]} by {aspect}", groups, next(numbers))


def _queries(run: Run) -> Iterator[str]:
    for name, system in run.systems.items():
        measures = tuple(dict.fromkeys(measure for result in system.values() for measure in result.values))
        rows = [
            (
                query,
                run.topics[query].question,
                *(_cell(result.values.get(m)) for m in measures),
                _top(run, query, system),
            )
            for query, result in system.items()
        ]
        header = ("query", "question", *measures, "first five (* relevant)")
        yield f"<details><summary>Every query of {escape(name)}</summary>{_table(name, header, rows)}</details>"


def _top(run: Run, query: str, system: System) -> str:
    qrels = run.topics[query].qrels
    return ", ".join(f"{one}{'*' if qrels.get(one, 0) > 0 else ''}" for one in system[query].ranking[:5])


def _comparison(first: Side, second: Side, numbers: Iterator[int]) -> Iterator[str]:
    """Where the two may be compared; runs of different things are shown side by side, with the reason."""
    yield f"<h2>{escape(first.name)} (A) against {escape(second.name)} (B)</h2>"
    try:
        tested = compared(first, second)
    except AnchorlineError as error:
        yield f"<p>Not compared: {escape(str(error))}</p>"
        return
    header = ("pipeline", "measure", "n", "A", "B", "difference", "95 % interval", "effect", "p, corrected", "verdict")
    yield _table("Paired randomisation test, two-sided, Holm-corrected", header, map(cells_of_test, tested))
    measure = (main_measures(second.run) or ("nDCG@10",))[0]
    for a, b in matched(first, second):
        moved = changes(first.systems[a], second.systems[b], measure)
        yield spread(f"{b}: change of {measure}, query by query", list(moved.values()), next(numbers))


def _table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(_row(row) for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[str]) -> str:
    first, *rest = row
    cells = "".join(
        f'<td class="figure">{escape(cell)}</td>' if _is_figure(cell) else f"<td>{escape(cell)}</td>" for cell in rest
    )
    return f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'


def _is_figure(cell: str) -> bool:
    return cell == "-" or cell.lstrip("+-").replace(".", "", 1).isdigit()


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
