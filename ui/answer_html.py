"""An answer as HTML of our own making. Every word of a document or a reader is escaped; none becomes Markdown or HTML.

The page shows this through Gradio's Markdown component, the only one that puts HTML on a page without evaluating script
(``gr.HTML`` needs ``unsafe-eval``). So one answer is one line: a newline inside it could end the HTML block and let a
document's text be read as Markdown. Quotes are set apart from our words, and each leads to its source, whole.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, groupby

from corpus.records import original_parts
from corpus.types import Basis, Evidence, Passage
from retrieval.types import Answer, AnswerBlock, BlockRole, Citation, ScoredPassage, Status

EVIDENCE_WORDS: Mapping[Evidence, str] = {
    Evidence.CONTROLLED_STUDY: "Controlled study",
    Evidence.INDEPENDENT_EVALUATION: "Independent evaluation",
    Evidence.BEFORE_AND_AFTER: "Measured before and after",
    Evidence.SELF_REPORTED: "Reported by those who did it",
    Evidence.FRAMEWORK: "Framework or guide",
    Evidence.OPINION: "Opinion or discussion",
    Evidence.UNKNOWN: "Strength of evidence not known",
}

BASIS_WORDS: Mapping[Basis, str] = {
    Basis.SOURCE: "Quoted word for word from the source",
    Basis.BRIEF: "From our own summary of the source",
}

STATUS_WORDS: Mapping[Status, str] = {
    Status.ANSWERED: "",
    Status.PARTIAL: "Part of an answer",
    Status.NOT_FOUND: "I could not find this in the sources",
    Status.CLARIFY: "Can you tell me more?",
    Status.OUT_OF_SCOPE: "This is not something these sources cover",
    Status.CLINICAL: "I cannot help with care or treatment",
    Status.CRISIS: "Get help now",
    Status.PERSONAL_DATA: "Please take out the personal details",
    Status.UNAVAILABLE: "Anchorline cannot answer just now",
}

QUOTED = "The words beside a blue line are quoted from a source."
SUMMED_UP = "The words beside a dotted line are our own summary of a source."
ALL_OURS = "All other words are ours."
CAUTION = "This answer can be wrong or leave things out. Check the sources before you use it."

OURS = (BlockRole.GAP, BlockRole.NOTE)


def escape(text: str) -> str:
    """Text that shows as it is, on one line of HTML."""
    return html.escape(text).replace("\r", "").replace("\n", "&#10;").replace("\t", "&#9;")


def hidden(text: str) -> str:
    """Words for screen readers alone."""
    return f'<span class="al-hidden">{escape(text)}</span>'


def notice(heading: str, text: str, kind: str = "unavailable") -> str:
    return f'<div class="al-notice al-{kind}"><h3>{escape(heading)}</h3><p>{escape(text)}</p></div>'


def answer_html(question: str, answer: Answer, passage: Callable[[str], Passage | None]) -> str:
    """One question and its answer. ``passage`` fetches the text that a quote stands in."""
    shown = "" if answer.status is Status.PERSONAL_DATA else escape(question)
    parts = (
        f"<h2>{hidden('You asked: ')}{shown or 'Your question is not shown'}</h2>",
        _understood(answer),
        _status(answer),
        *_blocks(answer),
        _list("What the sources do not say", "al-gaps", _gaps(answer)),
        _nearest(answer.nearest),
        _list("You could ask", "al-suggestions", answer.suggestions),
        _sources(answer, passage),
    )
    label = f"answer-{escape(answer.answer_id)}"
    return f'<section class="al-answer al-status-{answer.status}" id="{label}">{"".join(parts)}</section>'


def _understood(answer: Answer) -> str:
    if not answer.question_understood or answer.status in (Status.PERSONAL_DATA, Status.CRISIS):
        return ""
    words = escape(answer.question_understood)
    return f'<p class="al-understood"><strong>How I read your question:</strong> {words}</p>'


def _status(answer: Answer) -> str:
    heading = STATUS_WORDS[answer.status]
    if not heading and answer.citations:
        return f'<p class="al-legend">{_legend(answer)}</p>'
    if answer.blocks:
        return f'<p class="al-banner al-{answer.status}"><strong>{escape(heading)}</strong></p>'
    return notice(heading, answer.text, answer.status.value)


def _legend(answer: Answer) -> str:
    bases = {citation.basis for citation in answer.citations}
    said = (QUOTED if Basis.SOURCE in bases else "", SUMMED_UP if Basis.BRIEF in bases else "", ALL_OURS)
    return " ".join(filter(None, said))


def _blocks(answer: Answer) -> Iterable[str]:
    """Blocks in their order. A block without a heading stands under the one before it; steps are numbered through."""
    steps = count(1)
    for kind, same in groupby(answer.blocks, key=lambda block: block.kind):
        for heading, group in groupby(_headed(same), key=lambda headed: headed[0]):
            if heading and heading[1]:
                yield f"<h3>{escape(heading[1])}</h3>"
            inner = "".join(_item(block, answer, steps) for _, block in group)
            tag = "ol" if kind is BlockRole.STEP else "div"
            yield f'<{tag} class="al-blocks al-kind-{kind}">{inner}</{tag}>'


def _headed(blocks: Iterable[AnswerBlock]) -> Iterable[tuple[tuple[int, str] | None, AnswerBlock]]:
    """Each block with the heading it stands under, counted so that a heading that comes again is shown again."""
    heading: tuple[int, str] | None = None
    for at, block in enumerate(blocks):
        if block.heading and (heading is None or heading[1] != block.heading):
            heading = (at, block.heading)
        yield heading, block


def _item(block: AnswerBlock, answer: Answer, steps: Iterator[int]) -> str:
    inner = _block(block, answer)
    return f'<li value="{next(steps)}">{inner}</li>' if block.kind is BlockRole.STEP else f"<div>{inner}</div>"


def _block(block: AnswerBlock, answer: Answer) -> str:
    links = " ".join(_marker(number, answer.answer_id) for number in block.citations)
    if block.kind in OURS:
        return f"<p>{escape(block.text)} {links}</p>"
    ours = all(c.basis is Basis.BRIEF for c in answer.citations if c.marker in block.citations)
    kind = ' class="al-brief"' if ours else ""
    return f"<blockquote{kind}><p>{escape(block.text)} {links}</p></blockquote>"


def _marker(number: int, answer_id: str) -> str:
    return f'<a class="al-marker" href="#{_anchor(number, answer_id)}">{hidden("Source ")}[{number}]</a>'


def _anchor(number: int, answer_id: str) -> str:
    return f"source-{number}-{escape(answer_id)}"


def _gaps(answer: Answer) -> Iterable[str]:
    """Those that no block has said already."""
    said = {block.text for block in answer.blocks if block.kind is BlockRole.GAP}
    return (gap for gap in answer.gaps if gap not in said)


def _list(heading: str, kind: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<div class="{kind}"><h3>{heading}</h3><ul>{items}</ul></div>' if items else ""


def _nearest(found: Iterable[ScoredPassage]) -> str:
    cards = "".join(f'<li class="al-card">{_nearest_card(one)}</li>' for one in found)
    return f'<h3>The nearest passages</h3><ul class="al-sources">{cards}</ul>' if cards else ""


def _nearest_card(found: ScoredPassage) -> str:
    passage = found.passage
    name = f"passage {found.rank}, {passage.source.title}"
    place = _place(passage.heading_path, passage.page)
    return f"{_title(passage.source.title, passage.source.publisher, passage.source.published)}{place}" + _in_place(
        name, escape(passage.text)
    )


def _sources(answer: Answer, passage: Callable[[str], Passage | None]) -> str:
    beside: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        beside.setdefault(citation.passage_id, []).append(citation)
    cards = "".join(_card(group, answer.answer_id, passage(place)) for place, group in beside.items())
    if not cards:
        return ""
    return f'<p class="al-caution">{CAUTION}</p><h3>Sources</h3><ol class="al-sources">{cards}</ol>'


def _card(citations: Sequence[Citation], answer_id: str, passage: Passage | None) -> str:
    """One passage, with all that is quoted from it: six steps of one list are one source, not six."""
    first = citations[0]
    who = ", ".join(dict.fromkeys(name for name in (first.programme, first.organisation) if name))
    markers = " ".join(f'<span id="{_anchor(c.marker, answer_id)}">[{c.marker}]</span>' for c in citations)
    name = f"source {', '.join(str(citation.marker) for citation in citations)}, {first.title}"
    parts = (
        f'<p class="al-who"><strong>{markers} {escape(who or first.publisher)}</strong></p>',
        _title(first.title, first.publisher, first.published),
        _place(first.section, first.page),
        _learnt_at(first),
        _tags(EVIDENCE_WORDS[first.evidence], BASIS_WORDS[first.basis]),
        _superseded(first),
        _in_place(name, marked(passage.text, [citation.quote for citation in citations])) if passage else "",
        _link(first),
    )
    return f'<li class="al-card">{"".join(parts)}</li>'


def _learnt_at(citation: Citation) -> str:
    """For a brief: the headings under which the published source says it."""
    _, headings = original_parts(citation.original or "")
    return f'<p class="al-place">In the source: {escape(" › ".join(headings))}</p>' if headings else ""


def _title(title: str, publisher: str, published: str | None) -> str:
    year = published[:4] if published else "date not known"
    return f'<p class="al-title">{escape(title)}. {escape(publisher)}, {escape(year)}</p>'


def _place(section: Iterable[str], page: int | None) -> str:
    path = " › ".join(section)
    place = " · ".join(part for part in (path, f"page {page}" if page else "") if part)
    return f'<p class="al-place">{escape(place)}</p>' if place else ""


def _tags(*words: str) -> str:
    return f'<p class="al-tags">{" ".join(f"<span>{word}</span>" for word in words)}</p>'


def _superseded(citation: Citation) -> str:
    if not citation.superseded_by:
        return ""
    return f'<p class="al-superseded">A newer version replaces this source: {escape(citation.superseded_by)}</p>'


def _in_place(name: str, text: str) -> str:
    summary = f"<summary>Read in place{hidden(': ' + name)}</summary>"
    return f'<details class="al-in-place">{summary}<p class="al-passage">{text}</p></details>'


def marked(text: str, quotes: Iterable[str]) -> str:
    """The whole passage, escaped, with the quotes marked in it. What is not found is not marked."""
    spans = sorted((text.find(quote), text.find(quote) + len(quote)) for quote in quotes if quote and quote in text)
    parts, done = [], 0
    for start, end in spans:
        if start >= done:
            parts += [escape(text[done:start]), f"<mark>{escape(text[start:end])}</mark>"]
            done = end
    return "".join((*parts, escape(text[done:])))


def _link(citation: Citation) -> str:
    """A link only to a web address; a document may hold any other scheme."""
    if not citation.url or not citation.url.lower().startswith(("https://", "http://")):
        return ""
    words = f"Open the publisher’s page{hidden(f' of source {citation.marker}')} (opens in a new tab)"
    return f'<p><a href="{escape(citation.url)}" target="_blank" rel="noopener noreferrer">{words}</a></p>'
