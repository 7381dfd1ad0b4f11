"""Whose a quoted sentence is: told sentence by sentence where a passage speaks of several."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.run import ingest_paths
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation
from retrieval.types import Citation
from tests.corpus.small import PROGRAMME, write_small_corpus
from tests.retrieval.answers import check_answer

NORTH = "North NHS Trust"
AUTHORS = "publisher: Quayside Press\n  authors: [Ada Quill, Ben Nib]"
OVERVIEW = """# Ways of acting

Hospitals do many things for those who live nearby. North NHS Trust pays the bus fares of its apprentices. In many towns
window boxes are handed to tenants who like flowers. Nobody has yet weighed what becomes of all this kindness.
"""
REPORT = """By Ada Quill and Ben Nib, for the neighbours

# North NHS Trust

## Impact

Twelve people who live nearby were hired as gardeners. The bean rows were dug by pupils of the primary school.

## Schemes

'Bean rows' is a scheme of beds beside schools. Activities include:

- Swaps of seeds between pupils each spring, at the gate

'Garden jobs' is a scheme of paid posts. Activities include:

- Saturday stalls that hand out soup to passers-by

## Onwards

Across the land trusts are moving from single kindnesses to shared ledgers, which nobody owns.
"""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Assistant]:
    folder = write_small_corpus(tmp_path_factory.mktemp("about"))
    boxes = PROGRAMME.replace("organisation: north-trust\n", "").replace("garden-jobs", "window-boxes")
    boxes = boxes.replace("title: Garden jobs", "title: Window boxes").replace("The allotment scheme", "flower boxes")
    beans = PROGRAMME.replace("garden-jobs", "bean-rows").replace("title: Garden jobs", "title: Bean rows")
    for name, record in (
        ("window-boxes", boxes),
        ("bean-rows", beans.replace("The allotment scheme", "rows of beans")),
    ):
        lines = record.split("facts:\n")[0] + "---\n"  # who was hired is told by one brief alone
        (folder / "programmes" / f"{name}.md").write_text(lines, "utf-8")
    sources = folder / "sources.yaml"
    signed = sources.read_text("utf-8").replace("publisher: A publisher", AUTHORS)
    sources.write_text(signed, "utf-8")
    (folder / "documents").mkdir()
    (folder / "documents" / "overview.md").write_text(OVERVIEW, "utf-8")
    (folder / "documents" / "Report-2024-x.md").write_text(REPORT, "utf-8")
    report = ingest_paths((), folder / "index", encoder, corpus_dir=folder)
    assert not report.failed and report.published
    with Assistant(open_generation(current_folder(folder / "index"), encoder), encoder) as opened:
        yield opened


def cited(planted: Assistant, question: str, said: str) -> Citation:
    answer = planted.ask(question)
    check_answer(answer, planted)
    return next(one for one in answer.citations if said in one.quote)


@pytest.mark.parametrize(
    ("question", "said", "organisation", "programme"),
    [
        ("Who pays the bus fares of apprentices?", "bus fares", NORTH, None),
        ("What is handed to tenants who like flowers?", "tenants", None, "Window boxes"),
        ("Has anybody weighed what becomes of all this kindness?", "Nobody has", None, None),
        ("Who dug the bean rows, which school's pupils?", "primary school", NORTH, "Bean rows"),
        ("What are trusts moving to from single kindnesses?", "shared ledgers", None, None),
        ("What is handed out at the Saturday stalls?", "soup to passers-by", NORTH, "Garden jobs"),
        ("When do pupils have swaps of seeds?", "Swaps of seeds", NORTH, "Bean rows"),
        ("How many people were hired as gardeners?", "who live nearby", NORTH, "Garden jobs"),
    ],
)
def test_each_sentence_is_its_own(
    planted: Assistant, question: str, said: str, organisation: str | None, programme: str | None
) -> None:
    found = cited(planted, question, said)
    assert (found.organisation, found.programme) == (organisation, programme)


def test_who_wrote_a_document_is_its_byline_alone(planted: Assistant) -> None:
    answer = planted.ask("Who wrote the Quayside Press report?")
    check_answer(answer, planted)
    assert [block.text for block in answer.blocks] == ["By Ada Quill and Ben Nib, for the neighbours"]
