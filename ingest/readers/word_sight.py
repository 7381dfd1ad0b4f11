"""What of a Word document nobody sees: hidden, white, tiny or far-off runs, set by themselves or by their styles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from docx.oxml.xmlchemy import BaseOxmlElement as Element

from ingest.readers.sight import (
    FAINT,
    MIN_POINTS,
    OFF_PAGE,
    SWITCHED_OFF,
    TINY,
    WHITE,
    Colour,
    Hidden,
    hex_colour,
    is_faint,
)

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
WPS: Final = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
FAR_EMU = 12_000_000  # a third of a metre from what it is anchored to
MAX_STYLES = 10  # based on one another
LEFT_OUT: Final = (  # by the reader, whatever it looks like
    f"{W}del",
    f"{W}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
LOOKS = ("vanish", "webHidden", "specVanish", "color", "sz")


@dataclass
class WordSight:
    """Looks up what a run's own settings, its styles and the document's defaults say."""

    styles: Element
    _known: dict[str, Element] = field(default_factory=dict)
    _looks: dict[str, dict[str, Element]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = {one.get(f"{W}styleId", ""): one for one in self.styles.findall(f"{W}style")}

    def take_hidden(self, body: Element, headings: frozenset[str]) -> list[Hidden]:
        """Take the runs that nobody sees out of the body. ``headings`` are the ids of the styles of headings."""
        found: list[Hidden] = []
        heading = ""
        for paragraph in list(body.iter(f"{W}p")):
            style = _value(paragraph, f"{W}pPr/{W}pStyle") or ""
            runs = [(run, self._why(run, paragraph, style)) for run in _runs(paragraph)]
            hidden: dict[str, str] = {}
            for run, why in runs:
                if why and next(run.iterancestors(*LEFT_OUT), None) is None:
                    hidden[why] = hidden.get(why, "") + _words(run)
                    run.getparent().remove(run)
            if style in headings and (shown := "".join(_words(run) for run, why in runs if not why)).strip():
                heading = shown
            found += [Hidden(text, why, heading) for why, text in hidden.items()]
        return found

    def _why(self, run: Element, paragraph: Element, style: str) -> str:
        look = self._look(run, style)
        if any(_is_on(look.get(name)) for name in ("vanish", "webHidden", "specVanish")):
            return SWITCHED_OFF
        size = look["sz"].get(f"{W}val", "") if "sz" in look else ""
        if size.isdecimal() and int(size) / 2 < MIN_POINTS:
            return TINY
        colour = hex_colour(look["color"].get(f"{W}val")) if "color" in look else None
        if colour is not None and (behind := self._behind(run, paragraph)) is not None and is_faint(colour, behind):
            return FAINT
        return OFF_PAGE if _is_far(run) else ""

    def _look(self, run: Element, style: str) -> dict[str, Element]:
        """The settings that matter: of the defaults, the paragraph's style, the run's style, the run itself."""
        own = run.find(f"{W}rPr")
        named = _value(own, f"{W}rStyle") if own is not None else None
        look = self._default() | self._style(style) | (self._style(named) if named else {})
        return look | _settings(own)

    def _default(self) -> dict[str, Element]:
        if "" not in self._looks:
            self._looks[""] = _settings(self.styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        return self._looks[""]

    def _style(self, name: str, depth: int = 0) -> dict[str, Element]:
        if name not in self._looks:
            style = self._known.get(name)
            base = _value(style, f"{W}basedOn") if style is not None else None
            inherited = self._style(base, depth + 1) if base and depth < MAX_STYLES else {}
            self._looks[name] = inherited | (_settings(style.find(f"{W}rPr")) if style is not None else {})
        return self._looks[name]

    def _behind(self, run: Element, paragraph: Element) -> Colour | None:
        """What the run stands on: its own shading, its paragraph's, its cell's or text box's, else white paper."""
        for shade in _shades(run, paragraph):
            colour = hex_colour(shade)
            if colour is not None or shade == "unknown":
                return colour
        return None if self._has_shaded_style(run) else WHITE

    def _has_shaded_style(self, run: Element) -> bool:
        """Whether the run stands in a table whose style shades some of its cells."""
        table = next(run.iterancestors(f"{W}tbl"), None)
        style = self._known.get(_value(table, f"{W}tblPr/{W}tblStyle") or "") if table is not None else None
        shades = style.iter(f"{W}shd") if style is not None else ()
        colours = (hex_colour(shade.get(f"{W}fill")) for shade in shades)
        return any(colour is not None and not is_faint(colour, WHITE) for colour in colours)


def _shades(run: Element, paragraph: Element) -> Iterator[str]:
    """The backgrounds set around a run, the nearest first; ``unknown`` for a box with a picture or a gradient."""
    marked = _value(run, f"{W}rPr/{W}highlight")
    if marked and marked != "none":
        yield "FFFFFF" if marked == "white" else "unknown"
    for holder in (run.find(f"{W}rPr"), paragraph.find(f"{W}pPr")):
        yield from _fill(holder)
    for above in run.iterancestors(f"{W}tc", f"{W}tbl", f"{WPS}wsp", "{urn:schemas-microsoft-com:vml}shape"):
        if above.tag == f"{WPS}wsp":
            solid = above.find(f"{WPS}spPr/{A}solidFill/{A}srgbClr")
            filled = above.find(f"{WPS}spPr/{A}noFill") is None and above.find(f"{WPS}spPr") is not None
            yield solid.get("val", "") if solid is not None else "unknown" if filled else ""
        elif above.tag.startswith("{urn"):
            yield above.get("fillcolor", "").lstrip("#") or "unknown"
        else:
            yield from _fill(above.find(f"{W}tcPr" if above.tag == f"{W}tc" else f"{W}tblPr"))


def _fill(holder: Element | None) -> Iterator[str]:
    shade = holder.find(f"{W}shd") if holder is not None else None
    if shade is not None:
        yield shade.get(f"{W}fill", "")


def _is_far(run: Element) -> bool:
    """Whether the run stands in a text box or frame that is anchored far off the page."""
    for anchor in run.iterancestors(f"{WP}anchor"):
        offsets = [one.text or "0" for one in anchor.iter(f"{WP}posOffset")]
        if any(abs(int(one)) > FAR_EMU for one in offsets if one.lstrip("-").isdecimal()):
            return True
    return False


def _runs(paragraph: Element) -> list[Element]:
    """The paragraph's own runs, without those of text boxes in it."""
    return [run for run in paragraph.iter(f"{W}r") if next(run.iterancestors(f"{W}p")) is paragraph]


def _words(run: Element) -> str:
    return "".join((child.text or "") if child.tag == f"{W}t" else " " for child in run if child.tag != f"{W}rPr")


def _settings(properties: Element | None) -> dict[str, Element]:
    if properties is None:
        return {}
    return {name: found for name in LOOKS if (found := properties.find(f"{W}{name}")) is not None}


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get(f"{W}val", "1") not in ("0", "false", "off")


def _value(element: Element, path: str) -> str | None:
    child = element.find(path)
    return None if child is None else child.get(f"{W}val")
