"""What the screen's second look learns from: our hand-written prototypes, the examples of the screen that may be learnt
from, the ``tune`` half of the other suites, and half of the questions that our corpus lists.

Nothing of the fresh examples, by which the screen is judged, may come in here; a test looks.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from corpus.load import CORPUS_DIR, load_questions
from corpus.marked import read_yaml, validated
from evals.screening import Examples, load_split
from evals.suite import Kind, Split, load_suite
from retrieval.asked import sources_of, texts_of
from retrieval.kinds import HOME, LABELS
from retrieval.orders import FEWEST_WORDS, clauses
from retrieval.personal_data import BY_NAME, personal_data

WRITTEN = Path(__file__).parent / "prototypes.yaml"
_SUITES = Path(__file__).parent / "suites"
_STOPPED = (Kind.PERSONAL_DATA, Kind.CRISIS, Kind.CLINICAL, Kind.OUT_OF_SCOPE, Kind.INJECTION)
_BATCHES = TypeAdapter(dict[str, dict[str, str]])
# What was written one after another is alike: so many together are held out together.
_TOGETHER = 20


@dataclass(frozen=True, slots=True)
class Prototype:
    """``group``: what must be held out together, if it is."""

    text: str
    label: str
    group: str


def prototypes() -> dict[str, list[str]]:
    """Texts by label, each once."""
    return by_label(grouped())


def by_label(found: list[Prototype]) -> dict[str, list[str]]:
    return {label: list(dict.fromkeys(one.text for one in found if one.label == label)) for label in LABELS}


def grouped() -> list[Prototype]:
    """Every prototype with its group; an example of the screen is of the group that ``group_of`` names."""
    found = []
    for label, batches in validated(read_yaml(WRITTEN), _BATCHES).items():
        for batch, lines in batches.items():
            found += [
                Prototype(text, label, f"{label} {batch} {place // _TOGETHER}")
                for place, text in enumerate(lines.splitlines())
            ]
    for examples in load_split(Split.TUNE):
        found += _of(examples)
    for path in (_SUITES / "anchors.yaml", _SUITES / "facts.yaml"):
        asked = (q for q in load_suite(path).questions if q.split is Split.TUNE and q.kind not in _STOPPED)
        found += [Prototype(q.question, HOME, f"{path.stem} {n // _TOGETHER}") for n, q in enumerate(asked)]
    # Not the broad ones and those that no source answers: they tell what becomes of good questions.
    for one in (one for one in load_questions(CORPUS_DIR) if one.name in sources_of(one)):
        texts = [text for text in texts_of([one]) if learnt(text)]
        found += [Prototype(text, HOME, f"{one.name} {n // _TOGETHER}") for n, text in enumerate(texts)]
    return found


def learnt(text: str) -> bool:
    """Whether a listed question is learnt from; the other half tells what becomes of good questions."""
    return zlib.crc32(text.encode()) % 2 == 0


def group_of(examples: Examples, example_id: str) -> str:
    """The group of an example: its voice, where it has one, else its neighbours in the file."""
    if voice := re.search(r"-voice-[a-z]+", example_id):
        return voice.group()
    texts = examples.stopped if example_id in examples.stopped else examples.passed
    return f"{examples.kind} {example_id in examples.stopped} {list(texts).index(example_id) // _TOGETHER}"


def _of(examples: Examples) -> Iterator[Prototype]:
    """A question that has a legitimate part teaches both parts, apart, and a good one its clauses too. Numbers and
    addresses are for the rules."""
    for example_id, text in examples.stopped.items():
        group = group_of(examples, example_id)
        if left := examples.left.get(example_id):
            yield Prototype(left, HOME, group)
            parts = (text[start:end].strip() for start, end in clauses(text))
            yield from (Prototype(part, examples.kind, group) for part in parts if _is_apart(part, left))
        elif examples.kind is not Kind.PERSONAL_DATA or personal_data(text) in ("", BY_NAME):
            yield Prototype(text, examples.kind, group)
    for example_id, text in examples.passed.items():
        group = group_of(examples, example_id)
        parts = (text[start:end].strip() for start, end in clauses(text))
        yield from (Prototype(one, HOME, group) for one in (text, *parts) if len(one.split()) >= FEWEST_WORDS)


def _is_apart(part: str, left: str) -> bool:
    """Whether a clause shares no more than a joining word with the part that is left."""
    words = re.findall(r"\w+", part.lower())
    return len(words) > 1 and not set(words) & set(re.findall(r"\w{5,}", left.lower()))
