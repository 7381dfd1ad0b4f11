"""The commands over small public collections, written here in BEIR's layout: real index, encoder and rankings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from corpus.errors import AnchorlineError
from corpus.types import BlockKind, Passage, Sentence, Source
from evals.__main__ import main
from evals.collection import Query
from evals.quotes import Rationale, answers_of, quote_values
from evals.record import load
from retrieval.evidence import Rated
from tests.conftest import REPO

DOCUMENTS = [
    (
        "otter",
        "Otters",
        "An otter sleeps on its back. Its fur is the densest of all animals. Otters eat crabs and now and then an eel.",
    ),
    ("heron", "Herons", "A heron stands still for hours. It swallows a fish whole."),
    ("ferry", "Ferry", "The ferry leaves at nine. A ticket costs four pounds, and children go free."),
    ("mill", "The mill", "Wheat was ground here until 1911. The wheel is turned by the river."),
]
QUERIES = [
    {"_id": "1", "text": "What do otters eat?", "metadata": {"answers": [{"text": "crabs", "start": 72}]}},
    {
        "_id": "2",
        "text": "What is the price of the ferry?",
        "metadata": {"answers": [{"text": "four pounds", "start": 42}]},
    },
    {"_id": "3", "text": "A heron eats whole fish.", "metadata": {}},
    {"_id": "4", "text": "Nobody judged this."},
]
QRELS = [("1", "otter", 1), ("2", "ferry", 2), ("2", "mill", 0), ("3", "heron", 1)]
RATIONALES = [
    {
        "query_id": "3",
        "corpus_id": "heron",
        "label": "SUPPORT",
        "rationales": [["It swallows a fish whole."]],
    }
]
UNANSWERABLE = [{"_id": "u1", "text": "When does the last ferry return?", "metadata": {"near_passage": "ferry"}}]
STARS = [
    {"_id": "s1", "text": "How far away is the nearest galaxy?"},
    {"_id": "s2", "text": "What is a quasar made of?"},
]


def write_lines(path: Path, records: Sequence[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def write_collection(
    folder: Path, queries: Sequence[Mapping[str, object]], qrels: Sequence[tuple[str, str, int]]
) -> Path:
    folder.mkdir()
    write_lines(folder / "corpus.jsonl", [{"_id": i, "title": title, "text": text} for i, title, text in DOCUMENTS])
    write_lines(folder / "queries.jsonl", queries)
    rows = [("query-id", "corpus-id", "score"), *qrels]
    (folder / "qrels.tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_collection(tmp_path_factory.mktemp("public") / "river", QUERIES, QRELS)
    write_lines(folder / "rationales.jsonl", RATIONALES)
    write_lines(folder / "unanswerable.jsonl", UNANSWERABLE)
    return folder


@pytest.fixture(autouse=True)
def kept_encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORLINE_ENCODER_CACHE", str(REPO / ".cache" / "encoders"))


@pytest.mark.slow
def test_a_folder_is_run_like_a_suite(
    river: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run.json"
    assert main(["run", str(river), "--cache", str(cache), "--json", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Not scorable, and kept out of every mean: 1" in said
    run = load(out)
    assert run.not_scorable == ("4",)
    assert run.systems.keys() >= {"dense", "bm25", "fused"}
    assert run.systems["fused"]["1"].ranking[0] == "otter"
    assert run.systems["fused"]["2"].values["R@5"] == 1
    assert run.systems["fused"]["2"].values["Judged@10"] < 1  # two of the four are judged
    assert run.ceilings["union, 50 deep"] == 1
    assert run.costs["index built, s"] > 0
    assert run.costs["ask p95, ms"] >= run.costs["ask p50, ms"] > 0
    assert run.settings.suite == "river"


@pytest.mark.slow
def test_quotes(river: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stars = write_collection(tmp_path / "stars", STARS, [])
    out = tmp_path / "quotes.json"
    command = ["quotes", str(river), "--off-topic", str(stars), "--cache", str(cache), "--json", str(out)]
    assert main(command) == 0
    run = load(out)
    values = {query: result.values for query, result in run.systems["evidence"].items()}
    assert values.keys() == {"1", "2", "3"}
    assert values["1"]["answer@1"] == values["2"]["answer@3"] == 1
    assert values["3"]["rationale@1"] == values["3"]["rationale@1 SUPPORT"] == 1
    assert "answer@1" not in values["3"]
    assert "rationale@1" not in values["1"]
    assert {name: run.figures[f"questions, {name}"] for name in ("gold removed", "off-topic", "adversarial")} == {
        "gold removed": 3,
        "off-topic": 2,
        "adversarial": 1,
    }
    assert run.figures["AUROC, off-topic"] == 1
    assert run.figures["AUROC, gold removed"] > 0.7
    assert "AUROC, adversarial" in capsys.readouterr().out


@pytest.mark.slow
def test_a_suite_leaves_as_a_folder_that_can_be_run(
    shipped_index: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = str(REPO / "evals" / "suites" / "facts.yaml")
    folder, runs = tmp_path / "facts", [tmp_path / "suite.json", tmp_path / "folder.json"]
    assert main(["export", suite, "--index", str(shipped_index), "--to", str(folder)]) == 0
    arguments = ["--pipeline", "bm25", "--k", "10", "--json"]
    assert main(["run", suite, "--index", str(shipped_index), *arguments, str(runs[0])]) == 0
    exported = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [query["_id"] for query in exported] == list(load(runs[0]).topics)
    judged = (folder / "qrels" / "test.tsv").read_text().splitlines()[1:]
    qrels = {(q, one): grade for q, asked in load(runs[0]).topics.items() for one, grade in asked.qrels.items()}
    assert {tuple(row.split("\t")[:2]): int(row.split("\t")[2]) for row in judged} == qrels


def rated(source: str, text: str) -> Rated:
    passage = Passage(
        f"{source}#0000", Source(source, source, ""), 0, (), None, text, (Sentence(0, len(text), BlockKind.PARAGRAPH),)
    )
    return Rated(passage, 0, 1.0, 0.0, 0.0, 0.0, np.zeros(3, np.float32), None)


def test_answers_and_rationales_by_hand() -> None:
    best = (rated("a", "It was Tuesday."), rated("a", "It was in May, as all agree."), rated("b", "It was in May."))
    gold = frozenset({"b#0000"})
    rationales = (
        Rationale("q", "a", "SUPPORT", (("It was in May, as all agree.",), ("Never said.",))),
        Rationale("q", "c", "CONTRADICT", (("It was in June.",),)),
    )
    found = quote_values(best, ("in may", "spring"), rationales, gold)
    precision, recall = 1 / 3, 1 / 3
    assert found == {
        "gold@1": 0,
        "answer@1": 0,
        "answer@3": 1,
        "rationale@1": 0,
        "rationale@3": 1,
        "rationale@1 SUPPORT": 0,
        "rationale@1 CONTRADICT": 0,
        "rationale F1": pytest.approx(2 * precision * recall / (precision + recall)),
    }
    assert set(quote_values((), ("in may",), rationales, gold).values()) == {0.0}


def test_a_sentence_cut_otherwise_is_still_the_rationale() -> None:
    marked = Rationale("q", "a", "SUPPORT", (("It was in May; that is sure and nobody doubts it.",),))
    assert quote_values((rated("a", "It was in May; that is sure"),), (), (marked,), frozenset())["rationale@1"] == 1
    assert quote_values((rated("a", "It was"),), (), (marked,), frozenset())["rationale@1"] == 0
    assert quote_values((rated("b", "It was in May; that is sure"),), (), (marked,), frozenset())["rationale@1"] == 0


def test_answers_are_read_or_refused() -> None:
    query = TypeAdapter(Query).validate_python
    assert answers_of(query({"_id": "1", "text": "?", "metadata": {"answers": [{"text": "crabs", "start": 3}]}})) == (
        "crabs",
    )
    assert answers_of(query({"_id": "1", "text": "?", "metadata": {"topic": "otters"}})) == ()
    with pytest.raises(AnchorlineError, match=r"query 1: metadata\.answers\.0\.text"):
        answers_of(query({"_id": "1", "text": "?", "metadata": {"answers": [{"start": 3}]}}))
