"""Names and terms: by whatever name, and from a new document without code."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.run import ingest_paths
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation
from retrieval.names import Names, names_in, stands_for
from retrieval.understand import Lexicon

ELFT, MSE = "East London NHS Foundation Trust", "Mid and South Essex NHS Foundation Trust"
LEEDS, BARTS = "Leeds Teaching Hospitals NHS Trust", "Barts Health NHS Trust"


@pytest.fixture(scope="module")
def names(shipped: Lexicon) -> Names:
    return shipped.names


@pytest.mark.parametrize(
    ("text", "organisations"),
    [
        ("What does ELFT do?", [ELFT]),
        ("what does elft do", [ELFT]),
        ("What are ELFTs principles?", [ELFT]),
        ("What are ELFT's principles?", [ELFT]),
        ("jobs at East London NHS Foundation Trust", [ELFT]),
        ("people in East London", []),
        ("Barts and MSE", [BARTS, MSE]),
        ("Mid & South Essex", [MSE]),
        ("What did Leeds do?", [LEEDS]),
        ("Who lives in Leeds?", []),
        ("who works there", []),
        ("Barts Barts", [BARTS, BARTS]),
    ],
)
def test_organisations(names: Names, text: str, organisations: list[str]) -> None:
    assert [mention.thing for mention in names.organisations_in(text)] == organisations


@pytest.mark.parametrize(
    ("text", "programmes"),
    [
        ("Who pays for Healthcare Horizons?", ["healthcare-horizons"]),
        ("healthcare horizons and aa25", ["healthcare-horizons", "mse-anchor-ambition-25"]),
        ("What is green social prescribing?", ["nottinghamshire-green-social-prescribing"]),
        ("green light", []),
    ],
)
def test_programmes(names: Names, text: str, programmes: list[str]) -> None:
    assert [mention.thing for mention in names.programmes_in(text)] == programmes


@pytest.mark.parametrize(
    ("text", "expansions"),
    [
        ("What does GOSH do?", ("Great Ormond Street Hospital",)),
        ("what does gosh do", ("Great Ormond Street Hospital",)),
        ("What does Great Ormond Street Hospital do?", ("GOSH",)),
        ("living wage accreditation", ("real living wage",)),
        ("youth workers in the emergency department", ("A&E", "Accident and Emergency")),
        ("GOSH (Great Ormond Street Hospital)", ()),
        ("who works for the trust", ()),
        ("anchors", ()),
    ],
)
def test_expansions(names: Names, text: str, expansions: tuple[str, ...]) -> None:
    assert names.expansions(text) == expansions


def test_expansions_never_drown_the_question(names: Names) -> None:
    found = names.expansions("GOSH ELFT MSE ICB ICS VCSE CAMHS NASEM TOMs WRES HALN IHI JRF")
    assert 0 < len(found) <= 3 and sum(len(one.split()) for one in found) <= 12


def test_a_new_documents_acronyms_work_without_code(tmp_path: Path, encoder: Encoder, corpus_dir: Path) -> None:
    document = tmp_path / "quuxford.md"
    document.write_text(
        "# Quuxford\n\n## Work\n\nThe Quuxford Allotment Network (QAN) lends spades to patients of each surgery.\n\n"
        "## Acronyms\n\n| | |\n| --- | --- |\n| SLB | Spade Lending Board |\n| 2020 | Twelve spades were lent |\n",
        "utf-8",
    )
    ingest_paths([document], tmp_path / "index", encoder, corpus_dir=corpus_dir)
    generation = open_generation(current_folder(tmp_path / "index"), encoder)
    try:
        names = names_in(generation.content)
    finally:
        generation.close()
    assert names.expansions("What does the qan lend?") == ("Quuxford Allotment Network",)
    assert names.expansions("Who is on the Spade Lending Board?") == ("SLB",)


@pytest.mark.parametrize(
    ("short", "long", "stands"),
    [
        ("GOSH", "Great Ormond Street Hospital", True),
        ("RBKC", "Royal Borough of Kensington and Chelsea", True),
        ("VCSE", "Voluntary, Community and Social Enterprise", True),
        ("GOSH", "the Great Ormond Street Hospital", False),
        ("NHS", "National Service", False),
        ("A", "Anchor", False),
    ],
)
def test_what_an_acronym_stands_for(short: str, long: str, stands: bool) -> None:
    assert stands_for(short, long) is stands
