"""The words of page and embed: readable by whoever left school at fourteen, and none of them says "should"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.settings import STARTERS, Settings
from tests.conftest import REPO
from ui.words import headed

GRADE = 8  # of the formula of Flesch and Kincaid, in years and tenths of years at school
_WORDS = 12  # the formula means nothing for less
_FILES = (*(REPO / "ui").glob("*.py"), *(REPO / "server" / f"{name}.py" for name in ("errors", "gates", "rates")))
_CODE_AND_ADDRESSES = re.compile(r"`[^`]*`|\S*[/_<>=]\S*|ANCHORLINE_\w+")


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        ("people who were hired (people)", "People who were hired"),
        ("money put in (GBP)", "Money put in (GBP)"),
        ("recruits still employed after a time (per cent)", "Recruits still employed after a time (per cent)"),
        ("What it cost", "What it cost"),
        ("", ""),
        ("(people)", "(people)"),
    ],
)
def test_a_measure_as_a_heading(words: str, heading: str) -> None:
    assert headed(words) == heading


def syllables(word: str) -> int:
    """By groups of vowels, without the silent ends of English words."""
    letters = re.sub("[^a-z]", "", word.lower())
    ends = r"(?<=[^l])e$|(?<=[^td])ed$|(?<=[^sxzcgh])es$"
    return max(1, len(re.findall("[aeiouy]+", re.sub(ends, "", letters))))


def grade(text: str) -> float:
    sentences = [one for one in re.split(r"[.!?:;]+\s", f"{text} ") if one.strip()]
    words = re.findall(r"[A-Za-z][A-Za-z'’-]*", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def strings(path: Path) -> Iterator[str]:
    """The texts of a module: no docstring, and of a text that is put together its fixed parts."""
    tree = ast.parse(path.read_text("utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "it" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts | alone:
            yield node.value


def texts() -> list[str]:
    found = [text for path in (*_FILES, REPO / "retrieval" / "notices.py") for text in strings(path)]
    found += re.findall(r'"([^"\n]+)"', (REPO / "ui" / "widget" / "assistant.js").read_text("utf-8"))
    found += [text for _, text in Settings(index=Path("none")).standing] + list(STARTERS)
    plain = (re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL) for text in found)
    shown = (" ".join(_CODE_AND_ADDRESSES.sub("it", text).split()) for text in plain)
    return [text for text in dict.fromkeys(shown) if len(re.findall(r"[a-z]{2,}", text)) > 2]


def test_the_measure_tells_plain_from_heavy() -> None:
    assert grade("The cat sat on the mat. It was warm there, and it slept for an hour.") < 2
    assert grade("Organisational considerations necessitate comprehensive institutional transformation.") > 20
    assert [syllables(word) for word in ("trust", "quoted", "sources", "asked", "people", "community")] == [
        1, 2, 2, 1, 2, 4,
    ]  # fmt: skip


def test_every_sentence_of_ours_is_easy_to_read() -> None:
    read = [text for text in texts() if len(text.split()) >= _WORDS]
    assert len(read) > 30
    assert [(round(grade(text), 1), text) for text in read if int(grade(text)) > GRADE] == []


def test_nothing_of_ours_says_should() -> None:
    assert [text for text in texts() if re.search(r"\bshould(n't)?\b", text, re.I)] == []
