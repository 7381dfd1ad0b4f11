"""A prototype in another voice is another text, always the same one, and still holds its words."""

from __future__ import annotations

import re

from retrieval.voices import in_another_voice

TEXTS = [f"Which of the {number} trusts in the north hire people without qualifications?" for number in range(60)]


def test_the_same_text_is_always_said_alike() -> None:
    assert [in_another_voice(text) for text in TEXTS] == [in_another_voice(text) for text in TEXTS]


def test_voices_differ_and_keep_most_words() -> None:
    said = [in_another_voice(text) for text in TEXTS]
    assert sum(one != text for one, text in zip(said, TEXTS, strict=True)) >= 55
    assert any("question mark" in one for one in said)
    assert any(re.match(r"(?:Dear|Hi|Hello)", one) for one in said)
    kept = [len(set(text.lower().split()) & set(one.lower().split())) for one, text in zip(said, TEXTS, strict=True)]
    assert sum(kept) / len(kept) >= 6


def test_the_shortest_text_is_no_trouble() -> None:
    assert all(in_another_voice(text) for text in ("a", "why?", "...", "Ünïcode {braces} %s"))
