"""Fifty questions over what we ship and, where they are at hand, over the published documents: each quote holds."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.types import Basis
from ingest.run import ingest_paths
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation
from retrieval.types import Narrowing, Status
from tests.conftest import REPO
from tests.retrieval.answers import check_answer

pytestmark = pytest.mark.slow

QUESTIONS = (
    "How do we start as an anchor institution?",
    "What are the first steps for a small trust with no budget?",
    "What is an anchor institution?",
    "What is social value?",
    "What does good work mean for staff?",
    "How have trusts helped local people into jobs?",
    "How do trusts reach young people in schools?",
    "How many apprentices were hired?",
    "How many people has Barts Health helped into work?",
    "What did East London NHS Foundation Trust do about pay?",
    "Which trusts pay the real living wage?",
    "How can procurement help the local economy?",
    "How do small businesses win contracts with a trust?",
    "What share of spending is local?",
    "How do trusts weigh social value in tenders?",
    "What can a mental health trust do about housing?",
    "How did a trust use its land and buildings for the community?",
    "How do hospitals open their green space?",
    "What was done about air pollution near hospitals?",
    "How did Great Ormond Street act on clean air?",
    "What did Leeds do with its partners?",
    "How did Mid and South Essex become an anchor?",
    "What did Sussex Partnership learn?",
    "What did Nottinghamshire Healthcare do about climate?",
    "How did Warrington and Halton use a town centre?",
    "What is Imperial's driver diagram?",
    "How did Sandwell and West Birmingham regenerate its area?",
    "How do we measure impact?",
    "Which measures show that an anchor strategy works?",
    "What evidence is there that anchors reduce inequality?",
    "How was the work funded?",
    "What did the programmes cost?",
    "Who leads the work in a trust?",
    "How do we win the board over?",
    "What barriers did trusts meet?",
    "What went wrong and what would they do differently?",
    "How do trusts work with councils?",
    "How do trusts work with voluntary organisations?",
    "What is the role of integrated care systems?",
    "What are the Marmot principles?",
    "What can an individual clinician do about poverty?",
    "How do we ask patients about social needs?",
    "How do trusts support their own low-paid staff?",
    "What is done about fuel poverty?",
    "How do trusts help refugees or people leaving prison into work?",
    "How do we involve people with lived experience?",
    "How does racism affect health, and what can trusts do?",
    "Who can I contact about the network?",
    "What is planned next?",
    "When did the anchor network begin?",
)


def test_there_are_fifty() -> None:
    assert len(set(QUESTIONS)) == 50


@pytest.mark.parametrize("question", QUESTIONS)
def test_briefs_are_quoted_word_for_word(briefs: Assistant, question: str) -> None:
    answer = briefs.ask(question)
    check_answer(answer, briefs)
    assert answer.status not in (Status.CLINICAL, Status.CRISIS, Status.PERSONAL_DATA)
    for citation in answer.citations:
        passage = briefs.passage(citation.passage_id)
        # Where our brief says how two sources differ, the statements that it compares carry the places.
        assert passage and any(passage.originals) and citation.basis is Basis.BRIEF


def test_most_of_them_are_answered(briefs: Assistant) -> None:
    """Not a measure of quality, which evals/ takes: a change that silences everything must not pass."""
    assert sum(bool(briefs.ask(question).citations) for question in QUESTIONS) >= 35


@pytest.fixture(scope="module")
def published(
    shared_sources: Path, shipped_index: Path, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder
) -> Iterator[Assistant]:
    """The five documents as a maintainer ingests them, with our briefs."""
    index_dir = tmp_path_factory.mktemp("published") / "index"
    shutil.copytree(shipped_index, index_dir)
    files = sorted(path for path in shared_sources.iterdir() if path.is_file())
    assert not ingest_paths(files, index_dir, encoder, corpus_dir=REPO / "corpus").failed
    with Assistant(open_generation(current_folder(index_dir), encoder), encoder) as opened:
        yield opened


@pytest.fixture(scope="module")
def files(published: Assistant, shared_sources: Path) -> dict[str, str]:
    """The bare text of each source, by source id."""
    stored = published._generation.content.sources
    texts = {one.source.source_id: shared_sources / "text" / f"{Path(one.file).stem}.txt" for one in stored}
    return {name: bare(path.read_text("utf-8")) for name, path in texts.items() if path.is_file()}


def bare(text: str) -> str:
    """Without what a reader repairs (reference marks, line-end hyphens, quotes, white space) and the file's markup."""
    text = re.sub(r"\^\{[^}]*\}|[⁰¹²³⁴-⁹]+|</?\w+[^>]*>|!?\[(?=[^\]]*\]\()|\]\([^)]*\)|[*#|✓\\]", "", text)
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\u2010\u2011\u00ad-]+|[\"'“”‘’`]", "", text).casefold()


def stands(quote: str, file: str) -> bool:
    """Whether a file holds a quote, whole or broken once by what a page or table repeats (under 100 characters)."""
    if quote in file:
        return True
    length = max((n for n in range(1, len(quote)) if quote[:n] in file), default=0)
    ends = [match.end() for match in re.finditer(re.escape(quote[: max(length - 10, 1)]), file)]
    rests = [quote[cut:] for cut in range(max(length - 10, 1), length + 1)]
    return any(rest in file[end : end + len(rest) + 110] for end in ends for rest in rests)


def test_a_changed_quote_stands_nowhere() -> None:
    file = bare(
        "The trust hired forty neighbours in a year. Page 7. Annual report. It planted trees. Somebody sang a song."
    )
    assert stands(bare("hired forty neighbours in a year"), file)
    assert stands(bare("in a year. It planted trees."), file)
    assert not stands(bare("hired fifty neighbours in a year"), file)
    assert not stands(bare("It planted trees. The trust hired"), file)
    assert not stands(bare("hired forty neighbours. Nobody sang"), file)


@pytest.mark.parametrize("question", QUESTIONS)
def test_published_words_are_in_the_file(published: Assistant, files: dict[str, str], question: str) -> None:
    answer = published.ask(question)
    check_answer(answer, published)
    for citation in answer.citations:
        if citation.basis is Basis.SOURCE:
            for piece in re.split(r"[\n\t]", citation.quote):
                assert stands(bare(piece), files[citation.source_id]), f"{citation.passage_id}: {piece}"


def test_every_kind_of_file_is_quoted(published: Assistant, files: dict[str, str]) -> None:
    assert len(files) == 5
    for source_id in files:
        answers = (published.ask(question, narrowing=Narrowing(sources=(source_id,))) for question in QUESTIONS)
        cited = {citation.source_id for answer in answers for citation in answer.citations}
        assert cited == {source_id}


def test_narrowing_to_a_brief_keeps_to_it(published: Assistant) -> None:
    """Though its source is held, and would be quoted in its place."""
    briefs = [one.source.source_id for one in published.sources() if one.source.basis is Basis.BRIEF][::8]
    for source_id in briefs:
        narrowing = Narrowing(sources=(source_id,))
        found = published.search("What was done, and who did it?", 10, narrowing)
        assert {hit.passage.source.source_id for hit in found} == {source_id}
        answer = published.ask("What was done about jobs, housing or health?", narrowing=narrowing)
        assert {citation.source_id for citation in answer.citations} <= {source_id}
