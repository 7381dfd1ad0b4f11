"""The evidence map: how many programmes there are for each topic and each group of people, and where there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from corpus.records import Determinant, Population
from retrieval.programmes import Programme
from ui.address import Address, View
from ui.markup import escape, hidden, link, listed, plural
from ui.words import in_words

# How many programmes are about a topic for a group of people, and, beside None, about a topic or for a group at all.
Counted = Mapping[tuple[Determinant | None, Population | None], int]


def map_html(every: Sequence[Programme]) -> str:
    """A table on a wide screen, lists on a narrow one; both lead to the programmes."""
    counted = _counted(every)
    rows = [one for one in Determinant if (one, None) in counted]
    columns = [one for one in Population if (None, one) in counted]
    missing = [in_words(one) for one in (*Determinant, *Population) if one not in rows and one not in columns]
    off = sum(not one.facets.get("determinant") for one in every)
    beside = f" Not on the map, since no topic is named: {plural(off, 'programme')}." if off else ""
    none = f'<p class="al-gaps">No programme at all: {escape(", ".join(missing))}.</p>' if missing else ""
    return (
        '<div><h2 tabindex="-1">Evidence map</h2>'
        f"<p>How many of the {plural(len(every), 'programme')} are about each topic, and for whom. A programme counts "
        "in every row and column that it belongs to; some name no group of people. Where there is none, the sources "
        f"tell of none; it does not mean that nobody has tried.{beside}</p>{none}"
        f"{_table(rows, columns, counted)}{_lists(rows, columns, counted)}</div>"
    )


def _counted(every: Sequence[Programme]) -> Counted:
    return Counter(
        (topic, who)
        for one in every
        for topic in (*map(Determinant, one.facets.get("determinant", ())), None)
        for who in (*map(Population, one.facets.get("population", ())), None)
    )


def _table(rows: Sequence[Determinant], columns: Sequence[Population], counted: Counted) -> str:
    heads = "".join(f'<th scope="col">{escape(_whom(who))}</th>' for who in (None, *columns))
    body = "".join(
        f'<tr><th scope="row">{escape(in_words(topic))}</th>'
        f"{''.join(_cell(topic, who, counted.get((topic, who), 0)) for who in (None, *columns))}</tr>"
        for topic in rows
    )
    return (
        '<div class="al-scroll al-wide" role="region" tabindex="0" title="Evidence map"><table class="al-map">'
        f'<thead><tr><th scope="col">{hidden("Topic")}</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _whom(who: Population | None) -> str:
    return in_words(who) if who else "all"


def _cell(topic: Determinant, who: Population | None, count: int) -> str:
    if not count:
        return f'<td class="al-none"><span>–</span>{hidden(" none")}</td>'
    shade = 1 if count < 3 or who is None else 2 if count < 8 else 3
    return f'<td class="al-shade-{shade}">{link(_href(topic, who), str(count), _of(topic, who))}</td>'


def _href(topic: Determinant, who: Population | None) -> str:
    facets = {"determinant": (str(topic),)} | ({"population": (str(who),)} if who else {})
    return Address(View.PROGRAMMES, facets=facets).href


def _of(topic: Determinant, who: Population | None) -> str:
    return f" on {in_words(topic)}" + (f" for {in_words(who)}" if who else "")


def _lists(rows: Sequence[Determinant], columns: Sequence[Population], counted: Counted) -> str:
    parts = []
    for topic in rows:
        links = (
            link(_href(topic, who), f"{_whom(who)}: {counted[topic, who]}", f", {in_words(topic)}")
            for who in (None, *columns)
            if (topic, who) in counted
        )
        empty = ", ".join(in_words(who) for who in columns if (topic, who) not in counted)
        none = f'<p class="al-none">None for: {escape(empty)}.</p>' if empty else ""
        parts.append(f"<h3>{escape(in_words(topic).capitalize())}</h3>{listed(links)}{none}")
    return f'<div class="al-narrow">{"".join(parts)}</div>'
