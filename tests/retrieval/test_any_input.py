"""Made-up input: a changed quote never stands, a screen never fails, and passages get the same ids twice."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.types import Block, Passage, Section, Sentence, Source
from ingest.passages import passages_of
from ingest.readers.suspicion import judged
from ingest.repair import CONCEALED, repair
from retrieval.cite import Quotation, cite, stands, verified
from retrieval.screen import screen
from retrieval.types import AnswerBlock, BlockRole

SOURCE = Source("report-2023", "A report", "Anchorline tests")
lines = st.text(min_size=1, max_size=200).filter(lambda text: text.strip())


def passage_of(text: str) -> Passage:
    from corpus.types import BlockKind

    return Passage("report-2023#0000", SOURCE, 0, (), 3, text, (Sentence(0, len(text), BlockKind.PARAGRAPH),))


@settings(max_examples=300, deadline=None)
@given(text=lines, place=st.integers(0, 500), put=st.text(max_size=5), cut=st.integers(0, 5))
def test_a_mutated_quote_is_caught(text: str, place: int, put: str, cut: int) -> None:
    passage = passage_of(text)
    sound = cite(Quotation(passage, 0, 0, None), 1)
    at = place % (len(text) + 1)
    changed = text[:at] + put + text[at + cut :]
    mutated = replace(sound, quote=changed)
    is_there = changed in text and bool(changed.strip())
    assert stands(sound, passage) and stands(mutated, passage) is is_there
    block = AnswerBlock(BlockRole.QUOTE, changed, None, (1,))
    blocks, citations, dropped = verified([block], [mutated], lambda _: passage)
    assert bool(blocks) is bool(citations) is is_there and dropped == (not is_there)
    # A block whose words are not those of its citation falls, though the citation stands.
    if changed != text:
        assert not verified([block], [sound], lambda _: passage)[0]


@settings(max_examples=300, deadline=None)
@given(question=st.text(max_size=1000))
def test_a_screen_never_fails(question: str) -> None:
    told = screen(question)
    assert told.status is not None or not told.kind


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(lines, min_size=1, max_size=8), heading=st.text(max_size=60))
def test_passages_of_anything_are_slices_with_stable_ids(texts: list[str], heading: str) -> None:
    found = judged([Section((repair(heading),), tuple(Block(repair(text)) for text in texts))])
    assert not any(CONCEALED.search(block.text) for section in found for block in section.blocks)

    def count(parts: list[str]) -> list[int]:
        return [len(part) // 4 + 2 for part in parts]

    passages = passages_of(SOURCE, found, count, 256)  # type: ignore[arg-type]
    assert passages == passages_of(SOURCE, found, count, 256)  # type: ignore[arg-type]
    for number, passage in enumerate(passages):
        assert passage.passage_id == f"report-2023#{number:04d}"
        assert all(passage.quote(place) in passage.text for place in range(len(passage.sentences)))
    before = "".join("".join(block.text.split()) for section in found for block in section.blocks)
    assert set(before) == set("".join("".join(passage.text.split()) for passage in passages))
