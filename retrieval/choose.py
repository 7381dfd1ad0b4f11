"""Which sentences answer: verbatim sentences of the best passages, scored by meaning and by words, without repeats.

A sentence is taken for what it says itself (its own vector, the question's words in it) and for where it stands (its
passage's score). Our briefs give way to the source's own words where both say the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from corpus.records import original_parts
from corpus.types import Basis, Passage
from retrieval.about import attributed
from retrieval.evidence import Evidence, Rated
from retrieval.generation import Generation
from retrieval.index import fits
from retrieval.intent import asks_one_fact, asks_several
from retrieval.relevance import WANTED, relevance
from retrieval.types import Narrowing
from retrieval.understand import Intent, Understood
from retrieval.words import akin, figures, stem_set, stems

# Sentences at most, and the share of the best sentence's score that the last one must reach.
LIMITS = {
    Intent.START: (9, 0.55),
    Intent.FIGURE: (4, 0.7),
    Intent.DEFINITION: (3, 0.8),
    Intent.CONTACT: (2, 0.9),
    Intent.FACT: (12, 0.0),
    Intent.EXPLAIN: (13, 0.0),
}
WORDS_AT_MOST = 250
# Fitted on the tune half of evals/suites/anchors.yaml, as is what counts as asking of several.
_A_WORD = 0.001  # of a sentence's score
_AGAIN, _FURTHER = 0.05, 3
_CERTAIN, _NEARLY = 1.0, 1.2  # log odds from which a sentence is the one fact that was asked for, or is left beside it
_FACTS = 3  # sentences that are told of one fact
_SOURCES = frozenset(stems("report source document publication author paper different various say think"))
_AT_LEAST = 2  # sentences, however little they are wanted
_LONGEST_LIST = 8  # items
_SHORT_LIST = 90  # words of all its items
_LIST_REACH = 2  # passages before and after
_SAME = 0.93  # cosine above which two sentences say the same
_SAME_AS_BRIEF = 0.65  # a brief says in other words what its source says
_SAME_FIGURES = 0.5  # the same, where both are of one programme and no figure is new
_SAY = re.compile(
    r"\bwhat (?:do|does|did|have) (?:the |these |your |all |different |various |other )*"
    r"(?:reports?|sources?|documents?|publications?|authors?|papers?)\b[^?]*\b(?:sa(?:y|id)|tell|think|report)\b",
    re.I,
)
_LABEL = re.compile(r"^[^:.]{1,60} \(\d{4}\): ")  # whose word a brief passes on: its year is no figure of it


def choose(
    question: Understood, evidence: Evidence, generation: Generation, narrowing: Narrowing, tersely: bool = False
) -> list[Rated]:
    """The sentences to quote, best first: those of held sources, then what only a brief adds. The evidence lies within
    ``narrowing``, and so must the sources' words that a brief leads to. Where several things are asked, each has its
    share of the room, and what was chosen for one does not stand in the way of what answers another.
    ``tersely``: where one fact is asked and one sentence surely tells it, what is as sure, alone."""
    if not evidence.parts:
        return within(question, evidence, generation, narrowing, WORDS_AT_MOST, tersely)
    room = WORDS_AT_MOST // len(evidence.parts)
    found: dict[tuple[str, int], Rated] = {}
    for part, held in evidence.parts:
        news = tuple(one for one in held.sentences if in_own_words(one, generation, narrowing).line not in found)
        part_of_it = replace(held, sentences=news or held.sentences)
        found |= {one.line: one for one in within(part, part_of_it, generation, narrowing, room, tersely)}
    return list(found.values())


def within(
    question: Understood,
    evidence: Evidence,
    generation: Generation,
    narrowing: Narrowing,
    room: int,
    tersely: bool = False,
) -> list[Rated]:
    """The same for a question that asks one thing. ``room``: words at most."""
    glossaries = {stored.source.source_id for stored in generation.content.sources if stored.terms}
    sentences = evidence.sentences
    found = [one for one in sentences if one.passage.source.source_id not in glossaries or _asked(one, question)]
    most, share = LIMITS[question.intent]
    near = [
        replace(one, relevance=relevance(one, evidence, generation))
        for one in found
        if one.score >= share * found[0].score
    ]
    wanted = [one for at, one in enumerate(near) if at < _AT_LEAST or one.relevance >= WANTED]
    wanted += _of_other_sources(question, found, wanted, generation)
    several = asks_several(question.question) and not (question.organisations or question.programmes)
    most, again = (most + _FURTHER, _AGAIN) if several else (most, 0.0)
    best = max((one.relevance for one in wanted), default=0.0)
    if tersely and best >= _CERTAIN and asks_one_fact(question.question):
        most, wanted = _FACTS, [one for one in wanted if one.relevance >= best - _NEARLY]
    likely = [in_own_words(one, generation, narrowing) for one in wanted]
    chosen = _without_holes(_without_repeats(likely, most, room, again))
    ordered = sorted(chosen, key=lambda one: question.intent is not Intent.CONTACT and _stands_in(one, generation))
    return [attributed(one, generation) for one in _whole_lists(ordered, generation)]


def _of_other_sources(
    question: Understood, found: Sequence[Rated], wanted: Sequence[Rated], generation: Generation
) -> list[Rated]:
    """Where it is asked what the sources say: of each that has no sentence among those wanted the best that names what
    is asked about."""
    topic = [term for term in question.terms if term not in _SOURCES]
    if not topic or not _SAY.search(question.question):
        return []
    akin_to_it = {stemmed[0] for one in akin(question.question) if len(stemmed := stems(one)) == 1}
    names = akin_to_it | {max(topic, key=generation.words.weight)}
    there = {_source(one) for one in wanted}
    best: dict[str, Rated] = {}
    for one in found:
        if one.passage.source.basis is Basis.SOURCE and names & stem_set(one.passage.quote(one.sentence)):
            best.setdefault(one.passage.source.source_id, one)
    return [one for source, one in best.items() if source not in there]


def _source(one: Rated) -> str:
    """The document that a sentence is of; a brief tells what one says."""
    originals = one.passage.originals
    return original_parts(originals[one.sentence])[0] if originals else one.passage.source.source_id


def _asked(one: Rated, question: Understood) -> bool:
    """Whether a term of the glossary is what the question asks after or uses: what else it explains helps nobody."""
    term = stem_set(one.passage.heading_path[-1])
    return question.intent is Intent.DEFINITION or term <= stem_set(question.question)


def _without_repeats(candidates: Sequence[Rated], most: int, room: int, again: float) -> list[Rated]:
    """The best ``most`` sentences, no two of which say the same, that together have no more than ``room`` words: of
    equals the shorter. ``again``: what is taken off for each that was chosen of the same organisation before."""
    kept: list[Rated] = []
    sizes = [len(one.passage.quote(one.sentence).split()) for one in candidates]
    whose = [_whose(one) for one in candidates]
    of: Counter[str] = Counter()
    left = list(range(len(candidates)))
    while left and len(kept) < most:
        best = max(left, key=lambda at: candidates[at].score - _A_WORD * sizes[at] - again * of[whose[at]])
        left.remove(best)
        if sizes[best] <= room and not any(repeats(candidates[best], other) for other in kept):
            kept.append(candidates[best])
            of[whose[best]] += 1
            room -= sizes[best]
    return kept


def _whose(one: Rated) -> str:
    return one.passage.organisation or " ".join((one.passage.source.source_id, *one.passage.heading_path[:2]))


def _without_holes(chosen: Sequence[Rated]) -> list[Rated]:
    """With the sentence between two that were chosen of one paragraph: it is part of what they say."""
    taken = {one.line for one in chosen}
    found = list(chosen)
    for one in chosen:
        between, after = one.sentence + 1, one.sentence + 2
        key = one.passage.passage_id
        if (key, after) in taken and (key, between) not in taken and _runs_on(one.passage, one.sentence, after):
            found.append(replace(one, sentence=between))
    return found


def _runs_on(passage: Passage, first: int, last: int) -> bool:
    return "\n" not in passage.text[passage.sentences[first].start : passage.sentences[last].end]


def _stands_in(one: Rated, generation: Generation) -> bool:
    """Whether a brief speaks although the source that it was learnt from is held."""
    if one.passage.source.basis is not Basis.BRIEF or not one.passage.originals:
        return False
    source_id, _ = original_parts(one.passage.originals[one.sentence])
    return generation.holds(source_id)


def _whole_lists(chosen: Sequence[Rated], generation: Generation) -> list[Rated]:
    """A list of which half was chosen is quoted whole, and so is a short one of which any was: five steps of six, or
    one of "three strands", mislead more than none. What introduces a list is not left to introduce nothing."""
    found = list(chosen)
    for one in chosen:
        items = _items_beside(one, generation)
        taken = {other.line for other in found}
        missing = [item for item in items if item.line not in taken]
        short = sum(len(item.passage.quote(item.sentence).split()) for item in items) <= _SHORT_LIST
        if missing and (short or len(missing) <= len(items) / 2) and len(items) <= _LONGEST_LIST:
            found += missing
    taken = {one.line for one in found}
    return [
        one for one in found if not _introduces(one) or any(i.line in taken for i in _items_beside(one, generation))
    ]


def _introduces(one: Rated) -> bool:
    """A list may begin in the passage after its introduction."""
    by_items = any(span.lead == one.sentence for span in one.passage.sentences)
    return by_items or one.passage.quote(one.sentence).endswith(":")


def _items_beside(one: Rated, generation: Generation) -> list[Rated]:
    """Every item of the list that ``one`` is an item of, or introduces; a list may run over passages."""
    lead = one.sentence if _introduces(one) else one.passage.sentences[one.sentence].lead
    if lead is None:
        return []
    introduction = one.passage.quote(lead)
    row = generation.place[one.passage.passage_id]
    around = generation.content.passages[max(0, row - _LIST_REACH) : row + _LIST_REACH + 1]
    same = (p for p in around if p.heading_path == one.passage.heading_path and p.source == one.passage.source)
    return [
        replace(one, passage=passage, sentence=place)
        for passage in same
        for place, span in enumerate(passage.sentences)
        if span.lead is not None and passage.quote(span.lead) == introduction
    ]


def in_own_words(one: Rated, generation: Generation, narrowing: Narrowing) -> Rated:
    """Where a brief led to a source that is held, the source's own sentence."""
    row = generation.place[one.passage.passage_id]
    there, sentence = generation.leads(row)[one.sentence]
    if there < 0 or not fits(generation.content.passages[there], narrowing):
        return one
    vector = generation.sentence_vectors_of(int(there))[sentence]
    return replace(one, passage=generation.content.passages[there], sentence=int(sentence), vector=vector)


def repeats(one: Rated, other: Rated) -> bool:
    """Whether ``one`` says nothing that ``other`` does not. A figure of its own makes it news."""
    text, said = one.passage.quote(one.sentence), other.passage.quote(other.sentence)
    if text == said:
        return True
    mixed = one.passage.source.basis is not other.passage.source.basis
    given = figures(_LABEL.sub("", text))
    same = _SAME_AS_BRIEF if mixed else _SAME
    if mixed and given and _whose(one) == _whose(other) and one.programme in (None, other.programme):
        same = _SAME_FIGURES
    return float(one.vector @ other.vector) > same and given <= figures(said)
