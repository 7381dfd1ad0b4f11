"""What our records state, quoted: in the source's own words where it is held, and so that it can be read by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.entries import Measures
from corpus.gaps import money_put_in
from corpus.records import Statement
from corpus.types import Passage
from retrieval.cite import STANDS_ALONE, Quotation, place_of, vector_of
from retrieval.evidence import leans_back, points_back, says_something
from retrieval.generation import Generation, StoredSource
from retrieval.index import fits
from retrieval.types import Narrowing

_SAME_AS_BRIEF = 0.65  # cosine above which a source's sentence says what ours does
_WHOLE = 10  # words of a sentence that tells what a programme is
_LIST = 90  # words of a list that is quoted whole


def statements(stored: StoredSource, field: str) -> Sequence[Statement]:
    """What a record states in one of its fields; money put in tells a cost, whatever field it stands in. Of its facts
    those that are no outcome, such as the year in which something began, are "settings"."""
    if stored.record is None:
        return ()
    measures = stored.measures or Measures()
    if field in ("facts", "settings"):
        return [one for one in stored.record.facts if (one.measure in measures.result) is (field == "facts")]
    held: Statement | Sequence[Statement] = getattr(stored.record, field)
    said = (held,) if isinstance(held, Statement) else held
    return (*money_put_in(stored.record, measures), *said) if field == "cost" else said


def quoted(stored: StoredSource, said: Statement, generation: Generation, narrowing: Narrowing) -> Quotation | None:
    """A statement in its source's own words where the source is held and its words can be read alone, else in our
    brief's."""
    passages = (one for one in generation.content.passages if one.source == stored.source and fits(one, narrowing))
    ours = place_of(passages, said.says)
    if ours is None:
        return None
    row = generation.place[ours.passage.passage_id]
    there, sentence = generation.leads(row)[ours.first].tolist()
    if there < 0 or not fits(generation.content.passages[there], narrowing):
        return ours
    theirs = readable(Quotation(generation.content.passages[there], sentence, sentence, ours.programme))
    return theirs if theirs and says_something(theirs.text) else ours


def told(stored: StoredSource, said: Statement, generation: Generation, narrowing: Narrowing) -> Quotation | None:
    """What sums up a whole: in its source's words only where one sentence of it says the same and can be read alone."""
    passages = (one for one in generation.content.passages if one.source == stored.source and fits(one, narrowing))
    ours, theirs = place_of(passages, said.says), quoted(stored, said, generation, narrowing)
    if ours is None or theirs is None:
        return None
    whole = theirs.first == theirs.last and len(theirs.text.split()) >= _WHOLE and not points_back(theirs.text)
    same = float(vector_of(theirs, generation) @ vector_of(ours, generation)) > _SAME_AS_BRIEF
    return theirs if whole and same else ours


def readable(one: Quotation) -> Quotation | None:
    """With what it cannot be read without: the sentence that it leans back on, the list that it introduces, what
    introduces it. None where that is too much, or is elsewhere."""
    passage = one.passage
    first, last = one.first, one.last
    if passage.quote(last).endswith(":"):
        last = max((place for place, span in enumerate(passage.sentences) if span.lead == last), default=last)
    lead = passage.sentences[first].lead
    if lead is not None and not _reads_alone(passage, first):
        first = lead
    while leans_back(passage, first):
        first -= 1
    found = replace(one, first=first, last=last)
    whole = (first, last) == (one.first, one.last) or len(found.text.split()) <= _LIST
    return found if whole and not found.text.endswith(":") else None


def _reads_alone(passage: Passage, place: int) -> bool:
    text = passage.quote(place)
    return len(text.split()) >= STANDS_ALONE and not text[0].islower()
