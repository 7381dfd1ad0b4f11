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
from retrieval.notices import GAP_NO_POST, GAP_NO_SUCH_POST
from retrieval.types import BlockRole
from tests.retrieval.answers import check_answer
from tests.retrieval.conftest import write_documents

REPORT = """# Wages and trees: what four trusts did

## Foreword

These trusts show what can be done.

East London NHS Foundation Trust have counted the neighbours whom their suppliers hire.

Barts Health NHS Trust have planted trees with their neighbours.

Dame Ottilie Marsh, Director, Society of Nurserymen

## Perran Tole

Chief Strategy and

Fundraising Officer, East London NHS Foundation Trust

@perran_tole

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

Society of Nurserymen (Linked to ELFT case study)

Nell Ashby, Deputy Director
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


@pytest.mark.parametrize(
    ("question", "line", "heading"),
    [
        ("Who is the deputy director at the nurserymen's society?", "Nell Ashby", "Society of Nurserymen (Linked to"),
        ("Who is the director of the Society of Nurserymen?", "Dame Ottilie Marsh", "Report"),
    ],
)
def test_nobody_is_put_under_a_trust_that_is_not_theirs(
    report: Assistant, question: str, line: str, heading: str
) -> None:
    """One is thanked for a trust's case study, the other signs below a sentence about another."""
    answer = report.ask(question)
    check_answer(answer, report)
    block = next(one for one in answer.blocks if one.text.startswith(line))
    assert block.heading and block.heading.startswith(heading)
    assert [one.organisation for one in answer.citations if one.quote.startswith(line)] == [None]


def test_a_post_that_a_slide_breaks_is_quoted_whole(report: Assistant) -> None:
    told = report.ask("Who is the chief strategy and fundraising officer at ELFT?").blocks
    assert ("Perran Tole", "Chief Strategy and\nFundraising Officer, East London NHS Foundation Trust") in [
        (block.heading, block.text) for block in told
    ]


def test_a_post_that_nobody_is_said_to_hold_is_told_as_such(report: Assistant) -> None:
    answer = report.ask("Who is the catering manager at ELFT?")
    check_answer(answer, report)
    assert GAP_NO_POST in answer.gaps
    assert not any("Pellow" in block.text or "Vance" in block.text for block in answer.blocks)  # they are of Barts


def test_a_post_at_the_head_that_no_line_names_is_not_filled_with_others(report: Assistant) -> None:
    answer = report.ask("Who chairs Barts Health NHS Trust?")
    assert GAP_NO_SUCH_POST.format(post="chair") in answer.gaps
    assert not any("Pellow" in block.text or "Vance" in block.text for block in answer.blocks)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Who manages Healthcare Horizons?", True),
        ("who spoke at the session", True),
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


def test_that_nobody_is_named_is_told_once(briefs: Assistant) -> None:
    gaps = briefs.ask("Who runs the health hub in Runcorn with the trust?").gaps
    assert gaps and len(set(gaps)) == len(gaps)
