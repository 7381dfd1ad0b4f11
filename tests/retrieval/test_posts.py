"""Who holds which post: read from lists of names, found without a word in common, quoted as printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.run import ingest_paths
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation
from retrieval.intent import asks_who
from retrieval.notices import GAP_NO_POST
from retrieval.types import BlockRole
from tests.retrieval.answers import check_answer
from tests.retrieval.conftest import write_documents

REPORT = """# Wages and trees: what four trusts did

## Barts Health NHS Trust

Barts Health NHS Trust planted an orchard with its neighbours. The orchard has 40 trees, and schools pick the apples.

## ELFT

East London NHS Foundation Trust scores each bid for how many neighbours a supplier hires. Buyers met suppliers twice.

## Acknowledgements

Thank you to those who gave their time to be interviewed:

Barts Health NHS Trust

Maud Pellow, Head of Orchards and Grounds

Idris Vance, Group Finance Director

East London NHS Foundation Trust (ELFT)

Tamsin Okoro, Associate Director of Contracts and Procurement

Jory Blythe, Chair
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, corpus_dir: Path, encoder: Encoder) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("posts")
    paths = write_documents(folder / "documents", {"report.md": REPORT})
    ingest_paths(paths, folder / "index", encoder, corpus_dir=corpus_dir)
    with Assistant(open_generation(current_folder(folder / "index"), encoder), encoder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Who looks after orchards at Barts?", "Maud Pellow, Head of Orchards and Grounds"),
        ("Who chaired ELFT when the interviews were done?", "Jory Blythe, Chair"),
        ("Which procurement director at ELFT was interviewed?", "Tamsin Okoro, Associate Director of Contracts"),
    ],
)
def test_the_post_that_is_asked_for_is_quoted(report: Assistant, question: str, line: str) -> None:
    answer = report.ask(question)
    check_answer(answer, report)
    first = answer.blocks[0]
    assert first.kind is BlockRole.CONTACT and first.text.startswith(line)
    assert first.heading in ("Barts Health NHS Trust", "East London NHS Foundation Trust")
    assert line in report.search_question(question, k=3)[0].passage.text


def test_a_post_that_nobody_is_said_to_hold_is_told_as_such(report: Assistant) -> None:
    answer = report.ask("Who is the catering manager at ELFT?")
    check_answer(answer, report)
    assert GAP_NO_POST in answer.gaps
    assert not any("Pellow" in block.text or "Vance" in block.text for block in answer.blocks)  # they are of Barts


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Who manages Healthcare Horizons?", True),
        ("Whom should our director meet?", True),
        ("Our matron would like a counterpart in Essex", True),
        ("Who funds the clean air work?", False),
        ("Who benefits from the living wage?", False),
        ("What did the trust's director say about trust?", False),
        ("How do we lead on housing?", False),
    ],
)
def test_questions_that_ask_for_a_person(text: str, who: bool) -> None:
    assert asks_who(text) is who
