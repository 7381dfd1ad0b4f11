"""The file itself: its size, its hash, what it may not use, and that it says and colours what the page does."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

import ui
from server import embed
from tests.conftest import REPO
from ui import palette
from ui.words import ALL_OURS, BASIS_WORDS, CAUTION, EVIDENCE_WORDS, QUOTED, STATUS_WORDS, SUMMED_UP

WIDGET = Path(ui.__path__[0]) / "widget"
CODE = (WIDGET / "assistant.js").read_text("utf-8")
STYLE = CODE.partition("const STYLE = `")[2].partition("`;")[0]
BUDGET_BYTES = 20_000

# Markup from strings, code from strings, stores, and styles that a strict policy of the host page would refuse.
FORBIDDEN = (
    "innerHTML", "outerHTML", "insertAdjacentHTML", "setHTML", "document.write", "DOMParser", "srcdoc",
    "createContextualFragment", "eval(", "new Function", "import(", "cssText", "localStorage", "sessionStorage",
    "indexedDB", "document.cookie", "caches.", "serviceWorker", "sendBeacon", "postMessage", ".style.",
    '"style"', "<style",
)  # fmt: skip
# Syntax that came after ES2020: fields and private names, ??= and its kin, numeric separators, replaceAll, at, hasOwn.
LATER = (
    r"\?\?=",
    r"\|\|=",
    r"&&=",
    r"\d_\d",
    r"this\.#",
    r"^\s*static \{",
    r"\.replaceAll\(",
    r"\.at\(",
    r"Object\.hasOwn\(",
)


def test_it_is_small() -> None:
    assert len(gzip.compress(CODE.encode(), mtime=0)) <= BUDGET_BYTES


@pytest.mark.parametrize("word", FORBIDDEN)
def test_it_builds_no_markup_runs_no_text_and_stores_nothing(word: str) -> None:
    assert word.lower() not in CODE.lower()


@pytest.mark.parametrize("pattern", LATER)
def test_it_is_es2020(pattern: str) -> None:
    assert not re.search(pattern, CODE, re.M)


def test_its_style_fetches_nothing() -> None:
    assert not re.search(r"url\(|@import|@font-face", STYLE)


def test_it_names_no_host() -> None:
    assert set(re.findall(r"https?://[\w.]+", CODE)) == {"https://assistant.example"}  # in the comment at its top


def test_each_version_has_the_hash_that_is_promised() -> None:
    """A page out there names a version by its hash. A changed file is a new version: keep the old one in earlier/."""
    assert f'VERSION = "{embed.newest()}"' in CODE
    for version, integrity in embed.versions().items():
        digest = hashlib.sha384(embed.script_file(version).read_bytes()).digest()
        assert integrity == f"sha384-{base64.b64encode(digest).decode()}", version


def test_every_page_that_tells_how_to_embed_names_the_newest_version_and_its_hash() -> None:
    pages = [REPO / "docs/embed.md", *(REPO / "docs/embed").rglob("*.html"), *(REPO / "docs/embed").rglob("*.php")]
    named = [page for page in pages if "sha384-" in page.read_text("utf-8")]
    assert len(named) >= 3
    for page in named:
        text = page.read_text("utf-8")
        assert set(re.findall(r"sha384-[\w+/]{64}", text)) == {embed.versions()[embed.newest()]}, page
        assert set(re.findall(r"\b\d+\.\d+\.\d+(?=/assistant\.js)", text)) <= {embed.newest()}, page


@pytest.mark.parametrize("words", [STATUS_WORDS, EVIDENCE_WORDS, BASIS_WORDS], ids=["status", "evidence", "basis"])
def test_it_says_what_the_page_says(words: dict[str, str]) -> None:
    for key, text in words.items():
        assert f"  {key}: {json.dumps(text)}" in CODE


@pytest.mark.parametrize("text", [QUOTED, SUMMED_UP, ALL_OURS, CAUTION])
def test_it_warns_in_the_words_of_the_page(text: str) -> None:
    assert json.dumps(text) in CODE


def test_its_colours_are_those_of_the_page_and_each_can_be_set() -> None:
    used = dict(re.findall(r"var\(--anchorline-([a-z-]+), (#[0-9a-f]{6})\)", STYLE))
    assert used == {name: colour for name, colour in palette.TOKENS.items() if name in used}
    assert len(used) >= 20
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", STYLE)) == set(used.values())


DOCUMENTED = (REPO / "docs" / "embed.md").read_text("utf-8")


def test_every_file_that_the_documentation_links_to_exists() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", DOCUMENTED):
        assert (REPO / "docs" / target).is_file(), target


def test_every_attribute_and_every_property_is_documented_and_no_other_is() -> None:
    assert set(re.findall(r"^\| `([a-z]+)` \|", DOCUMENTED, re.M)) == set(re.findall(r'getAttribute\("(\w+)"\)', CODE))
    listed = DOCUMENTED.partition("`--anchorline-` followed by")[2].partition("```")[0]
    assert set(re.findall(r"`([a-z-]+)`", listed)) == set(re.findall(r"--anchorline-([a-z-]+)", STYLE))


def test_the_documentation_explains_the_words_that_are_shown() -> None:
    shown = DOCUMENTED.partition("## When it does not work")[2]
    for words in ("Anchorline cannot be reached", "Ratings are not collected here"):
        assert words in CODE
        assert words in shown
