"""Files of others come in with the figures that ir_measures gives them; ours go out and come back the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import AnchorlineError
from evals.__main__ import main
from evals.measures import score
from evals.record import Result, load, save
from evals.topics import Topic
from evals.trec import export_run, imported, read_qrels, read_run
from tests.evals.conftest import make_run
from tests.evals.test_measures import own_command

QRELS = "q1 0 d1 1\nq1 0 d2 2\nq2 0 d1 1\nq3 0 d9 1\n"
RUN = """\
q1 Q0 d1 1 2.0 tag
q1 Q0 d3 2 2.0 tag
q1 Q0 d2 3 2.0 tag
q2 Q0 d4 1 0.5 tag
q2 Q0 d1 2 0.1 tag
q7 Q0 d1 1 1 tag
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "judged.txt", tmp_path / "theirs.run"
    for path, text in zip(paths, (QRELS, RUN), strict=True):
        path.write_text(text)
    return paths


def test_import(files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ties (q1), a query that the run lacks (q3) and one that nobody judged (q7)."""
    out = tmp_path / "run.json"
    assert main(["import", "--qrels", str(files[0]), "--run", str(files[1]), "--out", str(out)]) == 0
    assert "theirs" in capsys.readouterr().out
    results = load(out).systems["theirs"]
    theirs = own_command(read_qrels(files[0]), read_run(files[1]))
    assert results.keys() == theirs.keys() == {"q1", "q2", "q3"}
    for query, result in results.items():
        assert result.values == pytest.approx(theirs[query], abs=1e-6)
    assert results["q1"].ranking == ("d3", "d2", "d1")  # as trec_eval ranks what ties
    assert set(results["q3"].values.values()) == {0.0}


def test_out_and_back(tmp_path: Path) -> None:
    topics = [Topic(q, "?", (), {f"gold-{q}": 1}, (), {}) for q in ("q1", "q2")]
    rankings = {"q1": ("other", "gold-q1", "x"), "q2": ()}
    system = {q: Result(rankings[q], values) for q, values in score(topics, rankings).items()}
    run = make_run({"re ranked": system})
    written = export_run(run, tmp_path / "trec")
    assert [path.name for path in written] == ["qrels.txt", "re-ranked.run"]
    back = imported("x", read_qrels(written[0]), {"re-ranked": read_run(written[1])})
    assert back.systems["re-ranked"] == system


def test_export_by_command(tmp_path: Path) -> None:
    run = save(make_run({"fused": {"q1": Result(("gold-q1",), {})}}), tmp_path / "run.json")
    assert main(["export", "--run", str(run), "--to", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "fused.run").read_text() == "q1 Q0 gold-q1 1 1.0 fused\n"
    assert (tmp_path / "out" / "qrels.txt").read_text() == "q1 0 gold-q1 1\n"


def test_what_is_no_trec_file_is_told(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("these are words\n")
    with pytest.raises(AnchorlineError, match=r"words\.txt: not a TREC file"):
        read_qrels(tmp_path / "words.txt")
    with pytest.raises(AnchorlineError, match="no such file"):
        read_run(tmp_path / "absent.run")


def test_import_of_nothing_says_what_to_give(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--out", str(tmp_path / "x.json")]) == 2
    assert "--run and --qrels, or --questions" in capsys.readouterr().err
