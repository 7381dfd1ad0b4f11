"""Text that waits for a person: what nobody sees in a document, or what speaks to a machine.

Readers mark it (``Block.doubt``); here it is parted from the rest, and what was decided about it is kept in
``quarantine.json`` beside the generations. A decision is about these very words, for this very reason, in this source:
whatever changes in them makes another text, about which nothing has been decided.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.errors import ManifestError
from corpus.types import Block, Section

FILE = "quarantine.json"
SHOWN_ID = 8  # digits of an id as it is shown; more are asked for where they fit two texts


class Verdict(StrEnum):
    """What a person decided about a text."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A text in doubt. ``text_id`` is the SHA-256 of source, reason and words; ``place`` says where it stands."""

    text_id: str
    source_id: str
    file: str
    place: str
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Every text in doubt that was found when its source was last read, and what was decided so far."""

    suspects: tuple[Suspect, ...] = ()
    verdicts: dict[str, Verdict] = field(default_factory=dict)  # by text id
    sources: dict[str, str] = field(default_factory=dict)  # the source of each text that was decided about

    def accepted(self, source_id: str) -> frozenset[str]:
        """The ids of a source's texts that may be quoted."""
        of_source = (one for one, source in self.sources.items() if source == source_id)
        return frozenset(one for one in of_source if self.verdicts.get(one) is Verdict.ACCEPTED)

    def waiting(self, source_id: str | None = None) -> tuple[Suspect, ...]:
        """The texts about which nothing is decided, of one source or of all."""
        undecided = (one for one in self.suspects if one.text_id not in self.verdicts)
        return tuple(one for one in undecided if source_id in (None, one.source_id))

    def with_found(self, source_id: str, found: Iterable[Suspect]) -> Quarantine:
        """With what was found now in place of what was known of a source."""
        others = (one for one in self.suspects if one.source_id != source_id)
        return replace(self, suspects=(*others, *found))

    def without(self, source_ids: Iterable[str]) -> Quarantine:
        """Without the texts of sources that are gone. What was decided about them stays."""
        gone = set(source_ids)
        return replace(self, suspects=tuple(one for one in self.suspects if one.source_id not in gone))

    def decided(self, texts: Iterable[Suspect], verdict: Verdict) -> Quarantine:
        """With a decision about some texts."""
        now = {one.text_id: one.source_id for one in texts}
        verdicts = self.verdicts | dict.fromkeys(now, verdict)
        return replace(self, verdicts=verdicts, sources=self.sources | now)

    def named(self, words: Sequence[str]) -> tuple[Suspect, ...]:
        """The texts that the words name: by the beginning of an id, or all of a source that wait. Raises ManifestError
        with each word that names none, or more than one text."""
        found: list[Suspect] = []
        faults: list[str] = []
        for word in words:
            fitting = [one for one in self.suspects if one.text_id.startswith(word)] if len(word) >= SHOWN_ID else []
            own = [*self.waiting(word)]
            if len({one.text_id for one in fitting}) > 1:
                faults.append(f"{word}: fits {len(fitting)} texts; give more of the id")
            elif not fitting and not own:
                faults.append(f"{word}: no such text is in quarantine; see `python -m ingest quarantine`")
            found += fitting or own
        if faults:
            raise ManifestError(tuple(faults))
        return tuple(found)


_RECORD = TypeAdapter(Quarantine)


def parted(
    sections: Iterable[Section], source_id: str, file: Path, accepted: frozenset[str]
) -> tuple[tuple[Section, ...], tuple[Suspect, ...]]:
    """The sections without the text that is in doubt and not accepted; and every text in doubt, accepted ones too."""
    kept: list[Section] = []
    suspects: list[Suspect] = []
    for section in sections:
        found = [
            (block, _suspect(block, section, source_id, file) if block.doubt else None) for block in section.blocks
        ]
        suspects += [one for _, one in found if one is not None]
        blocks = tuple(block for block, one in found if one is None or one.text_id in accepted)
        if blocks:
            kept.append(replace(section, blocks=blocks))
    return tuple(kept), tuple(suspects)


def read_quarantine(index_dir: Path) -> Quarantine:
    """What the index keeps; empty where nothing was ever held. Raises ManifestError if the file is damaged."""
    path = index_dir / FILE
    try:
        return _RECORD.validate_json(path.read_bytes())
    except FileNotFoundError:
        return Quarantine()
    except ValidationError as error:
        again = "delete it, ingest again, and decide about each text once more"
        raise ManifestError((f"{path}: is damaged ({error.error_count()} faults); {again}",)) from error


def write_quarantine(index_dir: Path, quarantine: Quarantine) -> None:
    """Keep it, in one step that cannot be seen half-done. Call within ``ingest.store.writing``."""
    path = index_dir / FILE
    if quarantine == Quarantine() and not path.exists():
        return
    draft = index_dir / f"draft-{FILE}"
    with draft.open("wb") as file:
        file.write(_RECORD.dump_json(quarantine, indent=1))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def listed(suspects: Iterable[Suspect]) -> list[str]:
    """The texts for a person to judge: two lines each."""
    lines: list[str] = []
    for one in suspects:
        lines.append(f"{one.text_id[:SHOWN_ID]}  {one.file}, {one.place}: {one.why}")
        lines.append(f"          {one.text}")
    return lines


def _suspect(block: Block, section: Section, source_id: str, file: Path) -> Suspect:
    record = json.dumps([source_id, block.doubt, block.text]).encode()
    page = f"page {block.page}" if block.page else ""
    place = ", ".join(filter(None, (page, " › ".join(section.heading_path)))) or "outside of any section"
    return Suspect(hashlib.sha256(record).hexdigest(), source_id, str(file), place, block.doubt, block.text)
