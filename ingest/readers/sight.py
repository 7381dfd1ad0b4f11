"""What a reader of a document would not see: too faint, too small, off the page, or switched off.

Each format's reader asks the questions here of its own runs and takes what nobody sees out of the text; it comes back
as sections of its own, each block with the reason, for ``ingest.quarantine`` to hold until a person has looked at it.
Where it cannot be known what lies behind a text (a picture, another shape), the text counts as seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from corpus.types import Block, Section
from ingest.repair import repair

Colour = tuple[float, float, float]  # red, green and blue from 0 to 1

WHITE: Colour = (1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0)
MIN_POINTS = 4.0
MIN_OPACITY = 0.05
MIN_CONTRAST = 1.25  # WCAG's ratio, of which body text needs 4.5; #e6e6e6 on white has 1.25

FAINT = "in the colour of its background"
TINY = f"smaller than {MIN_POINTS:g} points"
OFF_PAGE = "outside of the page"
TRANSPARENT = "transparent"
SWITCHED_OFF = "switched off"


@dataclass(frozen=True, slots=True)
class Hidden:
    """A stretch of text that nobody sees, why not, and the heading and page where it stands."""

    text: str
    why: str
    heading: str = ""
    page: int | None = None


def is_faint(colour: Colour, behind: Colour) -> bool:
    """Whether the two colours can hardly be told apart."""
    lighter, darker = sorted((_luminance(colour), _luminance(behind)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05) < MIN_CONTRAST


def hex_colour(text: str | None) -> Colour | None:
    """The colour of six hexadecimal digits, None for anything else (``auto``)."""
    try:
        value = int(text or "", 16)
    except ValueError:
        return None
    return (value >> 16 & 255) / 255, (value >> 8 & 255) / 255, (value & 255) / 255


def hidden_sections(found: Iterable[Hidden]) -> tuple[Section, ...]:
    """One section for each run of neighbours that are hidden alike, to stand after the document's own: so the numbers
    of its passages do not depend on what is hidden in it."""
    worded = (replace(one, text=words) for one in found if any(map(str.isalnum, words := repair(one.text))))
    made = []
    for (page, heading, why), run in groupby(worded, key=lambda one: (one.page, one.heading, one.why)):
        block = Block(" ".join(one.text for one in run), page=page, doubt=why)
        made.append(Section((heading,) if heading else (), (block,)))
    return tuple(made)


def _luminance(colour: Colour) -> float:
    parts = (min(max(part, 0.0), 1.0) for part in colour)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
