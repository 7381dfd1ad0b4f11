"""What must not be looked up: personal data, a person in danger, clinical questions, orders to the assistant.

It runs before anything is encoded, stored or logged, and works by rules that read the whole question. The rules look
for a person asking about a person ("should I take…", "my patient's…"): words such as "mental health trust" or "asthma
and air quality" are the daily bread of this corpus and prove nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.types import Status

_I = re.IGNORECASE
_EMAIL = re.compile(r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+", _I)
_NI_NUMBER = re.compile(r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?(?:\d\s?){6}[A-D]\b", _I)
_PHONE = re.compile(r"(?<![\w.])(?:\+44\s?(?:\(0\)\s?)?|0)(?:\d[\s-]?){9,10}(?!\w)")
_TEN_DIGITS = re.compile(r"(?<![\w.])\d{3}[\s-]?\d{3}[\s-]?\d{4}(?!\w)")
_BIRTH = re.compile(
    r"\b(?:d\.?o\.?b\.?|born(?: on)?|date of birth)\b[^.?!\d]{0,20}\d{1,2}(?:st|nd|rd|th)?[\s/.-]+(?:\d{1,2}|[a-z]{3,9})"
    r"[\s/.,-]+(?:19|20)?\d{2}\b",
    _I,
)
_CARD = re.compile(r"(?<!\d)(?:\d[\s-]?){13,16}(?!\d)")

_SELF = r"\b(?:i|i['’]?m|i['’]?ve|me|my|myself|we|someone|somebody|he|she|they|patient|colleague|friend|child|son|daughter)\b"
_CRISIS = (
    re.compile(
        rf"{_SELF}[^.?!]{{0,60}}\b(?:suicidal|kill(?:ing)? (?:my|him|her|them|your)sel(?:f|ves)|self[- ]harm(?:ing)?)",
        _I,
    ),
    re.compile(
        r"\b(?:want(?:s|ed)?|going|trying|planning|thinking (?:about|of)|feel like) (?:to )?"
        r"(?:die|dying|end(?:ing)? (?:my|his|her|their|it) (?:life|all)|kill(?:ing)? (?:my|him|her|them)self|suicide)",
        _I,
    ),
    re.compile(
        r"\b(?:taken|took|taking) an overdose|\bcan(?:no|['’])?t go on\b|\bdon['’]?t want to (?:live|be here|be alive)\b",
        _I,
    ),
    re.compile(
        r"\b(?:is|am|are|being|getting|been) (?:being )?(?:abused|beaten|attacked|raped|stabbed|strangled)\b"
        r"(?=[^?]{0,60}\b(?:now|help|scared|me|husband|wife|partner|home|parent|father|mother)\b)",
        _I,
    ),
    re.compile(
        r"\b(?:i|she|he|we) (?:am|['’]m|is|are)? ?(?:in (?:immediate )?danger|not safe at home|scared for (?:my|her|his) life)\b",
        _I,
    ),
)
_CLINICAL = (
    re.compile(
        r"\b(?:what|which|how much|right|correct|safe|maximum|starting)\b[^.?!]{0,30}\b(?:dose|dosage|milligrams?)\b",
        _I,
    ),
    re.compile(r"\b\d+\s?(?:mg|mcg|micrograms?|ml)\b", _I),
    re.compile(
        r"\b(?:should|can|could|must|may) (?:i|we|he|she|my \w+|a patient|the patient) (?:\w+ ){0,3}"
        r"(?:take|stop taking|prescribe|give|use|switch to|start on|have)\b[^.?!]*"
        r"\b(?:tablets?|medicines?|medication|antibiotics?|antidepressants?|inhalers?|insulin|statins?|steroids?|painkillers?|"
        r"vaccine|ibuprofen|paracetamol|\w+(?:cillin|pril|statin|zepam|oxetine|formin|prazole))\b",
        _I,
    ),
    re.compile(
        r"\b(?:my|his|her|their|patient['’]?s|a patient(?: with)?|the patient(?: has)?)\b[^.?!]{0,40}\b(?:symptoms?|rash|chest pain|"
        r"blood pressure|blood test|diagnosis|headaches?|fever|wound|cough|lump|seizures?|scan results?|medication)\b",
        _I,
    ),
    re.compile(
        r"\b(?:i|my \w+) (?:have|has|had|['’]ve|got|keeps?|am|is)(?: \w+){0,4} (?:pain|rash|fever|bleeding|dizzy|breathless|"
        r"vomiting|coughing|palpitations|anxious|depressed)\b",
        _I,
    ),
    re.compile(
        r"\b(?:how (?:do|should|would) (?:i|we|you) (?:treat|diagnose|manage|prescribe)|first[- ]line treatment|treatment (?:for|of)|"
        r"side effects? of|contraindications?|differential diagnosis|symptoms of)\b",
        _I,
    ),
)
_ORDER = re.compile(
    r"[^.?!\n]*(?:\b(?:ignore|disregard|forget|override)\b[^.?!\n]{0,40}\b(?:instructions?|rules?|prompts?|guidelines|above|previous|sources?|"
    r"documents?)\b|\b(?:system prompt|developer mode|jailbreak|you are now|pretend (?:to be|you)|act as (?:if|an?)\b|reveal your)"
    r"|\bfrom now on\b|\bprint your (?:instructions|prompt)\b)[^.?!\n]*[.?!\n]?",
    _I,
)


@dataclass(frozen=True, slots=True)
class Screened:
    """What is left to be looked up. ``status`` is set when nothing may be; ``kind`` names the personal data, never its
    value; ``ordered`` says that an order to the assistant was cut out."""

    question: str
    status: Status | None = None
    kind: str = ""
    ordered: bool = False


def screen(question: str) -> Screened:
    """The question, or the reason why it is not looked up."""
    if any(rule.search(question) for rule in _CRISIS):
        return Screened("", Status.CRISIS)
    if kind := personal_data(question):
        return Screened("", Status.PERSONAL_DATA, kind)
    if any(rule.search(question) for rule in _CLINICAL):
        return Screened("", Status.CLINICAL)
    rest = _ORDER.sub(" ", question).strip()
    if rest == question.strip():
        return Screened(rest)
    if len(re.findall(r"\w+", rest)) < 3:
        return Screened("", Status.OUT_OF_SCOPE, ordered=True)
    return Screened(rest, ordered=True)


def personal_data(text: str) -> str:
    """The kind of personal data that a text holds, empty if none was seen."""
    if _EMAIL.search(text):
        return "an e-mail address"
    if any(_is_nhs_number(re.sub(r"\D", "", match.group())) for match in _TEN_DIGITS.finditer(text)):
        return "what may be an NHS number"
    if _NI_NUMBER.search(text):
        return "what looks like a National Insurance number"
    if _PHONE.search(text):
        return "a phone number"
    if any(_is_card_number(re.sub(r"\D", "", match.group())) for match in _CARD.finditer(text)):
        return "what looks like a card number"
    return "a date of birth" if _BIRTH.search(text) else ""


def _is_nhs_number(digits: str) -> bool:
    """Modulus 11 with weights 10…2 (NHS data dictionary): a result of 11 counts as 0, one of 10 is invalid."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == int(digits[9])


def _is_card_number(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812)."""
    doubled = [int(d) if place % 2 == 0 else sum(divmod(int(d) * 2, 10)) for place, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0
