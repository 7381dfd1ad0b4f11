"""Rules that know a question about somebody's illness or care by how people write of it.

Words such as "mental health trust" or "asthma and air quality" are the daily bread of this corpus and prove nothing:
the rules look for a person asking about a person, or for a medical term where nothing speaks of an organisation's work.
"""

from __future__ import annotations

import re

from retrieval.people import KIN, speaks_of_an_organisation

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
    r"(?:polic|scheme|programme|project|strateg|procure|contract|employ|recruit|hiring|buy|local|suppl|hous|fund"
    r"|partner|work|invest|"
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

# A word of medicine where nothing speaks of an organisation's work.
_TERM = re.compile(
    r"\b(?:ibuprofen|paracetamol|calpol|co-?codamol|codeine|morphine|fentanyl|oxycodone|tramadol|aspirin|warfarin"
    r"|heparin|"
    r"lithium|clozapine|methadone|ozempic|mounjaro|wegovy|ritalin|epilim|valproate|gabapentin|pregabalin|melatonin|"
    r"prednisolone|salbutamol|insulin|adrenaline|magnesium|labetalol|hrt|antihistamines?|naloxone|chlordiazepoxide|"
    r"pseudoephedrine|epipen|antidepressants?|antibiotics?|statins?|steroids?|painkillers?|contracepti\w+"
    r"|the (?:mini )?pill|"
    r"morning after pill|\w{3,}(?:profen|cillin|mycin|cycline|floxacin|olol|sartan|dipine|zepam|azole|oxetine"
    r"|traline|"
    r"pramine|apine|formin|gliptin|prazole|xaban|parin|triptan|fenac|lukast|solone|nidazole|terol|azepine|pidem"
    r"|clone|alopram|"
    r"statin|tapine)s?"
    r"|hba1c|e?gfr|crp|tsh|psa|inr|abg|ecg|ct head|d-dimer|gcs|troponin|creatinine|ferritin|potassium|sodium"
    r"|wells score|"
    r"peak flow|oxygen saturation|cholest?e?rol|smear|mri|blood (?:sugar|gas(?:es)?|thinner|clot)|hpv|cha2ds2\S*|"
    r"gout|measles|chickenpox|shingles|norovirus|scabies|ringworm|head lice|worms|thrush|cystitis|uti|eczema"
    r"|psoriasis|acne|"
    r"migraine|vertigo|tinnitus|sciatica|hernia|ha?emorrhoids|piles|constipation|diarrh?oea|diarhoea|gallstones?"
    r"|kidney stones?"
    r"|ana?emia|menopause symptoms|endometriosis|pcos|fibroids|erectile|erection|cataracts? symptoms"
    r"|conjunctivitis|stye|"
    r"earache|tonsil\w*|sinus\w*|croup|whooping cough|meningitis|sepsis|tia|heart failure|angina"
    r"|atrial fibrillation|dvt|"
    r"embolism|aneurysm|cellulitis|abscess|anaphyla\w+|dka|hyperkala?emia|hypogly\w+|pancreatitis|appendicitis"
    r"|pre-?eclampsia|"
    r"eclampsia|scarlet fever|tetanus|palpitations|nosebleed|vomiting|wheez\w+|contractions|coeliacs?|fodmap"
    r"|jaundice|"
    r"hot flushes|rash(?:es)?|stitches|catheter|stoma|ng tube|feeding tube|picc line|cannula|leg ulcer"
    r"|pressure sores?|"
    r"wisdom tooth|(?:missed|late|heavy) period|period pain|pregnancy test|negative test|needle ?stick|hep [abc]|"
    r"incubation period|peep|contagious|\d+ weeks pregnant|wet nappies|teething|trench foot|scalpel)\b"
    r"|\b(?:lump|pain|numb\w*|swell\w+|swollen|ach(?:e|es|ing)|itch\w*|discharge|bleed\w*|tingl\w+|cramps?"
    r"|blister\w*|sore|"
    r"blood|infected|burnt|stiff) (?:in|on|behind|under|around|down|when|and) (?:my|his|her|the|one|a|i)\b"
    r"|\bsafe (?:in|for|while"
    r"|when) (?:\w+ )?(?:pregnan\w+|"
    r"breastfeeding)|\bcan i (?:fly|drive|exercise|eat|drink|bath\w*)\b[^?]{0,25}\b(?:after|with|on|while|alone)\b",
    re.I,
)
_BODY_OF_ONE = re.compile(
    rf"\b(?:my|his|her|the baby['’]?s|mum['’]?s|dad['’]?s|nan['’]?s|baby['’]?s) (?:\w+ )?(?:{_BODY}|heart|legs?"
    rf"|finger|toe|"
    rf"breast|testicle|wrist|ankle|elbow|nose|lips?|gums?|poo|wee|urine|stools?|period|temp(?:erature)?|pulse"
    rf"|lungs?|bowels?|"
    rf"hips?|scalp|nails?|tongue|jaw|ribs?|spine|bladder|newborn|mole)\b|\bi(?:['’]ve| have|['’]m| am)? (?:got "
    rf"|had |been )?"
    rf"(?:a |an |the )?(?:\w+ )?(?:headache|fever|cough|cold sore|lump|rash|fit|temperature|migraine|sore throat"
    rf"|faint\w*|"
    rf"burnt|sprained|twisted|spotting|pregnant and|peeing|vomit\w*|dizzy|constipated)\b|\b(?:coughing|peeing"
    rf"|passing) (?:up )?"
    rf"(?:blood|green)|\b(?:fainted|short of breath|cannot sleep|can['’]t sleep)\b|\b(?:my|the|a) (?:new)?(?:baby"
    rf"|born|toddler|"
    rf"nan|mum|dad|son|daughter|wife|husband|child|patient|resident|client)\b[^.?!]{{0,40}}\b(?:temp|fever|rash"
    rf"|wheez\w+|vomit\w*|"
    rf"pain|hurts|swollen|floppy|feed|sleepy|yellow|confused|forgetting|cough\w*|breath\w*|ache|poo|nappies"
    rf"|inhaler|bleeding|"
    rf"seizures?|meds|chemo|medically)\b",
    re.I,
)
_ASKED_OF_MEDICINE = re.compile(
    r"\b(?:management|treatment|protocol|guideline|dose|dosing|regime|workup) (?:of|for|in)\b[^?]{0,40}\b(?:acute"
    r"|chronic|"
    r"severe|adults?|child\w*|pregnancy|asthma|diabetes|copd|stroke|sepsis|pain|failure|infection)\b|\bper kg\b|"
    r"\b(?-i:IV|IM|[Ss]ubcut) \w+|\b(?:should|can|do|could) (?:i|we|he|she) (?:\w+ ){0,2}(?:start|stop|increase|reduce"
    r"|up|double|"
    r"skip|crush) (?:my |his |her |the )?(?:medication|tablets|meds|dose)\b|\bam i (?:depressed|pregnant|diabetic"
    r"|anxious)\b|"
    r"\bdo i have \w+\b\W*$|\bwhether i['’]?(?:ve| have) got\b",
    re.I,
)
_RULES = tuple(re.compile(rule, re.I) for rule in _CLINICAL)


def is_clinical(text: str) -> bool:
    """Whether somebody asks about the illness, medicine or care of a person, for certain."""
    return any(rule.search(text) for rule in _RULES)


def sounds_clinical(text: str) -> bool:
    """Whether a body, a medicine or an illness is spoken of where nothing speaks of an organisation's work."""
    if speaks_of_an_organisation(text):
        return False
    return bool(_TERM.search(text) or _BODY_OF_ONE.search(text) or _ASKED_OF_MEDICINE.search(text))
