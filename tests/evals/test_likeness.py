"""The command that tells whether what is like a question asks the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.__main__ import main
from evals.likeness import lessons_of
from ingest.run import ingest_paths
from retrieval.encode import Encoder
from retrieval.generation import current_folder, open_generation
from tests.conftest import REPO
from tests.records import write_programmes, write_report


@pytest.mark.slow
def test_held_out_wishes_are_judged_as_published_and_as_learnt(
    tmp_path: Path, encoder: Encoder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANCHORLINE_ENCODER_CACHE", str(REPO / ".cache" / "encoders"))
    corpus = write_programmes(tmp_path / "corpus")
    with (corpus / "questions" / "report-2024.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "- asks: [Who hires gardeners near the infirmary?, gardeners wanted at the infirmary]\n"
            "  at: [{source: report-2024, section: [Garden jobs], holds: green fingers}]\n"
        )
    index = tmp_path / "index"
    ingest_paths((), index, encoder, corpus_dir=corpus)
    ingest_paths([write_report(tmp_path / "in")], index, encoder, corpus_dir=corpus)
    generation = open_generation(current_folder(index), encoder)
    lessons = lessons_of(generation)
    quotes = [passage.quote(at) for passage in generation.content.passages for at in range(len(passage.sentences))]
    generation.close()
    assert len(lessons.texts) == len(lessons.places) == len(lessons.wishes)
    assert lessons.texts[-1] == "gardeners wanted at the infirmary" and lessons.wishes[-1] == lessons.wishes[-2]
    assert lessons.places[-1] and all("green fingers" in quotes[place] for place in lessons.places[-1])
    assert main(["likeness", "--index", str(index)]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    shares = {tuple(row[:-4]): [float(one) for one in row[-4:]] for row in rows if row[:1] in (["as"], ["learnt"])}
    assert shares.keys() == {("as", "published"), ("learnt",)}
    assert all(0 <= first <= five <= 1 for found in shares.values() for first, five in (found[:2], found[2:]))
