"""No gap denies what stands beside it, whatever is asked: told of what is quoted, or of all that is held."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from evals.suite import Split, load_suite
from retrieval import notices
from retrieval.assistant import Assistant
from retrieval.types import Answer, BlockRole
from retrieval.words import stems
from tests.conftest import REPO

pytestmark = pytest.mark.slow
EVERY = 8  # of the questions that are tuned on: each costs tens of milliseconds


def denied(gap: str, template: str) -> str | None:
    """What a gap of this wording says is not there."""
    pattern = re.escape(template)
    for name in re.findall(r"\{(\w+)\}", template):
        pattern = pattern.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>.+)")
    found = re.fullmatch(pattern, gap)
    return found.group(found.lastgroup or 0).strip("“”") if found else None


def together(text: str, wanted: list[str]) -> bool:
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(stems(text))} "


def false_gaps(answer: Answer) -> Iterator[str]:
    quotes = [citation.quote for citation in answer.citations]
    for gap in answer.gaps:
        for template in (notices.GAP_TOPIC, notices.GAP_NOT_ABOUT, notices.GAP_FIGURE):
            missing = denied(gap, template)
            for one in (missing or "").removesuffix(" one").removeprefix("a ").split(" or "):
                if any(together(quote, stems(one)) for quote in quotes):
                    yield f"{gap} … {quotes}"


def test_no_gap_denies_what_is_quoted_or_held(briefs: Assistant) -> None:
    suite = load_suite(REPO / "evals" / "suites" / "anchors.yaml")
    asked = [one for one in suite.questions if one.split is Split.TUNE][::EVERY]
    held = {stem for passage in briefs.passages for stem in stems(passage.embedding_text)}
    told, wrong = 0, []
    for one in asked:
        answer = briefs.ask(one.question, one.history)
        told += len(answer.gaps)
        wrong += [f"{one.question}: {gap}" for gap in false_gaps(answer)]
        for gap in answer.gaps:
            for template in (notices.GAP_UNKNOWN_WORD, notices.GAP_UNUSED_WORD):
                word = denied(gap, template)
                if word and set(stems(word)) <= held:
                    wrong.append(f"{one.question}: {gap}")
    assert told > 50
    assert not wrong, "\n".join(wrong)


def test_what_is_not_spoken_of_is_said_before_what_is_near(briefs: Assistant) -> None:
    answer = briefs.ask("Which trusts work with prisons?")
    assert answer.blocks[0].kind is BlockRole.GAP and "prison" in answer.blocks[0].text
    headings = [block.heading for block in answer.blocks if block.heading]
    assert headings and all(
        heading.startswith(("Nearest to your question: ", "Perhaps also of use: ")) for heading in headings
    )


def test_what_only_makes_unsure_is_said_after_it(briefs: Assistant) -> None:
    answer = briefs.ask("What does it cost to run a programme like this?")
    assert [block.kind for block in answer.blocks].index(BlockRole.GAP) == len(answer.blocks) - 1
    assert not any((block.heading or "").startswith("Nearest") for block in answer.blocks)


@pytest.mark.parametrize(
    ("question", "refused"),
    [
        ("What does Bolton NHS Foundation Trust do on jobs?", True),
        ("What did Nottinhamshre Hospital do for green space?", False),  # Nottinghamshire, with two slips
    ],
)
def test_a_slip_in_a_name_is_no_body_that_nobody_knows(briefs: Assistant, question: str, refused: bool) -> None:
    assert (briefs.ask(question).citations == ()) is refused
