"""What of a PDF page's text nobody sees: followed operation by operation, as a viewer would paint.

Only rectangles, paths by their bounds, and pictures are followed as backgrounds. What lies under a later rectangle or
outside of a clipping path is not told apart from what is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pypdf import PageObject
from pypdf._text_extraction._layout_mode._text_state_params import TextStateParams
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject

from ingest.readers.sight import (
    BLACK,
    FAINT,
    MIN_OPACITY,
    MIN_POINTS,
    OFF_PAGE,
    SWITCHED_OFF,
    TINY,
    TRANSPARENT,
    WHITE,
    Colour,
    is_faint,
)

INVISIBLE = "invisible by its rendering mode"
UNDER_PICTURE = "invisible, over a picture of the page, as text recognition writes it"
MOST_OF_PAGE = 0.6
KEPT_AREAS = 400  # what was painted last; a page with more is a drawing
MAX_SAVED = 200
TINTS = {"/Separation", "/DeviceN"}
UNKNOWN = {"/Pattern", "/Indexed", "/Lab"}

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True, slots=True)
class _State:
    """What ``q`` saves. A colour is None where it cannot be told (a pattern)."""

    place: Matrix = (1, 0, 0, 1, 0, 0)
    fill: Colour | None = BLACK
    stroke: Colour | None = BLACK
    fill_space: str = ""
    stroke_space: str = ""
    opacity: float = 1.0
    mode: int = 0


@dataclass
class Sight:
    """The page as painted so far; ``why`` says of a string about to be shown why nobody sees it."""

    page_box: Box
    off: frozenset[int] = frozenset()  # object numbers of layers that are switched off
    has_picture: bool = False
    _state: _State = field(default_factory=_State)
    _saved: list[_State] = field(default_factory=list)
    _areas: list[tuple[Box, Colour | None]] = field(default_factory=list)
    _paints: set[Colour | None] = field(default_factory=lambda: {WHITE})
    _doubtful: dict[Colour, bool] = field(default_factory=dict)  # whether a colour is close to any that was painted
    _path: list[tuple[float, float]] = field(default_factory=list)
    _marked: list[bool] = field(default_factory=list)  # for each open mark: whether it switches its text off

    def follow(self, operator: bytes, operands: Sequence[PdfObject], resources: PdfObject | None) -> None:
        """Take note of one operation."""
        step = _STEPS.get(operator)
        if step is not None:
            step(self, operator, operands, resources)

    def why(self, run: TextStateParams) -> str:
        """Why nobody sees the string, empty if somebody does."""
        state = self._state
        if any(self._marked):
            return SWITCHED_OFF
        if state.mode in (3, 7):
            return INVISIBLE
        if run.font_height < MIN_POINTS and run.text.strip():
            return TINY
        left, bottom, right, top = self.page_box
        if run.tx > right or max(run.displaced_tx, run.tx) < left or run.ty > top or run.ty + run.font_height < bottom:
            return OFF_PAGE
        if state.opacity < MIN_OPACITY:
            return TRANSPARENT
        colour = state.stroke if state.mode in (1, 5) else state.fill
        return FAINT if colour is not None and self._is_faint(colour, run) else ""

    def _is_faint(self, colour: Colour, run: TextStateParams) -> bool:
        if colour not in self._doubtful:
            self._doubtful[colour] = any(paint is not None and is_faint(colour, paint) for paint in self._paints)
        if not self._doubtful[colour]:
            return False
        x, y = (run.tx + run.displaced_tx) / 2, run.ty + 0.3 * run.font_height
        under = (paint for box, paint in reversed(self._areas) if _holds(box, x, y))
        behind = next(under, WHITE)
        return behind is not None and is_faint(colour, behind)

    def _save(self, *_: object) -> None:
        if len(self._saved) < MAX_SAVED:
            self._saved.append(self._state)

    def _restore(self, *_: object) -> None:
        if self._saved:
            self._state = self._saved.pop()

    def _move(self, _operator: bytes, operands: Sequence[PdfObject], _resources: object) -> None:
        by = _numbers(operands)
        if len(by) == 6:
            self._state = replace(
                self._state, place=_times((by[0], by[1], by[2], by[3], by[4], by[5]), self._state.place)
            )

    def _mode(self, _operator: bytes, operands: Sequence[PdfObject], _resources: object) -> None:
        mode = _numbers(operands)
        self._state = replace(self._state, mode=int(mode[0]) if mode else 0)

    def _colour(self, operator: bytes, operands: Sequence[PdfObject], _resources: object) -> None:
        space = self._state.fill_space if operator.islower() else self._state.stroke_space
        self._paint_with(operator, _colour_of(_numbers(operands), space if operator.lower()[:2] == b"sc" else ""))

    def _space(self, operator: bytes, operands: Sequence[PdfObject], resources: PdfObject | None) -> None:
        kind = _space_of(operands, resources)
        state, filling = self._state, operator.islower()
        self._state = replace(state, fill_space=kind) if filling else replace(state, stroke_space=kind)
        self._paint_with(operator, None if kind in UNKNOWN else BLACK)

    def _paint_with(self, operator: bytes, colour: Colour | None) -> None:
        filling = operator.islower()
        self._state = replace(self._state, fill=colour) if filling else replace(self._state, stroke=colour)

    def _graphics(self, _operator: bytes, operands: Sequence[PdfObject], resources: PdfObject | None) -> None:
        opacity = _named(resources, "/ExtGState", operands).get("/ca")
        if isinstance(opacity, (int, float)):
            self._state = replace(self._state, opacity=float(opacity))

    def _rectangle(self, _operator: bytes, operands: Sequence[PdfObject], _resources: object) -> None:
        found = _numbers(operands)
        if len(found) == 4:
            x, y, width, height = found
            self._path += [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]

    def _line(self, _operator: bytes, operands: Sequence[PdfObject], _resources: object) -> None:
        found = _numbers(operands)
        self._path += list(zip(found[::2], found[1::2], strict=False))

    def _fill(self, *_: object) -> None:
        if self._path and self._state.opacity > MIN_OPACITY:
            self._cover(self._path, self._state.fill if self._state.opacity == 1 else None)
        self._path = []

    def _forget(self, *_: object) -> None:
        self._path = []

    def _picture(self, operator: bytes, operands: Sequence[PdfObject], resources: PdfObject | None) -> None:
        if operator != b"Do" or _named(resources, "/XObject", operands).get("/Subtype") == "/Image":
            box = self._cover([(0, 0), (1, 0), (0, 1), (1, 1)], None)
            self.has_picture |= _area(box) >= MOST_OF_PAGE * _area(self.page_box)

    def _shade(self, *_: object) -> None:
        self._areas.append((self.page_box, None))

    def _cover(self, points: Sequence[tuple[float, float]], colour: Colour | None) -> Box:
        a, b, c, d, e, f = self._state.place
        xs = [a * x + c * y + e for x, y in points]
        ys = [b * x + d * y + f for x, y in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        self._areas.append((box, colour))
        del self._areas[:-KEPT_AREAS]
        if colour not in self._paints:
            self._paints.add(colour)
            self._doubtful.clear()
        return box

    def _mark(self, operator: bytes, operands: Sequence[PdfObject], resources: PdfObject | None) -> None:
        layered = operator == b"BDC" and len(operands) > 1 and str(operands[0]) == "/OC"
        self._marked.append(layered and _reference(resources, operands[1]) in self.off)

    def _unmark(self, *_: object) -> None:
        if self._marked:
            self._marked.pop()


_Step = Callable[[Sight, bytes, Sequence[PdfObject], "PdfObject | None"], None]
_STEPS: Mapping[bytes, _Step] = {
    b"q": Sight._save,
    b"Q": Sight._restore,
    b"cm": Sight._move,
    b"Tr": Sight._mode,
    b"gs": Sight._graphics,
    b"re": Sight._rectangle,
    b"sh": Sight._shade,
    b"EMC": Sight._unmark,
    **dict.fromkeys((b"g", b"rg", b"k", b"sc", b"scn", b"G", b"RG", b"K", b"SC", b"SCN"), Sight._colour),
    **dict.fromkeys((b"cs", b"CS"), Sight._space),
    **dict.fromkeys((b"m", b"l", b"c", b"v", b"y"), Sight._line),
    **dict.fromkeys((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"), Sight._fill),
    **dict.fromkeys((b"n", b"S", b"s"), Sight._forget),
    **dict.fromkeys((b"Do", b"INLINE IMAGE"), Sight._picture),
    **dict.fromkeys((b"BDC", b"BMC"), Sight._mark),
}


def sight_of(page: PageObject) -> Sight:
    """A page on which nothing is painted yet."""
    box = page.cropbox
    return Sight((float(box.left), float(box.bottom), float(box.right), float(box.top)), _layers_off(page))


def _layers_off(page: PageObject) -> frozenset[int]:
    root = _dictionary(getattr(page.pdf, "root_object", None))
    config = _dictionary(_dictionary(root.get("/OCProperties")).get("/D"))
    named = config.get("/OFF")
    off = named.get_object() if isinstance(named, PdfObject) else None
    return frozenset(one.idnum for one in off if hasattr(one, "idnum")) if isinstance(off, ArrayObject) else frozenset()


def _reference(resources: PdfObject | None, name: PdfObject) -> int:
    """The object number of the layer that a mark names, 0 where it names none."""
    properties = _dictionary(_dictionary(resources).get("/Properties"))
    found = properties.raw_get(name) if isinstance(name, NameObject) and name in properties else None
    return int(getattr(found, "idnum", 0))


def _dictionary(found: object) -> DictionaryObject:
    found = found.get_object() if isinstance(found, PdfObject) else found
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _named(resources: PdfObject | None, kind: str, operands: Sequence[PdfObject]) -> DictionaryObject:
    """The resource that the first operand names, empty where there is none."""
    name = operands[0] if operands and isinstance(operands[0], NameObject) else None
    return _dictionary(_dictionary(_dictionary(resources).get(kind)).get(name)) if name else DictionaryObject()


def _space_of(operands: Sequence[PdfObject], resources: PdfObject | None) -> str:
    """The family of the colour space that the operand names."""
    name = str(operands[0]) if operands else ""
    found = _dictionary(_dictionary(resources).get("/ColorSpace")).get(name)
    found = found.get_object() if isinstance(found, PdfObject) else None
    return str(found[0]) if isinstance(found, ArrayObject) and found else name


def _colour_of(parts: Sequence[float], space: str) -> Colour | None:
    if space in UNKNOWN:
        return None
    if space in TINTS:
        return None if any(parts) else WHITE
    if len(parts) == 1:
        return parts[0], parts[0], parts[0]
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    if len(parts) == 4:
        cyan, magenta, yellow, black = parts
        return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)
    return None


def _numbers(operands: Sequence[PdfObject]) -> list[float]:
    return [float(one) for one in operands if isinstance(one, (int, float))]


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _area(box: Box) -> float:
    return abs((box[2] - box[0]) * (box[3] - box[1]))
