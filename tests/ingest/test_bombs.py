"""Each bomb ends as one line or as a sane reading, within the limits, and the file after it is read."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from corpus.errors import UnreadableSource
from ingest.sandbox import MAX_TEXT_BYTES, sandbox
from tests.ingest.bombs import BOMBS, PROSE, make
from tests.pace import slowness

CPU_S = round(4 * slowness(time.process_time))  # less than the product allows, so that the whole lot takes a minute
WALL_S = 100.0  # more than it allows: a busy machine must not decide
READ = {  # what is harmless once it is guarded is read
    "deep_outline",
    "xref_in_a_ring",
    "styles_in_a_ring",
    "outside.docx",
    "outside.pptx",
    "nested_quotations",
    "huge_word_table",
    "many_matrices",
    "one_long_word",
    "raised_without_end",
}
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_one_line_and_the_next_file_is_read(tmp_path: Path, name: str) -> None:
    bomb = make(name, tmp_path)
    good = tmp_path / "good.md"
    good.write_text(f"# Pay\n\n{PROSE}\n")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with sandbox(WALL_S, CPU_S) as read:
        start = time.monotonic()
        try:
            sections = read(bomb)
            text = " ".join(block.text for section in sections for block in section.blocks)
            assert len(text.encode()) <= MAX_TEXT_BYTES and "root:" not in text and "haha" not in text
            if name in READ:
                assert PROSE in text
        except UnreadableSource as error:
            assert name not in READ, error.reason
            assert error.path == bomb and "\n" not in error.reason and 10 < len(error.reason) < 300
        assert time.monotonic() - start < WALL_S + 2
        assert PROSE in read(good)[0].blocks[0].text
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < CPU_S + 6
