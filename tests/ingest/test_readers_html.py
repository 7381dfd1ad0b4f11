"""Web pages: the article is read, the site around it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import UnreadableSource
from corpus.types import BlockKind, Section
from ingest.readers import read_file
from ingest.readers.html import read_html
from tests.ingest.coverage import foreign_share, word_coverage

PROSE = "The trust pays every member of its staff at least the living wage, wherever they work. " * 3
NAME = "health-foundation-2022-framework-nhs-action"


def read(folder: Path, body: str, head: str = "") -> tuple[Section, ...]:
    path = folder / "page.html"
    path.write_text(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")
    return read_html(path)


def told(sections: tuple[Section, ...]) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for section in sections for block in section.blocks]


def words(sections: tuple[Section, ...]) -> str:
    return "\n".join(block.text for section in sections for block in section.blocks if not block.doubt)


def test_headings_make_the_path_and_the_order_is_kept(tmp_path: Path) -> None:
    sections = read(
        tmp_path, "<h1>Guide</h1><p>One.</p><h2>Jobs</h2><p>Two.</p><h4>Pay</h4><p>Three.</p><h2>Homes</h2><p>4.</p>"
    )
    assert [section.heading_path for section in sections] == [
        ("Guide",),
        ("Guide", "Jobs"),
        ("Guide", "Jobs", "Pay"),
        ("Guide", "Homes"),
    ]
    assert [section.blocks[0].text for section in sections] == ["One.", "Two.", "Three.", "4."]


@pytest.mark.parametrize(
    "site",
    [
        "<nav><ul><li><a href='/'>SITEWORD</a></li></ul></nav>",
        "<header><p>SITEWORD</p></header>",
        "<div class='cookie-banner'><p>SITEWORD</p></div>",
        "<div class='site newsletter-signup'><p>SITEWORD</p></div>",
        "<div role='navigation'>SITEWORD</div>",
        "<script>SITEWORD</script>",
        "<p hidden>SITEWORD</p>",
        "<p style='color:red; display : none'>SITEWORD</p>",
        "<div aria-hidden='true'>SITEWORD</div>",
        "<!-- SITEWORD -->",
        "<aside><h3>SITEWORD</h3></aside>",
        "<form><label>SITEWORD</label></form>",
        "<p>Skip to main content</p>",
        "<p>We use cookies to make this site better. SITEWORD.</p>",
        "<p><a href='#'>SITEWORD now</a></p>",
        "<p><a href='#'>SITEWORD</a> | <a href='#'>Terms</a> | Pay</p>",
        "<h2>References</h2><ol><li>Smith SITEWORD et al. A study of things, 2019.</li></ol>",
        "<p>Share this page:</p><p>SITEWORD</p>",
        "<p>You might also like...</p><p>SITEWORD</p><p>An essay on SITEWORD and...</p>",
        "<p>Copyright SITEWORD 2024. Registered charity.</p>",
    ],
)
def test_the_site_is_left_out(tmp_path: Path, site: str) -> None:
    text = words(read(tmp_path, f"<h1>Guide</h1><p>{PROSE}</p>{site}"))
    assert "living wage" in text
    assert "SITEWORD" not in text
    assert "Skip to" not in text


def test_classes_that_only_resemble_a_site_s_are_kept(tmp_path: Path) -> None:
    boxes = "<div class='social-care'>Social care matters.</div><div class='shared'>We share.</div>"
    body = f"<h1>G</h1><p>{PROSE}</p>{boxes}"
    assert "Social care matters.\nWe share." in words(read(tmp_path, body))


def test_boxes_and_heads_within_the_article_are_kept(tmp_path: Path) -> None:
    body = f"""<form><main><h1>G</h1><section><header><h2>Jobs</h2></header><p>{PROSE}</p></section>
        <aside><p>Case study: the trust gave a hundred young people from the town a first job with pay.</p></aside>
        <p>Lead: <a href='/x'>Barts Health</a></p></main></form>"""
    sections = read(tmp_path, body)
    assert [section.heading_path for section in sections] == [("G", "Jobs")]
    assert "Case study" in words(sections) and "Lead: Barts Health" in words(sections)


def test_a_page_nested_without_end_is_refused_or_read(tmp_path: Path) -> None:
    body = "<div>" * 20_000 + PROSE
    (tmp_path / "deep.html").write_text(f"<html><body><p>{PROSE}</p>{body}")
    try:
        assert "living wage" in words(read_file(tmp_path / "deep.html"))
    except UnreadableSource as error:
        assert "damaged" in error.reason


def test_an_element_with_most_of_the_words_is_never_the_site_s(tmp_path: Path) -> None:
    assert "living wage" in words(
        read(tmp_path, f"<div class='page nav sidebar'><h1>G</h1><p>{PROSE}</p></div><p>x</p>")
    )


def test_contact_details_stay_wherever_they_stand(tmp_path: Path) -> None:
    body = f"""<main><h1>Guide</h1><h2>Jobs</h2><p>{PROSE}</p>
        <p>For more information contact:</p><p>jo.bloggs@example.nhs.uk</p>
        <h2>Further reading</h2><p>A teaser</p><p>Contact us</p><p>020 7946 0000</p></main>
        <footer><script>"x@example.org"</script><p>Sitemap</p><p>Write to team@example.org</p></footer>"""
    sections = read(tmp_path, body)
    contacts = [
        (section.heading_path, block)
        for section in sections
        for block in section.blocks
        if block.kind is BlockKind.CONTACT
    ]
    assert [block.text for _, block in contacts] == [
        "For more information contact:",
        "jo.bloggs@example.nhs.uk",
        "020 7946 0000",
        "Write to team@example.org",
    ]
    assert contacts[0][1].leads
    assert [path for path, _ in contacts] == [("Guide", "Jobs")] * 2 + [("Guide", "Contact us"), ("Guide",)]
    assert "teaser" not in words(sections) and "Sitemap" not in words(sections)


def test_an_address_and_a_figure_are_told_apart(tmp_path: Path) -> None:
    body = "<h1>G</h1><p>It cost £1,295,152 in 2020 2021.</p><address>1 Hill Road, Leeds</address>"
    assert told(read(tmp_path, body)) == [
        ("paragraph", "It cost £1,295,152 in 2020 2021."),
        ("contact", "1 Hill Road, Leeds"),
    ]


@pytest.mark.parametrize(
    "contents",
    [
        "<p>Contents</p><h2>1. Jobs</h2><h2>2. Homes</h2>",
        "<h2>On this page</h2><ul><li><a href='#j'>Jobs</a></li><li><a href='#h'>Homes</a></li></ul>",
        "<p>Contents</p><p>1. Jobs .... 4</p><p>2. Homes .... 7</p>",
    ],
)
def test_a_contents_list_is_no_evidence(tmp_path: Path, contents: str) -> None:
    sections = read(
        tmp_path, f"<h1>G</h1>{contents}<h2>1. Jobs</h2><p>Jobs text.</p><h2>2. Homes</h2><p>Homes text.</p>"
    )
    assert [section.heading_path for section in sections] == [("G", "1. Jobs"), ("G", "2. Homes")]
    assert told(sections) == [("paragraph", "Jobs text."), ("paragraph", "Homes text.")]


def test_a_paragraph_cut_in_two_is_joined_and_a_list_is_not(tmp_path: Path) -> None:
    lists = "<ul><li>hire</li></ul><ul><li>train</li></ul>"
    body = f"<p>The trust helps people</p><p>to find work. It does:</p>{lists}<p>Then more.</p>"
    sections = read(tmp_path, body)
    assert told(sections) == [
        ("paragraph", "The trust helps people to find work. It does:"),
        ("item", "hire"),
        ("item", "train"),
        ("paragraph", "Then more."),
    ]
    assert [block.leads for block in sections[0].blocks] == [True, False, False, False]


def test_nested_lists_keep_each_item_once(tmp_path: Path) -> None:
    body = "<ul><li>Work:<ul><li>jobs</li><li>pay</li></ul></li><li><p>Homes</p></li></ul>"
    assert told(read(tmp_path, body)) == [("item", "Work:"), ("item", "jobs"), ("item", "pay"), ("item", "Homes")]


def test_a_table_gives_its_header_and_tabbed_rows(tmp_path: Path) -> None:
    body = """<p>Table 1: Costs</p><table><tr><td>Item</td><td>Cost in pounds</td></tr>
        <tr><td><p>Homes</p></td><td>&lt;p&gt;Ten&lt;/p&gt; &lt;p&gt;a week&lt;/p&gt;</td></tr>
        <tr><td>Jobs</td><td>The rest of it, as 'place</td></tr></table>
        <p>Item</p><p>Cost in pounds</p><p>based' work does.</p>"""
    sections = read(tmp_path, body)
    assert told(sections) == [
        ("paragraph", "Table 1: Costs"),
        ("header", "Item\tCost in pounds"),
        ("row", "Homes\tTen a week"),
        ("row", "Jobs\tThe rest of it, as 'place based' work does."),
    ]
    assert [block.leads for block in sections[0].blocks] == [True, True, False, False]


def test_a_header_without_its_corner_stands_over_its_columns(tmp_path: Path) -> None:
    body = "<table><tr><th>Inside</th><th>Outside</th></tr><tr><td>People</td><td>Care</td><td>Jobs</td></tr></table>"
    assert told(read(tmp_path, body)) == [("header", "\tInside\tOutside"), ("row", "People\tCare\tJobs")]


def test_marks_links_bold_and_spaces_are_repaired(tmp_path: Path) -> None:
    links = "<a href='#'></a> a <a href='/x'>link</a>.²"
    body = f"<p>A <b>bold</b> word,<sup>1,2</sup> 5\u00a0m<sup>2</sup>, the 1<sup>st</sup>,{links}</p>"
    assert words(read(tmp_path, body)) == "A bold word, 5 m², the 1st, a link."


def test_a_quotation_is_one_block_with_its_speaker(tmp_path: Path) -> None:
    body = "<blockquote><p>We changed lives.</p><footer>Ann, nurse</footer></blockquote>"
    assert told(read(tmp_path, body)) == [("quotation", "We changed lives. Ann, nurse")]


@pytest.mark.parametrize(
    "data",
    [
        "<html><body><p>Café – ‘hello’</p>".encode("utf-16"),
        b"\xef\xbb\xbf" + "<html><body><p>Café – ‘hello’</p>".encode(),
        "<html><head><meta charset='windows-1252'></head><body><p>Café – ‘hello’</p>".encode("cp1252"),
    ],
)
def test_the_charset_is_found(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(data)
    assert words(read_html(path)) == "Café – ‘hello’"


@pytest.fixture(scope="module")
def real(shared_sources: Path) -> tuple[str, tuple[Section, ...]]:
    """The body of the real page as text, without its contents list, byline and end matter; and its sections."""
    text = (shared_sources / "text" / f"{NAME}.txt").read_text(encoding="utf-8")
    body = text[text.index("Key points") : text.index("\nReferences\n")]
    contact = text[text.index("Contact us") : text.index("Copyright")]
    return body.replace("[Download the framework](#)", "") + contact, read_html(shared_sources / f"{NAME}.html")


def test_the_real_page_is_covered_and_clean(real: tuple[str, tuple[Section, ...]]) -> None:
    text, sections = real
    assert word_coverage(text, sections) >= 0.98
    assert foreign_share(text, sections) < 0.01


def test_the_real_page_has_its_outline(real: tuple[str, tuple[Section, ...]]) -> None:
    _, sections = real
    ends = [section.heading_path[-1] for section in sections]
    assert ends[0] == "Key points" and ends[-1] == "Contact us"
    assert {block.text for block in sections[-1].blocks} == {"020 7257 8000", "info@health.org.uk"}
    assert len({section.heading_path[0] for section in sections}) == 1
    assert sum(block.kind is BlockKind.HEADER for section in sections for block in section.blocks) == 2
