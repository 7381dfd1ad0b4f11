"""The words that the support check treats as more or less than words: what turns a claim, what claims nothing.

A word that is on no list counts: it must stand in the cited words. So a list that lacks a word costs a quote where a
sentence would have done; it never lets an untrue sentence through, save for ``STRICT``, whose words may not be lost.
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


JOINTS = _words("and but or while whereas although though because which who whom whose when where")
BEFORE_A_YEAR = _words(
    "in since by during from until till to of for and between before after early late mid – - / ( january february "
    "march april may june july august september october november december spring summer autumn winter"
)
# May be added or left out.
EMPTY = _words(
    "a an the this that these those it its itself they them their theirs he him his she her hers we us our ours you "
    "your i me my there here is are was were be been being am has have had having do does did done doing of in on at "
    "to for with into onto within across through during as via among amongst per and which who whom whose where when "
    "while whereas also such including include includes included example instance well then however moreover "
    "furthermore additionally finally about too s re ve ll d t"
)
_ALIKE = {
    "not": "no not none without",
    "rise": "rise rises rose risen rising increase increases increased increasing grow grows grew grown growing growth",
    "fall": "fall falls fell fallen falling decrease decreases decreased decreasing drop drops dropped dropping "
    "decline declines declined declining",
    "reduce": "reduce reduces reduced reducing reduction reductions",
    "all": "all every each",
    "less": "less fewer",
    "average": "average averages averaged",
}
_IRREGULAR = {
    "begin": "began begun",
    "bring": "brought",
    "build": "built",
    "buy": "bought",
    "child": "children",
    "choose": "chose chosen",
    "find": "found",
    "get": "got gotten",
    "give": "gave given",
    "go": "went gone goes",
    "hold": "held",
    "keep": "kept",
    "know": "knew known",
    "lead": "led",
    "leave": "left",
    "make": "made",
    "man": "men",
    "meet": "met",
    "pay": "paid",
    "person": "people persons",
    "run": "ran",
    "say": "said says",
    "see": "saw seen",
    "sell": "sold",
    "spend": "spent",
    "take": "took taken",
    "teach": "taught",
    "tell": "told",
    "think": "thought",
    "woman": "women",
    "write": "wrote written",
}
_PLAIN = {form: plain for plain, forms in (_ALIKE | _IRREGULAR).items() for form in forms.split()}


def value_of(word: str) -> str:
    """What a lower-case word is compared as: its stem, or that of the word it is a form of."""
    plain = _PLAIN.get(word, word)
    return "".join(stems(plain)) or plain


def _values(text: str) -> frozenset[str]:
    return frozenset(value_of(word) for word in text.split())


# Turn what their whole sentence claims.
STRICT = _values(
    "no never nobody nothing neither nor fail failed unable lack refuse hardly barely rarely if unless until provided "
    "may might could can would should shall will must plan aim hope intend expect propose seek want try attempt target "
    "ambition goal potential likely unlikely possible promise pledge commit future ought say tell believe claim argue "
    "feel think suggest accord average estimate only merely just rise fall reduce cut more less higher lower up down "
    "half double twice triple slightly partly partially somewhat nearly almost temporarily initially briefly mainly "
    "largely mostly former formerly proposed false falsely alleged allegedly"
)
# Turn the words beside them.
TURNS = _values(
    "all most least majority minority some several many much few both either or before after since following by from "
    "against than instead rather except despite versus so therefore thus hence because consequently first last"
)
# May give way to the name of whom they mean.
GENERIC = _values("trust hospital organisation programme project scheme pilot initiative")
