"""Choosing by facet: one sentence before a question, lists of values before the programmes. Every choice is a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ui.address import Address, Chosen, View
from ui.markup import escape, hidden, link, listed
from ui.words import FACETS, any_of, in_words

_SENTENCE = (("We are ", "trust_type"), (" trust, starting with ", "determinant"), (" for ", "population"))
_OPEN = {"trust_type": "any kind of", "determinant": "any topic", "population": "anyone"}
_CHIP_ENDS = {"trust_type": " trusts"}

Counts = Mapping[str, int]


def sentence_html(chosen: Chosen) -> str:
    """“We are a … trust, starting with … for …”, and what has been chosen."""
    here = Address(View.ASK, facets=chosen)
    words = "".join(f"<span>{before}</span>{_pick(here, facet)}" for before, facet in _SENTENCE)
    heading = f'<h2 class="al-hidden">{escape("Who is asking")}</h2>'
    return f'<div class="al-picker">{heading}<div class="al-sentence">{words}<span>.</span></div>{chips(here)}</div>'


def _pick(here: Address, facet: str) -> str:
    name, kind = FACETS[facet]
    had = here.facets.get(facet, ())
    shown = _with_article(facet, any_of(had)) if had else _OPEN[facet]
    links = (_choice(here, facet, str(value), str(value) in had) for value in kind)
    summary = f"<summary>{hidden(f'{name}: ')}{escape(shown)}</summary>"
    return f'<details class="al-pick" name="al-pick" id="al-pick-{facet}">{summary}{listed(links)}</details>'


def _with_article(facet: str, words: str) -> str:
    if facet != "trust_type":
        return words
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _choice(here: Address, facet: str, value: str, is_chosen: bool) -> str:
    more = " (chosen; choose again to take it away)" if is_chosen else ""
    return link(here.toggled(facet, value).href, in_words(value), more, "al-chosen" if is_chosen else "")


def chips(here: Address) -> str:
    """What has been chosen, each with a way to take it away."""
    chosen = [
        link(
            here.toggled(facet, value).href, f"{in_words(value)}{_CHIP_ENDS.get(facet, '')} ×", ": take away", "al-chip"
        )
        for facet, values in here.facets.items()
        for value in values
    ]
    if not chosen:
        return ""
    chosen.append(link(replace(here, facets={}).href, "Take all away"))
    return f'<div class="al-chips"><p>Keeping to:</p>{listed(chosen)}</div>'


def filters_html(here: Address, counted: Callable[[str], Counts]) -> str:
    """A list of values for each facet. ``counted`` says how many would be left with each value of a facet."""
    return "".join(_filter(here, facet, counted(facet)) for facet in FACETS)


def _filter(here: Address, facet: str, counts: Counts) -> str:
    name, kind = FACETS[facet]
    had = here.facets.get(facet, ())
    links = [
        link(
            here.toggled(facet, str(value)).href,
            f"{in_words(value)} ({counts.get(value, 0)})",
            " chosen; choose again to take it away" if str(value) in had else "",
            "al-chosen" if str(value) in had else "",
        )
        for value in kind
        if counts.get(value) or str(value) in had
    ]
    if not links:
        return ""
    summary = f"<summary>{escape(name)}{f': {escape(any_of(had))}' if had else ''}</summary>"
    return f'<details class="al-filter" id="al-filter-{facet}">{summary}{listed(links)}</details>'
