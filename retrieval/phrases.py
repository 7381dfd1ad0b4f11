"""The phrases by which a question speaks of what records are filed under. One table; ``facets`` reads it.

Each is read as whole words, whatever their case. A word that says nothing by itself ("community", "acute", "climate")
counts only in a phrase that does.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from corpus.records import Determinant, Pillar, Population, Stage, TrustType


class Constraint(StrEnum):
    """What stands in the way of whoever asks."""

    NO_BUDGET = "no_budget"
    MONEY_ENDS = "money_ends"
    SCEPTICAL_BOARD = "sceptical_board"
    BUSY_CLINICIANS = "busy_clinicians"
    SMALL_TEAM = "small_team"
    SHORT_OF_TIME = "short_of_time"
    NO_DATA = "no_data"
    PARTNERS = "partners"


class Unused(StrEnum):
    """What whoever asks has and does not use."""

    GROUND = "ground"
    ROOM = "room"


_TRUST = r"(?:nhs |foundation |services? |care |health |hospitals? )*(?:trusts?|providers?)"

_LEADERS = r"(?:board|executives?|leaders|directors?|chief exec(?:utive)?|managers|ceo)"
_CLINICIANS = r"(?:clinicians?|consultants|doctors|medics|nurses|clinical (?:staff|colleagues|leads?|teams?))"
_PARTNERS = r"(?:partners?|councils?|local authority|gps?|housing associations?|charities|colleges?)"
_UNMOVED = r"(?:s[ck]eptical|unconvinced|reluctant|hostile|not convinced|not interested|uninterested)"

_JOBS = "jobs|(?<!our )(?<!my )(?<!your )(?<!their )(?<!day )job"  # "that isn't our job" is of no employment
_UNUSED = "(?:empty|unused|spare|vacant|disused|derelict|surplus|redundant|idle|closed|mothballed)"
_ROOM = "(?:wards?|shops?|offices?|rooms?|buildings?|units?|clinics?|premises|wings?|blocks?|halls?|floors?)"
_GROUND = "(?:car parks?|land|grounds?|sites?|plots?|fields?|space|corners?|lots?|yards?|lawns?|roofs?)"


def _unused(thing: str) -> tuple[str, str]:
    return (
        rf"{_UNUSED} (?:~ )?{thing}",
        rf"{thing} (?:~ )?(?:(?:is|are|stands?|sits?|lies?|goes) )?(?:~ )?{_UNUSED}",
    )


# Fragments of regular expressions; "~" stands for one word in between.
PHRASES: Mapping[str, Mapping[StrEnum, tuple[str, ...]]] = {
    "trust_type": {
        TrustType.ACUTE: (rf"acute (?:{_TRUST}|hospitals?)", "(?:district general|general|teaching) hospitals?"),
        TrustType.SPECIALIST: (rf"specialist (?:~ )?(?:{_TRUST}|hospitals?)", "children['’]?s['’]? hospitals?"),
        TrustType.MENTAL_HEALTH: (rf"mental[ -]health (?:and ~ |and community )?{_TRUST}", "psychiatric hospitals?"),
        TrustType.COMMUNITY: (
            rf"community (?:and mental health )?{_TRUST}",
            rf"mental health and community {_TRUST}",
            "community hospitals?",
        ),
        TrustType.AMBULANCE: (rf"ambulance (?:{_TRUST}|services?)",),
    },
    "pillar": {
        Pillar.EMPLOYMENT: (
            "employ(?:ment|ers?|ing)?",
            "recruit(?:ment|ing|ed)?",
            "hir(?:e|ed|ing)",
            _JOBS,
            "apprentice(?:s|ships?)?",
            "workforce",
        ),
        Pillar.PROCUREMENT: (
            "procure(?:ment|d|s)?",
            "procuring",
            "purchasing",
            "buy(?:ing)? (?:~ )?(?:local(?:ly)?|from)",
            "suppl(?:iers?|y chains?)",
            "social value",
            "tender(?:s|ing)?",
            "contracts",
        ),
        Pillar.BUILDINGS_AND_LAND: (
            "buildings?(?! (?:trust|relationships|on))",
            "estates? (?:strategy|team|department)",
            "(?:our|spare|surplus|nhs|hospital|trust) (?:land|space|sites?|grounds?)",
            *_unused(_GROUND),
            *_unused(_ROOM),
            "(?:re)?development (?:scheme|project|coming|planned)",
            "(?:hospital|site) (?:re)?development|(?:re)?build(?:ing)? (?:a|the|our) (?:~ )?hospital|new hospital",
        ),
        Pillar.ENVIRONMENT: (
            "environmental(?:ly)?",
            "the environment",
            "sustainability",
            "net zero",
            "carbon",
            "greener",
            "climate (?:change|emergency|action|crisis)",
        ),
        Pillar.PARTNERSHIP: (
            "partnerships?",
            "partner(?:ing|s)?(?! (?:violence|abuse))",
            "collaborat(?:e|ion|ions|ing|ive)",
        ),
    },
    "determinant": {
        Determinant.EMPLOYMENT: (rf"employment|{_JOBS}|unemploy(?:ed|ment)|worklessness|good work|into work",),
        Determinant.INCOME: (
            "incomes?(?! generation)",
            "(?<!fuel )poverty",
            "living wage",
            "low(?:er)? pa(?:y|id)",
            "(?:welfare|benefits?) advi[cs]e(?:rs)?",
            "debts?",
            "cost of living",
            "wages?",
        ),
        Determinant.EDUCATION: ("education", "schools?", "colleges?", "skills", "qualifications?", "apprenticeships?"),
        Determinant.HOUSING: ("housing|homes(?! address)|homeless(?:ness)?|rough sleep(?:ers?|ing)|tenan(?:ts?|cy)",),
        Determinant.ENERGY: (
            "fuel poverty",
            "warm(?:er)? homes?",
            "energy (?:bills?|costs?|efficiency)",
            "cold homes?",
            "heating",
        ),
        Determinant.FOOD: ("food(?! for thought)", "hunger", "hungry", "diets?", "nutrition", "vegetables"),
        Determinant.AIR_QUALITY: ("air (?:quality|pollution)|(?:clean|dirty|filthy|polluted) air|pollut(?:ion|ants?)",),
        Determinant.GREEN_SPACE: (
            "green(?:er)? spaces?",
            "green social prescribing",
            "parks",
            "nature",
            "gardens?",
            "gardening",
            "allotments?",
        ),
        Determinant.CLIMATE: ("climate (?:change|emergency|action|crisis)", "net zero", "carbon", "global warming"),
        Determinant.TRANSPORT: ("transport|travel|bus(?:es)?|bikes?|bicycles?|cycl(?:e|es|ing)|active travel",),
        Determinant.COMMUNITY: (
            "communit(?:y|ies) (?:safety|cohesion|groups?|connections?|power)",
            "loneliness",
            "lonely",
            "social(?:ly)? isolat(?:ion|ed)",
            "belonging",
            "social connections?",
            "violence",
            "social prescribing",
        ),
        Determinant.DISCRIMINATION: ("discriminat(?:ion|ory)", "racis[mt]", "race equality", "prejudice", "stigma"),
        Determinant.DIGITAL_INCLUSION: (
            "digital(?:ly)? (?:inclusion|exclusion|exclu?ded|poverty|skills)",
            "offline",
            "cut off online",
        ),
        Determinant.LOCAL_ECONOMY: (
            "local(?:ly)? (?:econom(?:y|ies)|businesses|firms|suppliers?)",
            "regeneration",
            "high streets?",
        ),
        Determinant.ACCESS_TO_CARE: (
            "access to (?:~ )?(?:care|services|appointments|health ?care)",
            "waiting lists?",
            "missed appointments",
        ),
        Determinant.EARLY_YEARS: ("early years|under[ -]fives|toddlers?|bab(?:y|ies)|nurser(?:y|ies)|pre-?schoolers?",),
    },
    "population": {
        Population.PATIENTS: ("patients?", "service users?"),
        Population.STAFF: (
            "(?:our|for|of|own|hospital|nhs|trust|clinical) (?:~ )?(?:staff|employees|workforce|colleagues)",
        ),
        Population.LOCAL_PEOPLE: ("local (?:people|residents?|communit(?:y|ies)|population)|residents|neighbours",),
        Population.YOUNG_PEOPLE: (
            "young(?:er)? (?:people|persons?|adults?|recruits)",
            "youngsters?",
            "teen(?:ager)?s?",
            "adolescents?",
            "youths?",
            "school leavers?",
            "pupils",
        ),
        Population.CHILDREN_AND_FAMILIES: (
            "child(?:ren)?(?!['’]?s['’]? hospital)",
            "famil(?:y|ies)",
            "parents?",
            "kids",
            "mothers",
        ),
        Population.UNEMPLOYED_PEOPLE: ("unemployed(?: people)?", "jobless", "job ?seekers?", "out of work", "workless"),
        Population.LOW_PAID_STAFF: (
            "low(?:er|est)?[ -]pa(?:id|y) (?:~ )?(?:staff|workers|employees|bands?)",
            "low(?:er|est)? (?:pay )?bands?",
            "cleaners",
            "porters",
            "low(?:er|est) earners",
        ),
        Population.HOMELESS_PEOPLE: ("homeless(?: people)?", "rough sleepers?", "no fixed (?:address|abode)"),
        Population.PEOPLE_WITH_MENTAL_ILLNESS: (
            r"(?:serious|severe|enduring) mental (?:illness|health)",
            "mental(?:ly)? (?:illness|ill|health (?:problems?|issues?|conditions?|service users|patients?))",
        ),
        Population.ETHNIC_MINORITY_COMMUNITIES: (
            "ethnic(?:ally)? (?:minorit(?:y|ies)|diverse)",
            "minority ethnic",
            "black(?:,| and)? (?:asian|minority)",
            "b[.]?a[.]?m[.]?e",
            "refugees?",
            "migrants?",
        ),
        Population.SMALL_BUSINESSES: (
            "small(?:er)? (?:and medium(?:-sized)? )?(?:business(?:es)?|firms|enterprises|companies|suppliers)",
            "smes?",
        ),
        Population.VOLUNTARY_SECTOR: (
            "voluntary (?:sector|organisations?|groups?|(?:and )?community)",
            "third sector",
            "vcses?",
            "charit(?:y|ies)",
            "community groups?",
            "social enterprises?",
        ),
    },
    "stage": {
        Stage.STARTING: (
            "(?:get(?:ting)?|got|we|i|trust|to) (?:~ )?start(?:ed|ing)?",
            "start(?:ing)? out",
            "first steps?",
            "begin(?:ning)?",
            "where (?:do|should|can) (?:we|i|a trust) start",
            "set(?:ting)? (?:~ )?up",
        ),
        Stage.MAKING_THE_CASE: (
            "mak(?:e|ing) (?:the|a) (?:~ )?case",
            rf"case (?:to|for) (?:~ )?{_LEADERS}",
            "business case",
            "(?:persuad|convinc)(?:e|ing)",
            "board(?:['’]s)? (?:buy-in|support|on side)",
            "buy-in",
            "win(?:ning)? (?:~ )?(?:the )?board",
        ),
        Stage.DESIGNING: (
            "design(?:ing|ed)?",
            "co-?design(?:ing|ed)?",
            "co-?produc(?:e|tion|ed|ing)",
            "plan(?:ning)? (?:a|the|our)",
        ),
        Stage.DELIVERING: (
            "deliver(?:ing|y|ed)?",
            "implement(?:ing|ation|ed)?",
            "roll(?:ing|ed)? (?:~ )?out",
            "put(?:ting)? (?:~ )?into practice",
            "(?:pilot|trial)s? (?:~ )?(?:worked|succeeded|went well|was a success)",
            "(?:been running|(?:have|['’]ve|has) run) (?:~ ){0,3}(?:years?|months?|pilots?)",
            "(?:no|without|little) (?:~ )?action",
            "(?:strategy|plan|vision) (?:is |sits )?on (?:paper|a shelf|the shelf)",
            "into (?:~ )?action",
        ),
        Stage.MEASURING: (
            "measur(?:e|es|ing|ed|ement)",
            "evaluat(?:e|ion|ing|ed|ions)",
            "track(?:ing)? (?:~ )?(?:progress|impact|outcomes)",
            "metrics?",
            "indicators?",
        ),
        Stage.SPREADING: (
            "spread(?:ing)?",
            "scal(?:e|ing) (?:~ )?up",
            "scal(?:e|ing) (?:it|this|that|them)",
            "(?:keep|carry) (?:~ ){0,2}(?:going|alive|on)",
            "roll(?:ing|ed)? (?:~ )?out (?:to|across)",
            "to (?:~ )?other (?:sites|hospitals|boroughs|towns|wards|teams|trusts|departments)",
            "from one (?:site|hospital|ward|team) to",
            "extend(?:ing)? (?:it|this|that|our)",
            "embed(?:ding|ded)?",
            "business as usual",
            "mainstream(?:ing)?",
            "sustain(?:ing)? it",
        ),
    },
    "unused": {Unused.GROUND: _unused(_GROUND), Unused.ROOM: _unused(_ROOM)},
    "constraint": {
        Constraint.NO_BUDGET: (
            "(?:no|without|zero|little|tiny|limited|small|tight|lack of|not (?:much|any)|hardly any|barely any) "
            "(?:~ )?(?:budget|money|funding|funds|cash)",
            "no extra (?:cost|money|funding)",
            "(?:cash|money)[ -]strapped",
            "on a shoestring",
            "for free",
            "(?:we|i|trust|organisation|hospital) (?:~ )?(?:can['’]?t|cannot|could not|couldn['’]?t) (?:~ )?afford",
        ),
        Constraint.MONEY_ENDS: (
            "(?:temporary|short[ -]term|one[ -]off|time[ -]limited|non[ -]?recurrent) (?:~ )?"
            "(?:grants?|money|fund(?:ing|s))",
            "(?:money|funding|grants?|funds) (?:~ )?(?:runs?|running|ran|dr(?:y|ies|ied)) (?:out|up)",
            "(?:money|funding|grants?|funds) (?:~ ){0,4}(?:ends?|ending|stops?|ceases?|expires?)",
        ),
        Constraint.SCEPTICAL_BOARD: (
            rf"{_UNMOVED} (?:~ )?{_LEADERS}",
            rf"{_LEADERS} (?:is|are|remains?) (?:~ )?(?:{_UNMOVED}|against)",
            rf"{_LEADERS} (?:~ )?(?:(?:does|do|is|are)(?:n['’]?t| not)) (?:~ )?(?:see|care|interested|convinced|want)",
            rf"(?:persuad|convinc)(?:e|ing) (?:~ )?{_LEADERS}",
            rf"win(?:ning)? over (?:~ )?{_LEADERS}",
            rf"{_LEADERS} (?:on side|on board|buy[- ]?in|to (?:back|support|agree))",
        ),
        Constraint.BUSY_CLINICIANS: (
            rf"(?:busy|overworked|{_UNMOVED}) (?:~ )?{_CLINICIANS}",
            rf"{_CLINICIANS} (?:is|are|remains?) (?:~ )?(?:{_UNMOVED}|busy|against|overworked|too)",
            rf"{_CLINICIANS} (?:~ )?(?:do|did|are)(?:n['’]?t| not) (?:~ )?(?:see|care|interested|want|have)",
            rf"(?:persuad|convinc|engag|involv)(?:e|ing) (?:~ )?{_CLINICIANS}",
            rf"win(?:ning)? over (?:~ )?{_CLINICIANS}",
            rf"{_CLINICIANS} (?:on side|on board|buy[- ]?in|interested|to care)",
        ),
        Constraint.SMALL_TEAM: (
            "(?:small|tiny|little) (?:~ )?teams?",
            "teams? of (?:two|three|four)",
            "(?:no|few|not enough|without|short of) (?:~ )?staff",
            "no (?:~ )?(?:team|capacity)",
            "(?:one|single)[ -]person team",
            "(?:just|only) (?:one|two|a few) (?:of us|people)",
            "on my own",
            "(?:just|only) (?:me|one person)",
            "part[ -]time (?:~ )?(?:post|role|lead|manager|person|officer)",
            "(?:a|an|one|two|half a) (?:~ )?(?:days?|hours?|mornings?|afternoons?) (?:a|per|each) week",
            "short[ -]staffed",
            "half a day",
            "day jobs?",
            "stretched",
        ),
        Constraint.SHORT_OF_TIME: (
            "(?:no|little|not (?:much|enough)|short of|limited|hardly any) time",
            "(?:nobody|no one|none of us) has (?:~ )?time",
            "(?:one|a) (?:free|spare) (?:days?|hours?|mornings?|afternoons?)",
            "(?:smallest|easiest|simplest) (?:thing|step|start)",
            "(?:too|very) busy",
            "quick wins?",
            "time[ -]poor",
        ),
        Constraint.NO_DATA: (
            "(?:no|without|little|not (?:much|enough|any)|lack of|poor) (?:~ )?(?:data|baseline)",
            "(?:don['’]?t|do not|doesn['’]?t) (?:have|hold|collect) (?:~ )?(?:data|baseline)",
        ),
        Constraint.PARTNERS: (
            rf"{_PARTNERS} (?:~ )?(?:won|do|does|did|never|ca)(?:n['’]?t|['’]t| not|) (?:~ )?"
            "(?:answer|repl(?:y|ies)|respond|call|engage|talk|return|listen)",
            rf"{_PARTNERS} (?:~ ){{0,4}}they (?:do|did|wo|have|ca)(?:n['’]?t|['’]t| not) (?:~ )?"
            "(?:answer(?:ed)?|repl(?:y|ied)|respond(?:ed)?|engage|talk|return)",
            rf"{_PARTNERS} (?:is|are|remains?) (?:~ )?(?:{_UNMOVED}|slow|unresponsive|against)",
            rf"(?:persuad|convinc|engag)(?:e|ing) (?:~ )?{_PARTNERS}",
            rf"win(?:ning)? over (?:~ )?{_PARTNERS}",
            rf"{_PARTNERS} (?:interested|on side|on board)",
        ),
    },
}
