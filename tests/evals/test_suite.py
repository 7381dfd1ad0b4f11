"""A suite file is read whole, or refused with every fault at its line."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from corpus.errors import ManifestError
from evals.suite import Split, load_suite, split_of, suite_schema
from retrieval.types import Role, Status

SCHEMA = Path(__file__).parents[2] / "evals" / "schema" / "suite.json"

GOOD = """\
name: small
about: Two questions for a test.
questions:
  - id: wage
    kind: figure
    split: tune
    question: What is the lowest wage?
    needs:
      - - {source: report-2023, section: [Pay], fact: £12 an hour}
        - {source: report-2022, section: [], fact: [£11, eleven pounds]}
    tags: {facet: [income], difficulty: easy}
  - id: wage-follow-up
    kind: follow_up
    split: tune
    question: and the lowest?
    history: [{role: user, content: Tell me of the wages}]
    same_as: wage
    needs:
      - - {source: report-2023, section: [Pay], fact: £12 an hour}
        - {source: report-2022, section: [], fact: [£11, eleven pounds]}
    tags: {difficulty: hard}
  - id: weather
    kind: out_of_scope
    split: report
    question: Will it rain?
    status: [out_of_scope]
    tags: {difficulty: easy}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "suite.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        load_suite(write(folder, text))
    return [fault.removeprefix(f"{folder / 'suite.yaml'}:") for fault in caught.value.faults]


def test_a_good_file(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path, GOOD))
    wage, follow_up, weather = suite.questions
    assert wage.needs[0][0].fact == ("£12 an hour",)
    assert wage.needs[0][1].fact == ("£11", "eleven pounds")
    assert wage.status == (Status.ANSWERED, Status.PARTIAL)
    assert wage.sources == {"report-2023", "report-2022"}
    assert follow_up.history[0].role is Role.USER
    assert weather.status == (Status.OUT_OF_SCOPE,)
    assert weather.split is Split.REPORT


def fault_at(text: str, begins: str, last: bool = False) -> int:
    """The number of the first, or last, line that begins so."""
    lines = [i for i, line in enumerate(text.splitlines(), start=1) if line.strip().startswith(begins)]
    return lines[-1] if last else lines[0]


@pytest.mark.parametrize(
    ("old", "new", "at", "what"),
    [
        ("kind: figure", "kind: number", "kind: number", "Input should be"),
        ("{difficulty: hard}", "{dificulty: hard}", "tags: {dific", "dificulty"),
        ("fact: [£11, eleven pounds]", "fact: [a b c d e f g]", "- {source: report-2022", "one to 6 words"),
        ("id: weather", "id: wage", None, "id wage is used already"),
        ("same_as: wage", "same_as: wages", "same_as", "no question has the id wages"),
        ("same_as: wage", "same_as: wage-follow-up", "same_as", "is itself a variant"),
        (
            "tune\n    question: and",
            "report\n    question: and",
            "split: report",
            "is in report, its pair wage in tune",
        ),
        ("    history: [{role: user, content: Tell me of the wages}]\n", "", "kind: follow_up", "without a history"),
        ("    status: [out_of_scope]\n", "", "question: Will", "must be answered, but names no evidence"),
        ("{difficulty: hard}", "{difficulty: hard}\n    status: [clinical]", "status: [cl", "no outcome that answers"),
        ("kind: figure", "kind: typo", "kind: typo", "without the same one spelt right"),
    ],
)
def test_each_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, at: str | None, what: str) -> None:
    assert old in GOOD
    changed = GOOD.replace(old, new)
    line = fault_at(changed, "- id: wage", last=True) if at is None else fault_at(changed, at)
    found = faults(tmp_path, changed)
    assert [f for f in found if f.startswith(f"{line}: ") and what in f], found


def test_all_faults_at_once(tmp_path: Path) -> None:
    changed = GOOD.replace("same_as: wage", "same_as: nobody").replace("    status: [out_of_scope]\n", "")
    lines = [fault_at(changed, "same_as"), fault_at(changed, "question: Will")]
    assert [int(fault.split(":")[0]) for fault in faults(tmp_path, changed)] == lines


def test_a_variant_needs_what_its_twin_needs(tmp_path: Path) -> None:
    first, last = GOOD.split("    same_as: wage\n")
    changed = first + "    same_as: wage\n" + last.replace("£12 an hour", "£13 an hour")
    assert "wage-follow-up: its needs differ from those of wage" in faults(tmp_path, changed)[0]


def test_the_split_follows_the_id_alone() -> None:
    assert split_of("figure-barts-headcount") is split_of("figure-barts-headcount")
    halves = [split_of(f"question-{i}") for i in range(400)]
    assert 160 < halves.count(Split.TUNE) < 240


def test_the_schema_for_editors_is_current() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == suite_schema(), "run `python -m evals schema`"


def test_the_schema_takes_what_the_loader_takes() -> None:
    schema = json.loads(suite_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(GOOD), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(GOOD.replace("kind: figure", "kind: number")), schema)
