"""The examples are enough and well split, what is learnt never saw those that judge, and both rates hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.errors import ManifestError
from evals.prototypes import prototypes
from evals.screening import EXAMPLES, Examples, load_examples, look_at_all, screening_report
from evals.suite import Kind, Split
from retrieval.encode import Encoder
from retrieval.kinds import fit, open_kinds

STOPPED_KINDS = {Kind.PERSONAL_DATA, Kind.CRISIS, Kind.CLINICAL, Kind.OUT_OF_SCOPE, Kind.INJECTION}


@pytest.fixture(scope="module")
def sets() -> tuple[Examples, ...]:
    return load_examples(EXAMPLES[Split.TUNE])


def test_each_kind_has_two_hundred_examples_and_a_hundred_lookalikes(sets: tuple[Examples, ...]) -> None:
    assert {examples.kind for examples in sets} == STOPPED_KINDS
    for examples in sets:
        assert len(set(examples.stopped.values())) >= 200
        assert len(set(examples.passed.values())) >= 100


def test_nothing_of_the_fresh_examples_is_learnt() -> None:
    fresh = load_examples(EXAMPLES[Split.REPORT])
    assert {examples.kind for examples in fresh} == STOPPED_KINDS
    held_back = {
        " ".join(re.findall(r"\w+", text.lower()))
        for examples in fresh
        for texts in (examples.stopped, examples.passed)
        for text in texts.values()
    }
    assert len(held_back) >= 600
    learnt = {" ".join(re.findall(r"\w+", text.lower())) for texts in prototypes().values() for text in texts}
    assert not (learnt & held_back)


def test_the_kept_weights_are_those_of_the_prototypes(encoder: Encoder) -> None:
    kept, fresh = open_kinds(encoder).weights, fit(prototypes(), encoder).weights
    assert abs(kept - fresh).max() < 0.02


def test_both_rates_hold_on_what_was_learnt_from(sets: tuple[Examples, ...], encoder: Encoder) -> None:
    """A floor under what was reached, so that a change that makes the screen worse fails here."""
    looked = look_at_all(sets, encoder, open_kinds(encoder))
    for kind in STOPPED_KINDS:
        stopped = [one.right for one in looked if one.kind is kind and one.must_stop]
        assert sum(stopped) / len(stopped) >= 0.9, kind
    good = [one.right for one in looked if not one.must_stop]
    assert sum(good) / len(good) >= 0.98
    assert all(kind in screening_report(looked) for kind in STOPPED_KINDS)


def test_a_fault_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    text = 'kind: crisis\nabout: x y\nstopped:\n  a-1: "one two"\npassed:\n  a-1: "three four"\nleft:\n  a-2: "five"\n'
    (tmp_path / "crisis.yaml").write_text(text, "utf-8")
    with pytest.raises(ManifestError, match=r"crisis\.yaml:8: a-2 is not among the stopped"):
        load_examples(tmp_path)
