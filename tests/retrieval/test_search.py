"""Ranking is exact within what the reader asked to be kept to, and the same twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

from corpus.types import BlockKind, Passage, Sentence, Source
from ingest.sync import Reading, encoded
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.generation import Generation, StoredSource, open_generation, write_generation
from retrieval.index import fits
from retrieval.search import PIPELINES, Query, candidates, merged, query_of, search, search_sources
from retrieval.types import Narrowing, ScoredPassage

EVERYTHING = Narrowing()


def asking(generation: Generation, encoder: Encoder, question: str) -> Query:
    return query_of(question, question, encoder, generation)


TOPICS = ("housing", "jobs", "green space", "buying", "air")
QUESTIONS = ("How do trusts improve housing?", "trees 41", "安克雷奇 🙂", "local jobs", "x")


def _passage(number: int) -> Passage:
    topic = TOPICS[number % len(TOPICS)]
    text = f"Scheme {number} of the trust is about {topic}. It began in year {number // 7}."
    if number >= 190:
        text = "Twin passages say the very same thing about twins."
    return Passage(
        passage_id=f"report-{number % 4}#{number:04d}",
        source=Source(f"report-{number % 4}", f"Report {number % 4}", "A publisher"),
        ordinal=number,
        heading_path=(f"Part {number % 3}",),
        page=None,
        text=text,
        sentences=(Sentence(0, len(text), BlockKind.PARAGRAPH),),
        programme_id=f"programme-{number % 9}" if number % 2 else None,
        facets=tuple(sorted({f"determinant:{topic.replace(' ', '_')}", f"stage:{('starting', 'later')[number % 2]}"})),
    )


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Generation]:
    """200 passages of four sources, more than the depth of either leg."""
    passages = tuple(_passage(number) for number in range(200))
    stored = tuple(StoredSource(_passage(number).source, f"{number}.md", "0" * 64, False) for number in range(4))
    readings = [Reading(one, tuple(p for p in passages if p.source == one.source)) for one in stored]
    content, _ = encoded(readings, None, encoder, lambda *_: None)
    folder = tmp_path_factory.mktemp("wide") / "gen-000001"
    write_generation(folder, content, encoder)
    opened = open_generation(folder, encoder)
    yield opened
    opened.close()


NARROWINGS = (
    Narrowing(sources=("report-1",)),
    Narrowing(sources=("report-1", "report-3")),
    Narrowing(programmes=("programme-5",)),
    Narrowing(facets={"determinant": ("housing",)}),
    Narrowing(facets={"determinant": ("housing", "green_space")}),
    Narrowing(facets={"determinant": ("air",), "stage": ("starting",)}),
    Narrowing(facets={"determinant": (), "stage": ("later",)}, sources=("report-3",)),
    Narrowing(facets={"determinant": ("jobs",)}, sources=("report-0", "report-1"), programmes=("programme-1",)),
)


@pytest.mark.parametrize("pipeline", ["dense", "bm25"])
@pytest.mark.parametrize("narrowing", NARROWINGS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_narrowing_is_exact_in_each_leg(
    wide: Generation, encoder: Encoder, question: str, narrowing: Narrowing, pipeline: str
) -> None:
    """The same as everything ranked and then filtered: nothing lost, nothing let in."""
    query = asking(wide, encoder, question)
    every = search(wide, query, 200, EVERYTHING, pipeline)
    expected = [hit.passage.passage_id for hit in every if fits(hit.passage, narrowing)][:20]
    found = search(wide, query, 20, narrowing, pipeline)
    assert [hit.passage.passage_id for hit in found] == expected
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize("narrowing", NARROWINGS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_fused_results_fit_and_miss_nothing(
    wide: Generation, encoder: Encoder, question: str, narrowing: Narrowing
) -> None:
    query = asking(wide, encoder, question)
    found = search(wide, query, 200, narrowing)
    fitting = {one.passage_id for one in wide.content.passages if fits(one, narrowing)}
    assert {hit.passage.passage_id for hit in found} == fitting
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_the_legs_are_what_they_say(wide: Generation, encoder: Encoder) -> None:
    question = "Scheme 40 housing"
    query = asking(wide, encoder, question)
    words = wide.words.scores(question)
    for pipeline in PIPELINES:
        for hit in search(wide, query, 30, EVERYTHING, pipeline):
            row = wide.place[hit.passage.passage_id]
            assert hit.legs["dense"] == pytest.approx(float(wide.content.vectors[row] @ query.vector), abs=1e-5)
            assert hit.legs["bm25"] == pytest.approx(float(words[row]), abs=1e-5)
            assert pipeline in ("fused", "reranked") or hit.score == hit.legs[pipeline]


def test_the_dense_leg_is_an_exhaustive_search(wide: Generation, encoder: Encoder) -> None:
    for question in QUESTIONS:
        query = asking(wide, encoder, question)
        exact = np.sort(wide.content.vectors @ query.vector)[::-1][:10]
        found = search(wide, query, 10, EVERYTHING, "dense")
        assert np.allclose([hit.score for hit in found], exact, atol=1e-5)


def test_no_shared_word_is_no_rank(wide: Generation, encoder: Encoder) -> None:
    query = asking(wide, encoder, "zebra")
    assert search(wide, query, 10, EVERYTHING, "bm25") == ()
    found = search(wide, asking(wide, encoder, "twins"), 200, EVERYTHING, "bm25")
    assert len(found) == 10 and all(hit.legs["bm25"] > 0 for hit in found)
    fused = candidates(wide, query, EVERYTHING, 10)
    assert len(fused.rows) == 10 and not fused.bm25.any()


def test_ties_go_by_place_and_never_change(wide: Generation, encoder: Encoder) -> None:
    query = asking(wide, encoder, "twins")
    for pipeline in PIPELINES:
        runs = [search(wide, query, 10, EVERYTHING, pipeline) for _ in range(3)]
        assert runs[0] == runs[1] == runs[2]
    found = search(wide, query, 10, EVERYTHING, "bm25")
    tied: dict[float, list[int]] = {}
    for hit in found:
        tied.setdefault(hit.score, []).append(wide.place[hit.passage.passage_id])
    assert len(tied) < len(found)
    assert all(rows == sorted(rows) for rows in tied.values())


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_more_than_there_is(wide: Generation, encoder: Encoder, pipeline: str) -> None:
    query = asking(wide, encoder, "trust")
    assert len(search(wide, query, 10_000, EVERYTHING, pipeline)) == (190 if pipeline == "bm25" else 200)


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize(
    "narrowing",
    [
        Narrowing(sources=("no-such-source",)),
        Narrowing(programmes=("none",)),
        Narrowing(facets={"determinant": ("none",)}),
        Narrowing(facets={"no_such_facet": ("x",)}),
        Narrowing(facets={"$or": ("x",)}),
        Narrowing(facets={"chroma": ("document",)}),
        Narrowing(facets={"": ("",)}),
        Narrowing(sources=("ü\x00'; DROP TABLE embeddings; --",)),
        Narrowing(sources=("\ud800",)),
    ],
    ids=range(9),
)
def test_narrowing_to_nothing_finds_nothing(
    wide: Generation, encoder: Encoder, narrowing: Narrowing, pipeline: str
) -> None:
    query = asking(wide, encoder, "housing")
    assert search(wide, query, 10, narrowing, pipeline) == ()
    assert search_sources(wide, query, 10, narrowing, pipeline) == ()


@pytest.mark.slow
def test_briefs_stay_where_their_source_is_not_held(briefs: Assistant) -> None:
    found = briefs.search("How do trusts hire local people?", 10)
    assert len(found) == 10
    ids = [hit.passage.passage_id for hit in found]
    assert len(set(ids)) == len(ids)


@pytest.mark.slow
def test_narrowing_to_any_source_gives_all_of_it(briefs: Assistant) -> None:
    """Whatever a brief leads to, its own passages are what was asked for."""
    for summary in briefs.sources()[::10]:
        narrowing = Narrowing(sources=(summary.source.source_id,))
        found = briefs.search("What was done?", 100, narrowing)
        assert {hit.passage.source.source_id for hit in found} == {summary.source.source_id}
        assert len(found) == min(100, summary.passages)


def test_a_long_question_is_not_reranked(wide: Generation, encoder: Encoder) -> None:
    """It would be met by parts of everything; the order is that of the fused legs."""
    query = asking(wide, encoder, "How do trusts improve housing and jobs? " * 20)
    assert not len(query.tokens)
    ids = [[hit.passage.passage_id for hit in search(wide, query, 10, EVERYTHING, p)] for p in ("fused", "reranked")]
    assert ids[0] == ids[1]


def test_rankings_are_merged_by_the_best_score(wide: Generation, encoder: Encoder) -> None:
    rankings = [search(wide, asking(wide, encoder, q), 10, EVERYTHING) for q in ("housing", "green space")]
    found = merged(rankings, 12)
    assert [hit.rank for hit in found] == list(range(1, 13))
    best = {hit.passage.passage_id: hit.score for ranking in reversed(rankings) for hit in ranking}
    for ranking in rankings:
        for hit in ranking:
            best[hit.passage.passage_id] = max(best[hit.passage.passage_id], hit.score)
    assert [hit.score for hit in found] == sorted(best.values(), reverse=True)[:12]
    assert all(hit.score == best[hit.passage.passage_id] for hit in found)


def test_results_are_frozen(assistant: Assistant) -> None:
    hit = assistant.search("trees", 1)[0]
    assert isinstance(hit, ScoredPassage)
    with pytest.raises(dataclasses.FrozenInstanceError):
        hit.score = 2.0  # type: ignore[misc]
