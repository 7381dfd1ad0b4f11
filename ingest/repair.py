"""Text fit to quote: what typesetting and conversion added to a publisher's words is taken away again.

Every reader passes its text through here, so that the same sentence reads alike in a PDF, a web page and a slide.
Only what is listed below is changed. Words, figures and quotation marks are never touched: there is no Unicode
normalisation over the whole, since that would turn ``½`` or ``m²`` into other figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u2028\u2029"
INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff\ufff9\ufffa\ufffb\ufffe\uffff"
)
CHARACTERS = str.maketrans(
    {**LIGATURES, "\u2010": "-", "\u2011": "-"} | dict.fromkeys(SPACES, " ") | dict.fromkeys(INVISIBLE, "")
)
# What can carry a message or turn letters round: overrides of direction, tags outside of flags, runs of the unseen.
# A reader lets it through for ``readers.suspicion`` to tell of and take out.
CONCEALED = re.compile(
    "[\u202d\u202e]|(?<![\U0001f3f4\U000e0061-\U000e007a\U000e0030-\U000e0039])[\U000e0000-\U000e007f]+"
    "|[\U000e0000-\U000e007f]{8,}|[\u200b-\u200f\u2060-\u2064\ufeff]{4,}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}"
)
SOFT_HYPHENS = "\u2010\u00ad"

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
TO_RAISED = str.maketrans("0123456789", RAISED)
_SUPERSCRIPT_TAG = re.compile(
    r"<sup[^<>]*>\s*(.{0,200}?)\s*</sup>|\\textsuperscript\{([^}]*)\}|\$\s*\^\{?([\d,\s–-]+)\}?\s*\$", re.IGNORECASE
)
_SUBSCRIPT = re.compile(r"<sub[^<>]*>\s*(.{0,200}?)\s*</sub>|\\textsubscript\{([^}]*)\}|_\{(\w*)\}", re.IGNORECASE)
_UNIT_POWER = re.compile(r"(?<![^\W_])([kcmdµμ]?m|ft|in|yd|[^\W\d_])\^\{([23])\}")
_BRACED_MARK = re.compile(r"(?<!\s)\s*\^\{[\d\s,;–‒-]*\}")
_BRACED_WORD = re.compile(r"\^\{([^{}]*)\}")
_RAISED_MARK = re.compile(
    rf"""(?P<before>(?:[^\W\d_{RAISED}]{{2}}|[^\W\d_{RAISED}](?=\s)|(?<!\d)(?:19|20)\d\d|[.,;:!?)\]’'”"])\s?)
         [{RAISED}]+(?:\s?[,،;⁻–-]\s?[{RAISED}]+)*""",
    re.VERBOSE,
)
_UNIT = re.compile(r"(?<![^\W_])(?:[kcmdµμ]?m|ft|in|yd)$")

_TAG = re.compile(r"</?(?:p|b|i|u|em|strong|span|div|small|font|br|hr|a|center)\b[^<>]*>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\((?:<[^>]*>|[^()\s]*)(?:\s+\"[^\"]*\")?\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+|[\w.+'’-]+@[\w.-]+)>")
_STRONG = re.compile(r"(\*{2,3})(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])")
_ESCAPE = re.compile(r"\\([!-/:-@\[\]^_`{-~])")

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LAST_PART = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*$")
_FIRST_PART = re.compile(r"[^\W\d_]+")
_SUSPENDED = re.compile(r"(?:and|or|to|nor|versus)\b")


def repair(text: str) -> str:
    """The text on one line, fit to quote: characters, reference marks and spaces repaired, the words as they were."""
    plain = _ESCAPE.sub(r"\1", _AUTOLINK.sub(r"\1", repair_characters(text)))
    return squeeze(strip_reference_marks(plain))


def repair_characters(text: str) -> str:
    """Ligatures as letters, every kind of space as a space, hyphens as ``-``, invisible characters gone."""
    if text.isascii():
        return text
    kept = CONCEALED.findall(text)
    if not kept:
        return text.translate(CHARACTERS)
    between = CONCEALED.split(text)
    return "".join(part.translate(CHARACTERS) + sign for part, sign in zip(between, [*kept, ""], strict=True))


def squeeze(text: str) -> str:
    """Any run of white space, line ends and tabs included, as one space; none at either end."""
    return " ".join(text.split())


def strip_reference_marks(text: str) -> str:
    """Without the marks that point to a reference list; powers (m², 10³) and formulas (CO₂) stay."""
    text = _SUPERSCRIPT_TAG.sub(lambda found: f"^{{{next(filter(None, found.groups()), '')}}}", text)
    text = _SUBSCRIPT.sub(lambda found: next(filter(None, found.groups()), ""), text)
    text = _UNIT_POWER.sub(lambda found: found[1] + found[2].translate(TO_RAISED), text)
    text = _BRACED_WORD.sub(r"\1", _BRACED_MARK.sub("", text))
    return _RAISED_MARK.sub(_drop_mark, text)


def _drop_mark(found: re.Match[str]) -> str:
    """The text before a raised number, without the number unless it is the power of a unit."""
    before = found["before"]
    end = found.end("before")
    if _UNIT.search(found.string[max(0, end - 8) : end].rstrip()):
        return found[0]
    return before.rstrip()


def strip_markup(text: str) -> str:
    """The words of Markdown or HTML leftovers: links as their words, bold and italic signs, tags and escapes gone."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", _AUTOLINK.sub(r"\1", text)))
    text = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", _TAG.sub(" ", text)))
    return text.replace("**", "")


def vocabulary(lines: Iterable[str]) -> frozenset[str]:
    """The words, in lower case, that stand whole within the lines: the evidence for joining at a line's end."""
    words: set[str] = set()
    for line in lines:
        whole = [found[0].lower() for found in _WORD.finditer(repair_characters(line))]
        words.update(whole[:-1] if line.rstrip()[-1:] in (*SOFT_HYPHENS, "-") else whole)
    return frozenset(words)


def join_lines(lines: Sequence[str], known: frozenset[str] = frozenset()) -> str:
    """The lines as one, with a word cut by a line's end made whole.

    ``known`` is the document's vocabulary: it decides where a hyphen may be part of the word. Without it a soft hyphen
    (U+2010, U+00AD) at a line's end is dropped and a plain one kept.
    """
    whole = ""
    for line in (line.strip() for line in lines):
        if line:
            whole = _join_two(whole, line, known) if whole else line
    return whole


def _join_two(before: str, after: str, known: frozenset[str]) -> str:
    """Two pieces of a text that a line's end parted."""
    last = before[-1]
    attached = len(before) > 1 and not before[-2].isspace()
    if not attached or last not in SOFT_HYPHENS + "-–/":
        return f"{before} {after}"
    if last in SOFT_HYPHENS + "-" and _SUSPENDED.match(after):
        return f"{before[:-1]}- {after}"
    if last not in SOFT_HYPHENS + "-":
        return before + after
    return before[:-1] + ("-" if _is_real_hyphen(before, after, known) else "") + after


def _is_real_hyphen(before: str, after: str, known: frozenset[str]) -> bool:
    """Whether the hyphen at the end of ``before`` belongs to the word, by its sign and the rest of the document."""
    first, second = _LAST_PART.search(repair_characters(before[:-1])), _FIRST_PART.match(repair_characters(after))
    soft = before[-1] in SOFT_HYPHENS
    if not first or not second:
        return not soft
    joined, hyphened = (first[0] + second[0]).lower(), f"{first[0]}-{second[0]}".lower()
    if soft:
        return hyphened in known and joined not in known
    return not (joined in known and hyphened not in known)
