"""An answer as HTML: all words escaped, on one line, quotes marked in their passage."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Basis, BlockKind, Evidence, Passage, Sentence, Source
from retrieval.types import Answer, AnswerBlock, BlockRole, Citation, ScoredPassage, Status
from ui import answer_html as page
from ui import words

HOSTILE = '<img src=x onerror="a()">\n\n# big\n<script>b()</script> ![c](https://evil.example/c.png) \' & \t```'

URL = "https://publisher.example/a"
SOURCE = Source("s", "Title", "Publisher", published="2023-02", url=URL, evidence=Evidence.OPINION)
PASSAGE = Passage(
    "s#0001", SOURCE, 1, ("Part", "Impact"), 4, "Before it. The quote. After it.",
    (Sentence(0, 10, BlockKind.PARAGRAPH), Sentence(11, 21, BlockKind.PARAGRAPH)),
)  # fmt: skip
CITATION = Citation(
    1, "s#0001", "s", "Title", "Publisher", "2023-02", "Trust", "Programme", ("Part", "Impact"), 4, "The quote.",
    Basis.SOURCE, Evidence.OPINION, "https://publisher.example/a", None,
)  # fmt: skip
ANSWER = Answer(
    answer_id="A1",
    status=Status.ANSWERED,
    question_understood="how do we start",
    text="text",
    blocks=(AnswerBlock(BlockRole.STEP, "The quote.", "First steps", (1,)),),
    citations=(CITATION,),
    gaps=(),
    nearest=(),
    suggestions=(),
    index=None,
    timings_ms={},
)


class Reader(HTMLParser):
    """Collects the elements, the attributes that act, and the text as a browser would show it."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(answer: Answer, passage: Passage | None = PASSAGE, question: str = "How do we start?") -> str:
    return page.answer_html(question, answer, lambda _: passage, {}, rated=True)


def poisoned(hostile: str) -> str:
    """An answer with ``hostile`` in every place that a document or a reader fills."""
    source = replace(SOURCE, title=hostile, publisher=hostile, published=hostile, url=hostile)
    passage = replace(PASSAGE, source=source, heading_path=(hostile,), text=hostile)
    citation = replace(
        CITATION, title=hostile, publisher=hostile, published=hostile, organisation=hostile, programme=hostile,
        section=(hostile,), quote=hostile, url=hostile, superseded_by=hostile,
    )  # fmt: skip
    answer = replace(
        ANSWER,
        status=Status.PARTIAL,
        question_understood=hostile,
        text=hostile,
        blocks=tuple(AnswerBlock(kind, hostile, hostile, (1,)) for kind in BlockRole),
        citations=(citation,),
        gaps=(hostile + "!",),
        nearest=(ScoredPassage(passage, 1.0, 1),),
        suggestions=(hostile,),
    )
    return shown(answer, passage, hostile)


ALLOWED = {
    "section", "h2", "h3", "h4", "p", "strong", "span", "div", "ol", "ul", "li", "blockquote", "a",
    "details", "summary", "mark", "button", "fieldset", "legend", "pre",
}  # fmt: skip


def test_a_hostile_document_stays_text() -> None:
    markup = poisoned(HOSTILE)
    assert Reader(markup).tags <= ALLOWED
    assert all(link.startswith(("#source-", "?q=", "?passage=")) for link in Reader(markup).links)
    assert "\n" not in markup


@given(st.text(min_size=1))
def test_no_words_become_markup(hostile: str) -> None:
    markup = poisoned(hostile)
    assert "\n" not in markup
    reader = Reader(markup)
    assert reader.tags <= ALLOWED
    led_away = [link for link in reader.links if not link.startswith(("#source-", "?q=", "?passage="))]
    assert not led_away or hostile.lower().startswith(("http://", "https://"))


def test_the_quote_is_marked_in_the_whole_passage() -> None:
    markup = shown(ANSWER)
    assert "Before it. <mark>The quote.</mark> After it." in markup
    assert PASSAGE.text in Reader(markup).text


def test_each_marker_leads_to_its_card() -> None:
    markup = shown(ANSWER)
    assert 'href="#source-1-A1"' in markup
    assert 'id="source-1-A1"' in markup


def test_a_card_says_who_what_where_when_and_how_strong() -> None:
    text = Reader(shown(ANSWER)).text
    for told in ("Programme, Trust", "Title. Publisher, 2023", "Part › Impact · page 4", "Opinion", "word for word"):
        assert told in text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", " https://x", None])
def test_only_web_addresses_become_links(url: str | None) -> None:
    answer = replace(ANSWER, citations=(replace(CITATION, url=url),))
    assert "target=" not in shown(answer)


def test_every_status_has_words_but_an_answer_in_full() -> None:
    assert set(words.STATUS_WORDS) == set(Status)
    assert [status for status, told in words.STATUS_WORDS.items() if not told] == [Status.ANSWERED]


def test_every_evidence_and_basis_has_words() -> None:
    assert set(words.EVIDENCE_WORDS) == set(Evidence)
    assert set(words.BASIS_WORDS) == set(Basis)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.ANSWERED])
def test_an_answer_of_our_words_alone_is_visibly_so(status: Status) -> None:
    told = replace(ANSWER, status=status, citations=(), blocks=(AnswerBlock(BlockRole.NOTE, "Our notice."),))
    markup = shown(told)
    assert words.STATUS_WORDS[status] in Reader(markup).text
    assert "Our notice." in Reader(markup).text
    assert "<blockquote>" not in markup


def test_personal_data_is_not_shown_again() -> None:
    assert "943 476 5919" not in shown(replace(ANSWER, status=Status.PERSONAL_DATA), question="He is 943 476 5919")


def test_steps_are_numbered_through_and_a_heading_holds_until_the_next() -> None:
    headings = ("First", None, "Second", None)
    answer = replace(ANSWER, blocks=tuple(AnswerBlock(BlockRole.STEP, "The quote.", head, (1,)) for head in headings))
    markup = shown(answer)
    assert [markup.count(f'<li value="{number}">') for number in (1, 2, 3, 4)] == [1, 1, 1, 1]
    assert markup.count('<ol class="al-blocks') == 2
    assert markup.index("First") < markup.index('value="2"') < markup.index("Second") < markup.index('value="3"')


def test_a_gap_is_told_once() -> None:
    block = AnswerBlock(BlockRole.GAP, "No cost is given.")
    answer = replace(
        ANSWER, status=Status.PARTIAL, blocks=(*ANSWER.blocks, block), gaps=(block.text, "No date is given.")
    )
    read, _ready_to_copy = shown(answer).split('<div class="al-actions">')
    assert read.count("No cost is given.") == 1
    assert "What the sources do not say" in shown(answer)


def test_what_differs_stands_side_by_side_and_says_so() -> None:
    sides = tuple(AnswerBlock(BlockRole.CONFLICT, "The quote.", head, (1,)) for head in ("One report", "Another"))
    markup = shown(replace(ANSWER, blocks=sides))
    assert "The sources differ here" in Reader(markup).text
    assert markup.count("<h4>") == 2
    assert markup.count("<blockquote>") == 2


def test_a_card_leads_to_the_passage_with_the_quote_marked_and_to_the_programme() -> None:
    markup = shown(ANSWER, replace(PASSAGE, programme_id="a-programme"))
    assert "?passage=s%230001&from=11&to=21" in Reader(markup).links
    assert "?programme=a-programme" in Reader(markup).links


def test_a_refusal_offers_nothing_to_pass_on_or_to_rate() -> None:
    for status in (Status.CRISIS, Status.PERSONAL_DATA):
        told = replace(ANSWER, status=status, citations=(), blocks=(AnswerBlock(BlockRole.NOTE, "Our notice."),))
        assert "button" not in Reader(shown(told)).tags
