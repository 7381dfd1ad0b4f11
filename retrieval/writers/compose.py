"""The writer that lets a model write: a sentence is kept only if the words that it cites bear it out.

A sentence that fails gives way to the quote that it cites; one that cites nothing it was given is dropped. Each kept
sentence stands under the heading of what it cites, so that "it" and "the trust" are those of its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.types import AnswerBlock, BlockRole, Citation
from retrieval.writers.evidence import Evidence
from retrieval.writers.reply import Said, leads_away, plain, sentences_of
from retrieval.writers.support import fault_of


@dataclass(frozen=True, slots=True)
class Composed:
    """``by_model`` are the blocks that the model wrote; the others are quotes. ``dropped`` sentences cited nothing that
    was given, ``replaced`` ones were not borne out."""

    blocks: tuple[AnswerBlock, ...]
    by_model: tuple[AnswerBlock, ...]
    replaced: int
    dropped: int


def composed(reply: str, evidence: Evidence) -> Composed:
    """What may be shown of a reply, in its order, with the answer's best sentence. No blocks if nothing may."""
    blocks: dict[AnswerBlock, bool] = {}  # in order, and whether the model wrote it
    replaced = dropped = 0
    for said in sentences_of(plain(reply)):
        given = [marker for marker in said.markers if marker in evidence.items]
        if not given:
            dropped += 1
        elif statement := _statement(said, given, evidence):
            blocks[statement] = statement not in evidence.items.values()
        else:
            replaced += 1
            blocks |= dict.fromkeys((block for one in given for block in evidence.with_lead(one)), False)
    cited = {marker for block in blocks for marker in block.citations}
    if blocks and evidence.top is not None and evidence.top not in cited:
        blocks = dict.fromkeys(evidence.with_lead(evidence.top), False) | blocks
    shown = _without_quotes_told(blocks, evidence)
    return Composed(shown, tuple(block for block in shown if blocks[block]), replaced, dropped)


def _statement(said: Said, given: Sequence[int], evidence: Evidence) -> AnswerBlock | None:
    """The sentence as a block that cites what bears it out, the quote itself if it is that; None if nothing does."""
    text = said.text[0].upper() + said.text[1:]
    text += "" if text.endswith((".", "!", "?")) else "."
    if leads_away(text):
        return None
    for markers in _bearers(given, evidence):
        citations = [evidence.citations[marker] for marker in markers]
        if fault_of(text, "\n".join(one.quote for one in citations), _about(citations[0])) is None:
            quote = evidence.items[markers[0]]
            return (
                quote if text == quote.text else AnswerBlock(BlockRole.STATEMENT, text, quote.heading, tuple(markers))
            )
    return None


def _bearers(given: Sequence[int], evidence: Evidence) -> Iterator[list[int]]:
    """One cited quote alone, then those of one passage together: words of two places can make a claim of neither."""
    yield from ([marker] for marker in given)
    for passage_id in dict.fromkeys(evidence.citations[marker].passage_id for marker in given):
        together = sorted(marker for marker in given if evidence.citations[marker].passage_id == passage_id)
        if len(together) > 1:
            yield together


def _about(citation: Citation) -> str:
    return f"{citation.organisation or ''} {citation.programme or ''}"


def _without_quotes_told(blocks: dict[AnswerBlock, bool], evidence: Evidence) -> tuple[AnswerBlock, ...]:
    """Without an introduction whose list was told in other words, and so stands alone."""
    quoted = {block.citations[0] for block, by_model in blocks.items() if not by_model}
    alone = {
        lead
        for lead in set(evidence.leads.values()) & quoted
        if not any(item in quoted for item, its_lead in evidence.leads.items() if its_lead == lead)
    }
    return tuple(block for block, by_model in blocks.items() if by_model or block.citations[0] not in alone)
