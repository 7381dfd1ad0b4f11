"""What the screen's second look learns from: our hand-written prototypes, and the ``tune`` half of every suite.

Nothing of the ``report`` half, by which the screen is judged, may come in here; a test looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from corpus.marked import read_yaml, validated
from evals.screening import load_examples
from evals.suite import Kind, Split, load_suite, split_of
from retrieval.kinds import HOME, LABELS

WRITTEN = Path(__file__).parent / "prototypes.yaml"
_SUITES = Path(__file__).parent / "suites"
_STOPPED = (Kind.PERSONAL_DATA, Kind.CRISIS, Kind.CLINICAL, Kind.OUT_OF_SCOPE, Kind.INJECTION)
_LISTS = TypeAdapter(dict[str, list[str]])


def prototypes() -> dict[str, list[str]]:
    """Texts by label, each once."""
    found = validated(read_yaml(WRITTEN), _LISTS)
    for examples in load_examples():
        for example_id, text in examples.stopped.items():
            learnt = split_of(example_id) is Split.TUNE and examples.kind is not Kind.PERSONAL_DATA
            if learnt and example_id not in examples.left:
                found[examples.kind].append(text)
        good = {**examples.passed, **examples.left}
        found[HOME] += [text for example_id, text in good.items() if split_of(example_id) is Split.TUNE]
    for path in (_SUITES / "anchors.yaml", _SUITES / "facts.yaml"):
        asked = (q for q in load_suite(path).questions if q.split is Split.TUNE and q.kind not in _STOPPED)
        found[HOME] += [question.question for question in asked]
    held_back = {text for texts in _report_half() for text in texts}
    return {label: [text for text in dict.fromkeys(found[label]) if text not in held_back] for label in LABELS}


def _report_half() -> Iterator[list[str]]:
    for examples in load_examples():
        every = {**examples.stopped, **examples.passed, **examples.left}
        yield [text for example_id, text in every.items() if split_of(example_id) is Split.REPORT]
