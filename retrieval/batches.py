"""What the encoder's layers are taught with, batch by batch: each text as it stands or disguised, by itself or beside
another. Screened questions come so: an order or a cry for help beside a good question is judged clause by clause.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tokenizers
import torch

from retrieval.learning import ids_and_mask, pieces_of
from retrieval.voices import in_another_voice

EPOCHS = 3
_OTHER_VOICE = 1 / 2  # of an epoch's examples
_BESIDE = 1 / 4  # of them stand beside another, as an order or a cry for help may beside a good question
# By label (the place in ``kinds.LABELS``) what may stand beside a good question: orders above all.
_BESIDE_GOOD = (0, 0, 0, 1, 2, 3, 4, 4, 4)
_GOOD = 0
_LONGEST_BESIDE = 250  # characters
_JOINTS = (". ", "? ", ", and ", "; ", " - ", "\n ")
BATCH = 64
_LONGEST = 128  # word pieces
_SORTED = 50  # batches whose texts are sorted by length together: less padding


@dataclass(frozen=True, slots=True)
class _Lesson:
    """A text, and where in it each part starts that is of a label by itself."""

    text: str
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """``rows``: for each part, the place of its text; ``inside``: which pieces of the text are the part's."""

    ids: torch.Tensor
    mask: torch.Tensor
    rows: torch.Tensor
    inside: torch.Tensor
    labels: torch.Tensor


def batches(folder: Path, examples: Sequence[tuple[str, int]]) -> Iterator[Batch]:
    """Of every epoch, in random order, texts of like length together."""
    pieces = pieces_of(folder, _LONGEST)
    chance = random.Random(0)  # noqa: S311
    texts: dict[int, list[str]] = {}
    for text, label in examples:
        texts.setdefault(label, []).append(text)
    for _ in range(EPOCHS):
        read = [_lesson(text, label, texts, chance) for text, label in examples]
        chance.shuffle(read)
        cut = []
        for start in range(0, len(read), BATCH * _SORTED):
            alike = sorted(read[start : start + BATCH * _SORTED], key=lambda one: len(one.text))
            cut += [alike[at : at + BATCH] for at in range(0, len(alike), BATCH)]
        chance.shuffle(cut)
        yield from (_batch(lessons, pieces) for lessons in cut)


def _lesson(text: str, label: int, texts: Mapping[int, Sequence[str]], chance: random.Random) -> _Lesson:
    """The text or its disguise, by itself or with another as two clauses of one question."""
    if chance.random() < _OTHER_VOICE:
        text = in_another_voice(text, chance)
    if chance.random() >= _BESIDE or len(text) > _LONGEST_BESIDE:
        return _Lesson(text, ((0, label),))
    others = _BESIDE_GOOD if label == _GOOD else (_GOOD, _GOOD, _GOOD, _GOOD, label)
    beside = chance.choice([one for one in others if one in texts])
    parts = [(text, label), (chance.choice(texts[beside])[:_LONGEST_BESIDE], beside)]
    chance.shuffle(parts)
    (first, of_first), (last, of_last) = parts
    first += " " if first.endswith((".", "?", "!")) else chance.choice(_JOINTS)
    return _Lesson(first + last, ((0, of_first), (len(first), of_last)))


def _batch(lessons: Sequence[_Lesson], pieces: tokenizers.Tokenizer) -> Batch:
    encodings = pieces.encode_batch([one.text for one in lessons])
    ids, mask = ids_and_mask(encodings)
    rows, inside, labels = [], [], []
    for row, (lesson, encoding) in enumerate(zip(lessons, encodings, strict=True)):
        ends = [start for start, _ in lesson.parts[1:]] + [len(lesson.text)]
        real = mask[row] - torch.tensor(encoding.special_tokens_mask) * mask[row]
        starts = torch.tensor([start for start, _ in encoding.offsets])
        for (start, label), end in zip(lesson.parts, ends, strict=True):
            within = real * (starts >= start) * (starts < end)
            if within.any():  # else beyond what is read
                rows.append(row)
                inside.append(within)
                labels.append(label)
    return Batch(ids, mask, torch.tensor(rows), torch.stack(inside), torch.tensor(labels))
