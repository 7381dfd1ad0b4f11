"""A model's reply as plain sentences with the markers that they carry. Nothing in it may lead anywhere.

Addresses, images, tags, hidden characters and Markdown are taken out before anything is read from a reply; the only
marks that mean something are ``[n]``.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

_THOUGHTS = re.compile(r"<think(?:ing)?\b[^>]*>.*?(?:</think(?:ing)?\s*>|\Z)", re.I | re.S)
_CODE = re.compile(r"<(script|style|iframe|object|svg|math)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[a-z!?][^<>]*(?:>|\Z)", re.I | re.S)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\])?")
_DEFINITION = re.compile(r"^[^\S\n]*\[[^\]]+\]:\s*\S+.*$", re.M)
_LINK = re.compile(r"(\[[^\]]*\])\([^)]*(?:\)|\Z)")
_LABEL = re.compile(r"\[(?!\s*\d[\d\s,;–-]*\])([^\[\]]*)\]")
_ADDRESS = re.compile(
    r"""(?ix)
    \b[a-z][a-z0-9+.-]{0,20}\s?:\s?//\S*                   # any scheme
  | \b(?:javascript|data|vbscript|mailto|file|tel|blob)\s?:\S*
  | \bwww\.\S+
  | \S+@\S+
  | (?<![\w.])//\S+
  | \b(?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,}(?:/\S*|:\d+\S*|\b)  # a bare host
    """
)
_SHORT_FORMS = re.compile(r"(?:[a-z]\.)+[a-z]", re.I)  # e.g, i.e, N.H.S
_BRACKETS = str.maketrans({"【": "[", "】": "]", "［": "[", "］": "]", "〔": "[", "〕": "]"})
_MARKUP = re.compile(r"[*_`~|\\<>{}^$]|^[^\S\n]*(?:#{1,6}|>+|[-+•]|\d{1,2}[.)])\s+", re.M)
_MARKERS = re.compile(r"(?:\s*\[\s*\d[\d\s,;–-]*\])+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Prof|vs|etc|approx|No|Fig|Inc|Ltd|Co|cf|al|e\.g|i\.e|p|pp|[A-Z]))\.$", re.I
)
_STOP = re.compile(r"""[.!?…]+["'”’)]*(?=\s|\[|$)|\n+""")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or the part of one up to its markers, without them."""

    text: str
    markers: tuple[int, ...]


def plain(reply: str) -> str:
    """A reply without anything that a browser, a Markdown reader or a terminal could act on."""
    text = _THOUGHTS.sub(" ", reply)
    for _ in range(4):  # what is taken out may leave a whole of what stood around it
        before = text
        text = unicodedata.normalize("NFKC", html.unescape(text)).translate(_BRACKETS)
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
        for rule in (_THOUGHTS, _CODE, _TAG, _IMAGE, _DEFINITION):
            text = rule.sub(" ", text)
        text = _LABEL.sub(r"\1", _LINK.sub(r"\1", text))
        text = _ADDRESS.sub(lambda found: found.group() if _SHORT_FORMS.fullmatch(found.group()) else " ", text)
        if text == before:
            break
    return re.sub(r"[^\S\n]+", " ", _MARKUP.sub(" ", text)).strip()


def leads_away(text: str) -> bool:
    """Whether a text still holds something like an address or a tag."""
    return plain(text) != text


def sentences_of(reply: str) -> tuple[Said, ...]:
    """The sentences of a reply that ``plain`` has seen, each with its markers, wherever they stand in it."""
    found: list[Said] = []
    for sentence in _cut(reply):
        start, parts = 0, []
        for markers in _MARKERS.finditer(sentence):
            parts.append(Said(_tidy(sentence[start : markers.start()]), numbers_of(markers.group())))
            start = markers.end()
        found += (*parts, Said(_tidy(sentence[start:]), ()))
    return tuple(said for said in _markers_joined(found) if _has_words(said.text))


def numbers_of(text: str) -> tuple[int, ...]:
    """The numbers of a text in order, without repeats; a short range stands for what it spans."""
    found: list[int] = []
    for first, last in re.findall(r"(?<!\d)(\d{1,4})(?!\d)(?:\s*[–-]\s*(\d{1,4})(?!\d))?", text):
        low, high = int(first), int(last or first)
        found += range(low, high + 1) if low <= high < low + 10 else [low, high]
    return tuple(dict.fromkeys(found))


def _cut(text: str) -> list[str]:
    """At full stops and line ends, markers after a full stop kept with what stands before it."""
    parts: list[str] = []
    start = 0
    for stop in _STOP.finditer(text):
        if stop.start() < start or _ABBREVIATED.search(text[max(start, stop.start() - 8) : stop.start() + 1]):
            continue
        markers = _MARKERS.match(text, stop.end())
        end = markers.end() if markers and "\n" not in markers.group() else stop.end()
        parts.append(text[start:end])
        start = end
    return [part for part in (*parts, text[start:]) if part.strip()]


def _markers_joined(parts: list[Said]) -> list[Said]:
    """Markers that stand on a line of their own belong to the sentence before."""
    joined: list[Said] = []
    for part in parts:
        if joined and not _has_words(part.text):
            joined[-1] = Said(joined[-1].text, tuple(dict.fromkeys((*joined[-1].markers, *part.markers))))
        else:
            joined.append(part)
    return joined


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _tidy(text: str) -> str:
    text = re.sub(r"[\s\[\]]+", " ", text).strip(" ,;:–—-")
    text = re.sub(r"^[.!?…\"'”’)]+\s*", "", text)
    return re.sub(r"^(?:and|but|while|whereas)\s+", "", text, flags=re.I)
