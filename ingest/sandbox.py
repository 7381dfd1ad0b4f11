"""Documents are parsed in a process of their own, which can be killed: a hostile file may cost a minute, never the run.

The child has limits on processor time, memory and files that the operating system enforces, and gets no environment
but what Python needs. Python's audit hook stops it from opening sockets and starting programs: that holds for Python
code and for mistakes; it is no wall against machine code smuggled in through a flaw of a C library. Replies are JSON,
never pickled, so that nothing the child says can run here. A child that dies or has grown fat is replaced.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import UnreadableSource
from corpus.types import Block, BlockKind, Section
from ingest.readers import read_file
from ingest.readers.inspection import MAX_FILE_MB, MAX_PAGES

TIMEOUT_S = 60.0
CPU_S = 45
ADDRESS_SPACE_BYTES = 640_000_000  # all readers together map under 100 MB; the rest bounds the resident size
FAT_BYTES = 300_000_000
MAX_TEXT_BYTES = 20_000_000
MAX_REPLY_BYTES = 4 * MAX_TEXT_BYTES
PDF_FILTER_BYTES = 20_000_000
FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pty.",
    "ctypes.",
)
ROOT = Path(__file__).resolve().parents[1]

_TOO_MUCH = f"holds more than {MAX_TEXT_BYTES // 1_000_000} MB of text; split it"

Read = Callable[[Path], tuple[Section, ...]]


@dataclass(frozen=True, slots=True)
class _Reply:
    """What the child says of one file: its sections, or why it is unreadable. ``spent`` asks for a new child."""

    sections: tuple[Section, ...]
    unreadable: str | None
    spent: bool


class _ChildLost(Exception):
    """The child did not answer; the message says why, for ``UnreadableSource``."""


class _ChildDied(_ChildLost):
    """The child ended by itself; if it had read other files before, this one need not be why."""


def read_in_sandbox(path: Path, timeout_s: float = TIMEOUT_S) -> tuple[Section, ...]:
    """``read_file`` in a child process that is ended afterwards. For many files use ``sandbox``."""
    with sandbox(timeout_s) as read:
        return read(path)


@contextmanager
def sandbox(timeout_s: float = TIMEOUT_S, cpu_s: int = CPU_S) -> Iterator[Read]:
    """A function that reads one file after another in a child process.

    Each file may take ``timeout_s`` by the clock, the child's start included, and ``cpu_s`` of processor time.
    It raises ``UnreadableSource`` for a file that cannot be read or that ended the child; the next file gets a new one.
    """
    child: subprocess.Popen[bytes] | None = None

    def read(path: Path) -> tuple[Section, ...]:
        nonlocal child
        is_used = child is not None and child.poll() is None
        child = child if child is not None and is_used else _start(cpu_s)
        try:
            reply = _ask(child, path, timeout_s)
        except BaseException as error:
            _end(child)
            if isinstance(error, _ChildDied) and is_used:
                return read(path)
            if isinstance(error, _ChildLost):
                raise UnreadableSource(path, str(error)) from None
            raise
        if reply.spent:
            _end(child)
        if reply.unreadable is not None:
            raise UnreadableSource(path, reply.unreadable)
        return reply.sections

    try:
        yield read
    finally:
        if child is not None:
            _end(child)


def _start(cpu_s: int) -> subprocess.Popen[bytes]:
    """A child that waits for paths. It gets no settings and no secrets of this process."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-s", "-m", "ingest.sandbox", str(cpu_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env=environment,
        start_new_session=True,
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill the child, if it still runs, and forget its pipes."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def _ask(child: subprocess.Popen[bytes], path: Path, timeout_s: float) -> _Reply:
    """The child's reply on one file; ``_ChildLost`` if it dies, is too slow, or says too much or nonsense."""
    if child.stdin is None or child.stdout is None:
        raise _ChildLost("the parsing process has no pipes; run the command again")
    deadline = time.monotonic() + timeout_s
    try:
        child.stdin.write(json.dumps(os.fspath(path)).encode() + b"\n")
        size = int.from_bytes(_receive(child.stdout.fileno(), 8, deadline), "big")
        if size > MAX_REPLY_BYTES:
            raise _ChildLost(_TOO_MUCH)
        return _decoded(_receive(child.stdout.fileno(), size, deadline))
    except TimeoutError:
        raise _ChildLost(
            f"took longer than {timeout_s:g} s to read and was stopped; split it or save it again"
        ) from None
    except (EOFError, BrokenPipeError):
        raise _cause_of_death(child) from None


def _receive(pipe: int, size: int, deadline: float) -> bytes:
    """So many bytes from a pipe before the deadline."""
    received = bytearray()
    while len(received) < size:
        left_s = deadline - time.monotonic()
        if left_s <= 0 or not select.select([pipe], [], [], left_s)[0]:
            raise TimeoutError
        piece = os.read(pipe, min(size - len(received), 1 << 20))
        if not piece:
            raise EOFError
        received += piece
    return bytes(received)


def _cause_of_death(child: subprocess.Popen[bytes]) -> _ChildLost:
    """Why the child ended, in one sentence."""
    try:
        code = child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return _ChildLost("its parser stopped answering; save it again, or as another format")
    if code == -signal.SIGXCPU:
        return _ChildLost("needs too much computing to read and was stopped; split it or save it again")
    if code == -signal.SIGKILL:
        return _ChildDied("its parser was killed, most likely for want of memory; split it or free memory")
    if code < 0:
        return _ChildDied(f"its parser crashed ({signal.Signals(-code).name}); save it again, or as another format")
    return _ChildDied(f"its parser ended without an answer (exit code {code}); save it again, or as another format")


def _decoded(data: bytes) -> _Reply:
    """The reply, checked: the child has read what a stranger wrote, so its word is not taken."""
    try:
        reply = json.loads(data)
        unreadable = None if reply["unreadable"] is None else str(reply["unreadable"])
        sections = tuple(
            Section(tuple(map(str, section["heading_path"])), tuple(_block(block) for block in section["blocks"]))
            for section in reply["sections"]
        )
        return _Reply(sections, unreadable, bool(reply["spent"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _ChildLost("its parser gave an answer that makes no sense; save it again, or as another format") from None


def _block(told: dict[str, object]) -> Block:
    page = told["page"]
    if not (page is None or isinstance(page, int)):
        raise TypeError
    return Block(str(told["text"]), BlockKind(str(told["kind"])), page, told["leads"] is True, str(told["doubt"]))


def _serve(cpu_s: int) -> None:
    """The child: a path a line on standard input, a reply each on what was standard output."""
    replies = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints cannot garble a reply
    _confine()
    for request in sys.stdin:
        _limit_cpu(cpu_s)
        data = _encoded(_read(Path(json.loads(request))))
        with open(replies, "wb", closefd=False) as pipe:
            pipe.write(len(data).to_bytes(8, "big") + data)


def _confine() -> None:
    """Limits on memory and files, and no sockets or programs from Python code."""
    for limit, most in (
        (resource.RLIMIT_AS, ADDRESS_SPACE_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        with suppress(ValueError, OSError):  # a system that knows a limit but refuses it (macOS, RLIMIT_AS)
            resource.setrlimit(limit, (most, most))
    sys.addaudithook(_refuse)


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"{event} is not allowed while a document is read")


def _limit_cpu(cpu_s: int) -> None:
    """Allow the next file its own processor time, on top of what the process has used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + 1 + cpu_s, hard))


def _read(path: Path) -> _Reply:
    """The reply on one file."""
    try:
        if path.suffix.lower() == ".pdf":
            _bound_pdf_filters()
        sections = read_file(path)
    except UnreadableSource as error:
        return _Reply((), error.reason, _is_fat())
    except MemoryError:
        needs_mb = ADDRESS_SPACE_BYTES // 1_000_000
        return _Reply((), f"needs more than {needs_mb} MB of memory to read; split it or shrink its pictures", True)
    blocks = [block for section in sections for block in section.blocks]
    if sum(len(block.text.encode("utf-8", "replace")) for block in blocks) > MAX_TEXT_BYTES:
        return _Reply((), _TOO_MUCH, True)
    if max((block.page or 0 for block in blocks), default=0) > MAX_PAGES:
        return _Reply((), f"has more than {MAX_PAGES} pages; split it", True)
    return _Reply(sections, None, _is_fat())


def _encoded(reply: _Reply) -> bytes:
    """The reply as JSON; half a surrogate pair, which no file can hold, becomes a question mark."""
    return json.dumps(asdict(reply), ensure_ascii=False).encode("utf-8", "replace")


def _is_fat() -> bool:
    """Whether this process has held much memory. Not by getrusage, whose peak outlives exec: a child of a large process
    would seem large from birth."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return True  # no such file here: a new child for every file is slow, but safe
    peak_kb = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)
    return peak_kb * 1024 > FAT_BYTES


def _bound_pdf_filters() -> None:
    """Lower what pypdf lets one filter of one stream give out, before the first PDF is opened."""
    from pypdf import overwrite_configuration

    overwrite_configuration(
        maximum_declared_stream_length=MAX_FILE_MB * 1_000_000,
        array_based_stream_maximum_output_length=PDF_FILTER_BYTES,
        brotli_maximum_output_length=PDF_FILTER_BYTES,
        jbig2_maximum_output_length=PDF_FILTER_BYTES,
        lzw_maximum_output_length=PDF_FILTER_BYTES,
        run_length_maximum_output_length=PDF_FILTER_BYTES,
        zlib_maximum_output_length=PDF_FILTER_BYTES,
    )


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
