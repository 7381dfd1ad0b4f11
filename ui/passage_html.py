"""One passage whole on a page of its own, so that a quote in its place can be linked to."""

from __future__ import annotations

from corpus.types import Passage
from ui.address import Address, View
from ui.cards import marked_at, placed, programme_address, titled
from ui.markup import escape, link, tags, web_link
from ui.words import BASIS_WORDS, EVIDENCE_WORDS


def passage_html(passage: Passage, neighbours: tuple[str | None, str | None], span: tuple[int, int] | None) -> str:
    """``neighbours`` are the ids of the passages before and after; ``span`` is what was quoted of this one."""
    source = passage.source
    before, after = neighbours
    turn = (
        link(Address(View.PASSAGE, passage=before).href, "Passage before") if before else "",
        link(Address(View.PASSAGE, passage=after).href, "Passage after") if after else "",
        link(programme_address(passage.programme_id), "About the programme") if passage.programme_id else "",
        web_link(source.url, "Open the publisher’s page"),
    )
    newer = source.superseded_by
    parts = (
        '<h2 tabindex="-1">A passage in its place</h2>',
        titled(source.title, source.publisher, source.published),
        placed(passage.heading_path, passage.page, source.title),
        tags(EVIDENCE_WORDS[source.evidence], BASIS_WORDS[source.basis]),
        f'<p class="al-superseded">A newer version replaces this source: {escape(newer)}</p>' if newer else "",
        f'<p class="al-passage">{marked_at(passage.text, [span] if span else [])}</p>',
        f'<p class="al-links">{" ".join(filter(None, turn))}</p>',
        f'<p class="al-title">{escape(source.licence)}</p>',
    )
    return f'<section class="al-answer al-one-passage">{"".join(parts)}</section>'
