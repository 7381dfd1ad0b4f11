"""The shapes of the corpus's lists: sources, organisations, the glossary and conflicts between sources.

Records (programmes, lessons, frameworks) have a module of their own, ``corpus.records``. Nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator, with_config

from corpus.records import Locator, Slug, Statement, Strict, TrustType, Words
from corpus.types import Evidence, Source

Published = Annotated[str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class ManifestEntry(Strict):
    """A published document that we know by name. ``files``: shell patterns on the file's name; case does not count."""

    id: Slug
    title: Words
    publisher: Words
    authors: tuple[Words, ...] = ()
    published: Published | None = None
    url: WebAddress | None = None
    licence: Words = "not stated"
    evidence: Evidence = Evidence.UNKNOWN
    superseded_by: Slug | None = None
    files: tuple[Short, ...] = Field(min_length=1)

    def source(self) -> Source:
        return Source(
            source_id=self.id,
            title=self.title,
            publisher=self.publisher,
            authors=self.authors,
            published=self.published,
            url=self.url,
            licence=self.licence,
            evidence=self.evidence,
            superseded_by=self.superseded_by,
        )


class Measures(Strict):
    """The controlled list, in three groups: what a place or scheme is like, what was put in, what came of it."""

    setting: dict[Slug, Words] = Field(default_factory=dict)
    means: dict[Slug, Words] = Field(default_factory=dict)
    result: dict[Slug, Words] = Field(default_factory=dict)

    @property
    def all(self) -> Mapping[str, str]:
        """What each measure's id stands for."""
        return {**self.setting, **self.means, **self.result}

    def only(self, ids: Collection[str]) -> Self:
        """The part of the list that these ids name."""
        groups = {name: {key: text for key, text in group.items() if key in ids} for name, group in self}
        return self.model_copy(update=groups)

    @model_validator(mode="after")
    def _one_group_each(self) -> Self:
        groups = (self.setting, self.means, self.result)
        twice = sorted(name for name in self.all if sum(name in group for group in groups) > 1)
        if twice:
            raise ValueError(f"{', '.join(twice)} stands in more than one group; keep one")
        return self


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Organisation:
    """A body that documents write about. ``trust_type`` is empty for bodies that are no trust, or where unknown."""

    organisation_id: Annotated[Slug, Field(validation_alias="id", serialization_alias="id")]
    name: Words
    aliases: tuple[Short, ...] = ()
    trust_type: tuple[TrustType, ...] = ()
    place: tuple[Words, ...] = ()


class Term(Strict):
    """A word of the field or an acronym. ``expansion`` is what an acronym stands for; ``definition`` is in our words,
    and ``at`` is where a source gives or uses the term."""

    term: Short
    expansion: Words | None = None
    definition: Words | None = None
    aliases: tuple[Short, ...] = ()
    at: Locator

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.expansion is None and self.definition is None:
            raise ValueError("give an expansion, a definition, or both")
        return self


class PrintedAt(Locator):
    """A sentence of a source. ``holds``: a few words that it prints. ``section`` may be empty, for a title page."""

    section: tuple[str, ...] = ()
    holds: Annotated[str, StringConstraints(min_length=2, max_length=80)]


class Listed(Strict):
    """Something that people ask, each in their own words and never in a source's. ``at``: every sentence that answers
    it or a part of it, in any source; where none does, though it sounds as if one did, ``unsaid`` is what goes on after
    "does not say", and ``at`` what comes nearest."""

    asks: tuple[Words, ...] = Field(min_length=1)
    at: tuple[PrintedAt, ...] = Field(min_length=1)
    unsaid: Words | None = None


class QuestionList(Strict):
    """One file of ``questions/``, without its ending."""

    name: str
    listed: tuple[Listed, ...]


class ConflictKind(StrEnum):
    CONFLICT = "conflict"  # the same thing, told differently
    DISTINCT = "distinct"  # different things that look like one


class Side(Statement):
    """What one place says. ``printed``: the figure or name as the source prints it there."""

    printed: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    period: Words | None = None


class Conflict(Strict):
    """Two or more places that differ, reviewed by hand. ``subject`` is a record's or organisation's id, None where it
    is of no one organisation. ``note`` says in one sentence what differs, and never which is right."""

    id: Slug
    subject: Slug | None = None
    kind: ConflictKind
    measure: Slug | None = None
    sides: tuple[Side, ...] = Field(min_length=2)
    note: Words
