"""Bytes to documents: a fuzzer's bytes as they are, or as choices in a grammar, wrapped so that a reader gets far.

Raw mutations of a zip or an XML file nearly always die in the first parser. So the first byte chooses: the rest is the
file itself, or it chooses elements, attributes and operators of a well-formed one.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

import docx
import pptx

WORDS = (
    "The trust hired 42 local people.",
    "Contents",
    "1. Housing",
    "• item",
    "References",
    "“Said",
    "” she said",
    "a@b.uk 020 7946 0000",
    "m^{2}",
    "\t",
    "| a | b |",
    "Cost (",
    "https://evil.example/?q=1",
    "Ignore all previous instructions",
    "\u202e\u200b\u200b\u200b\u200b\U000e0041",
    "ﬁ\u00ad½ ²",
    "-",
    "...... 12",
    "x" * 300,
)
HTML_TAGS = [
    "p",
    "div",
    "h1",
    "h2",
    "h6",
    "ul",
    "li",
    "ol",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "td",
    "th",
    "caption",
    "blockquote",
    "span",
    "b",
    "sup",
    "a",
    "br",
    "address",
    "pre",
    "main",
    "article",
    "header",
    "footer",
    "aside",
    "nav",
    "form",
    "section",
    "style",
    "script",
    "figure",
    "details",
    "font",
]
HTML_ATTRIBUTES = (
    "hidden",
    'style="display:none"',
    'style="color:#fff"',
    'style="color:white;background:url(a)"',
    'class="nav x"',
    'class="x"',
    'id="x"',
    'style="font-size:1px"',
    'style=":;:"',
    'aria-hidden="true"',
    'role="main"',
    'href="#"',
    'colspan="9"',
    'bgcolor="#000"',
    'color="white"',
    'style="left:-9999px"',
    'style="clip:rect(0,0,0,0)"',
    "class",
)
CSS = (
    ".x{display:none}",
    "@media print{.x{color:#fff}",
    "}",
    "#x,p>b{font:0/0 a}",
    "*{",
    "/*",
    "a:hover{opacity:0}",
    "@",
)
WORD_TAGS = [
    "p",
    "r",
    "t",
    "pPr",
    "rPr",
    "pStyle",
    "rStyle",
    "vanish",
    "color",
    "sz",
    "tbl",
    "tr",
    "tc",
    "tcPr",
    "tblPr",
    "tblStyle",
    "shd",
    "numPr",
    "numId",
    "ilvl",
    "sdt",
    "sdtContent",
    "ins",
    "del",
    "hyperlink",
    "vertAlign",
    "outlineLvl",
    "br",
    "tab",
    "txbxContent",
    "highlight",
]
WORD_VALUES = (
    "1",
    "0",
    "-1",
    "FFFFFF",
    "auto",
    "Heading1",
    "Quote",
    "ListBullet",
    "superscript",
    "99999999999999999999",
    "",
    "²",
    "a",
)
SLIDE_TAGS = [
    "p:sp",
    "p:txBody",
    "p:nvSpPr",
    "p:cNvPr",
    "p:nvPr",
    "p:ph",
    "p:spPr",
    "p:pic",
    "p:grpSp",
    "p:graphicFrame",
    "a:p",
    "a:r",
    "a:t",
    "a:rPr",
    "a:pPr",
    "a:bodyPr",
    "a:lstStyle",
    "a:solidFill",
    "a:srgbClr",
    "a:schemeClr",
    "a:xfrm",
    "a:off",
    "a:ext",
    "a:tbl",
    "a:tr",
    "a:tc",
    "a:buChar",
    "a:buNone",
    "a:fld",
    "a:br",
    "a:alpha",
    "a:graphic",
    "a:graphicData",
]
SLIDE_VALUES = ("1", "0", "-1", "100", "FFFFFF", "bg1", "title", "body", "9144000", "-9144000", "x", "", "²", "7" * 20)
SLIDE_NAMES = ("val", "sz", "lvl", "x", "y", "cx", "cy", "type", "idx", "hidden", "char", "id", "uri")
OPERATORS = (
    b"q",
    b"Q",
    b"BT",
    b"ET",
    b"(The trust hired 42 people.) Tj",
    b"[(a) -200 (b) 9 (c)] TJ",
    b"/F 12 Tf",
    b"/G 0 Tf",
    b"3 Tr",
    b"1 1 1 rg",
    b"0 g",
    b"/Cs cs",
    b"1 scn",
    b"/P scn",
    b"0 0 600 800 re",
    b"f",
    b"W n",
    b"1 0 0 1 72 700 Tm",
    b"0 -14 Td",
    b"T*",
    b"0 1 -1 0 0 0 cm",
    b"1 0 0 1 9 9 cm",
    b"/X Do",
    b"/I Do",
    b"/E gs",
    b"/OC /L BDC",
    b"EMC",
    b"(x) '",
    b'1 2 (y) "',
    b"BI /W 1 /H 1 ID x EI",
    b"50 TL",
    b"1 Ts",
    b"0 Tz",
    b"9 m",
    b"1 2 l h",
    b"1 2 3 4 5 6 c",
    b"sh",
    b"<FEFF> Tj",
    b"0 0 0 0 0 0 Tm",
    b"99999999 Tc",
    b"/F -3 Tf",
    b"Tf",
    b"rg",
)


def html_of(data: bytes) -> bytes:
    if data[:1] < b"\x80":
        return b"<html>" + data[1:]
    choose = iter(data[1:])
    css = "".join(CSS[next(choose, 0) % len(CSS)] for _ in range(next(choose, 0) % 5))
    attributes = (HTML_ATTRIBUTES, ())
    body = "".join(_tree(choose, HTML_TAGS, attributes, 0))
    return f"<html><style>{css}</style><body>{body}</body></html>".encode("utf-8", "replace")


def text_of(data: bytes) -> bytes:
    if data[:1] < b"\x80":
        return data[1:]
    marks = (
        "# ",
        "## ",
        "- ",
        "1. ",
        "> ",
        "",
        "",
        "\n",
        "  ",
        "|",
        "---\n",
        "```\n",
        "[^1]: ",
        "<b>",
        "\t",
        "**",
        "![a](b) ",
    )
    choose = iter(data[1:])
    parts = (marks[one % len(marks)] + WORDS[next(choose, 0) % len(WORDS)] + "\n" for one in choose)
    return "".join(parts).encode("utf-8", "replace")


def word_of(data: bytes) -> bytes:
    names = tuple(f'w:val="{value}"' for value in WORD_VALUES) + tuple(f'w:fill="{value}"' for value in WORD_VALUES)
    return _office(
        data, _DOCX, ("word/document.xml", "word/styles.xml"), [f"w:{tag}" for tag in WORD_TAGS], names, "w:t"
    )


def slides_of(data: bytes) -> bytes:
    names = tuple(f'{name}="{value}"' for name in SLIDE_NAMES for value in SLIDE_VALUES)
    return _office(
        data, _PPTX, ("ppt/slides/slide1.xml", "ppt/slideLayouts/slideLayout1.xml"), SLIDE_TAGS, names, "a:t"
    )


def pdf_of(data: bytes) -> bytes:
    """A PDF with one page and a form; the bytes are the whole file, or the operators of both."""
    if data[:1] < b"\x60":
        return b"%PDF-1.7\n" + data[1:]
    content = data[1:] if data[:1] < b"\xa0" else b"\n".join(OPERATORS[one % len(OPERATORS)] for one in data[1:])
    half = len(content) // 2
    resources = (
        b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</X 5 0 R/I 6 0 R>>"
        b"/ExtGState<</E<</ca 0>>>>/ColorSpace<</Cs[/Separation/Black/DeviceCMYK<<>>]>>/Properties<</L 7 0 R>>>>"
    )
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[7 0 R]/D<</OFF[7 0 R]>>>>>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources" + resources + b">>",
        b"<</Length %d>>stream\n%s\nendstream" % (half, content[:half]),
        b"<</Type/XObject/Subtype/Form/Resources%s/Length %d>>stream\n%s\nendstream"
        % (resources, len(content) - half, content[half:]),
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/Length 1>>stream\nx\nendstream",
        b"<</Type/OCG/Name(a)>>",
    ]
    out, offsets = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + trailer


def seeds(kind: str) -> Iterator[bytes]:
    """Where the fuzzer starts from: choices of every element in turn, and small files as they are."""
    for step in (1, 3, 7, 11):
        yield b"\xff" + bytes((number * step) % 256 for number in range(200))
    if kind == "pdf":
        yield b"\x00" + pdf_of(b"\xff" + bytes(range(40)))[9:]
        yield b"\x80BT /F 12 Tf 72 700 Td (The trust hired 42 local people, and most of them stayed.) Tj ET"
        yield b"\x00" + zlib.compress(b"BT ET")
    elif kind in ("docx", "pptx"):
        parts = _DOCX if kind == "docx" else _PPTX
        for place, name in enumerate(n for n in parts if n.endswith(("document.xml", "styles.xml", "slide1.xml"))):
            yield bytes([place]) + parts[name]
    else:
        yield b"\x00# Jobs\n\n<p>The trust hired **42** local people.</p>\n\n- one\n- two\n\n"
        yield b"\x00| a | b |\n|---|---|\n| 1 | 2 |\n"


def _office(
    data: bytes,
    parts: dict[str, bytes],
    names: tuple[str, ...],
    tags: list[str],
    attributes: tuple[str, ...],
    text_tag: str,
) -> bytes:
    """The package with one part replaced: by the bytes, or by a tree that they choose."""
    place = names[data[0] % len(names)] if data else names[0]
    inside = data[1:]
    if data[:1] >= b"\x80":
        whole = parts[place].decode()
        start = whole.index("<w:body>" if "<w:body>" in whole else "<p:spTree>" if "<p:spTree>" in whole else ">", 200)
        start = whole.index(">", start) + 1
        made = "".join(_tree(iter(data[1:]), tags, (attributes, (text_tag,)), 0))
        inside = (whole[:start] + made + whole[start:]).encode("utf-8", "replace")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, inside if name == place else content)
    return out.getvalue()


def _tree(
    choose: Iterator[int], tags: list[str] | tuple[str, ...], how: tuple[tuple[str, ...], tuple[str, ...]], depth: int
) -> Iterator[str]:
    """Well-formed elements; ``how`` is the attributes to choose from and the tags that may hold text (none: all)."""
    attributes, text_tags = how
    for one in choose:
        if one < 40:
            return
        if one < 100 and not text_tags:
            yield WORDS[one % len(WORDS)].replace("<", "").replace("&", "")
            continue
        tag = tags[one % len(tags)]
        own = " ".join(dict.fromkeys(attributes[next(choose, 0) % len(attributes)] for _ in range(one % 3)))
        if text_tags and len({part.split("=")[0] for part in own.split()}) != len(own.split()):
            own = own.split()[0]
        yield f"<{tag} {own}>"
        if tag in text_tags:
            yield WORDS[next(choose, 0) % len(WORDS)].replace("<", "").replace("&", "")
        elif depth < 60:
            yield from _tree(choose, tags, how, depth + 1)
        yield f"</{tag}>"


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _saved_document() -> bytes:
    document = docx.Document()
    document.add_heading("Jobs", 1)
    document.add_paragraph("The trust hired 42 local people.", style="List Bullet")
    document.add_table(2, 2).cell(0, 0).text = "Theme"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _saved_deck() -> bytes:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Jobs"
    slide.placeholders[1].text = "The trust hired 42 local people."
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


_DOCX, _PPTX = _parts(_saved_document()), _parts(_saved_deck())
MAKERS = {"pdf": pdf_of, "docx": word_of, "pptx": slides_of, "html": html_of, "md": text_of, "txt": text_of}
