"""The colours hold what accessibility asks of them, and the style sheet uses no others and no outside host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ui import palette

STYLE = Path(palette.__file__).with_name("style.css").read_text("utf-8")


@pytest.mark.parametrize(("text", "ground"), palette.TEXT_PAIRS)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert palette.contrast(palette.TOKENS[text], palette.TOKENS[ground]) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), palette.EDGE_PAIRS)
def test_edges_stand_out_from_their_ground(edge: str, ground: str) -> None:
    assert palette.contrast(palette.TOKENS[edge], palette.TOKENS[ground]) >= 3


def test_contrast_is_that_of_wcag() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#212b32", "#ffffff") == pytest.approx(14.4, abs=0.1)


def test_every_colour_of_the_style_sheet_is_a_token() -> None:
    assert set(re.findall(r"var\(--al-([a-z-]+)\)", STYLE)) <= set(palette.TOKENS)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=\s*[;!}])", STYLE)


def test_the_style_sheet_fetches_nothing() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert "http" not in STYLE
