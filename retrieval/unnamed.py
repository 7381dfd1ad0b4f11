"""Names in a question and whether what is quoted is of them: who is named nowhere, and what is told of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.attribution import Mention
from retrieval.demands import POST, YEARS, demand_of
from retrieval.evidence import Rated
from retrieval.intent import Intent
from retrieval.names import Names
from retrieval.notices import GAP_ABOUT_OTHERS, GAP_NONE_OF, GAP_NOT_ABOUT, GAP_NOT_TOGETHER, GAP_WORD_OF_OTHERS
from retrieval.parts import sets_beside
from retrieval.pointing import NAME
from retrieval.quoted import Quoted, is_about, stems_about
from retrieval.understand import Understood
from retrieval.words import stem_set, stems

# All fitted on the tune half of evals/suites/anchors.yaml.
_SHORT_NAME = 3  # words
_PAIR = 2  # words from which a mean tells something
_BETWEEN = 1  # words that may stand between those of a name: "Basildon and Southend Hospitals"
_OTHERS = 0.85  # of the best sentence's, what the best sentence about the body that was named must reach
_TOLD, _UNTOLD = 0.6, 0.4  # a word that sentences about others meet, and those about the body that was named do not
_JOINED = re.compile(
    r"['’]s?\s+(?:and\s+)?|\s+and\s+(?=[A-Z]{2,}\b)|(?<=[A-Z]{2})\s+and\s+"
)  # "ELFT's IPS", "ELFT and GOSH"
_LISTED = re.compile(r"[A-Z][\w’'-]*,? (?:and|or) (?:in |at )?$|[A-Z][\w’'-]*, (?:in |at )?$")
_GOES_ON = re.compile(r" [A-Z][a-z]+\b(?<! Trust)(?<! Hospital)(?<! Hospitals)")
_POST = re.compile(rf"\b{POST}\b")


def unnamed(asked: Understood, question: str, quoted: Quoted, names: Names) -> tuple[str, ...]:
    """The gaps between whom ``question`` names, whole or a part of what was ``asked``, and whom the quotes are of."""
    if not quoted.sentences:
        return ()
    figures = () if asked.intent is Intent.START else _figures(question, quoted, names)
    return tuple(dict.fromkeys((*_names(question, quoted, names), *_bodies(asked, quoted, names), *figures)))


def _names(question: str, quoted: Quoted, names: Names) -> Iterator[str]:
    """Names of the question that stand in no passage that is quoted. Acronyms are left to those who know what they
    stand for, posts to those who look for posts."""
    for match in NAME.finditer(question):
        for part in _JOINED.split(match.group()):
            if not YEARS.search(part) and not _POST.search(part) and not _is_named(part, quoted, names):
                yield GAP_NOT_ABOUT.format(name=part)


def _figures(question: str, quoted: Quoted, names: Names) -> Iterator[str]:
    """Bodies and places of which a figure is asked, and of which no sentence speaks that gives one."""
    demand = demand_of(question)
    if demand is None or not demand.figure:
        return
    giving = [told for said, told in zip(quoted.said, quoted.told, strict=True) if demand.gives(said)]
    for mention in names.bodies_in(question) if giving else ():
        called = question[mention.start : mention.end]
        if not any(mention.thing in _things_in(told, names) or set(stems(called)) <= stem_set(told) for told in giving):
            yield GAP_NOT_TOGETHER.format(what=demand.what, topic=called)


def _is_named(name: str, quoted: Quoted, names: Names) -> bool:
    """Whether a name, or each of two that "and" joins, stands in what is quoted, by whatever other name."""
    if _stands(stems(name), quoted) or _is_known(name, quoted, names) or _short_of(name) in quoted.everything.split():
        return True
    parts = name.split(" and ")
    return len(parts) > 1 and all(_is_named(part, quoted, names) for part in parts)


def _short_of(name: str) -> str:
    """What a name may be called for short: "NHSE" for "NHS England"."""
    return "".join(word if word.isupper() else word[0] for word in re.findall(r"[A-Z][\w&]*", name))


def _stands(name: Sequence[str], quoted: Quoted) -> bool:
    """Whether the words of a name stand together in what a passage says or is about; a long one may lack its last. Of
    one word it cannot be told whether it is a name."""
    wanted = name if len(name) <= _SHORT_NAME else name[:-1]
    return len(name) < 2 or any(
        _together(wanted, stems_about(one.passage, one.programme or "")) for one in quoted.sentences
    )


def _together(wanted: Sequence[str], text: Sequence[str]) -> bool:
    starts = (at for at, stem in enumerate(text) if stem == wanted[0])
    return any(_follow(wanted[1:], text[start + 1 :]) for start in starts)


def _follow(wanted: Sequence[str], text: Sequence[str]) -> bool:
    at = 0
    for stem in wanted:
        near = text[at : at + _BETWEEN + 1]
        if stem not in near:
            return False
        at += near.index(stem) + 1
    return True


def _is_known(name: str, quoted: Quoted, names: Names) -> bool:
    """Whether a name is that of a body or programme that a quoted passage is about or names otherwise."""
    mentioned = (*names.bodies_in(name), *names.programmes_in(name))
    things = {mention.thing for mention in mentioned}
    return _covered(name, mentioned) and any(
        things & {one.passage.programme_id, one.passage.organisation, *_things_in(told, names)}
        for one, told in zip(quoted.sentences, quoted.told, strict=True)
    )


def _covered(name: str, mentioned: Sequence[Mention]) -> bool:
    """Whether what is known makes up a name, but for acronyms: "ELFTs IPS". North East London is not East London."""
    left = "".join(" " if any(one.start <= at < one.end for one in mentioned) else c for at, c in enumerate(name))
    return bool(mentioned) and all(word.isupper() for word in re.findall(r"\w{2,}", left))


def _things_in(text: str, names: Names) -> Iterator[str]:
    return (mention.thing for mention in (*names.bodies_in(text), *names.programmes_in(text)))


def _bodies(asked: Understood, quoted: Quoted, names: Names) -> Iterator[str]:
    """Where the question names one body, and what best answers it, or a word of it, is told of another."""
    beside_a_programme = bool(asked.programmes) and sets_beside(asked.question)
    if len(asked.organisations) != 1 or asked.parts or beside_a_programme or _names_several(asked.question, names):
        return
    (name,) = asked.organisations
    rated = [one.met for one in quoted.sentences] if asked.otherwise else _met_beside_names(asked, quoted, names)
    best, met = max(zip(quoted.sentences, rated, strict=True), key=lambda one: one[1])
    about = [rated[at] for at in range(len(rated)) if _is_told_of(at, name, quoted, names)]
    other = best.passage.organisation
    if name in _things_in(best.passage.text, names):
        return
    if other and other != name and not is_about(best, name) and max(about, default=0.0) < _OTHERS * met:
        yield GAP_ABOUT_OTHERS.format(other=other, name=name)
    elif not asked.otherwise and not asked.programmes and not about and not _speaks_for(name, quoted):
        yield GAP_NONE_OF.format(name=name)
    elif asked.intent is not Intent.START:
        yield from _words_of_others(name, quoted)


def _speaks_for(name: str, quoted: Quoted) -> bool:
    """Whether a passage that is quoted names a body elsewhere, or a source of its own is quoted."""
    return any(is_about(one, name) or one.passage.source.publisher in name for one in quoted.sentences)


def _is_told_of(at: int, name: str, quoted: Quoted, names: Names) -> bool:
    """Whether a sentence is told of a body, not merely beside one that is."""
    return name in (quoted.sentences[at].passage.organisation, *_things_in(quoted.told[at], names))


def _names_several(question: str, names: Names) -> bool:
    """Whether a question names several bodies or places, known or not ("in Luton, Essex and Leeds"), or one whose name
    only begins like that of a known one ("Sheffield Hallam")."""
    bodies = names.bodies_in(question)
    listed = (_LISTED.search(question[: one.start]) or _GOES_ON.match(question[one.end :]) for one in bodies)
    return len({one.thing for one in bodies}) > 1 or any(listed)


def _met_beside_names(asked: Understood, quoted: Quoted, names: Names) -> list[float]:
    """How well each sentence meets the words that do not name a body: all that is told of one meets its name."""
    question = asked.question
    named = {word for one in names.bodies_in(question) for word in question[one.start : one.end].split()}
    plain = [at for at, word in enumerate(quoted.met.words) if word.typed not in named]
    if len(plain) < _PAIR:
        return [one.met for one in quoted.sentences]
    met: list[float] = quoted.met.values[:, plain].mean(axis=1).tolist()
    return met


def _words_of_others(name: str, quoted: Quoted) -> Iterator[str]:
    """Words that what is told of others meets, and what is told of the body that was named does not."""
    of_others = [at for at, one in enumerate(quoted.sentences) if _is_of_another(one, name)]
    about = quoted.met.best([at for at in range(len(quoted.sentences)) if at not in of_others])
    others = quoted.met.best(of_others)
    for word, here, there in zip(quoted.met.words, about, others, strict=True):
        if there > _TOLD and here < _UNTOLD:
            yield GAP_WORD_OF_OTHERS.format(word=word.typed, name=name)


def _is_of_another(one: Rated, name: str) -> bool:
    return one.passage.organisation is not None and not is_about(one, name)
