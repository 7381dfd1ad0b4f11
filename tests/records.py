"""A small corpus with programmes that can be compared, written out by the tests of retrieval, service and ingest."""

from __future__ import annotations

from pathlib import Path

from tests.corpus.small import REPORT, plant, write_small_corpus

MEASURES = """\
setting:
  start-year: when it began (year)
means:
  seed-money: money put in (GBP)
result:
  people-hired: people who were hired (people)
  homes-mended: homes that were mended (homes)
"""
# Its points fill a passage up to the middle of the last one, which has to be cut there.
WARM_HOMES = """\
---
id: warm-homes
kind: programme
title: Warm homes
organisation: north-trust
summary:
  says: Nurses of the trust send families in damp homes to the council.
  at: {source: report-2024, section: [Summary]}
facets:
  place: [Northtown]
  pillar: [partnership]
  determinant: [housing, energy]
  population: [children_and_families, patients]
evidence:
  label: before_and_after
  reason: The council counted homes before and after.
points:
  - says: >-
      The council, the trust, the fire brigade, two churches, the allotment society and the parents' group of the
      primary school each lend one person to the weekly meeting at which families are matched with a plumber, a
      plasterer, a glazier or somebody who can clear a gutter, and at which the order of the visits is settled. Whoever
      cannot come sends word by noon, and the chair, who changes with every season, writes the list of the families of
      the week on the board beside the door of the pharmacy. Nobody may miss three meetings in a row, since a family
      that waits in winter waits for everybody.
    at: {source: other-report, section: [Meetings]}
  - says: >-
      A family is visited within a week by two people, who look at windows, walls, boiler, roof and meter, and who write
      down what is broken. The list of what is broken goes to the council on the same day, with the family's own wishes
      on top, so that nobody has to be asked the same thing twice by somebody else from another office.
    at: {source: report-2024, section: [Summary]}
steps:
  - says: The trust put one tick box into the discharge form.
    at: {source: report-2024, section: [Summary]}
    phase: first_weeks
    who: The trust
  - says: The council answered each tick within a week.
    at: {source: report-2024, section: [Summary]}
    phase: first_months
    who: The council
facts:
  - says: Sixty homes were mended.
    at: {source: report-2024, section: [Summary]}
    measure: homes-mended
    value: 60
    unit: homes
    printed: "60"
  - says: Three people were hired to mend homes.
    at: {source: report-2024, section: [Summary]}
    measure: people-hired
    value: 3
    unit: people
    printed: "three"
    bound: at least
    group: plumbers
  - says: The council put in 900 pounds.
    at: {source: report-2024, section: [Summary]}
    measure: seed-money
    value: 900
    unit: GBP
    printed: "900"
partners:
  - says: The council is the trust's partner.
    at: {source: report-2024, section: [Summary]}
barriers:
  - says: Landlords were slow to answer.
    at: {source: report-2024, section: [Summary]}
---
"""
# Of no organisation, and with next to nothing stated; its only figure is no outcome.
WALKING = """\
---
id: walking-groups
kind: programme
title: Walking groups
summary:
  says: Neighbours walk to the hospital together.
  at: {source: report-2024, section: [Summary]}
facets: {}
evidence: {label: unknown, reason: Named only once.}
facts:
  - says: The walks began in 2019.
    at: {source: report-2024, section: [Summary]}
    measure: start-year
    value: 2019
    unit: year
    printed: "2019"
outcomes: []
---
"""
OVERVIEW = """\
---
id: north-trust-overview
kind: organisation
title: North NHS Trust as an anchor
organisation: north-trust
summary:
  says: The trust is the largest employer of Northtown.
  at: {source: report-2024, section: [Summary]}
facets: {determinant: [housing]}
evidence: {label: self_reported, reason: Its own account.}
---
"""


def write_programmes(folder: Path) -> Path:
    """A corpus folder with three programmes, an organisation and a lesson; ``write_report`` writes its source."""
    write_small_corpus(folder)
    (folder / "measures.yaml").write_text(MEASURES, "utf-8")
    for name, text in (("warm-homes", WARM_HOMES), ("walking-groups", WALKING), ("north-trust-overview", OVERVIEW)):
        (folder / "programmes" / f"{name}.md").write_text(text, "utf-8")
    plant(folder / "programmes" / "garden-jobs.md", "  pillar: [employment]", "  determinant: [employment, food]")
    return folder


def write_report(folder: Path) -> Path:
    """The published report, under a name by which the corpus knows it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "Report-2024-final.md"
    path.write_text(REPORT, "utf-8")
    return path
