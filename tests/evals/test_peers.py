"""Us and the peers: the same passages for all, every mode offered, and a comparison that favours no one."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import AnchorlineError
from evals.__main__ import main
from evals.collection import load_collection, open_collection
from evals.peers import LEGS, Passages, Peer, llama_index_search, open_peers, passages_of
from evals.peers_trial import (
    DEFAULT,
    OURS,
    Outcome,
    Task,
    ask_all,
    collection_task,
    compare,
    run_trial,
    score,
    suite_task,
    trial_record,
    trial_report,
)
from evals.suite import load_suite
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.search import PIPELINES
from tests.conftest import REPO

ENCODERS = REPO / ".cache" / "encoders"
LIBRARIES = ("llama_index.vector_stores.chroma", "llama_index.retrievers.bm25", "txtai", "haystack")
PEERS = (
    "LlamaIndex vectors over Chroma",
    "LlamaIndex fusion with BM25",
    "txtai hybrid",
    "Haystack in-memory hybrid",
    "bm25s alone",
)
TEXTS = {
    "d1": ("Gardens", "Volunteers grow vegetables in the hospital's grounds every week."),
    "d2": ("Homes", "Nurses refer families in damp homes to an energy adviser."),
    "d3": ("Jobs", "The academy hired apprentices from nearby streets."),
    "d4": ("Food", "Half of the kitchen's food is bought from farms in the county."),
    "d5": ("Buses", "A free bus brings visitors from the railway station."),
}
SUITE = """\
name: tiny-suite
about: One question that the passages answer and one that they do not.
questions:
  - id: who
    kind: entity
    split: tune
    question: Who grows vegetables?
    needs: [[{source: d1, section: [], fact: vegetables}]]
    tags: {difficulty: easy}
  - id: lost
    kind: entity
    split: report
    question: Who paid for the garden?
    needs: [[{source: d1, section: [], fact: the lottery}]]
    tags: {difficulty: easy}
"""


def _installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


needs_peers = pytest.mark.skipif(
    not all(map(_installed, LIBRARIES)),
    reason="the groups `peers` and `peers-no-deps` of pyproject.toml are not installed (`make test` installs them)",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A public collection's layout; ``q3`` has no judgement and ``q4`` only one of grade 0."""
    folder = tmp_path_factory.mktemp("collection") / "tiny"
    folder.mkdir()
    rows = [{"_id": at, "title": title, "text": text} for at, (title, text) in TEXTS.items()]
    asked = {"q1": "Who grows vegetables?", "q2": "Where do the kitchens buy food?", "q3": "Who?", "q4": "When?"}
    queries = [{"_id": at, "text": text, "metadata": {}} for at, text in asked.items()]
    for name, records in (("corpus", rows), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    judged = ["query-id\tcorpus-id\tscore", "q1\td1\t1", "q2\td4\t2", "q2\td1\t0", "q4\td5\t0"]
    (folder / "qrels.tsv").write_text("\n".join(judged) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def tiny(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    cache = tmp_path_factory.mktemp("cache")
    with open_collection(load_collection(folder), cache, None, ENCODERS) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def passages(tiny: Assistant, encoder: Encoder) -> Passages:
    return passages_of(tiny.content, encoder)


@pytest.mark.slow
def test_peers_get_what_our_encoder_read_and_made(passages: Passages, encoder: Encoder) -> None:
    assert passages.texts == tuple(f"{title}\n{text}" for title, text in TEXTS.values())
    assert passages.ids == tuple(f"{at}#0000" for at in TEXTS)
    again = encoder.encode_passages(passages.texts)
    assert np.allclose((passages.vectors * again).sum(axis=1), 1, atol=1e-4)


@pytest.mark.slow
@needs_peers
def test_every_peer_finds_it_in_every_mode(passages: Passages, tmp_path: Path) -> None:
    peers = open_peers(passages, tmp_path)
    assert tuple(dict.fromkeys(peer.name for peer in peers)) == PEERS
    modes: dict[str, list[str]] = {}
    for peer in peers:
        for mode, ranking in peer.rank("Who grows vegetables in the grounds?").items():
            modes.setdefault(peer.name, []).append(mode)
            assert ranking[0] == "d1#0000", (peer.name, mode)
            assert len(set(ranking)) == len(ranking) <= len(passages.ids)
            assert set(ranking) <= set(passages.ids)
    assert [len(found) for found in modes.values()] == [1, 2 * len(LEGS), 3, 4 * len(LEGS), 1]
    assert all(len(set(found)) == len(found) for found in modes.values())


@pytest.mark.slow
@needs_peers
def test_words_that_nothing_holds_are_no_fault(passages: Passages, tmp_path: Path) -> None:
    for peer in open_peers(passages, tmp_path):
        for ranking in peer.rank("zzyzx").values():
            assert set(ranking) <= set(passages.ids)


@pytest.mark.slow
@needs_peers
def test_the_peer_has_the_neighbours_that_our_dense_leg_has(
    tiny: Assistant, passages: Passages, tmp_path: Path
) -> None:
    search = llama_index_search(passages, tmp_path)
    for question in ("Who grows vegetables?", "How do visitors come?"):
        ours = [hit.passage.passage_id for hit in tiny.search(question, 10, pipeline="dense")]
        assert list(search(question)) == ours


@pytest.mark.slow
@needs_peers
def test_one_command_prints_and_writes_all_of_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "peers.json"
    command = ["peers", str(folder), "--cache", str(tmp_path / "cache"), "--pipeline", "dense", "--json", str(written)]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "tiny: 5 passages, 2 questions" in said
    for name in (*PEERS, "nDCG@10", "R@10", "RR@10", "p (Holm)", "p50 ms", "Surely above it"):
        assert name in said
    (record,) = json.loads(written.read_text(encoding="utf-8"))
    assert record["libraries"].keys() >= {"txtai", "haystack-ai", "llama-index-retrievers-bm25"}
    ours, dense, *others = record["systems"]
    assert (ours["system"], ours["mode"], dense["mode"]) == (OURS, DEFAULT, "dense")
    assert ours["means"]["nDCG@10"] == ours["means"]["R@10"] == 1.0
    assert set(PEERS) == {one["system"] for one in others}
    assert sum(one["p"] is not None for one in others) == len(PEERS)  # the best mode of each, no more


@pytest.mark.slow
def test_a_peer_that_is_missing_is_named(passages: Passages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llama_index.vector_stores.chroma", None)
    with pytest.raises(AnchorlineError, match=r"is not installed; run `pip install --group peers`"):
        open_peers(passages, tmp_path)


def test_only_judged_queries_with_something_to_find_are_asked(folder: Path) -> None:
    task = collection_task(load_collection(folder))
    assert task.questions == {"q1": "Who grows vegetables?", "q2": "Where do the kitchens buy food?"}
    assert task.qrels == {"q1": {"d1#0000": 1}, "q2": {"d4#0000": 2, "d1#0000": 0}}


@pytest.mark.slow
def test_a_suite_is_asked_of_the_open_index(tiny: Assistant, tmp_path: Path) -> None:
    written = tmp_path / "suite.yaml"
    written.write_text(SUITE, encoding="utf-8")
    task = suite_task(load_suite(written), tiny.passages)
    assert task == Task("tiny-suite", {"who": "Who grows vegetables?"}, {"who": {"d1#0000": 2}})


@pytest.mark.slow
def test_a_task_without_questions_is_no_result(tiny: Assistant, encoder: Encoder) -> None:
    with pytest.raises(AnchorlineError, match="elsewhere: no passage"):
        run_trial(Task("elsewhere", {}, {}), tiny, encoder, PIPELINES)


QRELS = {f"q{i}": {f"d{i}": 1} for i in range(30)}
TASK = Task("made up", {question: question for question in QRELS}, QRELS)


def test_a_question_without_a_ranking_scores_nothing() -> None:
    values = score({"q0": {"d0": 1}, "q1": {"d1": 1}, "q2": {"d2": 1}}, {"q0": ["x", "d0"], "q1": []})
    assert values["RR@10"] == {"q0": 0.5, "q1": 0.0, "q2": 0.0}
    assert values["nDCG@10"]["q0"] == pytest.approx(1 / np.log2(3))
    assert values["R@10"] == {"q0": 1.0, "q1": 0.0, "q2": 0.0}


def test_only_the_first_ten_count_and_order_decides_ties() -> None:
    late = [f"x{i}" for i in range(10)] + ["d0"]
    assert score({"q0": {"d0": 1}}, {"q0": late})["R@10"]["q0"] == 0.0
    assert score({"q0": {"d0": 1}}, {"q0": ["z", "d0", "a"]})["RR@10"]["q0"] == 0.5


def test_every_system_gets_every_question_and_each_comes_first_in_turn() -> None:
    asked: list[tuple[int, str]] = []

    def peer(at: int) -> Peer:
        def rank(question: str) -> Mapping[str, Sequence[str]]:
            asked.append((at, question))
            return {"one": [f"d{question[1:]}"], "two": []}

        return Peer(f"peer {at}", rank)

    outcomes = ask_all(TASK, [peer(0), peer(1), peer(2)])
    assert [(one.system, one.mode) for one in outcomes] == [(f"peer {i}", m) for i in range(3) for m in ("one", "two")]
    assert all(set(one.rankings) == set(QRELS) and len(one.times_ms) == len(QRELS) for one in outcomes)
    counted = asked[3:]  # the first of all is a warm-up
    assert [at for at, _ in counted[:9]] == [0, 1, 2, 1, 2, 0, 2, 0, 1]
    assert [question for _, question in counted] == [question for question in QRELS for _ in range(3)]


def _outcome(system: str, mode: str, right: int) -> Outcome:
    """Right first for so many of the questions, and for the rest only at the second place."""
    rankings = {q: (f"d{i}",) if i < right else ("x", f"d{i}") for i, q in enumerate(QRELS)}
    return Outcome(system, mode, rankings, [1.0] * len(QRELS))


def test_the_best_mode_of_a_peer_is_tested_and_both_families_corrected() -> None:
    outcomes = [
        _outcome(OURS, DEFAULT, 25),
        _outcome(OURS, "dense", 5),
        _outcome("near", "bad", 0),
        _outcome("near", "good", 24),
        _outcome("far", "", 2),
        _outcome("above", "", 30),
    ]
    ours, dense, bad, good, far, above = compare(TASK, outcomes)
    assert ours.tested is None and ours.difference == 0
    assert bad.tested is None and good.tested is not None
    assert good.tested.p > 0.5  # one question apart
    assert far.corrected is not None and far.tested is not None and far.corrected.real
    assert far.corrected.p == pytest.approx(min(1, 3 * far.tested.p))
    assert dense.tested is not None and dense.corrected == dense.tested  # alone in its family
    assert above.difference > 0 and above.tested is not None
    said = trial_report(TASK, 30, [ours, dense, bad, good, far, above])
    assert "our default is surely above 1 of 3 peers" in said
    assert ("even without correction: above." in said) == above.tested.real
    assert len(json.dumps(trial_record(TASK, 30, "weights", [ours, dense, bad, good, far, above]))) > 1000
