"""What shape of answer a question wants, and which of its words carry meaning."""

from __future__ import annotations

import re
from enum import StrEnum

from retrieval.words import stems


class Intent(StrEnum):
    """What shape of answer is wanted."""

    START = "start"
    FIGURE = "figure"
    DEFINITION = "definition"
    CONTACT = "contact"
    FACT = "fact"  # who, which, where, or whether
    EXPLAIN = "explain"


_START = re.compile(
    r"\b(?:how|where|what)\b[^?]*\b(?:start|begin|get (?:going|started)|first steps?|set (?:it|one|this) up|kick off|"
    r"go about)\b"
    r"|\bfirst (?:steps?|moves?)\b|\b(?:steps to (?:[a-z]+ )?\w+ing|step by step)\b"
    r"|\bfirst (?:\w+ )?things? (?:to do|(?:we|i) should do)\b"
    r"|\bgetting started\b|\bwhere to (?:start|begin)\b|\bwhat (?:should|can|could) (?:we|i|our "
    r"trust) do first\b",
    re.I,
)
_FIGURE = re.compile(
    r"\bhow (?:many|much|often|long|big|large|far|old)\b|\bwhat (?:percentage|proportion|share|number|amount|fraction|"
    r"per ?cent|was the cost"
    r"|is the cost|did it cost|rate|figure|year|date)\b|\b(?:what|which) (?:year|month|date)\b|^when\b|\bhow soon\b",
    re.I,
)
_ASKS_FACT = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:who|whose|which|where|is|are|does|do|did|has|have|was|were|can|will)\b", re.I
)
_DEFINITION = re.compile(
    r"^\W*(?:what(?:['’]s| is| are(?! (?:they|we|you)\b)| does(?! (?:it|he|she)\b))"
    r"|define|explain|meaning of|who (?:is|are))\b"
    r"(?=[^?]*\b(?:mean|stand for|definition)\b|\W*(?:an?|the)?\s*[\w'’&-]+(?:\s+[\w'’&-]+){0,3}\W*$)",
    re.I,
)
_CONTACT = re.compile(
    r"\b(?:who(?:m)? (?:can|could|should|would|do|to|might|must)\b[^?]*\b(?:contact|ask|talk|speak|write|e-?mail|reach"
    r"|ring|call|phone|approach)|(?:some|any)(?:one|body)\b[^?]*\b(?:to|i|we)\b[^?]*\b(?:talk|speak|ask|contact"
    r"|e-?mail|ring|phone)|how (?:do|can|could|would|might) (?:i|we|you|one) (?:contact|reach|get hold of)"
    r"|contact details?|point of contact|(?:named|right|best|main) (?:contact|person)|contacts? (?:for|at|in|of)"
    r"|in touch|get hold of|e-?mail(?: address)?|(?:tele)?phone number)\b|^\W*contacts?\b",
    re.I,
)
# Whoever asks for a person or a post, whether to reach them or to know.
_A_POST = (
    r"(?:director|manager|head|officer|chair(?:man|woman|person)?|lead|boss|consultant|doctor|dr|nurse|"
    r"academic(?! partner)|researcher|lecturer|professor|analyst|exec(?:utive)?|author|presenter|speaker|"
    r"interviewee|person)"
)
_WHO = re.compile(
    r"(?<!by )(?<!for )(?<!to )(?<!with )\bwhom\b(?: (?:at|in) [\w’'&-]+)? "
    r"(?:do|can|could|should|would|might|must|is|are)\b"
    r"|\bwho(?:['’]?s)?\b(?! (?:else|did|does|do|funds?|funded|pays?|paid|financ\w+)\b)[^?]*"
    r"\b(?:manages?|managed|runs?|ran|leads|led|heads|chairs?|chaired|deals? with|looks? after|responsible"
    r"|in charge|interviewed|spoken to|spoke at"
    r"|presented|presenters?|wrote|authors?|"
    r"written|contributed|would know|knows|tell (?:me|us)|contact|ask|talk to|speak to|e-?mail|ring|call|phone"
    r"|approach)\b"
    rf"|\bwho(?:['’]?s| is| was| are| were)? (?:the|its|their) (?:[\w’'-]+ ){{0,4}}{_A_POST}s?\b"
    rf"|\b(?:which|what) (?:(?!of\b|trusts?\b|hospitals?\b)[\w’'-]+ ){{0,3}}{_A_POST}s?\b"
    rf"|\bwho(?:['’]s| is| was| are| were) (?:[\w’'&-]+ ){{0,7}}?(?:director|manager|head|officer|lead)\b"
    rf"|\bname of (?:[\w’'&-]+ ){{0,7}}?{_A_POST}\b"
    r"|\b(?:some|any)(?:one|body) (?:[\w’'-]+ ){0,6}(?:in charge|interviewed|same job|who|responsible|could)\b"
    r"|\bcounterparts?\b|\bopposite numbers?\b|\bdeputy to\b",
    re.I,
)
_SEVERAL = re.compile(
    r"\b(?:trusts|hospitals|organisations|programmes|schemes|projects|places|examples|sources|which|others?|everything"
    r"|who(?: else)? ha(?:s|ve)|what ha(?:s|ve)|(?:has|have|is|are) any\w*|any\w* (?:done|tried|working))\b",
    re.I,
)
_ONE_FACT = re.compile(
    r"\b(?:who(?:['’]s)?(?! (?:does|did|do) what)|when|where|how (?:many|much|old|long|big|large|often|far|soon)"
    r"|(?:what|which) (?:number|per ?cent\w*|proportion|share|sum|amount|year|date|weight\w*)"
    r"|wh(?:at|ich)(?:['’]s| is| was| are| were) the (?:[\w’'-]+ ){0,4}?"
    r"(?:name|title|gap|rate|number|percentage|proportion|share|cost|price|budget|target|date|year))\b",
    re.I,
)
# What somebody asks who is about to do something, whatever the words. Read only where nothing else is asked for.
_US = r"(?:we|i|our|my|(?:an?|the) (?:[\w’'-]+ ){0,4}(?:trust|hospital|service|team|board|department))"
_TO_KNOW = r"(?:know|tell|measure|evaluate|contact|find out|define|calculate|compare|track|show|join|reach|mean)"
_ABOUT_TO = re.compile(
    rf"\bhow (?:do|can|could|should|might|would) {_US}\b(?! (?:\w+ )?{_TO_KNOW}\b)|\bhow might\b"
    rf"|\b(?:what|where|who|which \w+) (?:else )?(?:could|should|would|might|can) {_US}\b[^?]*"
    r"\b(?:do|set up|try|lead|involve|bring|put in place|talk to)\b"
    r"|: a plan\b|\ba plan (?:for|please)|\bplan,? please|\bplan for (?:the|our) first\b"
    r"|\b(?:give|make|write|draw up|need|want) (?:\w+ )?a plan\b"
    r"|\b(?:month|year|action|anchor) plan\b|\broad ?map\b|\bplan (?:our|my) first\b|\bdo we do next\b"
    r"|\bwhat (?:now|next)\W*$|\bcan (?:we|i) (?:still )?(?:start|begin)\b"
    r"|\b(?:been running|(?:have|['’]ve|has) run|pilot(?:ed|s)?)\b[^?]*\bhow (?:do|can|should) we\b"
    r"|\b(?:our|the|your) (?:[\w’'-]+ )?plan (?:be|look like|say|contain|include)\b"
    r"|\b(?:we|i|us|to) (?:\w+ )?mak(?:e|ing) (?:the|a|our) case\b"
    r"|\bhelp us (?:to )?(?:start|begin|get going)\b"
    r"|\b(?:do|look at|talk to|speak to|tackle) first\b"
    r"|\bwhat (?:should|must|needs to|ought to) go (?:in|into) (?:it|that|this|one)\b"
    r"|\bbefore (?:we|i) (?:begin|start|launch)\b"
    r"|\bfirst (?:few |couple of |hundred )?(?:weeks?|months?|days)\b"
    r"|\bwhat would (?:it take|you (?:do|try|suggest|advise|recommend|spend))\b|\bideas (?:on|for|about)\b"
    r"|\b(?:need to|should) think about (?:if|before)\b|\bbest way (?:to|of|for)\b"
    r"|\badvice (?:on|for)\b|\b(?:we|i)(?: would|['’]d)? (?:want|like|hope|need|plan) to\b",
    re.I,
)
EMPTY = frozenset(
    stems(
        "how what which who whom whose when where why do does did done can could should would will shall may might "
        "must has have had "
        "having get got us our we i me my you your there here any some about tell give show please know want need "
        "like many much more "
        "most way ways thing things example examples start starting started begin first step steps going go make made "
        "let s ve re "
        "nhs trust trusts help helped work worked use used using been being were question answer information explain "
        "run runs running ran set put take takes took taken turn keep round behalf hand happen happened "
        "common main typical usual "
        "say says said ok okay sorry thanks thank hello hi hey cheers"
    )
)


def intent_of(text: str) -> Intent:
    for intent, rule in ((Intent.CONTACT, _CONTACT), (Intent.START, _START), (Intent.FIGURE, _FIGURE)):
        if rule.search(text):
            return intent
    if _DEFINITION.search(text):
        return Intent.DEFINITION
    if _ABOUT_TO.search(text) and not asks_who(text):
        return Intent.START
    return Intent.FACT if _ASKS_FACT.search(text) else Intent.EXPLAIN


def asks_who(text: str) -> bool:
    """Whether a person or a post is asked for."""
    return bool(_CONTACT.search(text) or _WHO.search(text))


def asks_several(text: str) -> bool:
    """Whether more than one organisation or programme may answer."""
    return bool(_SEVERAL.search(text))


def asks_one_fact(text: str) -> bool:
    """Whether one name, date, place or number answers."""
    return bool(_ONE_FACT.search(text)) and not asks_several(text)


def telling(text: str) -> list[str]:
    """The stems that carry meaning, in order, repeats kept."""
    return [stem for stem in stems(text) if stem not in EMPTY]
