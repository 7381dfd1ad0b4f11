"""The commands over a real index of two small documents: real readers, encoder, retriever and answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import AnchorlineError
from evals.__main__ import main
from evals.benchmark import time_ingest
from evals.run import fingerprint
from ingest.run import ingest_paths
from retrieval.assistant import open_assistant
from retrieval.encode import Encoder
from tests.conftest import REPO

pytestmark = pytest.mark.slow
ENCODERS = REPO / ".cache" / "encoders"

HARBOUR = """\
# Harbour trust

## Jobs for neighbours

Harbour trust runs an apprenticeship scheme with the local college. It has hired 41 apprentices from nearby streets.

## Warm homes

Nurses of Harbour trust refer patients in cold homes to an energy adviser. The adviser saw 230 households in a year.
"""
MEADOW = """\
# Meadow trust

## Garden

Meadow trust opened its grounds to neighbours. Volunteers grow vegetables there every week.
"""
SUITE = """\
name: small
about: Questions over two small documents.
questions:
  - id: apprentices
    kind: figure
    split: tune
    question: How many apprentices has Harbour trust hired?
    needs:
      - - {source: harbour, section: [Harbour trust, Jobs for neighbours], fact: 41 apprentices}
    tags: {difficulty: easy}
  - id: apprentices-typo
    kind: typo
    split: tune
    same_as: apprentices
    question: How many aprentices has Harbour trust hired?
    needs:
      - - {source: harbour, section: [Harbour trust, Jobs for neighbours], fact: 41 apprentices}
    tags: {difficulty: easy}
  - id: vegetables
    kind: few_shared_words
    split: report
    question: Who grows vegetables in the grounds?
    needs:
      - - {source: meadow, section: [Garden], fact: vegetables}
    tags: {difficulty: easy}
  - id: lost
    kind: entity
    split: report
    question: Who paid for the garden?
    needs:
      - - {source: meadow, section: [Garden], fact: the lottery}
    tags: {difficulty: easy}
"""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "harbour.md").write_text(HARBOUR, encoding="utf-8")
    (folder / "meadow.md").write_text(MEADOW, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def index_dir(documents: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("index")
    report = ingest_paths([documents], index, encoder)
    assert report.published is not None
    assert not report.failed
    return index


@pytest.fixture(autouse=True)
def kept_encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORLINE_ENCODER_CACHE", str(ENCODERS))


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SUITE, encoding="utf-8")
    return path


def test_run(index_dir: Path, suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "runs" / "run.json"
    assert main(["run", str(suite), "--index", str(index_dir), "--json", str(written)]) == 0
    said = capsys.readouterr().out
    assert "Not scorable, and kept out of every mean: 1" in said
    row = next(line.split() for line in said.splitlines() if line.startswith("dense"))
    assert row == ["dense", "1.000", "1.000", row[3], row[4], "1.000", "3", "1"]
    assert any(line.split()[:3] == ["typo", "fused", "1"] for line in said.splitlines())

    record = json.loads(written.read_text(encoding="utf-8"))
    assert record["not_scorable"] == ["lost"]
    assert list(record["pipelines"]) == ["dense", "bm25", "fused"]
    assert [q["id"] for q in record["pipelines"]["fused"]["questions"]] == [
        "apprentices",
        "apprentices-typo",
        "vegetables",
    ]
    with open_assistant(index_dir, None, ENCODERS) as assistant:
        assert record["index"] == fingerprint(reversed(assistant.passages))


def test_run_twice_is_the_same(index_dir: Path, suite: Path, tmp_path: Path) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in files:
        assert main(["run", str(suite), "--index", str(index_dir), "--pipeline", "fused", "--json", str(file)]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()


def test_one_split_and_one_pipeline(index_dir: Path, suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(suite), "--index", str(index_dir), "--split", "tune", "--pipeline", "bm25"]) == 0
    said = capsys.readouterr().out
    assert "dense" not in said
    assert "Every question that needs evidence could be scored." in said


def test_check_names_what_is_missing(index_dir: Path, suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(suite), "--index", str(index_dir)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "lost: no passage of meadow, Garden, holds 'the lottery'",
        "3 of 4 evidence entries are found in the index",
    ]


def test_nothing_scorable_is_no_result(index_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = tmp_path / "elsewhere.yaml"
    suite.write_text(
        SUITE.replace("source: harbour", "source: h").replace("source: meadow", "source: m"), encoding="utf-8"
    )
    assert main(["run", str(suite), "--index", str(index_dir)]) == 2
    assert "No question could be scored" in capsys.readouterr().out


def test_answers(index_dir: Path, suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "answers.json"
    assert main(["answers", str(suite), "--index", str(index_dir), "--json", str(written)]) == 0
    assert "0 broken promises" in capsys.readouterr().out
    first = json.loads(written.read_text(encoding="utf-8"))[0]
    assert first["id"] == "apprentices"
    assert first["quotes"] >= 1
    assert first["nuggets"] == [True]


@pytest.mark.parametrize("command", ["run", "check", "answers"])
def test_faults_are_one_line_and_exit_2(
    command: str, suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(suite), "--index", str(tmp_path / "nowhere")]) == 2
    assert main([command, str(tmp_path / "absent.yaml")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert "nowhere" in said[0]
    assert "absent.yaml" in said[1]


def test_benchmark(documents: Path, suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("llama_index.vector_stores.chroma", reason="the group `peers` is not installed")
    assert main(["benchmark", str(suite), "--documents", str(documents), "--repeats", "1"]) == 0
    title, *lines = capsys.readouterr().out.splitlines()
    assert f"{documents}: " in title
    assert "4 questions; best of 1" in title
    peers = (
        "sentence-transformers",
        "our encoder",
        "LlamaIndex retriever over Chroma, p50",
        "LlamaIndex retriever over Chroma, p95",
    )
    ratios = [line.split()[-1] for line in lines if line.startswith(peers)]
    assert len(ratios) == 4
    assert all(float(ratio) > 0 for ratio in ratios[2:])
    assert all(ratio == "-" or float(ratio) > 0 for ratio in ratios[:2])  # two small files take hardly longer than none


def test_benchmark_of_nothing_says_why(suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmark", str(suite), "--documents", str(tmp_path / "absent"), "--repeats", "1"]) == 2
    assert "absent: no such file or folder" in capsys.readouterr().err


def test_an_ingest_that_fails_is_no_time(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"no PDF at all")
    with pytest.raises(AnchorlineError, match=r"broken\.pdf: ingest ended with [12]"):
        time_ingest(broken, tmp_path / "index", ENCODERS, None)
