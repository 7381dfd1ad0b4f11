"""A small corpus of invented things, and the report that it is made from, written out so that faults can be planted."""

from __future__ import annotations

from pathlib import Path

SOURCES = """\
- id: report-2024
  title: A report
  publisher: A publisher
  published: "2024-05"
  url: https://example.org/report
  evidence: self_reported
  files: ["Report-2024-*", "*annual*.pdf"]
"""
ORGANISATIONS = """\
- id: north-trust
  name: North NHS Trust
  aliases: [NNT]
  trust_type: [acute]
  place: [Northtown]
"""
TRUSTS = """\
- {id: south-trust, name: South NHS Trust, aliases: [SNT], trust_type: [mental_health]}
"""
MEASURES = "result:\n  people-hired: people who were hired (people)\n"
GLOSSARY = """\
- term: NNT
  expansion: North NHS Trust
  at: {source: report-2024, section: [Acronyms]}
"""
CONFLICTS = """\
- id: hired
  subject: garden-jobs
  kind: conflict
  measure: people-hired
  sides:
    - says: Twelve people were hired.
      printed: "12"
      at: {source: report-2024, section: [Impact]}
    - says: Fourteen people were hired.
      printed: "14"
      period: "2024"
      at: {source: report-2024, section: [Summary]}
  note: The two places give different totals.
"""
PROGRAMME = """\
---
id: garden-jobs
kind: programme
title: Garden jobs
organisation: north-trust
aliases: [The allotment scheme]
summary:
  says: The trust hires local gardeners.
  at: {source: report-2024, section: [Garden jobs]}
facets:
  trust_type: [acute]
  pillar: [employment]
evidence:
  label: self_reported
  reason: The trust's own count.
steps:
  - says: The trust asked its neighbours who could dig.
    at: {source: report-2024, section: [Garden jobs], page: 3}
    phase: first_weeks
    who: The trust
facts:
  - says: Twelve people were hired as gardeners.
    at: {source: report-2024, section: [Impact]}
    measure: people-hired
    value: 12
    unit: people
    printed: "12"
  - says: Fourteen people were hired in 2024.
    at: {source: report-2024, section: [Summary]}
    measure: people-hired
    value: 14
    unit: people
    printed: "14"
    period: "2024"
cost:
  - says: Spades cost 300 pounds.
    at: {source: report-2024, section: [Money]}
contact:
  - says: Ask the head gardener through the switchboard.
    at: {source: report-2024, section: [Contact]}
    role: Head gardener
    organisation: North NHS Trust
    route: Switchboard
---
"""
LESSON = """\
---
id: dig-first
kind: lesson
title: Dig first
summary:
  says: Start with one bed.
  at: {source: report-2024, section: [Lessons]}
facets: {stage: [starting]}
evidence: {label: opinion, reason: One gardener's view.}
points:
  - says: A single bed shows what the soil is like.
    at: {source: report-2024, section: [Lessons]}
---
"""

QUESTIONS = """\
- asks:
    - Whom does the infirmary take on to weed its flower beds?
    - local folk who like planting
  at:
    - {source: report-2024, section: [Garden jobs], holds: green fingers}
- asks: [What did the digging tools come to?, price of the spades]
  at: [{source: report-2024, section: [Money], holds: £300}]
"""
REPORT = """\
# Garden jobs

Northtown's hospital looked for people with green fingers among those who live nearby, and asked who could dig.

# Impact

Some 12 gardeners have been taken on by the hospital so far.

# Summary

In 2024 the scheme gave work to 14 people who had been out of a job for a year or more.

# Money

The spades came to £300.

# Contact

The switchboard knows the head gardener.

# Lessons

It was wise to begin with one bed only.

# Acronyms

NNT: North NHS Trust
"""


def write_small_corpus(folder: Path) -> Path:
    files = {
        "sources.yaml": SOURCES,
        "organisations.yaml": ORGANISATIONS,
        "trusts.yaml": TRUSTS,
        "measures.yaml": MEASURES,
        "glossary.yaml": GLOSSARY,
        "conflicts.yaml": CONFLICTS,
        "programmes/garden-jobs.md": PROGRAMME,
        "lessons/dig-first.md": LESSON,
        "questions/report-2024.yaml": QUESTIONS,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def plant(path: Path, old: str, new: str) -> int:
    """Put a fault in place of the first ``old``; returns the line on which it stands."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
