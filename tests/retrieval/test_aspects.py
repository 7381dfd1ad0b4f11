"""What a question asks of any programme is looked for where the records file it."""

from __future__ import annotations

import pytest

from corpus.records import RecordKind
from retrieval.aspects import ASPECTS, filed_under
from retrieval.assistant import Assistant
from retrieval.programmes import held_records


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("How was it paid for?", "funding"),
        ("What went wrong for others?", "barriers"),
        ("What got in the way?", "barriers"),
        ("How did they measure it?", "evaluation"),
        ("Who were their partners?", "partners"),
        ("What came of it?", "outcomes"),
    ],
)
def test_what_is_asked_of_programmes_is_where_the_records_say_it(briefs: Assistant, question: str, field: str) -> None:
    passages = briefs.passages
    filed = {passages[row].quote(place) for row, place in filed_under(question, briefs._generation)}
    programmes = [one for one in held_records(briefs.content).values() if one.record.kind is RecordKind.PROGRAMME]
    said = [statement.says for held in programmes for statement in getattr(held.record, field)]
    assert len(said) > 5
    assert sum(any(quote in one for quote in filed) for one in said) > 0.9 * len(said)


@pytest.mark.parametrize(
    "question", ["How were the schemes paid for?", "What were the barriers?", "How did they measure it?"]
)
def test_and_it_is_quoted_from_there(briefs: Assistant, question: str) -> None:
    filed = {briefs.passages[row].quote(place) for row, place in filed_under(question, briefs._generation)}
    assert sum(one.quote in filed for one in briefs.ask(question).citations) >= 2


def test_what_asks_for_nothing_of_the_kind_is_left_alone(briefs: Assistant) -> None:
    assert filed_under("Which trust runs the Green Hub?", briefs._generation) == frozenset()
    assert len({one.name for one in ASPECTS}) == len(ASPECTS)
