"""Whether what was found answers the question, and what it leaves open. Told by what is said, not by a rank.

A score of retrieval alone cannot tell an unanswerable question on the topic (AUROC 0.55 on SQuAD 2.0).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bm25s.stopwords import STOPWORDS_EN_PLUS

from retrieval.asked import texts_of
from retrieval.evidence import Evidence, Rated
from retrieval.generation import Generation, beside_generation
from retrieval.intent import asks_who
from retrieval.met import met_by
from retrieval.names import Names, names_in
from retrieval.notices import (
    GAP_NOT_ABOUT,
    GAP_UNKNOWN_NAME,
    GAP_UNKNOWN_WORD,
    GAP_UNUSED_TERM,
    GAP_UNUSED_WORD,
)
from retrieval.quoted import Quoted
from retrieval.types import Status
from retrieval.understand import Intent, Understood
from retrieval.unmet import last_sentence, unmet
from retrieval.unnamed import unnamed
from retrieval.unrecorded import unrecorded
from retrieval.words import stems

# How near the best sentence's meaning must be to the question's, by itself or with a share of its words. Fitted on the
# `tune` half of evals/suites/anchors.yaml, where out-of-scope questions reach 0.34 at most.
_MEANS = 0.35
_MEANS_WITH_WORDS, _WITH_WORDS = 0.28, 0.29
_NEAR = 20  # sentences, quoted or not
_UNLIKE = 0.38  # cosine of a word that no source uses with the nearest that is quoted
_UNHEARD = 0.68  # of one that no listed question uses either: "risen" is met by "increased"
_LONG = 4  # letters of a word that tells something
_ELSEWHERE = 0.3  # below it the question is about something else altogether
_TERM = r"(?:[\w-]+ ){1,3}[\w-]+"
_DEFINES = re.compile(
    rf"^\W*(?:(?:what(?:['’]s| is| are)|define|explain) (?:an? )?(?P<one>(?!the |an? )(?:['‘“\"]?{_TERM}))"
    rf"|(?:what (?:does|do|is meant by)|(?:the )?meaning of) (?:an? |the )?(?P<two>['‘“\"]?{_TERM}?)(?: mean)?)\W*$",
    re.I,
)
_OF_NO_TERM = re.compile(
    r"\b(?:for|of|in|on|at|to|from|with|about|by|the|this|that|these|those|it|they|our|we|you|your|next|said|done|not"
    r"|do|does|did|doing|there|problem)\b|\d",
    re.I,
)
# Whoever tells of a place of their own asks after others.
_OWN = re.compile(r"\b(?:we|our|us|i|my|could|can|should|would|might)\b|['’](?:re|ve|m|d|ll)\b", re.I)
_A_BODY = re.compile(r"\b(?:Hospitals?|Health(?:care)?|Care|Partnership|Trust|NHS|University|Infirmary|Council)\b")
_SURELY_A_TERM = re.compile(
    r"^\W*(?:what(?:['’]s| is) an? |define |what (?:does|is meant by) |(?:the )?meaning of )", re.I
)


def judge(asked: Understood, chosen: Sequence[Rated], evidence: Evidence, generation: Generation) -> Status:
    """Whether what was found answers: does a sentence mean, or mean and say, what was asked? Of a body that the sources
    do not mention, or a term that they do not use, nothing does."""
    foreign = _SURELY_A_TERM.search(asked.question) and unused_term(asked, generation)
    if not chosen or foreign or _asks_of_unknown(asked):
        return Status.NOT_FOUND
    near = (*chosen, *evidence.sentences[:_NEAR])
    if asked.intent is Intent.START and not asked.terms:
        return Status.ANSWERED  # "How do we start?" can only mean one thing here
    best = max(one.meaning for one in near)
    worded = any(one.meaning >= _MEANS_WITH_WORDS and one.coverage >= _WITH_WORDS for one in near)
    if best >= _MEANS or worded:
        return Status.ANSWERED
    ours = asked.organisations or asked.programmes  # "solar panels at Imperial" is about what is held, found or not
    return Status.OUT_OF_SCOPE if best < _ELSEWHERE and not ours else Status.NOT_FOUND


def unknown(asked: Understood, generation: Generation) -> tuple[str, ...]:
    """What of the question the sources do not mention at all, where nothing is quoted."""
    term = unused_term(asked, generation)
    return (
        *(GAP_UNKNOWN_NAME.format(name=name) for name in asked.unknown_names),
        *((GAP_UNUSED_TERM.format(term=term),) if term else ()),
        *(GAP_UNUSED_WORD.format(word=word) for word in _telling_words(asked) if word not in (term or "").split()),
    )


def unused_term(asked: Understood, generation: Generation) -> str | None:
    """The term of several words whose meaning is asked and that no source uses."""
    found = _DEFINES.search(asked.question) if asked.intent is Intent.DEFINITION else None
    if found is None or asked.organisations or asked.programmes:
        return None
    term = (found["one"] or found["two"]).strip("'’‘“”\"")
    words = stems(term)
    surely = _SURELY_A_TERM.search(asked.question)  # "what are trusts doing"
    alone = len(words) < 2 or _OF_NO_TERM.search(term) or (term.endswith("ing") and not surely)
    return None if alone or generation.words.together(words) else term


def _asks_of_unknown(asked: Understood) -> bool:
    """Whether a question is about a body that the sources do not mention, and about no other."""
    if asked.intent is Intent.START or asked.organisations or asked.programmes or _OWN.search(asked.question):
        return False
    last = last_sentence(asked.question)
    return any(name in last and (_A_BODY.search(name) or f" at {name}" in last) for name in asked.unknown_names)


def _telling_words(asked: Understood) -> list[str]:
    """The words of what is asked that no source uses, without those that say nothing anywhere."""
    last = last_sentence(asked.question)
    return [word for word in asked.unknown_words if word in last and word.lower() not in STOPWORDS_EN_PLUS]


def gaps_of(asked: Understood, evidence: Evidence, chosen: Sequence[Rated], generation: Generation) -> tuple[str, ...]:
    """What the question asks for and the answer does not hold. A word that no source uses matters where nothing that
    they say is like it ("pupils" may be answered by "students", "bus passes" by nothing), or where nobody uses it who
    asks what they do answer."""
    said = " ".join(one.passage.quote(one.sentence) for one in chosen)
    last = last_sentence(asked.question)
    names = [name for name in asked.unknown_names if name in last and not re.search(rf"\b{re.escape(name)}\b", said)]
    term = unused_term(asked, generation)
    gaps = [GAP_UNKNOWN_NAME.format(name=name) for name in names]
    gaps += [GAP_UNUSED_TERM.format(term=term)] if term else []
    met = met_by(evidence.query, asked.focus, chosen, generation)
    if asked.intent is not Intent.START and not asks_who(asked.question):
        typed = [word for word in _telling_words(asked) if word not in (term or "")]
        lost = [word for word in typed if word in evidence.unmet and met.of(word) < _UNLIKE]
        lost += [
            word for word in typed if word not in lost and met.of(word) < _UNHEARD and _is_unheard_of(word, generation)
        ]
        gaps += [GAP_UNKNOWN_WORD.format(word=word) for word in lost]
    each = [(part.question, met_by(held.query, part.focus, chosen, generation)) for part, held in evidence.parts]
    for question, there in each or [(asked.question, met)]:
        quoted = Quoted(tuple(chosen), there)
        gaps += (*unnamed(asked, question, quoted, _names(generation)), *unmet(asked, question, quoted))
        gaps += unrecorded(asked, quoted, generation)
    told_already = {GAP_NOT_ABOUT.format(name=name) for name in asked.unknown_names}
    return tuple(gap for gap in dict.fromkeys(gaps) if gap not in told_already)


@beside_generation
def _names(generation: Generation) -> Names:
    return names_in(generation.content)


def _is_unheard_of(word: str, generation: Generation) -> bool:
    """Whether no listed question uses a word, where there are such questions."""
    heard = _heard(generation)
    return bool(heard) and len(word) >= _LONG and heard.isdisjoint(stems(word))


@beside_generation
def _heard(generation: Generation) -> frozenset[str]:
    return frozenset(stem for text in texts_of(generation.content.questions) for stem in stems(text))
