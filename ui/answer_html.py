"""An answer as HTML: quotes set apart from our words, each leading to its source; gaps and conflicts unlike both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby

from corpus.types import Basis
from retrieval.types import Answer, AnswerBlock, BlockRole, Status
from ui.address import Address, Chosen
from ui.cards import Lookup, marker, nearest_cards, source_cards
from ui.export import lines_of, plain_text
from ui.export import markdown as exported_markdown
from ui.markup import escape, hidden, link, listed, notice
from ui.words import ALL_OURS, CAUTION, QUOTED, STATUS_WORDS, SUMMED_UP, any_of

OURS = (BlockRole.GAP, BlockRole.NOTE)
SIDE_BY_SIDE = {BlockRole.COMPARE: "Side by side", BlockRole.CONFLICT: "The sources differ here"}
UNSHOWN = (Status.PERSONAL_DATA, Status.CRISIS)  # what was asked is neither shown again nor passed on
REASONS = {
    "wrong_source": "Wrong source",
    "wrong_page": "Wrong page",
    "incomplete": "Something is missing",
    "out_of_date": "Out of date",
    "other": "Something else",
}

Headed = tuple[tuple[int, str] | None, AnswerBlock]


def answer_html(question: str, answer: Answer, passage: Lookup, chosen: Chosen, *, rated: bool = False) -> str:
    """One question and its answer. ``passage`` fetches the text that a quote stands in; ``chosen`` is what the reader
    kept to; ``rated`` says whether the service takes ratings."""
    shown = "" if answer.status is Status.PERSONAL_DATA else escape(question)
    parts = (
        f'<h2 tabindex="-1">{hidden("You asked: ")}{shown or "Your question is not shown"}</h2>',
        _understood(answer),
        _kept_to(chosen),
        _status(answer),
        *_blocks(answer),
        _list("What the sources do not say", "al-gaps", _gaps(answer)),
        nearest_cards(answer.nearest),
        _suggested(answer),
        _sources(answer, passage),
        _actions(question, answer, chosen),
        _rating() if rated and answer.status not in UNSHOWN else "",
    )
    label = f"answer-{escape(answer.answer_id)}"
    return f'<section class="al-answer al-status-{answer.status}" id="{label}">{"".join(parts)}</section>'


def _understood(answer: Answer) -> str:
    if not answer.question_understood or answer.status in UNSHOWN:
        return ""
    words = escape(answer.question_understood)
    return f'<p class="al-understood"><strong>How I read your question:</strong> {words}</p>'


def _kept_to(chosen: Chosen) -> str:
    if not chosen:
        return ""
    words = "; ".join(any_of(values) for values in chosen.values())
    return f'<p class="al-understood"><strong>Kept to what you chose:</strong> {escape(words)}</p>'


def _status(answer: Answer) -> str:
    heading = STATUS_WORDS[answer.status]
    if not heading and answer.citations:
        return f'<p class="al-legend">{_legend(answer)}</p>'
    if answer.citations:
        banner = f'<p class="al-banner al-{answer.status}"><strong>{escape(heading)}</strong></p>'
        return f'{banner}<p class="al-legend">{_legend(answer)}</p>'
    if answer.blocks:
        return f'<h3 class="al-banner al-{answer.status}">{escape(heading)}</h3>'
    return notice(heading, answer.text, answer.status.value)


def _legend(answer: Answer) -> str:
    bases = {citation.basis for citation in answer.citations}
    said = (QUOTED if Basis.SOURCE in bases else "", SUMMED_UP if Basis.BRIEF in bases else "", ALL_OURS)
    return " ".join(filter(None, said))


def _blocks(answer: Answer) -> Iterable[str]:
    """Blocks in their order. A block without a heading stands under the one before it; steps are numbered through."""
    steps = count(1)
    for kind, same in groupby(answer.blocks, key=lambda block: block.kind):
        groups = [(headed, list(group)) for headed, group in groupby(_headed(same), key=lambda one: one[0])]
        if kind in SIDE_BY_SIDE:
            yield _beside(kind, [(headed[1] if headed else "", group) for headed, group in groups], answer)
            continue
        for headed, group in groups:
            if headed:
                yield f"<h3>{escape(headed[1])}</h3>"
            inner = "".join(_item(block, answer, steps) for _, block in group)
            tag = "ol" if kind is BlockRole.STEP else "div"
            yield f'<{tag} class="al-blocks al-kind-{kind}">{inner}</{tag}>'


def _headed(blocks: Iterable[AnswerBlock]) -> Iterable[Headed]:
    """Each block with the heading it stands under, counted so that a heading that comes again is shown again."""
    heading: tuple[int, str] | None = None
    for at, block in enumerate(blocks):
        if block.heading and (heading is None or heading[1] != block.heading):
            heading = (at, block.heading)
        yield heading, block


def _beside(kind: BlockRole, groups: Sequence[tuple[str, Sequence[Headed]]], answer: Answer) -> str:
    """What is compared, or differs, in columns: one a heading, else one a block."""
    if len(groups) == 1:
        head, members = groups[0]
        groups = [("", [member]) for member in members]
    else:
        head = ""
    columns = "".join(_column(title, members, answer) for title, members in groups)
    return (
        f'<div class="al-kind-{kind}"><h3>{escape(head or SIDE_BY_SIDE[kind])}</h3>'
        f'<div class="al-beside">{columns}</div></div>'
    )


def _column(title: str, members: Iterable[Headed], answer: Answer) -> str:
    inner = "".join(_block(block, answer) for _, block in members)
    return f"<div>{f'<h4>{escape(title)}</h4>' if title else ''}{inner}</div>"


def _item(block: AnswerBlock, answer: Answer, steps: Iterator[int]) -> str:
    inner = _block(block, answer)
    return f'<li value="{next(steps)}">{inner}</li>' if block.kind is BlockRole.STEP else f"<div>{inner}</div>"


def _block(block: AnswerBlock, answer: Answer) -> str:
    links = " ".join(marker(number, answer.answer_id) for number in block.citations)
    if block.kind in OURS:
        return f"<p>{escape(block.text)} {links}</p>"
    ours = all(c.basis is Basis.BRIEF for c in answer.citations if c.marker in block.citations)
    kind = ' class="al-brief"' if ours else ""
    return f"<blockquote{kind}><p>{escape(block.text)} {links}</p></blockquote>"


def _gaps(answer: Answer) -> Iterable[str]:
    """Those that no block has said already."""
    said = {block.text for block in answer.blocks if block.kind is BlockRole.GAP}
    return (escape(gap) for gap in answer.gaps if gap not in said)


def _suggested(answer: Answer) -> str:
    """What is asked back: a question to be asked with a click."""
    return _list(
        "You could ask", "al-suggestions", (link(Address(question=one).href, one) for one in answer.suggestions)
    )


def _list(heading: str, kind: str, lines: Iterable[str]) -> str:
    items = listed(lines)
    return f'<div class="{kind}"><h3>{heading}</h3>{items}</div>' if items else ""


def _sources(answer: Answer, passage: Lookup) -> str:
    cards = source_cards(answer.citations, answer.answer_id, passage)
    heading = f'<h3 id="sources-{escape(answer.answer_id)}" tabindex="-1">Sources</h3>'
    return f'<p class="al-caution">{CAUTION}</p>{heading}{cards}' if cards else ""


def _actions(question: str, answer: Answer, chosen: Chosen) -> str:
    """Buttons that ``page.js`` works. Two of them copy or save what lies ready here; Word is made when asked for."""
    if answer.status in UNSHOWN or not answer.citations:
        return ""
    lines = lines_of(question, answer)
    ready = "".join(
        f'<pre class="al-{name}" hidden>{escape(text)}</pre>'
        for name, text in (("plain", plain_text(lines)), ("markdown", exported_markdown(lines)))
    )
    buttons = "".join(
        f'<button type="button" class="al-act" value="{value}">{words}</button>'
        for value, words in (("copy", "Copy"), ("word", "Save as Word"), ("markdown", "Save as Markdown"))
    )
    here = Address(question=question, facets=chosen)
    links = (
        f'<a class="al-copied" href="{escape(address.href)}">{words}</a>'
        for address, words in (
            (here, "Copy a link to this question"),
            (Address(question=question, facets=chosen, at_sources=True), "Copy a link to its sources"),
        )
    )
    told = '<p class="al-told" role="status"></p>'
    return f'<div class="al-actions">{buttons}{"".join(links)}{told}{ready}</div>'


def _rating() -> str:
    reasons = "".join(
        f'<button type="button" class="al-reason" value="{value}">{words}</button>' for value, words in REASONS.items()
    )
    return (
        '<fieldset class="al-rating"><legend>Was this useful?</legend>'
        '<button type="button" class="al-rate" value="useful">Yes</button>'
        '<button type="button" class="al-rate" value="not_useful">No</button>'
        f'<div class="al-reasons" hidden><p>What was wrong?</p>{reasons}</div>'
        '<p class="al-told" role="status"></p></fieldset>'
    )
