"""The parsing process: what crosses its border, and that nothing a file does can stop the run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import UnreadableSource
from ingest.readers import read_file
from ingest.sandbox import ADDRESS_SPACE_BYTES, ROOT, read_in_sandbox, sandbox
from tests.pace import slowness

PROSE = "The trust pays a living wage to all of its staff, wherever they work."


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(
        f"<h1>Pay</h1><p>{PROSE}</p><ul><li>fair</li></ul><table><tr><td>A</td><td>B</td></tr><tr><td>1</td><td>2</td></tr></table>"
    )
    return path


def pdf_of(path: Path, content: bytes, pages: int) -> Path:
    """A PDF whose pages share nothing but their content: streams that unpack to ``content``."""
    packed = zlib.compress(content, 9)
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>"]
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(pages))
    parts[1] = parts[1] % (pages, kids)
    for number in range(pages):
        font = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
        parts.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources%s/Contents %d 0 R>>" % (font, 4 + 2 * number)
        )
        parts.append(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed))
    data, offsets = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(parts) + 1,
        table,
        len(parts) + 1,
        len(data),
    )
    path.write_bytes(data)
    return path


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A PDF of some 100 kB that takes pypdf far longer than a minute."""
    return pdf_of(tmp_path / "endless.pdf", b"BT /F 9 Tf " + b"(a) Tj 0 1 Td " * 120_000 + b"ET", 40)


def refusal(read: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(UnreadableSource) as caught:
        read(path)
    assert caught.value.path == path
    return caught.value.reason


def test_sections_cross_the_border_as_they_are(page: Path) -> None:
    assert read_in_sandbox(page) == read_file(page)


def test_an_unreadable_source_crosses_the_border(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    assert refusal(read_in_sandbox, tmp_path / "a.pdf") == refusal(read_file, tmp_path / "a.pdf")


def test_a_name_that_is_no_utf8_is_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9\n.md")
    path.write_text(PROSE)
    assert read_in_sandbox(path)[0].blocks[0].text == PROSE


def test_one_child_reads_many_files(page: Path) -> None:
    ballast = bytearray(400_000_000)  # a large parent must not make its child seem large
    with sandbox() as read:
        seen = set()
        for _ in range(20):
            read(page)
            seen.add(only_child())
    assert len(seen) == 1 and len(ballast) == 400_000_000


def test_a_slow_file_is_stopped_and_the_next_is_read(endless: Path, page: Path) -> None:
    limit_s = float(round(6 * slowness()))  # within which the next is read
    with sandbox(timeout_s=limit_s) as read:
        start = time.monotonic()
        assert f"took longer than {limit_s:g} s" in refusal(read, endless)
        assert time.monotonic() - start < limit_s + 2
        assert read(page)[0].heading_path == ("Pay",)


def test_processor_time_is_limited_for_each_file(endless: Path, page: Path) -> None:
    with sandbox(timeout_s=60.0, cpu_s=2) as read:
        assert "needs too much computing" in refusal(read, endless)
        assert read(page)[0].heading_path == ("Pay",)


def test_a_pdf_that_unpacks_to_much_is_refused_or_bounded(tmp_path: Path) -> None:
    bomb = pdf_of(tmp_path / "bomb.pdf", b" " * 70_000_000, 5)
    start = time.monotonic()
    assert refusal(read_in_sandbox, bomb)
    assert time.monotonic() - start < 30 * slowness()


def test_a_child_that_is_killed_is_replaced(page: Path, endless: Path) -> None:
    with sandbox(timeout_s=60.0) as read:
        read(page)
        child = only_child()
        os.kill(child, signal.SIGKILL)
        assert read(page)[0].heading_path == ("Pay",)
        assert only_child() != child


def test_a_child_killed_at_work_makes_its_file_unreadable(endless: Path) -> None:
    killer = threading.Timer(3 * slowness(), lambda: os.kill(only_child(), signal.SIGKILL))
    killer.start()
    assert "was killed" in refusal(read_in_sandbox, endless)
    killer.join()


def test_no_child_is_left_behind(page: Path) -> None:
    with sandbox() as read:
        read(page)
        child = only_child()
    assert not Path(f"/proc/{child}").exists()


def confined(code: str) -> subprocess.CompletedProcess[str]:
    """Code run under the child's own confinement."""
    whole = f"from ingest import sandbox\nsandbox._confine()\n{code}"
    return subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.parametrize(
    "code, error",
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "PermissionError"),
        ("import socket; socket.getaddrinfo('localhost', 80)", "PermissionError"),
        ("import os; os.system('true')", "PermissionError"),
        ("import subprocess; subprocess.run(['true'])", "PermissionError"),
        ("import os; os.fork()", "PermissionError"),
        (f"bytearray({ADDRESS_SPACE_BYTES})", "MemoryError"),
    ],
)
def test_the_child_may_open_no_socket_start_no_program_and_take_no_more_memory(code: str, error: str) -> None:
    assert error in confined(code).stderr


def test_the_child_may_write_no_file(tmp_path: Path) -> None:
    target = tmp_path / "written"
    assert "OSError" in confined(f"open({str(target)!r}, 'wb', buffering=0).write(b'x')").stderr
    assert target.stat().st_size == 0


def test_the_child_starts_light_and_gets_no_secrets(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORLINE_SECRET", "hush")
    with sandbox() as read:
        start = time.monotonic()
        read(page)
        assert time.monotonic() - start < 5 * slowness()  # about 0.4 s on a quiet machine
        child = only_child()
        assert b"hush" not in Path(f"/proc/{child}/environ").read_bytes()
        mapped = Path(f"/proc/{child}/maps").read_text()
        assert "torch" not in mapped and "chromadb" not in mapped and "onnxruntime" not in mapped


def test_nonsense_from_the_child_is_an_unreadable_source() -> None:
    from ingest.sandbox import _ChildLost, _decoded

    for nonsense in (
        [],
        {},
        {"unreadable": None, "spent": False, "sections": [{"heading_path": [], "blocks": [{"text": 1}]}]},
    ):
        with pytest.raises(_ChildLost):
            _decoded(json.dumps(nonsense).encode())


def children() -> list[int]:
    """The parsing processes that this test run has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            if parent == os.getpid() and b"ingest.sandbox" in command:
                found.append(int(entry.name))
    return found


def only_child() -> int:
    found = children()
    assert len(found) == 1
    return found[0]
