"""Plain text that the tests write, then the published documents' text: headings told, lists led, furniture gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.errors import UnreadableSource
from corpus.types import Block, BlockKind, Section
from ingest.readers.text import read_text

BODY = "The garden behind the clinic was dug by neighbours and it feeds the kitchen all summer long."


def read(tmp_path: Path, text: str) -> tuple[Section, ...]:
    path = tmp_path / "document.txt"
    path.write_text(text, encoding="utf-8")
    return read_text(path)


def blocks_of(sections: tuple[Section, ...]) -> list[Block]:
    return [block for section in sections for block in section.blocks]


def paths(sections: tuple[Section, ...]) -> list[tuple[str, ...]]:
    return [section.heading_path for section in sections]


def test_a_short_line_alone_above_text_is_a_heading(tmp_path: Path) -> None:
    found = read(
        tmp_path, f"Gardens\n\n{BODY}\n\nWhy they matter\n\n{BODY}\n\n{BODY}\n\nA line with a stop.\n\n{BODY}\n"
    )
    assert paths(found) == [("Gardens",), ("Why they matter",)]
    assert len(found[1].blocks) == 4


def test_lines_that_head_nothing_are_paragraphs(tmp_path: Path) -> None:
    found = read(
        tmp_path, f"Gardens\n\n{BODY}\n\nAnn Other, Head Gardener\n\n{BODY}\n\nFigure 2: Beds by year\n\nBen\n\nCarla\n"
    )
    assert paths(found) == [("Gardens",)]


def test_numbers_and_the_contents_list_give_the_depth(tmp_path: Path) -> None:
    listed = "Contents\n\nForeword\t3\nGrowing food\t5\n1. Digging.....\t6\n2. Sowing.....\t7\nConclusion\t9\n"
    digging = f"1. Digging\n\n{BODY}\n\nTools\n\n{BODY}\n\n2. Sowing\n\n{BODY}"
    text = f"{listed}\n\nForeword\n\n{BODY}\n\nGrowing food\n\n{digging}\n\nConclusion\n\n{BODY}\n"
    found = read(tmp_path, text)
    assert paths(found) == [
        ("Foreword",),
        ("Growing food", "1. Digging"),
        ("Growing food", "1. Digging", "Tools"),
        ("Growing food", "2. Sowing"),
        ("Conclusion",),
    ]


@pytest.mark.parametrize("label", ["# CASE STUDY", "## CASE STUDY", "#### CASE STUDY"])
@pytest.mark.parametrize("trust", ["## Ashby Hospital", "### Ashby Hospital"])
def test_marks_of_any_depth_put_the_name_under_its_chapter(tmp_path: Path, label: str, trust: str) -> None:
    chapter = f"## HOUSING\n\n# 4\n\n{BODY}\n\n{label}\n\n{trust}\n\n{BODY}\n\n"
    found = read(tmp_path, f"# FOOD\n\n# 3\n\n{BODY}\n\n### Beds\n\n{BODY}\n\n{chapter}# PLACES\n\n# 5\n\n{BODY}\n")
    assert paths(found) == [("FOOD",), ("FOOD", "Beds"), ("HOUSING",), ("HOUSING", "Ashby Hospital"), ("PLACES",)]


def test_generic_headings_nest_under_the_name_above_them(tmp_path: Path) -> None:
    part = "\n\n## {name}\n\n{body}\n\n## Impact\n\n{body}"
    parts = "".join(part.format(name=name, body=BODY) for name in ("Ashby Hospital", "Barton Hospital"))
    found = read(tmp_path, f"# Studies\n\n{BODY}{parts}\n")
    assert paths(found)[2::2] == [("Studies", "Ashby Hospital", "Impact"), ("Studies", "Barton Hospital", "Impact")]


def test_items_hang_from_their_introduction(tmp_path: Path) -> None:
    listed = "- **one**: dig\n• two\n* three\n- ✓ four\n❑ five\n1. six\n- 1 seven"
    kinds = [(block.kind, block.text) for block in blocks_of(read(tmp_path, f"They do this:\n\n{listed}\n\n{BODY}\n"))]
    assert [text for kind, text in kinds if kind is BlockKind.ITEM] == [
        "one: dig", "two", "three", "four", "five", "six", "1 seven",
    ]  # fmt: skip
    found = blocks_of(read(tmp_path, "They do this:\n- 1 dig\n- 2 sow\n- 3 reap\n"))
    assert found[0].leads and [block.text for block in found[1:]] == ["dig", "sow", "reap"]


def test_wrapped_lines_are_joined_and_lines_ended_on_purpose_are_not(tmp_path: Path) -> None:
    found = blocks_of(
        read(tmp_path, "We dug the\ngarden at the\nback.\n\nAnn Other,  \nHead Gardener  \nCo-chair of the beds\n")
    )
    assert [block.text for block in found] == [
        "We dug the garden at the back.",
        "Ann Other,",
        "Head Gardener",
        "Co-chair of the beds",
    ]


def test_tables_keep_their_header_and_lose_it_where_a_page_repeats_it(tmp_path: Path) -> None:
    rows = "Policy\tWhat it says\nPlan A ²⁰\t<p>" + BODY + "</p>\nPlan B\t<p>" + BODY + " Also 'place-based'</p>\n"
    found = blocks_of(
        read(tmp_path, f"Table 1: Plans\n\n{rows}\n\n\nPolicy\n\nWhat it says\n\npartnerships will come.\n")
    )
    assert [block.kind.value for block in found] == ["paragraph", "header", "row", "row"]
    assert found[1].leads and found[2].text == f"Plan A\t{BODY}"
    assert found[3].text.endswith("'place-based' partnerships will come.")


def test_a_list_of_terms_has_no_header(tmp_path: Path) -> None:
    found = blocks_of(read(tmp_path, "Acronyms\n\nAB\tArea Board\nCD\tCommunity Dig\nEF\tEvery Family\n"))
    assert [block.kind for block in found] == [BlockKind.ROW] * 3


def test_quotations_and_contacts_are_told_apart(tmp_path: Path) -> None:
    said = "“ *We dug all day and nobody wanted to go home at night.*\n\n“Good,” they said, and dug on for hours."
    ann = "Ann Other, *Head Gardener* – ann.other@example.org"
    ben = "Ben Elder, gardener\n\n[b@example.org](mailto:b@example.org)"
    found = blocks_of(read(tmp_path, f"# Gardens\n\n{said}\n\n# More\n\n## Further information\n\n{ann}\n\n{ben}\n"))
    assert [block.kind.value for block in found] == ["quotation", "paragraph", "contact", "contact"]
    assert found[0].text == "We dug all day and nobody wanted to go home at night."
    assert found[3].text == "Ben Elder, gardener b@example.org"


def test_furniture_of_web_pages_and_descriptions_of_pictures_go(tmp_path: Path) -> None:
    above = "Your browser is too old for this website.\nSkip to main content\n\n"
    picture = "A photograph of two women at a desk. They hold a book.\n\n"
    below = "Further reading\n\nOther gardens we know\n\n[Read more](#)\n\nGet social\n\nFollow us on Twitter\n\n"
    reach = "Contact us\n\n020 7946 0000\n\ninfo@example.org\n\nCopyright The Gardeners 2022.\n"
    found = read(tmp_path, f"{above}1. Gardens\n\n{BODY}\n\n{picture}{BODY}\n\n{below}{reach}")
    text = " ".join(block.text for block in blocks_of(found))
    assert text == f"{BODY} {BODY} 020 7946 0000 info@example.org"


def test_side_headers_in_capitals_that_repeat_the_title_go(tmp_path: Path) -> None:
    found = read(tmp_path, f"# Growing together\n\n## A guide\n\n### Why\n\nGROWING  \nTOGETHER  \nA GUIDE\n\n{BODY}\n")
    assert [block.text for block in blocks_of(found)] == [BODY]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_usual_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "document.txt"
    path.write_bytes("It’s £5 – “good” food for everyone who comes to us".encode(encoding))
    assert blocks_of(read_text(path))[0].text == "It’s £5 – “good” food for everyone who comes to us"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7 and so on", r"\.pdf file under a wrong name"),
        (b"PK\x03\x04rest", r"\.docx or \.pptx"),
        (bytes(range(256)) * 10, "no letters"),
        (b"\xff\xfe\x00", "no letters"),
        (b"", "holds no text"),
        (b" \n\n \t\n", "holds no text"),
    ],
)
def test_what_is_no_text_is_named_with_the_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    with pytest.raises(UnreadableSource, match=reason):
        read_text(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="cannot be opened"):
        read_text(tmp_path / "none.txt")


def published(folder: Path, name: str) -> tuple[Section, ...]:
    [path] = (folder / "text").glob(f"{name}*.txt")
    return read_text(path)


def test_every_trusts_sections_stand_under_the_trust(shared_sources: Path) -> None:
    impact = [path for path in paths(published(shared_sources, "ucl")) if path[-1:] == ("Impact",)]
    assert len({path[1] for path in impact if re.search("NHS|Hospital", path[1])}) == len(impact) == 4
    nested = [path for path in paths(published(shared_sources, "nhs-providers")) if "NHS" in path[-1]]
    assert len(nested) >= 5 and all(len(path) == 2 and path[0].isupper() for path in nested)


def test_both_forms_of_a_document_have_the_same_headings(shared_sources: Path) -> None:
    from ingest.readers.pdf import read_pdf

    for path in shared_sources.glob("*.pdf"):
        printed = dict.fromkeys(path_[-1].lower() for path_ in paths(read_pdf(path)) if path_)
        plain = dict.fromkeys(
            path_[-1].lower() for path_ in paths(read_text(shared_sources / "text" / f"{path.stem}.txt")) if path_
        )
        assert list(printed) == list(plain)


def test_no_block_of_the_published_texts_holds_marks_of_conversion(shared_sources: Path) -> None:
    for path in (shared_sources / "text").glob("*.txt"):
        for block in blocks_of(read_text(path)):
            assert not re.search(r"\*\*|\]\(|\^\{|</?p>|[⁰-⁹¹²³]|\\\(|  |^#+ ", block.text), block.text
            assert not re.match(r"(?i)skip to|read more|follow us|a photograph of", block.text)
            assert block.page is None
