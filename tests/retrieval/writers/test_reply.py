"""A model's reply as sentences with markers, and nothing in it that leads anywhere."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.writers.reply import Said, leads_away, numbers_of, plain, sentences_of
from tests.pace import slowness

WEB = re.compile(r"https?:|www\.|://|javascript:|<|>|!\[|\]\(|@|evil\.example", re.I)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("One thing [1]. Another [2, 3].", [("One thing", (1,)), ("Another", (2, 3))]),
        ("One thing. [1][2] Another! [3]", [("One thing.", (1, 2)), ("Another!", (3,))]),
        ("One thing [1], while another [2].", [("One thing", (1,)), ("another", (2,))]),
        ("1. One thing [1]\n2. Another [2]", [("One thing", (1,)), ("Another", (2,))]),
        ("- **One** thing 【1】\n\n### Another\n", [("One thing", (1,)), ("Another", ())]),
        ("St. Thomas' paid £1.4bn, e.g. for beds [1–3].", [("St. Thomas' paid £1.4bn, e.g. for beds", (1, 2, 3))]),
        ("One thing.\n[4]", [("One thing.", (4,))]),
        ("Nothing cited. Something [9].", [("Nothing cited.", ()), ("Something", (9,))]),
        ("<think>I guess 60 [1].</think>One thing [2].", [("One thing", (2,))]),
        ("<think>I guess 60 [1].", []),
        ("[1] [2]", []),
        ("", []),
    ],
)
def test_sentences_and_their_markers(reply: str, said: list[tuple[str, tuple[int, ...]]]) -> None:
    assert sentences_of(plain(reply)) == tuple(Said(*one) for one in said)


@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example/a?q=secret",
        "HTTPS://EVIL.EXAMPLE",
        "hxxp://evil.example",
        "//evil.example/a",
        "www.evil.example/a",
        "evil.example/a",
        "evil.example",
        "evil．example",
        "ev\u200bil.exam\u00adple/x",
        "mail someone@evil.example",
        "mailto:someone@evil.example",
        "javascript:alert(1)",
        "data:text/html;base64,AAAA",
        "![x](https://evil.example/p.png)",
        "![x][ref]\n\n[ref]: https://evil.example/p.png",
        "[click](https://evil.example)",
        "[1](https://evil.example)",
        "[1]: https://evil.example",
        "<https://evil.example>",
        "<img src=https://evil.example/p.png onerror=alert(1)>",
        "<img src=https://evil.example/p.png",
        "&lt;img src=https://evil.example/p.png&gt;",
        "&amp;lt;script&amp;gt;fetch('//evil.example')",
        "<scr<script></script>ipt src=//evil.example>",
        "ht<b></b>tps://evil.example",
        "<a href='https://evil.example'>here</a>",
        "<!-- https://evil.example -->",
        "<svg onload=alert(1)>",
        "\x1b]8;;https://evil.example\x07here\x1b]8;;\x07",
    ],
)
def test_nothing_that_leads_away_is_left(hostile: str) -> None:
    for reply in (hostile, f"The academy hired 42 neighbours {hostile} [1].", f"{hostile} The academy [1]"):
        text = plain(reply)
        assert not WEB.search(text), text
        assert not any(leads_away(said.text) for said in sentences_of(text))


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("htps:/.evil@<>[]()!&;lg#w 1\n"), max_size=60))
def test_plain_text_stays_plain(reply: str) -> None:
    text = plain(reply)
    assert "<" not in text and ">" not in text and "://" not in text and "www." not in text
    assert not any(mark in said.text for said in sentences_of(text) for mark in "[]")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("2, 1", (2, 1)), ("[3] [3], [4]", (3, 4)), ("1-3", (1, 2, 3)), ("9-2", (9, 2)), ("12345", ()), ("none", ())],
)
def test_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert numbers_of(text) == numbers


@pytest.mark.parametrize("unit", ["[", "![", "a.", "a-", "1-", "A. ", "\n", "<svg ", "&lt;", ":/", "[1](", "<think>"])
def test_the_work_on_a_hostile_reply_is_bounded(unit: str) -> None:
    reply = (unit * 8_000)[:8_000]  # as long as one may get
    started = time.process_time()
    sentences_of(plain(reply))
    assert time.process_time() - started < 2 * slowness(time.process_time)
