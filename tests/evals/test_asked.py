"""Readers' questions become suite entries that a maintainer completes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import ManifestError
from evals.__main__ import main
from evals.suite import Kind, load_suite
from retrieval.types import Status

# The columns that the service promises to keep (docs/operate.md).
TABLE = """CREATE TABLE questions (
id INTEGER PRIMARY KEY, asked_at VARCHAR(20), answer_id VARCHAR(26), status VARCHAR(20),
generation VARCHAR(40), question TEXT, verdict VARCHAR(20), reason VARCHAR(20))"""
ROWS = (
    ("answered", "How did Barts fund the café: who paid?", "not_useful", "wrong_source"),
    ("answered", "A question that was answered well?", "useful", None),
    ("partial", "Another, not rated?", None, None),
    ("not_found", "What does a unicorn\ncost?", None, None),
    ("not_found", "what does a  unicorn cost", None, None),
    ("not_found", None, None, None),
    ("not_found", "How many people work at Barts Health?", None, None),  # the shipped suite has it
    ("out_of_scope", "Will it rain?", None, None),
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "log.sqlite"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute(TABLE)
        made.executemany(
            "INSERT INTO questions (asked_at, status, question, verdict, reason) VALUES ('2026', ?, ?, ?, ?)", ROWS
        )
    return path


@pytest.mark.parametrize("as_url", [True, False])
def test_the_file_names_what_is_to_be_filled_in_and_then_loads(
    database: Path, tmp_path: Path, as_url: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "suites" / "asked-in-may.yaml"
    where = f"sqlite:///{database}" if as_url else str(database)
    assert main(["import", "--questions", where, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "6 questions, 3 of them new" not in said
    assert "5 questions, 3 of them new" in said
    text = out.read_text(encoding="utf-8")
    line = next(n for n, one in enumerate(text.splitlines(), start=1) if one.strip() == "needs:")
    assert f"{out}:{line}: asked-how-did-barts-fund-the-caf-who-paid: is not filled in yet" in said
    with pytest.raises(ManifestError):
        load_suite(out)

    out.write_text(
        text.replace("source: fill-in", "source: uclpartners-2023").replace("fact: fill-in", "fact: charity")
    )
    wanting, unicorn, rain = load_suite(out).questions
    assert wanting.question == "How did Barts fund the café: who paid?"
    assert (wanting.kind, wanting.needs[0][0].fact) == (Kind.ENTITY, ("charity",))
    assert (unicorn.question, unicorn.kind, unicorn.status) == (
        "What does a unicorn cost?",
        Kind.UNANSWERABLE,
        (Status.NOT_FOUND,),
    )
    assert rain.kind is Kind.OUT_OF_SCOPE
    assert "its reader said: not_useful; wrong_source" in text


def test_what_was_filled_in_is_not_overwritten_nor_asked_twice(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "one.yaml"
    assert main(["import", "--questions", str(database), "--out", str(out)]) == 0
    assert main(["import", "--questions", str(database), "--out", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err
    out.write_text(out.read_text().replace("source: fill-in", "source: ihi-2022"))
    assert main(["import", "--questions", str(database), "--out", str(tmp_path / "two.yaml")]) == 0
    assert "5 questions, none of them new" in capsys.readouterr().out
    assert not (tmp_path / "two.yaml").exists()


def test_no_database_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.sqlite").write_text("no database")
    for name in ("absent.sqlite", "text.sqlite"):
        assert main(["import", "--questions", str(tmp_path / name), "--out", str(tmp_path / "x.yaml")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert not (tmp_path / "absent.sqlite").exists()
