"""The file that a maintainer fills in to add a record, and the JSON Schemas by which an editor helps to fill it.

The template is not valid until it is filled in: ``corpus check`` names each line that still waits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from corpus.load import CONFLICTS, GLOSSARY, MANIFEST, MEASURES, ORGANISATIONS, RECORD

SCHEMAS: Mapping[str, TypeAdapter[Any]] = {
    "record": RECORD,
    "sources": MANIFEST,
    "organisations": ORGANISATIONS,
    "measures": MEASURES,
    "glossary": GLOSSARY,
    "conflicts": CONFLICTS,
}

_TEMPLATE = """\
---
# Say it in your own words: never eight words in a row from a source. Leave out what the sources do not state.
# corpus/schema/record.json holds every field and every value; `python -m corpus check` says what is still missing.
id: {id}
kind: {kind}  # programme, organisation, lesson or framework
title:
organisation:  # an id from organisations.yaml or trusts.yaml; remove the line if it is of no one organisation
aliases: []  # other names by which a question may mean it
summary:
  says:  # what it is, in a sentence that can be understood alone
  at: {{source: , section: []}}  # an id from sources.yaml; the headings above the place, outermost first
facets:
  trust_type: []
  place: []
  pillar: []
  determinant: []
  population: []
  stage: []
  level: []
  reach: []
evidence:
  label: unknown  # how good the evidence is, from the values in the schema
  reason:  # why, in one line
# Lists of statements, each `- says:` and `at:` as above.
points: []
steps: []  # with phase: (first_weeks, first_months, first_year, later) and who:
facts: []  # with measure: (from measures.yaml), value:, unit:, printed:, and bound:, period:, comparator: if given
outcomes: []
partners: []
funding: []
staffing: []
cost: []
evaluation: []
barriers: []
next_steps: []
contact: []  # with role:, organisation:, route:; never a person's name or own address
---
"""


def template(record_id: str, kind: str) -> str:
    return _TEMPLATE.format(id=record_id, kind=kind)


def schema(name: str) -> str:
    """The JSON Schema of one kind of file, as it is committed."""
    return json.dumps(SCHEMAS[name].json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
