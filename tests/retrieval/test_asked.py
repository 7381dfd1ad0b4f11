"""Questions that a corpus lists lead to the sentence that answers them, or to the brief that was learnt from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.run import ingest_paths, remove_sources
from retrieval.asked import AskedQuestions, expectations
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.generation import Generation, current_folder, open_generation, read_content
from retrieval.types import BlockRole, Narrowing
from tests.corpus.small import plant
from tests.records import write_programmes, write_report

ASKED = "Whom does the infirmary take on to weed its flower beds?"
LIKE_IT = "does the infirmary hire anyone to weed flower beds"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_programmes(tmp_path_factory.mktemp("asked") / "corpus")


@pytest.fixture(scope="module")
def with_report(corpus: Path, encoder: Encoder) -> Path:
    index = corpus.with_name("with-report")
    ingest_paths((), index, encoder, corpus_dir=corpus)
    ingest_paths([write_report(corpus.with_name("in"))], index, encoder, corpus_dir=corpus)
    return index


def answers(generation: Generation, encoder: Encoder, question: str) -> list[tuple[float, str]]:
    """What stands where questions like this one are answered, the likest first."""
    found = generation.asked.answering(generation.asked.vectors @ encoder.encode_question(question).alike)
    passages = generation.content.passages
    told = ((like, passages[row].quote(at)) for row, places in found.items() for at, like in places.items())
    return sorted(told, reverse=True)


def test_a_question_like_a_listed_one_leads_to_the_sentence_that_prints_the_words(
    with_report: Path, encoder: Encoder
) -> None:
    generation = open_generation(current_folder(with_report), encoder)
    like, quote = answers(generation, encoder, LIKE_IT)[0]
    assert "green fingers" in quote
    assert 0.7 < like < 1
    assert answers(generation, encoder, ASKED)[0][0] == pytest.approx(1, abs=1e-3)
    assert not answers(generation, encoder, "Which locomotives ran on the Settle line in 1955?")
    generation.close()


def test_it_is_ranked_first_and_quoted_though_it_shares_no_word(with_report: Path, encoder: Encoder) -> None:
    with Assistant(open_generation(current_folder(with_report), encoder), encoder) as assistant:
        hit = assistant.search_question(LIKE_IT)[0]
        assert "green fingers" in hit.passage.text
        assert any("green fingers" in one.quote for one in assistant.ask(LIKE_IT).citations)
        elsewhere = assistant.search_question(LIKE_IT, narrowing=Narrowing(sources=("brief-walking-groups",)))
        assert {one.passage.source.source_id for one in elsewhere} == {"brief-walking-groups"}


def test_without_the_source_it_leads_to_what_our_brief_learnt_from_it(
    corpus: Path, tmp_path: Path, encoder: Encoder
) -> None:
    ingest_paths((), tmp_path, encoder, corpus_dir=corpus)
    generation = open_generation(current_folder(tmp_path), encoder)
    first = answers(generation, encoder, "what was the price of the spades")[0][1]
    assert first == "Spades cost 300 pounds."
    generation.close()


def test_a_question_keeps_its_vector_and_is_forgotten_with_its_line(
    corpus: Path, tmp_path: Path, encoder: Encoder
) -> None:
    index = tmp_path / "index"
    ingest_paths((), index, encoder, corpus_dir=corpus)
    before = read_content(current_folder(index))
    assert ingest_paths((), index, encoder, corpus_dir=corpus).published is None
    changed = tmp_path / "corpus"
    write_programmes(changed)
    plant(changed / "questions" / "report-2024.yaml", f"    - {ASKED}\n", "")
    assert ingest_paths((), index, encoder, corpus_dir=changed).published
    after = read_content(current_folder(index))
    assert np.array_equal(after.question_vectors, before.question_vectors[1:])
    plant(changed / "questions" / "report-2024.yaml", "holds: £300", "holds: [")
    report = ingest_paths((), index, encoder, corpus_dir=changed)
    assert "report-2024.yaml" in [path.name.partition(":")[0] for path, _ in report.failed]
    assert read_content(current_folder(index)).questions == after.questions
    remove_sources(["brief-dig-first"], index, encoder)
    assert read_content(current_folder(index)).questions == after.questions


def test_what_no_source_says_is_told_where_it_is_asked(tmp_path: Path, encoder: Encoder) -> None:
    corpus = write_programmes(tmp_path / "corpus")
    with (corpus / "questions" / "report-2024.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "- asks: [How many of the gardeners stayed in work after a year?, gardeners still employed a year on]\n"
            "  at: [{source: report-2024, section: [Garden jobs], holds: green fingers}]\n"
            "  unsaid: how many of the gardeners were still in work a year later\n"
        )
    ingest_paths((), tmp_path / "index", encoder, corpus_dir=corpus)
    told = "how many of the gardeners were still in work a year later"
    with Assistant(open_generation(current_folder(tmp_path / "index"), encoder), encoder) as assistant:
        assert f"Not said in the document that my brief was written from: {told}." in gaps_of(
            assistant, "are the gardeners still employed a year on"
        )
        assert not any(told in gap for gap in gaps_of(assistant, LIKE_IT))
    ingest_paths([write_report(tmp_path / "in")], tmp_path / "index", encoder, corpus_dir=corpus)
    with Assistant(open_generation(current_folder(tmp_path / "index"), encoder), encoder) as assistant:
        title = next(one.source.title for one in assistant.sources() if one.source.source_id == "report-2024")
        assert (
            gaps_of(assistant, "how many gardeners stayed in work after a year")[0] == f"Not said in “{title}”: {told}."
        )


def gaps_of(assistant: Assistant, question: str) -> tuple[str, ...]:
    return assistant.ask(question).gaps


def test_a_word_that_no_source_and_no_listed_question_uses_is_told(with_report: Path, encoder: Encoder) -> None:
    with Assistant(open_generation(current_folder(with_report), encoder), encoder) as assistant:
        listed, unheard = map(assistant.ask, (LIKE_IT, "who at the infirmary prunes the apple trees"))
        gaps = [[block.text for block in answer.blocks if block.kind is BlockRole.GAP] for answer in (listed, unheard)]
        assert not any("weed" in gap for gap in gaps[0])
        assert any("“prunes”" in gap for gap in gaps[1])


def test_what_answers_is_learnt_from_how_others_asked() -> None:
    """Questions whose vectors are turned away from those of their answers: nearness finds few, what was learnt most."""
    random = np.random.default_rng(7)
    sentences = random.normal(size=(60, 48)).astype(np.float32)
    sentences /= np.linalg.norm(sentences, axis=1, keepdims=True)
    turned = np.linalg.qr(random.normal(size=(48, 48)))[0].astype(np.float32)
    asked = np.repeat(sentences @ turned, 6, axis=0) + random.normal(size=(360, 48)).astype(np.float32) / 30
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    places = np.array([(question, question // 6, 0) for question in range(360)], dtype=np.int32)
    listed = places[places[:, 0] % 6 != 0]
    answers = expectations(asked, listed, sentences.astype(np.float16), range(60))
    learnt = AskedQuestions(asked, listed, answers)
    near = sum(int((sentences @ asked[at]).argmax()) == at // 6 for at in range(0, 360, 6))
    found = sum(int((sentences @ learnt.expected(asked @ asked[at])).argmax()) == at // 6 for at in range(0, 360, 6))
    assert near < 10
    assert found > 54


def test_where_nothing_is_listed_nothing_is_expected(assistant: Assistant, encoder: Encoder) -> None:
    asked = assistant._generation.asked
    assert not asked.expected(asked.vectors @ encoder.encode_question(ASKED).alike).any()


def test_what_is_expected_is_learnt_the_same_twice(briefs: Assistant) -> None:
    generation = briefs._generation
    asked, content = generation.asked, generation.content
    again = expectations(asked.vectors, asked.places, content.sentence_vectors, generation.first_sentence)
    assert np.array_equal(again.centres, asked.expectations.centres)
    assert np.array_equal(again.answers.astype(np.float16), asked.expectations.answers.astype(np.float16))
    assert np.linalg.norm(asked.expected(asked.vectors @ asked.vectors[0])) == pytest.approx(1, abs=1e-3)
