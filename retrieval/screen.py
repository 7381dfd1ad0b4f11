"""What must not be looked up: personal data, a person in danger, clinical questions, orders to the assistant.

It runs before anything is encoded, stored or logged, and works by rules that read the whole question. The rules look
for a person asking about a person ("should I take…", "my patient's…"): words such as "mental health trust" or "asthma
and air quality" are the daily bread of this corpus and prove nothing. No rule may take long on any 2,000 characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from retrieval.types import Status

_EMAIL = re.compile(r"(?<![\w.+'’-])[\w.+'’-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.I)
# Two letters, six digits, a letter: as one word or in equal groups. "by 100000 a year" is neither.
_NI_LETTERS = r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_NI_NUMBER = re.compile(rf"{_NI_LETTERS}([\s-]?)\d\d\1\d\d\1\d\d\1[A-D]\b", re.I)
_NI_WRITTEN = re.compile(rf"{_NI_LETTERS}[\s-]\d{{6}}[\s-][A-D]\b|\b[A-Z]{{2}}\d{{6}}[A-D]\b")
_GAP = r"[\s.–-]?"
_PHONE = re.compile(rf"(?<![\w.£$€])(?:(?:\+|00\s?)?44{_GAP}(?:\(0\){_GAP})?|\(?0)(?:\d\)?{_GAP}){{9,10}}(?!\w)")
_TEN_DIGITS = re.compile(rf"(?<![\w.£$€])\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}}(?!\w)")
_STAFF_NUMBER = re.compile(
    r"\b(?:payroll|mrn|passport|(?:hospital|patient|staff|employee|case) (?:number|no\.?|id))(?: (?:number|no\.?|id))?"
    r"[^\w.?!]{0,3}(?:is )?[a-z]{0,2}\d{5,}",
    re.I,
)
_LABELLED = re.compile(rf"\bNHS (?:number|no\b\.?)[^.?!\d]{{0,20}}(?:\d{_GAP}){{6,10}}", re.I)
_DAY = r"(?:\d{1,2}[\s/.-]+\d{1,2}[\s/.-]+(?:\d\d)?\d\d|\d{4}-\d\d?-\d\d?)\b"
_WRITTEN_DAY = r"\d{1,2}(?:st|nd|rd|th)?(?: of)? [a-z]{3,9},? (?:\d\d)?\d\d\b"
_BIRTH = re.compile(
    rf"\b(?:(?:d\.?o\.?b\b\.?|date of birth)[^.?!\d]{{0,20}}(?:{_DAY}|{_WRITTEN_DAY})"
    rf"|born(?: on)?:? (?:the )?{_DAY}"
    # A service is born on a day, too.
    rf"|(?:i|he|she|patient|child|who|(?:my|his|her) \w+) (?:was )?born(?: on)?:? (?:the )?{_WRITTEN_DAY})",
    re.I,
)
_CARD = re.compile(r"(?<![\d£$€])[2-6](?:[\s-]?\d){12,15}(?!\d)")

_KIN = (
    r"(?:mum|mother|dad|father|parents?|wife|husband|partner|brother|sister|son|daughter|child|baby|boy|girl|kids?|"
    r"teenager|"
    r"friend|colleague|neighbour|patient|client|resident|tenant|student|person|man|woman|girlfriend|boyfriend|member "
    r"of (?:\w+ )?staff)"
)
_ONE = rf"(?:i|he|she|they|someone|somebody|(?:my|our|his|her|their|an?|the|this|one of (?:my|our)) (?:\w+ )?{_KIN})"
_IS = r"(?:['’]?m|['’]s|['’]ve|['’]re| am| is| are| was| be| been| being| have| has| feels?| feeling| felt| keeps?)"
_ONESELF = r"(?:my|him|her|them|your)sel(?:f|ves)"
_HURT = r"(?:kill|harm|hurt|cut|hang|drown|stab|burn)(?:s|ed|t?ing)?"
_ENDING = r"(?=\W*$|\s*[.,;!?]| (?:now|today|tonight|again|any ?more|any longer|because|and|but|all|than)\b)"
_ATTACKED = r"(?:abused|beaten|hit|hurt|attacked|raped|stabbed|strangled|threatened)"
_CRISIS = (
    rf"\b{_ONE}{_IS}{{1,3}} (?:\w+ ){{0,3}}suicidal\b",
    rf"\b{_ONE}\b[^.?!]{{0,40}}\b{_HURT} {_ONESELF}\b",
    rf"\b{_ONE}(?: (?:at|in|on) (?:my|our|the|this) \w+)?(?:{_IS}| started| still| often| also| to| wants?){{0,3}} "
    rf"self[- ]?harm",
    rf"\b(?:think|plan|consider|contemplat|attempt|tr(?:y|ied)|thought)\w*\b[^.?!]{{0,12}}\bsuicide\b{_ENDING}",
    rf"\b{_ONE}\b[^.?!]{{0,12}} want(?:s|ed)? to (?:die|be dead)\b(?! (?:at|in|with))",
    r"\b(?:want|going|try|tried|trying|plan|think|thought|feel like|threaten)\w*(?: \w+){0,2} end(?:ing)? "
    r"(?:it all\b|(?:my|his|her|their) (?:own )?li(?:fe|ves)\b)",
    r"\bthreaten\w* to jump\b|\b(?:cut|cutting|slit) (?:my|his|her|their) wrists\b|\bcommit(?:ting)? suicide\b",
    r"\b(?:taken|took|taking) (?:\w+ ){0,2}overdose",
    rf"\b(?:i|he|she) can(?:['’]?t|not) go on\b(?:{_ENDING}| like this)",
    rf"\b(?:do|does)(?: not|n['’]?t) want to (?:live|be here|be alive|wake up)\b{_ENDING}",
    rf"\b{_ONE}\b[^.?!]{{0,20}} better off dead\b{_ENDING}|\bwish {_ONE} (?:was|were) dead\b|\bno point (?:in "
    rf")?living\b{_ENDING}",
    rf"\b(?:i|he|she)(?: would|['’]?d) rather be dead\b|\b(?:i|he|she) (?:just )?wants? to end it\b{_ENDING}",
    rf"\b{_ONE}\b[^.?!]{{0,30}}{_IS} (?:being )?{_ATTACKED}\b(?=[^?]{{0,60}}\b(?:now|help|scared|by|home)\b)",
    r"\b(?:beat|hitt?|hurt|attack|rap|strangl|threaten|abus|kill)(?:e?s|ing)? me\b",
    rf"\b{_ONE}{_IS} in (?:\w+ )?danger\b(?! of\b)|\b(?:i|we|she|he){_IS} (?:not safe|unsafe) at home\b",
    r"\bscared for (?:my|her|his|their) li(?:fe|ves)\b",
)

_MEDICINE = (
    r"(?:tablets?|pills?|medicines?|medications?|antibiotics?|antidepressants?|inhalers?|insulin|statins?|steroids?|"
    r"painkillers?|vaccines?|aspirin|codeine|lithium|warfarin|paracetamol|\w{3,}(?:profen|cillin|mycin|cycline|"
    r"floxacin|"
    r"olol|sartan|dipine|pril|statin|zepam|azole|oxetine|traline|pramine|apine|formin|gliptin|prazole|xaban|parin|"
    r"triptan|"
    r"phine|fenac|lukast|solone|isone))"
)
_CONDITION = (
    r"(?:asthma|diabet\w+|depression|hypertension|pneumonia|sepsis|cancer|copd|angina|epilepsy|migraines?|(?:a "
    r")?stroke|"
    r"eczema|psychosis|burns?|fractures?|sprains?|infections?|fever|rash|pain(?! point)|flu|covid|dementia|"
    r"schizophrenia|anaemia|\w{4,}itis|fibrosis|cirrhosis|"
    r"tuberculosis|thrombosis)"
)
_SYMPTOM = (
    r"(?:symptoms?|rash|chest pain|blood pressure|blood (?:tests?|sugar)|headaches?|fever|wound|cough|lump|seizures?|"
    r"scan results?|tablets|inhaler|medication)"
)
_SERVICE = r"(?!['’]?s? (?:checks?|screening|monitor\w*|services?|clinics?|teams?|care|programmes?|schemes?|sum)\b)"
_BODY = (
    r"(?:head|neck|back|chest|stomach|tummy|belly|throat|ears?|eyes?|arms?|legs?|foot|feet|hands?|knees?|hips?|"
    r"shoulder|skin|tooth|teeth)"
)
_ASKER = rf"(?:i|he|she|(?:my|our|his|her|an?|the) (?:\w+ )?{_KIN})"
_ORGANISED = (
    r"(?:polic|scheme|programme|project|strateg|procure|contract|employ|recruit|hiring|hous|fund|partner|work|invest|"
    r"spend|"
    r"inequal|povert|anchor|trust|approach|regenerat|building|change)"
)
_CLINICAL = (
    rf"\b(?:dose|dosage)\b[^.?!]{{0,20}}\b{_MEDICINE}\b|\b{_MEDICINE} (?:dose|dosage)\b|\bhow much {_MEDICINE}\b(?! "
    rf"waste)",
    rf"\b(?:dose|dosage) (?:of \w+ )?(?:for|in) (?:\w+ )?(?:\w+ )?{_KIN}\b",
    r"\b\d+\s?(?:mg|mcg|micrograms?)\b(?!\s?(?:per cubic|/))|\b\d+\s?ml of (?!water)\w+[^.?!]{0,20}\b(?:a|per|daily|"
    r"every) ?(?:day|hour)?\b",
    rf"\b(?:should|can|could|must|may) {_ASKER} (?:\w+ ){{0,3}}(?:take|taking|give|use|switch to|start on|have|"
    rf"mix)\b[^.?!]{{0,40}}\b{_MEDICINE}\b",
    rf"\b(?:should|can|could|must|may) we (?:prescribe|start \w+ on|stop|give (?:him|her|\w+ "
    rf"patient)\b)[^.?!]{{0,30}}\b{_MEDICINE}\b",
    rf"\b(?:safe|ok|okay) (?:to|for) (?:\w+ )?(?:take|taking|use|mix|give|drink)\b[^.?!]{{0,40}}\b{_MEDICINE}\b|"
    rf"\b(?:which|what) {_MEDICINE} (?:for|should i|can i|is best)\b",
    rf"\b(?:(?:my|his|her)(?: {_KIN}['’]s)?|(?:my|a|the) patient['’]?s) (?:\w+ ){{0,2}}?{_SYMPTOM}\b{_SERVICE}",
    rf"\b(?:my|a|the) (?:\w+ )?patient (?:with|who has) (?:\w+ )?{_SYMPTOM}\b{_SERVICE}|"
    rf"\b(?:my|a|the) patient (?:has|had|presents with) (?:\w+ ){{0,3}}(?:{_SYMPTOM}|{_CONDITION})\b{_SERVICE}",
    rf"\b{_ASKER}(?:['’]ve|['’]m| have| has| had| got| keeps?| feels?| am| is){{1,2}}(?: \w+){{0,4}}? (?:pain|rash|"
    rf"fever|bleeding|"
    rf"dizzy|breathless|vomiting|coughing|palpitations|tightness|lump|sore throat|headache|(?:high "
    rf")?temperature)\b{_SERVICE}",
    rf"\b(?:my|his|her) (?:\w+ )?{_BODY} (?:really )?(?:hurts?|aches?|is (?:\w+ )?(?:sore|swollen|numb|bleeding|itchy|"
    rf"painful))\b",
    rf"\b(?:should|must|do|can) {_ASKER} (?:need to )?(?:go to|see|call|ring) (?:an? |the |my )?(?:a&e|gp|doctor|111|"
    rf"999|hospital)\b",
    rf"\b(?:do|does|can|should) {_ASKER} (?:need|stop|skip|double|finish) (?:\w+ ){{0,2}}{_MEDICINE}\b(?! (?:waste|"
    rf"centre|hub))",
    r"\bi(?:['’]m| am|['’]ve been| have been)? feel(?:ing)? (?:\w+ )?(?:depressed|anxious)\b(?! (?:about|by|at|that|"
    r"with))",
    rf"\bhow (?:do|should|would|can|to) ?(?:i|we|you)? (?:treat|diagnose|manage|"
    rf"prescribe)\b[^.?!]{{0,40}}\b(?:{_CONDITION}|patients? (?:with|who))\b",
    rf"\bfirst[- ]line treatment\b|\btreatments? (?:for|of) (?:\w+ ){{0,2}}{_CONDITION}\b|\bcontraindications?\b|"
    rf"\bdifferential diagnosis\b",
    r"\bhow (?:do|should|can) (?:i|we) (?:look after|change|clean|dress|care for|remove|insert) (?:\w+ ){0,2}"
    r"(?:stoma|wound|catheter|dressing|cannula|stitches|feeding tube|ulcer)\b",
    rf"\bside[- ]effects? of (?![^.?!]{{0,40}}{_ORGANISED})|\bsymptoms of (?:\w+ ){{0,2}}{_CONDITION}\b",
    rf"\b(?:do|does|could|might) (?:i|he|she|it|this) (?:have|be) (?:\w+ )?{_CONDITION}\b",
)

# An order stands where a sentence begins, or follows "and"; "do buyers ignore the rules?" is a question.
_BEGINS = r"(?:^|(?<=[.?!\n:;\])>\"'*]))\s*(?:(?:please|now|then|just|and|but|so|ok|also|first)\b\W*){0,2}"
_DISOBEY = (
    r"(?:ignore|disregard|forget|override|bypass|(?:do not|don['’]?t|never|stop) (?:follow|obey|us)(?:e|"
    r"ing)?)\b[^.?!]{0,40}?\b"
)
_ORDERED = r"(?:instructions?|rules?|prompts?|guidelines|guidance|above|previous|sources?|documents?)\b"
_ORDER = re.compile(
    rf"(?:{_BEGINS}{_DISOBEY}{_ORDERED}"
    rf"|[,;]?\s*\b(?:and|then|but|so|you (?:to|must|should|will)|can you)\s+(?=\w+(?: \w+)? (?:your|all|any|every|"
    rf"previous|prior)\b){_DISOBEY}{_ORDERED}"
    rf"|{_BEGINS}(?:you are (?:now|no longer)\b|pretend (?:to|you|that|there|i|we)\b|from now on,? (?:you|answer|"
    rf"reply|respond|speak|write|talk|only|always|say|act)\b)"
    rf"|(?:{_BEGINS}|\b(?:i want|i need)? ?you (?:to|must|should|will|are to) )act as (?!anchors?\b|(?:an?|the) "
    rf"(?:\w+ )?(?:anchors?|employer|partner|leader|trust)\b)"
    r"|[^.?!\n]{0,60}\b(?:system prompt|developer mode|jailbreak)\b"
    rf"|(?:{_BEGINS}|\b)(?:reveal|print|show|repeat|output|tell|give)(?: me| us)? your (?:\w+ "
    rf"){{0,2}}(?:instructions?|prompts?|rules)\b)"
    r"[^.?!\n:;,]*(?:,(?! *(?:how|what|which|who|where|when|why|tell|list)\b)[^.?!\n:;,]*)*[.?!\n:;,]?",
    re.I,
)
_CRISIS_RULES = tuple(re.compile(rule, re.I) for rule in _CRISIS)
_CLINICAL_RULES = tuple(re.compile(rule, re.I) for rule in _CLINICAL)


@dataclass(frozen=True, slots=True)
class Screened:
    """What is left to be looked up, without control characters. ``status`` is set when nothing may be; ``kind`` names
    the personal data, never its value; ``ordered`` says that an order to the assistant was cut out."""

    question: str
    status: Status | None = None
    kind: str = ""
    ordered: bool = False


def screen(question: str) -> Screened:
    """The question, or the reason why it is not looked up."""
    readable = "".join(" " if _unprintable(character) else character for character in question).strip()
    seen = _as_seen(readable)
    if any(rule.search(seen) for rule in _CRISIS_RULES):
        return Screened("", Status.CRISIS)
    if kind := personal_data(seen):
        return Screened("", Status.PERSONAL_DATA, kind)
    if any(rule.search(seen) for rule in _CLINICAL_RULES):
        return Screened("", Status.CLINICAL)
    rest = _ORDER.sub(" ", readable).strip()
    if rest == readable:
        return Screened(rest)
    if len(re.findall(r"\w+", rest)) < 3:
        return Screened("", Status.OUT_OF_SCOPE, ordered=True)
    return Screened(rest, ordered=True)


def personal_data(text: str) -> str:
    """The kind of personal data that a text holds, empty if none was seen."""
    text = _as_seen(text)
    if _EMAIL.search(text):
        return "an e-mail address"
    if _LABELLED.search(text) or any(_is_nhs_number(_digits(match)) for match in _TEN_DIGITS.finditer(text)):
        return "what may be an NHS number"
    if _NI_NUMBER.search(text) or _NI_WRITTEN.search(text):
        return "what looks like a National Insurance number"
    if _STAFF_NUMBER.search(text):
        return "a number that stands for one person"
    if _PHONE.search(text):
        return "a phone number"
    if any(_is_card_number(_digits(match)) for match in _CARD.finditer(text)):
        return "what looks like a card number"
    return "a date of birth" if _BIRTH.search(text) else ""


def _unprintable(character: str) -> bool:
    """Controls and halves of surrogate pairs, which neither the encoder nor JSON can carry."""
    return unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"


def _as_seen(text: str) -> str:
    """Full-width digits as digits, nothing invisible between them: what a reader sees is what must be found."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")


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
