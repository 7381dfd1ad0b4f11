"""Rules that know a question about somebody's illness or care by how people write of it.

Words such as "mental health trust" or "asthma and air quality" are the daily bread of this corpus and prove nothing:
the rules look for a person asking about a person. What they cannot be certain of is left to ``retrieval.kinds``.
"""

from __future__ import annotations

import re

from retrieval.people import KIN

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
_ASKER = rf"(?:i|he|she|(?:my|our|his|her|an?|the) (?:\w+ )?{KIN})"
_ORGANISED = (
    r"(?:polic|scheme|programme|project|strateg|procure|contract|employ|recruit|hiring|hous|fund|partner|work|invest|"
    r"spend|"
    r"inequal|povert|anchor|trust|approach|regenerat|building|change)"
)
_CLINICAL = (
    rf"\b(?:dose|dosage)\b[^.?!]{{0,20}}\b{_MEDICINE}\b|\b{_MEDICINE} (?:dose|dosage)\b|\bhow much {_MEDICINE}\b(?! "
    rf"waste)",
    rf"\b(?:dose|dosage) (?:of \w+ )?(?:for|in) (?:\w+ )?(?:\w+ )?{KIN}\b",
    r"\b\d+\s?(?:mg|mcg|micrograms?)\b(?!\s?(?:per cubic|/))|\b\d+\s?ml of (?!water)\w+[^.?!]{0,20}\b(?:a|per|daily|"
    r"every) ?(?:day|hour)?\b",
    rf"\b(?:should|can|could|must|may) {_ASKER} (?:\w+ ){{0,3}}(?:take|taking|give|use|switch to|start on|have|"
    rf"mix)\b[^.?!]{{0,40}}\b{_MEDICINE}\b",
    rf"\b(?:should|can|could|must|may) we (?:prescribe|start \w+ on|stop|give (?:him|her|\w+ "
    rf"patient)\b)[^.?!]{{0,30}}\b{_MEDICINE}\b",
    rf"\b(?:safe|ok|okay) (?:to|for) (?:\w+ )?(?:take|taking|use|mix|give|drink)\b[^.?!]{{0,40}}\b{_MEDICINE}\b|"
    rf"\b(?:which|what) {_MEDICINE} (?:for|should i|can i|is best)\b",
    rf"\b(?:(?:my|his|her)(?: {KIN}['’]s)?|(?:my|a|the) patient['’]?s) (?:\w+ ){{0,2}}?{_SYMPTOM}\b{_SERVICE}",
    rf"\b(?:my|a|the) (?:\w+ )?patient (?:with|who has) (?:\w+ )?{_SYMPTOM}\b{_SERVICE}|"
    rf"\b(?:my|a|the) patient (?:has|had|presents with) (?:\w+ ){{0,3}}(?:{_SYMPTOM}|{_CONDITION})\b{_SERVICE}",
    rf"\b{_ASKER}(?:['’]ve|['’]m| have| has| had| got| keeps?| feels?| am| is){{1,2}}(?: \w+){{0,4}}? (?:pain|rash|"
    rf"fever|bleeding|"
    rf"dizzy|breathless|vomiting|coughing|palpitations|tightness|lump|sore throat|headache|(?:high "
    rf")?temperature)\b{_SERVICE}",
    rf"\b(?:my|his|her) (?:\w+ )?{_BODY} (?:really )?(?:hurts?|aches?|is (?:\w+ )?(?:sore|swollen|numb|bleeding"
    rf"|itchy|"
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
_RULES = tuple(re.compile(rule, re.I) for rule in _CLINICAL)


def is_clinical(text: str) -> bool:
    """Whether somebody asks about the illness, medicine or care of a person."""
    return any(rule.search(text) for rule in _RULES)
