"""What the page's address asks for: a question, a programme, a passage or one of the pages. Every link goes this way.

An address is what follows ``?``. Anything in it that is not known is left out, so that an old or a mangled link still
leads somewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import parse_qs, urlencode

from ui.words import FACETS

CHARACTERS = 4_000
_FIELDS = 60


class View(StrEnum):
    ASK = "ask"
    PROGRAMMES = "programmes"
    PROGRAMME = "programme"
    COMPARE = "compare"
    MAP = "map"
    ABOUT = "about"
    PASSAGE = "passage"


_PAGES = (View.ASK, View.PROGRAMMES, View.COMPARE, View.MAP, View.ABOUT)  # the others are named by what they show

Chosen = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Address:
    """``span`` is the stretch of the passage's text that is marked. ``at_sources``: go to the answer's sources."""

    view: View = View.ASK
    question: str = ""
    facets: Chosen = field(default_factory=dict)
    programmes: tuple[str, ...] = ()
    passage: str = ""
    span: tuple[int, int] | None = None
    at_sources: bool = False

    @property
    def href(self) -> str:
        pairs = [("page", self.view.value)] if self.view in _PAGES and not self.question else []
        pairs += [("q", self.question)] if self.question else []
        pairs += [("show", "sources")] if self.at_sources else []
        pairs += [("programme", name) for name in self.programmes]
        pairs += [("passage", self.passage)] if self.passage else []
        pairs += [("from", str(self.span[0])), ("to", str(self.span[1]))] if self.span else []
        pairs += [(facet, value) for facet, values in self.facets.items() for value in values]
        return "?" + urlencode(pairs)

    def toggled(self, facet: str, value: str) -> Address:
        """The same with a facet's value added, or taken away where it is there."""
        had = self.facets.get(facet, ())
        now = tuple(one for one in had if one != value) if value in had else (*had, value)
        changed = {name: self.facets.get(name, ()) for name in FACETS} | {facet: now}
        return replace(self, facets={name: values for name, values in changed.items() if values})


def parse(text: str) -> Address:
    """Never raises."""
    try:
        fields = parse_qs(text[:CHARACTERS].removeprefix("?"), max_num_fields=_FIELDS)
    except ValueError:
        return Address()
    question, passage = (fields.get(name, [""])[0] for name in ("q", "passage"))
    programmes = tuple(dict.fromkeys(fields.get("programme", ())))
    return Address(
        view=_view(fields.get("page", [""])[0], question, passage, programmes),
        question=question,
        facets=_facets(fields),
        programmes=programmes,
        passage=passage,
        span=_span(fields),
        at_sources=fields.get("show") == ["sources"],
    )


def _view(page: str, question: str, passage: str, programmes: tuple[str, ...]) -> View:
    if question:
        return View.ASK
    if passage:
        return View.PASSAGE
    if page in _PAGES:
        return View(page)
    return View.PROGRAMME if programmes else View.ASK


def _facets(fields: Mapping[str, list[str]]) -> Chosen:
    known = {name: [value for value in kind if value in fields.get(name, ())] for name, (_, kind) in FACETS.items()}
    return {name: tuple(str(value) for value in values) for name, values in known.items() if values}


def _span(fields: Mapping[str, list[str]]) -> tuple[int, int] | None:
    start, end = (fields.get(name, [""])[0] for name in ("from", "to"))
    if not (start.isascii() and start.isdecimal() and end.isascii() and end.isdecimal()):
        return None
    return (int(start[:9]), int(end[:9])) if int(start[:9]) < int(end[:9]) else None
