"""What stands in the way of whoever asks how to start, and which sentences help in spite of it.

A sentence helps if it means what would: the encoder compares it with a few words of ours that say so, which are never
shown. Words alone do not tell ("budget" stands in what pools budgets, "board" in a jobs board).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from corpus.records import Stage
from retrieval.encode import Encoder
from retrieval.phrases import Constraint, Unused
from retrieval.vectors import Vectors

# Cosine with what would help: of the likeliest sentences, and of a step that is taken for it. Read off our own briefs.
HELPS, HELPS_SURELY = 0.45, 0.5

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
            "Work towards business as usual: work on social determinants built into internal systems",
            "Overcome dependence on outside funding for work on social determinants",
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
            "Use methods of quality improvement, which already have the buy-in of clinicians and the workforce",
            "People are drawn to healthcare by a commitment beyond their own role; taking part brings satisfaction",
        ),
    ),
    Constraint.SMALL_TEAM: (
        "few people to do it",
        (
            "Resource it and have people managing the programme, so that those with other day jobs carry no burden",
            "Avoid adding to the workload of staff; start with those who are motivated, where there is energy",
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
            "Start from the needs and assets of the population, not from clinical or service-level data",
            "Find out what the community needs: ask residents what matters to them, walk round the local area",
            "Review the data that exists, of the council for example, and look at where the gaps are",
            "Many staff are local residents: look at the demographics of your own workforce",
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

# The same for whoever is past the start.
_AT_STAGE: Mapping[Stage, tuple[str, ...]] = {
    Stage.MAKING_THE_CASE: _HELP[Constraint.SCEPTICAL_BOARD][1],
    Stage.DELIVERING: (
        "Turn a big vision into a concrete set of small practical actions that make it real",
        "Test what is done, learn from it and change the plan step by step",
        "Make somebody accountable for delivering the work, with clear governance and capacity",
    ),
    Stage.MEASURING: (
        "Evaluate the programme with a university or a partner of research",
        "Collect data on what came of it: a survey, a dashboard, numbers of people, retention rates, a cost analysis",
    ),
    Stage.SPREADING: (
        "The lessons of a pilot were carried into a larger programme",
        "Extend the scheme to further sites, teams or boroughs",
        "Embed the work in business as usual, so that it does not depend on one person or on outside funding",
    ),
}

# What may become of what stands unused.
_BECOMES: Mapping[Unused, tuple[str, ...]] = {
    Unused.GROUND: ("An unused space on the grounds was turned into a garden, for patients, staff and neighbours",),
    Unused.ROOM: (
        "A vacant space was turned into a hub, for services or for community groups",
        "Services opened in an empty shop that was redeveloped",
    ),
}


def called(constraint: Constraint) -> str:
    return _HELP[constraint][0]


def what_helps(constraints: Sequence[Constraint], encoder: Encoder) -> Vectors:
    """A row for each way of saying what would help."""
    return vectors_of([text for one in constraints for text in _HELP[one][1]], encoder)


def what_furthers(stage: Stage | None, encoder: Encoder) -> Vectors:
    """The same for a stage past the start; none for whoever starts."""
    return vectors_of(_AT_STAGE.get(stage, ()) if stage else (), encoder)


def what_becomes(unused: Sequence[Unused], encoder: Encoder) -> Vectors:
    """The same for what whoever asks has to give."""
    return vectors_of([text for one in unused for text in _BECOMES[one]], encoder)


def vectors_of(said: Sequence[str], encoder: Encoder) -> Vectors:
    return encoder.encode_questions(said) if said else np.zeros((0, encoder.dimension), np.float32)
