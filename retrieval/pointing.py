"""Whether a question leans on the conversation before it: rules of English that anybody can follow."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.attribution import Mention
from retrieval.intent import Intent, intent_of, telling
from retrieval.names import Names
from retrieval.words import WordIndex, stems

_FOLLOWS = re.compile(r"^\W*(?:and|but|so|also|what about|how about|what else|anything else|more|which of)\b", re.I)
# What goes on with a conversation whatever it names: "compare with Barts", "anyone else?", "in short".
_GOES_ON = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:compared? (?:it |that |this |them )?(?:with|to|against)"
    r"|(?:the )?same (?:for|in|at|with|question))\b"
    r"|\b(?:do|does|did|done|doing) (?:the same|it too|that too)\b"
    r"|\b(?:anything|anyone|anybody|something|examples?) (?:else|similar|like (?:it|that|this))\b"
    r"|\bwho else\b|\belsewhere\b|^\W*which ones?\b"
    r"|^\W*(?:going |coming |come )?back to\b"
    r"|\bother (?:trusts?|hospitals?|places?|organisations?)\b.*\b(?:it|that|this|same)\b"
    r"|^\W*(?:(?:any|and|what about|how about|in) )*other (?:trusts?|hospitals?|places?|organisations?|examples?)\W*$",
    re.I,
)
# A sum, a number or a time, of nothing that is named: of what the conversation is about.
_ASKS_FIGURE = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:how (?:many|much|long|often)|what (?:percentage|proportion|share|number)|when"
    r"|since when|over what|by how much)\b",
    re.I,
)
_ASKS = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:how|wh(?:at|ich|o|en|ere|y)|is|are|was|were|do|does|did|has|have)\b", re.I
)
_AGAIN = re.compile(
    r"^\W*(?:(?:so|and|can you|could you|please|just|give me|i need|a|the|short|quick|brief) )*"
    r"(?:summar(?:y|ise|ize)(?: (?:that|it|this|all|everything|of (?:that|it|this)))*|in short|in a nutshell|tl;?dr"
    r"|sum (?:it|that|this) up|short version|briefly)(?: for (?:\w+ ){1,3}?\w+)?(?: please)?\W*$",
    re.I,
)
_COURTESY = re.compile(
    r"^\W*(?:(?:many thanks|thanks(?: a lot| very much)?(?! to\b)|thank you(?: very much)?|thx|cheers|ta|ok(?:ay)?"
    r"|sorry)\b\W*|(?:great|good|nice|lovely|perfect|brilliant|right|cool|hmm+|interesting|hi|hello)\s*[,.;:!–-]+\s*)+",
    re.I,
)
_PLEASE = re.compile(r"(?<=\w)[\s,;–-]+(?:please|pls|plz|thanks|thank you|thx|cheers)(?=\W*$)", re.I)
# "Different thing - what did Leeds do?": nothing before it counts.
_CHANGES = re.compile(
    r"^\W*(?:(?:on to |now )?(?:an?other|a different|different|new|next|separate) (?:thing|question|topic|subject|one)"
    r"|(?:change|changing) (?:of |the )?(?:subject|topic)|on (?:a different|another) (?:note|topic|subject)"
    r"|something (?:else|different)(?: (?:entirely|altogether))?)\b\s*(?:[,.;:!–-]|now\b)\W*",
    re.I,
)
_CORRECTS = re.compile(
    r"^\W*(?:no\W+|not that\W+)*(?:i meant?\W+|i was asking about\W+|(?:not|no) (?:(?:for|at|in|about|by) )?"
    r"(?:the )?[\w'’&-]+(?: [\w'’&-]+){0,3}?(?:\s*[,;–-]\s*(?:but )?| but )(?=(?:for|at|in|about|by|the|our)\b))",
    re.I,
)
_NOT_THIS = re.compile(r"[\s,;–-]+(?:and )?not [\w’'& -]+?\W*$", re.I)  # "I meant ELFT, not MSE"
_WHY = re.compile(r"^\W*why\b", re.I)
# "trusts that help people", "is there a scheme" point at nothing.
_POINTS_BACK = re.compile(
    r"\b(?:it|he|she|his|her|(?<!is )(?<!are )(?<!was )there|the (?:same|scheme|programme|project|pilot|trust|hub|"
    r"others?))\b"
    r"|(?:^\W*|\b(?:about|after|at|before|by|did|do|does|for|from|has|in|is|like|of|on|to|was|why|with) )"
    r"(?:that|this|those|these)\b|\b(?:that|this|those|these) (?:(?:last|first|second|other|same) )?(?:one|thing|"
    r"scheme|programme|project|pilot|trust|hub|work)s?\b|\b(?:that|this|those|these|ones?)\W*$"
    r"|\bthe (?:first|second|third|last|other|two|former|latter)\W*$|\bof the two\b"
    r"|\b(?:both|either|neither|each) of them\b|\b(?:the|only|just) ones\b",
    re.I,
)
# "What's the difference?": between what?
_BARE = re.compile(
    r"^\W*(?:(?:and|so|but) )?what(?:['’]s| is| was| are| were) the [a-z]+\W*$"
    r"|^\W*any(?:one|body|thing)?\b(?:\W+\w+){1,3}\W*$",
    re.I,
)
_IN_THEM = re.compile(r"\b(?:people|staff|patients|residents)\b.* (?:in|on|at|of) them\b", re.I)  # they are in it
_BESIDE = re.compile(r"\s+(?:to|from|for|with|by|at|on|into)\s+")  # "people to them": two sorts of people
_HOW_MANY = re.compile(r"^\W*how (?:many|much|long|often) (?:was|were|is|are|did|do|does|have|has)\b", re.I)  # of what?
# "How do I join?": what?
_HOW_DO_I = re.compile(r"^\W*how (?:do|can|could|would|did|should) (?:i|we|you|people|others|staff) \w+\W*$", re.I)
_POINTS_AT_SEVERAL = re.compile(r"\b(?:they|them|theirs?|its)\b", re.I)
# "How do trusts involve their communities?" says itself whose.
_SEVERAL = re.compile(
    r"\b(?:trusts|hospitals|organisations|institutions|employers|people|staff|communities|councils|suppliers|patients|"
    r"teams|anchors)\b",
    re.I,
)
_MYSELF = re.compile(r"I(?:['’]\w+)?")
_OF_TRUSTS = re.compile(r"\b(?:trusts|hospitals|organisations|institutions|anchors|nhs|england)\b", re.I)
NAME = re.compile(
    r"(?<![.?!:]\s)(?<!^)(?<![\w&])(?:[A-Z][\w'’&-]*|[A-Z]{2,}\d*)(?:\s+(?:(?:of|and|the|for|on|in|upon)\s+)?[A-Z][\w'’&-]*)*"
)
# What is asked of any programme says by itself of none.
ATTRIBUTES = frozenset(
    stems(
        "cost costs price budget funding funded funds fund funder paid pay pays money evaluation evaluated evaluate "
        "evaluator staff staffing team partners partner outcome outcomes impact result results achieved barriers "
        "barrier challenges problems contact lessons learnt learned next evidence timescale savings saved"
    )
)
SWAPS = re.compile(
    r"^\W*(?:and|but|so|or)?\s*"
    r"(?:what about|how about|and|at|in|for|with|from|(?:the )?same(?: question)?(?= (?:at|in|for|with)))\s+"
    r"(?:how (?:many|much) )?(?:(?:at|in|for|with|on|from)\s+)?(?:the\s+)?(.+?)\W*$",
    re.I,
)
# "What does MSE use?": for what?
USES = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:what|which|how much|how many) (?:do|does|did|has|have) (.+?) "
    r"(?:use|used|measure|measured|charge|pay|paid|spend|spent|say|said)\W*$",
    re.I,
)
_OPENS = re.compile(r"^\W*(?:tell (?:me|us) about|(?:is|are) there|who (?:is|are))\b", re.I)
# "What does MSE use?" and "what does MSE do?" after "How do you measure impact?": how does MSE.
USES_OR_DOES = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:what|how) (?:do|does|did|has|have) (.+?) (?:use|used|do|done)\W*$", re.I
)
_MORE = re.compile(
    r"^\W*(?:(?:and|so|but|is|are|there|did|do|does|has|have|can|could|you|got|give|tell|show|me|us|please|some|any) )*"
    r"(?:(?:what|who|where|how|anything|anyone|anybody|something|nothing) (?:else|more)\b"
    r"|others\b|(?:more|go on|carry on|keep going)(?: (?:please|like (?:that|this)|examples?"
    r"|of (?:these|those|them)))?\W*$"
    r"|(?:other|further|more) (?:examples?|ones|trusts|places|ideas)\W*$)",
    re.I,
)
ORDINAL = re.compile(
    r"\b(?:the\s+)?(first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last)(?:\s+(?:one|programme|scheme|project|trust|"
    r"example|of (?:those|these|them)))(?!\w)|\bnumber\s+(one|two|three|four|five|[1-5])\b",
    re.I,
)
_THANKS = re.compile(r"\b(?:thanks?|thank you|thx|cheers|ta|bye|goodbye|good ?night)\b", re.I)
_ONLY_POLITE = re.compile(
    r"(?:\W*\b(?:thanks?|thank|you|thx|cheers|ta|bye|goodbye|good ?night|ok|okay|great|perfect|brilliant|lovely|super"
    r"|very|that['’]?s|that|was|is|it|all|for|now|so|much|many|a|lot|really|helpful|useful|good|nice|your|the|this|help|again"
    r"|then|and|mate)\b){1,14}\W*",
    re.I,
)
_FRAGMENT = 2  # words
_SHORT = 2  # telling words
_FIGURE = 3  # telling words
_WITH_OWN_SUBJECT = 6  # telling words from which a question is about something of its own


def leans(text: str, names: Names) -> bool:
    """Whether a question goes on with a conversation in which it is asked."""
    return leans_back(text, names) or _is_short(text, names)


def _is_short(text: str, names: Names) -> bool:
    """Whether a question says so little, and names nothing, that in a conversation it surely goes on with it: "who pays
    for the post?". What opens a subject can be asked at any time."""
    if _names_something(text, names):
        return False
    if _ASKS_FIGURE.search(text) and len(telling(text)) <= _FIGURE and not _OF_TRUSTS.search(text):
        return True
    opens = _OPENS.search(text) or _SEVERAL.search(text) or intent_of(text) is Intent.DEFINITION
    return len(telling(text)) <= _SHORT and not opens


def may_follow(text: str, names: Names, words: WordIndex) -> bool:
    """Whether a question that seems foreign may go on with a conversation of ours: it asks something short, names
    nothing, and all its words are known here ("how many extra visitors a week")."""
    own = telling(text)
    asks = _ASKS.search(text) and len(own) <= _WITH_OWN_SUBJECT and not _names_something(text, names)
    return bool(asks) and all(words.holding(stem) for stem in own)


def _names_something(text: str, names: Names) -> bool:
    """Whether a question names something, known here or not."""
    return any(not _MYSELF.fullmatch(found.group()) for found in NAME.finditer(text)) or bool(all_named(text, names))


def leans_back(text: str, names: Names) -> bool:
    """Whether a question means nothing without the one before it."""
    own = telling(text)
    if not own or _points_back(text) or _GOES_ON.search(text) or is_again(text):
        return len(own) <= _WITH_OWN_SUBJECT
    if (len(own) <= 2 and _HOW_MANY.search(text)) or _HOW_DO_I.search(text) or _BARE.search(text):
        return True
    named = bool(names.bodies_in(text) or names.programmes_in(text))
    swap = SWAPS.search(text)
    if swap and len(own) <= _WITH_OWN_SUBJECT and (not named or only_names(swap[1], names)):
        return True
    if (uses := USES.search(text)) and only_names(uses[1], names) and all_named(uses[1], names):
        return True
    if named and set(telling(without(text, all_named(text, names)))) - ATTRIBUTES:
        return False
    if _FOLLOWS.search(text):
        return len(own) <= _WITH_OWN_SUBJECT
    bare = len(re.findall(r"\w+", text)) <= _FRAGMENT or (bool(_WHY.search(text)) and len(own) <= 1)
    return not named and (bare or set(own) <= ATTRIBUTES)


def changes_subject(text: str) -> bool:
    """Whether a reader says that something else is asked now."""
    return bool(_CHANGES.search(_COURTESY.sub("", text)))


def asks_more(text: str) -> bool:
    """Whether only what was not yet said is asked for: "what else?", "any more?"."""
    return bool(_MORE.search(_COURTESY.sub("", text)))


def is_again(text: str) -> bool:
    """Whether what was asked is to be said once more, in short."""
    return bool(_AGAIN.search(text))


def is_courtesy(text: str) -> bool:
    """Whether a reader only thanks, or takes leave."""
    return bool(_THANKS.search(text) and _ONLY_POLITE.fullmatch(text))


def without_courtesy(text: str) -> str:
    """The question behind "thanks." and "ok"; what is nothing else stays."""
    rest = _PLEASE.sub("", _CHANGES.sub("", _COURTESY.sub("", text)))
    if _CORRECTS.search(rest):
        rest = _NOT_THIS.sub("", _CORRECTS.sub("what about ", rest))
    return rest if re.search(r"\w", rest) else text


def _points_back(text: str) -> bool:
    several = _POINTS_AT_SEVERAL.search(text)
    plural = several and _SEVERAL.search(text, 0, several.start())
    if several and plural and (_BESIDE.fullmatch(text, plural.end(), several.start()) or _IN_THEM.search(text)):
        plural = None
    named = several and (plural or NAME.search(text, 0, several.start()))
    return bool(several and not named) or bool(_POINTS_BACK.search(text)) or bool(ORDINAL.search(text))


def only_names(text: str, names: Names) -> bool:
    """Whether nothing telling is left when the names are taken out."""
    return not telling(without(text, all_named(text, names)))


def all_named(text: str, names: Names) -> list[Mention]:
    programmes = names.programmes_in(text)
    return [
        *programmes,
        *(one for one in names.bodies_in(text) if not any(overlap(one, other) for other in programmes)),
    ]


def overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def without(text: str, mentions: Sequence[Mention]) -> str:
    """The text without what is named there."""
    for mention in sorted(mentions, key=lambda one: -one.start):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return text
