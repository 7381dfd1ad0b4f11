"""Whether a question asks what has happened, where what is quoted on it is only meant to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.demands import holds_number
from retrieval.evidence import Rated
from retrieval.intent import EMPTY
from retrieval.met import Word
from retrieval.notices import GAP_ONLY_AIMED, GAP_ONLY_PLANNED, GAP_PLANNED
from retrieval.quoted import Quoted
from retrieval.unmet import last_sentence
from retrieval.words import stem_set, stems

# What has happened, how much of it, or when; not why or how it was done, which a plan answers as well.
_HAPPENED = re.compile(
    r"\bhow (?:many|much|far)\b[^?]*\b(?:did|has|have|had|was|were)\b"
    r"|\bwhen (?:did|was|were|has|have)\b"
    r"|\bwhat (?:was|were|are) the (?:[\w’'-]+ ){0,3}(?:results?|outcomes?|findings?|effects?|impacts?)\b"
    r"|\bwhat (?:did|has|have)\b[^?]* (?:find|found|show|shown|say|said|achieve|reveal|conclude)\w*\b"
    r"|\b(?:is|are|was|were)\b[^?]*\bon (?:track|course|schedule|target)\b"
    r"|(?:^\W*|[,;.!] (?:and |but )?)(?:has|have|did)\b|\bsince (?:it|they|the|then|opening|launch)\b",
    re.I,
)
_A_NUMBER = re.compile(r"\bhow (?:many|much|far)\b", re.I)
_OF_A_PLAN = re.compile(
    r"\b(?:plan\w*|aim\w*|expect(?!anc)\w*|hop(?:e|es|ed|ing)|inten[dt]\w*|(?<!on )target\w*|goals?|objectives?|next"
    r"|ambition\w*|will|would|going to|mean\w*|suppos\w+|set out|commit\w*|pledg\w+|promis\w+|decide[ds]?|should"
    r"|future|strategy|why|how long)\b",
    re.I,
)
_PLANNED = re.compile(
    r"\b(?:will|plan(?:s|ned)? (?:to|for|an?)|(?:is|are) to (?:be|open|start|begin|launch|run)"
    r"|(?:is|are|was|were) (?:\w+ )?(?:planning|expected)|expects? to|planned (?:repeat|follow|survey)|hopes? to"
    r"|intends? to|pending|in the coming (?:years?|months?)|later in (?:19|20)\d\d"
    r"|(?:is|are|was|were) (?:due|set|meant) to (?!the\b|an?\b)\w+|being set up|aim(?:s|ed)? to)\b",
    re.I,
)
# What has happened, in the same sentence.
_DONE = re.compile(
    r"\b(?:(?:has|have|had) (?:\w+ )?(?!be\b)\w+(?:ed|en|wn|nt|de|ne)|saw|led to|result(?:ed|ing) in|fell|rose|opened"
    r"|launched|went live|achieved|recruited|reduced|increased|delivered|provided|was|were)\b"
    r"(?! (?:\w+ )?(?:due|set|expect|plan|meant))",
    re.I,
)
# What somebody is asked to have reached, and how a sentence tells of what is only aimed at.
_DEED = re.compile(
    r"\bhow (?:did|has|have)\b[^?]*?\b(?:manage[ds]?|succeed(?:ed)?) (?:to|in) (?P<deed>\w+) (?P<what>[^?]+)"
    r"|\bhow (?:did|has|have)\b[^?]*?\b"
    r"(?P<reached>become|(?:reach|hit|meet)(?= (?:(?:its|the|an?) )?(?:targets?|goals?|net\b|\d))|achieve|end|halve"
    r"|double|eliminate|abolish)d? (?P<of>[^?]+)",
    re.I,
)
_AIMED = re.compile(
    r"\b(?:aim\w*|goals?|targets?|ambitions?|visions?|plan\w*|approach(?:es)? (?:to|by|for)|focus\w* on|commit\w*"
    r"|pledg\w*|intend\w*|hop(?:e|es|ed|ing)|will|(?:is|are) to|objectives?|principles?|strategy|working towards"
    r"|in order to)\b[^.]*$"
    r"|(?<!managed )(?<!able )(?<!helped )\bto $",
    re.I,
)
_BY_THEN = re.compile(r"\bby 20[3-9]\d\b")
_WORDS = re.compile(r"\w+")
_MOST_OF_IT = 0.5  # of the words of what was to be reached, in a sentence that tells of it
# Fitted on the tune half of evals/suites/anchors.yaml: the share of the best met that others must reach to count.
_ON_IT = 0.93
_RARE = 10  # passages that hold a word by which it can be told what a sentence is on


def planned(question: str, quoted: Quoted, near: Sequence[Rated]) -> Iterator[str]:
    """The gap of a plan or an expectation in the place of what happened. Where a number is asked, only what gives one
    can be on it. ``near``: what comes near to the question, quoted or not."""
    if not quoted.sentences or _OF_A_PLAN.search(question):
        return
    if _only_aimed_at(question, (*quoted.sentences, *near)):
        yield GAP_ONLY_AIMED
    if not _HAPPENED.search(question):
        return
    giving = quoted.where(holds_number) if _A_NUMBER.search(question) else []
    if _all_planned(range(len(quoted.sentences)), quoted) or (giving and _all_planned(giving, quoted)):
        yield GAP_PLANNED
    last = last_sentence(question)
    for word in quoted.met.words:
        if word.typed.islower() and 0 < word.passages <= _RARE and word.typed in last:
            yield from _only_planned(word, (*quoted.sentences, *near))


def _only_aimed_at(question: str, near: Sequence[Rated]) -> bool:
    """Whether what was to be reached ("halve the gap") is told, and always as an aim."""
    found = _DEED.search(question)
    if found is None:
        return False
    deed, what = stems(found["deed"] or found["reached"])[:1], stem_set(found["what"] or found["of"]) - EMPTY
    lines = [one.passage.quote(one.sentence) for one in near]
    on_it = [line for line in lines if len(what & stem_set(line)) >= _MOST_OF_IT * len(what)]
    holding = [line for line in on_it if deed and deed[0] in stem_set(line)]
    return bool(holding) and all(_is_aimed_at(deed[0], line) for line in holding)


def _is_aimed_at(deed: str, line: str) -> bool:
    """Whether the deed stands after an aim, or with a year to come."""
    before = next((line[: word.start()] for word in _WORDS.finditer(line) if deed in stems(word.group())), line)
    return bool(_AIMED.search(before) or _BY_THEN.search(line))


def _only_planned(word: Word, near: Sequence[Rated]) -> Iterator[str]:
    """The gap of a rare word of the question that only plans hold of all that is near."""
    lines = [one.passage.quote(one.sentence) for one in near]
    holding = [line for line in lines if word.stem in stem_set(line)]
    if holding and all(map(is_plan, holding)):
        yield GAP_ONLY_PLANNED.format(word=word.typed)


def _all_planned(places: Sequence[int], quoted: Quoted) -> bool:
    """Whether each of these sentences that meets the question, or its words that are no names (all that is told of a
    programme meets its name), about as well as the best of them tells of a plan."""
    met = [quoted.sentences[at].met for at in places]
    plain = [at for at, word in enumerate(quoted.met.words) if word.typed.islower()]
    on_it = quoted.met.values[list(places)][:, plain].mean(axis=1).tolist() if plain else met
    plans = [is_plan(quoted.sentences[at].passage.quote(quoted.sentences[at].sentence)) for at in places]
    return any(
        all(plan for plan, one in zip(plans, every, strict=True) if one >= _ON_IT * max(every))
        for every in (met, on_it)
    )


def is_plan(said: str) -> bool:
    return bool(_PLANNED.search(said)) and not _DONE.search(said)
