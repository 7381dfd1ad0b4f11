"""``python -m retrieval``: an answer in the terminal, and one clear line where there is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.__main__ import main
from tests.conftest import REPO
from tests.retrieval.conftest import ENCODERS, Built

QUESTION = "How did Wexcombe hire neighbours?"


@pytest.fixture
def index(built: Built, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANCHORLINE_INDEX", str(built.index_dir))
    monkeypatch.setenv("ANCHORLINE_ENCODER_CACHE", str(ENCODERS))
    monkeypatch.delenv("ANCHORLINE_ENCODER", raising=False)
    return built.index_dir


@pytest.mark.usefixtures("index")
def test_an_answer_names_its_places(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([QUESTION]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"[answered] {QUESTION}")
    assert "42 neighbours" in said and "\n[1] " in said and "[1]\n" in said


@pytest.mark.usefixtures("index")
def test_json_is_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([QUESTION, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "answered"
    assert {block["kind"] for block in answer["blocks"]} <= {"quote", "note", "gap"}
    assert [citation["marker"] for citation in answer["citations"]] == sorted(
        marker for block in answer["blocks"] for marker in block["citations"]
    )


@pytest.mark.usefixtures("index")
def test_search_shows_each_leg(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([QUESTION, "--search", "-k", "3"]) == 0
    said = capsys.readouterr().out
    assert said.count("dense ") == said.count("bm25 ") == 3 and "orchard-jobs#" in said
    assert main([QUESTION, "--search", "--json", "-k", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [hit["rank"] for hit in found] == [1, 2] and set(found[0]["legs"]) == {"dense", "bm25"}


@pytest.mark.usefixtures("index")
def test_explain_shows_each_stage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([QUESTION, "--explain"]) == 0
    said = capsys.readouterr().out
    assert all(f"{stage}\n" in said for stage in ("screen", "understand", "search", "choose", "judge", "verify"))


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("question", ["", "help", "I want to die", "Ring 07700 900123"])
def test_a_reason_is_exit_code_1(capsys: pytest.CaptureFixture[str], question: str) -> None:
    assert main([question]) == 1
    assert "07700" not in capsys.readouterr().out


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("arguments", [[], ["q", "-k", "0"], ["q", "-k", "101"], ["q", "--no-such-flag"]])
def test_bad_use_is_exit_code_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2 and "usage" in capsys.readouterr().err


def run(index: Path, *arguments: bytes | str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANCHORLINE_")}
    return subprocess.run(
        [sys.executable, "-m", "retrieval", *arguments],
        cwd=REPO,
        env=kept | {"ANCHORLINE_INDEX": str(index), "ANCHORLINE_ENCODER_CACHE": str(ENCODERS)},
        capture_output=True,
        timeout=120,
    )


@pytest.mark.slow
def test_no_index_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    done = run(tmp_path / "none", QUESTION)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1 and b"python -m ingest" in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
def test_bytes_that_are_no_text_do_no_harm(built: Built) -> None:
    done = run(built.index_dir, b"How did Wexcombe hire neighbours \xff\xfe?")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"42 neighbours" in done.stdout
