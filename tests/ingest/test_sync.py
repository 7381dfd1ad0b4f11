"""What the next generation holds, and that nothing is encoded twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corpus.types import Passage
from ingest.sync import Reading, empty_content, encoded, merged, readings_of
from retrieval.encode import Encoder
from retrieval.generation import Content
from tests.ingest.making import CountingEncoder, content, reading

LEEDS = ("Leeds hired 42 local people. Most of them stayed.", "It bought from shops near by.", "It planted trees.")
ELFT = ("East London paid a living wage. Staff were glad. So were suppliers.", "It wrote a charter.")


@pytest.fixture
def counting(encoder: Encoder) -> CountingEncoder:
    return CountingEncoder(encoder)


@pytest.fixture(scope="session")
def held(encoder: Encoder) -> Content:
    return content(encoder, reading("elft", ELFT, encoder), reading("leeds", LEEDS, encoder))


def following(held: Content, encoder: CountingEncoder, *readings: Reading, dropped: tuple[str, ...] = ()) -> Content:
    found, count = encoded(merged(readings_of(held), readings, dropped), held, encoder, lambda done, total: None)
    assert count == len(encoder.texts)
    return found


def check_rows(found: Content, encoder: Encoder) -> None:
    """Each row is what the encoder makes of its passage or sentence, alone."""
    row = 0
    assert len(found.vectors) == len(found.passages)
    for passage, vector in zip(found.passages, found.vectors, strict=True):
        alone = encoder.encode_documents([passage.embedding_text], [passage.embedding_spans])
        parts = alone.sentences
        assert np.abs(alone.passages[0] - vector).max() < 1e-5
        stored = found.sentence_vectors[row : row + len(parts)]
        assert stored.dtype == np.float16
        assert np.abs(parts - stored.astype(np.float32)).max() < 1e-3
        row += len(parts)
    assert row == len(found.sentence_vectors)


def texts(passages: tuple[Passage, ...], source_id: str) -> list[str]:
    return [passage.text for passage in passages if passage.source.source_id == source_id]


def test_rows_stand_beside_what_they_encode(held: Content, encoder: Encoder) -> None:
    check_rows(held, encoder)
    assert [passage.passage_id for passage in held.passages] == [
        *("elft#0000", "elft#0001"),
        *("leeds#0000", "leeds#0001", "leeds#0002"),
    ]


def test_what_is_the_same_is_not_encoded_again(held: Content, counting: CountingEncoder) -> None:
    found = following(held, counting, reading("leeds", LEEDS, counting), reading("elft", ELFT, counting))
    assert counting.texts == []
    assert (found.sources, found.passages) == (held.sources, held.passages)
    assert np.array_equal(found.vectors, held.vectors)
    assert np.array_equal(found.sentence_vectors, held.sentence_vectors)
    for name in ("values", "scales", "starts", "sentences"):
        assert np.array_equal(getattr(found.tokens, name), getattr(held.tokens, name))


def test_only_new_passages_are_encoded_wherever_they_stand(held: Content, counting: CountingEncoder) -> None:
    grown = reading("leeds", (LEEDS[0], "It began with one meeting. Ten people came.", LEEDS[2], LEEDS[1]), counting)
    found = following(held, counting, grown)
    # The heading is embedded too: the text that moved under another one is new.
    assert sorted(counting.texts) == sorted(grown.passages[place].embedding_text for place in (1, 3))
    assert texts(found.passages, "elft") == list(ELFT)
    check_rows(found, counting.real)


def test_a_passage_that_only_moved_keeps_its_vector(held: Content, counting: CountingEncoder) -> None:
    read = reading("leeds", LEEDS, counting)
    later = tuple(replace(one, passage_id=f"leeds#{at:04d}", ordinal=at) for at, one in enumerate(read.passages[1:]))
    check_rows(following(held, counting, Reading(read.stored, later)), counting.real)
    assert counting.texts == []


def test_a_changed_licence_is_stored_and_nothing_encoded(held: Content, counting: CountingEncoder) -> None:
    found = following(held, counting, reading("leeds", LEEDS, counting, licence="CC BY 4.0"))
    assert counting.texts == []
    assert {one.source.licence for one in found.passages if one.source.source_id == "leeds"} == {"CC BY 4.0"}
    assert [stored.source.licence for stored in found.sources] == ["not stated", "CC BY 4.0"]
    assert (found.sources, found.passages) != (held.sources, held.passages)
    check_rows(found, counting.real)


def test_a_changed_title_is_encoded_since_the_encoder_reads_it(held: Content, counting: CountingEncoder) -> None:
    read = reading("leeds", LEEDS, counting)
    source = replace(read.stored.source, title="Leeds as an anchor")
    renamed = Reading(replace(read.stored, source=source), tuple(replace(one, source=source) for one in read.passages))
    check_rows(following(held, counting, renamed), counting.real)
    assert len(counting.texts) == len(LEEDS)


def test_a_source_read_again_replaces_only_itself(held: Content, counting: CountingEncoder) -> None:
    found = following(held, counting, reading("leeds", LEEDS[:1], counting))
    assert texts(found.passages, "leeds") == [LEEDS[0]]
    assert texts(found.passages, "elft") == list(ELFT)
    check_rows(found, counting.real)


def test_what_is_dropped_leaves_with_its_vectors(held: Content, counting: CountingEncoder) -> None:
    found = following(held, counting, dropped=("elft",))
    assert [stored.source.source_id for stored in found.sources] == ["leeds"]
    check_rows(found, counting.real)


def test_what_was_just_read_is_not_dropped(held: Content, counting: CountingEncoder) -> None:
    found = following(held, counting, reading("elft", ELFT, counting), dropped=("elft",))
    assert (found.sources, found.passages) == (held.sources, held.passages)


def test_two_passages_of_the_same_words_share_a_vector(encoder: Encoder) -> None:
    twins = reading("leeds", LEEDS[:1], encoder)
    twice = Reading(twins.stored, (*twins.passages, replace(twins.passages[0], passage_id="leeds#0001", ordinal=1)))
    found = content(encoder, twice)
    again, count = encoded([twice], found, encoder, lambda done, total: None)
    assert count == 0
    check_rows(again, encoder)


def test_without_old_vectors_everything_is_encoded(held: Content, counting: CountingEncoder) -> None:
    _, count = encoded(readings_of(held), None, counting, lambda done, total: None)
    assert count == len(counting.texts) == len(held.passages)


def test_progress_counts_up_to_all(encoder: Encoder) -> None:
    steps: list[tuple[int, int]] = []
    encoded([reading("leeds", LEEDS, encoder)], None, encoder, lambda done, total: steps.append((done, total)))
    assert sum(done for done, _ in steps) == 3
    assert {total for _, total in steps} == {3}


def test_nothing_makes_an_empty_content_of_the_right_shape(encoder: Encoder) -> None:
    nothing, count = encoded((), empty_content(encoder.dimension), encoder, lambda done, total: None)
    assert (nothing.vectors.shape, nothing.sentence_vectors.shape, count) == ((0, 384), (0, 384), 0)
    assert readings_of(nothing) == ()
