"""What a question speaks of and no source does: a name, a word, a term whose meaning is asked; of the whole index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.asked import texts_of
from retrieval.aspects import ASPECTS
from retrieval.evidence import Evidence
from retrieval.generation import Generation, beside_generation
from retrieval.intent import asks_who
from retrieval.met import Met
from retrieval.names import known_names, spelt
from retrieval.notices import GAP_UNKNOWN_NAME, GAP_UNKNOWN_WORD, GAP_UNUSED_TERM, GAP_UNUSED_WORD
from retrieval.understand import Intent, Understood
from retrieval.unmet import last_sentence
from retrieval.words import stems

# Fitted on the tune half of evals/suites/anchors.yaml.
_UNLIKE = 0.38  # cosine of a word that no source uses with the nearest that is quoted
_UNHEARD = 0.68  # of one that no listed question uses either: "risen" is met by "increased"
# How like one that is listed a line must be that tells in its own words what is looked for, a question, and one about a
# body or programme that it names.
_TOLD_SO, _ASKED_SO, _NAMED_SO = 0.6, 0.66, 0.78
_NEAR = 20  # sentences
_HAPPENED = re.compile(r"\w+(?:ed|en|wn)", re.I)  # what became of something it may never have
_SLIP = 0.8  # of a word's letters are as they are in another
_LONG = 4  # letters of a word that tells something

# What is no topic: how something is done or seen, and words of talk.
_NO_TOPIC = re.compile(
    r"\w{4,}(?:(?<!assemb)ly|ical)|bits|stuff|loads|lots|guys|folks|fella|bloke|quid|dunno|kinda|sorta|yeah|yep"
    r"|nope|ta|cheers|honest|basically|pretty|awful|brilliant|nitty|gritty|gist|heads|ins|outs|proper",
    re.I,
)

_TERM = r"(?:[\w-]+ ){1,3}[\w-]+"
_TO_MEAN = r"(?:[\w-]+ ){1,3}?[\w-]+?"  # as few words as may be: "mean" is none of them
_DEFINES = re.compile(
    rf"^\W*(?:(?:what(?:['’]s| is| are)|define|explain) (?:an? )?(?P<one>(?!the |an? )(?:['‘“\"]?{_TERM}))"
    rf"|(?:what (?:does|do|is meant by)|(?:the )?meaning of) (?:an? |the )?(?P<two>['‘“\"]?{_TO_MEAN})(?: mean)?)\W*$",
    re.I,
)
_SURELY_A_TERM = re.compile(
    r"^\W*(?:what(?:['’]s| is) an? |define |what (?:does|is meant by) |(?:the )?meaning of )", re.I
)
_OF_NO_TERM = re.compile(
    r"\b(?:for|of|in|on|at|to|from|with|about|by|the|this|that|these|those|it|they|our|we|you|your|next|said|done|not"
    r"|do|does|did|doing|there|problem)\b|\d",
    re.I,
)
_ASKS = re.compile(
    r"\?|^\W*(?:who|whose|whom|what|which|where|when|why|how|is|are|was|were|do|does|did|has|have)\b", re.I
)
# Whoever tells of a place of their own asks after others.
_OWN = re.compile(r"\b(?:we|our|us|i|my|could|can|should|would|might)\b|['’](?:re|ve|m|d|ll)\b", re.I)
_WHO_IS_THERE = re.compile(r"^\W*(?:which|what|who|whose|is there|are there|does|do|has|have)\b", re.I)
_A_BODY = re.compile(r"\b(?:Hospitals?|Health(?:care)?|Care|Partnership|Trust|NHS|University|Infirmary|Council)\b")


def surely_unknown(asked: Understood, generation: Generation) -> bool:
    """Whether a question is surely about a body that the sources do not mention, and no other, or about a term that
    they do not use: nothing answers it."""
    if unused_term(asked, generation) and _SURELY_A_TERM.search(asked.question):
        return True
    if asked.intent is Intent.START or asked.organisations or asked.programmes or _OWN.search(asked.question):
        return False
    last = last_sentence(asked.question)
    unknown = [name for name in asked.unknown_names if not _is_nearly_known(name, generation)]
    return any(name in last and (_A_BODY.search(name) or _is_a_place(name, last)) for name in unknown)


def _is_a_place(name: str, last: str) -> bool:
    """Whether it is asked what is done at a place, or who does it in one."""
    there = rf"(?:in|from|across|near) {re.escape(name)}"
    within = re.search(rf"\b(?:trusts?|hospitals?|who) {there}\b|\b{there}\W*$", last)
    return f" at {name}" in last or bool(within and _WHO_IS_THERE.search(last))


def _is_nearly_known(name: str, generation: Generation) -> bool:
    """Whether a word of a name is one of a name that is known, but for a slip of spelling that nobody mended."""
    words = (word for word in _name_words(name) if not any(map(generation.words.holding, stems(word))))
    known = _known_words(generation)
    return any(process.extractOne(word, known, scorer=OSA.normalized_similarity, score_cutoff=_SLIP) for word in words)


@beside_generation
def _known_words(generation: Generation) -> tuple[str, ...]:
    return tuple({word for name in spelt(known_names(generation)) for word in _name_words(name)})


def _name_words(name: str) -> list[str]:
    """Those long enough to be told from each other by more than a letter."""
    return re.findall(r"[a-z]{6,}", name.lower())


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


def unknown(asked: Understood, generation: Generation) -> tuple[str, ...]:
    """What of a question no source speaks of, where nothing is quoted."""
    term = unused_term(asked, generation)
    names = [GAP_UNKNOWN_NAME.format(name=name) for name in asked.unknown_names]
    terms = [GAP_UNUSED_TERM.format(term=term)] if term else []
    return (*names, *terms, *(GAP_UNUSED_WORD.format(word=word) for word in _telling_words(asked, term)))


def unknown_beside(asked: Understood, evidence: Evidence, said: str, met: Met, generation: Generation) -> Iterator[str]:
    """The same beside what is quoted, ``said``. A word matters where nothing quoted is like it ("pupils" may be
    answered by "students", "bus passes" by nothing), or where nobody uses it who asks what the sources do answer."""
    last, term = last_sentence(asked.question), unused_term(asked, generation)
    for name in asked.unknown_names:
        if name in last and not re.search(rf"\b{re.escape(name)}\b", said):
            yield GAP_UNKNOWN_NAME.format(name=name)
    if term:
        yield GAP_UNUSED_TERM.format(term=term)
    if asked.intent is Intent.START or asks_who(asked.question):
        return
    like = max((one.like for one in evidence.sentences[:_NEAR]), default=0.0)
    enough = _NAMED_SO if asked.organisations or asked.programmes else _ASKED_SO
    if like >= _TOLD_SO and not _ASKS.search(asked.question):
        return
    for word in _telling_words(asked, term):
        if like >= enough and not _HAPPENED.fullmatch(word):
            continue
        if re.search(rf"\bto {re.escape(word)}(?<!s) \w", last):  # how it is meant to be done is no topic
            continue
        unlike = word in evidence.unmet and met.of(word) < _UNLIKE
        if unlike or (met.of(word) < _UNHEARD and _is_unheard_of(word, generation)):
            yield GAP_UNKNOWN_WORD.format(word=word)


def _telling_words(asked: Understood, term: str | None) -> list[str]:
    """The words of what is asked that no source uses, without those that say nothing anywhere."""
    last = last_sentence(asked.question)
    lost = (word for word in asked.unknown_words if word in last and word not in (term or ""))
    return [word for word in lost if word.lower() not in _say_nothing() and not _is_no_topic(word)]


def _is_no_topic(word: str) -> bool:
    """What is asked of any programme ("pitfalls") is none either."""
    return bool(_NO_TOPIC.fullmatch(word)) or any(one.words.fullmatch(word) for one in ASPECTS)


@cache
def _say_nothing() -> frozenset[str]:
    from bm25s.stopwords import STOPWORDS_EN_PLUS  # a third of a second

    return frozenset(STOPWORDS_EN_PLUS)


def _is_unheard_of(word: str, generation: Generation) -> bool:
    """Whether no listed question uses a word, where there are such questions."""
    heard = _heard(generation)
    return bool(heard) and len(word) >= _LONG and heard.isdisjoint(stems(word))


@beside_generation
def _heard(generation: Generation) -> frozenset[str]:
    return frozenset(stem for text in texts_of(generation.content.questions) for stem in stems(text))
