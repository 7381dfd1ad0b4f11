"""A source as a card: who did what, in which document and where, how strong the evidence is, and its words in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from corpus.records import original_parts
from corpus.types import Passage
from retrieval.types import Citation, ScoredPassage
from ui.address import Address, View
from ui.markup import escape, hidden, link, tags, web_link
from ui.words import BASIS_WORDS, EVIDENCE_WORDS, year

Lookup = Callable[[str], Passage | None]


def source_cards(citations: Iterable[Citation], shown_in: str, passage: Lookup) -> str:
    """Numbered cards, one a passage. ``shown_in`` is the id of the answer or page, which the anchors carry."""
    beside: dict[str, list[Citation]] = {}
    for citation in citations:
        beside.setdefault(citation.passage_id, []).append(citation)
    cards = "".join(_card(group, shown_in, passage(place)) for place, group in beside.items())
    return f'<ol class="al-sources">{cards}</ol>' if cards else ""


def folded_sources(citations: Iterable[Citation], shown_in: str, passage: Lookup) -> str:
    """The cards behind one line, where there are many; a marker opens them."""
    cards = source_cards(citations, shown_in, passage)
    return f'<details class="al-all"><summary>Sources, each in its place</summary>{cards}</details>' if cards else ""


def marker(number: int, shown_in: str) -> str:
    """The link from a quote to its card."""
    return f'<a class="al-marker" href="#{_anchor(number, shown_in)}">{hidden("Source ")}[{number}]</a>'


def _anchor(number: int, shown_in: str) -> str:
    return f"source-{number}-{escape(shown_in)}"


def _card(citations: Sequence[Citation], shown_in: str, passage: Passage | None) -> str:
    """One passage, with all that is quoted from it: six steps of one list are one source, not six."""
    first = citations[0]
    who = ", ".join(dict.fromkeys(name for name in (first.programme, first.organisation) if name))
    markers = " ".join(f'<span id="{_anchor(c.marker, shown_in)}">[{c.marker}]</span>' for c in citations)
    name = f"source {', '.join(str(citation.marker) for citation in citations)}, {first.title}"
    parts = (
        f'<p class="al-who"><strong>{markers} {escape(who or first.publisher)}</strong></p>',
        titled(first.title, first.publisher, first.published),
        placed(first.section, first.page, first.title),
        _learnt_at(first),
        tags(EVIDENCE_WORDS[first.evidence], BASIS_WORDS[first.basis]),
        _superseded(first),
        _in_place(name, marked(passage.text, [citation.quote for citation in citations])) if passage else "",
        _links(first, name, passage),
    )
    return f'<li class="al-card">{"".join(parts)}</li>'


def titled(title: str, publisher: str, published: str | None) -> str:
    return f'<p class="al-title">{escape(title)}. {escape(publisher)}, {escape(year(published))}</p>'


def placed(section: Iterable[str], page: int | None, title: str = "") -> str:
    """Where in the document; its title, which stands above, is not said again."""
    path = " › ".join(heading for heading in section if heading != title)
    place = " · ".join(part for part in (path, f"page {page}" if page else "") if part)
    return f'<p class="al-place">{escape(place)}</p>' if place else ""


def _learnt_at(citation: Citation) -> str:
    """For a brief: where the published source says it."""
    _, headings = original_parts(citation.original or "")
    return f'<p class="al-place">In the source: {escape(" › ".join(headings))}</p>' if headings else ""


def _superseded(citation: Citation) -> str:
    if not citation.superseded_by:
        return ""
    return f'<p class="al-superseded">A newer version replaces this source: {escape(citation.superseded_by)}</p>'


def _in_place(name: str, text: str) -> str:
    summary = f"<summary>Read in place{hidden(': ' + name)}</summary>"
    return f'<details class="al-in-place">{summary}<p class="al-passage">{text}</p></details>'


def marked(text: str, quotes: Iterable[str]) -> str:
    """The whole passage, escaped, with the quotes marked in it. What is not found is not marked."""
    found = ((text.find(quote), text.find(quote) + len(quote)) for quote in quotes if quote and quote in text)
    return marked_at(text, found)


def marked_at(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The same by places in the text. Of two that overlap, the first."""
    parts, done = [], 0
    for start, end in sorted(spans):
        if start >= done and end <= len(text):
            parts += [escape(text[done:start]), f"<mark>{escape(text[start:end])}</mark>"]
            done = end
    return "".join((*parts, escape(text[done:])))


def _links(citation: Citation, name: str, passage: Passage | None) -> str:
    found = [web_link(citation.url, "Open the publisher’s page", f" of source {citation.marker}")]
    if passage:
        start = passage.text.find(citation.quote)
        span = (start, start + len(citation.quote)) if start >= 0 and citation.quote else None
        found.append(
            link(
                Address(View.PASSAGE, passage=passage.passage_id, span=span).href,
                "The passage on its own page",
                f": {name}",
            )
        )
    if passage and passage.programme_id:
        found.append(link(programme_address(passage.programme_id), "About the programme", f" of {name}"))
    return f'<p class="al-links">{" ".join(filter(None, found))}</p>' if any(found) else ""


def programme_address(programme_id: str) -> str:
    return Address(View.PROGRAMME, programmes=(programme_id,)).href


def nearest_cards(found: Iterable[ScoredPassage]) -> str:
    cards = "".join(f'<li class="al-card">{_nearest_card(one)}</li>' for one in found)
    return f'<h3>The nearest passages</h3><ul class="al-sources">{cards}</ul>' if cards else ""


def _nearest_card(found: ScoredPassage) -> str:
    passage = found.passage
    name = f"passage {found.rank}, {passage.source.title}"
    place = placed(passage.heading_path, passage.page, passage.source.title)
    head = titled(passage.source.title, passage.source.publisher, passage.source.published)
    return f"{head}{place}{_in_place(name, escape(passage.text))}"
