"""The programmes: a list to choose from by facet, and one of them whole, each statement with its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from retrieval.compare import MOST
from retrieval.programmes import ContactStated, Programme, ProgrammeDetail, Stated, having
from retrieval.types import Citation
from ui.address import Address, View
from ui.cards import Lookup, folded_sources, marker, programme_address
from ui.markup import escape, link, listed, plural, tags
from ui.picker_html import chips, filters_html
from ui.words import EVIDENCE_WORDS, FACETS, NOT_STATED_WORDS, PHASE_WORDS, any_of, headed, in_words

_SHOWN_IN = "programme"
_Statements = tuple[tuple[str, Callable[[ProgrammeDetail], Sequence[Stated]]], ...]
_AFTER_STEPS: _Statements = (
    ("What came of it", lambda detail: detail.outcomes),
    ("Who took part", lambda detail: detail.partners),
    ("Who paid for it", lambda detail: detail.funding),
    ("Who worked on it", lambda detail: detail.staffing),
    ("What it cost", lambda detail: detail.cost),
    ("How it was evaluated", lambda detail: detail.evaluation),
    ("What got in the way", lambda detail: detail.barriers),
    ("What they planned to do next", lambda detail: detail.next_steps),
)


def list_html(address: Address, every: Sequence[Programme]) -> str:
    """The programmes that fit what is chosen, with the choices that are left."""
    here = Address(View.PROGRAMMES, facets=address.facets)
    found = having(every, here.facets)
    filters = filters_html(here, lambda facet: _counts(facet, here, every))
    said = (
        f"{plural(len(found), 'programme')} of {len(every)}." if here.facets else f"{plural(len(every), 'programme')}."
    )
    cards = listed((_card(one) for one in found), "al-programmes")
    return (
        '<div><h2 tabindex="-1">Programmes</h2><p>What organisations did, as far as the sources tell. '
        f'Choose by any of these lists.</p><div class="al-filters">{filters}</div>{chips(here)}'
        f'<p class="al-count">{said}</p>{cards}</div>'
    )


def _counts(facet: str, here: Address, every: Sequence[Programme]) -> Counter[str]:
    """How many programmes have each value, of those that fit what is chosen of the other facets."""
    others = {name: values for name, values in here.facets.items() if name != facet}
    return Counter(value for one in having(every, others) for value in one.facets.get(facet, ()))


def _card(one: Programme) -> str:
    about = f"{any_of(one.facets.get('determinant', ()))}".replace(" or ", ", ")
    whom = f"{any_of(one.facets.get('population', ()))}".replace(" or ", ", ")
    side = Address(View.COMPARE, programmes=(one.programme_id,)).href
    return (
        f'<div class="al-card"><h3>{link(programme_address(one.programme_id), one.title)}</h3>'
        f'<p class="al-title">{escape(_who(one))}</p>'
        f'<p class="al-place">{escape(f"About {about}" if about else "")}{escape(f"; for {whom}" if whom else "")}</p>'
        f"{tags(EVIDENCE_WORDS[one.evidence])}{_silent(one)}"
        f'<p class="al-links">{link(side, "Compare with others", f": {one.title}")}</p></div>'
    )


def _who(one: Programme) -> str:
    return " · ".join(filter(None, (one.organisation, ", ".join(one.facets.get("place", ())))))


def _silent(one: Programme) -> str:
    words = ", ".join(NOT_STATED_WORDS.get(name, name) for name in one.not_stated)
    return f'<p class="al-not-stated"><strong>Not stated:</strong> {escape(words)}</p>' if words else ""


def detail_html(detail: ProgrammeDetail, passage: Lookup) -> str:
    """One programme whole."""
    about = detail.about
    summed_up = "The words beside a dotted line are our own summary of the sources, where each number leads."
    parts = (
        f'<h2 tabindex="-1">{escape(about.title)}</h2>',
        f'<p class="al-title">{escape(_who(about))}</p>',
        _facets(about),
        tags(EVIDENCE_WORDS[about.evidence]),
        f'<p class="al-title">{escape(about.evidence_reason)}</p><p class="al-legend">{summed_up}</p>',
        _statement(detail.summary),
        _section("What it consists of", detail.points),
        _steps(detail),
        _figures(detail),
        *(_section(heading, statements(detail)) for heading, statements in _AFTER_STEPS),
        _contacts(detail.contact),
        f'<div class="al-gaps">{_silent(about)}</div>' if about.not_stated else "",
        f'<p class="al-links">{_compare_link(about)}{_question_link(about)}</p>',
        f"<h3>Sources</h3>{folded_sources(_citations(detail), _SHOWN_IN, passage)}",
    )
    return f'<section class="al-answer" id="programme-{escape(about.programme_id)}">{"".join(parts)}</section>'


def _facets(about: Programme) -> str:
    known = ((FACETS[name][0], values) for name, values in about.facets.items() if name in FACETS)
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(', '.join(map(in_words, values)))}</dd></div>"
        for name, values in known
    )
    return f'<dl class="al-facts">{rows}</dl>' if rows else ""


def _statement(said: Stated) -> str:
    links = " ".join(marker(citation.marker, _SHOWN_IN) for citation in said.citations)
    return f'<blockquote class="al-brief"><p>{escape(said.text)} {links}</p></blockquote>'


def _section(heading: str, statements: Iterable[Stated]) -> str:
    inner = "".join(_statement(one) for one in statements)
    return f"<h3>{heading}</h3>{inner}" if inner else ""


def _steps(detail: ProgrammeDetail) -> str:
    parts, number = [], 0
    for phase, group in groupby(detail.steps, key=lambda step: step.phase):
        members = list(group)
        items = "".join(
            f'<li value="{number + at}">{_statement(step)}<p class="al-place">Done by: {escape(step.who)}</p></li>'
            for at, step in enumerate(members, 1)
        )
        number += len(members)
        parts.append(f'<h4>{PHASE_WORDS[phase]}</h4><ol class="al-blocks">{items}</ol>')
    return f"<h3>Steps that were taken</h3>{''.join(parts)}" if parts else ""


def _figures(detail: ProgrammeDetail) -> str:
    rows = "".join(
        f"<div><dt>{escape(headed(fact.meaning))}</dt><dd>{_statement(fact)}</dd></div>" for fact in detail.facts
    )
    return f'<h3>Figures</h3><dl class="al-figures">{rows}</dl>' if rows else ""


def _contacts(contacts: Iterable[ContactStated]) -> str:
    inner = "".join(f"{_statement(one)}" for one in contacts)
    return f"<h3>Whom to ask</h3>{inner}" if inner else ""


def _compare_link(about: Programme) -> str:
    href = Address(View.COMPARE, programmes=(about.programme_id,)).href
    return link(href, f"Compare it with up to {MOST - 1} others")


def _question_link(about: Programme) -> str:
    name = short_name(about)
    return link(Address(question=f"How did {name} start?").href, f"Ask how {name} started")


def _citations(detail: ProgrammeDetail) -> Sequence[Citation]:
    groups = (
        (detail.summary,), detail.points, detail.steps, detail.facts, detail.outcomes, detail.partners, detail.funding,
        detail.staffing, detail.cost, detail.evaluation, detail.barriers, detail.next_steps, detail.contact,
    )  # fmt: skip
    return [citation for group in groups for said in group for citation in said.citations]


def short_name(about: Programme) -> str:
    return min((about.title, *about.aliases[:1]), key=len)


def without(address: Address, programme_id: str) -> Address:
    return replace(address, programmes=tuple(one for one in address.programmes if one != programme_id))
