"""Where each stretch of text stands on a PDF page: place, width, size and weight.

PDF stores strokes, not text: pypdf gives every shown string with its place and font, and this module joins them to
cells, stretches of one row without a wide gap. It knows nothing of columns, headings or paragraphs, and never changes
a word, except that raised figures are marked ``^{12}`` for the repair to judge.

The public text visitor of pypdf has neither the width of a string nor the border between two table cells, so this
module, alone, stands on pypdf's layout mode, whose names are private: pin the version; the tests read real pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pypdf import PageObject
from pypdf._text_extraction._layout_mode._fixed_width_page import recurse_to_target_op
from pypdf._text_extraction._layout_mode._text_state_params import TextStateParams
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    ContentStream,
    DictionaryObject,
    FloatObject,
    NameObject,
    PdfObject,
    StreamObject,
)
from pypdf.generic._font import Font

from ingest.readers.page_sight import INVISIBLE, UNDER_PICTURE, Sight, sight_of
from ingest.readers.page_text import WatchedText
from ingest.readers.sight import Hidden

Operation = tuple[list[PdfObject], bytes]

FORM_DEPTH = 8  # forms within forms; deeper is a loop or an attack
CELL_GAP_EM = 1.0  # a gap this wide within a line parts table cells or columns; most justified words stay closer
WORD_GAP_EM = 0.17
SMALLER = 0.9  # times its line's size: a raised figure as small as this is a mark or a power (browsers set 0.83)
KERNING = 120  # thousandths of an em: a shift within a word, or what justification adds to a space
_BOLD = re.compile(r"bold|black|heavy|semibd|demi", re.IGNORECASE)
_SLANTED = re.compile(r"ital|obliq", re.IGNORECASE)
_RAISED_TEXT = re.compile(r"[\d,;–-]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of text without a wide gap. Lengths are in points, ``y`` is the baseline's height on the page."""

    text: str
    x: float
    end: float
    y: float
    size: float
    bold: bool
    italic: bool


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's cells, and what of its text nobody sees. ``doubt`` is set where that is all of it, over a picture of the
    page: then it is read in ``cells`` like any other."""

    cells: list[Cell]
    hidden: tuple[Hidden, ...] = ()
    doubt: str = ""


def page_text(page: PageObject, number: int) -> PageText:
    """The text of a page as cells, from the top down and from left to right."""
    if page.rotation:
        page.transfer_rotation_to_content()
    sight = sight_of(page)
    shown, unseen = _shown(page, sight)
    shown = [run for run in shown if not run.rotated and run.font.interpretable]
    seen = [run for run in shown if id(run) not in unseen]
    if sight.has_picture and not any(run.text.strip() for run in seen) and INVISIBLE in unseen.values():
        return PageText(_cells(shown), doubt=UNDER_PICTURE)
    reasons = dict.fromkeys(unseen.values())
    lost = {why: _cells([run for run in shown if unseen.get(id(run)) == why]) for why in reasons}
    hidden = tuple(Hidden(" ".join(cell.text for cell in cells), why, page=number) for why, cells in lost.items())
    return PageText(_cells(seen), hidden)


def _cells(shown: Sequence[TextStateParams]) -> list[Cell]:
    return [cell for row in _rows(shown) for cell in _row_cells(row) if cell.text]


def _shown(page: PageObject, sight: Sight) -> tuple[list[TextStateParams], dict[int, str]]:
    """Every string of the page in the order of its content stream, and, by their ids, why some are not seen."""
    contents = page["/Contents"].get_object() if "/Contents" in page else None
    if not isinstance(contents, (ArrayObject, StreamObject)):
        return [], {}
    fonts: dict[str, Font] = dict(page._layout_mode_fonts())
    resources = page.get("/Resources", DictionaryObject()).get_object()
    operations = _with_forms(ContentStream(contents, page.pdf, "bytes"), resources, fonts, "", page, sight)
    shown: list[TextStateParams] = []
    state = WatchedText(sight)
    state.set_font(Font("Unknown", encoding={}, interpretable=False), 1)
    for first in operations:
        rest = _chain(first, operations)
        shown += recurse_to_target_op(rest, state, b"Q", fonts, strip_rotated=False)[1]
    return shown, state.hidden


def _chain(first: Operation, rest: Iterator[Operation]) -> Iterator[Operation]:
    """The operations with a closing ``Q``, so that a page may be read as one saved state."""
    yield first
    yield from rest
    yield [], b"Q"


def _with_forms(
    contents: ContentStream,
    resources: PdfObject | None,
    fonts: dict[str, Font],
    prefix: str,
    page: PageObject,
    sight: Sight,
) -> Iterator[Operation]:
    """The operations of a stream with those of the forms it paints in their places; a form's fonts join ``fonts``."""
    for operands, operator in contents.operations:
        sight.follow(operator, operands, resources)
        form = _form(operands, resources) if operator == b"Do" else None
        if operator == b"Tf" and operands and prefix:
            yield [NameObject(f"{prefix}{operands[0]}"), *operands[1:]], operator
        elif operator == b"TJ" and operands and isinstance(operands[0], ArrayObject):
            yield [_alternating(operands[0])], operator
        elif form is None:
            yield operands, operator
        elif prefix.count("/form") < FORM_DEPTH and (own := f"/form{_number_of(form)}:") not in prefix:  # not in itself
            inside = f"{prefix}{own}{operands[0]}"
            inner = form.get("/Resources", DictionaryObject()).get_object()
            fonts |= {f"{inside}{name}": font for name, font in _fonts(inner).items()}
            matrix = list(form.get("/Matrix", [1, 0, 0, 1, 0, 0]))
            sight.follow(b"q", [], inner)
            sight.follow(b"cm", matrix, inner)
            yield [], b"q"
            yield matrix, b"cm"
            yield from _with_forms(ContentStream(form, page.pdf, "bytes"), inner, fonts, inside, page, sight)
            sight.follow(b"Q", [], inner)
            yield [], b"Q"


def _number_of(form: DictionaryObject) -> int:
    """The number of the object that a form is, 0 where it has none."""
    return form.indirect_reference.idnum if form.indirect_reference is not None else 0


def _alternating(shown: ArrayObject) -> ArrayObject:
    """The operand of a ``TJ`` as string, shift, string, shift, with kerning gathered up into the next wider shift.

    pypdf advances once for each number it meets, so two strings or two numbers in a row would lose or double a width;
    and the time it takes grows with the square of the strings.
    """
    even = ArrayObject()
    text, shift = b"", 0.0
    for item in shown:
        if isinstance(item, bytes):
            text += item
        elif isinstance(item, (int, float)):
            shift += item
            if abs(item) > KERNING:
                even += [ByteStringObject(text), FloatObject(shift)]
                text, shift = b"", 0.0
    even += [ByteStringObject(text), FloatObject(shift), ByteStringObject(b"")]  # the last, empty, says where it ends
    return even


def _fonts(resources: PdfObject | None) -> dict[str, Font]:
    """The fonts that a resource dictionary declares, by name."""
    declared = resources.get("/Font") if isinstance(resources, DictionaryObject) else None
    named = declared.get_object() if declared is not None else None
    if not isinstance(named, DictionaryObject):
        return {}
    fonts = {str(name): named[name].get_object() for name in named}
    return {name: Font.from_font_resource(font) for name, font in fonts.items() if isinstance(font, DictionaryObject)}


def _form(operands: Sequence[PdfObject], resources: PdfObject | None) -> DictionaryObject | None:
    """The form that a ``Do`` paints; None for an image or a name that leads nowhere."""
    if not operands or not isinstance(resources, DictionaryObject):
        return None
    named = resources.get("/XObject", DictionaryObject()).get_object()
    found = named.get(operands[0]) if isinstance(named, DictionaryObject) else None
    form = found.get_object() if found is not None else None
    return form if isinstance(form, DictionaryObject) and form.get("/Subtype") == "/Form" else None


def _rows(shown: Sequence[TextStateParams]) -> list[list[TextStateParams]]:
    """Strings on one baseline together, the highest row first; a raised or lowered figure is of the row it touches."""
    rows: list[list[TextStateParams]] = []
    for run in sorted(shown, key=lambda run: (-run.font_height, -run.ty, run.tx)):
        row = next((row for row in rows if _in_row(run, row)), None)
        if row is None:
            rows.append([run])
        else:
            row.append(run)
    return sorted(rows, key=lambda row: -row[0].ty)


def _in_row(run: TextStateParams, row: Sequence[TextStateParams]) -> bool:
    """Whether a string stands on the row's baseline or, smaller, close above or below next to one of its strings."""
    height = row[0].font_height
    off = abs(row[0].ty - run.ty)
    if off > 0.5 * height or off <= 0.15 * run.font_height:
        return off <= 0.15 * run.font_height
    small = run.font_height <= SMALLER * height
    return small and any(-0.1 * height < run.tx - other.displaced_tx < 0.4 * height for other in row)


def _row_cells(row: Sequence[TextStateParams]) -> list[Cell]:
    """The cells of one row: strings joined, with a space where the page shows one, and parted at wide gaps."""
    groups: list[list[TextStateParams]] = []
    before = row[0]
    for run in sorted(row, key=lambda run: run.tx - (0 if run.text else 1)):  # an end before what begins there
        wide = CELL_GAP_EM * min(run.font_height, before.font_height)
        if groups and (run.text.isspace() or run.tx - before.displaced_tx <= wide):
            groups[-1].append(run)
        else:
            groups.append([run])
        before = before if run.text.isspace() else run
    return [_cell(group, row[0].ty) for group in groups]


def _cell(runs: Sequence[TextStateParams], y: float) -> Cell:
    """One cell from neighbouring strings."""
    size = max(runs, key=lambda run: len(run.text)).font_height
    visible = [run for run in runs if run.text.strip()] or list(runs)
    text, end = "", runs[0].tx
    for run in runs:
        gap = run.tx - end > WORD_GAP_EM * size and text[-1:] not in ("", " ") and run.text[:1] not in ("", " ")
        text += (" " if gap else "") + _marked(run, y, size)
        end = max(end, run.displaced_tx)
    fonts = [run.font.name for run in visible if any(map(str.isalnum, run.text))] or [run.font.name for run in visible]
    return Cell(
        text=" ".join(text.split()),
        x=round(visible[0].tx, 1),
        end=round(max(run.displaced_tx for run in runs if not run.text.isspace()), 1),
        y=round(y, 1),
        size=round(size, 1),
        bold=all(_BOLD.search(name) for name in fonts),
        italic=all(_SLANTED.search(name) for name in fonts),
    )


def _marked(run: TextStateParams, y: float, size: float) -> str:
    """The string, in ``^{}`` where it is a figure that is smaller and higher than its line."""
    raised = run.font_height <= SMALLER * size and run.ty - y > 0.15 * size
    return f"^{{{run.text.strip()}}}" if raised and _RAISED_TEXT.fullmatch(run.text.strip()) else run.text
