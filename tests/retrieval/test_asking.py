"""Which aspect of a programme is asked after, in words that may be nobody's but the reader's."""

from __future__ import annotations

import pytest

from retrieval.asking import Asking, asking
from retrieval.aspects import BARRIERS, EVALUATION, MONEY, NEXT, PARTNERS, REASONS, SERVED, STAFFING, STEPS, Aspect
from retrieval.encode import Encoder
from retrieval.understand import Lexicon, understand


def _asking(question: str, lexicon: Lexicon, encoder: Encoder) -> Asking | None:
    return asking(understand(question, (), lexicon), lexicon.names, encoder)


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("What was hard for Warrington?", BARRIERS),
        ("What tripped the Halton hub up?", BARRIERS),
        ("What has been holding Healthcare Horizons back?", BARRIERS),
        ("Who chips in for Community Works for Health?", MONEY),
        ("Who bankrolls Barts Health Futures?", MONEY),
        ("What's next for Leeds?", NEXT),
        ("Will Connecting Communities be expanded?", NEXT),
        ("Did Barts go it alone with Community Works for Health?", PARTNERS),
        ("How does MSE know whether its anchor programme works?", EVALUATION),
        ("Who staffs the Chelsea FC partnership?", STAFFING),
        ("What prompted the Leeds Health and Care Academy?", REASONS),
        ("Who benefits from Pedal Power?", SERVED),
        ("How did GOSH get its data into records?", STEPS),
    ],
)
def test_an_aspect_is_known_in_the_readers_words(
    shipped: Lexicon, encoder: Encoder, question: str, aspect: Aspect
) -> None:
    found = _asking(question, shipped, encoder)
    assert found is not None
    assert found.aspect is aspect


@pytest.mark.parametrize(
    "question",
    [
        "How do Sussex Partnership reach hard-to-reach groups?",
        "What hard evidence did Sheffield Hallam collect?",
        "Which funding bodies support research at Imperial?",
        "What challenges do families in Newham face?",
        "What did ELFT do for staff in financial difficulty?",
        "What next to the hospital did GOSH close for Play Streets?",
        "What does the Green Hub offer patients?",
        "How many suppliers does ELFT have?",
        "What do Barts pay their apprentices?",
    ],
)
def test_a_word_of_an_aspect_alone_asks_for_none(shipped: Lexicon, encoder: Encoder, question: str) -> None:
    assert _asking(question, shipped, encoder) is None


def test_what_narrows_an_aspect_is_told_apart_from_what_asks_for_it(shipped: Lexicon, encoder: Encoder) -> None:
    found = _asking("What was hard about funding the Halton hub?", shipped, encoder)
    assert found == Asking(BARRIERS, frozenset({"fund"}))
