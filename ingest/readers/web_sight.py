"""What of a web page nobody sees, by its own attributes and style sheets; nothing outside of the file is fetched.

Rules are taken in the order in which they stand, those for a certain medium or width left out. It is no browser: what
only scripts or linked style sheets hide counts as seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import soupsieve
from bs4 import Tag
from PIL import ImageColor

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
    is_faint,
)

Style = Mapping[str, str]

MAX_CSS_CHARACTERS = 200_000
MAX_RULES = 2_000
FAR_PX = 500.0  # further than this beyond an edge is off the page
PX_OF = {
    "px": 1.0,
    "": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "%": 0.16,
    "in": 96.0,
    "cm": 37.8,
}
PX_OF |= {"mm": 3.78, "vw": 12.8, "vh": 7.2}

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_EVERYWHERE = re.compile(r"@media\s*(?:only\s+)?(?:screen|all)?\s*$|@layer[^{]*$|@supports", re.IGNORECASE)
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*([a-z%]*)", re.IGNORECASE)
_LAST_PART = re.compile(r"[^\s>+~]+$")
_KEY = re.compile(r"[.#]?[\w-]+")
_SPEAKS_OF_SIGHT = re.compile(
    r"(?:display|visibility|opacity|color|background|font|text-indent|left|top|right|bottom|clip|transform|height|width)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A style rule for one selector; ``key`` is a class, an id or a tag's name that whatever it matches must have."""

    key: str
    matches: Callable[[Tag], bool]
    style: Style


def take_hidden(page: Tag, css: str, spare: Callable[[Tag], bool], headings: list[str]) -> list[Hidden]:
    """Take out of the page what nobody sees. Elements that ``spare`` names are left where they are."""
    styles = _styles(page, css)
    found: list[Hidden] = []
    taken: set[int] = set()
    for tag in page.find_all(True):
        why = _why(tag, styles) if id(tag) in styles or tag.has_attr("hidden") else ""
        if why and not any(id(above) in taken for above in tag.parents) and not spare(tag):
            above = tag.find_previous(headings)
            heading = above.get_text(" ", strip=True) if isinstance(above, Tag) and id(above) not in taken else ""
            found.append(Hidden(tag.get_text(" "), why, heading))
            taken.add(id(tag))
    for tag in [tag for tag in page.find_all(True) if id(tag) in taken]:
        tag.extract()
    return found


def declarations(text: str) -> dict[str, str]:
    """The properties of a style attribute or a rule, in lower case."""
    pairs = (one.partition(":") for one in text.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs if value.strip()}


def hides(style: Style) -> str:
    """Why a declaration by itself hides what it is for, empty where it does not."""
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return SWITCHED_OFF
    opacity = _length(style.get("opacity", "1"))
    if opacity is not None and opacity < MIN_OPACITY:
        return TRANSPARENT
    size = _length(style.get("font-size", "")) if "font-size" in style else _length_in_font(style.get("font", ""))
    if size is not None and size * 0.75 < MIN_POINTS:
        return TINY
    return OFF_PAGE if _is_away(style) else ""


def _why(tag: Tag, styles: Mapping[int, Style]) -> str:
    style = styles.get(id(tag), {})
    if tag.has_attr("hidden") and style.get("display", "none") == "none":
        return SWITCHED_OFF
    why = hides(style)
    if why or "color" not in style:
        return why
    if style["color"] == "transparent":
        return TRANSPARENT
    colour = _colour(style["color"])
    return FAINT if colour is not None and _is_faint(colour, tag, styles) else ""


def _is_faint(colour: Colour, tag: Tag, styles: Mapping[int, Style]) -> bool:
    """Whether the colour is that of the nearest background that is set; none set is white, a picture is unknown."""
    for above in (tag, *tag.parents):
        style = styles.get(id(above), {})
        behind = style.get("background-color") or style.get("background")
        if behind and behind not in ("none", "transparent", "inherit", "initial"):
            painted = _colour(behind) or next(filter(None, map(_colour, behind.split())), None)
            return painted is not None and "url(" not in behind and is_faint(colour, painted)
    return is_faint(colour, WHITE)


def _styles(page: Tag, css: str) -> dict[int, Style]:
    """The declarations of each element that has any, by the element's id."""
    by_key: dict[str, list[_Rule]] = {}
    for rule in _rules(css):
        by_key.setdefault(rule.key, []).append(rule)
    found: dict[int, Style] = {}
    for tag in (page, *page.find_all(True)):
        style: dict[str, str] = {}
        for key in _keys(tag) if by_key else ():
            for rule in by_key.get(key, ()):
                if rule.matches(tag):
                    style |= rule.style
        style |= _own_style(tag) if tag.attrs else {}
        if style:
            found[id(tag)] = style
    return found


def _own_style(tag: Tag) -> dict[str, str]:
    style: dict[str, str] = {}
    if tag.has_attr("bgcolor"):
        style["background"] = str(tag["bgcolor"]).lower()
    if tag.name == "font" and tag.has_attr("color"):
        style["color"] = str(tag["color"]).lower()
    return style | (declarations(str(tag["style"])) if tag.has_attr("style") else {})


def _keys(tag: Tag) -> list[str]:
    """What a rule's key may be for the element."""
    classes = tag.get_attribute_list("class") if tag.has_attr("class") else []
    own = [f"#{tag['id']}"] if tag.has_attr("id") else []
    return ["*", tag.name, *(f".{name}" for name in classes), *own]


def _rules(css: str) -> Iterator[_Rule]:
    """The rules that may hide something or put it on a background, in order."""
    made = 0
    for selectors, body in _blocks(css[:MAX_CSS_CHARACTERS]):
        if not _SPEAKS_OF_SIGHT.search(body):
            continue
        style = declarations(body)
        for selector in selectors.split(","):
            last = _LAST_PART.search(selector.strip())
            keys = _KEY.findall(last[0].partition(":")[0].partition("[")[0]) if last else []
            with suppress(soupsieve.SelectorSyntaxError, ValueError):
                compiled = soupsieve.compile(selector.strip())
                made += 1
                yield _Rule(keys[-1] if keys else "*", compiled.match, style)
            if made >= MAX_RULES:
                return


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations, without what is for a certain medium, for printing, or a step of an animation."""
    depth_skipped = 0
    text = _COMMENT.sub("", css)
    position = 0
    while position < len(text):
        opening = text.find("{", position)
        closing = text.find("}", position)
        if opening == -1 and closing == -1:
            return
        if closing != -1 and (opening == -1 or closing < opening):
            depth_skipped = max(depth_skipped - 1, 0)
            position = closing + 1
            continue
        prelude = text[position:opening].rpartition(";")[2].strip()
        if prelude.startswith("@") or depth_skipped:
            is_plain = not depth_skipped and _EVERYWHERE.match(prelude)
            depth_skipped += 0 if is_plain else 1
            position = opening + 1
            continue
        end = text.find("}", opening)
        yield prelude, text[opening + 1 : end if end != -1 else len(text)]
        position = end + 1 if end != -1 else len(text)


def _is_away(style: Style) -> bool:
    """Whether the text is moved far off, cut to nothing, or shrunk to nothing."""
    edges = (_length(style.get(name, "")) for name in ("text-indent", "left", "right", "top", "bottom", "margin-left"))
    if any(edge is not None and edge < -FAR_PX for edge in edges):
        return True
    if re.match(r"(?:rect\(\s*0|inset\(\s*(?:50|100)%)", style.get("clip-path") or style.get("clip") or ""):
        return True
    if re.search(r"scale[xy]?\(\s*0?\.?0*\s*[,)]", style.get("transform", "")):
        return True
    cut = style.get("overflow") == "hidden"
    sides = (_length(style.get(name, "")) for name in ("height", "width", "max-height", "max-width"))
    return cut and any(side is not None and side <= 1 for side in sides)


def _length(text: str) -> float | None:
    """A length in pixels (a bare number as it is), None for what is none."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * PX_OF.get(found[2].lower(), 1.0) if found else None


def _length_in_font(text: str) -> float | None:
    """The size in the short form of ``font``."""
    found = re.search(r"(?:^|\s)(\d*\.?\d+(?:px|pt|em|rem|%))(?:/|\s|$)", text)
    return _length(found[1]) if found else None


def _colour(text: str) -> Colour | None:
    try:
        parts = ImageColor.getrgb(text)
    except ValueError:
        return None
    return (parts[0] / 255, parts[1] / 255, parts[2] / 255) if len(parts) == 3 or parts[3] else None
