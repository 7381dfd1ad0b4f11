"""What every back end must do alike: exact search, a Chroma server, pgvector, and the guard over both servers.
What is right is worked out here, by comparing everything."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from corpus.errors import IndexMismatch
from corpus.types import Passage
from retrieval.index import VectorIndex, canary
from retrieval.types import Narrowing
from retrieval.vectors import Vectors, unit_length
from tests.growth.conftest import Build
from tests.growth.making import DIMENSION, PLACES, TWINS, Made, made

COUNT = 240
QUESTIONS: Vectors = unit_length(np.random.default_rng(11).standard_normal((200, DIMENSION), dtype=np.float32))

Within = Callable[[Passage], bool]
NARROWED: dict[str, tuple[Narrowing, Within]] = {
    "a source": (Narrowing(sources=("alpha",)), lambda p: p.source.source_id == "alpha"),
    "two sources": (
        Narrowing(sources=("alpha", "安克雷奇")),
        lambda p: p.source.source_id in ("alpha", "安克雷奇"),
    ),
    "a source that is an operator": (Narrowing(sources=("$or",)), lambda p: p.source.source_id == "$or"),
    "a source like SQL": (Narrowing(sources=("it's; --",)), lambda p: p.source.source_id == "it's; --"),
    "a source that is not there": (Narrowing(sources=("gamma",)), lambda p: False),
    "a programme": (Narrowing(programmes=("apprentices",)), lambda p: p.programme_id == "apprentices"),
    "programmes": (
        Narrowing(programmes=("warm homes", "$and")),
        lambda p: p.programme_id in ("warm homes", "$and"),
    ),
    "a programme without a name": (Narrowing(programmes=("",)), lambda p: False),
    "a facet": (Narrowing({"pillar": ("work",)}), lambda p: "pillar:work" in p.facets),
    "one of two values": (
        Narrowing({"pillar": ("work", "housing")}),
        lambda p: bool({"pillar:work", "pillar:housing"} & set(p.facets)),
    ),
    "two facets": (
        Narrowing({"pillar": ("work",), "place": ("Ünïtown",)}),
        lambda p: {"pillar:work", "place:Ünïtown"} <= set(p.facets),
    ),
    "a value with marks": (
        Narrowing({"place": (PLACES[1],)}),
        lambda p: f"place:{PLACES[1]}" in p.facets,
    ),
    "a value like a pattern": (Narrowing({"place": ("%_",)}), lambda p: "place:%_" in p.facets),
    "no value of a facet": (Narrowing({"pillar": ()}), lambda p: True),
    "a value that is not there": (Narrowing({"pillar": ("sailing",)}), lambda p: False),
    "a facet that is an operator": (Narrowing({"$or": ("x",)}), lambda p: False),
    "a facet that is an operator, and one that is not": (
        Narrowing({"$or": ("x", "y"), "pillar": ("work",)}),
        lambda p: False,
    ),
    "names that are no text": (Narrowing({"\ud800": ("x",)}, ("\ud800", "a\0b")), lambda p: False),
    "names that are no text, and one that is": (
        Narrowing({"pillar": ("work", "\ud800")}, ("alpha", "\ud800", "a\0b")),
        lambda p: p.source.source_id == "alpha" and "pillar:work" in p.facets,
    ),
    "everything at once": (
        Narrowing({"pillar": ("work", "housing"), "place": PLACES}, ("alpha", "$or"), ("apprentices", "$and")),
        lambda p: (
            p.source.source_id in ("alpha", "$or")
            and p.programme_id in ("apprentices", "$and")
            and bool({"pillar:work", "pillar:housing"} & set(p.facets))
        ),
    ),
    "nothing": (Narrowing(), lambda p: True),
}


@pytest.fixture(scope="module")
def given() -> Made:
    return made(COUNT)


@pytest.fixture(scope="module")
def index(build: Build, given: Made) -> VectorIndex:
    return build(given)


def best(given: Made, vector: Vectors, k: int, within: Within | None = None) -> list[str]:
    rows = [row for row, passage in enumerate(given.passages) if within is None or within(passage)]
    scored = sorted(zip((-(given.vectors[rows] @ vector)).tolist(), (given.ids[row] for row in rows), strict=True))
    return [passage_id for _, passage_id in scored[:k]]


def but_for_twins(given: Made, found: list[str]) -> list[str]:
    """Which of several equals is the last to go in is for the graph to say."""
    twins = {given.ids[row] for row in TWINS}
    return ["a twin" if one in twins else one for one in found]


def ids(hits: list[tuple[str, float]]) -> list[str]:
    return [passage_id for passage_id, _ in hits]


@pytest.mark.parametrize("case", NARROWED)
def test_a_narrowing_is_kept_to_and_loses_nothing(index: VectorIndex, given: Made, case: str) -> None:
    narrowing, within = NARROWED[case]
    for vector in QUESTIONS[:5]:
        found, right = ids(index.query(vector, 10, narrowing)), best(given, vector, 10, within)
        assert but_for_twins(given, found) == but_for_twins(given, right)
    there = sum(within(passage) for passage in given.passages)
    assert len(index.query(QUESTIONS[0], COUNT, narrowing)) == there


def test_the_first_five_of_two_hundred_questions_are_those_of_exact_search(index: VectorIndex, given: Made) -> None:
    for vector in QUESTIONS:
        assert but_for_twins(given, ids(index.query(vector, 5))) == but_for_twins(given, best(given, vector, 5))


def test_similarities_are_cosines_and_fall(index: VectorIndex, given: Made) -> None:
    hits = index.query(QUESTIONS[0], 20)
    right = [float(given.vectors[given.ids.index(one)] @ QUESTIONS[0]) for one, _ in hits]
    assert np.allclose([score for _, score in hits], right, atol=1e-5)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)


def test_equals_come_in_the_order_of_their_ids_every_time(index: VectorIndex, given: Made) -> None:
    twins = sorted(given.ids[row] for row in TWINS)
    for _ in range(3):
        assert ids(index.query(given.vectors[TWINS[0]], len(twins))) == twins


@pytest.mark.parametrize("k", [0, 1, 2, COUNT - 1, COUNT, COUNT + 1, 10 * COUNT])
def test_as_many_as_wanted_and_no_more_than_there_are(index: VectorIndex, given: Made, k: int) -> None:
    hits = ids(index.query(QUESTIONS[1], k))
    assert len(hits) == len(set(hits)) == min(k, COUNT)
    assert but_for_twins(given, hits[:5]) == but_for_twins(given, best(given, QUESTIONS[1], min(k, 5)))


def test_every_vector_finds_itself_whatever_letters_its_id_has(index: VectorIndex, given: Made) -> None:
    canary(index, given.ids, given.vectors)
    for row in range(12):
        assert ids(index.query(given.vectors[row], 1)) == [given.ids[row]]


@pytest.mark.parametrize("dimension", [1, 3, 768])
def test_a_vector_of_another_dimension_is_refused_by_name(index: VectorIndex, dimension: int) -> None:
    with pytest.raises(IndexMismatch, match="ANCHORLINE_ENCODER"):
        index.query(np.ones(dimension, np.float32), 5)
    assert len(index.query(QUESTIONS[0], 5)) == 5


def test_many_threads_read_at_once(index: VectorIndex, given: Made) -> None:
    right = [but_for_twins(given, best(given, vector, 5)) for vector in QUESTIONS[:40]]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda vector: ids(index.query(vector, 5)), [*QUESTIONS[:40]] * 3))
    assert [but_for_twins(given, one) for one in found] == right * 3


@pytest.mark.parametrize("count", [0, 1])
def test_an_index_of_none_or_one(build: Build, count: int) -> None:
    few = made(count)
    index = build(few)
    assert index.count() == count
    assert ids(index.query(QUESTIONS[0], 5)) == few.ids
    assert index.query(QUESTIONS[0], 5, Narrowing(sources=("gamma",))) == []


def test_two_indexes_of_one_kind_do_not_mix(build: Build, index: VectorIndex, given: Made) -> None:
    other = made(30, seed=8)
    second = build(other)
    assert (index.count(), second.count()) == (COUNT, 30)
    assert ids(second.query(other.vectors[3], 1)) == [other.ids[3]]
    assert ids(index.query(given.vectors[3], 1)) == [given.ids[3]]


def test_a_batch_larger_than_a_request_is_whole(build: Build) -> None:
    large = made(1_200, seed=9)
    index = build(large)
    canary(index, large.ids, large.vectors)
    found = [set(ids(index.query(vector, 10))) for vector in QUESTIONS[:50]]
    right = [set(best(large, vector, 10)) for vector in QUESTIONS[:50]]
    shared = sum(len(one & other) for one, other in zip(found, right, strict=True))
    assert shared >= 0.99 * 10 * 50, f"{shared} of 500 neighbours are those of exact search"
