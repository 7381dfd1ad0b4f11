"""Orders to the assistant are cut out of a question; what is left is looked up.

An order stands where a sentence or clause begins: "do buyers ignore the rules?" is a question. Each clause is judged
by itself, so that the legitimate part survives whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from retrieval.personal_data import as_seen

_ASKS = r"(?:how|what|which|who|whom|whose|where|when|why|is|are|do|does|did|can|tell|explain|say which|list|compare)"
_DISOBEY = (
    r"(?:ignore?(?:ing)?|disregard(?:ing)?|forget|override|overrule|bypass|disable|break|drop|remove|lift|turn off|"
    r"switch off|(?:do not|don['’]?t|never|stop|without) (?:follow|obey|us|cit|mention|refus)(?:e|ing)?)"
)
_YOURS = (
    r"(?:your|ur|previous|previus|prior|above(?! \d)|before(?! \w)|instruc\w*|rules?|prompts?|guidelines|guidance|"
    r"(?:all|any|every\w*)(?=\W*$| (?:of )?(?:that|this|these|those|the|my|our|other|i|you|we|they|was|said|else"
    r"|earlier)\b)|sources?|documents?|filters?|restrictions?|limits?|guard ?rails?|safety|programming|training"
    r"|developers?|what you|what they)"
)
# Plain words for the same, which a question of ours uses of other things: only with what is the assistant's own.
_SHED = (
    r"(?:ditch|bin|chuck|scrap|suspend|waive|lay aside|(?:set|put) aside|lose|relax|bend|(?:set|put)(?= [^.?!]{1,30} "
    r"(?:aside|to one side)\b))\b[^.?!]{0,20}?\b(?:(?:your|ur|yer) (?:\w+ )?(?:rules?|rulebook|instructions?|"
    r"guidelines|guidance|polic(?:y|ies)|programming|prompts?|filters?|limits?|restrictions?|citations?|sources?|orders?"
    r"|safeguards)|guard ?rails|safeguards|system prompt)\b"
)
_INNER = (
    r"(?:prompts?|instructions?|rules|configuration|config|memory|context(?: window)?|api key|passwords?|secret key|"
    r"environment variables|guidelines|conversation|everything above|line|words above|above this line)"
)
_OPENS = (
    r"^[\W_]*(?:(?:please|pls|plz|now|then|just|and|but|so|ok|okay|also|first|oh|hi|hello|hey|important|urgent"
    r"|p\.?s\.?|"
    r"assistant|system|user|human|ai|bot|chatbot|[\w# ]{0,12}message|sudo|could you|can you|will you|would you"
    r"|i want "
    r"you to|i need you to|i['’]d like you to|you (?:must|should|have to|need to|will|are to|to)|let['’]s|for "
    r"test\w*(?: purposes)?|after that|as well|in addition|inst|as an ai[^,]{0,40})[\W_]+){0,4}"
)
_ORDERS = (
    rf"{_DISOBEY}\b[^.?!]{{0,40}}?\b{_YOURS}\b",
    _SHED,
    r"forget (?:all|everything|that you|what (?:you|u|they|we)\b)",
    # Evidence made up or dressed up, and sources kept back, are ordered of nobody else.
    r"(?:fabricate|falsify|concoct|embellish|exaggerate|misquote|forge (?!(?:\w+ ){0,2}(?:links?|ties|partnerships?"
    r"|relation\w*|alliances?|bonds?|ahead)\b))\b|bear false witness\b",
    r"(?:leave|strip|cut|drop|omit|skip|lose|lay down|take out)\b[^.?!]{0,15}\b(?:citations?|footnotes|attributions?|"
    r"(?:the|all|your) (?:references|sources)\b(?! of\b)|where (?:you|it|that|they) (?:found|got|comes?|came))\b",
    r"you(?:['’]re| are) (?:now|no longer|hereby)\b(?! (?:open|here|live|available)\b)|you have been jailbroken\b|"
    r"you are (?:an? )?(?:\w+ ){0,2}(?:dan\b|free\b|unrestricted|unfiltered|pirate|(?:expert|ai|model"
    r"|assistant) with "
    r"no)|you (?:have|had) no (?:rules|restrictions|limits|sources)\b",
    r"pretend (?:that )?(?:you\b(?! know)|to be|there|the (?:sources|documents))\b|role ?-?play as\b"
    r"|simulate (?:an?|being)\b|imagine (?:that )?you(?:['’]re| are) an? "
    r"(?:\w+ )?(?:ai|model|bot|chatbot|hacker|human)\b",
    r"play a game\b(?! of)|stop being\b|(?:act|behave|answer|reply|respond|speak|talk|write) (?:as|like) (?:an? )?"
    r"(?:\w+ )?(?:dan|pirate|hacker|comedian|robot|ai|bot|poet|villain|human|grand\w+)\b"
    r"|as an? (?:\w+ )?(?:ai|model|assistant|bot) (?:with|without)\b",
    r"from (?:now|this point|here) (?:on|forward|onwards),? (?:just |please )?(?:you|never|no|forget|answer|reply"
    r"|respond|speak|write|talk|only|always|"
    r"say|act)\b",
    r"this is a jailbreak\b|list the rules (?:that )?your\b|(?:enter|enable|activate|switch to|start"
    r"|turn on)? ?(?:developer|debug|god|admin|dan|jailbreak) mode\b|"
    r"(?:this is )?(?:an? )?(?:emergency )?(?:system )?override\b(?! (?:procure|the|national|local))|\bjailbreak\b",
    rf"(?:reveal|print|show|repeat|output|display|tell|give|list|dump|leak|translate|summari[sz]e|encode|what(?: is|"
    rf"['’]s| are| were))\b[^.?!]{{0,30}}\b(?:your|system|hidden|secret|initial|developers?|everything|the words|the "
    rf"admin|the prompt|all) ?(?:\w+ ){{0,3}}?(?:{_INNER})\b(?! (?:for picking|of thumb)\b)",
    r"(?:reveal|print|show|repeat|output)\b[^.?!]{0,20}\b(?:everything|words|text|line|all) (?:above|before)\b|"
    r"(?:show|reveal|print|repeat)(?: me)? the (?:system )?prompt\b|what were you told\b|reveal the configuration\b|"
    r"(?:give|show|tell)(?: me)? (?:your|the) (?:\w+ )?(?:api key|password|environment variables|secrets?)\b|"
    r"what is the admin password",
    r"(?:say|output|write|print|reply|respond|answer|repeat|type) (?:with |"
    r"only (?!the (?:names?|titles?|figures?)\b)|exactly\b|the word |after me\b"
    r"|[\"“'‘]|"
    r"hacked|pwned|in (?:rhyme|verse|base64|rot13|morse|capital|capitals|upper ?case|emoji|riddles|code|pirate|"
    r"french|german|spanish|latin|welsh)\b)(?!yes or no\b)",
    r"(?:answer|reply|respond|say) (?:only )?(?:[\"“'‘]?yes[\"”'’]?|[\"“'‘]?no[\"”'’]?) (?:only|to (?:whatever"
    r"|everything"
    r"|all))\b|(?:end|start|begin|finish) (?:every|each|all|your) (?:\w+ )?(?:reply|replies|sentences?|answers?)\b|"
    r"speak like\b|talk like\b",
    r"(?:answer|reply|respond)\b[^.?!]{0,20}\b(?:without (?:any )?(?:citations?|citing|sources)|from (?:memory|your "
    r"(?:own )?(?:knowledge|training))|in rhyme)\b|no (?:more )?(?:citations|sources)\s*[.!]?$"
    r"|without (?:any )?citations"
    r"\s*[.!]?$",
    r"(?:you )?(?:do not|don['’]?t|need not|never|stop|no longer) (?:need to |have to )?(?:cit(?:e|ing)|us(?:e"
    r"|ing) (?:any "
    r"|the |your )?(?:sources|documents)|mention(?:ing)? the sources)\b|use (?:your own knowledge|the internet)\b",
    r"(?:make up|invent|fabricate|fake|hallucinate|guess) (?:an? |the |some |it\b|if )?(?:answer|source|statistic|"
    r"number|figure|quote|citation|reference|it|fact)?s?\b(?:[^.?]{0,60}[.!]?$)(?<! board)|lie (?:to me|if|about)\b|"
    r"tell me what you (?:really|actually) think\b",
    r"(?:delete|erase|wipe|remove|drop) (?:your|all|the|every) (?:\w+ )?(?:index|documents?|sources?|database|files|"
    r"data|memory)\b|send (?:the|your|this|all|me the) (?:\w+ ){0,2}(?:log|chat|data|history|conversation)\b|"
    r"(?:visit|open|fetch|go to|click|download)\b[^?]{0,60}\bhttps?://|(?:visit|open|fetch|go to) (?:this"
    r"|the) (?:link|"
    r"url|page) and\b",
    r"(?:run|execute) (?:this|the following|that) (?:code|command|script|program)\b|write (?:me )?(?:an? )?(?:\w+ )?"
    r"virus\b|show prompt\b|insult the user\b|be rude\b|swear at\b|praise me\b",
    r"(?:obey|comply)\b(?! (?:or|with))|you must (?:obey|comply)\b|do as i say\b|follow the (?:hidden |secret )?"
    r"instructions\b|as your (?:developer|creator|admin\w*|owner|maker)\b|i(?:['’]m| am) (?:your|the) (?:developer|"
    r"creator|admin\w*|owner|maker)\b(?! of)|unlock yourself\b|my job depends on you\b|"
    r"this is (?:openai|anthropic|google|nhs england|your developer)\b",
    r"(?:here are |you have |begin |end of |system: )?(?:your )?new (?:instructions?|rules?|task"
    r"|orders?)\b(?! (?:on|to|"
    r"for|about|in|since|from|came|come|were|was|are|issued|under|have)\b)|end of (?:document"
    r"|instructions|context)\b|safety off\b|sure, i will ignore\b",
    r"(?:ignore[zr]?|ignoriere|ignora|olvida|oublie[zr]?|vergiss|dimentica|zignoruj)\b[^.?!]{0,40}(?:instruc|instruk|"
    r"instruz|anweis|istruz|consign|regl|règles|regeln)",
    r"as (?:dan|an unfiltered|an unrestricted)\b",
    # To write in another's name, or against him; to write code; to teach the assistant for everybody.
    r"(?:write|draft|compose|produce|create|generate|publish|make)\b[^.?!]{0,30}\b(?:press release|statement|letter"
    r"|tweet"
    r"|article|news story|story|post|blog|quote|speech|email|review|obituary|rumour)s?\b[^.?!]{0,60}\b(?:(?:that"
    r"|which) (?:says?"
    r"|claims?|states?|accuses?|proves?|blames?|makes?)|saying|claiming|alleging|accusing|blaming"
    r"|in (?:the )?(?:name|voice"
    r"|style) of|as if (?:it|he|she|they)|signed by|as though|pretending)\b",
    r"(?:write|give|make|generate|run|execute|create|code)\b[^.?!]{0,16}\b(?:sql|python|java(?:script)?|bash|shell"
    r"|html|regex|"
    r"malware|ransomware|keylogger|exploit|phishing|(?:sql|python|shell|bash|powershell) \w+)\b",
    r"(?:remember|store|save|note|learn|keep)\b[^.?!]{0,30}\b(?:for|with) (?:all|every|other|future|any"
    r"|the next) (?:\w+ )?"
    r"(?:users?|sessions?|chats?|conversations?|people who ask|askers?)\b|tell (?:all|every|other"
    r"|future) (?:other )?users?\b",
    r"[^?]{0,120}\b(?:overrid(?:e|es|ing) (?:your|all your)|(?:that|this)['’]?s an order|this is an order)\b",
    r"reply to (?:every|each|all|any)\b[^.?!]{0,30}\bwith\b|[^?]{0,80}\b(?:rot13|base64)\b[^?]{0,40}\b(?:obey"
    r"|do what|follow|say)|"
    r"no (?:more )?(?:citations|sources|references),? (?:please|thanks|from now)\b",
)
# Marks of code and of other assistants' messages. Alone they are no question; beside one they are left out.
_MARKUP = re.compile(
    r"<script\b[^>]{0,200}>.{0,200}?</script>|</?(?:script|context|system|img|iframe|svg)\b[^>]{0,200}>"
    r"|<\|\w{1,20}\|>(?:system|user|assistant)?|!\[[^\]]{0,100}\]\([^)]{0,200}\)|\[[^\]]{0,100}\]\((?:javascript:|#)"
    r"[^)]{0,200}\)*|\{\{.{0,100}?\}\}|\$\{.{0,100}?\}|\[/?(?:INST|SYSTEM|SYS)\]|\bdrop table \w+;?|"
    r"\brm -rf? \S+|\S*/etc/passwd\b|\bos\.system\(.{0,60}?\)|\bSELECT \* FROM \w+;?",
    re.I,
)
_ORDER = re.compile(rf"{_OPENS}(?:{'|'.join(_ORDERS)})", re.I)
_BREAK = re.compile(
    r"(?<=[.?!;])\s+|(?<=\bfull stop)\s+|(?<=\bnew line)\s+|"
    rf"\n\s*\n|(?<=:)\s+(?={_ASKS}\b)|,?\s+(?=(?:and|then|but|oh)\b[\s,]+(?:then |also |just "
    rf"|now )?(?:{_ASKS}|ignore|"
    rf"disregard|forget|override|bypass|delete|reveal|print|swear|btw|chuck|bin|ditch|fabricate|invent|make up|"
    rf"set aside|leave out|leave off)\b)|,\s*(?={_ASKS}\b|then\b)|(?<=[\]>])\s*(?=\w)"
)
_JOINS = re.compile(rf"^[\s,;:.!–-]*(?:(?:and|then|but)\b[\s,]+)*(?={_ASKS}\b)", re.I)
_LOOKS_LIKE = str.maketrans("аеорсухіјѕһԁԛԝвкмтАВЕКМНОРСТХІЈЅαοινρτ", "aeopcyxijshdqwbkmtABEKMHOPCTXIJSaoivpt")
_LEET = str.maketrans("013457@$", "oieastas")
FEWEST_WORDS = 3


def without_orders(question: str) -> tuple[str, bool]:
    """What is left of the question, and whether an order was cut out. Too little to be a question is nothing."""
    for text in readings(question):
        rest = _cut(text)
        if rest is not None:
            return (rest if len(re.findall(r"\w+", rest)) >= FEWEST_WORDS else "", True)
    return question, False


def readings(text: str) -> tuple[str, ...]:
    """The text, and what it says once its tricks with letters are undone, where it has any."""
    return tuple(dict.fromkeys((text, _unmasked(text), _unleeted(text))))


def clauses(text: str) -> list[tuple[int, int]]:
    """Where each clause that may be an order, or the question beside one, stands."""
    cuts = [0, *sorted({match.end() for match in _BREAK.finditer(text)} - {0, len(text)}), len(text)]
    return list(pairwise(cuts))


def joined(text: str, kept: Sequence[tuple[int, int]]) -> str:
    """The clauses that are kept, without the words that joined them to others; nothing where no word is left."""
    rest = re.sub(r"[ \t]{2,}", " ", "".join(text[start:end] for start, end in kept)).strip()
    return _JOINS.sub("", rest).rstrip(" ,;:-–\"'") if re.search(r"\w", rest) else ""


def _cut(text: str) -> str | None:
    """The clauses that are no orders, None when none is."""
    bare = _MARKUP.sub("\n\n", text)
    spans = clauses(bare)
    kept = [(start, end) for start, end in spans if not _ORDER.search(bare[start:end].strip())]
    return None if bare == text and len(kept) == len(spans) else joined(bare, kept)


def _unmasked(text: str) -> str:
    """Letters that only look Latin as Latin, letters set apart ("i g n o r e") as words."""
    plain = as_seen(text)
    if re.search(r"[a-z]", plain, re.I) and any("CYRILLIC" in unicodedata.name(c, "") for c in plain):
        plain = plain.translate(_LOOKS_LIKE)
    plain = re.sub(r"(?<=[a-zA-Z])-(?=(?:your|all|the|previous|rules|instructions)\b)", " ", plain)
    if re.search(r"\b\w(?: \w){5}", plain):
        plain = re.sub(r"\b(\w) (?=\w\b)", r"\1", plain)
    return plain


def _unleeted(text: str) -> str:
    """Digits within words as the letters they stand for; figures stay."""
    return re.sub(r"\b(?=\w*\d)(?=\w*[a-z])\w+\b", lambda match: match.group().translate(_LEET), as_seen(text))
