"""Plain tables for the terminal, and the same in Markdown: figures to the right, words to the left.

It must never round or drop anything: what it is given is what is printed.
"""

from __future__ import annotations

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows under the header; a column whose every cell begins like a number is set to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    right = _to_right(header, rows)
    rule = ["-" * width for width in widths]
    return "\n".join(_line(row, widths, right) for row in (header, rule, *rows))


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows under the header, for a page that is shown as GitHub shows Markdown."""
    rule = ["--:" if to_right else "---" for to_right in _to_right(header, rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in (header, rule, *rows))


def _to_right(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[bool]:
    return [all(map(_is_figure, cells)) for _, *cells in zip(header, *rows, strict=True)]


def _is_figure(cell: str) -> bool:
    return not cell or cell.lstrip("+-£")[:1].isdigit() or cell == "-"


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = (
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(row, widths, right, strict=True)
    )
    return "  ".join(cells).rstrip()
