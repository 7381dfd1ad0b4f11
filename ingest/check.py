"""Whether our records are true to the published documents: ``python -m ingest check``, over what the index holds.

Every locator resolves, every figure stands where its record says, and no sentence is the publisher's own. A document
that the index does not hold is said to be left unchecked; it is never passed as sound. Nothing here mends or guesses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial

from corpus.check import Corpus, locators, printed
from corpus.marked import Marked, Place
from corpus.printed import stands_in
from corpus.records import Locator
from corpus.types import Basis, Passage
from ingest.copied import copied, name_runs, runs
from retrieval.counterpart import under

# Keys whose text is no wording of ours: names of places in a source, figures as printed, ids and patterns.
_NOT_OURS = frozenset({"section", "printed", "holds", "id", "subject", "measure", "source", "organisation", "files"})

Fault = tuple[Marked, Place, str]
Held = Mapping[str, Sequence[Passage]]  # by source id


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at. ``unchecked`` counts the locators into each source that the index does not hold."""

    faults: tuple[str, ...]
    held: tuple[str, ...]
    locators: int
    printed: int
    texts: int
    unchecked: Mapping[str, int]


def check_against(corpus: Corpus, passages: Iterable[Passage]) -> Checked:
    """Every fault of the corpus against the passages of published sources, by file and line."""
    held: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        if passage.source.basis is Basis.SOURCE:
            held[passage.source.source_id].append(passage)
    places = [one for one in locators(corpus) if one[2].source in held]
    prints = [one for one in printed(corpus) if one[3].source in held]
    texts = [(marked, place, text) for marked in corpus.files for place, text in _texts(marked.value, ())]
    faults = [*_dead(places, held), *_missing(prints, held), *_copied(texts, corpus, held)]
    unchecked: dict[str, int] = defaultdict(int)
    for _, _, locator in locators(corpus):
        if locator.source not in held:
            unchecked[locator.source] += 1
    return Checked(_told(faults), tuple(sorted(held)), len(places), len(prints), len(texts), unchecked)


def summary(checked: Checked) -> tuple[str, ...]:
    """What was looked at and what could not be, a line each; the faults are told apart."""
    absent = (
        f"{source_id}: not held, so {count} locators into it are unchecked"
        for source_id, count in sorted(checked.unchecked.items())
    )
    if not checked.held:
        return (
            *absent,
            "no published document is held, so nothing was checked; add them with `python -m ingest PATH…`",
        )
    verdict = f"{len(checked.faults)} faults" if checked.faults else "no faults"
    counts = f"{checked.locators} locators, {checked.printed} things printed and {checked.texts} texts"
    return (*absent, f"checked against {', '.join(checked.held)}", f"{counts}: {verdict}")


def located(locator: Locator, held: Held) -> tuple[Passage, ...]:
    """The passages that a locator points at: under its headings, and on its page where it gives one."""
    beneath = [one for one in held.get(locator.source, ()) if under(one.heading_path, locator.section)]
    return tuple(one for one in beneath if locator.page in (None, one.page))


def _dead(places: Iterable[tuple[Marked, Place, Locator]], held: Held) -> Iterator[Fault]:
    for marked, place, locator in places:
        if located(locator, held):
            continue
        where = " › ".join(locator.section)
        pages = {one.page for one in located(locator.model_copy(update={"page": None}), held)}
        if pages:
            there = (
                ", ".join(f"page {page}" for page in sorted(page for page in pages if page))
                or "no page, as it has none"
            )
            what = f"{locator.source} has “{where}” on {there}; not on page {locator.page}"
            yield marked, (*place, "page"), what
        else:
            yield marked, (*place, "section"), f"{locator.source} has no “{where}”{_nearest(locator, held)}"


def _nearest(locator: Locator, held: Held) -> str:
    """The likeliest heading that was meant, since headings change when a reader of documents does."""
    known = {heading.casefold(): heading for one in held[locator.source] for heading in one.heading_path}
    near = get_close_matches(locator.section[-1].casefold(), known, n=1, cutoff=0.5)
    return f"; did you mean “{known[near[0]]}”?" if near else "; see `python -m ingest show`"


def _missing(prints: Iterable[tuple[Marked, Place, str, Locator]], held: Held) -> Iterator[Fault]:
    for marked, place, figure, locator in prints:
        there = located(locator, held)
        if not there or any(stands_in(figure, one.text) for one in there):
            continue  # a dead locator is a fault of its own
        elsewhere = next((one for one in held[locator.source] if stands_in(figure, one.text)), None)
        hint = f"; it stands under “{' › '.join(elsewhere.heading_path)}”" if elsewhere else ""
        where = f" under “{' › '.join(locator.section)}” of" if locator.section else " in"
        yield marked, place, f"“{figure}” is not printed{where} {locator.source}{hint}"


def _copied(texts: Iterable[tuple[Marked, Place, str]], corpus: Corpus, held: Held) -> Iterator[Fault]:
    published = runs((one.passage_id, one.text) for passages in held.values() for one in passages)
    excused = name_runs(_names(corpus))
    find = partial(copied, published=published, excused=excused)
    for marked, place, text in texts:
        if found := find(text):
            run, passage_id = found
            count = len(run.split())
            yield marked, place, f"{count} words in a row stand in {passage_id} too: “{run}”; say it in other words"


def _names(corpus: Corpus) -> Iterator[str]:
    """What things are called. A record's title is our wording and no name; the scheme's name is among its aliases."""
    for body in (*corpus.organisations[0], *corpus.trusts[0]):
        yield from (body.name, *body.aliases)
    for record, _ in corpus.records:
        yield from record.aliases
    for term in corpus.glossary[0]:
        yield from filter(None, (term.term, term.expansion, *term.aliases))
    yield from (entry.title for entry in corpus.manifest[0])


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    """Every text of ours in a file, with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, held in value.items():
            if key not in _NOT_OURS:
                yield from _texts(held, (*place, str(key)))
    elif isinstance(value, list):
        for at, held in enumerate(value):
            yield from _texts(held, (*place, at))


def _told(faults: Iterable[Fault]) -> tuple[str, ...]:
    in_order = sorted(faults, key=lambda fault: (str(fault[0].path), fault[0].line(fault[1])))
    return tuple(marked.fault(place, what) for marked, place, what in in_order)
