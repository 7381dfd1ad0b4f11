"""The words that the support check treats as more or less than words: what turns a claim, what claims nothing.

A word that is on no list counts as it is written, since each form of a word makes another claim ("hired" is not
"hires", "nurse" not "nurses"). So a list that lacks a word costs a quote where a sentence would have done; only
``STRICT``, whose words may not be lost with the end of a sentence, could let an untrue one through.
"""

from __future__ import annotations

from retrieval.words import stems

ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: value for value, word in enumerate((*ONES, *TEENS), start=1)} | {
    word: 10 * value for value, word in enumerate(TENS, start=2)
}
SIZES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SIZES |= {"k": SIZES["thousand"], "m": SIZES["million"], "mn": SIZES["million"], "bn": SIZES["billion"]}

# Before a figure only: "over 40 homes", but "over the year".
BOUNDS = {
    **dict.fromkeys(("more than", "over", "above", "exceeding", "upwards of"), "more than"),
    **dict.fromkeys(("less than", "fewer than", "under", "below"), "less than"),
    **dict.fromkeys(("about", "around", "approximately", "roughly", "some", "circa"), "about"),
    **dict.fromkeys(("nearly", "almost"), "nearly"),
    **dict.fromkeys(("at most", "up to"), "at most"),
    "at least": "at least",
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


JOINTS = _words("and but or that while whereas although though because which who whom whose when where")
BEFORE_A_YEAR = _words(
    "in since by during from until till to of for and between before after early late mid – - / ( january february "
    "march april may june july august september october november december spring summer autumn winter"
)
# May be added or left out.
EMPTY = _words(
    "a an the this that these those it its itself they them their theirs he him his she her hers we us our ours you "
    "your i me my there here do does did of in on at to as and which who whom whose where when while whereas also such "
    "including include includes included example instance well then however moreover furthermore additionally finally "
    "about too s re ve ll d t"
)
DANGLING = JOINTS | _words(
    "a an the of in on at to as for with into onto within by from per than their our its such is are was"
)
SUBJECTS = _words("it they")
_ALIKE = {
    "not": "no not none",
    "rose": "rose risen increased grew grown",
    "rises": "rises increases grows",
    "fell": "fell fallen decreased dropped declined",
    "falls": "falls decreases drops declines",
    "all": "all every each",
    "less": "less fewer",
    "is": "is are",
    "was": "was were",
    "has": "has have",
}
_SAME = {form: word for word, forms in _ALIKE.items() for form in forms.split()}


def value_of(word: str) -> str:
    """What a lower-case word is compared as: itself, or the first of those that mean the same."""
    return _SAME.get(word, word)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_of(word) for word in text.split())


def stem_of(word: str) -> str:
    """What a lower-case word is looked up as in the lists below, which hold every form of a word."""
    return "".join(stems(word)) or word


# Turn what their whole sentence claims.
STRICT = _stems(
    "no not none without never nobody nothing neither nor fail unable lack refuse hardly barely rarely if unless until "
    "provided may might could can would should shall will must plan aim hope intend expect propose seek sought want "
    "try attempt target ambition goal potential potentially likely unlikely possible possibly promise pledge commit "
    "future ought say said tell told believe claim argue feel felt think thought suggest according average estimate "
    "only merely just rise rose risen increase grow grew grown growth fall fell fallen drop decrease decline reduce "
    "reduction cut more less fewer higher lower up down half double twice triple slightly partly partially somewhat "
    "nearly almost temporarily initially briefly mainly largely mostly former formerly false falsely allege allegedly "
    "but though although yet"
)
# Turn the words beside them.
TURNS = _stems(
    "is are was were be been being has have had all every each most least majority minority some several many much few "
    "both either or before after since following by from for with into onto within across through during via among "
    "amongst per against than instead rather except despite versus so therefore thus hence because consequently first "
    "last"
)
# May give way to the name of whom they mean.
GENERIC = _words("trust hospital organisation programme project scheme pilot initiative")
