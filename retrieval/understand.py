"""What a question asks for, read by rules that anybody can follow, and shown to the reader.

In this order: spelling (``spelling``), follow-ups (``followups``), names and terms (``names``), intent (``intent``),
facets (``facets``) and parts (``parts``). Each is a plain function or object that can be run alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.facets import facets_of
from retrieval.followups import Reading, stand_alone
from retrieval.generation import Content
from retrieval.intent import EMPTY, Intent, intent_of, telling
from retrieval.names import Names, names_in, spelt
from retrieval.numbered import Numbered, named_too, numbered
from retrieval.parts import parts_of
from retrieval.pointing import NAME
from retrieval.spelling import Repair, Speller, speller
from retrieval.types import Role, Turn
from retrieval.words import WordIndex, akin, stems

__all__ = ["Intent", "Lexicon", "Understood", "lexicon_of", "understand"]


@dataclass(frozen=True, slots=True)
class Understood:
    """``question`` stands alone, spelling mended. ``shown`` is told to the reader. ``search_text`` is looked up by its
    words, ``meaning_text``, the same without ``expansions``, by its meaning: an acronym says nothing to the encoder,
    and a second name blurs the question. ``focus`` is what of that is asked now, by which sentences are chosen: a
    follow-up's question without all that only leads to the place. ``otherwise``, what else may be meant, is looked up
    beside it (``followups.Resolved``).
    ``terms`` are its stems that carry meaning; ``unknown_names`` and ``unknown_words`` stand in the question and
    nowhere in the index. ``repairs`` are the slips of spelling that were mended.

    ``organisations`` (display names, as in ``Passage.organisation``) and ``programmes`` (ids, as in
    ``Passage.programme_id``) are those that the question names, by whatever name, the subject that a follow-up takes
    from the conversation included. ``facets`` maps a facet to the values that the question speaks of, plus
    ``constraint`` (``facets.Constraint``). ``parts`` are questions that stand alone, where this one asks several
    things; empty where it asks one."""

    question: str
    shown: str
    search_text: str
    meaning_text: str
    focus: str
    otherwise: tuple[Reading, ...]
    intent: Intent
    terms: tuple[str, ...]
    unknown_names: tuple[str, ...]
    unknown_words: tuple[str, ...]
    repairs: tuple[Repair, ...]
    expansions: tuple[str, ...]
    organisations: tuple[str, ...]
    programmes: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]
    parts: tuple[str, ...]

    @property
    def vague(self) -> bool:
        return not self.terms and self.intent is not Intent.START


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a generation's words and names are, by which questions are read."""

    words: WordIndex
    names: Names
    speller: Speller
    numbered: tuple[Numbered, ...]


_INSTITUTION = frozenset(
    stems(
        "hospital hospitals health healthcare care university college council city county borough foundation "
        "community partnership "
        "services group general royal infirmary mental social north south east west england london"
    )
)
_ABOUT_ALL = frozenset(
    stems(
        "anchor anchors institution institutions organisation nhs trust trusts hospital work working agenda "
        "mission role few two three six twelve hundred day days week weeks month months year years"
    )
)
_SHORTENED = re.compile(r"(?:n['’]t|['’](?:re|d|ll|ve|m))$", re.I)  # "they're" is "they"
_ORDINALS = dict(zip("123456", ("first", "second", "third", "fourth", "fifth", "sixth"), strict=True)) | {
    "one": "first", "two": "second", "three": "third", "four": "fourth", "five": "fifth", "six": "sixth",
}  # fmt: skip
_A_STEP = re.compile(rf"\b(?:the )?step ({'|'.join(_ORDINALS)})\b", re.I)
_LONG = 3  # letters; shorter words are mostly slips
_FIRST_STEPS = "First steps: what to do first, how others got started."


def lexicon_of(content: Content, words: WordIndex) -> Lexicon:
    """Reads every word of a generation once; a fraction of a second at 1,000 passages."""
    names = names_in(content)
    printed = (passage.embedding_text for passage in content.passages)
    titles = (stored.record.title for stored in content.sources if stored.record)
    return Lexicon(words, names, speller((*printed, *spelt(names))), numbered(titles))


def understand(question: str, history: Sequence[Turn], lexicon: Lexicon, follows: bool = False) -> Understood:
    """Read a question that has passed the screen. ``follows``: it goes on with the conversation, however it looks."""
    names = lexicon.names
    typed, repairs = lexicon.speller.repair(_by_ordinal(_on_one_line(question)))
    asked = stand_alone(typed, _mended(history, lexicon.speller), names, follows)
    if (called := named_too(asked.question, lexicon.numbered)) != asked.question:
        asked = stand_alone(called, (), names)
    expansions = names.expansions(asked.search_text)
    wordings = (*expansions, *akin(asked.search_text))
    intent = intent_of(asked.question)
    terms = tuple(dict.fromkeys(telling(asked.focus)))
    # "How do we start?" is asked in words that no first step is written in; where it has a subject, that must lead. To
    # be an anchor is what every document here is about, so it is no subject.
    general = intent is Intent.START and _ABOUT_ALL.issuperset(terms)
    terms = () if general else terms
    meaning_text = f"{asked.search_text} {_FIRST_STEPS}" if general else asked.search_text
    return Understood(
        question=asked.question,
        shown=_with_repairs(asked.shown, repairs),
        search_text=f"{meaning_text} ({'; '.join(wordings)})" if wordings else meaning_text,
        meaning_text=meaning_text,
        focus=meaning_text if asked.focus == asked.search_text else asked.focus,
        otherwise=asked.otherwise,
        intent=intent,
        terms=terms,
        unknown_names=(unknown := _unknown_names(typed, lexicon.words)),
        unknown_words=_unknown_words(typed, unknown, lexicon.words),
        repairs=repairs,
        expansions=expansions,
        organisations=tuple(dict.fromkeys(one.thing for one in names.organisations_in(asked.search_text))),
        programmes=tuple(dict.fromkeys(one.thing for one in names.programmes_in(asked.search_text))),
        facets=facets_of(asked.search_text),
        parts=parts_of(asked.question, names),
    )


def _by_ordinal(text: str) -> str:
    """ "Step one" is the first step."""
    return _A_STEP.sub(lambda found: f"the {_ORDINALS[found[1].lower()]} step", text)


def _on_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _mended(history: Sequence[Turn], spelling: Speller) -> list[Turn]:
    """The conversation with the reader's slips mended."""
    return [
        replace(turn, content=spelling.repair(_on_one_line(turn.content))[0]) if turn.role is Role.USER else turn
        for turn in history
    ]


def _with_repairs(shown: str, repairs: Sequence[Repair]) -> str:
    if not repairs:
        return shown
    read = ", ".join(f"“{repair.read}” for “{repair.typed}”" for repair in repairs)
    return f"{shown} (read as: {read})"


def _unknown_names(text: str, words: WordIndex) -> tuple[str, ...]:
    """Names none of whose telling words occurs in any passage. "Hospital" is in every name and tells nothing."""
    found = []
    for match in NAME.finditer(text):
        telling_words = [stem for stem in stems(_SHORTENED.sub("", match.group())) if stem not in EMPTY | _INSTITUTION]
        if telling_words and not any(words.holding(stem) for stem in telling_words):
            found.append(match.group())
    return tuple(dict.fromkeys(found))


def _unknown_words(text: str, names: Sequence[str], words: WordIndex) -> tuple[str, ...]:
    """Words that carry meaning and occur in no passage, as they were typed; those of unknown names are left out."""
    for name in names:
        text = text.replace(name, " ")
    typed = (word for word in re.findall(r"[^\W\d_][\w'’-]+", text) if len(word) >= _LONG)
    stemmed = ((word, stems(_SHORTENED.sub("", word))) for word in typed)
    lost = (w for w, found in stemmed if found and not any(s in EMPTY or words.holding(s) for s in found))
    return tuple(dict.fromkeys(lost))
