"""A run on disk: what was asked of what, every ranking and every query's values, so that two runs can be compared.

Everything but ``costs`` is the same when the same is run twice. A run holds the first words of passages, to be read
beside a ranking, so it is kept out of the repository; a baseline (``evals.gate``) holds none.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from corpus.errors import AnchorlineError
from corpus.types import Passage
from evals.judge import plain
from evals.topics import Slices, Topic, Topics
from retrieval.assistant import Assistant

RUNS = Path(__file__).parent / "runs"
SEED = 20261125  # of every resampling test
_FIRST_WORDS = 14


@dataclass(frozen=True, slots=True)
class Result:
    """One query of one system. A measure that cannot be given for this query is absent from ``values``."""

    ranking: tuple[str, ...]
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """A query as it was asked, its judgements and what it is sliced by."""

    question: str
    slices: Slices
    qrels: Mapping[str, int]
    same_as: str | None = None


System = Mapping[str, Result]  # by query


@dataclass(frozen=True, slots=True)
class Settings:
    """All that must be equal for figures to be comparable. ``corpus`` is a SHA-256 over what the sources say, however
    it is cut into passages; ``topics`` over what is asked and what counts as right; ``encoder`` is ``name@sha256``."""

    suite: str
    split: str
    k: int
    topics: str
    corpus: str
    encoder: str


@dataclass(frozen=True, slots=True)
class Run:
    """``systems``: a pipeline's rankings, or "ask" for answers, each by query. ``ceilings``: by leg, the recall that
    its candidates allow. ``figures``: of the whole run, such as AUROC. ``costs``: of this machine and this time.
    ``passages``: how many, and a SHA-256 over all that they could show."""

    settings: Settings
    passages: int
    passages_sha256: str
    seed: int
    version: str
    topics: Mapping[str, TopicRecord]
    not_scorable: tuple[str, ...]
    systems: Mapping[str, System]
    ceilings: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    costs: Mapping[str, float] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    first_words: Mapping[str, str] = field(default_factory=dict)
    format: Literal[1] = 1


RUN = TypeAdapter(Run)


def new_run(
    assistant: Assistant, topics: Topics, k: int, systems: Mapping[str, System], by_source: bool = False
) -> Run:
    """A run with all that is known of its index. ``by_source``: rankings name documents, each of one passage."""
    passages = assistant.passages
    return Run(
        settings=Settings(topics.name, topics.split, k, topics.digest, corpus_digest(passages), assistant.info.encoder),
        passages=len(passages),
        passages_sha256=fingerprint(passages),
        seed=SEED,
        version=_version(),
        topics={topic.id: topic_record(topic) for topic in topics.scorable},
        not_scorable=topics.not_scorable,
        systems=systems,
        first_words=_first_words(passages, systems, by_source),
    )


def topic_record(topic: Topic) -> TopicRecord:
    return TopicRecord(topic.question, topic.slices, topic.qrels, topic.same_as)


def save(run: Run, path: Path | None) -> Path:
    """Where it was written: ``path``, or a name of its own by suite and time (UTC) in ``evals/runs/``."""
    now = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    path = path or RUNS / f"{run.settings.suite}-{now}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(RUN.dump_json(run, indent=1) + b"\n")
    return path


def load(path: Path) -> Run:
    """Raises AnchorlineError when the file is no run of this format."""
    try:
        return RUN.validate_json(path.read_bytes())
    except OSError as error:
        raise AnchorlineError(
            f"{path} cannot be read ({error.strerror}); give a file that `evals run` wrote"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise AnchorlineError(f"{path}: no run ({where}: {first['msg']}); run the suite again") from error


def without_costs(run: Run) -> Run:
    """What must be the same twice."""
    return replace(run, costs={})


def corpus_digest(passages: Iterable[Passage]) -> str:
    """One SHA-256 over every sentence of every source: the same however they are cut into passages or overlap."""
    said = {f"{p.source.source_id}\t{plain(p.quote(i))}" for p in passages for i in range(len(p.sentences))}
    return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()


def fingerprint(passages: Iterable[Passage]) -> str:
    """One SHA-256 over everything that the index could show, whatever the order."""
    return hashlib.sha256("".join(sorted(passage.digest for passage in passages)).encode()).hexdigest()


def _first_words(passages: Iterable[Passage], systems: Mapping[str, System], by_source: bool) -> dict[str, str]:
    ranked = {one for system in systems.values() for result in system.values() for one in result.ranking[:10]}
    named = ((passage.source.source_id if by_source else passage.passage_id, passage) for passage in passages)
    return {name: " ".join(passage.text.split()[:_FIRST_WORDS]) for name, passage in named if name in ranked}


def _version() -> str:
    try:
        return version("anchorline")
    except PackageNotFoundError:
        return "not installed"
