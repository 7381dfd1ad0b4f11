"""What assessors made of quoted sentences: 2 answers the question or a part of it, 1 is related, 0 is noise.

``suites/grades.tsv`` has a row a sentence: the question (its id in the suite, or the question itself), the source, the
CRC-32 of the sentence and the grade. The sentences themselves are others' and stay in the sources. One assessor graded
each sentence, once, in random order, without knowing which were quoted; all questions are of the ``tune`` half or of no
suite, so ``retrieval.relevance`` may be fitted on them.
"""

from __future__ import annotations

import csv
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.suite import Suite
from evals.tables import table
from retrieval.assistant import Assistant
from retrieval.cite import PERHAPS
from retrieval.evidence import Rated
from retrieval.relevance import features
from retrieval.types import Turn

GRADES = Path(__file__).parent / "suites" / "grades.tsv"
_FOLDS = 4
Sentence = tuple[str, int]  # source id, CRC-32


@dataclass(frozen=True, slots=True)
class Graded:
    """A question, the conversation before it, and the grades of sentences."""

    question: str
    history: tuple[Turn, ...]
    grades: Mapping[Sentence, int]


def load_grades(suite: Suite, path: Path = GRADES) -> tuple[Graded, ...]:
    found: dict[str, dict[Sentence, int]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for question, source, sentence, grade in csv.reader(file, delimiter="\t"):
            found[question][source, int(sentence, 16)] = int(grade)
    known = {one.id: one for one in suite.questions}
    return tuple(
        Graded(known[name].question, known[name].history, grades) if name in known else Graded(name, (), grades)
        for name, grades in found.items()
    )


def sentence_of(source: str, text: str) -> Sentence:
    return source, zlib.crc32(text.encode())


def quoted(assistant: Assistant, graded: Graded) -> Iterator[tuple[bool, Sentence]]:
    """Every sentence of an answer, and whether it stands among what may be of use beside it."""
    answer = assistant.ask(graded.question, graded.history)
    cited = {one.marker: one for one in answer.citations}
    doubtful = False
    for block in answer.blocks:
        doubtful = block.heading.startswith(PERHAPS) if block.heading else doubtful
        for citation in (cited[marker] for marker in block.citations):
            passage = assistant.passage(citation.passage_id)
            for place in range(len(passage.sentences) if passage else 0):
                if passage and passage.quote(place) in citation.quote:
                    yield doubtful, sentence_of(citation.source_id, passage.quote(place))


def grades_table(assistant: Assistant, every: Sequence[Graded]) -> str:
    """How many of the sentences that are quoted answer, are related or are noise."""
    found = {part: Counter[int | None]() for part in ("surely", "perhaps")}
    answering = 0
    for graded in every:
        told = {sentence: "perhaps" if doubtful else "surely" for doubtful, sentence in quoted(assistant, graded)}
        answering += sum(grade == 2 for grade in graded.grades.values())
        for sentence, part in told.items():
            found[part][graded.grades.get(sentence)] += 1
    header = ("part", "answer", "related", "noise", "not graded", "answers, of graded", "of all that answer")
    rows: list[tuple[str, ...]] = []
    for part, counts in {**found, "both": found["surely"] + found["perhaps"]}.items():
        graded_ones = sum(counts[grade] for grade in (0, 1, 2))
        shares = (f"{counts[2] / max(graded_ones, 1):.3f}", f"{counts[2] / max(answering, 1):.3f}")
        rows.append((part, *(str(counts[grade]) for grade in (2, 1, 0, None)), *shares))
    return table(header, rows)


def fitted(assistant: Assistant, every: Sequence[Graded]) -> str:
    """The coefficients of ``retrieval.relevance`` learnt anew, with the listed questions and as if there were none, and
    the AUROC of answer against noise, each question's sentences judged by what was learnt from the other three quarters
    of the questions."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    rows = [row for one in (assistant, assistant.without_questions()) for row in _rows(one, every)]
    x = np.array([values for values, _, _ in rows])
    grades, fold = (np.array([row[at] for row in rows]) for at in (1, 2))
    judged = np.zeros(len(rows))
    for held in range(_FOLDS):
        model = LogisticRegression(C=1e3, max_iter=5000).fit(x[fold != held], grades[fold != held] == 2)
        judged[fold == held] = model.decision_function(x[fold == held])
    model = LogisticRegression(C=1e3, max_iter=5000).fit(x, grades == 2)
    apart = roc_auc_score(grades[grades != 1] == 2, judged[grades != 1])
    weights = ", ".join(f"{weight:.2f}" for weight in (*model.coef_[0], model.intercept_[0]))
    return f"{len(rows)} sentences; coefficients and intercept {weights}; AUROC held out {apart:.3f}"


def _rows(assistant: Assistant, every: Sequence[Graded]) -> Iterator[tuple[tuple[float, ...], int, int]]:
    """What is known of each graded sentence that was rated, its grade, and the fold of its question."""
    for at, graded in enumerate(every):
        evidence = assistant.evidence(graded.question, graded.history)
        for one in evidence.sentences:
            if (grade := graded.grades.get(_said(one))) is not None:
                yield features(one, evidence, assistant.generation), grade, at % _FOLDS


def _said(one: Rated) -> Sentence:
    return sentence_of(one.passage.source.source_id, one.passage.quote(one.sentence))
