"""Whether a question speaks of one person, or of what trusts and their partners do."""

from __future__ import annotations

import re

KIN = (
    r"(?:mum|mother|dad|father|parents?|wife|husband|partner|brother|sister|son|daughter|child|baby|boy|girl|kids?|"
    r"teenager|"
    r"friend|colleague|neighbour|patient|client|resident|tenant|student|person|man|woman|girlfriend|boyfriend|member "
    r"of (?:\w+ )?staff)"
)
_ONE_PERSON = re.compile(
    r"\b(?:i|i['’]m|i['’]ve|im|my|me|he|he['’]s|she|she['’]s|his|her|baby|toddler|newborn|mum|dad|nan|adults?"
    r"|child|kids|"
    r"woman|women|man|\d+[- ]year[- ]old|\d+ (?:yr|yo))\b",
    re.I,
)
_ANYBODY = re.compile(
    rf"\b(?:i(?:['’](?:m|ve|d|ll))?|im|ive|me|my\w*|we|us|our|he|him|his|she|hers?|they|them|their|{KIN}s?|children"
    r"|people|person|some(?:one|body)|nobody|no ?one|every(?:one|body)|who|lads?|lady|ladies|guys?"
    r"|m[ae]n|wom[ae]n|mam|nan"
    r"|gran\w*|aunt\w*|uncle|cousin|ex|carer|nurse|trainee|apprentice|volunteer|caller|pupil|worker|visitor)"
    r"(?:['’]s|['’]re|['’]ve|['’]d|['’]ll)?\b",
    re.I,
)
_ORGANISATION = re.compile(
    r"\b(?:trusts?|hospitals?|nhs|anchors?|staff|workforce|local\w*|communit\w+|programmes?|schemes?|projects?"
    r"|pilots?|"
    r"councils?|employ(?:er|ers|ment|ed)|recruit\w*|hir(?:e|ed|ing)|apprentic\w+|suppl(?:y|ier|iers)|procure\w*"
    r"|contracts?|"
    r"hous(?:e|ing)|homeless\w*|poverty|inequalit\w+|depriv\w+|social|fund(?:s|ed|ing)|polic(?:y|ies)|carbon|waste"
    r"|net zero|"
    r"green|prescribing|jobs|into work|schools?|campaign|uptake|screening|awareness|prevention|outreach|services"
    r"|clinics?|"
    r"charit\w+|city|borough|regional|emissions|recycl\w+|buy|bought|spend\w*|skills|marmot|strateg\w+|workers?)\b",
    re.I,
)


def speaks_of_somebody(text: str) -> bool:
    """Whether somebody speaks of himself or of one other."""
    return bool(_ONE_PERSON.search(text))


def speaks_of_anybody(text: str) -> bool:
    """Whether anybody at all comes in who could be in danger."""
    return bool(_ANYBODY.search(text))


def speaks_of_an_organisation(text: str) -> bool:
    """Whether the words are of what trusts and their partners do, so that more is needed to call them foreign."""
    return bool(_ORGANISATION.search(text))
