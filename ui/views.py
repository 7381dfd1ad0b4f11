"""The pages beside the one where questions are asked: each is what ``retrieval`` holds, shown."""

from __future__ import annotations

from retrieval.assistant import Assistant
from retrieval.compare import FEWEST, MOST, compare
from retrieval.programmes import programme, programmes
from ui.address import Address, View
from ui.compare_html import compare_html
from ui.corpus_html import corpus_html
from ui.evaluations import evaluations
from ui.map_html import map_html
from ui.markup import escape, link, listed
from ui.passage_html import passage_html
from ui.programmes_html import detail_html, list_html

_LINKS = {
    View.ASK: "Ask",
    View.PROGRAMMES: "Programmes",
    View.COMPARE: "Compare",
    View.MAP: "Evidence map",
    View.ABOUT: "About the corpus",
}
_WITHIN = {View.PROGRAMME: View.PROGRAMMES}


def nav_html(address: Address, asking: Address) -> str:
    """``asking`` is where the Ask page is, with what the reader has chosen there."""
    here = _WITHIN.get(address.view, address.view)
    to = {view: asking if view is View.ASK else Address(view) for view in _LINKS}
    items = (link(to[view].href, words, kind="al-here" if view is here else "") for view, words in _LINKS.items())
    return f'<nav title="Pages">{listed(items)}</nav>'


def view_html(address: Address, assistant: Assistant) -> str:
    """Any page but the one for questions. Raises IndexDamaged (see ``retrieval.programmes.stated``)."""
    match address.view:
        case View.PROGRAMMES:
            return list_html(address, programmes(assistant.content))
        case View.PROGRAMME:
            return _programme(address, assistant)
        case View.COMPARE:
            return _compare(address, assistant)
        case View.MAP:
            return map_html(programmes(assistant.content))
        case View.PASSAGE:
            return _passage(address, assistant)
        case _:
            return corpus_html(assistant.info, assistant.sources(), evaluations())


def without_documents_html() -> str:
    words = "Anchorline has no documents to show just now. Please try again later."
    return f'<div class="al-notice al-unavailable"><h2 tabindex="-1">Nothing to show</h2><p>{words}</p></div>'


def _programme(address: Address, assistant: Assistant) -> str:
    detail = programme(assistant.content, address.programmes[0])
    if detail is None:
        return _nothing("There is no such programme here.", Address(View.PROGRAMMES), "See all programmes")
    return detail_html(detail, assistant.passage)


def _compare(address: Address, assistant: Assistant) -> str:
    every = programmes(assistant.content)
    known = {one.programme_id for one in every}
    chosen = tuple(name for name in address.programmes if name in known)[:MOST]
    comparison = compare(assistant.content, chosen) if len(chosen) >= FEWEST else None
    return compare_html(Address(View.COMPARE, programmes=chosen), every, comparison, assistant.passage)


def _passage(address: Address, assistant: Assistant) -> str:
    found = assistant.passage(address.passage)
    if found is None:
        words = "There is no such passage here. It may have been in an earlier version of the documents."
        return _nothing(words, Address(View.ABOUT), "See what the corpus holds")
    return passage_html(found, assistant.neighbours(found.passage_id), address.span)


def _nothing(words: str, instead: Address, label: str) -> str:
    return (
        f'<section class="al-answer"><h2 tabindex="-1">Not found</h2><p>{escape(words)}</p>'
        f'<p class="al-links">{link(instead.href, label)}</p></section>'
    )
