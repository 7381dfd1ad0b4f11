"""The file that a maintainer fills in to add a record, and the JSON Schemas by which an editor helps to fill it.

The template is not valid until it is filled in: ``corpus check`` names each line that still waits.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from corpus.gaps import FACETS
from corpus.load import CONFLICTS, GLOSSARY, MANIFEST, MEASURES, ORGANISATIONS, QUESTIONS, RECORD
from corpus.records import Facets, Phase
from corpus.types import Evidence

SCHEMAS: Mapping[str, TypeAdapter[Any]] = {
    "record": RECORD,
    "sources": MANIFEST,
    "organisations": ORGANISATIONS,
    "measures": MEASURES,
    "glossary": GLOSSARY,
    "conflicts": CONFLICTS,
    "questions": QUESTIONS,
}

_TEMPLATE = """\
---
# Say it in your own words: never eight words in a row from a source. Leave out what the sources do not state.
# `python -m corpus check` says what is still missing here, line by line; corpus/schema/record.json lists every value.
id: {id}
kind: {kind}  # programme, organisation, lesson or framework
title:
organisation:  # an id from organisations.yaml or trusts.yaml; remove the line if it is of no one organisation
aliases: []  # other names by which a question may mean it
summary:
  says:  # what it is, in a sentence that can be understood alone
  at: {{source: , section: []}}  # an id from sources.yaml; the headings above the place, as `ingest show` prints them
facets:  # of each the values that fit, as in [employment, income]; a place is any name
{facets}
evidence:
  label: unknown  # {evidence}
  reason:  # why, in one line
# What follows are lists; an empty one means that the sources do not state it. Every item has `says:` and `at:`.
points: []  # what it consists of or teaches
steps: []  # what was done, in order; also phase: ({phases}) and who:
# facts also have measure: (an id from measures.yaml), value:, unit: and printed:, the figure as it is printed there;
# bound: (over, about, up to), period: and comparator: if it has them; group: if one measure stands here for several:
#   - says: Twelve gardeners were hired in 2024.
#     at: {{source: report-2024, section: [Garden jobs, Impact]}}
#     measure: jobs-secured
#     value: 12
#     unit: people
#     printed: '12 gardeners'
#     period: '2024'
facts: []
outcomes: []  # what came of it, where no single figure says so
partners: []
funding: []
staffing: []
cost: []
evaluation: []
barriers: []
next_steps: []
contact: []  # also role:, organisation: and route:; never a person's name or own address
---
"""


def template(record_id: str, kind: str) -> str:
    return _TEMPLATE.format(
        id=record_id,
        kind=kind,
        facets="\n".join(_facet(name) for name in Facets.model_fields),
        evidence=", ".join(Evidence),
        phases=", ".join(Phase),
    )


def _facet(name: str) -> str:
    """The facet, empty, under the values that it may hold."""
    values = textwrap.wrap(", ".join(FACETS.get(name, ())), 110)
    return "\n".join((*(f"  # {line}" for line in values), f"  {name}: []"))


def schema(name: str) -> str:
    """The JSON Schema of one kind of file, as it is committed."""
    return json.dumps(SCHEMAS[name].json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
