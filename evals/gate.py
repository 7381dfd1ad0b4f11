"""Has a change made anything worse? Figures of now against a committed baseline, query by query.

A baseline is made over the index that plain ``python -m ingest`` builds, so anybody can run the gate. It fails when a
measure falls by more than its allowance and the paired test says that it is real, or when any quote is not verbatim. A
baseline of other sources, another encoder or other questions is not compared: that is the third outcome, never a pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.errors import AnchorlineError
from evals.answers import answers_run, ask_all
from evals.compare import tests
from evals.measures import DEPTH
from evals.record import Result, Settings, System, new_run
from evals.run import passage_id, rank, system
from evals.significance import Paired, holm
from evals.suite import Suite
from evals.tables import table
from evals.topics import questions_of, suite_topics
from retrieval.assistant import Assistant

BASELINES = Path(__file__).parent / "baselines"
SUITES = Path(__file__).parent / "suites"

# How far a mean may fall, by system and measure. A fall within it is no reason to stop a change, real or not.
ALLOWANCES: Mapping[str, float] = {
    "search recall@5": 0.01,
    "search recall@10": 0.01,
    "search nDCG@10": 0.01,
    "ask outcome": 0.01,
    "ask nuggets": 0.01,
    "ask citation recall": 0.01,
    "ask citation precision": 0.02,
}
_PLACES = 6  # decimals kept of a value: less than any allowance, more than the noise of floating point

Values = Mapping[str, Mapping[str, float]]  # by query, by measure


@dataclass(frozen=True, slots=True)
class Baseline:
    """``search`` and ``ask``: the gated measures of each query."""

    settings: Settings
    pipeline: str
    seed: int
    version: str
    allowances: Mapping[str, float]
    search: Values
    ask: Values


@dataclass(frozen=True, slots=True)
class Verdict:
    """One measure: the paired test, what it may lose, and whether it has lost more than that for real."""

    measure: str
    tested: Paired
    allowance: float

    @property
    def failed(self) -> bool:
        return self.tested.difference < -self.allowance and self.tested.real


_BASELINE = TypeAdapter(Baseline)


def take(assistant: Assistant, suite: Suite, pipeline: str) -> tuple[Baseline, tuple[str, ...]]:
    """The figures of now, and every broken promise."""
    topics = suite_topics(suite, "all", assistant.passages)
    ranked = rank(assistant, topics.scorable, pipeline, DEPTH, passage_id)
    asked = ask_all(assistant, questions_of(suite, "all"), None)
    run = new_run(assistant, topics, DEPTH, {"search": system(topics.scorable, ranked.rankings, DEPTH)})
    answers = answers_run(assistant, suite, "all", asked)
    search, ask = run.systems["search"], answers.systems["ask"]
    taken = Baseline(
        settings=run.settings,
        pipeline=pipeline,
        seed=run.seed,
        version=run.version,
        allowances=ALLOWANCES,
        search=_kept(search, "search"),
        ask=_kept(ask, "ask"),
    )
    return taken, answers.faults


def check_same(before: Baseline, now: Baseline) -> None:
    """Raises AnchorlineError, saying what to do, where a comparison would say nothing of the change."""
    old, new = before.settings, now.settings
    suite = f"suite {new.suite}: "
    update = "if that is meant, `python -m evals gate --update` makes a new baseline"
    if old.suite != new.suite or old.topics != new.topics:
        raise AnchorlineError(f"{suite}its questions are not those of the baseline ({old.suite}); {update}")
    if old.corpus != new.corpus:
        raise AnchorlineError(
            f"{suite}this index holds other sources than the baseline's ({new.corpus[:12]}, not {old.corpus[:12]}); "
            f"give --index a folder in which plain `python -m ingest` built the shipped corpus alone; {update}"
        )
    if old.encoder != new.encoder:
        raise AnchorlineError(f"{suite}the encoder is {new.encoder}, the baseline's was {old.encoder}; {update}")


def judge(before: Baseline, now: Baseline) -> tuple[Verdict, ...]:
    """Every gated measure, corrected for their being several. Raises AnchorlineError where nothing can be compared."""
    check_same(before, now)
    found: dict[str, Paired] = {}
    for name, old, new in (("search", before.search, now.search), ("ask", before.ask, now.ask)):
        tested = tests(_as_system(old), _as_system(new), before.seed, _measures(before.allowances, name))
        found |= {f"{name} {measure}": one for measure, one in tested.items()}
    return tuple(Verdict(name, one, before.allowances[name]) for name, one in holm(found).items())


def show(suite: str, verdicts: Sequence[Verdict], faults: Sequence[str]) -> str:
    rows = [
        (
            verdict.measure,
            str((one := verdict.tested).n),
            f"{one.first:.3f}",
            f"{one.second:.3f}",
            f"{one.difference:+.4f}",
            f"{verdict.allowance:.2f}",
            f"{one.p:.4f}",
            "FELL" if verdict.failed else "holds",
        )
        for verdict in verdicts
    ]
    header = ("measure", "n", "baseline", "now", "difference", "allowance", "p", "")
    broken = [f"broken promise: {fault}" for fault in faults]
    return "\n".join([f"suite {suite}", table(header, rows), *broken])


def worst(before: Baseline, now: Baseline, shown: int = 5) -> Iterator[str]:
    """The queries whose main figure fell most, for a first look."""
    for name, measure, old, new in (
        ("search", "nDCG@10", before.search, now.search),
        ("ask", "nuggets", before.ask, now.ask),
    ):
        fallen = {q: new[q][measure] - old[q][measure] for q in old if measure in old[q] and measure in new.get(q, {})}
        for query in sorted((q for q in fallen if fallen[q] < 0), key=lambda q: (fallen[q], q))[:shown]:
            yield f"{name} {measure} {fallen[query]:+.3f}  {query}"


def save(baseline: Baseline, path: Path) -> None:
    """One line a query, so that a change of the file can be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _BASELINE.dump_json(baseline, indent=1).decode()
    path.write_text(_compact(text) + "\n", encoding="utf-8")


def load(path: Path) -> Baseline:
    try:
        return _BASELINE.validate_json(path.read_bytes())
    except OSError as error:
        why = f"{path} cannot be read ({error.strerror})"
        raise AnchorlineError(f"{why}; `python -m evals gate --update` makes a baseline") from error
    except ValidationError as error:
        raise AnchorlineError(f"{path}: no baseline; `python -m evals gate --update` makes a new one") from error


def _kept(measured: System, name: str) -> Values:
    kept = _measures(ALLOWANCES, name)
    return {
        query: {measure: round(result.values[measure], _PLACES) for measure in kept if measure in result.values}
        for query, result in measured.items()
    }


def _as_system(values: Values) -> System:
    return {query: Result((), one) for query, one in values.items()}


def _measures(allowances: Mapping[str, float], name: str) -> tuple[str, ...]:
    return tuple(key.removeprefix(f"{name} ") for key in allowances if key.startswith(f"{name} "))


def _compact(text: str) -> str:
    """With the values of each query on its own line."""
    return re.sub(r"\{\n {3}([^{}]*?)\n {2}\}", lambda m: "{" + re.sub(r"\n *", " ", m.group(1)) + "}", text)
