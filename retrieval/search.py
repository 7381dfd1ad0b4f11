"""Question to ranked passages: nearest vectors and BM25, fused, then read again word by word.

Fusion is the mean of both legs' scores after min-max scaling over the union of their candidates. On Pyserini's 29 BEIR
runs that beats reciprocal rank fusion 27 times (castorini/pyserini docs/experiments-beir-fusion.md); averaging raw
scores instead collapses to BM25. The candidates are then reranked by late interaction (``retrieval.tokens``). Narrowing
happens inside both legs, never by filtering what they returned. What each step is worth, and what was tried beside it:
evals/NOTES.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from corpus.records import original_parts
from corpus.types import Basis, Passage
from retrieval.asked import Answering
from retrieval.encode import Encoder
from retrieval.generation import Generation
from retrieval.index import fits
from retrieval.reranker import REREAD, Reranker
from retrieval.tokens import passage_scores
from retrieval.types import Narrowing, ScoredPassage
from retrieval.vectors import Vectors
from retrieval.words import Scores, WordIndex, stems

PIPELINES = ("dense", "bm25", "fused", "reranked")
DEFAULT = "reranked"
_STAND_IN = 0.5  # of a brief's score, where its source is held
DEPTH = 100  # candidates of each leg
_LATE = 0.7  # the weight of late interaction, against that of what it reranks
_LONGEST = (
    128  # tokens; a question as long as a passage is met by parts of everything (ArguAna falls from 0.50 to 0.45)
)


_WORD = re.compile(r"\w[\w&'’-]*")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for searching. ``tokens``: its word pieces in the generation's token space, and ``weights``
    what each counts; no rows where passages are not to be reranked by them. ``spans``: where each stands in what was
    encoded. ``like``: its cosine with each of the questions that are listed (``retrieval.asked``), and ``answering``,
    where the likest of these are answered."""

    text: str
    vector: Vectors
    like: Vectors
    answering: Answering
    tokens: Vectors
    weights: Floats
    spans: npt.NDArray[np.int32]
    reranker: Reranker | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """The union of both legs' candidates: rows of the generation, with the raw score of each leg. ``words`` are the
    BM25 scores of every passage."""

    rows: npt.NDArray[np.int64]
    dense: Floats  # cosine
    bm25: Floats
    words: Scores


def query_of(words: str, meaning: str, encoder: Encoder, generation: Generation) -> Query:
    """``words`` are looked up by BM25, ``meaning`` is encoded: the same, where nothing was added to a question."""
    # Half of a surrogate pair, which JSON lets through, is no text to a tokenizer.
    meaning = meaning.encode("utf-8", "replace").decode()
    encoded = encoder.encode_question(meaning)
    short = len(encoded.tokens.vectors) <= _LONGEST
    tokens = encoded.tokens.vectors if short else encoded.tokens.vectors[:0]
    spans = encoded.tokens.spans[: len(tokens)]
    weights = _token_weights(meaning, spans, generation.words)
    projected = generation.content.tokens.space.project(tokens)
    like = generation.asked.vectors @ encoded.alike
    answering = generation.asked.answering(like)
    return Query(words, encoded.vector, like, answering, projected, weights, spans, encoder.reranker)


def search(
    generation: Generation, query: Query, k: int, narrowing: Narrowing, pipeline: str = DEFAULT
) -> tuple[ScoredPassage, ...]:
    """The best ``k`` passages, briefs and sources alike. ``pipeline`` is one of PIPELINES."""
    found = candidates(generation, query, narrowing, max(DEPTH, k), pipeline)
    return _best(generation, query, found, _scores(generation, query, found, pipeline), k, pipeline)


def among(generation: Generation, query: Query, rows: Iterable[int], k: int) -> tuple[ScoredPassage, ...]:
    """The best ``k`` of these rows of the generation, whether or not they share a word with the question."""
    chosen = np.array(sorted(rows), dtype=np.int64)
    words = generation.words.scores(query.text)
    found = Candidates(chosen, generation.content.vectors[chosen] @ query.vector, words[chosen], words)
    return _ranked(generation, found, _scores(generation, query, found, DEFAULT), k)


def search_sources(
    generation: Generation, query: Query, k: int, narrowing: Narrowing, pipeline: str = DEFAULT
) -> tuple[ScoredPassage, ...]:
    """The best ``k`` passages, a brief's place being taken by the passage of the held source that it leads to.

    A brief's score goes to its counterparts in proportion to how near each of its sentences is to the question; a
    passage keeps the better of that and its own. A brief stays where the best of it has no counterpart, behind what
    the sources say themselves if they are held.
    """
    found = candidates(generation, query, narrowing, max(DEPTH, k), pipeline)
    led = _led(generation, query, found, _scores(generation, query, found, pipeline), narrowing)
    return _best(generation, query, *led, k, pipeline)


def search_both(
    generation: Generation, query: Query, k: int, narrowing: Narrowing
) -> tuple[tuple[ScoredPassage, ...], tuple[ScoredPassage, ...]]:
    """What ``search_sources`` finds and what ``search`` does, for little more than the price of one."""
    found = candidates(generation, query, narrowing, max(DEPTH, k))
    scores = _scores(generation, query, found, DEFAULT)
    led = _led(generation, query, found, scores, narrowing)
    return _best(generation, query, *led, k, DEFAULT), _best(generation, query, found, scores, k, DEFAULT)


def _led(
    generation: Generation, query: Query, found: Candidates, values: Floats, narrowing: Narrowing
) -> tuple[Candidates, Floats]:
    """The candidates with what their briefs lead to, and the scores of them all."""
    scores = dict(zip(found.rows.tolist(), values.tolist(), strict=True))
    for row in [row for row in scores if generation.content.passages[row].source.basis is Basis.BRIEF]:
        score, leads = scores[row], _leads(generation, row, query.vector)
        for there, share in leads:
            if there >= 0 and fits(generation.content.passages[there], narrowing):
                scores[there] = max(scores.get(there, 0.0), score * share)
        if leads and leads[0][0] >= 0 and fits(generation.content.passages[leads[0][0]], narrowing):
            del scores[row]
        elif stands_in(generation.content.passages[row], generation):
            scores[row] *= _STAND_IN
    rows = np.array(sorted(scores), dtype=np.int64)
    led = Candidates(rows, generation.content.vectors[rows] @ query.vector, found.words[rows], found.words)
    return led, np.array([scores[row] for row in rows.tolist()], dtype=np.float32)


def _best(
    generation: Generation, query: Query, found: Candidates, scores: Floats, k: int, pipeline: str
) -> tuple[ScoredPassage, ...]:
    """The best ``k``, the first of them in the cross-encoder's order, if there is one. The scores stay where they are,
    so that they still fall and compare with those of what was not read again."""
    if query.reranker is None or pipeline != DEFAULT:
        return _ranked(generation, found, scores, k)
    ranked = _ranked(generation, found, scores, max(k, REREAD))
    first = ranked[:REREAD]
    marks = query.reranker.scores(query.text, [hit.passage.embedding_text for hit in first])
    order = np.argsort(-marks, kind="stable").tolist()
    again = (replace(first[at], score=held.score, rank=held.rank) for at, held in zip(order, first, strict=True))
    return (*again, *ranked[REREAD:])[:k]


def merged(rankings: Sequence[Sequence[ScoredPassage]], k: int) -> tuple[ScoredPassage, ...]:
    """The best ``k`` passages of several rankings; a passage keeps the best of its scores, which are shares of the best
    one's of its ranking. Where they tie, the earlier ranking's go first."""
    best: dict[str, ScoredPassage] = {}
    for hit in (hit for ranking in rankings for hit in ranking):
        held = best.get(hit.passage.passage_id)
        if held is None or hit.score > held.score:
            best[hit.passage.passage_id] = hit
    ordered = sorted(best.values(), key=lambda hit: -hit.score)[:k]
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1))


def blended(first: Sequence[ScoredPassage], second: Sequence[ScoredPassage], share: float) -> tuple[ScoredPassage, ...]:
    """The rankings of what a question asks and of what it may mean as well, whose scores count ``share``."""
    held = {hit.passage.passage_id: hit for hit in (*second, *first)}
    scores = dict.fromkeys(held, 0.0)
    for weight, ranking in ((1 - share, first), (share, second)):
        for hit in ranking:
            scores[hit.passage.passage_id] += weight * hit.score
    return merged([[replace(hit, score=scores[one]) for one, hit in held.items()]], len(held))


def stands_in(passage: Passage, generation: Generation) -> bool:
    """Whether a brief's passage speaks although every source that it was learnt from is in the index itself."""
    learnt_from = {original_parts(one)[0] for one in passage.originals if one}
    return bool(learnt_from) and all(generation.holds(source_id) for source_id in learnt_from)


def _leads(generation: Generation, row: int, vector: Vectors) -> list[tuple[int, float]]:
    """Where a brief passage's sentences lead (a row, or -1), with each one's nearness as a share of the best's."""
    near = np.maximum(generation.sentence_vectors_of(row) @ vector, 1e-6)
    order, leads = np.argsort(-near, kind="stable"), generation.leads(row)
    return [(int(leads[at][0]), float(near[at] / near.max())) for at in order]


def _scores(generation: Generation, query: Query, found: Candidates, pipeline: str) -> Floats:
    if pipeline in ("dense", "bm25"):
        return found.dense if pipeline == "dense" else found.bm25
    fused = ((_min_max(found.dense) + _min_max(found.bm25)) / 2).astype(np.float32)
    if pipeline == "fused" or not len(query.tokens) or not len(found.rows):
        return fused
    late = passage_scores(generation.content.tokens, query.tokens, query.weights, found.rows)
    return np.asarray((1 - _LATE) * fused + _LATE * _min_max(late), dtype=np.float32)


def _token_weights(text: str, spans: npt.NDArray[np.int32], words: WordIndex) -> Floats:
    """The square root of the inverse document frequency of the word that each piece belongs to, which its pieces share.
    A stop word weighs as much as a word that every passage holds."""
    weights = np.full(len(spans), math.log(2), dtype=np.float32)
    for match in _WORD.finditer(text):
        inside = (spans[:, 0] >= match.start()) & (spans[:, 0] < match.end())
        weights[inside] = max(map(words.weight, stems(match.group())), default=math.log(2)) / max(inside.sum(), 1)
    return np.sqrt(weights)


def _ranked(generation: Generation, found: Candidates, scores: Floats, k: int) -> tuple[ScoredPassage, ...]:
    # Ties are broken by row, so that the same index gives the same order twice.
    order = np.lexsort((found.rows, -scores))[:k]
    return tuple(
        ScoredPassage(
            generation.content.passages[found.rows[at]],
            float(scores[at]),
            rank,
            {"dense": float(found.dense[at]), "bm25": float(found.bm25[at])},
        )
        for rank, at in enumerate(order, start=1)
    )


def candidates(
    generation: Generation, query: Query, narrowing: Narrowing, depth: int, pipeline: str = DEFAULT
) -> Candidates:
    """Up to ``depth`` candidates of each leg that ``pipeline`` uses; a BM25 score of 0 is no candidate."""
    rows: set[int] = set()
    words = generation.words.scores(query.text)
    within = narrowing if narrowing.sources or narrowing.programmes or any(narrowing.facets.values()) else None
    allowed = words if within is None else words * generation.index.rows.within(within)
    if pipeline != "bm25":
        near = generation.index.query(query.vector, depth, within)
        rows.update(generation.place[passage_id] for passage_id, _ in near)
    if pipeline != "dense":
        best = np.argsort(-allowed, kind="stable")[:depth]
        rows.update(int(row) for row in best if allowed[row] > 0)
    chosen = np.array(sorted(rows), dtype=np.int64)
    return Candidates(chosen, generation.content.vectors[chosen] @ query.vector, words[chosen], words)


def _min_max(scores: Floats) -> Floats:
    """Scaled to 0…1. All scores equal, which tells nothing, become 0."""
    if not scores.size or scores.max() == scores.min():
        return np.zeros_like(scores)
    scaled: Floats = (scores - scores.min()) / (scores.max() - scores.min())
    return scaled
