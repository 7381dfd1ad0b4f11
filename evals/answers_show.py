"""The tables that the terminal shows of answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean, median

from evals.answers import Asked, verbatim_rate
from evals.measures import means
from evals.suite import Kind, Split
from evals.tables import table

_GROUNDED = ("citation precision", "citation recall", "attribution", "rationale F1")
_MEASURES = ("outcome", "nuggets", "contained", *_GROUNDED)


def answers_report(asked: Sequence[Asked]) -> str:
    """Counts and tables, then each fault, each quote not found in its source and each outcome not as expected."""
    quotes = sum(len(a.cited) for a in asked)
    faults = [f"{a.question.id}: {fault}" for a in asked for fault in a.faults]
    lines = [
        f"{len(asked)} questions, {quotes} quotes, {len(faults)} broken promises, "
        f"verbatim rate {verbatim_rate(asked):.4f}",
        "",
        _by_kind(asked),
        "",
        _by_split(asked),
        "",
        _pairs(asked),
    ]
    if any(a.unsourced is not None for a in asked):
        lost = [f"{a.question.id}: not in the source's own text: {line}" for a in asked for line in a.unsourced or ()]
        lines += [f"quoted lines not found in the source files' own text: {len(lost)}", *lost]
    wrong = [
        f"{a.question.id}: {a.status}, expected {' or '.join(a.question.status)}" for a in asked if not a.status_right
    ]
    return "\n".join([*lines, f"outcomes not as expected: {len(wrong)}", *wrong, *faults])


def _by_kind(asked: Sequence[Asked]) -> str:
    kinds = dict.fromkeys(a.question.kind for a in asked)
    rows = [_row(kind, [a for a in asked if a.question.kind is kind]) for kind in kinds]
    rows += [_row("all", asked)]
    return table(("kind", "n", *_MEASURES, "quotes", "words, median"), rows)


def _row(name: str, members: Sequence[Asked]) -> tuple[str, ...]:
    found = means(a.values for a in members)
    return (
        name,
        str(len(members)),
        *(f"{found[measure]:.3f}" if measure in found else "-" for measure in _MEASURES),
        str(sum(len(a.cited) for a in members)),
        f"{median(a.words for a in members):.0f}",
    )


def _by_split(asked: Sequence[Asked]) -> str:
    """Every fact counts once here, so that a share of facts can be promised; the kinds' means count every question."""
    halves = [(half, [a for a in asked if a.question.split is half]) for half in Split]
    rows = [_facts_row(name, members) for name, members in [*halves, ("all", asked)] if members]
    return table(("split", "questions", "facts asked for", "facts present", "share"), rows)


def facts_told(asked: Iterable[Asked]) -> tuple[bool, ...]:
    """Every fact asked for, once: whether the answer gives it."""
    return tuple(nugget for one in asked for nugget in one.nuggets)


def _facts_row(name: str, members: Sequence[Asked]) -> tuple[str, ...]:
    told = facts_told(members)
    share = f"{fmean(told):.3f}" if told else "-"
    return name, str(sum(bool(one.nuggets) for one in members)), str(len(told)), str(sum(told)), share


def _pairs(asked: Sequence[Asked]) -> str:
    """Facts given to a follow-up or a misspelt question, and to the same question written out."""
    by_id = {a.question.id: a for a in asked if a.nuggets}
    rows = []
    for kind in (Kind.FOLLOW_UP, Kind.TYPO):
        same_as = {i: a.question.same_as for i, a in by_id.items() if a.question.kind is kind}
        both = [(by_id[i].values["nuggets"], by_id[t].values["nuggets"]) for i, t in same_as.items() if t in by_id]
        if both:
            variant, twin = (fmean(side) for side in zip(*both, strict=True))
            rows.append((kind, str(len(both)), f"{variant:.3f}", f"{twin:.3f}", f"{variant - twin:+.3f}"))
    return table(("facts given", "pairs", "variant", "twin", "difference"), rows) if rows else ""
