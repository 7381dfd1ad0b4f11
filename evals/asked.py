"""Turns what readers asked, and were not served well, into entries of a suite for a maintainer to complete.

The service keeps questions that passed the screen, and only where its operator says so (table ``questions`` of its
database). Each becomes an entry whose kind is guessed from how it ended. What no program can know, the evidence that
would have answered, is left as a line to fill in, and until it is, the suite does not load and names those lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from corpus.errors import AnchorlineError
from evals.judge import plain
from evals.suite import TO_FILL, Kind, load_suite, split_of
from retrieval.types import Status

_QUERY = text("""
    SELECT question, status, verdict, reason FROM questions
    WHERE question IS NOT NULL AND question <> ''
      AND (status NOT IN ('answered', 'partial') OR verdict = 'not_useful')
    ORDER BY asked_at, id
""")
_DECLINED = {
    Status.OUT_OF_SCOPE: Kind.OUT_OF_SCOPE,
    Status.CLINICAL: Kind.CLINICAL,
    Status.CRISIS: Kind.CRISIS,
    Status.PERSONAL_DATA: Kind.PERSONAL_DATA,
    Status.CLARIFY: Kind.VAGUE,
    Status.NOT_FOUND: Kind.UNANSWERABLE,
}
_ID_LENGTH = 50


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """A question of the service's log: how it ended, and what its reader thought of the answer."""

    question: str
    status: str
    verdict: str | None
    reason: str | None


def read_asked(where: str) -> tuple[AskedBefore, ...]:
    """``where``: the service's database as a URL, or the path of its SQLite file. Raises AnchorlineError."""
    url = where if "://" in where else f"sqlite:///{Path(where).resolve()}"
    _check_file(url)
    try:
        with create_engine(url).connect() as database:
            return tuple(AskedBefore(*row) for row in database.execute(_QUERY))
    except SQLAlchemyError as error:
        why = str(error).splitlines()[0]
        raise AnchorlineError(f"{where}: no log of questions ({why}); give the service's database") from error


def _check_file(url: str) -> None:
    """SQLite makes a database where there is none."""
    named = make_url(url)
    if named.get_backend_name() == "sqlite" and not Path(named.database or "").is_file():
        raise AnchorlineError(f"{named.database}: no such file; give the service's database of questions")


def not_in_suites(asked: Iterable[AskedBefore], suites: Iterable[Path]) -> tuple[AskedBefore, ...]:
    """Each question once, and none that a suite has already, whatever its case, spacing or end."""
    known = {_key(question.question) for path in suites for question in load_suite(path).questions}
    fresh: dict[str, AskedBefore] = {}
    for one in asked:
        if _key(one.question) not in known:
            fresh.setdefault(_key(one.question), one)
    return tuple(fresh.values())


def as_suite(name: str, asked: Sequence[AskedBefore], ids: Iterable[str]) -> str:
    """A suite file: YAML with a comment at each line that a maintainer must fill in or check."""
    taken = set(ids)
    head = (
        "# Questions that readers asked and were not served well. For each, a maintainer fills in `needs` (or names\n"
        f"# the outcome that is right), checks `kind`, and takes the comments away. {TO_FILL}: not done yet.\n"
        "# yaml-language-server: $schema=../schema/suite.json\n"
        f"name: {name}\nabout: What readers of the service asked and were not served well.\nquestions:\n"
    )
    return head + "\n".join(_entry(one, _new_id(one.question, taken)) for one in asked)


def _entry(one: AskedBefore, new_id: str) -> str:
    kind, status = _guess(one)
    told = "; ".join(part for part in (one.verdict, one.reason) if part)
    why = " ".join(f"it ended as {one.status}{f', and its reader said: {told}' if told else ''}".split())
    lines = [f"  - id: {new_id}  # {why}"]
    lines += [f"    kind: {kind}  # a guess, check it", f"    split: {split_of(new_id)}"]
    lines.append(f"    question: {_quoted(one.question)}")
    if status is None:
        lines += [
            "    needs:",
            f"      - - {{source: {TO_FILL}, section: [], fact: {TO_FILL}}}  # what answers it, and where",
        ]
    else:
        lines.append(f"    status: [{status}]  # is this right? if it should be answered, name needs instead")
    return "\n".join([*lines, "    tags: {difficulty: medium}", ""])


def _guess(one: AskedBefore) -> tuple[Kind, Status | None]:
    """An answer that was found wanting needs evidence; whatever was declined may well be right to be."""
    status = Status(one.status) if one.status in set(Status) else Status.ANSWERED
    kind = _DECLINED.get(status, Kind.ENTITY)
    return kind, status if kind in set(_DECLINED.values()) else None


def _quoted(text: str) -> str:
    return yaml.safe_dump(" ".join(text.split()), width=100_000, default_style='"', allow_unicode=True).strip()


def _new_id(question: str, taken: set[str]) -> str:
    words = re.findall(r"[a-z0-9]+", plain(question))
    base = "asked-" + ("-".join(words)[:_ID_LENGTH].rstrip("-") or "question")
    number = 1
    found = base
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    taken.add(found)
    return found


def _key(question: str) -> str:
    return re.sub(r"\W+", " ", plain(question)).strip()


def suite_ids(suites: Iterable[Path]) -> Iterator[str]:
    """The ids that are taken already."""
    yield from (question.id for path in suites for question in load_suite(path).questions)
