"""A sentence as the tokens that carry what it claims: figures with their units, names, turning words, other words.

Words that claim nothing (articles, pronouns, "such as") are left out. "£1.4bn" and "1.4 billion pounds" are one figure,
"rose" and "increased" one word; "hired" and "hires" are two, for a tense is a claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from retrieval.writers.vocabulary import (
    BEFORE_A_YEAR,
    BOUNDS,
    EMPTY,
    JOINTS,
    NUMBERS,
    ONES,
    SIZES,
    STRICT,
    SUBJECTS,
    TEENS,
    TENS,
    TURNS,
    stem_of,
    value_of,
)


class Kind(StrEnum):
    FIGURE = "figure"
    YEAR = "year"
    NAME = "name"
    STRICT = "strict"  # turns what its whole sentence claims: not, may, plans, fewer
    TURN = "turn"  # turns the words beside it: all, after, by
    SUBJECT = "subject"  # a pronoun that opens a sentence: it, they
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Token:
    """``value`` is what is compared. ``sentence`` and ``clause`` count the full stops and the joints before it.
    ``bound`` says that no empty word and no mark stands between it and the token before: "nurse apprentices"."""

    kind: Kind
    value: str
    sentence: int
    clause: int
    bound: bool


# "One" alone is more often a pronoun than a figure.
_SPELT = re.compile(rf"(?i)\b(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(ONES)}))?|{'|'.join((*ONES[1:], *TEENS))})\b")
_NOT = (
    (re.compile(r"(?i)\bcannot\b|\bcan['’]t\b"), "can not"),
    (re.compile(r"(?i)\bwon['’]t\b"), "will not"),
    (re.compile(r"(?i)n['’]t\b"), " not"),
)
_BOUND = "|".join(bound.replace(" ", r"\s+") for bound in sorted(BOUNDS, key=len, reverse=True))
_PIECE = re.compile(
    rf"""(?ix)
    (?P<bound>\b(?:{_BOUND})\s+(?=(?:an?\s|the\s|another\s)?[£$€]?\d))
  | (?P<years>\b(?:19|20)\d\d\s?[-–/]\s?(?:\d\d)?\d\d\b(?![,.]?\d))
  | (?P<figure>(?P<sign>(?<!\w)[-−](?=[£$€]?\d))?(?P<currency>[£$€])?
        (?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)
        (?P<size>(?:bn|mn?|k)\b|\s?(?:hundred|thousand|million|billion|trillion|bn)\b)?
        (?:\s?(?P<unit>%|per\s?cent\b|percentage\s+points?|pounds?\b))?)
  | (?P<stop>[.!?](?=["'”’)\]]*(?:\s|$))|[;\n\t])
  | (?P<joint>[:()\[\]–—])
  | (?P<comma>,)
  | (?P<word>[^\W\d_][\w&]*(?:['’][^\W\d_]+)?)
    """
)


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a text in order."""
    for short, full in _NOT:
        text = short.sub(full, text)
    return tuple(_read(_SPELT.sub(_in_digits, text)))


def _read(text: str) -> Iterator[Token]:
    sentence = clause = 0
    opens, bound, before = True, False, ""
    for found in _PIECE.finditer(text):
        piece = found.group().lower()
        sentence += found.lastgroup == "stop"
        clause += found.lastgroup in ("stop", "joint") or piece in JOINTS
        opens = opens or found.lastgroup == "stop"
        if token := _token(found, before, opens):
            yield Token(*token, sentence, clause, bound)
            opens = False
        bound, before = token is not None, piece


def _token(found: re.Match[str], before: str, opens: bool) -> tuple[Kind, str] | None:
    """What a piece is and what it is compared as; None if it claims nothing. ``opens``: no word stands before it in its
    sentence, so that its capital tells nothing."""
    piece = found.group()
    if found["bound"]:
        return Kind.STRICT, BOUNDS[re.sub(r"\s+", " ", piece.strip().lower())]
    if found["years"]:
        return Kind.YEAR, re.sub(r"\s?[-–/]\s?(?:\d\d)?(?=\d\d$)", "-", piece)
    if found["digits"]:
        return _figure(found, before)
    return _word(found["word"], opens) if found["word"] else None


def _word(piece: str, opens: bool) -> tuple[Kind, str] | None:
    plain = re.sub(r"['’]s?$", "", piece.lower())
    if opens and plain in SUBJECTS:
        return Kind.SUBJECT, plain
    if plain in EMPTY:
        return None
    value, stem = value_of(plain), stem_of(plain)
    if stem in STRICT:
        return Kind.STRICT, value
    if stem in TURNS:
        return Kind.TURN, value
    named = (piece[0].isupper() and not opens) or sum(letter.isupper() for letter in piece) > 1
    return (Kind.NAME if named else Kind.WORD), value


def _figure(found: re.Match[str], before: str) -> tuple[Kind, str]:
    size, unit = ((found[part] or "").strip().lower() for part in ("size", "unit"))
    currency = found["currency"] or ("£" if unit.startswith("pound") else "")
    share = "points" if unit.startswith("percentage") else "%" if unit and not currency else ""
    sign = "-" if found["sign"] else ""
    value = Decimal(found["digits"].replace(",", "")) * SIZES.get(size, 1)
    bare = found.group() == found["digits"] and len(found["digits"]) == 4
    if bare and 1900 <= value < 2100 and before in BEFORE_A_YEAR:
        return Kind.YEAR, str(int(value))
    return Kind.FIGURE, f"{sign}{currency}{value.normalize():f}{share}"


def _in_digits(spelt: re.Match[str]) -> str:
    """Forty-two as 42."""
    return str(sum(NUMBERS[word] for word in re.split("[- ]", spelt.group().lower())))
