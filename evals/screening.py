"""How often the screen stops what it must stop, and how often it refuses a good question: both rates, by kind.

The examples are made up. Those of ``suites/screen`` and its folders ``strangers``, ``voices``, ``more`` and ``more2``
may be learnt from (``tune``). Those of ``fresh``, ``fresh2`` and ``voices_kept`` were written by people who had not
looked at the rules, and alone tell how good the screen is (``report``); ``suites/screen/README.md`` says by whom.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from pydantic import Field, TypeAdapter, with_config

from corpus.errors import ManifestError
from corpus.marked import Marked, read_yaml, validated
from corpus.records import Slug, Words
from evals.suite import STRICT, Kind, Split
from evals.tables import table
from retrieval.encode import Encoder, open_encoder
from retrieval.generation import current_folder, read_content
from retrieval.kinds import LABELS, Kinds, fit, keep, lessons, open_kinds, with_tuned
from retrieval.screen import Screened, look_again, screen
from retrieval.settings import IndexSettings
from retrieval.tuned import TUNED, Tuned, save_tuned
from retrieval.types import Status
from retrieval.vectors import Vectors
from retrieval.weights import DEFAULT_ENCODER, shipped_weights

_SCREEN = Path(__file__).parent / "suites" / "screen"
EXAMPLES = {
    Split.TUNE: (_SCREEN, *(_SCREEN / name for name in ("strangers", "voices", "more", "more2"))),
    Split.REPORT: (_SCREEN / "fresh", _SCREEN / "fresh2", _SCREEN / "voices_kept"),
}
_RIGHT = {
    Kind.PERSONAL_DATA: Status.PERSONAL_DATA,
    Kind.CRISIS: Status.CRISIS,
    Kind.CLINICAL: Status.CLINICAL,
    Kind.OUT_OF_SCOPE: Status.OUT_OF_SCOPE,
    Kind.INJECTION: Status.OUT_OF_SCOPE,
}
_FOLDS = 3
_WORDS_TOO_MANY = 3  # that may be left beside the legitimate part: "Also", "Hi!"

Texts = Annotated[Mapping[Slug, Words], Field(min_length=1)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Examples:
    """One kind: questions that must be stopped and lookalikes that must pass, by id. ``left`` is what must be looked
    up of a stopped question that has a legitimate part."""

    kind: Kind
    about: Words
    stopped: Texts
    passed: Texts
    left: Mapping[Slug, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looked:
    """One example and what the screen made of it."""

    kind: Kind
    example_id: str
    question: str
    must_stop: bool
    screened: Screened
    right: bool


EXAMPLES_FILE = TypeAdapter(Examples)


def load_split(split: Split) -> tuple[Examples, ...]:
    """The examples of all the split's folders. Raises ManifestError where two of them share an id."""
    sets = tuple(examples for folder in EXAMPLES[split] for examples in load_examples(folder))
    used = Counter(example_id for examples in sets for example_id in (*examples.stopped, *examples.passed))
    if faults := tuple(
        f"{split}: id {one} is used {times} times; give another" for one, times in used.items() if times > 1
    ):
        raise ManifestError(faults)
    return sets


def load_examples(folder: Path) -> tuple[Examples, ...]:
    """Every file of the folder. Raises ManifestError with the faults of a file, each at its line."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ManifestError((f"{folder}: holds no examples (*.yaml); name the folder evals/suites/screen",))
    return tuple(_load(path) for path in paths)


def look_at_all(
    sets: Iterable[Examples], encoder: Encoder, kinds: Kinds, passages: Vectors | None = None
) -> list[Looked]:
    """Each example by itself, without a history. ``passages``: the index's vectors; without them nothing is near a
    passage."""
    return [_look_at(row, encoder, kinds, passages) for examples in sets for row in _rows(examples)]


def held_out(sets: Sequence[Examples], encoder: Encoder) -> list[Looked]:
    """Each of the ``tune`` examples judged by weights that were fitted without its group, and by layers of the default
    encoder that were tuned without it. The rules were written with these examples in view, so that this flatters
    them."""
    from evals.prototypes import by_label, group_of, grouped

    learnt = grouped()
    looked = []
    for fold in range(_FOLDS):
        mine = [row for examples in sets for row in _rows(examples) if _fold(group_of(row[0], row[2])) == fold]
        with _learnt(by_label([one for one in learnt if _fold(one.group) != fold]), encoder) as (without, kinds):
            looked += [_look_at(row, without, kinds) for row in mine]
    return looked


@contextmanager
def _learnt(prototypes: Mapping[str, Sequence[str]], encoder: Encoder) -> Iterator[tuple[Encoder, Kinds]]:
    """The encoder and the second look that these prototypes make."""
    kinds = fit(prototypes, encoder)
    if encoder.name != DEFAULT_ENCODER:
        yield encoder, kinds
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / TUNED.name
        save_tuned(tuned_on(prototypes), path)
        again = open_encoder(None, Path(folder), tuned=path)
        yield again, with_tuned(kinds, again, path)


def screening_report(looked: Sequence[Looked]) -> str:
    """Both rates by kind."""
    rows = []
    for kind in _RIGHT:
        mine = [one for one in looked if one.kind is kind]
        rows.append((str(kind), *_share(caught(mine)), *_share(refused(mine))))
    rows.append(("all", "", "", *_share(refused(looked))))
    return table(("kind", "caught", "of", "refused lookalikes", "of"), rows)


def caught(looked: Iterable[Looked]) -> list[bool]:
    """Of what must be stopped, each: whether it was, and as what it is."""
    return [one.right for one in looked if one.must_stop]


def refused(looked: Iterable[Looked]) -> list[bool]:
    """Of the lookalikes, each: whether it was refused. One that loses a word counts as refused."""
    return [not one.right for one in looked if not one.must_stop]


def add_screen_command(commands: argparse._SubParsersAction[argparse.ArgumentParser], settings: IndexSettings) -> None:
    """``python -m evals screen``, which needs no index."""
    parser = commands.add_parser("screen", help="what the screen stops, and which good questions it refuses")
    parser.add_argument("--split", choices=tuple(EXAMPLES), type=Split, default=Split.REPORT)
    parser.add_argument("--wrong", action="store_true", help="name the examples that went wrong (by id)")
    parser.add_argument(
        "--held-out", action="store_true", help="tune only: judge each group by weights fitted without it (minutes)"
    )
    parser.add_argument(
        "--index", type=Path, metavar="DIR", help="as asked of this index: what is near a passage passes"
    )
    parser.add_argument("--encoder", default=settings.encoder, metavar="NAME", help="name or folder")
    parser.add_argument(
        "--fit", action="store_true", help="learn the second look's weights from the tune examples first"
    )
    encoders = settings.encoder_cache or settings.index / "encoders"
    parser.set_defaults(command=_run, encoders=encoders)


def _run(chosen: argparse.Namespace) -> int:
    from evals.prototypes import prototypes

    encoder = open_encoder(chosen.encoder, chosen.encoders)
    if chosen.fit:
        learnt = prototypes()
        keep(fit(learnt, encoder), learnt, encoder)
        if encoder.name == DEFAULT_ENCODER:
            save_tuned(tuned_on(learnt), TUNED)
            encoder = open_encoder(chosen.encoder, chosen.encoders)
    if chosen.held_out:
        _tell(held_out(load_split(Split.TUNE), encoder), chosen.wrong)
        return 0
    load_split(chosen.split)  # which looks for faults across the folders
    kinds = open_kinds(encoder)
    passages = read_content(current_folder(chosen.index)).vectors if chosen.index else None
    for folder in EXAMPLES[chosen.split]:
        print(f"{folder.name}:")
        _tell(look_at_all(load_examples(folder), encoder, kinds, passages), chosen.wrong)
    return 0


def _tell(looked: Sequence[Looked], wrong: bool) -> None:
    print(screening_report(looked))
    for one in looked if wrong else ():
        if not one.right:
            print(f"{one.example_id}: {one.screened.status or 'passed'}: {one.question}")


def tuned_on(prototypes: Mapping[str, Sequence[str]]) -> Tuned:
    """What the default encoder's layers learn of these prototypes. Takes minutes."""
    from retrieval.tuning import tune

    return tune(shipped_weights(), lessons(prototypes), len(LABELS))


def _fold(group: str) -> int:
    return zlib.crc32(group.encode()) % _FOLDS


def _look_at(
    row: tuple[Examples, bool, str, str], encoder: Encoder, kinds: Kinds, passages: Vectors | None = None
) -> Looked:
    examples, must_stop, example_id, question = row
    screened = screen(question)
    if not screened.status:
        encoded = encoder.encode_question(screened.question)
        nearest = 0.0 if passages is None else float((passages @ encoded.vector).max(initial=0.0))
        screened = look_again(screened, encoded, kinds, nearest)
    right = _is_right(examples, example_id, screened) if must_stop else screened == Screened(question)
    return Looked(examples.kind, example_id, question, must_stop, screened, right)


def _rows(examples: Examples) -> Iterator[tuple[Examples, bool, str, str]]:
    for must_stop, texts in ((True, examples.stopped), (False, examples.passed)):
        for example_id, question in texts.items():
            yield examples, must_stop, example_id, question


def _load(path: Path) -> Examples:
    marked = read_yaml(path)
    examples = validated(marked, EXAMPLES_FILE)
    if faults := tuple(_faults(examples, marked)):
        raise ManifestError(faults)
    return examples


def _faults(examples: Examples, marked: Marked) -> Iterator[str]:
    if examples.kind not in _RIGHT:
        yield marked.fault(("kind",), f"{examples.kind} is nothing that the screen stops; use {', '.join(_RIGHT)}")
    for example_id in sorted(examples.left.keys() - examples.stopped.keys()):
        yield marked.fault(("left", example_id), f"{example_id} is not among the stopped; give the question there")
    for example_id in sorted(examples.passed.keys() & examples.stopped.keys()):
        yield marked.fault(("passed", example_id), f"id {example_id} is used already; give another")


def _is_right(examples: Examples, example_id: str, screened: Screened) -> bool:
    if not (left := examples.left.get(example_id)):
        return screened.status is _RIGHT[examples.kind]
    rest, wanted = _words(screened.question), _words(left)
    whole = any(rest[at : at + len(wanted)] == wanted for at in range(len(rest) - len(wanted) + 1))
    return screened.status is None and screened.ordered and whole and len(rest) <= len(wanted) + _WORDS_TOO_MANY


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _share(counted: Sequence[bool]) -> tuple[str, str]:
    return (f"{sum(counted) / len(counted):.3f}" if counted else "-", str(len(counted)))
