"""Ranking is exact within what the reader asked to be kept to, and the same twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

from corpus.types import BlockKind, Passage, Sentence, Source
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.generation import Content, Generation, StoredSource, open_generation, write_generation
from retrieval.search import PIPELINES, candidates, fits, search, search_sources
from retrieval.types import Narrowing, ScoredPassage

EVERYTHING = Narrowing()
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
    vectors, sentences = encoder.encode_with_sentences(
        [one.embedding_text for one in passages], [one.embedding_spans for one in passages]
    )
    stored = tuple(StoredSource(_passage(number).source, f"{number}.md", "0" * 64, False) for number in range(4))
    folder = tmp_path_factory.mktemp("wide") / "gen-000001"
    write_generation(folder, Content(stored, passages, vectors, sentences.astype(np.float16)), encoder)
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
    vector = encoder.encode_questions([question])[0]
    every = search(wide, question, vector, 200, EVERYTHING, pipeline)
    expected = [hit.passage.passage_id for hit in every if fits(hit.passage, narrowing)][:20]
    found = search(wide, question, vector, 20, narrowing, pipeline)
    assert [hit.passage.passage_id for hit in found] == expected
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize("narrowing", NARROWINGS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_fused_results_fit_and_miss_nothing(
    wide: Generation, encoder: Encoder, question: str, narrowing: Narrowing
) -> None:
    vector = encoder.encode_questions([question])[0]
    found = search(wide, question, vector, 200, narrowing)
    fitting = {one.passage_id for one in wide.content.passages if fits(one, narrowing)}
    assert {hit.passage.passage_id for hit in found} == fitting
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_the_legs_are_what_they_say(wide: Generation, encoder: Encoder) -> None:
    question = "Scheme 40 housing"
    vector = encoder.encode_questions([question])[0]
    words = wide.words.scores(question)
    for pipeline in PIPELINES:
        for hit in search(wide, question, vector, 30, EVERYTHING, pipeline):
            row = wide.place[hit.passage.passage_id]
            assert hit.legs["dense"] == pytest.approx(float(wide.content.vectors[row] @ vector), abs=1e-5)
            assert hit.legs["bm25"] == pytest.approx(float(words[row]), abs=1e-5)
            assert pipeline == "fused" or hit.score == hit.legs[pipeline]


def test_the_dense_leg_is_an_exhaustive_search(wide: Generation, encoder: Encoder) -> None:
    for question in QUESTIONS:
        vector = encoder.encode_questions([question])[0]
        exact = np.sort(wide.content.vectors @ vector)[::-1][:10]
        found = search(wide, question, vector, 10, EVERYTHING, "dense")
        assert np.allclose([hit.score for hit in found], exact, atol=1e-5)


def test_no_shared_word_is_no_rank(wide: Generation, encoder: Encoder) -> None:
    vector = encoder.encode_questions(["zebra"])[0]
    assert search(wide, "zebra", vector, 10, EVERYTHING, "bm25") == ()
    found = search(wide, "twins", encoder.encode_questions(["twins"])[0], 200, EVERYTHING, "bm25")
    assert len(found) == 10 and all(hit.legs["bm25"] > 0 for hit in found)
    fused = candidates(wide, "zebra", vector, EVERYTHING, 10)
    assert len(fused.rows) == 10 and not fused.bm25.any()


def test_ties_go_by_place_and_never_change(wide: Generation, encoder: Encoder) -> None:
    vector = encoder.encode_questions(["twins"])[0]
    for pipeline in PIPELINES:
        runs = [search(wide, "twins", vector, 10, EVERYTHING, pipeline) for _ in range(3)]
        assert runs[0] == runs[1] == runs[2]
    found = search(wide, "twins", vector, 10, EVERYTHING, "bm25")
    tied: dict[float, list[int]] = {}
    for hit in found:
        tied.setdefault(hit.score, []).append(hit.passage.ordinal)
    assert len(tied) < len(found)
    assert all(ordinals == sorted(ordinals) for ordinals in tied.values())


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_more_than_there_is(wide: Generation, encoder: Encoder, pipeline: str) -> None:
    vector = encoder.encode_questions(["trust"])[0]
    assert len(search(wide, "trust", vector, 10_000, EVERYTHING, pipeline)) == (190 if pipeline == "bm25" else 200)


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
    vector = encoder.encode_questions(["housing"])[0]
    assert search(wide, "housing", vector, 10, narrowing, pipeline) == ()
    assert search_sources(wide, "housing", vector, 10, narrowing, pipeline) == ()


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


def test_results_are_frozen(assistant: Assistant) -> None:
    hit = assistant.search("trees", 1)[0]
    assert isinstance(hit, ScoredPassage)
    with pytest.raises(dataclasses.FrozenInstanceError):
        hit.score = 2.0  # type: ignore[misc]
