"""Doubts about how well a document could be read, in words for the maintainer who added it.

A doubt never stops an ingest: the text is quoted as it was read, and the report says what to look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from corpus.types import BlockKind, Passage, Section

_FEW_WORDS = 40  # a page of prose has hundreds


def doubts(sections: Sequence[Section], passages: Sequence[Passage]) -> tuple[str, ...]:
    """What a maintainer ought to look at, worst first."""
    text = "\n".join(block.text for section in sections for block in section.blocks)
    found = []
    if not text.isascii() and text.count("�"):
        found.append(
            f"{text.count(chr(0xFFFD))} characters could not be decoded; save the file as UTF-8 and add it again"
        )
    if not any(section.heading_path for section in sections):
        found.append("no headings were found, so citations name pages only")
    found += _page_doubts(sections)
    if broken := _broken_sentences(sections):
        many = "1 paragraph seems" if broken == 1 else f"{broken} paragraphs seem"
        found.append(f"{many} to be cut in mid-sentence; look with `python -m ingest show`")
    repeated = Counter(passage.text for passage in passages)
    twins = sum(count - 1 for count in repeated.values())
    if twins > len(passages) // 10:
        found.append(
            f"{twins} of {len(passages)} passages repeat others word for word; a header or footer may have stayed in"
        )
    return tuple(found)


def _page_doubts(sections: Sequence[Section]) -> list[str]:
    words: Counter[int] = Counter()
    for section in sections:
        for block in section.blocks:
            if block.page is not None:
                words[block.page] += len(block.text.split())
    if not words:
        return []
    silent = [page for page in range(1, max(words)) if not words[page]]
    sparse = sum(count < _FEW_WORDS for count in words.values())
    found = []
    if silent:
        pages = ", ".join(map(str, silent[:8])) + (" and more" if len(silent) > 8 else "")
        found.append(
            f"no text was found on page{'s' if len(silent) > 1 else ''} {pages}; pictures of text are not read"
        )
    if sparse > len(words) / 2 and len(words) > 3:
        found.append(
            f"{sparse} of {len(words)} pages hold fewer than {_FEW_WORDS} words: slides, or a scan with little text"
        )
    return found


def _broken_sentences(sections: Sequence[Section]) -> int:
    prose = (block for section in sections for block in section.blocks if block.kind is BlockKind.PARAGRAPH)
    return sum(bool(len(block.text) > 80 and re.search(r"[a-z,]$", block.text) and not block.leads) for block in prose)
