"""The last step of an answer: a language model may make a finished one read better. It cannot make it less true.

``write`` takes blocks whose quotes were verified and gives blocks of the same quotes and of sentences that these bear
out. If the model is down, slow or talks nonsense, the answer stays as it was and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from retrieval.types import AnswerBlock, BlockRole, Citation
from retrieval.writers.compose import Composed, composed
from retrieval.writers.evidence import Evidence, evidence_of, without_repeated_headings
from retrieval.writers.prompt import COMPOSE, SELECT, user_message
from retrieval.writers.select import selected
from retrieval.writers.types import Failure, Writer, Written

if TYPE_CHECKING:
    from retrieval.writers.llm import LanguageModel

NOTICE_SELECT = "A language model ({model}) chose and ordered these sentences. Every word of them is the sources’ own."
NOTICE_COMPOSE = (
    "A language model ({model}) wrote the sentences that are marked as its own. Each was checked against the words "
    "that it cites, and was replaced by them where the check failed."
)
NOTICE_FAILED = "The language model {failure}, so this answer was put together without it."


def write(
    question: str, blocks: Sequence[AnswerBlock], citations: Sequence[Citation], writer: Writer, model: LanguageModel
) -> Written:
    """``question`` as it is shown to the reader; ``blocks`` finished and verified; ``citations`` those of the blocks
    and, if wanted, further verified candidates, best first, each with a marker of its own. Markers stay as they are."""
    evidence = evidence_of(blocks, citations)
    if writer is Writer.EXTRACT or len(evidence.items) < 2:
        return _as_it_was(blocks, citations)
    reply = model.ask(COMPOSE if writer is Writer.COMPOSE else SELECT, user_message(question, evidence))
    if reply.failure:
        return _as_it_was(blocks, citations, reply.failure)
    if writer is Writer.COMPOSE:
        found = composed(reply.text, evidence)
    else:
        found = Composed(selected(reply.text, evidence), (), 0, 0)
    if not found.blocks:
        return _as_it_was(blocks, citations, Failure.NONSENSE)
    return _written(found, evidence, model.name)


def _written(found: Composed, evidence: Evidence, model: str) -> Written:
    writer = Writer.COMPOSE if found.by_model else Writer.SELECT
    notice = (NOTICE_COMPOSE if found.by_model else NOTICE_SELECT).format(model=model)
    whole = (*evidence.before, *found.blocks, *evidence.after)
    by_model = {len(evidence.before) + place for place, block in enumerate(found.blocks) if block in found.by_model}
    told = (*without_repeated_headings(whole), AnswerBlock(BlockRole.NOTE, notice))
    return Written(
        blocks=told,
        citations=_cited(told, tuple(evidence.citations.values())),
        writer=writer,
        model=model,
        notice=notice,
        composed=tuple(sorted(by_model)),
        replaced=found.replaced,
        dropped=found.dropped,
    )


def _as_it_was(blocks: Sequence[AnswerBlock], citations: Sequence[Citation], failure: Failure | None = None) -> Written:
    notice = NOTICE_FAILED.format(failure=failure) if failure else None
    told = (*blocks, *((AnswerBlock(BlockRole.NOTE, notice),) if notice else ()))
    return Written(told, _cited(told, citations), Writer.EXTRACT, notice=notice, failure=failure)


def _cited(blocks: Sequence[AnswerBlock], citations: Sequence[Citation]) -> tuple[Citation, ...]:
    shown = {marker for block in blocks for marker in block.citations}
    return tuple(citation for citation in citations if citation.marker in shown)
