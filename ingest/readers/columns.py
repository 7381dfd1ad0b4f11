"""The order in which a person would read a page: without its margins, column by column, line by line.

Running headers, footers and page numbers are what stands at the same place on page after page; columns are what a white
strip parts. Text across all columns keeps its place between them. Nothing here looks at what the words mean.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from ingest.readers.glyphs import Cell

GUTTER_PT = 7.0  # the narrowest white strip between two columns
COLUMN_LINES = 4  # fewer lines than this make no column
PROSE_CHARACTERS = 18  # mean length of a line below which a narrow block is a table's column, not a text's
MARGIN = 0.12  # the part of a page's height, at its top and bottom, in which a running line may stand
TEXT_SHARE, TEXT_LINES = 0.1, 20  # a size with more of the letters, and more lines, than this is no display type
REPEATS = 3  # on as many pages must a line stand at one place to be a running line


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of one column: its cells from left to right, and the column's edges."""

    cells: tuple[Cell, ...]
    page: int
    left: float
    right: float

    @property
    def text(self) -> str:
        """The words of the line with a space between its cells."""
        return " ".join(cell.text for cell in self.cells)

    @property
    def x(self) -> float:
        """Where the line begins."""
        return self.cells[0].x

    @property
    def end(self) -> float:
        """Where the line ends."""
        return self.cells[-1].end

    @property
    def y(self) -> float:
        """The height of its baseline."""
        return self.cells[0].y

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return max(self.cells, key=lambda cell: len(cell.text)).size

    @property
    def bold(self) -> bool:
        """Whether the whole line is bold."""
        return all(cell.bold for cell in self.cells)

    @property
    def italic(self) -> bool:
        """Whether the whole line is slanted."""
        return all(cell.italic for cell in self.cells)


def body_size(pages: Iterable[Sequence[Cell]]) -> float:
    """The size of most of the document's letters, in points; 0 for a document without text."""
    letters: Counter[float] = Counter()
    for cell in (cell for cells in pages for cell in cells):
        letters[cell.size] += len(cell.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def text_size(lines: Sequence[PrintedLine]) -> float:
    """The largest size in which a good part of the document is set: what is larger is display type."""
    letters: Counter[float] = Counter()
    count: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
        count[line.size] += 1
    most = max(letters, key=lambda size: letters[size], default=0.0)
    running = [size for size in letters if letters[size] > TEXT_SHARE * letters.total() and count[size] > TEXT_LINES]
    return max([most, *running])


def without_running_lines(pages: Sequence[Sequence[Cell]], heights: Sequence[float]) -> list[list[Cell]]:
    """Each page's cells without the headers, footers and page numbers that recur at one place.

    Small type in a margin goes if one of its row's cells stands, figures apart, at that height on several pages, or if
    its row is the page's outermost and such rows stand there on most pages. Type of the body's size goes only as the
    outermost row, with the same words on at least half of the pages, or as the page's own number.
    """
    size = body_size(pages)
    margins = [_margin_rows(cells, height, size) for cells, height in zip(pages, heights, strict=True)]
    repeated = Counter(slot for rows in margins for slot in {slot for row in rows for slot in _slots(row)})
    outermost = [[*rows[:1], *rows[-1:]] for rows in margins]
    usual = Counter(height for rows in outermost for height in {round(row[0].y) for row in rows if _small(row, size)})
    several, half = min(REPEATS, max(2, len(pages))), max(REPEATS, len(pages) / 2)
    kept = []
    for number, (cells, rows, outer) in enumerate(zip(pages, margins, outermost, strict=True), 1):
        often = {id(row): max((repeated[slot] for slot in _slots(row)), default=0) for row in rows}
        running = [row for row in rows if _small(row, size) and often[id(row)] >= several]
        running += [row for row in outer if _small(row, size) and usual[round(row[0].y)] >= half]
        running += [row for row in outer if often[id(row)] >= half or _is_page_number(row, number)]
        dropped = {cell for row in running for cell in row}
        kept.append([cell for cell in cells if cell not in dropped])
    return kept


def _small(row: Sequence[Cell], size: float) -> bool:
    """Whether a row is set smaller than the body."""
    return all(cell.size < 0.95 * size for cell in row)


def _margin_rows(cells: Sequence[Cell], height: float, size: float) -> list[list[Cell]]:
    """The rows in a page's top and bottom margins, from the top down; headings in large type are left out."""
    rows: dict[float, list[Cell]] = {}
    for cell in sorted(cells, key=lambda cell: -cell.y):
        if not MARGIN * height < cell.y < (1 - MARGIN) * height:
            rows.setdefault(cell.y, []).append(cell)
    return [row for row in rows.values() if all(cell.size <= 1.1 * size for cell in row)]


def _is_page_number(row: Sequence[Cell], number: int) -> bool:
    """Whether a row says only on which page of the file it stands."""
    numbered = re.fullmatch(rf"(?:page |p\.? ?)?{number}(?: (?:of|/) \d+)?", row[0].text, re.IGNORECASE)
    return len(row) == 1 and bool(numbered)


def _slots(row: Sequence[Cell]) -> list[tuple[int, str]]:
    """The place and text, figures apart, of each cell: what a running line has in common from page to page.

    A figure counts only where it stands alone: those of a table's row would all look alike.
    """
    texts = [re.sub(r"\d+", "#", cell.text) for cell in row]
    return [(round(row[0].y), text) for text in texts if len(row) == 1 or any(map(str.isalpha, text))]


def find_gutters(pages: Iterable[Sequence[Cell]]) -> list[float]:
    """The left edges of right-hand columns that the pages show, the most frequent first."""
    found = Counter(edge for edge in map(find_gutter, pages) if edge is not None)
    return [edge for edge, _ in found.most_common()]


def reading_order(cells: Sequence[Cell], page: int, gutters: Sequence[float] = ()) -> list[PrintedLine]:
    """The lines of a page, column by column, text across all columns in its place between.

    ``gutters`` are left edges of right-hand columns known from the document's other pages.
    """
    edge = _gutter(cells, gutters)
    if edge is None:
        return _lines(cells, page)
    ordered: list[PrintedLine] = []
    band: list[Cell] = []
    for cell in [*sorted(cells, key=lambda cell: -cell.y), None]:
        if cell is not None and not _crosses(cell, edge):
            band.append(cell)
            continue
        ordered += _columns(band, edge, page, gutters)
        ordered += [] if cell is None else _lines([cell], page)
        band = []
    return ordered


def _columns(band: Sequence[Cell], edge: float, page: int, gutters: Sequence[float]) -> list[PrintedLine]:
    """The lines of the cells left of the edge, then those right of it."""
    others = [gutter for gutter in gutters if abs(gutter - edge) > GUTTER_PT]
    left = [cell for cell in band if cell.x < edge - 2]
    right = [cell for cell in band if cell.x >= edge - 2]
    return [line for part in (left, right) if part for line in reading_order(part, page, others)]


def _crosses(cell: Cell, edge: float) -> bool:
    """Whether the cell reaches into or over the white strip left of a column's edge."""
    return cell.x < edge - 2 and cell.end > edge - GUTTER_PT


def find_gutter(cells: Sequence[Cell]) -> float | None:
    """The left edge of a right-hand column of running text, None where the page's text stands in one column."""
    starts = Counter(round(cell.x) for cell in cells)
    candidates = [(_parted(cells, start - 0.5), start) for start, count in starts.items() if count >= COLUMN_LINES]
    best = max(candidates, default=(0, 0))
    return best[1] - 0.5 if best[0] else None


def _parted(cells: Sequence[Cell], edge: float) -> int:
    """How many lines of prose the edge parts cleanly on its poorer side; 0 where it parts none, or a table's cells."""
    left = [cell for cell in cells if cell.x < edge - 2 and not _crosses(cell, edge)]
    right = [cell for cell in cells if cell.x >= edge - 2]
    wide = len(cells) - len(left) - len(right)
    if min(len(left), len(right)) < COLUMN_LINES or wide > 0.4 * len(cells):
        return 0
    prose = all(median(len(cell.text) for cell in side) >= PROSE_CHARACTERS for side in (left, right))
    return min(len(left), len(right)) if prose else 0


def _gutter(cells: Sequence[Cell], gutters: Sequence[float]) -> float | None:
    """The page's own gutter or, failing that, a known one that has text on both sides and is crossed by little."""
    own = find_gutter(cells)
    if own is not None:
        return own
    for edge in gutters:
        sides = Counter("over" if _crosses(cell, edge) else "left" if cell.x < edge - 2 else "right" for cell in cells)
        if sides["left"] and sides["right"] and sides["over"] <= 0.4 * len(cells):
            return edge
    return None


def _lines(cells: Sequence[Cell], page: int) -> list[PrintedLine]:
    """The cells of one column as lines from the top down."""
    if not cells:
        return []
    left, right = min(cell.x for cell in cells), max(cell.end for cell in cells)
    rows: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda cell: (-cell.y, cell.x)):
        if rows and abs(rows[-1][0].y - cell.y) <= 0.3 * cell.size:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [PrintedLine(tuple(sorted(row, key=lambda cell: cell.x)), page, left, right) for row in rows]


def mend_gaps(line: PrintedLine) -> PrintedLine:
    """The line as one cell, for text in which a wide gap is only justification."""
    first = line.cells[0]
    whole = replace(first, text=line.text, end=line.end, size=line.size, bold=line.bold, italic=line.italic)
    return replace(line, cells=(whole,))
