"""What print and plain text leave among a document's sentences: contents lists, picture descriptions, loose marks.

Rules on lines of text alone, shared by the readers of PDF and of plain text, neither of which has a mark-up to go by.
They speak of documents in general; nothing here may name one publisher's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.types import BlockKind
from ingest.readers.outline import CONTACT_LABEL, EMAIL, PHONE, Line, is_stopped
from ingest.repair import squeeze

CONTENTS_LABEL = re.compile(r"(?:table of |page )?contents|(?:in|on) this (?:report|document|guide|issue|page)", re.IGNORECASE)
CAPTION = re.compile(r"(?:figure|fig|table|chart|graph|box|map|diagram|exhibit)\.? ?\d*[a-z]?\s?[:.–-] |(?:sources?|credits?): ", re.IGNORECASE)
_ENTRY_END = re.compile(r"(?:\.{3,}|…|\s|\t|^)\s*(?:\d{1,3}|[ivxl]{1,6})?$|\.{3,}$")
_ENTRY = re.compile(r"^.{0,120}?(?:(?:[.…·_\s]{3,}|\s)(?:p\.? ?)?\d{1,3}|\.{3,}|…)$|^\d{0,3}$")
_TAG_LEFTOVER = re.compile(r"</?\w{0,6}>?|\b\w{1,6}>")
_PICTURE = re.compile(r"(?:an?|the|two|three|four|some)?\s*(?:[\w-]+\s){0,3}?(?:photograph|photo|picture|illustration|image|drawing)s? (?:of|shows|showing|depicts)\b", re.IGNORECASE)
_PICTURE_PLACE = re.compile(r"\b(?:background of the (?:page|image|cover)|overlaid on the|(?:left|right|top|bottom)(?: side)? of the (?:image|frame|picture|photo))", re.IGNORECASE)
_WEB_OR_HANDLE = re.compile(r"(?:https?://|www\.)\S+|@\w{3,}|\+?[\d\s()-]{9,}")
_BARE_NUMBER = re.compile(r"(\d{1,2}) (?=\S)")
MIN_ENTRIES = 5  # so many lines in a row that end in page numbers are a contents list without a heading
MAX_WRAPPED = 3  # lines of a broken entry between two that end in a number
MAX_LABEL_WORDS = 14
SPEECH_SIGNS = "“\"‘"


def contents_lines(texts: Sequence[str]) -> set[int]:
    """The places of the lines that make up contents lists, their labels included."""
    bare = [squeeze(_TAG_LEFTOVER.sub(" ", text)) for text in texts]
    later = {text.lower(): index for index, text in enumerate(bare)}
    entries = [
        bool(_ENTRY.match(text)) or (later[text.lower()] > index and len(text.split()) <= MAX_LABEL_WORDS)
        for index, text in enumerate(bare)
    ]
    found: set[int] = set()
    for index, text in enumerate(bare):
        if CONTENTS_LABEL.fullmatch(text.strip(" :")):
            run = _run(bare, entries, index + 1)
            found |= {index, *run} if run else set()
        elif index not in found and _ends_in_number(text):
            run = [place for place in _run(bare, list(map(_ends_in_number, bare)), index) if place not in found]
            found |= set(run) if sum(_ends_in_number(bare[place]) for place in run) >= MIN_ENTRIES else set()
    return found


def _ends_in_number(text: str) -> bool:
    return bool(_ENTRY.match(text)) and any(map(str.isalpha, text)) and text[-1:].isdigit() and not is_dated(text)


def is_dated(text: str) -> bool:
    """Whether the number at the text's end is a year or belongs to its words rather than being a page's."""
    return bool(re.search(r"(?:19|20)\d\d$|[£$€#]\d+$|\b[A-Z]\w* \d+ \d+$", text))


def _run(texts: Sequence[str], entries: Sequence[bool], start: int) -> list[int]:
    """The places of entries from ``start`` on, with the wrapped or empty lines between them."""
    run: list[int] = []
    waiting: list[int] = []
    for index in range(start, len(texts)):
        if entries[index]:
            run += [*waiting, index]
            waiting = []
        elif texts[index] and (len(texts[index].split()) > MAX_LABEL_WORDS or len(waiting) >= MAX_WRAPPED):
            break
        elif texts[index]:
            waiting.append(index)
    return run


def is_picture_description(text: str) -> bool:
    """Whether the text says what a picture shows, as conversion writes in place of pictures."""
    return bool(_PICTURE.match(text) or (_PICTURE_PLACE.search(text) and not is_quotation(text)))


def is_quotation(text: str) -> bool:
    """Whether the text is wholly somebody's words: opened by a quotation mark and not closed before its end."""
    if text[:1] not in SPEECH_SIGNS or len(text.split()) < 6:
        return False
    closing = {"“": "”", '"': '"', "‘": "’"}[text[0]]
    inside = text[1:].rstrip("*").rstrip()
    if closing == "’":
        return inside.endswith(closing) and not re.search(r"[,.?!]’ ", inside)
    return closing not in inside[:-1].rstrip(".,")


def without_loose_marks(text: str) -> str:
    """A quotation without the large opening sign that no closing one answers, and without asterisks left at its end."""
    return squeeze(re.sub(r"^(?:“|\")\s+|^(?:“|\")(?!.*[”\"])", "", text).strip("*"))


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
        run = lines[index:end]
        reached = [place for place, line in enumerate(run) if EMAIL.search(line.text) or PHONE.search(line.text)]
        if len(run) > 1 and reached:
            kept += _gathered(run, reached)
        else:
            kept += run
        kept += lines[end : end + 1]
        index = end + 1
    return kept


def _is_label(line: Line) -> bool:
    """A short line that no stop ends: a name, a role, a line of an address."""
    plain = line.heading is None and line.kind is BlockKind.PARAGRAPH and not CAPTION.match(line.text)
    reach = bool(EMAIL.search(line.text) or PHONE.search(line.text))
    return plain and len(line.text.split()) <= MAX_LABEL_WORDS and (reach or not is_stopped(line.text))


def _gathered(run: Sequence[Line], reached: Sequence[int]) -> list[Line]:
    """A run of short lines with each e-mail or telephone number joined to the lines just before it."""
    kept: list[Line] = []
    group: list[Line] = []
    for place, line in enumerate(run):
        follows = bool(kept) and not group and bool(_WEB_OR_HANDLE.match(line.text) or place in reached)
        if follows and kept[-1].kind is BlockKind.CONTACT and not _has_own_name(line):
            kept[-1] = replace(kept[-1], text=f"{kept[-1].text} {line.text}")
            continue
        group.append(line)
        if place in reached:
            head = [] if CONTACT_LABEL.fullmatch(group[0].text) else group[:-1][-4:]
            kept += group[: len(group) - 1 - len(head)]
            text = " ".join(part.text for part in (*head, line)) if not _has_own_name(line) else line.text
            kept += [] if not _has_own_name(line) else head
            kept.append(replace(group[-1 - len(head)] if not _has_own_name(line) else line, text=text, kind=BlockKind.CONTACT))
            group = []
    return kept + group


def _has_own_name(line: Line) -> bool:
    """Whether a line with an address also says whose it is."""
    return len(_WEB_OR_HANDLE.sub("", PHONE.sub("", EMAIL.sub("", line.text))).split()) > 1
