"""Web pages: the article without the site around it.

Tags and class names show most of what is no text (menus, banners, forms); what stands in the body without a tag of its
own is judged by ``ingest.readers.furniture``. Nothing is fetched: no image, style sheet, frame or link of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString, PageElement, PreformattedString

from corpus.types import BlockKind, Section
from ingest.readers.furniture import without_furniture
from ingest.readers.outline import Line, holds_contact, is_sentence, item_text, sections, table_lines
from ingest.readers.sight import hidden_sections
from ingest.readers.web_sight import take_hidden
from ingest.repair import repair

DROPPED = re.findall(
    r"\w+",
    "script style noscript template nav button select input textarea dialog iframe object embed svg canvas "
    "audio video map head menu",
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = re.findall(
    r"\w+",
    "html body main article section div header footer ul ol dl figure details fieldset center hgroup blockquote p li "
    "dt dd table address figcaption summary pre hr caption tr td th tbody h1 h2 h3 h4 h5 h6",
)
SITE_ROLES = re.compile(r"navigation|banner|contentinfo|search|complementary|(?:alert)?dialog|menu(?:bar)?")
SITE_CLASS = re.compile(
    r"""(?:^|[\s_-])(?:cookies?|cookie-?banner|newsletter|subscribe|sign-?up|breadcrumbs?|skip-?(?:link|to)|nav|navbar
    |navigation|menu|sidebar|pagination|share-(?:this|links|buttons|bar|page)|social-(?:share|sharing|links|media|icons|buttons|follow)
    |related-(?:content|articles|links|posts|pages|items)|teasers?|promo|advert|popup|modal|visually-hidden|sr-only
    |screen-reader-text)(?=$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
REFERENCE_MARK = re.compile(r"[\s\d,;–\-\[\]()*†‡§¶]*|[a-z]", re.IGNORECASE)
ORDINAL = re.compile(r"(?:st|nd|rd|th|TM|R|®|™)", re.IGNORECASE)
MOST_OF_PAGE = 0.4
MIN_PROSE_WORDS = 15


def read_html(path: Path) -> tuple[Section, ...]:
    """The page's article under its headings. The charset is taken from the byte-order mark, the page, or the bytes."""
    soup = BeautifulSoup(path.read_bytes(), "lxml")
    page = soup.body or soup
    css = "\n".join(tag.get_text() for tag in soup("style"))
    for tag in page(DROPPED):
        tag.extract()
    for comment in page.find_all(string=lambda text: isinstance(text, PreformattedString)):
        comment.extract()
    whole = len(page.get_text())
    contacts = _footer_contacts(page)
    hidden = take_hidden(page, css, lambda tag: _is_page_itself(tag, whole), list(HEADINGS))
    _remove_site(page)
    for mark in page.find_all("sup"):
        _replace_mark(mark)
    lines = without_furniture(list(_lines(_article(page))))
    said = " ".join(line.text for line in lines)
    shown = sections([*lines, *(line for line in contacts if line.heading is not None or line.text not in said)])
    return (*shown, *hidden_sections(hidden))


def _article(page: Tag) -> Tag:
    """The element that holds the text: ``main``, else the only ``article``, else the whole page."""
    mains = page.select("main, [role=main]")
    if mains and mains[0].get_text(strip=True):
        return mains[0]
    articles = page.find_all("article")
    return articles[0] if len(articles) == 1 else page


def _is_page_itself(tag: Tag, whole: int) -> bool:
    """Whether the element is so much of the page, its title included, that a script must be what shows it; or is of the
    site around the text, which goes anyway."""
    if _is_site(tag) or any(_is_site(above) for above in tag.parents if above.name != "[document]"):
        return True
    return tag.find("h1") is not None and len(tag.get_text()) >= MOST_OF_PAGE * whole


def _remove_site(page: Tag) -> None:
    """Take the site out of the page; never an element that holds the title or most of the words."""
    whole = len(page.get_text())
    for tag in page.find_all(_is_site):
        if len(tag.get_text()) < MOST_OF_PAGE * whole and not tag.find("h1"):
            tag.extract()


def _is_site(tag: Tag) -> bool:
    """Whether the element belongs to the site rather than to the text, or is only an ornament."""
    if tag.get("aria-hidden") == "true":
        return True
    if tag.name in ("header", "footer", "aside", "form"):
        return not _is_part_of_text(tag)
    classes = " ".join(tag.get_attribute_list("class") or [""]) if tag.has_attr("class") else ""
    return bool(SITE_ROLES.fullmatch(str(tag.get("role", "")))) or bool(SITE_CLASS.search(classes))


def _is_part_of_text(tag: Tag) -> bool:
    """Whether a header, footer or aside serves the article: a section's head, a speaker's name, a box with prose."""
    if tag.find_parent("blockquote") is not None:
        return True
    within = tag.find_parent(["main", "article"]) is not None
    has_prose = any(is_sentence(paragraph.get_text(" "), MIN_PROSE_WORDS) for paragraph in tag("p"))
    return within and (
        (tag.name == "header" and tag.find(list(HEADINGS)) is not None) or (tag.name == "aside" and has_prose)
    )


def _footer_contacts(page: Tag) -> list[Line]:
    """The contact details of the page's footer, which goes: an e-mail address or telephone number a line."""
    found: list[Line] = []
    for footer in page.find_all("footer"):
        if footer.find_parent("blockquote") is None:
            found.extend(line for line in _lines(footer) if line.heading is None and holds_contact(line.text))
    return [Line("", heading=2), *found] if found else []


def _replace_mark(mark: Tag) -> None:
    """Put a raised reference number as ``^{1,2}``, which the repair drops or reads as a power; other words stay."""
    text = mark.get_text(strip=True)
    bare = REFERENCE_MARK.fullmatch(text) and not ORDINAL.fullmatch(text)
    numbers = re.sub(r"[^\d,;–-]", "", text)
    mark.replace_with(f"^{{{numbers}}}" if bare and numbers else "" if bare else text)


def _lines(root: Tag) -> Iterator[Line]:
    """The text of an element, one line a block, in reading order. Text between blocks is a paragraph of its own."""
    inline: list[PageElement] = []
    for child in root.children:
        if isinstance(child, Tag) and (child.name in BLOCKS or child.find(BLOCKS)):
            yield from _paragraphs(inline)
            inline = []
            yield from _block(child)
        elif not isinstance(child, Comment):
            inline.append(child)
    yield from _paragraphs(inline)


def _block(tag: Tag) -> Iterator[Line]:
    """The lines of one block element."""
    if tag.name in HEADINGS:
        yield Line(_text([tag]), heading=HEADINGS[tag.name])
    elif tag.name == "table" and not _is_layout(tag):
        yield from _table(tag)
    elif tag.name == "blockquote":
        yield from _quotation(tag)
    elif tag.name in ("li", "dd"):
        yield from _item(tag)
    elif tag.name == "address":
        yield Line(_text([tag]), BlockKind.CONTACT)
    else:
        yield from _lines(tag)


def _item(tag: Tag) -> Iterator[Line]:
    """A list item: its first text is the item, whatever blocks follow keep their kind."""
    for number, line in enumerate(_lines(tag)):
        is_own = number == 0 and line.heading is None and line.kind is BlockKind.PARAGRAPH
        yield replace(line, kind=BlockKind.ITEM) if is_own else line


def _quotation(tag: Tag) -> Iterator[Line]:
    """A block quotation with its speaker as one block; one that sets a list or headings apart is ordinary text."""
    lines = list(_lines(tag))
    if all(line.heading is None and line.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTATION) for line in lines):
        yield Line(" ".join(line.text for line in lines), BlockKind.QUOTATION)
    else:
        yield from lines


def _is_layout(table: Tag) -> bool:
    """Whether the table only places things on the page: it holds headings or tables, or has one column or one row."""
    rows = [row(["td", "th"]) for row in table("tr")]
    return bool(table.find(["table", *HEADINGS])) or len(rows) < 2 or all(len(row) < 2 for row in rows)


def _table(table: Tag) -> Iterator[Line]:
    """Caption, header and rows; a cell that spans rows is given in the first only."""
    rows = [row(["td", "th"]) for row in table("tr")]
    caption = table.find("caption")
    if isinstance(caption, Tag):
        yield Line(_text([caption]))
    has_header = True if rows and rows[0] and all(cell.name == "th" for cell in rows[0]) else None
    yield from table_lines([[_raw([cell]) for cell in row] for row in rows], has_header)


def _paragraphs(nodes: list[PageElement]) -> Iterator[Line]:
    """The inline nodes as paragraphs, parted where two line breaks follow each other."""
    run: list[PageElement] = []
    for node, after in zip(nodes, [*nodes, None][1:], strict=True):
        run.append(node)
        if _is_break(node) and _is_break(after):
            yield from _paragraph(run)
            run = []
    yield from _paragraph(run)


def _paragraph(nodes: list[PageElement]) -> Iterator[Line]:
    text = _text(nodes)
    if not any(character.isalnum() for character in text):
        return
    item = item_text(text) if not text[0].isalnum() else None
    yield Line(item or text, BlockKind.ITEM if item else BlockKind.PARAGRAPH, link=_is_link(nodes))


def _is_break(node: PageElement | None) -> bool:
    return isinstance(node, Tag) and node.name == "br"


def _is_link(nodes: list[PageElement]) -> bool:
    """Whether all of the words are links' text, or, where bars part them as in a byline, at least half of them."""
    linked = other = 0
    for text in (text for node in nodes for text in _strings(node)):
        words = len(re.findall(r"\w+", text))
        is_linked = text.find_parent("a") is not None
        linked, other = linked + words * is_linked, other + words * (not is_linked)
    has_bars = any("|" in text for node in nodes for text in _strings(node))
    return linked > 0 and other <= linked * has_bars


def _strings(node: PageElement) -> list[NavigableString]:
    if isinstance(node, NavigableString):
        return [node]
    return [text for text in node.descendants if isinstance(text, NavigableString)] if isinstance(node, Tag) else []


def _raw(nodes: list[PageElement]) -> str:
    """The words of the nodes, a space wherever a block or a line break parts them."""
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, Tag):
            inside = _raw(list(node.children))
            parts.append(f" {inside} " if node.name in BLOCKS or node.name == "br" else inside)
        elif not isinstance(node, Comment):
            parts.append(str(node))
    return "".join(parts)


def _text(nodes: list[PageElement]) -> str:
    return repair(_raw(nodes))
