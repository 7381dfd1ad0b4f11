"""Text that no person would write for a person: orders to a machine, and characters that nobody sees.

A document's words go out as quotations, and to a language model if one is configured. So what speaks to that model
(and not to the reader) is marked here for a person to look at, wherever it stands: in a heading, in a table's cells,
over two paragraphs, in look-alike letters. Every repeat in the rules is bounded, so no text takes long.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.types import Block, Section
from ingest.repair import CONCEALED, squeeze

MACHINE_TALK = "speaks to a machine"
CONCEALING = "holds characters that nobody sees"
MAX_TOLD = 200

_GAP = r"[^.!?]{0,40}?"
_MODEL = (
    r"(?:a\.?i\.?\b|artificial intelligence|llms?\b|(?:large )?language models?|chat ?bots?|chatgpt|gpt(?:-?\d\w*)?\b"
    r"|copilot|gemini|claude|(?:ai|virtual|helpful|digital|automated|unrestricted|unfiltered) (?:assistant|model|agent)"
    r"|assistant\b(?! (?:director|chief|manager|professor|secretary|nurs|psycholog|practitioner|head|editor|medical)))"
)
_EARLIER = (
    r"(?:previous|prior|above|earlier|preceding|foregoing|former|existing|initial|original|system|developers?'?|safety"
    r"|your|all|any|every|other|these|those|what)"
)
_RULES = (
    r"(?:instructions?|prompts?|(?:ground )?rules|guidelines|directives?|directions|orders|commands|programming|context"
    r"|constraints|restrictions|guard ?rails|messages?|you (?:were|have been|are) told)"
)
_SAY = r"(?:reply|respond|answer|output|say|return|print|write|state)"
_RULES_BY_WORDS: tuple[tuple[str, str], ...] = (  # words of which a text must hold one (parted by bars), and the rule
    (
        "ignor|disregard|forget|overrid|bypass|disobey|pay no attention|not follow|stop following",
        rf"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass|disobey|pay no attention to"
        rf"|do not follow"
        rf"|stop following)\b (?:\w+,? ){{0,3}}?{_EARLIER} (?:\w+ ){{0,3}}?{_RULES}\b",
    ),
    (
        "ignore|disregard|forget",
        r"\b(?:ignore|disregard|forget) (?:everything|all|anything|what)\b (?:\w+ ){0,3}?(?:above|before"
        r"|previously|so far"
        r"|prior|told|you (?:know|read|learned))\b",
    ),
    (
        "you are|you're",
        rf"\byou(?: are|'re) (?:now |from now on |hereby |no longer )?(?:an? |the |my )?(?:\w+ ){{0,2}}?{_MODEL}",
    ),
    (
        "act|behave|respond|pretend|role",
        rf"\b(?:act|behave|respond|pretend|role-?play) (?:as|like|to be) (?:if you (?:are|were) )?(?:an? )?"
        rf"(?:\w+ ){{0,2}}?(?:{_MODEL}|dan\b|system administrator)",
    ),
    (
        "ai |llm|language model|chat|assistant",
        r"\b(?:attention|note|notice|message|instructions?|warning|dear|hey|hello|to)(?: (?:to"
        r"|for))?(?: (?:all|any|the"
        r"|every))?[\s:,]{1,3}(?:ai (?:assistants?|models?|systems?|agents?|readers?|tools?)|llms?|language models?"
        r"|chat ?bots?|chatgpt|assistant)\s?[:,!–-]",
    ),
    (
        "if you",
        rf"\bif you(?: are|'re) (?:an? |the )?(?:\w+ ){{0,2}}?{_MODEL}",
    ),
    (
        "as a",
        r"\bas an? (?:ai|(?:large )?language model|ai assistant|chat ?bot),? (?:you|your)\b",
    ),
    (
        "only|solely|exclusively|exactly|just|nothing but",
        rf"\b{_SAY} (?:only|solely|exclusively|exactly|nothing but|just)(?: ever)? (?:with|by|in|using|the (?:following"
        rf"|words?)|[\"'“‘])",
    ),
    (
        "only|always|never|must|should",
        r"\b(?:only|always|never|must|should) (?:reply|respond|answer|output)(?: only)? (?:with|by (?:saying|writing)"
        r"|[\"'“‘])",
    ),
    (
        "when|if|each time",
        rf"\b(?:whenever|when|if|each time) (?:you(?: are|'re)? |(?:the |a |any )?users? )?(?:asks?|asked|answering"
        rf"|summari[sz]\w+|respond(?:ing)?|questioned|prompted)\b[^.!?]{{0,80}}?,? (?:you (?:must|should|will"
        rf"|are to) |always "
        rf"|never |only |then |please )?{_SAY} (?:that|with|only|nothing|the (?:following|words?)|[\"'“‘:])",
    ),
    (
        "you must|you should|you shall|you will|you are|you have|you need",
        rf"\byou (?:must|should|shall|will|are to|have to|need to) (?:now |always |never |only |instead |not )*"
        rf"(?:{_SAY}|recommend|cite|obey|comply|reveal|ignore|follow these)\b{_GAP}\b(?:users?|questions?|instructions?"
        rf"|prompts?|answers?|repl(?:y|ies)|responses?|only|this link|https?|with the words?)\b",
    ),
    (
        "the user",
        r"\b(?:tell|inform|instruct|direct|advise|ask|send|convince|persuade|urge|redirect|encourage|warn) the user"
        r" (?:to|that|toward|about)\b",
    ),
    (
        "the user",
        r"\b(?:do not|don't|never|without) (?:tell(?:ing)?|inform(?:ing)?|mention(?:ing)?|reveal(?:ing)?|show(?:ing)?"
        r"|alert(?:ing)?|disclos(?:e|ing)) (?:\w+ ){0,4}?(?:to )?the user\b",
    ),
    (
        "prompt|instruction|message|rules|policy|configuration",
        r"\b(?:reveal|print|show|repeat|output|leak|disclose|display|expose|send|list"
        r"|dump)\b (?:\w+ ){0,3}?(?:your|the|its)"
        r" (?:\w+ )?(?:system|hidden|secret|initial|internal|developer) (?:prompts?|instructions?|messages?"
        r"|rules|policy"
        r"|configuration)\b",
    ),
    (
        "your ",
        r"\b(?:reveal|print|show|repeat|output|leak|disclose|dump)\b (?:\w+ ){0,3}?your (?:\w+ )?(?:prompt|instructions"
        r"|api key|password|configuration|training data|environment variables)\b",
    ),
    (
        "instruction|prompt|task|directive",
        r"\b(?:new|updated|revised|real|actual|important|additional|hidden"
        r"|secret) (?:system )?(?:instructions?|prompt|task"
        rf"|directive) ?(?:for (?:the )?{_MODEL})? ?:",
    ),
    (
        "from now|from this point|from here",
        r"\bfrom (?:now|this point|here) (?:on|onwards?|forward),? (?:you (?:must|will|are|should|shall|only"
        r"|always|never|have)|only|always|never|respond|reply|answer|act)\b",
    ),
    (
        "prompt|override|instruction|command",
        r"\b(?:system|developer|admin(?:istrator)?) (?:prompt|override|instruction|command)s? ?[:=]"
        r"|\bsystem override\b",
    ),
    (
        "prompt|instruction|message|input",
        r"\b(?:begin|start|end) (?:of )?(?:the )?(?:system|hidden|new|user|secret) (?:prompt|instructions?"
        r"|message|input)\b",
    ),
    (
        "<|[inst|[/inst|[sys|[/sys|<<sys|##|<system|</system|<im_|<end",
        r"<\|?/?(?:im_start|im_end|system|endoftext|start_header_id|eot_id)\|?>|\[/?(?:INST|SYS|SYSTEM)\]|<</?SYS>>"
        r"|#{2,} ?(?:instruction|system|response|assistant)s? ?:",
    ),
    (
        "answer|repl|respon|output",
        r"\b(?:append|include|insert|add|embed|render|display|place|put)\b(?:[^.!?]|[.!?](?=\S)){0,80}?\b(?:in|to|at|into"
        r"|with|of) (?:\w+ )"
        r"{0,3}?(?:your|every|each|all(?: of)? (?:your|the)) (?:\w+ )?(?:answers?|repl(?:y|ies)|responses?|outputs?)\b"
        r"(?! (?:sheet|book|paper|form|rate|time|scale)s?\b)",
    ),
    (
        "answer|repl|respon|output",
        r"\b(?:in|begin|start|end|finish) (?:your|every|each) (?:\w+ )?(?:answers?|repl(?:y|ies)|responses?|outputs?)"
        r" (?:with|by|to)\b",
    ),
    (
        " mode|anything now|jailbreak|jail break",
        r"\b(?:developer|jailbreak|dan|god|debug|unrestricted) mode\b|\bdo anything now\b"
        r"|\bjail ?break(?:ing)? (?:the|this"
        r"|prompt)\b",
    ),
    (
        "tool|function|plugin|api|exfiltrat",
        r"\b(?:call|invoke|use|run|execute) the \w{0,20} ?(?:tool|function|plugin|api) (?:to|with|and)\b|\bexfiltrat",
    ),
    (
        "instruc|instruk|instruz|anweis|istruz",
        r"\b(?:ignore[zr]?|ignoriere|ignora|olvida|oublie[zr]?|vergiss|dimentica|zignoruj"
        r"|negeer)\b[^.?!]{0,40}(?:instruc"
        r"|instruk|instruz|anweis|istruz)",
    ),
    (
        "](",
        r"!\[[^\]]{0,100}\]\(https?://[^)\s]{0,200}[?&=]|\]\(javascript:",
    ),
)
_TALK = tuple((words.split("|"), re.compile(rule, re.IGNORECASE)) for words, rule in _RULES_BY_WORDS)
_LOOKS_LIKE = str.maketrans("аеорсухіјѕһԁԛԝвкмтАВЕКМНОРСТХІЈЅαοινρτ", "aeopcyxijshdqwbkmtABEKMHOPCTXIJSaoivpt")
_LEET = str.maketrans("013457@$", "oieastas")
_LEET_SIGN = re.compile(r"[a-z][013457@$]|[013457@$][a-z]", re.IGNORECASE)
_LEET_WORD = re.compile(
    r"(?<![a-z013457@$])[a-z013457@$]*(?:[a-z][013457@$]|[013457@$][a-z])[a-z013457@$]*", re.IGNORECASE
)
_SPACED = re.compile(r"\b\w(?:[ ._*-]\w){4,}\b")
_NOT_LATIN = re.compile(r"[^\x00-\u024f\u2000-\u2bff]")


def judged(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections with a doubt on every block that speaks to a machine or holds concealed characters. A heading that
    does is taken out of the path and stands as a block, in doubt, before what was under it."""
    made: list[Section] = []
    told: dict[str, str] = {}  # a heading that was met -> its doubt
    for section in sections:
        shown, moved = [], []
        for heading in section.heading_path:
            if heading not in told:
                told[heading] = _doubt_of(heading)
                if told[heading]:
                    moved.append(Block(_clean(heading), page=section.blocks[0].page, doubt=told[heading]))
            if not told[heading]:
                shown.append(heading)
        made.append(Section(tuple(shown), (*moved, *_blocks(shown[-1:], section.blocks))))
    return tuple(made)


def _blocks(heading: Sequence[str], blocks: Sequence[Block]) -> list[Block]:
    """The blocks, those in doubt marked: each by itself, and where an order runs on from one to the next."""
    text, starts = " ".join(heading), []
    for block in blocks:
        text += " " if text else ""
        starts.append(len(text))
        text += block.text
    spans = _orders(text)
    if not spans and text.isascii() and not _looks_masked(text):
        return list(blocks)
    return [_with_doubt(block, start, spans) for block, start in zip(blocks, starts, strict=True)]


def _with_doubt(block: Block, start: int, spans: Sequence[tuple[int, int]]) -> Block:
    end = start + len(block.text)
    over = any(first < end and last > start for first, last in spans)
    doubt = MACHINE_TALK if over else _doubt_of(block.text)
    told = ", and ".join(filter(None, (block.doubt, doubt)))
    return replace(block, text=_clean(block.text), doubt=told) if told else block


def _doubt_of(text: str) -> str:
    """Why a person must look at the text, empty if nothing is the matter with it."""
    if not text.isascii() and (concealed := CONCEALED.findall(text)):
        spelt = squeeze("".join(_spelt(concealed)))
        return f"{CONCEALING}, which spell {spelt[:MAX_TOLD]!r}" if spelt else CONCEALING
    return MACHINE_TALK if _orders(text) or (_looks_masked(text) and _orders(_unmasked(text))) else ""


def _orders(text: str) -> list[tuple[int, int]]:
    """Where the text speaks to a machine."""
    lower = text.lower()
    flat = text.replace("\t", " ")
    rules = [rule for words, rule in _TALK if any(word in lower for word in words)]
    return [found.span() for rule in rules for found in rule.finditer(flat)]


def _looks_masked(text: str) -> bool:
    """Whether some letters stand in for others, or are set apart."""
    return bool(not text.isascii() or _LEET_SIGN.search(text) or _SPACED.search(text))


def _spelt(concealed: Sequence[str]) -> Iterator[str]:
    """The letters that Unicode's tag characters stand for."""
    for character in "".join(concealed):
        place = ord(character) - 0xE0000
        if 0x20 <= place < 0x7F:
            yield chr(place)


def _clean(text: str) -> str:
    return squeeze(CONCEALED.sub("", text))


def _unmasked(text: str) -> str:
    """Look-alike letters as Latin, letters set apart as words, digits within words as the letters they stand for."""
    plain = text
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text)
        if _NOT_LATIN.search(plain):
            plain = plain.translate(_LOOKS_LIKE)
    plain = _SPACED.sub(lambda found: re.sub(r"[ ._*-]", "", found[0]), plain)
    return _LEET_WORD.sub(lambda found: found[0].translate(_LEET), plain)
