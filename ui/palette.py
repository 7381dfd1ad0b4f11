"""The page's colours, after the NHS service manual's palette and without NHS identity: no logo, Arial.

Each is a token used by name in ``style.css``; a test computes the contrast of every pair below.
"""

from __future__ import annotations

TOKENS = {
    "text": "#212b32",
    "text-secondary": "#4c6272",
    "link": "#005eb8",
    "link-hover": "#7c2855",
    "link-visited": "#330072",
    "focus": "#ffeb3b",
    "focus-text": "#212b32",
    "button": "#007f3b",
    "button-hover": "#00662f",
    "on-button": "#ffffff",
    "error": "#d5281b",
    "band": "#005eb8",
    "on-band": "#ffffff",
    "page": "#f0f4f5",
    "surface": "#ffffff",
    "border": "#d8dde0",
    "edge": "#4c6272",
    "quote-edge": "#005eb8",
    "quote": "#edf4fa",
    "warm": "#fff9db",
    "mark": "#ffe680",
    "shade": "#cfe3f5",
}

# Text on its background: at least 4.5 to 1.
TEXT_PAIRS = (
    *(
        (text, ground)
        for text in ("text", "text-secondary", "link", "link-hover", "link-visited", "error")
        for ground in ("page", "surface", "quote", "warm")
    ),
    ("focus-text", "focus"),
    ("text", "mark"),
    *((text, "shade") for text in ("text", "link", "link-hover", "link-visited")),
    ("on-band", "band"),
    ("on-button", "button"),
    ("on-button", "button-hover"),
)

# The edge of a control or of a quote against what lies beside it: at least 3 to 1.
EDGE_PAIRS = (
    ("edge", "surface"),
    ("edge", "page"),
    ("quote-edge", "surface"),
    ("quote-edge", "quote"),
    ("button", "page"),
)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as WCAG 2 defines it: 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def declarations() -> str:
    """The tokens as CSS custom properties; the same by day and by night, so that every pair above holds."""
    lines = "".join(f"--al-{name}:{colour};" for name, colour in TOKENS.items())
    return f":root,.dark{{{lines}color-scheme:light}}"
