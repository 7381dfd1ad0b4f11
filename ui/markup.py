"""HTML of our own making, one line at a time. Every word of a document or a reader is escaped; none becomes markup.

The page shows it through Gradio's Markdown component, the only one that puts HTML on a page without evaluating script
(``gr.HTML`` needs ``unsafe-eval``). So what is shown is one line: a newline inside it could end the HTML block and let
a document's text be read as Markdown. The component takes ``aria-`` and ``data-`` attributes away: names are hidden
words, and ``page.js`` marks the link to the page that is shown.
"""

from __future__ import annotations

import html
from collections.abc import Iterable


def escape(text: str) -> str:
    """Text that shows as it is, on one line of HTML."""
    return html.escape(text).replace("\r", "").replace("\n", "&#10;").replace("\t", "&#9;")


def hidden(text: str) -> str:
    """Words for screen readers alone."""
    return f'<span class="al-hidden">{escape(text)}</span>'


def notice(heading: str, text: str, kind: str = "unavailable") -> str:
    return f'<div class="al-notice al-{kind}"><h3>{escape(heading)}</h3><p>{escape(text)}</p></div>'


def link(href: str, words: str, more: str = "", kind: str = "") -> str:
    """A link within the page. ``more``: what tells it from others of the same words, for screen readers."""
    classes = f' class="{kind}"' if kind else ""
    return f'<a href="{escape(href)}"{classes}>{escape(words)}{hidden(more) if more else ""}</a>'


def web_link(url: str | None, words: str, more: str = "") -> str:
    """A link only to a web address; a document may hold any other scheme."""
    if not url or not url.lower().startswith(("https://", "http://")):
        return ""
    shown = f"{escape(words)}{hidden(more) if more else ''} (opens in a new tab)"
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{shown}</a>'


def listed(items: Iterable[str], kind: str = "", tag: str = "ul") -> str:
    """A list of ready HTML; nothing where there are no items."""
    inner = "".join(f"<li>{item}</li>" for item in items)
    classes = f' class="{kind}"' if kind else ""
    return f"<{tag}{classes}>{inner}</{tag}>" if inner else ""


def tags(*words: str) -> str:
    return f'<p class="al-tags">{" ".join(f"<span>{escape(word)}</span>" for word in words if word)}</p>'


def plural(count: int, one: str) -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"
