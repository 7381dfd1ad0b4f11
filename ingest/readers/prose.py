"""What print and plain text leave among a document's sentences: contents lists, picture descriptions, loose marks.

Rules on lines of text alone, shared by the readers of PDF and of plain text, neither of which has a mark-up to go by.
They speak of documents in general; nothing here may name one publisher's words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from corpus.types import BlockKind
from ingest.readers.outline import CONTACT_LABEL, EMAIL, PHONE, Line, is_stopped
from ingest.repair import squeeze

CONTENTS_LABEL = re.compile(
    r"(?:table of |page )?contents|(?:in|on) this (?:report|document|guide|issue|page)", re.IGNORECASE
)
CAPTION = re.compile(
    r"(?:figure|fig|table|chart|graph|box|map|diagram|exhibit)\.? ?\d*[a-z]?\s?[:.–-] |(?:sources?|credits?): ",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"^.{0,120}?(?:(?:[.…·_\s]{3,}|\s)(?:p\.? ?)?\d{1,3}|\.{3,}|…)$|^\d{0,3}$")
_NO_PAGE = re.compile(r"(?:19|20)\d\d$|[£$€#]\d+$")
_LEADER = re.compile(r"[.…·_\s]{4,}(?:\d{1,3})?$")
_TAG_LEFTOVER = re.compile(r"</?\w{0,6}>?|\b\w{1,6}>")
_PICTURE = re.compile(
    r"""(?:an?|the|two|three|four|some)?\s*(?:[\w-]+\s){0,3}?
        (?:photograph|photo|picture|illustration|image|drawing)s?\ (?:of|shows|showing|depicts)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_PICTURE_PLACE = re.compile(
    r"""\b(?:background\ of\ the\ (?:page|image|cover)|overlaid\ on\ the
        |(?:left|right|top|bottom)(?:\ side)?\ of\ the\ (?:image|frame|picture|photo))""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|@\w{3,}|\+?[\d\s()-]{9,}")
_BARE_NUMBER = re.compile(r"(\d{1,2}) (?=\S)")
MIN_ENTRIES = 5  # so many lines in a row that end in page numbers are a contents list without a heading
MAX_WRAPPED = 3  # lines of a broken entry between two that end in a number
MAX_LABEL_WORDS = 14
MIN_SPOKEN_WORDS = 6
MAX_ADDRESS_LINES = 4
SPEECH = {"“": "”", '"': '"', "‘": "’"}


def contents_lines(texts: Sequence[str], stops: Collection[int] = ()) -> set[int]:
    """The places of the lines of contents lists, their labels included; no list goes beyond a place in ``stops``.

    A list stands under a label and its entries end in numbers or leader dots, or are said again further on; without a
    label, at least five lines in a row end in numbers and most of these in leader dots too.
    """
    bare = [squeeze(_TAG_LEFTOVER.sub(" ", text)) for text in texts]
    numbered = [
        bool(raw.strip() and _ENTRY.match(text)) and not _NO_PAGE.search(text)
        for raw, text in zip(texts, bare, strict=True)
    ]
    last = {text.lower(): index for index, text in enumerate(bare)}
    repeated = [
        bool(text) and last[text.lower()] > index and len(text.split()) <= MAX_LABEL_WORDS
        for index, text in enumerate(bare)
    ]
    found: set[int] = set()
    for index, text in enumerate(bare):
        if CONTENTS_LABEL.fullmatch(text.strip(" :#*")):
            run = _run(bare, [*map(any, zip(numbered, repeated, strict=True))], index + 1, stops)
            found |= {index, *run} if run else set()
        elif index not in found and _LEADER.search(text):
            run = _run(bare, numbered, index, stops)
            dotted = sum(bool(_LEADER.search(bare[place])) for place in run)
            found |= set(run) if len(run) >= MIN_ENTRIES and dotted * 2 > len(run) else set()
    return found


def _run(texts: Sequence[str], entries: Sequence[bool], start: int, stops: Collection[int]) -> list[int]:
    """The places of entries from ``start`` on, with the wrapped or empty lines between them."""
    run: list[int] = []
    waiting: list[int] = []
    for index in range(start, len(texts)):
        too_long = len(texts[index].split()) > MAX_LABEL_WORDS and not entries[index]
        if index in stops or too_long or sum(bool(texts[place]) for place in waiting) > MAX_WRAPPED:
            break
        waiting.append(index)
        if entries[index]:
            run += waiting
            waiting = []
    return run


def is_picture_description(text: str) -> bool:
    """Whether the text says what a picture shows, as conversion writes in place of pictures."""
    return bool(_PICTURE.match(text) or (_PICTURE_PLACE.search(text) and not is_quotation(text)))


def is_quotation(text: str) -> bool:
    """Whether the text is wholly somebody's words: opened by a quotation mark that nothing closes before its end."""
    if text[:1] not in SPEECH or len(text.split()) < MIN_SPOKEN_WORDS:
        return False
    closing = SPEECH[text[0]]
    inside = text[1:].rstrip("*.,; ")
    if closing == "’":
        return inside.endswith(closing) and not re.search(r"[,.?!]’ ", inside)
    return text[1].isspace() or closing not in inside.removesuffix(closing)


def without_loose_marks(text: str) -> str:
    """A quotation without the large opening sign that no closing one answers, and without asterisks left at its end."""
    return squeeze(re.sub(r"^[“\"](?:\s+|(?!.*[”\"]))", "", text).strip("*"))


def spoken(line: Line) -> Line:
    """The line, as a quotation if it is one."""
    if line.heading is None and line.kind is BlockKind.PARAGRAPH and is_quotation(line.text):
        return replace(line, kind=BlockKind.QUOTATION, text=without_loose_marks(line.text))
    return line


def without_counters(lines: Sequence[Line]) -> list[Line]:
    """Items without bare counters: ``1 housing``, ``2 money`` in a row; a lone figure before words is left."""
    kept = list(lines)
    start = 0
    while start < len(kept):
        end = start
        while end < len(kept) and kept[end].kind is BlockKind.ITEM and kept[end].heading is None:
            end += 1
        found = [_BARE_NUMBER.match(line.text) for line in kept[start:end]]
        counters = [int(match[1]) for match in found if match]
        if len(counters) > 1 and len(counters) == len(found) and counters == list(range(1, len(counters) + 1)):
            kept[start:end] = [replace(line, text=_BARE_NUMBER.sub("", line.text, count=1)) for line in kept[start:end]]
        start = end + 1
    return kept


def gather_contacts(lines: Sequence[Line]) -> list[Line]:
    """Contact details as one line each: a name or an address and the e-mail, telephone or web lines around it."""
    kept: list[Line] = []
    index = 0
    while index < len(lines):
        end = index
        while end < len(lines) and _is_label(lines[end]):
            end += 1
        kept += _gathered(lines[index:end]) if end - index > 1 else lines[index:end]
        kept += lines[end : end + 1]
        index = end + 1
    return kept


def _is_label(line: Line) -> bool:
    """A short line that no stop ends: a name, a role, a line of an address."""
    if line.heading is not None or line.kind is not BlockKind.PARAGRAPH or len(line.text.split()) > MAX_LABEL_WORDS:
        return False
    titled = line.link or CAPTION.match(line.text) or CONTACT_LABEL.fullmatch(line.text) or is_stopped(line.text)
    return _reaches(line) or not titled


def _reaches(line: Line) -> bool:
    """Whether the line holds an e-mail address or a telephone number."""
    return bool(EMAIL.search(line.text) or PHONE.search(line.text))


def _gathered(run: Sequence[Line]) -> list[Line]:
    """Short lines with each e-mail or telephone number joined to the name or address just before it."""
    kept: list[Line] = []
    waiting: list[Line] = []
    for line in run:
        nameless = not _has_own_name(line)
        if nameless and not waiting and kept and kept[-1].kind is BlockKind.CONTACT:
            kept[-1] = replace(kept[-1], text=f"{kept[-1].text} {line.text}")
        elif not _reaches(line):
            waiting.append(line)
        else:
            head = waiting[-MAX_ADDRESS_LINES:] if nameless else []
            text = " ".join(part.text for part in (*head, line))
            kept += waiting[: len(waiting) - len(head)]
            kept.append(replace([*head, line][0], text=text, kind=BlockKind.CONTACT))
            waiting = []
    return kept + waiting


def _has_own_name(line: Line) -> bool:
    """Whether a line says more than an address of the net or a number."""
    return len(_ADDRESS.sub("", PHONE.sub("", EMAIL.sub("", line.text))).split()) > 1
