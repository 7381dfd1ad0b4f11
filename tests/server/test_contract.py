"""The contract, asked over a real port of a real service with a real index."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

import server

pytestmark = pytest.mark.slow

ANSWER_FIELDS = {
    "answer_id", "status", "question_understood", "text", "blocks", "citations", "gaps", "nearest", "suggestions",
    "index", "timings_ms",
}  # fmt: skip
CITATION_FIELDS = {
    "marker", "passage_id", "source_id", "title", "publisher", "published", "organisation", "programme", "section",
    "page", "quote", "basis", "evidence", "url", "superseded_by",
}  # fmt: skip
RESULT_FIELDS = {
    "rank", "score", "passage_id", "source_id", "title", "organisation", "programme", "section", "page", "text",
}  # fmt: skip


def ask(client: httpx.Client, question: str, **more: object) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": question} | more)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def read_events(body: str) -> list[tuple[str, Any]]:
    """The event stream, read line by line as the standard has it."""
    found = []
    for chunk in body.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in chunk.splitlines() if line and not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_an_answer_has_every_field_and_every_quote_is_in_its_passage(client: httpx.Client) -> None:
    answer = ask(client, "How did the trust start to hire local people?")
    assert set(answer) >= ANSWER_FIELDS
    assert answer["status"] in ("answered", "partial")
    assert answer["citations"]
    markers = [citation["marker"] for citation in answer["citations"]]
    assert len(set(markers)) == len(markers)
    for citation in answer["citations"]:
        assert set(citation) >= CITATION_FIELDS
        passage = client.get(f"/v1/passages/{quote(citation['passage_id'], safe='')}").json()
        assert citation["quote"] in passage["text"]
    for block in answer["blocks"]:
        assert set(block["citations"]) <= set(markers)
        assert block["citations"] or block["kind"] in ("gap", "note")


def test_history_and_writer_are_taken(client: httpx.Client) -> None:
    asked, told = "Who hired local people?", "Wexcombe did."
    history = [{"role": "user", "content": asked}, {"role": "assistant", "content": told}]
    answer = ask(client, "What was the impact?", history=history, writer="extract")
    assert answer["index"]["generation"].startswith("gen-")


def test_a_long_answer_may_be_sent_back(client: httpx.Client) -> None:
    history = [{"role": "user", "content": "Who hired local people?"}, {"role": "assistant", "content": "a" * 9_000}]
    assert ask(client, "What was the impact?", history=history)["index"]["generation"].startswith("gen-")


def test_narrowing_to_a_source_keeps_to_it(client: httpx.Client) -> None:
    sources = [source["source_id"] for source in client.get("/v1/sources").json()["sources"]]
    answer = ask(client, "What did the trust do?", sources=sources[:1])
    assert {citation["source_id"] for citation in answer["citations"]} <= {sources[0]}
    found = client.post("/v1/search", json={"query": "trust", "sources": sources[:1]}).json()["results"]
    assert found
    assert {result["source_id"] for result in found} == {sources[0]}


def test_the_event_stream_gives_the_same_answer_as_json(client: httpx.Client) -> None:
    question = "How did the trust start to hire local people?"
    as_json = ask(client, question)
    streamed = client.post("/v1/ask", json={"question": question}, headers={"Accept": "text/event-stream"})
    assert streamed.headers["content-type"].startswith("text/event-stream")
    events = read_events(streamed.text)
    names = [name for name, _ in events]
    assert names[0] == "status"
    assert names[-1] == "done"
    assert names.count("done") == 1
    done = events[-1][1]
    assert [data for name, data in events if name == "block"] == done["blocks"]
    assert sorted((data for name, data in events if name == "citation"), key=lambda c: c["marker"]) == sorted(
        done["citations"], key=lambda c: c["marker"]
    )
    for field in ANSWER_FIELDS - {"answer_id", "timings_ms"}:
        assert done[field] == as_json[field]


def test_search_ranks_with_the_best_first(client: httpx.Client) -> None:
    body = client.post("/v1/search", json={"query": "damp housing repaired by the council", "k": 3}).json()
    results = body["results"]
    assert 0 < len(results) <= 3
    assert all(set(result) >= RESULT_FIELDS for result in results)
    assert [result["rank"] for result in results] == list(range(1, len(results) + 1))
    assert [result["score"] for result in results] == sorted((r["score"] for r in results), reverse=True)
    assert "damp" in results[0]["text"]
    assert body["index"]["generation"].startswith("gen-")
    assert body["timings_ms"]["total"] >= 0


def test_a_passage_comes_whole_with_its_neighbours(client: httpx.Client) -> None:
    found = client.post("/v1/search", json={"query": "trust", "k": 50}).json()["results"]
    first = min(found, key=lambda result: str(result["passage_id"]))
    passage = client.get(f"/v1/passages/{quote(first['passage_id'], safe='')}").json()
    assert passage["text"] == first["text"]
    assert passage["previous"] is None
    for sentence in passage["sentences"]:
        assert passage["text"][sentence["start"] : sentence["end"]] == sentence["text"]
    assert passage["source"]["source_id"] == passage["source_id"]
    after = client.get(f"/v1/passages/{quote(passage['next'], safe='')}").json()
    assert after["previous"] == passage["passage_id"]


def test_sources_are_listed_and_found_one_by_one(client: httpx.Client) -> None:
    listed = client.get("/v1/sources").json()["sources"]
    assert len(listed) == 2
    for source in listed:
        assert source["passages"] > 0
        assert {"title", "publisher", "licence", "published", "words", "pages", "warnings"} <= set(source)
        assert client.get(f"/v1/sources/{source['source_id']}").json() == source
    assert client.get("/v1/sources/no-such").status_code == 404


def test_the_configuration_for_an_embed_is_small(client: httpx.Client) -> None:
    response = client.get("/v1/config")
    assert len(response.content) <= 2048
    body = response.json()
    assert body["limits"]["question_characters"] == 1000
    assert len(body["standing"]) == 4
    assert all(len(standing["text"].split()) <= 60 for standing in body["standing"])


def test_health_and_readiness(client: httpx.Client) -> None:
    assert client.get("/health").status_code == 200
    ready = client.get("/ready")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    assert ready.json()["generation"].startswith("gen-")


def test_the_committed_openapi_document_is_the_one_served(client: httpx.Client) -> None:
    committed = json.loads(Path(server.__file__).with_name("openapi.json").read_text("utf-8"))
    assert client.get("/openapi.json").json() == committed, "run: python -m server --openapi > server/openapi.json"


def test_the_command_prints_the_committed_document() -> None:
    done = subprocess.run([sys.executable, "-m", "server", "--openapi"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == Path(server.__file__).with_name("openapi.json").read_text("utf-8")
