"""Files that are small on disk and dear to read; ``python -m tests.ingest.bombs FOLDER`` writes them all.

Sizes are those at which an unguarded reader takes minutes or gigabytes.
"""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pptx

FONT = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
BOX = b"/MediaBox[0 0 600 800]/Resources" + FONT
MATRICES = b"1 0 0 1 0 0 cm BT /F 9 Tf 0 9 Td (a) Tj ET\n" * 8_000
PROSE = "The trust pays a living wage to all of its staff, wherever they work."


def pdf_file(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, table = b"%PDF-1.7\n", b""
    parts = [out]
    length = len(out)
    for number, one in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % length
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, one))
        length += len(parts[-1])
    count = len(objects) + 1
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\n" % (count, table, count))
    return b"".join(parts) + b"startxref\n%d\n%%%%EOF" % length


def stream(content: bytes, filters: int = 1, more: bytes = b"") -> bytes:
    for _ in range(filters):
        content = zlib.compress(content, 9)
    names = b"/FlateDecode" * filters
    return b"<</Length %d/Filter[%s]%s>>stream\n%s\nendstream" % (len(content), names, more, content)


def pages_of(contents: Sequence[bytes], more: bytes = b"") -> bytes:
    """A PDF with a page for each content stream, which may not be shared."""
    count = len(contents)
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(count))
    objects = [b"<</Type/Catalog/Pages 2 0 R%s>>" % more, b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)]
    for number, content in enumerate(contents):
        objects += [b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R>>" % (BOX, 4 + 2 * number), content]
    return pdf_file(objects)


def one_big_stream() -> bytes:
    return pages_of([stream(b" " * 200_000_000)])


def streams_in_streams() -> bytes:
    return pages_of([stream(b" " * 100_000_000, filters=3)])


def many_filters() -> bytes:
    return pages_of([stream(b"BT /F 9 Tf (a) Tj ET", filters=40)])


def blanks() -> bytes:
    return pages_of([stream(b" " * 70_000_000)] * 20)


def operations() -> bytes:
    return pages_of([stream(b"BT /F 9 Tf " + b"(a) Tj 0 1 Td " * 120_000 + b"ET")] * 20)


def many_matrices() -> bytes:
    """A matrix before each string: pypdf multiplies all of them for each."""
    return pages_of([stream(b"BT /F 9 Tf 9 700 Td (%s) Tj ET " % PROSE.encode() + MATRICES)])


def saved_states() -> bytes:
    return pages_of([stream(b"q " * 200_000)])


def forms_in_forms() -> bytes:
    """Each form paints the next one ten times: 10^8 paintings."""
    forms = 8
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream(b"/X Do")]
    for number in range(forms):
        inner = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % min(
            6 + number, 4 + forms
        )
        objects.append(stream(b"/X Do " * 10, more=inner))
    return pdf_file(objects)


def a_form_in_itself() -> bytes:
    inner = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
    kids = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream(b"/X Do")]
    return pdf_file([*kids, stream(b"/X Do /X Do", more=inner)])


def a_tree_of_pages_in_itself() -> bytes:
    return pdf_file([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 2/Kids[2 0 R 2 0 R]>>"])


def deep_arrays() -> bytes:
    return pages_of([b"[" * 100_000 + b"]" * 100_000])


def deep_outline() -> bytes:
    depth = 20_000
    page = b"<</Type/Page/Parent 2 0 R%s/Contents 4 0 R>>" % BOX
    text = stream(b"BT /F 9 Tf 9 9 Td (%s) Tj ET" % PROSE.encode())
    top = [b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, text]
    item = b"<</Title(a)/First %d 0 R/Last %d 0 R/Parent %d 0 R>>"
    return pdf_file([*top, *(item % (n + 1, n + 1, n - 1) for n in range(5, 5 + depth)), b"<</Title(a)>>"])


def xref_in_a_ring() -> bytes:
    good = pages_of([stream(b"BT /F 9 Tf 9 9 Td (%s) Tj ET" % PROSE.encode())])
    start = good.rindex(b"startxref\n") + 10
    return good.replace(b"trailer<<", b"trailer<</Prev %s" % good[start:].split(b"\n")[0])


def xref_of_many() -> bytes:
    good = pages_of([stream(b"BT /F 9 Tf 9 9 Td (a) Tj ET")])
    return good.replace(b"xref\n0 5", b"xref\n0 99999999")


def empty_pages() -> bytes:
    return pages_of([b"<</Length 0>>stream\n\nendstream"] * 10_000)


def one_cell_a_place() -> bytes:
    """Words strewn over a page, each a row of its own."""
    spots = b" ".join(b"1 0 0 1 %d %d.%d Tm (w) Tj" % (n * 7 % 600, n * 13 % 800, n % 10) for n in range(40_000))
    return pages_of([stream(b"BT /F 4 Tf " + spots + b" ET")])


def office(suffix: str, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> bytes:
    """A good document or deck with its parts changed and others added."""
    saved, out = io.BytesIO(), io.BytesIO()
    if suffix == ".docx":
        document = docx.Document()
        document.add_paragraph(PROSE)
        document.save(saved)
    else:
        deck = pptx.Presentation()
        deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = PROSE
        deck.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def _same(_name: str, data: bytes) -> bytes:
    return data


def _body(inside: bytes) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        return data.replace(b"<w:sectPr", inside + b"<w:sectPr") if name == "word/document.xml" else data

    return change


def _declared(entities: bytes, used: bytes) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        if name not in ("word/document.xml", "ppt/slides/slide1.xml"):
            return data
        head, _, rest = data.partition(b"?>")
        return head + b"?><!DOCTYPE x [" + entities + b"]>" + rest.replace(PROSE.encode(), PROSE.encode() + used)

    return change


LAUGHS = b'<!ENTITY a0 "ha">' + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
OUTSIDE = b'<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "http://127.0.0.1:9/x">'


def flat_zip(suffix: str) -> bytes:
    return office(suffix, _same, {f"media/{n}.bin": bytes(70_000_000) for n in range(3)})


def dense_zip(suffix: str) -> bytes:
    return office(suffix, _same, {"media/a.bin": bytes(60_000_000)})


def zip_in_zip(suffix: str) -> bytes:
    return office(suffix, _same, {"media/more.zip": office(suffix, _same)})


def zip_of_many(suffix: str) -> bytes:
    return office(suffix, _same, {f"media/{n}.bin": b"" for n in range(2_500)})


def laughs(suffix: str) -> bytes:
    return office(suffix, _declared(LAUGHS, b"&a9;"))


def outside(suffix: str) -> bytes:
    return office(suffix, _declared(OUTSIDE, b"&x;&y;"))


def a_big_part(suffix: str) -> bytes:
    """90 MB of XML in one part, of random enough text to stay under the ratio."""
    noise = b"".join(b"%x" % (n * 2654435761 % 2**64) for n in range(600_000))
    return office(suffix, _body(b"<w:p><w:r><w:t>" + noise + b"</w:t></w:r></w:p>" * 10))


def deep_xml() -> bytes:
    return office(".docx", _body(b"<w:sdt><w:sdtContent>" * 5_000 + b"</w:sdtContent></w:sdt>" * 5_000))


def huge_word_table() -> bytes:
    cell = b"<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"
    return office(".docx", _body(b"<w:tbl>" + (b"<w:tr>" + cell * 20 + b"</w:tr>") * 4_000 + b"</w:tbl>"))


def styles_in_a_ring() -> bytes:
    ring = b"".join(
        b'<w:style w:type="paragraph" w:styleId="S%d"><w:basedOn w:val="S%d"/></w:style>' % (n, (n + 1) % 500)
        for n in range(500)
    )

    def change(name: str, data: bytes) -> bytes:
        data = data.replace(b"</w:styles>", ring + b"</w:styles>") if name == "word/styles.xml" else data
        return data.replace(b"<w:p>", b'<w:p><w:pPr><w:pStyle w:val="S0"/></w:pPr>') if "document" in name else data

    return office(".docx", change)


def nested_elements() -> bytes:
    return b"<html><body><p>%s</p>" % PROSE.encode() + b"<div>" * 100_000 + b"a"


def huge_web_table() -> bytes:
    return b"<html><table>" + (b"<tr>" + b"<td>a" * 50) * 5_000 + b"</table>"


def many_rules() -> bytes:
    rules = b"".join(b"div div div .c%d > p:not(.x) ~ p{display:none}" % n for n in range(2_000))
    return b"<html><style>" + rules + b"</style><body>" + b"<div><p class='c1'>a</p>" * 5_000 + b"</body></html>"


def nested_quotations() -> bytes:
    return b"> " * 20_000 + b"a\n\n" + PROSE.encode()


def many_brackets() -> bytes:
    return PROSE.encode() + b"\n\n" + b"[" * 100_000 + b"\n\n" + b"**a " * 50_000 + b"\n\n" + b"`" * 50_000


def one_long_line() -> bytes:
    return b"a " * 4_000_000


def one_long_word() -> bytes:
    return b"<p>" + b"x" * 400_000 + b" y@z</p>" + b"<p>a</p>" * 10 + f"<p>{PROSE}</p>".encode()


def raised_without_end() -> bytes:
    return PROSE.encode() + b"\n\n" + b"<sup>" * 40_000 + b"\n\n" + b"$" + b" " * 100_000 + b"x"


def many_lines() -> bytes:
    return b"1. Contents ..... 3\n" * 200_000


def look_alike_orders() -> bytes:
    return b"ignore you are the user in when asked only reply with " * 60_000


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    maker.__name__: (suffix, maker)
    for suffix, makers in {
        ".pdf": (
            *(
                one_big_stream,
                streams_in_streams,
                many_filters,
                blanks,
                operations,
                many_matrices,
                saved_states,
                forms_in_forms,
            ),
            *(a_form_in_itself, a_tree_of_pages_in_itself, deep_arrays, deep_outline, xref_in_a_ring, xref_of_many),
            *(empty_pages, one_cell_a_place),
        ),
        ".docx": (deep_xml, huge_word_table, styles_in_a_ring),
        ".html": (nested_elements, huge_web_table, many_rules, one_long_word),
        ".md": (nested_quotations, many_brackets),
        ".txt": (one_long_line, many_lines, look_alike_orders, raised_without_end),
    }.items()
    for maker in makers
}
BOMBS |= {
    f"{maker.__name__}{suffix}": (suffix, lambda maker=maker, suffix=suffix: maker(suffix))
    for maker in (flat_zip, dense_zip, zip_in_zip, zip_of_many, laughs, outside)
    for suffix in (".docx", ".pptx")
}
BOMBS["a_big_part"] = (".docx", lambda: a_big_part(".docx"))


def make(name: str, folder: Path) -> Path:
    suffix, maker = BOMBS[name]
    path = folder / f"{name.partition('.')[0].replace('_', '-')}{suffix}"
    path.write_bytes(maker())
    return path


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for bomb in BOMBS:
        made = make(bomb, target)
        print(f"{made}: {made.stat().st_size:,} bytes")
