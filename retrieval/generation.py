"""A generation: one built, sealed and never changed folder that holds everything needed to answer and to cite.

    gen-000012/
        card.json             counts, encoder, layout, when, and the SHA-256 of every other file
        card.sha256           the card's own hash, in the form that sha256sum checks
        sources.json          each source, the file it was read from, and the reader's doubts
        passages.jsonl        every passage, in order
        vectors.npy           a row a passage, float32
        sentence_vectors.npy  a row a sentence, in passage order, float16
        questions.json        what people ask that the sources answer, as our corpus lists it
        question_vectors.npy  a row a question, float32
        question_places.npy   where each is answered (retrieval.asked)
        question_centres.npy  rows of the questions from which it is learnt what answers are like (retrieval.asked)
        question_answers.npy  what each of these adds to the answer that is expected
        counterparts.npy      a row a sentence: where the held source says what our brief says (retrieval.counterpart)
        tokens/               token vectors, for late interaction (retrieval.tokens)
        chroma/  bm25/        the two indexes

Whoever writes one seals it last; whoever opens one checks the seal, then asks back known vectors and known words,
because an index can lose its entries and still count them. Nothing here decides which generation is served.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from corpus.entries import Conflict, Measures, Organisation, QuestionList, Term
from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing
from corpus.records import Record
from corpus.types import Passage, Source
from retrieval.asked import AskedQuestions, Expectations, expectations, places_of
from retrieval.copies import HeldFolder
from retrieval.counterpart import Links, counterparts
from retrieval.encode import Encoder
from retrieval.index import ExactIndex, VectorStore, canary
from retrieval.published import POINTER, generations, named
from retrieval.sealed import CARD, OLDEST_CONTENT, REBUILD, Card, check_files, check_seal, first_line, read_card, seal
from retrieval.shared import SharedIndex
from retrieval.tokens import TOKEN_FILES, Tokens, fit_space, joined, read_tokens, write_tokens
from retrieval.vectors import Vectors
from retrieval.weights import file_digest
from retrieval.words import WordIndex, open_words, stems, write_words

_CONTENT = ("sources.json", "passages.jsonl", "vectors.npy", "sentence_vectors.npy")
_TOKENS = tuple(f"tokens/{name}" for name in TOKEN_FILES)
_QUESTIONS = ("questions.json", "question_vectors.npy")
_FIRST_WITH_TOKENS = 4
_FIRST_WITH_QUESTIONS = 8  # in their present form
MAPPED = ("tokens", "sentence_vectors.npy")  # of which a question needs a little: read from disk as it is needed

SentenceVectors = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source as the index holds it. ``file`` is where it was read from; ``sha256`` is a hash of that file and of the
    rules by which it was read; ``shipped`` marks our own briefs, which vanish from the index when their file does.
    ``record`` is what a brief was made from, with what its facts measure and whose it is; ``terms`` are the glossary's,
    ``conflicts`` are where sources differ, as reviewed by hand.
    """

    source: Source
    file: str
    sha256: str
    shipped: bool
    warnings: tuple[str, ...] = ()
    record: Record | None = None
    measures: Measures | None = None
    organisation: Organisation | None = None
    terms: tuple[Term, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a generation: passages with their vectors, sentence and token vectors in the same order, the
    sources, and the questions that our corpus lists with theirs."""

    sources: tuple[StoredSource, ...]
    passages: tuple[Passage, ...]
    vectors: Vectors
    sentence_vectors: SentenceVectors
    tokens: Tokens
    questions: tuple[QuestionList, ...]
    question_vectors: Vectors


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Generation:
    """An open generation, equal to none but itself, so that what is derived from it can be kept beside it.
    ``first_sentence[i]`` is the row of passage ``i``'s first sentence vector."""

    folder: Path
    card: Card
    content: Content
    index: ExactIndex | SharedIndex
    words: WordIndex
    place: Mapping[str, int]  # passage id -> its row
    counterparts: Links
    asked: AskedQuestions
    first_sentence: tuple[int, ...]
    copies: HeldFolder  # what is read from disk while questions are answered

    def holds(self, source_id: str) -> bool:
        """Whether any passage of a source is here; a source's passages are numbered from 0."""
        return f"{source_id}#0000" in self.place

    def sentence_vectors_of(self, row: int) -> Vectors:
        """Of one passage: a row a sentence."""
        return self.content.sentence_vectors[self._sentences_of(row)].astype(np.float32)

    def leads(self, row: int) -> Links:
        """For each sentence of one passage, the row and the sentence of the held source that says the same; -1 where
        there is none, as always for what is no brief."""
        return self.counterparts[self._sentences_of(row)]

    def _sentences_of(self, row: int) -> slice:
        start = self.first_sentence[row]
        return slice(start, start + len(self.content.passages[row].sentences))

    def is_there(self) -> bool:
        """Whether what is read from disk while questions are answered still is there."""
        return self.copies.is_there()

    def close(self) -> None:
        self.copies.cleanup()


_PASSAGE = TypeAdapter(Passage)
_SOURCES = TypeAdapter(tuple[StoredSource, ...])
_QUESTION_LISTS = TypeAdapter(tuple[QuestionList, ...])


Derived = TypeVar("Derived")


def beside_generation(derive: Callable[[Generation], Derived]) -> Callable[[Generation], Derived]:
    """What is derived from a generation is derived once, and kept for as long as the generation is there. It must not
    hold the generation."""
    kept: WeakKeyDictionary[Generation, Derived] = WeakKeyDictionary()

    @wraps(derive)
    def once(generation: Generation) -> Derived:
        if generation not in kept:
            kept[generation] = derive(generation)
        return kept[generation]

    return once


def first_sentences(passages: Sequence[Passage]) -> tuple[int, ...]:
    """The row of each passage's first sentence vector."""
    ends = np.cumsum([0, *(len(passage.sentences) for passage in passages)])
    return tuple(int(end) for end in ends[:-1])


def word_text(passage: Passage) -> str:
    """What the word index reads: headings and text. The title, the same for all of a source, would only dilute it."""
    return "\n".join((*passage.heading_path, passage.text))


def write_generation(folder: Path, content: Content, encoder: Encoder) -> Card:
    """Build a generation in a new folder, sealing it last. Raises FileExistsError if the folder is there."""
    folder.mkdir(parents=True)
    rows = [_PASSAGE.dump_json(passage) for passage in content.passages]
    (folder / "passages.jsonl").write_bytes(b"".join(row + b"\n" for row in rows))
    (folder / "sources.json").write_bytes(_SOURCES.dump_json(content.sources, indent=1, by_alias=True))
    np.save(folder / "vectors.npy", content.vectors)
    np.save(folder / "sentence_vectors.npy", content.sentence_vectors)
    np.save(folder / "counterparts.npy", counterparts(content.passages, content.sentence_vectors))
    _write_questions(folder, content)
    write_tokens(folder / "tokens", content.tokens)
    from retrieval.chroma import write_chroma  # here, since a run that finds nothing new needs no Chroma

    write_chroma(folder / "chroma", content.passages, content.vectors)
    write_words(folder / "bm25", [word_text(passage) for passage in content.passages])
    return seal(folder, len(content.passages), len(content.sentence_vectors), encoder)


def _write_questions(folder: Path, content: Content) -> None:
    (folder / "questions.json").write_bytes(_QUESTION_LISTS.dump_json(content.questions, indent=1))
    np.save(folder / "question_vectors.npy", content.question_vectors)
    asked, sentences, starts = content.question_vectors, content.sentence_vectors, first_sentences(content.passages)
    places = places_of(content.questions, asked, content.passages, sentences, starts)
    np.save(folder / "question_places.npy", places)
    learnt = expectations(asked, places, sentences, starts)
    np.save(folder / "question_centres.npy", learnt.centres)
    np.save(folder / "question_answers.npy", learnt.answers.astype(np.float16))


def read_content(folder: Path) -> Content:
    """Everything but the two indexes, each file checked against the card. Older layouts are read too, where that is
    possible, so that what was added by path outlives a new version; from before there were token vectors or questions,
    there are none. Raises IndexDamaged or IndexMismatch."""
    card = read_card(folder, OLDEST_CONTENT)
    with_tokens, with_questions = card.layout >= _FIRST_WITH_TOKENS, card.layout >= _FIRST_WITH_QUESTIONS
    check_files(folder, card, (*_CONTENT, *(_TOKENS * with_tokens), *(_QUESTIONS * with_questions)))
    content = _read_content(folder, folder, with_tokens, with_questions)
    _check_counts(folder, card, content)
    return content


def _read_content(folder: Path, mapped: Path, with_tokens: bool = True, with_questions: bool = True) -> Content:
    """``mapped`` is where the files of ``MAPPED`` are."""
    try:
        stored = _SOURCES.validate_json((folder / "sources.json").read_bytes())
        rows = (folder / "passages.jsonl").read_bytes().split(b"\n")
        passages = tuple(_PASSAGE.validate_json(row) for row in rows if row)
        vectors = _load(folder, "vectors.npy")
        sentences = np.load(mapped / "sentence_vectors.npy", mmap_mode="r", allow_pickle=False)
        tokens = read_tokens(mapped / "tokens") if with_tokens else joined((), fit_space((), vectors.shape[1]))
        asked = _read_questions(folder) if with_questions else ((), vectors[:0])
        return Content(stored, passages, vectors, sentences, tokens, *asked)
    except (OSError, ValueError, EOFError) as error:
        raise IndexDamaged(f"{folder.name} cannot be read ({first_line(error)}); {REBUILD}") from error


def _read_questions(folder: Path) -> tuple[tuple[QuestionList, ...], Vectors]:
    lists = _QUESTION_LISTS.validate_json((folder / "questions.json").read_bytes())
    return lists, _load(folder, "question_vectors.npy")


def open_generation(folder: Path, encoder: Encoder, store: VectorStore | None = None) -> Generation:
    """Open and verify. Vectors are searched in ``store``, where one is given, for as long as it answers and is right.
    Raises IndexDamaged, or IndexMismatch when another encoder built it."""
    card = read_card(folder)
    if card.encoder_sha256 != encoder.sha256:
        raise IndexMismatch(
            f"{folder.name} was built with {card.encoder_name}, the settings name {encoder.name}; "
            "set ANCHORLINE_ENCODER back, or run `python -m ingest` to build a generation with the new one"
        )
    check_seal(folder)
    copies = HeldFolder()
    try:
        return _opened(folder, card, copies, store)
    except BaseException:
        copies.cleanup()
        raise


def _opened(folder: Path, card: Card, copies: HeldFolder, store: VectorStore | None) -> Generation:
    """Token and sentence vectors are mapped from copies: cut short under a mapping, a file would kill whoever reads it.
    Passage vectors are read into memory, since every question compares them all."""
    for name in MAPPED:
        copies.take(folder / name)
    content = _read_content(folder, Path(copies.name))
    _check_counts(folder, card, content)
    words = open_words(folder / "bm25", len(content.passages))
    _check_words(folder, words, content.passages)
    index = _open_index(folder, content, store)
    links = _load(folder, "counterparts.npy")
    answers = _load(folder, "question_answers.npy").astype(np.float32)
    learnt = Expectations(_load(folder, "question_centres.npy"), answers)
    asked = AskedQuestions(content.question_vectors, _load(folder, "question_places.npy"), learnt)
    place = {passage.passage_id: row for row, passage in enumerate(content.passages)}
    first = first_sentences(content.passages)
    return Generation(folder, card, content, index, words, place, links, asked, first, copies)


def stored_name(folder: Path) -> str:
    """What a generation is called in a store: its name, and a hash of everything it holds."""
    return f"anchorline-{folder.name}-{file_digest(folder / CARD)[:16]}"


def current_folder(index_dir: Path) -> Path:
    """The published generation. Raises IndexMissing, or IndexDamaged when it cannot be told which one that is."""
    pointer = index_dir / POINTER
    try:
        name = named(index_dir)
    except FileNotFoundError as error:
        if generations(index_dir):
            raise IndexDamaged(f"{pointer}, which names the served generation, is missing; {REBUILD}") from error
        raise IndexMissing(f"there is no index in {index_dir}; run `python -m ingest` to build one") from error
    except OSError as error:
        raise IndexDamaged(f"{pointer} cannot be read ({error.strerror}); mend that, or {REBUILD}") from error
    if not name or not (index_dir / name).is_dir():
        raise IndexDamaged(f"{pointer} names {name or 'nothing'}, which is not there; {REBUILD}")
    return index_dir / name


def _check_counts(folder: Path, card: Card, content: Content) -> None:
    sentences = sum(len(passage.sentences) for passage in content.passages)
    expected = (card.passages, card.passages, card.sentences, card.sentences)
    found = (len(content.passages), len(content.vectors), sentences, len(content.sentence_vectors))
    if found != expected:
        raise IndexDamaged(f"{folder.name}: its card says {expected}, its files hold {found}; {REBUILD}")


def _check_words(folder: Path, words: WordIndex, passages: Sequence[Passage]) -> None:
    """Ask back passages by their own words: each must score above nothing."""
    for row in range(0, len(passages), max(1, len(passages) // 20)):
        known = stems(passages[row].text)
        if known and words.scores(passages[row].text)[row] <= 0:
            raise IndexDamaged(f"{folder.name}: the word index does not find {passages[row].passage_id}; {REBUILD}")


def _open_index(folder: Path, content: Content, store: VectorStore | None) -> ExactIndex | SharedIndex:
    if store is not None:
        return SharedIndex(store, stored_name(folder), content.passages, content.vectors)
    index = ExactIndex(content.passages, content.vectors)
    canary(index, [passage.passage_id for passage in content.passages], content.vectors)
    return index


def _load(folder: Path, name: str) -> npt.NDArray[Any]:
    return np.load(folder / name, allow_pickle=False)  # type: ignore[no-any-return]
