"""Whom a question may speak of as one person, and whether it names one and tells what is private to him.

A name alone is no secret: directors, authors and contacts are named in the documents. A name with an illness, an age or
a home is. Every repeat in the rules is bounded.
"""

from __future__ import annotations

import re

KIN = (
    r"(?:mum|mother|dad|father|parents?|wife|husband|partner|brother|sister|son|daughter|child|baby|boy|girl|kids?|"
    r"teenager|friend|colleague|neighbour|patient|client|resident|tenant|student|person|man|woman|girlfriend"
    r"|boyfriend|"
    r"member of (?:\w+ )?staff)"
)
_ORGANISATION = re.compile(
    r"\b(?:trusts?|hospitals?|nhs|anchors?|staff|workforce|local\w*|communit\w+|programmes?|schemes?|projects?"
    r"|pilots?|"
    r"councils?|employ(?:er|ers|ment|ed)|recruit\w*|hir(?:e|ed|ing)|apprentic\w+|suppl(?:y|ier|iers)|procure\w*|"
    r"contracts?|hous(?:e|ing)|homeless\w*|poverty|inequalit\w+|depriv\w+|social|fund(?:s|ed|ing)|polic(?:y|ies)|"
    r"carbon|waste|net zero|green|prescribing|jobs|into work|schools?|campaign|uptake|screening|awareness|prevention|"
    r"outreach|services|clinics?|charit\w+|city|borough|regional|emissions|recycl\w+|buy|bought|spend\w*"
    r"|skills|marmot|"
    r"strateg\w+|workers?)\b",
    re.I,
)
# Words that begin with a capital and are nobody's name.
_NO_NAME = (
    r"(?!(?:The|This|That|These|Those|Which|What|Who|Whose|Where|When|Why|How|Does|Did|Do|Is|Are|Was|Were|Has"
    r"|Have|Can|"
    r"Could|Would|Should|If|In|On|At|And|Or|But|For|From|With|Their|Our|We|They|It|Health\w*|NHS|Trusts?|Hospitals?|"
    r"Care|Services?|Schemes?|Programmes?|Projects?|Council|Universit\w+|Anchors?|Network|Groups?|Boards?|Voices?|"
    r"Advice|Liaison|Forum|Centre|Partnership|Plan|Strategy|Fund\w*|Working|Works?|Living|Wage|Social|Value|Local|"
    r"Community|Employment|Housing|Homes?|Green|Jobs?|Skills|Foundation|Association|College|Academy|Experience"
    r"|Safety|"
    r"Support|Involvement|Participation|Engagement|Charter|Offer|Report|Survey|Panel|Team|Day|Age|North\w*|South\w*|"
    r"East\w*|West\w*|New|Great\w*|London|Leeds|Manchester|Birmingham|Essex|England|Wales|Scotland|City|County|Royal|"
    r"Nurs\w+|Associates?|Assistants?|Young|Older|Adults?|People|Workers?|Children\w*|Families|Mental|General"
    r"|Saint|St|"
    r"Street|Road|January|February|March|April|May|June|July|August|September|October|November|December|Band)\b)"
)
_PART = rf"{_NO_NAME}(?:[^\W\d_a-z][\w’'-]{{1,30}}|[^\W\d_a-z]\.)"
_FULL_NAME = rf"{_PART}(?:(?: (?:de|da|dos|van|von|der|den|del|al|el|bin|ibn|O)){{0,2}} {_PART}){{1,3}}(?!\w)"
_TITLE = r"\b(?i:mrs?|ms|miss|mx)\.? "
_RELATION = (
    r"\b(?i:mum|mam|mother|dad|father|wife|husband|partner|brother|sister|sons?|daughter|child|baby|boy|girl|nan"
    r"|gran\w*|"
    r"aunt\w*|uncle|cousin|niece|nephew|friend|mate|neighbour|landlady|landlord|lodger|girlfriend|boyfriend"
    r"|fianc[ée]{1,2}|"
    r"colleague|carer|cleaner|porter|cook|nurse|hca|trainee|apprentice|intern|volunteer|candidate|applicant|learner|"
    r"student|pupil|mentee|worker|staff member|member of (?:\w+ )?staff|employee|patient|pt|client|service user|"
    r"inpatient|outpatient|caller|case|referral|referring|refer|tenant|resident|customer|lady|gentleman|man"
    r"|woman|lad|"
    r"name(?: is|['’]s)?|i am|i['’]?m)\b"
)
_CASE = (
    r"\b(?i:patient|pt|client|service user|inpatient|outpatient|tenant|resident|neighbour|husband|wife|mum|dad|son|"
    r"daughter|staff member|employee|referral|applicant)\b"
)
_OURS = (
    r"\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er) (?:\w+ )?(?:mother|father|wife|husband|partner|brother|sister|son|daughter"
    r"|mum|dad|"
    r"nan|gran\w*|uncle|aunt\w*|cousin|neighbour|friend|colleague|apprentice|cleaner|porter|student|learner|client"
    r"|patient|"
    r"tenant|resident|boyfriend|girlfriend|lads?|lass|nephew|niece|bro|flatmate|housemate|lodger|carer|nurse)\b"
)
_NAMED = re.compile(
    rf"{_RELATION}[\s:,(–-]{{1,3}}(?:{_TITLE})?{_FULL_NAME}|{_TITLE}(?:{_PART} ){{0,3}}{_PART}"
    # Whose findings they are.
    rf"|\b(?i:(?:lab|blood|test|scan|biopsy|x-?ray) results? (?:for|of)) {_FULL_NAME}"
    rf"|\b(?i:mrs?) [a-z]{{3,20}}\b|(?:{_CASE}|{_OURS})[\s:,(–-]{{1,3}}(?:(?i:called|named"
    rf"|is) )?{_PART}(?=[\s,(’']{{1,2}}(?i:is|was|has|had|who|with|s?he['’]?s?|\d\d|s\b|aged?\b))"
)
# A bare name is a person's where he or she is spoken of too.
_SPOKEN_OF = re.compile(
    rf"(?:\b(?i:for|about|re|on|help|helps?) {_FULL_NAME}|{_FULL_NAME}(?=,| [-–(]| (?i:is|has|had|was|needs|lives"
    rf"|wants)\b))"
)
_ONE = re.compile(r"\b(?:he|she|his|her|him|hers)\b", re.I)
_STREET = (
    r"(?i:road|rd|street|st|avenue|ave|lane|close|drive|crescent|terrace|grove|way|court|gardens|place|walk"
    r"|rise|mews|"
    r"square|row|hill|view|green|park|parade|paddocks?|house|point|tower|mansions|buildings|fields?|croft"
    r"|meadows?|end)"
)
_ADDRESS = (
    rf"\b(?i:flat |room |no\.? ?|number )?(?!(?:19"
    rf"|20)\d\d\b)\d{{1,4}}[a-zA-Z]?,? (?:[^\W\d_a-z][\w’'-]{{1,30}} ){{1,3}}"
    rf"{_STREET}\b|\b\d{{1,3}}[a-zA-Z]? The [A-Z]\w{{2,20}}\b|\b(?i:flat) \d{{1,4}}[a-zA-Z]?\b"
)
_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
_AGE = (
    r"(?:\b(?i:aged?|age of|is|just turned|turns|who['’]s)[ :]{1,2}|[,(;:] ?)(?:1[0-9]|[2-9]\d|10\d|[1-9])"
    r"(?=\W{0,2}$|[,;).]| (?i:with|and|of|from|who|years?|yrs?|yo|on|in [A-Z]))"
    r"|\b\d{1,3}[ -]?(?i:years?[ -]old|yrs? old|y/?o)\b"
)
_HEALTH = (
    r"\b(?i:asthma\w*|copd|diabet\w+|depress\w+|anxiety|bipolar|schizophreni\w+|psychosis|psychotic|ptsd|adhd"
    r"|autis\w+|"
    r"dementia|alzheimer\w*|parkinson\w*|stroke|cancer|chemo\w*|dialysis|epilep\w+|seizures?|heart (?:failure|attack|"
    r"disease|condition)|angina|hiv|hepatitis|sickle cell|pregnant|miscarr\w+|disab(?:led|ility)|wheelchair"
    r"|blind|deaf|"
    r"arthritis|fibromyalgia|eczema|\w{4,}itis|obes\w+|anorexi\w+|bulimi\w+|addict\w*|alcoholi\w+|drink(?:s"
    r"|ing) problem|"
    r"overdos\w+|self-harm\w*|sectioned|learning (?:disab\w+|difficult\w+)|down['’]?s syndrome|mental health"
    r"|ill(?:ness)?|"
    r"sick(?:ness)?|unwell|off since|signed off|diagnos\w+|operation|surgery|amput\w+|fracture\w*|fell|falls|broken|"
    r"wound|ulcer|tumour|transplant|medication|insulin|inhalers?|methadone|discharged?|admitted|on the ward|"
    r"\w{2,}(?:osis|aemia)|emphysema|long covid|crohn\w*|dyslexi\w+|kidney (?:failure|disease)|stammer\w*"
    r"|hearing aid|"
    r"bowel|leukemia|lupus|endometrio\w+|scolio\w+|ocd|terminally)\b"
)
_CIRCUMSTANCES = (
    r"\b(?i:lives? (?:at|in|on|alone)|living (?:at|alone)|address|evict\w+|arrears|in debt|asylum|visa|undocumented|"
    r"probation|convict\w+|prison|excluded from school|no fixed (?:abode|address)|sacked|dismissed|grievance"
    r"|disciplinary|"
    r"salary|rough sleep\w+|abus(?:ed|ive)|safeguarding)\b"
)
# Private when told of one, but the subject of programmes too: for the second look to weigh.
_PLIGHT = (
    r"\b(?i:suspended|whistleblow\w+|bankrupt\w*|divorc\w+|affair|homeless|gambl\w+|drinks|drunk|skint|debts?|wages|"
    r"benefits?|maternity leave|deport\w*|bull(?:y|ied|ying)|confid(?:ed|ence)|in (?:her|his|my|a) car|cannot afford|"
    r"can['’]?t (?:afford|pay)|bank (?:details|card)|sort code|payslip|confused|scared|baptised|in a hospice"
    r"|the hospice|stress|heart|widow\w*|"
    r"dying|dead|funeral|pacemaker|lost (?:her|his|my|their) (?:job|home|licence|house)|house-?bound|nerves|"
    r"(?:live|lives|living|lodges?) (?:with|at|\d+))\b"
)
_PRIVATE = re.compile("|".join((_ADDRESS, _POSTCODE, _AGE, _HEALTH, _CIRCUMSTANCES)))
# Who gives his own name to say where he works gives nothing away.
INTRODUCED = re.compile(
    r"\b(?i:my name(?:['’]s| is)|i am|i['’]m|this is|hi|hello),? [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?,? "
    r"(?i:from|at|in|of|(?:and )?i(?:['’]m| am| work| run| lead| study| coordinate)|here)\b"
    r"|\b[A-Z]\w+ (?i:here|from (?:\w+ ){0,2}here)\b"
)
_AGED_NAME = re.compile(
    rf"{_FULL_NAME}(?:,? (?i:aged?)|,|:| \()\s?(?:1[0-9]|[2-9]\d)(?=[),;]| (?i:years?|yrs?|yo)\b|yo\b| (?i:from"
    rf"|of) [A-Z])"
    rf"|\b(?i:patient|client|tenant|resident) (?!(?:of|in|on|at|with|who|is|was|has|from|and|aged) )[a-z]{{2,20}} "
    rf"(?!(?:is|was|has|aged)\b)[a-z]{{2,20}},? (?:aged )?\d\d(?:,| ?yo\b| ?yrs?\b"
    rf"| years old)"
)
_NUMBERED = (
    r"(?:number |no\.? ?|room |flat )?(?!(?:19|20)\d\d\b)\d{1,4}[a-z]?,? "
    rf"(?:[^\W\d_][\w’'-]{{1,30}} ){{1,2}}{_STREET}\b"
)
_HOME = re.compile(
    # One person beside a house: with a comma between them, or with what a home lacks.
    rf"{_FULL_NAME}(?:[,:(–-]|,? (?i:of|from|lives (?:at|in)|living at|residing at))[ (]{{1,2}}"
    rf"(?!\d{{1,4}} The)(?:{_ADDRESS})"
    rf"|{_FULL_NAME}[\s,:(–-]{{1,4}}(?i:at )?(?:{_ADDRESS})[^?!]{{0,60}}"
    rf"(?i:refer\w*|needs?|housing|damp|mould|heating|evict\w*|patient|case)"
    rf"|\b(?i:(?:i|we|she|he|who|they|mum|dad)(?:['’]m|['’]re|['’]s)? (?:live|lives|living|stay|stays"
    rf"|staying) (?:at|in|on|near) |i['’]?m at )"
    rf"[^?!]{{0,40}}?(?:{_ADDRESS}|{_POSTCODE})"
    rf"|\b(?i:(?:i|we|she|he|mum|dad) (?:live|lives|stay|stays) (?:at |in |on )?{_NUMBERED})"
    rf"|\b(?i:we['’]?re|we are|i['’]?m|i am) [^?!.]{{0,25}}(?i: at| of) (?:{_ADDRESS})"
    rf"|\b(?i:my|his|her|their) (?i:(?:home|private|new|postal) )?(?i:address|house|flat|"
    rf"place)\b(?:[^?!.]{{0,12}}?{_ADDRESS}|[^?!.]{{0,50}}?{_POSTCODE})"
    rf"|\b(?i:send|post|deliver|write|forward)\b[^?!.@]{{0,40}} to (?:{_ADDRESS}|(?i:the [\w ]{{3,20}}, ){_ADDRESS})"
)
# Whoever is named in the world's business: his title with an illness is his subject, not his own.
_IN_PUBLIC = re.compile(
    r"\b(?:chairs?|chief|director|professor|author\w*|wrote|what\b[^?.]{0,60}\b(?:say|says|said)|quot\w+"
    r"|published|led|leads|leading|spoke"
    r"|speaker|"
    r"presented|manager|mp|minister|president|secretary|mayor|councillor|cllr|study|paper|article|blog|webinar"
    r"|podcast|"
    r"role|contact (?:for|at)|programme lead|lead (?:for|on|of)|head of|who is|who['’]s)\b",
    re.I,
)
_TOLD = (
    ("home", re.compile(f"{_ADDRESS}|{_POSTCODE}")),
    ("age", re.compile(_AGE)),
    ("health", re.compile(_HEALTH)),
    ("plight", re.compile(f"{_CIRCUMSTANCES}|{_PLIGHT}")),
    ("public", _IN_PUBLIC),
    ("relation", re.compile(_RELATION)),
    ("one", _ONE),
)


def speaks_of_an_organisation(text: str) -> bool:
    """Whether the words are of what trusts and their partners do, so that more is needed to call them foreign."""
    return bool(_ORGANISATION.search(text))


def what_is_told(text: str) -> tuple[str, ...]:
    """What a text tells that may be private to whoever is named in it, or shows him to be public."""
    return tuple(label for label, rule in _TOLD if rule.search(text))


def names_a_private_person(text: str) -> bool:
    """Whether one person is named, or says where he lives, together with what is nobody else's business."""
    if _HOME.search(text) or _AGED_NAME.search(text):
        return True
    named = _NAMED.search(text) or (_ONE.search(text) and _SPOKEN_OF.search(text))
    if not named or not _PRIVATE.search(text[: named.start()] + " " + text[named.end() :]):
        return False
    return bool(re.search(_CASE, text)) or not _IN_PUBLIC.search(text)
