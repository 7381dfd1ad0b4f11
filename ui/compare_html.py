"""Programmes side by side: choose two to five, read one row a question, each cell with its source or “not stated”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from retrieval.compare import FEWEST, MOST, Comparison, Row
from retrieval.programmes import Programme, Stated
from ui.address import Address, View
from ui.cards import Lookup, folded_sources, marker, programme_address
from ui.markup import escape, hidden, link, listed
from ui.programmes_html import short_name, without
from ui.words import EVIDENCE_WORDS, headed

_SHOWN_IN = "compare"
_NO_ONE = "Of no single organisation"


def compare_html(address: Address, every: Sequence[Programme], comparison: Comparison | None, passage: Lookup) -> str:
    """``comparison`` is None while fewer than two are chosen."""
    here = Address(View.COMPARE, programmes=address.programmes)
    chosen = [one for name in here.programmes for one in every if one.programme_id == name]
    more = "" if len(chosen) >= MOST else _choices(here, every)
    table = _table(comparison, passage) if comparison else ""
    return (
        f'<div><h2 tabindex="-1">Compare programmes</h2>{_said(len(chosen))}{_chosen(here, chosen)}{more}{table}</div>'
    )


def _said(count: int) -> str:
    if count < FEWEST:
        left = f"Choose {FEWEST} to {MOST} programmes to see them side by side."
        return f"<p>{left}{' One more is needed.' if count == 1 else ''}</p>"
    return (
        "<p>Each cell says what a source states, with its number. “Not stated” means that no source says it, and no "
        "more; it is no sign that one programme is better than another.</p>"
    )


def _chosen(here: Address, chosen: Sequence[Programme]) -> str:
    chips = (link(without(here, one.programme_id).href, f"{one.title} ×", ": take away", "al-chip") for one in chosen)
    items = listed(chips)
    return f'<div class="al-chips"><p>Comparing:</p>{items}</div>' if items else ""


def _choices(here: Address, every: Sequence[Programme]) -> str:
    """The programmes that can be added, by organisation."""
    rest = sorted((one for one in every if one.programme_id not in here.programmes), key=_owner)
    groups = "".join(
        f"<h3>{escape(owner)}</h3>{listed(_add_link(here, one) for one in members)}"
        for owner, members in groupby(rest, key=_owner)
    )
    opened = "" if here.programmes else " open"
    words = "Add another programme" if here.programmes else "Choose a programme"
    inner = f'<summary>{words}</summary><div class="al-columns">{groups}</div>'
    return f'<details class="al-filter" id="al-add"{opened}>{inner}</details>'


def _owner(one: Programme) -> str:
    return one.organisation or _NO_ONE


def _add_link(here: Address, one: Programme) -> str:
    return link(replace(here, programmes=(*here.programmes, one.programme_id)).href, one.title)


def _table(comparison: Comparison, passage: Lookup) -> str:
    heads = "".join(
        f'<th scope="col" role="columnheader">{link(programme_address(one.programme_id), one.title)}</th>'
        for one in comparison.programmes
    )
    rows = "".join(_row(row, comparison.programmes) for row in comparison.rows if any(row.cells))
    empty = [row.heading for row in comparison.rows if not any(row.cells)]
    silent = f'<div class="al-gaps"><h3>Stated for none of them</h3>{listed(map(escape, empty))}</div>' if empty else ""
    citations = [one for row in comparison.rows for cell in row.cells if cell for one in cell.citations]
    corner = f'<th scope="col" role="columnheader">{hidden("Question")}</th>'
    head = f'<thead role="rowgroup"><tr role="row">{corner}{heads}</tr></thead>'
    return (
        '<div class="al-scroll" role="region" tabindex="0" title="Comparison"><table class="al-compare" role="table">'
        f'{head}<tbody role="rowgroup">{rows}</tbody></table></div>{silent}'
        f"<h3>Sources</h3>{folded_sources(citations, _SHOWN_IN, passage)}"
    )


def _row(row: Row, programmes: Sequence[Programme]) -> str:
    cells = "".join(_cell(cell, one, row) for cell, one in zip(row.cells, programmes, strict=True))
    return f'<tr role="row"><th scope="row" role="rowheader">{escape(headed(row.heading))}</th>{cells}</tr>'


def _cell(cell: Stated | None, one: Programme, row: Row) -> str:
    # Shown where the table is stacked on a narrow screen.
    whose = f'<span class="al-whose">{escape(short_name(one))}</span>'
    if cell is None:
        return f'<td role="cell" class="al-silent">{whose}Not stated</td>'
    links = " ".join(marker(citation.marker, _SHOWN_IN) for citation in cell.citations)
    kind = "" if row.from_facets else ' class="al-said"'
    text = f"{EVIDENCE_WORDS[one.evidence]}. {one.evidence_reason}" if row.field == "evidence" else cell.text
    words = f'<span class="al-words">{escape(text)}</span>'
    return f'<td role="cell"{kind}>{whose}{words} {links}</td>'
