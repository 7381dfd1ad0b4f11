"""Numbers, addresses and dates that stand for one person, told by their form and, where they have one, check digit;
and people who are named with what is private to them.

It works on the text alone, so that nothing personal is ever encoded. Every repeat in the rules is bounded.
"""

from __future__ import annotations

import re
import unicodedata

from retrieval.people import names_a_private_person

_GAP = r"[\s._–-]{0,3}"
_NOT_MONEY = r"(?<![\d.£$€])"
_TOP = r"(?:com|org|net|uk|co|ac|gov|nhs|eu|ie|info|example)"
# The mailbox of an office or a service is nobody's.
_OFFICE = (
    r"(?:info|information|enquir(?:y|ies)|contact(?:us)?|hello|admin|office|team|pals|press|media|comms|communications|"
    r"recruitment|jobs|careers|procurement|suppliers?|support|helpdesk|network|anchors?|anchor[._-]?(?:network|team)|"
    r"volunteer(?:s|ing)?|feedback|membership)"
)
_EMAIL = re.compile(
    rf"(?<![\w.+'’-])(?!{_OFFICE}\s?@)[\w.+'’-]{{1,64}}\s?@\s?[\w-]{{1,63}}(?:\.[\w-]{{1,63}})+"
    rf"|\w\s?[\[({{<]\s?at\s?[\])}}>]\s?[\w-]{{1,63}}(?:\.|[\W_]{{1,3}}dot[\W_]{{1,3}})\w"
    rf"|\w[\W_]{{0,3}}\bat\b[\W_]{{1,3}}[\w-]{{1,63}}(?:[\W_]{{1,3}}dot[\W_]{{1,3}}\w{{1,63}}){{0,3}}"
    rf"[\W_]{{1,3}}dot[\W_]{{1,3}}{_TOP}\b",
    re.I,
)
# Two letters, six digits, a letter: as one word or in equal groups. "by 100000 a year" is neither.
_NI_LETTERS = r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-TW-Z][A-CEGHJ-NP-TW-Z]"
_NI_LABEL = r"\b(?:n\.?i\.?(?:no|n)?|national insurance)\b[^.?!\d]{0,30}?"
_NI = (
    re.compile(rf"\b{_NI_LETTERS}([\s-]?)\d\d\1\d\d\1\d\d\1[A-D]\b", re.I),
    re.compile(rf"\b{_NI_LETTERS}[\s-]?\d{{3}}[\s-]?\d{{3}}[\s-]?[A-D]\b"),
    re.compile(rf"{_NI_LABEL}[a-z]{{2}}{_GAP}(?:\d{_GAP}){{6}}[a-d]?\b", re.I),
    re.compile(r"\b[a-z]\s[a-z](?:\s\d){6}\s[a-d]\b", re.I),
)
# 03, 08 and 09 numbers belong to organisations, and 978 begins the number of a book.
_PHONE = re.compile(
    r"(?<![\w.£$€])(?<!978[ -])(?!\(?0[389]|000)"
    rf"(?:(?:\+|00\s?)?44{_GAP}(?:\(0\){_GAP})?|\(?0(?!\.))\s?(?:\d\)?{_GAP}){{8,9}}"
    r"\d(?!\w)(?![.-]\d)|(?<![\w.£$€/])0\d{4}/\d{6}(?!\w)"
)
_TEN_DIGITS = re.compile(
    rf"{_NOT_MONEY}(?:\d{{3}}[\s._/–-]{{0,3}}\d{{3}}[\s._/–-]{{0,3}}\d{{4}}|\d([ .-])\d(?:\1\d){{8}})(?![\w/])(?!\.\d)"
)
_STAFF_NUMBER = re.compile(
    r"\b(?:payroll|mrn|passport|gmc|nmc|(?:hospital|patient|staff|employee|case|esr|account) "
    r"(?:number|no\.?|id))"
    r"(?: (?:number|no\.?|id|pin))?[^\w.?!]{0,3}(?:is )?[a-z]{0,2}\d{5,}|\bnmc pin\W{0,3}\d\d[a-z]\d{4}[a-z]"
    r"|\bpassport\b[^.?!\d]{0,60}\d{9}\b"
    r"|\bsort[ -]?code\W{0,3}(?:is )?\d\d-?\d\d-?\d\d|\b[a-z9]{5}\d{6}[a-z9]{2}\d[a-z]{2}\b",
    re.I,
)
_LABELLED = re.compile(
    rf"\bNHS[\s-]?(?:number|num\b|no\b\.?|#)(?! of\b)[^.?!\d]{{0,20}}(?:\d{_GAP}){{9}}\d(?!\d)"
    rf"|\bNHS[\s-]?(?:number|num\b|no\b\.?|#)\W{{0,3}}(?:is )?(?:\d[ -]?){{6,10}}",
    re.I,
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"(?:\d{1,2}\s?[\s/.-]\s?\d{1,2}\s?[\s/.-]\s?(?:\d\d)?\d\d|\d{4}[/-]\d\d?[/-]\d\d?)\b"
_WRITTEN_DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},? (?:\d\d)?\d\d\b"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:\d\d)?\d\d\b)"
)
# Trusts' programmes and openings lie after 2010, most people's births before.
_LONG_AGO = r"(?:19\d\d|200\d|2010)"
_OLD_DAY = (
    rf"(?:\b\d{{1,2}}[/.\s-]\d{{1,2}}[/.\s-]{_LONG_AGO}\b|\b{_LONG_AGO}-\d\d?-\d\d?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH} {_LONG_AGO}\b)"
)
_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
_WORD = r"[A-Z]['’a-z][\w'’-]*"
_NAME = rf"\b(?:(?:[Mm]rs?|[Mm]s|[Mm]iss|[Dd]r|[Mm]x)\.? (?:[A-Z]\.? )?{_WORD}(?: {_WORD})?|{_WORD} {_WORD})"
_BIRTHS = (
    re.compile(
        r"\b(?:date of birth|d\.?o\.?b\.?|born(?: on)?)\W{1,3}(?:is )?(?:the )?(?:\w+(?:st|nd|rd|th)) (?:of )?"
        rf"(?:the \w+(?:st|nd|rd|th)|{_MONTH}),? (?:nineteen|two thousand|twenty)\b",
        re.I,
    ),
    re.compile(
        rf"\b(?:(?:d[. ]?o[. ]?b\b\.?|(?:date|day)[\s-]of[\s-]birth|birth ?(?:day|date))"
        rf"(?:(?!\b(?:over|after|before|since|between|from)\b)[^.?!\d]){{0,24}}"
        rf"(?:{_DAY}|{_WRITTEN_DAY})"
        rf"|(?:born(?: on)?|b\.):? (?:the )?{_DAY}"
        # A service is born on a day, too.
        rf"|(?:i|he|she|patient|child|who|(?:my|his"
        rf"|her) (?:\w+ )?\w+) (?:was )?born(?: on)?:? (?:the )?{_WRITTEN_DAY})",
        re.I,
    ),
    re.compile(rf"{_NAME},? (?:was |is )?born(?: on)?:? (?:the )?(?i:{_WRITTEN_DAY})"),
    re.compile(rf"(?i:{_OLD_DAY})[^?!]{{0,60}}(?i:{_POSTCODE})|(?i:{_POSTCODE})[^?!]{{0,60}}(?i:{_OLD_DAY})"),
    re.compile(rf"{_NAME}(?<!Hospital)(?<!Infirmary)(?<!Centre)(?<!Trust)[\s,;:()–-]{{1,4}}(?i:{_OLD_DAY})"),
)
_CARD = re.compile(
    r"(?<![\d£$€])[2-6]\d{3}(?:[\s-]?\d{4}){2}[\s-]?\d{1,4}(?!\d)|(?<![\d£$€])3[47]\d\d[\s-]?\d{6}[\s-]?\d{5}(?!\d)"
)
_SPOKEN = r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_SPOKEN_NUMBER = re.compile(rf"\b(?:{_SPOKEN}[\s,-]{{1,3}}){{8,14}}{_SPOKEN}\b", re.I)
_HOME = re.compile(
    r"\b(?:flat )?\d{1,4}[a-z]?,? (?:\w+ ){1,3}(?:road|rd|street|st|avenue|ave|lane|close|drive|crescent|terrace|grove|"
    rf"way|court|gardens|place|walk)\b[^?!]{{0,40}}{_POSTCODE}",
    re.I,
)


BY_NAME = "a private person, by name"


def personal_data(text: str) -> str:
    """The kind of personal data that a text holds, in words that never repeat it; empty if none was seen."""
    text = _as_written(text)
    if _EMAIL.search(text):
        return "an e-mail address"
    if _LABELLED.search(text) or any(_is_nhs_number(_digits(match)) for match in _TEN_DIGITS.finditer(text)):
        return "what may be an NHS number"
    if any(rule.search(text) for rule in _NI):
        return "what looks like a National Insurance number"
    if _STAFF_NUMBER.search(text):
        return "a number that stands for one person"
    if _HOME.search(text):
        return "a home address"
    if _SPOKEN_NUMBER.search(text):
        return "a number spelt out"
    if _PHONE.search(text):
        return "a phone number"
    if any(_is_card_number(_digits(match)) for match in _CARD.finditer(text)):
        return "what looks like a card number"
    if any(rule.search(text) for rule in _BIRTHS):
        return "a date of birth"
    return BY_NAME if names_a_private_person(text) else ""


def as_seen(text: str) -> str:
    """Full-width letters as letters, nothing invisible between them: what a reader sees is what must be found."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")


def _as_written(text: str) -> str:
    """Digits of every script as 0 to 9, every dash as "-", and the letter O between digits as the nought it is."""
    plain = "".join(_plain(character) for character in as_seen(text))
    return re.sub(r"(?<=\d)[oO]{1,3}(?=[\s\d])", lambda match: "0" * len(match.group()), plain)


def _plain(character: str) -> str:
    if unicodedata.category(character) == "Pd":
        return "-"
    return str(unicodedata.decimal(character, character))


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", match.group())


def _is_nhs_number(digits: str) -> bool:
    """Modulus 11 with weights 10…2 (NHS data dictionary): a result of 11 counts as 0, one of 10 is invalid."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == int(digits[9])


def _is_card_number(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812), for numbers that begin as cards do: years in a row do not."""
    if not ("2221" <= digits[:4] <= "2720" or digits[0] in "3456"):
        return False
    doubled = [int(d) if place % 2 == 0 else sum(divmod(int(d) * 2, 10)) for place, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0
