"""What the screen's second look learns from: our hand-written prototypes, the examples of the screen that may be learnt
from, and the ``tune`` half of the other suites.

Nothing of the fresh examples, by which the screen is judged, may come in here; a test looks.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from corpus.marked import read_yaml, validated
from evals.screening import EXAMPLES, load_examples
from evals.suite import Kind, Split, load_suite
from retrieval.kinds import HOME, LABELS

WRITTEN = Path(__file__).parent / "prototypes.yaml"
_SUITES = Path(__file__).parent / "suites"
_STOPPED = (Kind.PERSONAL_DATA, Kind.CRISIS, Kind.CLINICAL, Kind.OUT_OF_SCOPE, Kind.INJECTION)
_LISTS = TypeAdapter(dict[str, list[str]])


def prototypes() -> dict[str, list[str]]:
    """Texts by label, each once."""
    found = validated(read_yaml(WRITTEN), _LISTS)
    for examples in load_examples(EXAMPLES[Split.TUNE]):
        if examples.kind is not Kind.PERSONAL_DATA:
            found[examples.kind] += [text for one, text in examples.stopped.items() if one not in examples.left]
        found[HOME] += [*examples.passed.values(), *examples.left.values()]
    for path in (_SUITES / "anchors.yaml", _SUITES / "facts.yaml"):
        asked = (q for q in load_suite(path).questions if q.split is Split.TUNE and q.kind not in _STOPPED)
        found[HOME] += [question.question for question in asked]
    return {label: list(dict.fromkeys(found[label])) for label in LABELS}
