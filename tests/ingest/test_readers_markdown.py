"""Markdown files."""

from __future__ import annotations

from pathlib import Path

from corpus.types import Section
from ingest.readers.markdown import read_markdown


def read(folder: Path, text: str, charset: str = "utf-8") -> tuple[Section, ...]:
    path = folder / "notes.md"
    path.write_bytes(text.encode(charset))
    return read_markdown(path)


def told(sections: tuple[Section, ...]) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for section in sections for block in section.blocks]


def test_both_kinds_of_heading_make_the_path(tmp_path: Path) -> None:
    sections = read(tmp_path, "Guide\n=====\n\nOne.\n\nJobs\n----\n\nTwo.\n\n### Pay ###\n\nThree.\n")
    assert [section.heading_path for section in sections] == [("Guide",), ("Guide", "Jobs"), ("Guide", "Jobs", "Pay")]


def test_front_matter_is_skipped_and_a_rule_is_not(tmp_path: Path) -> None:
    assert told(read(tmp_path, "---\ntitle: Secret\ntags: [a]\n---\n\nText.\n\n---\n\nMore.\n")) == [
        ("paragraph", "Text."),
        ("paragraph", "More."),
    ]


def test_a_list_knows_its_lead(tmp_path: Path) -> None:
    sections = read(tmp_path, "We will:\n\n- hire **local** people\n- pay\n  well\n  1. fairly\n\nThe end.\n")
    assert told(sections) == [
        ("paragraph", "We will:"),
        ("item", "hire local people"),
        ("item", "pay well"),
        ("item", "fairly"),
        ("paragraph", "The end."),
    ]
    assert [block.leads for block in sections[0].blocks] == [True, False, False, False, False]


def test_a_table_has_header_and_rows(tmp_path: Path) -> None:
    sections = read(tmp_path, "| Trust | Cost |\n|---|---:|\n| Leeds | **£5** |\n")
    assert told(sections) == [("header", "Trust\tCost"), ("row", "Leeds\t£5")]
    assert sections[0].blocks[0].leads


def test_links_are_words_and_images_html_code_and_notes_are_dropped(tmp_path: Path) -> None:
    text = (
        "See [the toolkit](https://example.org 'title') and ![a picture](x.png)<b>this</b>.[^1] Done<sup>2</sup>.\n\n"
        "<div>raw block</div>\n\n```\nfenced = code\n```\n\n> Spoken\n> words.\n\n[^1]: A footnote of several words.\n"
    )
    assert told(read(tmp_path, text)) == [
        ("paragraph", "See the toolkit and this. Done."),
        ("quotation", "Spoken words."),
    ]


def test_a_file_in_an_old_charset_is_read(tmp_path: Path) -> None:
    text = "The café – a ‘social’ enterprise – helps people find their way back to work, and into good homes.\n" * 3
    assert "café – a ‘social’" in told(read(tmp_path, text, "cp1252"))[0][1]


def test_a_contents_list_is_no_evidence(tmp_path: Path) -> None:
    text = "# G\n\n## Contents\n\n- [Jobs](#jobs)\n- [Homes](#homes)\n\n## Jobs\n\nOne.\n\n## Homes\n\nTwo.\n"
    assert told(read(tmp_path, text)) == [("paragraph", "One."), ("paragraph", "Two.")]
