"""A plot of how costs grow, as one SVG file that needs nothing else: both axes logarithmic, a line a stage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from evals.growth import WHOLE, Cost

_WIDTH, _HEIGHT = 860, 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 270, 46, 56
# Okabe and Ito's palette, told apart without colour too: by dashes, and by names at the lines' ends.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_DASHES = ("", "7 3", "2 3", "9 3 2 3")
_LINE_HEIGHT = 15


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    values: tuple[float, ...]  # ms, one a size


def growth_svg(costs: Sequence[Cost]) -> str:
    """What each stage takes of the cores, p50, and p95 of the whole, by passages: the clock's times are other work's
    too, on a machine that has any."""
    lines = [_Line(stage, tuple(cost.quantile_cpu_ms(stage, 50) for cost in costs)) for stage in costs[0].cpu_ms]
    lines.append(_Line(f"{WHOLE}, p95", tuple(cost.quantile_cpu_ms(WHOLE, 95) for cost in costs)))
    sizes = [cost.passages for cost in costs]
    every = [max(value, 0.01) for line in lines for value in line.values]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    plot = _Plot(math.log10(sizes[0]), math.log10(sizes[-1]), low, max(high, low + 1))
    title = "Milliseconds of one core a question by passages in the index: p50 of each stage"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
            'font-family="sans-serif" font-size="12">',
            f"<title>{title}</title>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
            f'<text x="{_LEFT}" y="24" font-size="15">{title}</text>',
            *plot.axes(sizes),
            *plot.lines(sizes, lines),
            "</svg>\n",
        ]
    )


@dataclass(frozen=True, slots=True)
class _Plot:
    """The ends of both axes, as powers of ten."""

    left: float
    right: float
    low: int
    high: int

    def x(self, passages: int) -> float:
        share = (math.log10(passages) - self.left) / (self.right - self.left or 1)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value_ms: float) -> float:
        share = (math.log10(max(value_ms, 10**self.low)) - self.low) / (self.high - self.low)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    def axes(self, sizes: Sequence[int]) -> list[str]:
        right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        drawn = []
        for power in range(self.low, self.high + 1):
            y = self.y(10**power)
            drawn.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#cccccc"/>')
            drawn.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10**power:g} ms</text>')
        for size in sizes:
            x = self.x(size)
            drawn.append(f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#eeeeee"/>')
            drawn.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{size:,}</text>')
        middle = (_LEFT + right) / 2
        return [*drawn, f'<text x="{middle:.1f}" y="{bottom + 40}" text-anchor="middle">passages in the index</text>']

    def lines(self, sizes: Sequence[int], lines: Sequence[_Line]) -> list[str]:
        drawn = []
        label_y = math.inf
        for at, line in sorted(enumerate(lines), key=lambda one: one[1].values[-1]):
            style = (
                f'fill="none" stroke="{_COLOURS[at % len(_COLOURS)]}" stroke-dasharray="{_DASHES[at % len(_DASHES)]}"'
            )
            places = [(self.x(size), self.y(value)) for size, value in zip(sizes, line.values, strict=True)]
            end_x, end_y = places[-1]
            label_y = min(end_y, label_y - _LINE_HEIGHT)
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            leader = f"{end_x:.1f},{end_y:.1f} {end_x + 30:.1f},{label_y:.1f}"
            drawn += [
                f'<polyline points="{points}" {style} stroke-width="2"/>',
                f'<polyline points="{leader}" {style}/>',
                f'<text x="{end_x + 36:.1f}" y="{label_y + 4:.1f}">'
                f"{escape(line.name)}: {line.values[-1]:.1f} ms</text>",
            ]
        return drawn
