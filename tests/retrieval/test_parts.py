"""Questions that ask several things, and those that only look so."""

from __future__ import annotations

import pytest

from retrieval.parts import parts_of
from retrieval.understand import Lexicon


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "What did Healthcare Horizons do and how much did it cost?",
            ("What did Healthcare Horizons do?", "How much did Healthcare Horizons cost?"),
        ),
        ("What did Barts do and how much did it cost?", ("What did Barts do?", "Barts: how much did it cost?")),
        (
            "What was hard about funding the Runcorn hub and how did they get the board to agree?",
            ("What was hard about funding the Runcorn hub?", "The Runcorn hub: how did they get the board to agree?"),
        ),
        ("What is social value? How do we start?", ("What is social value?", "How do we start on social value?")),
        ("Compare Barts and Leeds on jobs", ("Barts on jobs?", "Leeds on jobs?")),
        ("What is the difference between ELFT and GOSH on climate?", ("ELFT on climate?", "GOSH on climate?")),
        (
            "How is the work paid for at Barts compared with Mid and South Essex?",
            ("How is the work paid for at Barts?", "How is the work paid for at Mid and South Essex?"),
        ),
        (
            "GOSH and Imperial both cut carbon: what's the difference?",
            ("GOSH cut carbon?", "Imperial cut carbon?"),
        ),
        (
            "What are the rules and what have trusts done about social value?",
            ("What are the rules?", "What have trusts done about social value?"),
        ),
    ],
)
def test_several(shipped: Lexicon, text: str, parts: tuple[str, ...]) -> None:
    assert parts_of(text, shipped.names) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "How do trusts hire and train people?",
        "How many bikes were given away and to which pay bands?",
        "Has it been evaluated? By whom?",
        "Which hospitals are cutting carbon and how?",
        "What do Barts and Leeds do about jobs?",
        "What is the difference between an anchor organisation and an anchor system?",
        "What? Why? How?",
        "What does it cost?",
    ],
)
def test_one(shipped: Lexicon, text: str) -> None:
    assert parts_of(text, shipped.names) == ()
