"""What stands in the way of whoever asks how to start, and which sentences help in spite of it.

A sentence helps if it means what would: the encoder compares it with a few words of ours that say so, which are never
shown. Words alone do not tell ("budget" stands in what pools budgets, "board" in a jobs board).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from retrieval.encode import Encoder
from retrieval.phrases import Constraint
from retrieval.vectors import Vectors, unit_length

HELPS = 0.5  # cosine with what would help, from which a sentence does; read off the corpus's own statements

# What would help, said in several ways, and how the constraint is called.
_HELP: Mapping[Constraint, tuple[str, tuple[str, ...]]] = {
    Constraint.NO_BUDGET: (
        "no money for it",
        (
            "Being an anchor needs no large new investment, but using existing resources differently",
            "It does not need new money; it can be done with what is already there",
            "Money for anchor work came from a charity, a grant or match funding",
        ),
    ),
    Constraint.MONEY_ENDS: (
        "money that will run out",
        (
            "Making the work permanent: business as usual, built into the trust's own systems and processes",
            "The work carries on when short-term funding ends",
        ),
    ),
    Constraint.SCEPTICAL_BOARD: (
        "leaders to be won over",
        (
            "How to win over a sceptical board: show how anchor work serves the trust's strategy and reduces demand",
            "Making the case to the board and senior leaders",
        ),
    ),
    Constraint.BUSY_CLINICIANS: (
        "clinicians to be won over",
        (
            "How to win over busy clinicians: improvement methods that they already know",
            "What motivates clinicians to take part; it brings them satisfaction",
        ),
    ),
    Constraint.SMALL_TEAM: (
        "few people to do it",
        (
            "You need people managing the programme, so that there is no burden on people who have other day jobs",
            "With few staff, find individuals who are motivated, partners and volunteers",
        ),
    ),
    Constraint.SHORT_OF_TIME: (
        "little time",
        (
            "Start small: do something practical early, choose one or two activities",
            "Small practical first steps make a big vision real",
        ),
    ),
    Constraint.NO_DATA: (
        "little data",
        (
            "How to find out about local need: review existing activity and data, ask people, walk round the area",
            "Using the council's data and knowledge of neighbourhoods",
        ),
    ),
    Constraint.PARTNERS: (
        "partners to be won over",
        (
            "How to bring partners such as the council on board: shared objectives and trusted relationships",
            "Partnerships and collaboration take time to mature",
        ),
    ),
}


def called(constraint: Constraint) -> str:
    return _HELP[constraint][0]


def what_helps(constraints: Sequence[Constraint], encoder: Encoder) -> Vectors:
    """A row a constraint."""
    rows = [encoder.encode_questions(_HELP[one][1]).mean(axis=0, keepdims=True) for one in constraints]
    return unit_length(np.vstack(rows)) if rows else np.zeros((0, encoder.dimension), np.float32)
