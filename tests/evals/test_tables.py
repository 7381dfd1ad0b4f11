"""Tables show what they are given, figures to the right."""

from __future__ import annotations

from evals.tables import table


def test_columns() -> None:
    assert table(("kind", "n"), [("figure", "48"), ("typo", "6")]).splitlines() == [
        "kind     n",
        "------  --",
        "figure  48",
        "typo     6",
    ]


def test_no_rows() -> None:
    assert table(("kind", "n"), []).splitlines() == ["kind  n", "----  -"]
