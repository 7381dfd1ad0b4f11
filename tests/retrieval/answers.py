"""What must be true of any answer, whatever was asked."""

from __future__ import annotations

import json
import re

from pydantic import TypeAdapter

from corpus.types import Passage
from retrieval.assistant import Assistant
from retrieval.types import Answer, BlockRole, Status

OURS = (BlockRole.GAP, BlockRole.NOTE)
REFUSED = (Status.CLINICAL, Status.CRISIS, Status.PERSONAL_DATA)
_ANSWER = TypeAdapter(Answer)


def check_answer(answer: Answer, assistant: Assistant) -> None:
    """Quotes verbatim, blocks and citations tied together, and nothing that JSON cannot carry."""
    cited = {citation.marker: citation for citation in answer.citations}
    assert len(cited) == len(answer.citations)
    used = [marker for block in answer.blocks for marker in block.citations]
    assert sorted(set(used)) == sorted(cited)
    for block in answer.blocks:
        assert bool(block.citations) == (block.kind not in OURS)
        assert block.text.strip()
        if block.citations:
            assert block.text in [cited[marker].quote for marker in block.citations]
    for citation in answer.citations:
        passage = assistant.passage(citation.passage_id)
        assert passage is not None
        assert_quote(citation.quote, passage)
        assert (citation.section, citation.page) == (passage.heading_path, passage.page)
        assert citation.source_id == passage.source.source_id
    if answer.status is not Status.CLARIFY:  # which may guess
        assert bool(answer.citations) == (answer.status in (Status.ANSWERED, Status.PARTIAL))
    in_text = {int(marker) for marker in re.findall(r"(?<!\\)\[(\d+)\]", answer.text)}
    assert in_text == set(cited)
    if answer.status in REFUSED:
        assert answer.question_understood == "" and not answer.nearest
    assert answer.answer_id and answer.index == assistant.info
    json.loads(_ANSWER.dump_json(answer))


def assert_quote(quote: str, passage: Passage) -> None:
    """An exact slice, from the beginning of a sentence to the end of one."""
    assert quote.strip() and quote in passage.text
    at = passage.text.index(quote)
    assert any(sentence.start == at for sentence in passage.sentences)
    assert any(sentence.end == at + len(quote) for sentence in passage.sentences)
