"""The chain of custody from a published file to a passage: one frozen type a stage, nothing filled in later.

``Source → Section(blocks) → Passage(sentences)``. A quote is a slice of ``Passage.text`` by a stored sentence span,
so whatever is shown can be proved. The text that is embedded is made from a passage and is never the text that is
quoted.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class Basis(StrEnum):
    """Whose words a passage holds."""

    SOURCE = "source"  # the publisher's own
    BRIEF = "brief"  # our summary, with the locator of the original


class Evidence(StrEnum):
    """The field's ladder of evidence, strongest first. Set by hand; never inferred."""

    CONTROLLED_STUDY = "controlled_study"
    INDEPENDENT_EVALUATION = "independent_evaluation"
    BEFORE_AND_AFTER = "before_and_after"
    SELF_REPORTED = "self_reported"
    FRAMEWORK = "framework"
    OPINION = "opinion"
    UNKNOWN = "unknown"


class BlockKind(StrEnum):
    """What a stretch of text is, where that changes how it may be quoted."""

    PARAGRAPH = "paragraph"
    ITEM = "item"  # one item of a list
    HEADER = "header"  # a table's header row, cells joined by a tab
    ROW = "row"  # a table's row, cells joined by a tab
    QUOTATION = "quotation"  # somebody's spoken words, set apart
    CONTACT = "contact"  # whom to ask


@dataclass(frozen=True, slots=True)
class Source:
    """One published thing. ``published`` is as exact as is known: ``2023``, ``2023-10`` or ``2023-10-04``."""

    source_id: str
    title: str
    publisher: str
    authors: tuple[str, ...] = ()
    published: str | None = None
    url: str | None = None
    licence: str = "not stated"
    basis: Basis = Basis.SOURCE
    evidence: Evidence = Evidence.UNKNOWN
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table row or quotation: repaired text on one line (tabs between a row's cells).

    ``page`` is 1-based (a slide's number for slides), None where the format has none, and is the page on which the text
    begins: a reader cuts a block where a page ends, at the end of the sentence that crosses it. ``leads`` says that the
    blocks after it (items, rows) mean nothing without this one: a list's introduction, a table's header. ``doubt`` says
    why a person must look at it before it is quoted (nobody sees it, or it speaks to a machine), empty for nearly all.
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    page: int | None = None
    leads: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What a reader yields, in reading order. ``heading_path`` runs from the outermost heading to the innermost."""

    heading_path: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span of ``Passage.text`` that may be quoted. ``lead`` is the index, in the same passage, of the sentence that
    this one hangs from (a list's introduction, a table's header row), None where it stands alone."""

    start: int
    end: int
    kind: BlockKind
    lead: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of search and of citation. ``passage_id`` is ``source_id#ordinal``, the ordinal padded to four digits.

    ``organisation`` and ``programme`` are display names, where the passage can be tied to them. ``facets`` are flat
    ``name:value`` pairs (``determinant:housing``), sorted. ``originals`` says, for a passage of a brief, where
    each sentence's fact stands in the published source; it is empty for a source's own words. ``resumes``: it begins
    with the lead of a list that began in an earlier passage, so that its first two sentences do not stand together."""

    passage_id: str
    source: Source
    ordinal: int
    heading_path: tuple[str, ...]
    page: int | None
    text: str
    sentences: tuple[Sentence, ...]
    organisation: str | None = None
    programme: str | None = None
    programme_id: str | None = None
    facets: tuple[str, ...] = ()
    originals: tuple[str, ...] = ()
    resumes: bool = False

    def quote(self, sentence: int) -> str:
        """The exact words of one sentence."""
        span = self.sentences[sentence]
        return self.text[span.start : span.end]

    @property
    def embedding_text(self) -> str:
        """What the encoder reads: where the passage stands, then what it says. Never quoted."""
        return f"{self._place}\n{self.text}"

    @property
    def embedding_spans(self) -> tuple[tuple[int, int], ...]:
        """Where each sentence stands in ``embedding_text``."""
        shift = len(self._place) + 1
        return tuple((sentence.start + shift, sentence.end + shift) for sentence in self.sentences)

    @property
    def _place(self) -> str:
        return ". ".join(dict.fromkeys((self.source.title, *self.heading_path)))

    @property
    def digest(self) -> str:
        """SHA-256 over everything a reader may be shown, the source's licence and dates included."""
        record = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(record.encode()).hexdigest()
