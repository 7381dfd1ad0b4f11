"""The gate over the shipped corpus: it holds as committed, and a planted regression stops it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from corpus.errors import AnchorlineError
from evals.__main__ import main
from evals.gate import BASELINES, Baseline, judge, load, save
from evals.record import SEED, Settings
from ingest.run import ingest_paths
from retrieval.encode import Encoder
from tests.conftest import REPO

SETTINGS = Settings("small", "all", 10, "t", "c", "encoder@1")


@pytest.fixture(autouse=True)
def kept_encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORLINE_ENCODER_CACHE", str(REPO / ".cache" / "encoders"))


def baseline(ndcg: list[float], nuggets: float = 1.0) -> Baseline:
    return Baseline(
        settings=SETTINGS,
        pipeline="fused",
        seed=SEED,
        version="0",
        allowances={"search nDCG@10": 0.01, "ask nuggets": 0.01},
        search={f"q{i}": {"nDCG@10": value} for i, value in enumerate(ndcg)},
        ask={f"q{i}": {"nuggets": nuggets} for i in range(12)},
    )


def failed(before: Baseline, now: Baseline) -> dict[str, bool]:
    return {verdict.measure: verdict.failed for verdict in judge(before, now)}


def test_a_fall_must_be_real_and_larger_than_its_allowance() -> None:
    good = baseline([0.9] * 40)
    assert failed(good, good) == {"search nDCG@10": False, "ask nuggets": False}
    assert failed(good, baseline([0.8] * 40))["search nDCG@10"]
    assert not failed(good, baseline([0.895] * 40))["search nDCG@10"]  # real, and small
    assert not failed(good, baseline([0.0, *[0.9] * 39]))["search nDCG@10"]  # large, and chance
    assert not failed(good, baseline([1.0] * 40))["search nDCG@10"]
    assert failed(good, baseline([0.9] * 40, nuggets=0.5)) == {"search nDCG@10": False, "ask nuggets": True}


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"corpus": "d"}, "holds other sources"),
        ({"encoder": "other@2"}, "the encoder is other@2"),
        ({"topics": "u"}, "its questions are not those"),
    ],
)
def test_what_cannot_be_compared_is_no_pass(changed: dict[str, str], what: str) -> None:
    other = replace(baseline([0.9]), settings=replace(SETTINGS, **changed))
    with pytest.raises(AnchorlineError, match=what):
        judge(baseline([0.9]), other)


def test_a_baseline_has_a_line_a_query_and_reads_back(tmp_path: Path) -> None:
    made = baseline([0.9, 0.123456])
    save(made, tmp_path / "b.json")
    assert load(tmp_path / "b.json") == made
    assert '  "q1": {"nDCG@10": 0.123456}' in (tmp_path / "b.json").read_text()


def test_the_committed_baselines_hold_no_text() -> None:
    for path in BASELINES.glob("*.json"):
        held = load(path)
        assert held.search
        assert not re.search(r"\w+ \w+ \w+ \w+ \w+ \w+", path.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_the_shipped_corpus_passes(shipped_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    junit = tmp_path / "gate.xml"
    assert main(["gate", "--index", str(shipped_index), "--junit", str(junit)]) == 0, capsys.readouterr()
    suites = {suite.get("name"): suite.get("failures") for suite in ET.parse(junit).getroot()}
    assert suites["gate: facts"] == suites["facts: every quote is verbatim"] == "0"


def a_part_of(suite: str, kinds: set[str], folder: Path) -> str:
    """A suite of its own; the whole would take minutes for each run."""
    held = yaml.safe_load((REPO / "evals" / "suites" / suite).read_text("utf-8"))
    held["questions"] = [one for one in held["questions"] if one["kind"] in kinds and "same_as" not in one]
    part = folder / "part.yaml"
    part.write_text(yaml.safe_dump(held | {"name": "part"}, allow_unicode=True, sort_keys=False), "utf-8")
    return str(part)


@pytest.mark.slow
def test_a_planted_regression_is_caught(
    shipped_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """BM25 alone, passed off as the default pipeline."""
    junit = tmp_path / "gate.xml"
    part = a_part_of("anchors.yaml", {"few_shared_words", "how_to_start", "lesson"}, tmp_path)
    command = ["gate", part, "--index", str(shipped_index), "--baseline", str(tmp_path / "part.json")]
    assert main([*command, "--update"]) == 0
    assert main([*command, "--pipeline", "bm25", "--junit", str(junit)]) == 1
    said = capsys.readouterr().out
    assert re.search(r"search nDCG@10 .*FELL", said)
    assert re.search(r"search nDCG@10 -\d\.\d+ {2}\S+", said)  # the worst losses, by name
    fell = [case.get("name") for case in ET.parse(junit).getroot().iter("testcase") if case.find("failure") is not None]
    assert "search nDCG@10" in fell


@pytest.mark.slow
def test_another_index_is_told_apart(encoder: Encoder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "uclpartners-2023.md"
    document.write_text("# Pay\n\nBarts Health employs 18,000 people, and all are paid.\n", encoding="utf-8")
    index = tmp_path / "index"
    ingest_paths([document], index, encoder)
    assert main(["gate", str(REPO / "evals" / "suites" / "facts.yaml"), "--index", str(index)]) == 2
    assert "plain `python -m ingest` built the shipped corpus" in capsys.readouterr().err
    suite, made = a_part_of("anchors.yaml", {"figure"}, tmp_path), tmp_path / "new.json"
    assert main(["gate", suite, "--index", str(index), "--baseline", str(made)]) == 2
    assert "gate --update" in capsys.readouterr().err
    assert main(["gate", suite, "--index", str(index), "--baseline", str(made), "--update"]) == 0
    assert main(["gate", suite, "--index", str(index), "--baseline", str(made)]) == 0
