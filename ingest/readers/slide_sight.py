"""What of a slide nobody sees: hidden slides and shapes, text beyond the edges, tiny text, text in its background's
colour. Where a picture or another filled shape lies behind, the colour of that counts, or cannot be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pptx.oxml import parse_xml
from pptx.oxml.xmlchemy import BaseOxmlElement as Element
from pptx.presentation import Presentation
from pptx.slide import Slide

from ingest.readers.sight import (
    FAINT,
    MIN_OPACITY,
    MIN_POINTS,
    OFF_PAGE,
    SWITCHED_OFF,
    TINY,
    TRANSPARENT,
    WHITE,
    Colour,
    Hidden,
    hex_colour,
    is_faint,
)

A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
THEME: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
MAPPED = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
SHAPES = (f"{P}sp", f"{P}pic", f"{P}graphicFrame", f"{P}cxnSp")

Box = tuple[int, int, int, int]  # left, top, right, bottom in EMU


@dataclass(frozen=True, slots=True)
class _Deck:
    """The slides' size and the theme's colours."""

    width: int
    height: int
    theme: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Area:
    """A shape with something in it. ``fill`` is None where its colour cannot be told."""

    box: Box
    fill: Colour | None


def take_hidden(deck: Presentation) -> list[Hidden]:
    """Take what nobody sees out of the deck's slides, and tell what hidden slides say."""
    look = _Deck(int(deck.slide_width or 0), int(deck.slide_height or 0), _theme(deck))
    found: list[Hidden] = []
    for number, slide in enumerate(deck.slides, 1):
        tree: Element = slide._element
        if tree.get("show") == "0":
            found.append(Hidden(_words(tree), f"{SWITCHED_OFF}: a hidden slide", page=number))
        else:
            found += _on_slide(slide, number, look)
    return found


def _on_slide(slide: Slide, number: int, deck: _Deck) -> Iterator[Hidden]:
    under = [*_areas(slide.slide_layout.slide_master._element, deck), *_areas(slide.slide_layout._element, deck)]
    back = _background(slide, deck)
    for shape in list(slide._element.iter(*SHAPES)):
        box = _box(shape)
        why = _why_shape(shape, box, deck)
        if why:
            yield Hidden(_words(shape), why, page=number)
            shape.getparent().remove(shape)
            continue
        behind = _behind(shape, box, under, back, deck)
        for run in list(shape.iter(f"{A}r")):
            if why := _why_run(run, behind, deck):
                yield Hidden(_words(run), why, page=number)
                run.getparent().remove(run)
        if box is not None and (shape.tag == f"{P}pic" or _has_fill(shape)):
            under.append(_Area(box, _fill(shape, deck)))


def _why_shape(shape: Element, box: Box | None, deck: _Deck) -> str:
    named = shape.find(f"./*/{P}cNvPr")
    if named is not None and named.get("hidden") in ("1", "true"):
        return SWITCHED_OFF
    if box is None or not deck.width or any(above.tag == f"{P}grpSp" for above in shape.iterancestors()):
        return ""  # within a group, places are the group's own
    left, top, right, bottom = box
    return OFF_PAGE if right <= 0 or bottom <= 0 or left >= deck.width or top >= deck.height else ""


def _why_run(run: Element, behind: Colour | None, deck: _Deck) -> str:
    size = _setting(run, "sz")
    if size.isdecimal() and int(size) / 100 < MIN_POINTS:
        return TINY
    look = run.find(f"{A}rPr")
    painted = look.find(f"{A}solidFill") if look is not None else None
    if look is not None and look.find(f"{A}noFill") is not None and look.find(f"{A}ln") is None:
        return TRANSPARENT
    if painted is None:
        return ""
    alpha = painted.find(f"./*/{A}alpha")
    if alpha is not None and alpha.get("val", "").isdecimal() and int(alpha.get("val")) / 100_000 < MIN_OPACITY:
        return TRANSPARENT
    colour = _colour(painted, deck)
    return FAINT if colour is not None and behind is not None and is_faint(colour, behind) else ""


def _setting(run: Element, name: str) -> str:
    """A setting of the run, else of its frame's list style for the paragraph's level."""
    own = run.find(f"{A}rPr")
    if own is not None and own.get(name):
        return str(own.get(name))
    paragraph = run.getparent()
    place = level_of(paragraph.find(f"{A}pPr")) + 1
    frame = paragraph.getparent()
    styled = frame.find(f"{A}lstStyle/{A}lvl{place}pPr/{A}defRPr") if frame is not None else None
    return str(styled.get(name, "")) if styled is not None else ""


def level_of(properties: Element | None) -> int:
    """How deep a paragraph with these properties stands; what is no number counts as the first level."""
    level = properties.get("lvl", "0") if properties is not None else "0"
    return int(level) if level.isdecimal() else 0


def _behind(shape: Element, box: Box | None, under: list[_Area], back: Colour | None, deck: _Deck) -> Colour | None:
    """The colour on which the shape's text stands, None where it cannot be told."""
    if _has_fill(shape):
        return _fill(shape, deck)
    if (
        box is None
        or any(above.tag == f"{P}grpSp" for above in shape.iterancestors())
        or shape.tag == f"{P}graphicFrame"
    ):
        return None if under or shape.tag == f"{P}graphicFrame" else back
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    covering = [area for area in under if area.box[0] <= x <= area.box[2] and area.box[1] <= y <= area.box[3]]
    return covering[-1].fill if covering else back


def _areas(tree: Element, deck: _Deck) -> Iterator[_Area]:
    """The filled shapes and pictures of a layout or master, which lie under the slide's own."""
    for shape in tree.iter(*SHAPES):
        box = _box(shape)
        if box is not None and (shape.tag == f"{P}pic" or _has_fill(shape)):
            yield _Area(box, _fill(shape, deck))


def _background(slide: Slide, deck: _Deck) -> Colour | None:
    """The slide's own background, else its layout's, else its master's; None for a picture or a gradient."""
    for holder in (slide, slide.slide_layout, slide.slide_layout.slide_master):
        back = holder._element.find(f"{P}cSld/{P}bg")
        if back is not None:
            filled = back.find(f"{P}bgPr/{A}solidFill")
            filled = filled if filled is not None else back.find(f"{P}bgRef")
            return _colour(filled, deck) if filled is not None else None
    return WHITE


def _has_fill(shape: Element) -> bool:
    look = shape.find(f"{P}spPr")
    if look is not None and any(
        look.find(f"{A}{kind}") is not None for kind in ("solidFill", "gradFill", "blipFill", "pattFill")
    ):
        return True
    styled = shape.find(f"{P}style/{A}fillRef")
    return styled is not None and styled.get("idx") != "0" and (look is None or look.find(f"{A}noFill") is None)


def _fill(shape: Element, deck: _Deck) -> Colour | None:
    solid = shape.find(f"{P}spPr/{A}solidFill")
    return _colour(solid, deck) if solid is not None else None


def _colour(holder: Element, deck: _Deck) -> Colour | None:
    """The colour that a fill names; None where it is changed by more than a name (a tint, a shade)."""
    plain = holder.find(f"{A}srgbClr")
    if plain is not None:
        return hex_colour(plain.get("val"))
    named = holder.find(f"{A}schemeClr")
    if named is None or len(named):
        return None
    name = named.get("val", "")
    return hex_colour(deck.theme.get(MAPPED.get(name, name)))


def _theme(deck: Presentation) -> dict[str, str]:
    """The theme's colours by name."""
    try:
        part = deck.slide_masters[0].part.part_related_by(THEME)
        tree = parse_xml(part.blob)
    except (KeyError, IndexError, SyntaxError, ValueError):
        return {}
    scheme = tree.find(f".//{A}clrScheme")
    found: dict[str, str] = {}
    for colour in scheme if scheme is not None else ():
        for value in colour:
            found[colour.tag.removeprefix(A)] = value.get("lastClr") or value.get("val") or ""
    return found


def _box(shape: Element) -> Box | None:
    """Where the shape stands; None where its layout says."""
    for path in (f"{P}spPr/{A}xfrm", f"{P}xfrm"):
        place = shape.find(path)
        offset, size = (place.find(f"{A}off"), place.find(f"{A}ext")) if place is not None else (None, None)
        if offset is not None and size is not None:
            try:
                x, y = int(offset.get("x", "0")), int(offset.get("y", "0"))
                return x, y, x + int(size.get("cx", "0")), y + int(size.get("cy", "0"))
            except ValueError:
                return None
    return None


def _words(tree: Element) -> str:
    """The text below an element, a space after each paragraph."""
    paragraphs = tree.iter(f"{A}p") if tree.tag != f"{A}r" else (tree,)
    return " ".join("".join(text.text or "" for text in one.iter(f"{A}t")) for one in paragraphs)
