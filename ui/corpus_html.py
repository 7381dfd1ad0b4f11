"""About the corpus: what is held, under which licence, as of when, how well it could be read, how it was evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.types import Basis
from retrieval.types import IndexInfo, SourceSummary
from ui.evaluations import Evaluation
from ui.markup import escape, listed, plural, tags, web_link
from ui.words import EVIDENCE_WORDS, year

_COMMAND = re.compile(r"; [^;`]*`[^`]*`[^;`]*$")


def corpus_html(info: IndexInfo, held: Sequence[SourceSummary], evaluated: Sequence[Evaluation]) -> str:
    documents = [one for one in held if one.source.basis is Basis.SOURCE]
    briefs = [one for one in held if one.source.basis is Basis.BRIEF]
    return (
        '<div><h2 tabindex="-1">About the corpus</h2>'
        f"{_state(info, held)}{_documents(documents)}{_briefs(briefs)}{_evaluations(evaluated)}</div>"
    )


def _state(info: IndexInfo, held: Sequence[SourceSummary]) -> str:
    name, _, digest = info.encoder.partition("@")
    rows = (
        ("Documents as of", info.built_at[:10]),
        ("Generation", info.generation),
        ("Held", f"{plural(sum(one.passages for one in held), 'passage')} of {plural(len(held), 'source')}"),
        ("Encoder", f"{name} ({digest[:12]})" if digest else name),
    )
    inner = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)
    return (
        f'<dl class="al-facts">{inner}</dl><p>Quotes are cut out of these sources word for word, and each '
        "is checked against its passage before it is shown.</p>"
    )


def _documents(documents: Sequence[SourceSummary]) -> str:
    if not documents:
        none = (
            "None is loaded here. Answers come from our own briefs, which name the place in the published document "
            "that each statement was learnt from."
        )
        return f"<h3>Published documents</h3><p>{none}</p>"
    cards = "".join(f'<li class="al-card">{_document(one)}</li>' for one in documents)
    return f'<h3>Published documents</h3><ul class="al-sources">{cards}</ul>'


def _document(one: SourceSummary) -> str:
    source = one.source
    who = ", ".join(dict.fromkeys((*source.authors, source.publisher)))
    size = [f"{one.pages} pages" if one.pages else "", plural(one.passages, "passage"), plural(one.words, "word")]
    newer = source.superseded_by
    parts = (
        f"<h4>{escape(source.title)}</h4>",
        f'<p class="al-title">{escape(who)}, {escape(source.published or year(None))}</p>',
        tags(EVIDENCE_WORDS[source.evidence]),
        f'<p class="al-place">{escape(", ".join(filter(None, size)))}</p>',
        f'<p class="al-place">Licence: {escape(source.licence)}</p>',
        f'<p class="al-superseded">A newer version replaces this source: {escape(newer)}</p>' if newer else "",
        _quality(one.warnings),
        f'<p class="al-links">{web_link(source.url, "Open the publisher’s page", f" of {source.title}")}</p>'
        if source.url
        else "",
    )
    return "".join(parts)


def _quality(warnings: Iterable[str]) -> str:
    """The reader's doubts, without the commands in them, which are for maintainers."""
    items = listed(escape(_COMMAND.sub("", warning)) for warning in warnings)
    return (
        f"<p><strong>How well it could be read:</strong></p>{items}"
        if items
        else ('<p class="al-place">How well it could be read: no doubts.</p>')
    )


def _briefs(briefs: Sequence[SourceSummary]) -> str:
    if not briefs:
        return ""
    items = listed(f"{escape(one.source.title)} ({plural(one.passages, 'passage')})" for one in briefs)
    licences = ", ".join(dict.fromkeys(one.source.licence for one in briefs))
    return (
        f"<h3>Our own briefs</h3><p>{plural(len(briefs), 'brief')} of programmes, lessons and frameworks, in our "
        f"words, each statement with the place it was learnt from. Licence: {escape(licences)}.</p>"
        f"<details><summary>List of the briefs</summary>{items}</details>"
    )


def _evaluations(evaluated: Sequence[Evaluation]) -> str:
    if not evaluated:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(one.suite)}, {plural(one.questions, "question")}</th>'
        f"<td>{escape(words)}</td><td>{mean:.2f}</td></tr>"
        for one in evaluated
        for words, mean in one.means
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Suite", "What is measured", "Mean"))
    return (
        "<h3>Last evaluation</h3><p>The figures that the maintainers last kept, measured over our own briefs. They go "
        "from 0 to 1; higher is better. The suites and how to run them come with the code.</p>"
        '<div class="al-scroll" role="region" tabindex="0" title="Last evaluation"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
