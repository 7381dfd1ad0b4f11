"""How the cost of each stage grows with the index: the same questions over ever more passages.

The passages beyond those that the index holds are synthetic neighbours of them: words swapped between passages, vectors
nudged and set back to unit length instead of being encoded again. So sizes and times are real, and what is found is
not: nothing here may be read as quality. Each size is built as ingest builds it, and measured in a process of its own,
so that its memory is its own too; then over again with its vectors in each store that is named.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from corpus.errors import AnchorlineError, IndexDamaged
from corpus.types import Basis, Passage, Sentence, Source
from evals.tables import table
from ingest.store import publish, writing
from retrieval.assistant import EVERYTHING, Assistant
from retrieval.encode import Encoder, open_encoder
from retrieval.generation import (
    Content,
    Generation,
    current_folder,
    open_generation,
    read_content,
    stored_name,
)
from retrieval.index import VectorStore
from retrieval.published import generations
from retrieval.search import DEPTH, PIPELINES, Query, query_of, search
from retrieval.shared import SharedIndex, open_store, share
from retrieval.tokens import joined, parts_of
from retrieval.vectors import Vectors, unit_length

SIZES = (1_000, 10_000, 50_000, 200_000)
WHOLE = "ask, whole"
IN_PROCESS = "in process"
_SEED = 20_261_122
_SWAPPED = 0.3  # of a neighbour's words
_ALIKE = 0.6  # cosine of a neighbour's vector with that of the passage it was made from; at 0.8 they clot
_WORD = re.compile(r"[^\W\d_]{3,}")
_WARM_UP = 5
_AT_ONCE = 100_000  # vectors nudged together, so that 200,000 passages fit into memory


@dataclass(frozen=True, slots=True)
class Cost:
    """One size of index. ``searched`` says where its vectors are; ``build_s`` is what it took to publish it, or to put
    its vectors into the store. ``memory_mb`` is what the answering process held in the end, None where the system does
    not tell; ``own_mb`` is the part of it that is not a file's, which the system cannot take back; ``stages_ms`` has
    one time a question, and ``cpu_ms`` what it took of all cores, which a busy machine does not lengthen."""

    passages: int
    searched: str
    build_s: float
    open_s: float
    disk_mb: float
    memory_mb: float | None
    own_mb: float | None
    stages_ms: Mapping[str, tuple[float, ...]]
    cpu_ms: Mapping[str, tuple[float, ...]]

    def quantile_ms(self, stage: str, percent: int) -> float:
        return float(np.percentile(self.stages_ms[stage], percent))

    def quantile_cpu_ms(self, stage: str, percent: int) -> float:
        return float(np.percentile(self.cpu_ms[stage], percent))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure. ``encoders`` keeps ONNX copies of encoders, and ``at`` the indexes, so that a size that is there
    need not be built again; a folder for the time being if None. ``stores``: addresses."""

    sizes: Sequence[int]
    stores: Sequence[str] = ()
    at: Path | None = None
    encoder_name: str | None = None
    encoders: Path | None = None


def grow(content: Content, questions: Sequence[str], wanted: Wanted) -> Iterator[Cost]:
    """The cost at each size, smallest first, as it is known. Raises AnchorlineError when there is nothing to make
    neighbours of or to ask."""
    if not content.passages or not questions:
        raise AnchorlineError("growth needs an index with passages and a suite with questions; run `python -m ingest`")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # in the processes that answer, as in the service's
    with tempfile.TemporaryDirectory(prefix="anchorline-growth-") as temporary:
        cache = wanted.encoders or Path(temporary) / "encoders"
        encoder = open_encoder(wanted.encoder_name, cache)
        for size in sorted(set(wanted.sizes)):
            index = (wanted.at or Path(temporary)) / f"index-{size}"
            build_s = _build(content, size, encoder, index)
            asked = _Asked(index, questions, wanted.encoder_name, cache)
            yield _in_a_process_of_its_own(asked, build_s)
            for url in wanted.stores:
                with _stored(index, url) as write_s:
                    yield _in_a_process_of_its_own(replace(asked, store=url), write_s)


def synthetic(content: Content, size: int, seed: int = _SEED) -> Content:
    """Exactly ``size`` passages: the real ones, then neighbours of them in turn, each round as sources of its own. The
    one place that knows how a content is made up."""
    starts = np.cumsum([0, *(len(passage.sentences) for passage in content.passages)])
    chance, noise = random.Random(seed), np.random.default_rng(seed)  # noqa: S311 - no secret
    passages: list[Passage] = []
    sentence_rows: list[int] = []
    for at in range(size):
        turn, row = divmod(at, len(content.passages))
        passage = content.passages[row]
        passages.append(_neighbour(passage, turn, chance.choice(content.passages), chance) if turn else passage)
        sentence_rows.extend(range(int(starts[row]), int(starts[row + 1])))
    rows = np.arange(size) % len(content.passages)
    real = min(size, len(content.passages))
    real_sentences = sum(len(passage.sentences) for passage in passages[:real])
    sentences = _nudged(content.sentence_vectors[sentence_rows].astype(np.float32), real_sentences, noise)
    used = {passage.source.source_id: passage.source for passage in passages}
    tokens = parts_of(content.tokens, content.passages)  # a neighbour keeps them all, so that reranking costs as much
    return replace(
        content,
        sources=tuple(
            replace(stored, source=used[name], shipped=False, record=None, measures=None)
            for turn in range(int(np.ceil(size / len(content.passages))))
            for stored in content.sources
            if (name := _source_id(stored.source, turn)) in used
        ),
        passages=tuple(passages),
        vectors=_nudged(content.vectors[rows], real, noise),
        sentence_vectors=sentences.astype(np.float16),
        tokens=joined([tokens[row] for row in rows], content.tokens.space),
    )


def growth_report(costs: Sequence[Cost]) -> str:
    """The tables that ``evals growth`` prints: one for each place where vectors are searched."""
    asked = len(costs[0].stages_ms[WHOLE])
    tables = (_table(searched, [one for one in costs if one.searched == searched]) for searched in _places(costs))
    return (
        f"{asked} questions; {os.cpu_count()} cores; passages beyond the index's own are synthetic neighbours of them, "
        "their vectors nudged, not encoded\n\n" + "\n\n".join(tables)
    )


def _places(costs: Sequence[Cost]) -> list[str]:
    return list(dict.fromkeys(cost.searched for cost in costs))


def _table(searched: str, costs: Sequence[Cost]) -> str:
    sizes = [f"{cost.passages:,}" for cost in costs]
    stages = [(stage, *(_quantiles(cost.stages_ms[stage]) for cost in costs)) for stage in costs[0].stages_ms]
    cpu = [(f"{stage}, CPU", *(_quantiles(cost.cpu_ms[stage]) for cost in costs)) for stage in costs[0].cpu_ms]
    building = "build the index, s" if searched == IN_PROCESS else "put the vectors there, s"
    whole = [
        (building, *(f"{cost.build_s:.1f}" if cost.build_s else "-" for cost in costs)),
        ("open it, s", *(f"{cost.open_s:.1f}" for cost in costs)),
        ("on disk, MB", *(f"{cost.disk_mb:.0f}" for cost in costs)),
        ("memory, MB", *(_megabytes(cost.memory_mb) for cost in costs)),
        ("  without files it has mapped, MB", *(_megabytes(cost.own_mb) for cost in costs)),
    ]
    head = f"vectors searched {searched}; p50 / p95, ms, at passages"
    return f"{table((head, *sizes), [*stages, *cpu])}\n\n{table(('at passages', *sizes), whole)}"


def growth_figures(costs: Sequence[Cost]) -> Mapping[str, float | None]:
    """What is kept of a run over time: of searching in process, which is the default."""
    figures: dict[str, float | None] = {}
    for cost in in_process(costs):
        quantiles: dict[str, float | None] = {f"ask_p{part}_ms": cost.quantile_ms(WHOLE, part) for part in (50, 95)}
        quantiles["ask_p50_cpu_ms"] = cost.quantile_cpu_ms(WHOLE, 50)
        kept = quantiles | {"memory_mb": cost.memory_mb, "own_mb": cost.own_mb, "disk_mb": cost.disk_mb}
        figures |= {f"{name}_at_{cost.passages}": value for name, value in kept.items()}
    return figures


def in_process(costs: Sequence[Cost]) -> list[Cost]:
    return [cost for cost in costs if cost.searched == IN_PROCESS]


def _quantiles(times_ms: Sequence[float]) -> str:
    return f"{np.percentile(times_ms, 50):.1f} / {np.percentile(times_ms, 95):.1f}"


def _megabytes(held: float | None) -> str:
    return "-" if held is None else f"{held:.0f}"


def growth_record(costs: Sequence[Cost]) -> Sequence[Mapping[str, object]]:
    """The same as plain data for JSON, every time included."""
    return [asdict(cost) for cost in costs]


@dataclass(frozen=True, slots=True)
class _Asked:
    """An index, and what it is asked."""

    index: Path
    questions: Sequence[str]
    encoder_name: str | None
    encoders: Path
    store: str | None = None


def _in_a_process_of_its_own(asked: _Asked, build_s: float) -> Cost:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(_measure, asked, build_s).result()


def _measure(asked: _Asked, build_s: float) -> Cost:
    """Opens an index and asks it every question. Meant for a process that has done nothing else."""
    encoder = open_encoder(asked.encoder_name, asked.encoders)
    store = open_store(asked.store) if asked.store else None
    begun = time.perf_counter()
    generation = open_generation(current_folder(asked.index), encoder, store)
    open_s = time.perf_counter() - begun
    with Assistant(generation, encoder) as assistant:
        gc.freeze()  # as the service does
        for question in asked.questions[-_WARM_UP:]:
            assistant.ask(question)
        each = [_times(question, generation, encoder, assistant) for question in asked.questions]
        disk = sum(path.stat().st_size for path in asked.index.rglob("*") if path.is_file())
        stages, cpu = (_by_stage([times[at] for times in each]) for at in (0, 1))
        held, own = _memory_mb("VmRSS:"), _memory_mb("RssAnon:")
        searched = _searched(generation, store)
        return Cost(len(assistant.passages), searched, build_s, open_s, disk / 1e6, held, own, stages, cpu)


def _by_stage(each: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, ...]]:
    return {stage: tuple(times[stage] for times in each) for stage in each[0]}


def _searched(generation: Generation, store: VectorStore | None) -> str:
    if store is None:
        return IN_PROCESS
    fault = generation.index.fault if isinstance(generation.index, SharedIndex) else None
    return f"{store.address}, given up: {fault}" if fault else store.address


def _times(
    question: str, generation: Generation, encoder: Encoder, assistant: Assistant
) -> tuple[dict[str, float], dict[str, float]]:
    """Milliseconds of each stage by itself, then of the whole ``ask`` with the parts that it reports; and what each
    took of the cores. ``ask`` goes first, since the encoder remembers the questions that it read last."""
    parts: dict[str, float] = {}
    whole = _timed_ms(lambda: parts.update(assistant.ask(question).timings_ms))
    query = query_of(question, question, encoder, generation)
    stages: dict[str, Callable[[], object]] = {
        "encode the question": lambda: encoder.encode_question(f"{question} "),
        f"dense, {DEPTH} nearest": lambda: generation.index.query(query.vector, DEPTH),
        "BM25, every score": lambda: generation.words.scores(question),
    }
    for pipeline in PIPELINES:
        if pipeline not in ("dense", "bm25"):  # a search for one leg looks at both
            stages[f"both legs, {pipeline}"] = _searching(generation, query, pipeline)
    times = {stage: _timed_ms(work) for stage, work in stages.items()} | {WHOLE: whole}
    reported = {f"ask: {part}": took_ms for part, took_ms in parts.items() if part != "total"}
    wall = {stage: wall_ms for stage, (wall_ms, _) in times.items()}
    return {**wall, **reported, WHOLE: wall[WHOLE]}, {stage: cpu_ms for stage, (_, cpu_ms) in times.items()}


def _searching(generation: Generation, query: Query, pipeline: str) -> Callable[[], object]:
    return lambda: search(generation, query, DEPTH, EVERYTHING, pipeline)


def _build(content: Content, size: int, encoder: Encoder, index: Path) -> float:
    """Seconds to write, verify and publish: all of ingest but reading and encoding. None are counted for one that is
    there."""
    if generations(index):
        return 0.0
    made = synthetic(content, size)
    begun = time.perf_counter()
    with writing(index):
        publish(index, made, encoder)
    return time.perf_counter() - begun


@contextmanager
def _stored(index: Path, url: str) -> Iterator[float]:
    """The vectors in a store while they are measured; gives the seconds that writing them took."""
    folder, store = current_folder(index), open_store(url)
    content, name = read_content(folder), stored_name(folder)
    try:
        begun = time.perf_counter()
        with suppress(IndexDamaged):  # a graph that loses vectors: the replica says so, and answers without it
            share(store, name, content.passages, content.vectors)
        yield time.perf_counter() - begun
    finally:
        store.drop(name)
        store.close()


def _timed_ms(work: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of the cores."""
    begun, begun_cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - begun) * 1000, (time.process_time() - begun_cpu) * 1000


def _memory_mb(line: str) -> float | None:
    """What this process holds in memory now, by a line of its status. getrusage would tell what its parent held."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    return int(status.partition(line)[2].split()[0]) / 1000


def _source_id(source: Source, turn: int) -> str:
    return f"{source.source_id}-near-{turn}" if turn else source.source_id


def _neighbour(passage: Passage, turn: int, donor: Passage, chance: random.Random) -> Passage:
    """The passage as a published source of its own, some words of each sentence taken from ``donor``."""
    source = replace(passage.source, source_id=_source_id(passage.source, turn), basis=Basis.SOURCE)
    words = _WORD.findall(donor.text) or ["anchor"]
    text, sentences, at = "", [], 0
    for sentence in passage.sentences:
        text += passage.text[at : sentence.start]
        start, at = len(text), sentence.end
        text += _WORD.sub(
            lambda word: chance.choice(words) if chance.random() < _SWAPPED else word[0],
            passage.text[sentence.start : sentence.end],
        )
        sentences.append(Sentence(start, len(text), sentence.kind, sentence.lead))
    return replace(
        passage,
        passage_id=f"{source.source_id}#{passage.ordinal:04d}",
        source=source,
        text=text + passage.text[at:],
        sentences=tuple(sentences),
        originals=(),
    )


def _nudged(vectors: Vectors, real: int, noise: np.random.Generator) -> Vectors:
    """Every row after the first ``real`` turned from where it points by a random direction."""
    moved = vectors.copy()
    for start in range(real, len(moved), _AT_ONCE):
        part = moved[start : start + _AT_ONCE]
        away = unit_length(noise.standard_normal(part.shape, dtype=np.float32))
        part[:] = unit_length(_ALIKE * unit_length(part) + np.sqrt(1 - _ALIKE**2) * away)
    return moved
