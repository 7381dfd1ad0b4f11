"""Which sentences are quoted: lists whole, nothing twice, a source's own words where a brief led to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.run import ingest_paths
from retrieval.assistant import Assistant
from retrieval.choose import within
from retrieval.encode import Encoder
from retrieval.evidence import gather
from retrieval.generation import current_folder, open_generation
from retrieval.types import Answer, Narrowing
from retrieval.understand import lexicon_of, understand
from tests.retrieval.conftest import Built, write_documents

RECORD = """---
id: hedge-scheme
kind: programme
title: Hedge scheme at Foxcombe
aliases: [hedge scheme]
summary:
  says: Foxcombe plants hedges beside its car park with pupils of a school.
  at: {source: hedges, section: [Foxcombe NHS Trust]}
facets: {determinant: [green_space]}
evidence: {label: self_reported, reason: The trust says so itself.}
facts:
- says: Foxcombe's hedge scheme put 310 young hawthorns into the ground.
  measure: hedges-planted
  value: 310
  unit: plants
  printed: '310'
  at: {source: hedges, section: [Foxcombe NHS Trust]}
points:
- says: Pupils were paid in apples for the hedge scheme.
  at: {source: another-report, section: [Foxcombe NHS Trust]}
---
"""
HEDGES = {
    "hedges.md": """# Green work

## Foxcombe NHS Trust

The trust set 310 hawthorn plants along its car park in March. Forty pupils of the primary school came along.
They dug the holes before lunch. A gardener who had retired from the trust showed them how to do it.

The hedge needs four things each year:

- water in dry weeks
- a trim in autumn
- a count of its nests
- a new sign

What is a hedge?
"""
}

WOODS = {
    "woods.md": "# Woods\n\n## Oakham NHS Trust\n\n"
    + "\n\n".join(
        f"The trust planted oak trees {where} in {year} and waters them all."
        for where, year in (("by the wards", 2019), ("at its gates", 2020), ("round the pond", 2021))
    )
    + "\n\n## Elmley NHS Trust\n\nThe trust planted trees, oak among them, behind the kitchen in 2018."
    + "\n\n## Ashby NHS Trust\n\nThe trust planted trees, mostly oak, on the hill in 2017, a wet year."
}


@pytest.fixture(scope="module")
def hedged(tmp_path_factory: pytest.TempPathFactory, built: Built, encoder: Encoder) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("hedged")
    (folder / "corpus" / "programmes").mkdir(parents=True)
    for name in ("organisations", "trusts", "sources"):
        (folder / "corpus" / f"{name}.yaml").write_bytes((built.corpus_dir / f"{name}.yaml").read_bytes())
    (folder / "corpus" / "measures.yaml").write_text(
        "setting: {}\nmeans: {}\nresult:\n  hedges-planted: plants (number)\n"
    )
    (folder / "corpus" / "programmes" / "hedge-scheme.md").write_text(RECORD)
    index = folder / "index"
    assert not ingest_paths([], index, encoder, corpus_dir=folder / "corpus").failed
    paths = write_documents(folder / "documents", HEDGES)
    assert not ingest_paths(paths, index, encoder, corpus_dir=folder / "corpus").failed
    with Assistant(open_generation(current_folder(index), encoder), encoder) as assistant:
        yield assistant


def quotes(answer: Answer) -> str:
    return "\n".join(citation.quote for citation in answer.citations)


def test_a_brief_leads_to_the_sources_own_words_and_is_not_quoted_beside_them(hedged: Assistant) -> None:
    answer = hedged.ask("How many young hawthorns did the hedge scheme put into the ground?")
    assert "The trust set 310 hawthorn plants" in quotes(answer)
    assert "310 young hawthorns" not in quotes(answer)
    cited = next(c for c in answer.citations if "310" in c.quote)
    assert (cited.source_id, cited.programme) == ("hedges", "Hedge scheme at Foxcombe")


def test_a_brief_speaks_for_itself_where_its_source_is_not_held(hedged: Assistant) -> None:
    answer = hedged.ask("What were pupils paid for the hedge scheme?")
    cited = next(c for c in answer.citations if "apples" in c.quote)
    assert (cited.basis.value, cited.original) == ("brief", "another-report › Foxcombe NHS Trust")


def test_what_a_brief_leads_to_must_lie_within_what_was_asked_for(hedged: Assistant) -> None:
    answer = hedged.ask("How many hawthorns were planted?", narrowing=Narrowing(sources=("brief-hedge-scheme",)))
    assert {citation.source_id for citation in answer.citations} == {"brief-hedge-scheme"}


def test_a_short_list_is_quoted_whole_with_its_introduction(hedged: Assistant) -> None:
    said = quotes(hedged.ask("Does anybody count the nests in the hedge each year?"))
    for words in (
        "The hedge needs four things",
        "water in dry weeks",
        "a trim in autumn",
        "count of its nests",
        "new sign",
    ):
        assert words in said


def test_a_sentence_that_leans_on_the_one_before_brings_it(hedged: Assistant) -> None:
    said = quotes(hedged.ask("Which pupils dug the holes for the hedge before lunch?"))
    assert "Forty pupils of the primary school came along.\nThey dug" in said or "came along. They dug" in said


def test_a_question_in_a_document_answers_nothing(hedged: Assistant) -> None:
    assert "What is a hedge?" not in quotes(hedged.ask("What is a hedge?"))


def test_nothing_is_quoted_twice(hedged: Assistant) -> None:
    for question in ("How many hawthorns?", "What does the hedge need?", "How do we start with a hedge?"):
        said = [citation.quote for citation in hedged.ask(question).citations]
        assert len(said) == len(set(said)), question


def test_the_same_question_gets_the_same_answer_twice(hedged: Assistant) -> None:
    first, second = (hedged.ask("What does the hedge need?") for _ in range(2))
    assert (first.text, first.citations) == (second.text, second.citations)


@pytest.mark.parametrize(
    ("question", "heard"),
    [("Which trusts planted oak trees?", ["Oakham", "Elmley", "Ashby"]), ("Why plant oak trees?", ["Oakham"] * 3)],
)
def test_where_several_are_asked_after_each_is_heard_before_one_is_heard_again(
    tmp_path: Path, encoder: Encoder, question: str, heard: list[str]
) -> None:
    paths = write_documents(tmp_path / "documents", WOODS)
    assert not ingest_paths(paths, tmp_path / "index", encoder).failed
    generation = open_generation(current_folder(tmp_path / "index"), encoder)
    asked = understand(question, (), lexicon_of(generation.content, generation.words))
    evidence = gather(asked, encoder, generation, Narrowing())
    marks = {"Oakham": 0.9, "Elmley": 0.87, "Ashby": 0.86}
    rated = [replace(one, score=marks[one.passage.heading_path[-1].split()[0]]) for one in evidence.sentences]
    held = replace(evidence, sentences=tuple(sorted(rated, key=lambda one: -one.score)))
    chosen = within(asked, held, generation, Narrowing(), 230)
    assert [one.passage.heading_path[-1].split()[0] for one in chosen][:3] == heard
    generation.close()


@pytest.mark.parametrize(
    "line",
    [
        "© The Foxcombe Press 2023, all rights reserved",
        "Registered charity 1140900 in England and Wales",
        "Table 3: How many hedges stood at Foxcombe before the trust began",
        "Green work at Foxcombe and elsewhere",
    ],
)
def test_imprints_captions_and_titles_are_no_answer(
    line: str, tmp_path: Path, encoder: Encoder, corpus_dir: Path
) -> None:
    told = "The trust set 310 hawthorns along its car park."
    documents = {"green.md": f"# Green work at Foxcombe and elsewhere\n\n## Hedges\n\n{told}\n\n{line}\n"}
    ingest_paths(write_documents(tmp_path / "in", documents), tmp_path / "index", encoder, corpus_dir=corpus_dir)
    with Assistant(open_generation(current_folder(tmp_path / "index"), encoder), encoder) as assistant:
        for question in (line, "Who has green work, how many hedges and which hawthorns at Foxcombe?"):
            assert all(line not in one.quote for one in assistant.ask(question).citations)
