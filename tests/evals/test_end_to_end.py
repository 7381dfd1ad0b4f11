"""The commands over a real index of two small documents: real readers, encoder, retriever and answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import AnchorlineError
from evals.__main__ import main
from evals.benchmark import time_ingest
from evals.record import corpus_digest, fingerprint, load, without_costs
from ingest.run import ingest_paths
from retrieval.assistant import Assistant, open_assistant
from retrieval.encode import Encoder
from retrieval.search import PIPELINES
from retrieval.types import Answer, Role, Turn
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
def kept_encoders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANCHORLINE_ENCODER_CACHE", str(ENCODERS))
    monkeypatch.setattr("evals.record.RUNS", tmp_path / "kept")


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
    assert row[1:3] == ["1.000", "1.000"]
    assert row[-1] == "3"
    assert any(line.split()[:3] == ["typo", "fused", "1"] for line in said.splitlines())
    assert "union, 50 deep" in said
    assert "ask p95, ms" in said

    run = load(written)
    assert run.not_scorable == ("lost",)
    assert tuple(run.systems) == PIPELINES
    assert list(run.systems["fused"]) == ["apprentices", "apprentices-typo", "vegetables"]
    assert run.topics["vegetables"].slices["source"] == ("meadow",)
    assert run.costs["index, MB"] > 0
    with open_assistant(index_dir, None, ENCODERS) as assistant:
        assert run.passages_sha256 == fingerprint(reversed(assistant.passages))
        assert run.settings.encoder == assistant.info.encoder
        best = run.systems["fused"]["apprentices"].ranking[0]
        assert run.first_words[best] == " ".join(assistant.passage(best).text.split()[:14])


@pytest.mark.parametrize("command", ["run", "answers"])
def test_the_same_twice_but_for_what_it_cost(command: str, index_dir: Path, suite: Path, tmp_path: Path) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in files:
        assert main([command, str(suite), "--index", str(index_dir), "--json", str(file)]) == 0
    one, two = (without_costs(load(file)) for file in files)
    assert one == two


def test_a_run_is_kept_under_a_name_of_its_own(index_dir: Path, suite: Path, tmp_path: Path) -> None:
    assert main(["run", str(suite), "--index", str(index_dir), "--pipeline", "bm25"]) == 0
    [kept] = (tmp_path / "kept").iterdir()
    assert kept.name.startswith("small-20")
    assert load(kept).systems.keys() == {"bm25"}


def test_another_way_of_cutting_is_the_same_corpus(index_dir: Path) -> None:
    with open_assistant(index_dir, None, ENCODERS) as assistant:
        whole = assistant.passages
    one = next(passage for passage in whole if len(passage.sentences) > 1)
    cut = [replace(one, sentences=one.sentences[:1]), replace(one, sentences=one.sentences[1:])]
    others = [passage for passage in whole if passage is not one]
    assert corpus_digest([*others, *cut, cut[0]]) == corpus_digest(whole)
    assert corpus_digest(others) != corpus_digest(whole)
    assert fingerprint([*others, *cut]) != fingerprint(whole)


def test_a_follow_up_is_searched_as_a_reader_asks_it(index_dir: Path) -> None:
    before = (Turn(Role.USER, "How many apprentices has Harbour trust hired?"),)
    with open_assistant(index_dir, None, ENCODERS) as assistant:
        followed = assistant.search_question("and from where?", before, 10, pipeline="bm25")
        alone = assistant.search_question("and from where?", (), 10, pipeline="bm25")
    assert "apprentices" in followed[0].passage.text
    assert len(alone) < len(followed)


def test_one_split_and_one_pipeline(index_dir: Path, suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(suite), "--index", str(index_dir), "--split", "tune", "--pipeline", "bm25"]) == 0
    said = capsys.readouterr().out
    assert not any(line.startswith("dense  ") for line in said.splitlines())
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
    run = load(written)
    first = run.systems["ask"]["apprentices"]
    assert len(first.ranking) >= 1
    assert (first.values["nuggets"], first.values["citation recall"], first.values["rationale F1"] > 0) == (1, 1, True)
    assert run.figures["verbatim"] == 1
    assert run.figures["questions, gold removed"] == 3
    assert run.figures["AUROC, gold removed"] > 0.5
    assert run.costs["ask p95, ms"] > 0


def test_a_gate_that_breaks_a_promise_fails(index_dir: Path, suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real answer whose words were changed on the way out."""
    honest = Assistant.ask

    def garbled(self: Assistant, *given: object, **named: object) -> Answer:
        answer = honest(self, *given, **named)  # type: ignore[arg-type]
        blocks = tuple(replace(block, text=block.text.replace("apprentices", "nurses")) for block in answer.blocks)
        return replace(answer, blocks=blocks)

    baseline = str(index_dir.parent / "baseline.json")
    command = ["gate", str(suite), "--index", str(index_dir), "--baseline", baseline]
    assert main([*command, "--update"]) == 0
    assert main(command) == 0
    monkeypatch.setattr(Assistant, "ask", garbled)
    assert main(command) == 1
    assert main([*command, "--update"]) == 2
    assert main(["answers", str(suite), "--index", str(index_dir), "--json", baseline + ".run"]) == 1


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
    few = ["--repeats", "1", "--unchanged", "30"]
    assert main(["benchmark", str(suite), "--documents", str(documents), *few]) == 0
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
    said = {line.split("  ")[0]: line for line in map(str.strip, lines)}
    assert any(label.startswith("unchanged folder of") for label in said)
    assert 0 < float(said["import of sentence-transformers"].split()[-1]) < 10
    assert float(said["service, start to /ready"].split()[-2]) > 0
    assert all(ratio == "-" or float(ratio) > 0 for ratio in ratios[:2])  # two small files take hardly longer than none


def test_benchmark_of_nothing_says_why(suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmark", str(suite), "--documents", str(tmp_path / "absent"), "--repeats", "1"]) == 2
    assert "absent: no such file or folder" in capsys.readouterr().err


def test_an_ingest_that_fails_is_no_time(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"no PDF at all")
    with pytest.raises(AnchorlineError, match=r"broken\.pdf: ingest ended with [12]"):
        time_ingest(broken, tmp_path / "index", ENCODERS, None)
