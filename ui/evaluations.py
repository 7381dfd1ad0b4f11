"""The last evaluation that the maintainers kept, read from its files. What cannot be read is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BASELINES = Path(__file__).parents[1] / "evals" / "baselines"

_MEASURES = {
    ("search", "recall@10"): "Evidence found among the first ten passages",
    ("ask", "outcome"): "Outcome right (answered, not found, refused)",
    ("ask", "nuggets"): "Facts asked for that are in the answer",
    ("ask", "citation recall"): "Citations that ought to be there and are",
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``means`` are over the questions that a measure applies to, from 0 to 1, after what they measure in words."""

    suite: str
    questions: int
    means: tuple[tuple[str, float], ...]


def evaluations(folder: Path = BASELINES) -> tuple[Evaluation, ...]:
    return tuple(read for path in sorted(folder.glob("*.json")) if (read := _read(path)))


def _read(path: Path) -> Evaluation | None:
    try:
        kept = json.loads(path.read_text("utf-8"))
        means = ((words, _mean(kept.get(part, {}), name)) for (part, name), words in _MEASURES.items())
        found = tuple((words, mean) for words, mean in means if mean is not None)
        return Evaluation(str(kept["settings"]["suite"]), len(kept["search"]), found) if found else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _mean(topics: Mapping[str, Mapping[str, float | None]], name: str) -> float | None:
    values = [value for measured in topics.values() if (value := measured.get(name)) is not None]
    return sum(values) / len(values) if values else None
