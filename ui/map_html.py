"""The evidence map: how many programmes there are for each topic and each group of people, and where there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.records import Determinant, Population
from retrieval.programmes import Programme
from ui.address import Address, View
from ui.markup import escape, hidden, link, listed, plural
from ui.words import in_words

Counted = Mapping[tuple[str, str], int]


def map_html(every: Sequence[Programme]) -> str:
    """A table on a wide screen, lists on a narrow one; both lead to the programmes."""
    counted = _counted(every)
    rows = [one for one in Determinant if any(counted.get((one, who)) for who in Population)]
    columns = [one for one in Population if any(counted.get((topic, one)) for topic in Determinant)]
    missing = [in_words(one) for one in (*Determinant, *Population) if one not in rows and one not in columns]
    none = f'<p class="al-gaps">No programme at all: {escape(", ".join(missing))}.</p>' if missing else ""
    return (
        '<div><h2 tabindex="-1">Evidence map</h2>'
        f"<p>How many of the {plural(len(every), 'programme')} are about each topic, and for whom. A programme counts "
        "in every row and column that it belongs to. Where there is none, the sources tell of none; it does not "
        f"mean that nobody has tried.</p>{none}{_table(rows, columns, counted)}{_lists(rows, columns, counted)}</div>"
    )


def _counted(every: Sequence[Programme]) -> Counted:
    counted: dict[tuple[str, str], int] = {}
    for one in every:
        for topic in one.facets.get("determinant", ()):
            for who in one.facets.get("population", ()):
                counted[topic, who] = counted.get((topic, who), 0) + 1
    return counted


def _table(rows: Sequence[Determinant], columns: Sequence[Population], counted: Counted) -> str:
    heads = "".join(f'<th scope="col">{escape(in_words(one))}</th>' for one in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(in_words(topic))}</th>'
        f"{''.join(_cell(topic, who, counted.get((topic, who), 0)) for who in columns)}</tr>"
        for topic in rows
    )
    return (
        '<div class="al-scroll al-wide" role="region" tabindex="0" title="Evidence map"><table class="al-map">'
        f'<thead><tr><th scope="col">{hidden("Topic")}</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _cell(topic: Determinant, who: Population, count: int) -> str:
    if not count:
        return f'<td class="al-none"><span>–</span>{hidden(" none")}</td>'
    shade = 1 if count < 3 else 2 if count < 8 else 3
    return f'<td class="al-shade-{shade}">{link(_href(topic, who), str(count), _of(topic, who))}</td>'


def _href(topic: Determinant, who: Population) -> str:
    return Address(View.PROGRAMMES, facets={"determinant": (str(topic),), "population": (str(who),)}).href


def _of(topic: Determinant, who: Population) -> str:
    return f" on {in_words(topic)} for {in_words(who)}"


def _lists(rows: Sequence[Determinant], columns: Sequence[Population], counted: Counted) -> str:
    parts = []
    for topic in rows:
        links = (
            link(_href(topic, who), f"{in_words(who)}: {counted[topic, who]}", f", {in_words(topic)}")
            for who in columns
            if (topic, who) in counted
        )
        empty = ", ".join(in_words(who) for who in columns if (topic, who) not in counted)
        none = f'<p class="al-none">None for: {escape(empty)}.</p>' if empty else ""
        parts.append(f"<h3>{escape(in_words(topic).capitalize())}</h3>{listed(links)}{none}")
    return f'<div class="al-narrow">{"".join(parts)}</div>'
