"""Whom a plan sends the reader to: the contact that a document prints for what the plan quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from corpus.records import RecordKind
from retrieval.cite import Piece, of_no_programme
from retrieval.contacts import as_printed, network
from retrieval.generation import Generation
from retrieval.index import fits
from retrieval.matching import Match, same_house
from retrieval.picking import PHASES, Candidate, Part
from retrieval.programmes import Held, statement_quotations
from retrieval.types import BlockRole, Narrowing

_PROGRAMME = RecordKind.PROGRAMME


def contact_for(
    picked: Sequence[Candidate], matches: Sequence[Match], generation: Generation, narrowing: Narrowing
) -> Iterator[Piece]:
    """Whom to ask of what is quoted first, else of its organisation, else of what is quoted next; and the address, as
    the source prints it. A document's contact is asked of what that document tells only, and only where no programme
    that tells as many steps as any names its own."""
    by_id = {match.held.record.id: match.held for match in matches}
    told = [by_id[key] for key in dict.fromkeys(one.record_id for one in picked if one.record_id)]
    told = _of_the_closest(picked, told, by_id.values())
    steps = Counter(one.record_id for one in picked if one.part in PHASES.values() and one.kind is _PROGRAMME)
    leading = {key for key, number in steps.items() if number == max(steps.values())}
    asked = [
        (one, held.record.id in leading and _is_own(one))
        for held in told
        for one in (held, *_same_house(held, by_id.values()))
        if one.record.contact
    ]
    for held, _ in sorted(asked, key=lambda one: not one[1]):
        contact = held.record.contact[0]
        found = [one for one in statement_quotations(held, contact.says) if fits(one.passage, narrowing)]
        if found:
            bodies = filter(None, (contact.organisation, found[0].passage.organisation))
            lines = (as_printed(found[0], body, generation, narrowing) for body in bodies)
            printed = next(filter(None, lines), None)
            for one in filter(None, (found[0], printed)):
                yield Piece(BlockRole.CONTACT, of_no_programme(one), f"{Part.CONTACT}: {contact.organisation}")
            return
    for piece in network(generation, narrowing):
        yield replace(piece, heading=f"{Part.CONTACT}: {piece.heading}" if piece.heading else None)


def _of_the_closest(picked: Sequence[Candidate], told: list[Held], every: Iterable[Held]) -> list[Held]:
    """What is told of the organisation that what is closest to the question is told of: another's contact knows
    nothing of it."""
    closest = (one.rated[0].passage.organisation for one in picked if one.part is Part.NEAREST)
    body = next(closest, None)
    if body is None:
        return told
    return [held for held in told if held.organisation == body] or [held for held in every if held.organisation == body]


def _same_house(held: Held, every: Iterable[Held]) -> Iterator[Held]:
    """What else is told of its organisation in the document from which it was learnt."""
    return (one for one in every if one.record.contact and same_house(held.record, one.record))


def _is_own(held: Held) -> bool:
    """Whether a contact sits in the organisation itself, and not with whoever published the document."""
    return held.record.contact[0].organisation in (held.organisation or "")
