"""Rules that know a person in danger by how people write of one.

Words such as "suicide prevention" or "domestic abuse" are the daily bread of this corpus and prove nothing: the rules
look for somebody who speaks of himself or of one other.
"""

from __future__ import annotations

import re

from retrieval.people import KIN

_ONE = rf"(?:i|he|she|they|someone|somebody|(?:my|our|his|her|their|an?|the|this|one of (?:my|our)) (?:\w+ )?{KIN})"
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
    r"\b(?:beat|hitt?|hurt|attack|rap|strangl|threaten|abus|kill)(?:e?s|ing)? me\b(?! if)",
    rf"\b{_ONE}{_IS} in (?:\w+ )?danger\b(?! of\b)|\b(?:i|we|she|he){_IS} (?:not safe|unsafe) at home\b",
    r"\bscared for (?:my|her|his|their) li(?:fe|ves)\b",
)
_RULES = tuple(re.compile(rule, re.I) for rule in _CRISIS)
# What people say of a board, a deadline or a sore back, and mean no harm by.
_FIGURE_OF_SPEECH = re.compile(
    r"\b(?:boards?|chair|chief exec\w*|directors?|boss|manager|finance|committee|governors?|auditors?)\b[^.?!]{0,40}"
    r"\b(?:kill|murder|shoot|hang|strangle|crucify) (?:me|us|it)\b"
    r"|\b(?:case|deadline|paperwork|project|plan|forms?|head|back|feet|tooth|knees?|cough|shoes|heat|cost|report) "
    r"(?:is |are |was |['’]s )?(?:\w+ )?killing (?:me|us)\b|\bdying (?:to (?:know|hear|see)|for an?)\b",
    re.I,
)
_MEANS_OR_INTENT = re.compile(
    r"\b(?:on purpose|deliberately|fatal|lethal|deadly|die|dead|suicid\w*|razors?|blades?|knife|noose|end (?:it|things)"
    r"|finish myself|drown\w*|jump (?:off|when|in front)|bleach|weed ?killer|drain cleaner|antifreeze|petrol"
    r"|white spirit|slammed|punch\w*|kicked|slapped|strangl\w*|chok(?:ed|es)|beat(?:s|en|ing)? (?:me|him|her|them|up)"
    r"|(?:hit|hits|hitting|shook|shakes?) (?:me|him|her|us|my)|throws? things|(?:belt|bite|burn|finger|cane) marks"
    r"|scared of him|afraid of him|rape\w*|molest\w*|can['’]?t go on|give up on life|breaking point)\b",
    re.I,
)


def is_crisis(text: str) -> bool:
    """Whether somebody speaks of a person in danger now."""
    meant = _FIGURE_OF_SPEECH.sub(" ", text)
    return any(rule.search(meant) for rule in _RULES)


def names_means_or_intent(text: str) -> bool:
    """Whether what sounds clinical may be harm done or meant: a wound by a razor, a dose that is meant to kill."""
    return bool(_MEANS_OR_INTENT.search(text))
