"""Prototypes said in another voice: typed on a phone, dictated, mailed, formal, by a speaker of another language, or by
a program.

Whoever writes prototypes writes in one voice, and what is learnt from him fails with others. Held out by voice, the
second look caught more of every kind when each prototype was learnt a second time so disguised, at half its weight.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable

_SHORT = {
    "you": "u", "your": "ur", "are": "r", "for": "4", "to": "2", "what": "wot", "people": "ppl", "because": "cos",
    "with": "w", "and": "n", "please": "pls", "patient": "pt", "about": "bout", "something": "summat", "before": "b4",
    "tonight": "tonite", "through": "thru", "why": "y", "thanks": "ta",
}  # fmt: skip
_POINTS = {", ": " comma ", "? ": " question mark ", ". ": " full stop "}
_GREETINGS = (
    "Hi,\n\n", "Dear all,\n\n", "Hello, ", "Dear Sir or Madam, ", "FW: question\n\n", "Subject: a question\n\n",
    "Good morning, ", "Re: Re: \n\n", "Morning all, ", "Dear team,\n\n", "Sent from my phone\n\n", "Hi team, ",
    "> Thanks for your mail\n", "To: enquiries\n\n",
)  # fmt: skip
_ENDS = ("", "", "", "\n\nThanks", "\n\nKind regards", "\n\nMany thanks", ". Cheers", "\n\nBest wishes")
_OPENINGS = (
    "Kindly tell me: ", "I should like to ask: ", "With respect, ", "Be so good as to answer. ", "Frankly, ",
    "May I ask, ", "For the record, ", "Let me put it plainly. ", "As a governor I ask: ",
    "Our board would like to hear: ",
)  # fmt: skip
_FRAMES = ('query="{}"', '{{"question": "{}"}}', "test: {}", "Q: {}", "1) {}", "- {}", "search: {}", "{} ???", ">>> {}")
_LONGEST = 600


def in_another_voice(text: str, chance: random.Random | None = None) -> str:
    """The text as somebody else might put it; without ``chance`` always the same for the same text."""
    chance = chance or random.Random(zlib.crc32(text.encode()))  # noqa: S311
    return chance.choice(_VOICES)(text, chance)[:_LONGEST]


def _texted(text: str, chance: random.Random) -> str:
    words = re.sub("['’]", "", text.lower()).split(" ")
    text = " ".join(_SHORT.get(word, word) if chance.random() < 0.5 else word for word in words)
    if chance.random() < 0.6:
        text = text.rstrip(".?!")
    if chance.random() < 0.5 and len(text) > 12:
        at = chance.randrange(2, len(text) - 2)
        swapped = text[at + 1] + text[at] if chance.random() < 0.5 else text[at + 1]
        text = text[:at] + swapped + text[at + 2 :]
    return text


def _dictated(text: str, chance: random.Random) -> str:
    for point, said in _POINTS.items():
        text = text.replace(point, said)
    text = re.sub(r"\?$", " question mark" if chance.random() < 0.5 else "", text)
    text = re.sub(r"\.$", " full stop" if chance.random() < 0.5 else "", text)
    return text.lower() if chance.random() < 0.6 else text


def _mailed(text: str, chance: random.Random) -> str:
    return chance.choice(_GREETINGS) + text + chance.choice(_ENDS)


def _formal(text: str, chance: random.Random) -> str:
    return chance.choice(_OPENINGS) + text


def _foreign(text: str, chance: random.Random) -> str:
    text = re.sub(r"\b(?:the|an?) ", lambda found: "" if chance.random() < 0.7 else found.group(), text, flags=re.I)
    verbs = r"\b(?:do|does|did|have|has|is|are) "
    text = re.sub(verbs, lambda found: "" if chance.random() < 0.5 else found.group(), text, flags=re.I)
    text = text.replace("don't", "not").replace("can't", "not can").replace("I'm", "I am")
    return chance.choice(("", "", "Please, ", "Sorry my English, ", "Hello sir, ")) + text


def _by_program(text: str, chance: random.Random) -> str:
    return chance.choice(_FRAMES).format(text)


_VOICES: tuple[Callable[[str, random.Random], str], ...] = (
    _texted, _texted, _texted, _dictated, _mailed, _mailed, _formal, _foreign, _foreign, _by_program,
)  # fmt: skip
