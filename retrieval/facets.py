"""What kind of trust, determinant, people, stage and constraint a question speaks of, in the values that records use.

``constraint`` and ``unused`` are ours: no record carries them, but a plan must heed them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from retrieval.phrases import PHRASES


def _rule(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)".replace("~", r"[\w’'-]{1,20}"), re.I)


THEMES = ("pillar", "determinant", "population")  # facets by which a record is about what is asked
_RULES = {name: {value: _rule(phrases) for value, phrases in table.items()} for name, table in PHRASES.items()}


def facets_of(text: str) -> Mapping[str, tuple[str, ...]]:
    """The values that a question names, by facet, in the records' order; facets that it does not name are left out."""
    found = {
        name: tuple(str(value) for value, rule in rules.items() if rule.search(text)) for name, rules in _RULES.items()
    }
    return {name: values for name, values in found.items() if values}


def words_for(text: str, name: str, value: str) -> str:
    """The words by which a text names a value of a facet; empty where it does not."""
    found = next((rule.search(text) for one, rule in _RULES[name].items() if str(one) == value), None)
    return found.group() if found else ""


def outermost(text: str, names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The same of these facets, but no value that is named only within the name of another: "warm homes" is of energy,
    not of housing."""
    found = [
        (name, str(value), one) for name in names for value, rule in _RULES[name].items() for one in rule.finditer(text)
    ]
    kept: dict[str, tuple[str, ...]] = {}
    for name, value, one in found:
        within = any(
            other.start() <= one.start() and one.end() <= other.end() and len(one.group()) < len(other.group())
            for _, _, other in found
        )
        if not within and value not in kept.get(name, ()):
            kept[name] = (*kept.get(name, ()), value)
    return kept


def phrases_for(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """The words by which a text names values of these facets, the longest where one holds another."""
    rules = (rule for name in names for rule in _RULES[name].values())
    found = {one.group() for rule in rules for one in rule.finditer(text)}
    return tuple(one for one in found if not any(one != other and one in other for other in found))


def without_facets(text: str, names: Iterable[str]) -> str:
    """The text without the words by which it names values of these facets."""
    for name in names:
        for rule in _RULES[name].values():
            text = rule.sub(" ", text)
    return text
