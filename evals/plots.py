"""Two plots as SVG, drawn here because they are simple, and a page that holds them must need nothing else.

Each has a title and a description for those who do not see it; the same figures stand in a table beside it. Colour is
never the only mark: bars are labelled with their values, and each system has a place of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _LABEL, _ROW, _GAP = 720, 220, 18, 10
_COLOURS = ("#3b7dd8", "#c76a10", "#3f8f46", "#a35bc4", "#8d6e63", "#0b8a94")  # seen on white and on black


def bars(title: str, groups: Mapping[str, Mapping[str, float]], number: int) -> str:
    """Bars from 0 to 1, grouped: by measure or slice, then by system. ``number`` makes the ids unique on a page."""
    names = tuple(dict.fromkeys(name for group in groups.values() for name in group))
    parts: list[str] = []
    y = 8
    for group, values in groups.items():
        parts.append(_text(_LABEL - 8, y + len(values) * _ROW / 2 + 4, group, "end"))
        for name, value in values.items():
            parts += _bar(y, name, value, _COLOURS[names.index(name) % len(_COLOURS)])
            y += _ROW
        y += _GAP
    return _svg(title, _describe(groups), y, parts, number)


def spread(title: str, changes: Sequence[float], number: int) -> str:
    """One stroke a query, sorted by how much it gained or lost, so that a mean cannot hide who paid for it."""
    ordered = sorted(changes, reverse=True)
    most = max((abs(change) for change in ordered), default=0.0) or 1.0
    step = (_WIDTH - 40) / max(len(ordered), 1)
    parts = [f'<line x1="20" y1="80" x2="{_WIDTH - 20}" y2="80" stroke="currentColor"/>']
    for place, change in enumerate(ordered):
        height = abs(change) / most * 70
        top = 80 - height if change > 0 else 80
        colour = _COLOURS[0] if change > 0 else _COLOURS[1]
        x = 20 + place * step
        parts.append(_rect(x, top, max(step - 0.5, 0.5), height, colour))
    better, worse = sum(change > 0 for change in ordered), sum(change < 0 for change in ordered)
    said = f"{better} better, above the line; {worse} worse, below it; {len(ordered) - better - worse} the same"
    parts.append(_text(_WIDTH / 2, 172, said, "middle"))
    return _svg(title, said, 182, parts, number)


def _bar(y: float, name: str, value: float, colour: str) -> list[str]:
    room = _WIDTH - _LABEL - 190
    length = max(0.0, min(1.0, value)) * room
    return [
        _rect(_LABEL, y + 2, length, _ROW - 4, colour),
        _text(_LABEL + length + 6, y + 13, f"{value:.3f}  {name}", "start"),
    ]


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(said)}</text>'


def _describe(groups: Mapping[str, Mapping[str, float]]) -> str:
    return "; ".join(
        f"{group}: " + ", ".join(f"{name} {value:.3f}" for name, value in values.items())
        for group, values in groups.items()
    )


def _svg(title: str, description: str, height: float, parts: Sequence[str], number: int) -> str:
    names = f"plot-{number}-title plot-{number}-description"
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-labelledby="{names}">'
        f'<title id="plot-{number}-title">{escape(title)}</title>'
        f'<desc id="plot-{number}-description">{escape(description)}</desc>{"".join(parts)}</svg></figure>'
    )
