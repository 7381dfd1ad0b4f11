"""Plain tables for the terminal: columns as wide as they need to be, figures to the right, words to the left.

It must never round or drop anything: what it is given is what is printed.
"""

from __future__ import annotations

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows under the header; a column whose every cell begins like a number is set to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    right = [all(map(_is_figure, cells)) for _, *cells in zip(header, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(row, widths, right) for row in (header, rule, *rows))


def _is_figure(cell: str) -> bool:
    return not cell or cell.lstrip("+-£")[:1].isdigit() or cell == "-"


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = (
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(row, widths, right, strict=True)
    )
    return "  ".join(cells).rstrip()
