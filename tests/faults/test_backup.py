"""``backup`` and ``restore``: from an empty folder to the first right answer, and nothing hostile or half let in."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from corpus.errors import BackupRefused, IndexDamaged
from ingest.backup import back_up, restore
from ingest.run import ingest_paths
from retrieval.encode import Encoder
from retrieval.generation import current_folder, read_content
from tests.faults.conftest import Filled
from tests.faults.making import JOBS, PATIENCE_S, SERVER, asked, check_right, flip
from tests.ingest.making import command, write
from tests.serving import serving

pytestmark = pytest.mark.slow  # an index of two generations is built first

Members = list[tuple[tarfile.TarInfo, bytes]]


@pytest.fixture(scope="session")
def archive(made: Filled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "anchorline.tar"
    back_up(made.index, file)
    return file


def test_from_an_empty_folder_to_the_first_right_answer(filled: Filled, tmp_path: Path) -> None:
    """The drill: back up while it is served, lose the machine, restore, ask over HTTP."""
    file = tmp_path / "anchorline.tar"
    with (
        serving(filled.index, tmp_path / "log", **SERVER) as running,
        httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
    ):
        right = asked(client)["text"]
        done = command(filled.index, "backup", file)
        assert (done.returncode, done.stderr) == (0, "")
        assert asked(client)["text"] == right
    assert hashlib.sha256(file.read_bytes()).hexdigest() in done.stdout
    began = time.monotonic()
    fresh = tmp_path / "fresh"
    done = command(fresh, "restore", file)
    assert (done.returncode, done.stderr) == (0, "") and "gen-000002 is restored" in done.stdout
    with (
        serving(fresh, tmp_path / "log", **SERVER) as running,
        httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
    ):
        answer = asked(client)
    print(f"RESTORED: from an empty folder to the first right answer over HTTP in {time.monotonic() - began:.1f} s")
    assert answer["text"] == right and check_right(answer, fresh) == "gen-000002"
    write(filled.documents, {"jobs.md": JOBS.format(people=43)})
    done = command(fresh, filled.documents)
    assert (done.returncode, done.stderr) == (0, "") and "published gen-000003" in done.stdout


def test_a_rebuild_from_the_documents_gives_the_same_passages(filled: Filled, encoder: Encoder, tmp_path: Path) -> None:
    ingest_paths([filled.documents], tmp_path / "rebuilt", encoder)
    old, new = (read_content(current_folder(index)) for index in (filled.index, tmp_path / "rebuilt"))
    assert [one.passage_id for one in new.passages] == [one.passage_id for one in old.passages]
    assert new.passages == old.passages


def test_an_index_and_an_archive_are_never_overwritten(filled: Filled, encoder: Encoder, archive: Path) -> None:
    with pytest.raises(BackupRefused, match="holds an index, and restoring never overwrites one"):
        restore(archive, filled.index, encoder)
    (filled.index / "CURRENT").unlink()
    with pytest.raises(BackupRefused, match="holds an index"):
        restore(archive, filled.index, encoder)
    before = archive.read_bytes()
    with pytest.raises(BackupRefused, match="is there already"):
        back_up(filled.index, archive)
    assert archive.read_bytes() == before


def test_a_damaged_generation_is_not_backed_up(filled: Filled, tmp_path: Path) -> None:
    flip(filled.index / "gen-000002" / "vectors.npy")
    with pytest.raises(IndexDamaged, match=r"vectors\.npy is altered"):
        back_up(filled.index, tmp_path / "anchorline.tar")
    assert not list(tmp_path.glob("anchorline.tar*"))


def test_an_archive_is_whole_or_refused(encoder: Encoder, archive: Path, tmp_path: Path) -> None:
    """Cut anywhere, or one bit changed anywhere: it is refused, or everything that counts is as it was."""
    whole = archive.read_bytes()
    harmless = 0
    for number in range(40):
        hurt = tmp_path / f"{number}.tar"
        at = len(whole) * (2 * number + 1) // 80
        hurt.write_bytes(whole[:at] if number % 2 else whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        index = tmp_path / f"index-{number}"
        try:
            restore(hurt, index, encoder)
            harmless += 1  # a bit of the padding between members
        except (BackupRefused, IndexDamaged) as error:
            assert "\n" not in str(error)
            assert sorted(path.name for path in index.iterdir()) == ["writer.lock"]
    assert harmless <= 2


def members(archive: Path) -> Members:
    with tarfile.open(archive) as tar:
        return [(member, (tar.extractfile(member) or io.BytesIO()).read()) for member in tar.getmembers()]


def built(parts: Members, file: Path) -> Path:
    with tarfile.open(file, "w") as tar:
        for member, data in parts:
            if member.isreg():
                member.size = len(data)
            tar.addfile(member, io.BytesIO(data) if member.isreg() else None)
    return file


def renamed(name: str) -> Callable[[Members], Members]:
    """A file of the generation under another name, which the manifest vouches for."""

    def change(parts: Members) -> Members:
        (head, manifest), (member, data), *rest = parts
        told = json.loads(manifest)
        told["files"][name] = told["files"].pop(member.name.partition("/")[2])
        member.name = f"gen-000002/{name}"
        return [(head, json.dumps(told).encode()), (member, data), *rest]

    return change


def added(member: tarfile.TarInfo) -> Callable[[Members], Members]:
    return lambda parts: [*parts, (member, b"")]


def as_link(parts: Members) -> Members:
    member, _ = parts[1]
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return parts


def told(**changes: object) -> Callable[[Members], Members]:
    return lambda parts: [(parts[0][0], json.dumps(json.loads(parts[0][1]) | changes).encode()), *parts[1:]]


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


HOSTILE: dict[str, Callable[[Members], Members]] = {
    "a path upwards": renamed("../../escaped"),
    "a path upwards inside": renamed("bm25/../../escaped"),
    "an absolute path": renamed("/escaped"),
    "a file beside the generation": added(entry("escaped")),
    "a file of another generation": added(entry("gen-000001/card.json")),
    "an absolute file": added(entry("/escaped")),
    "a symbolic link": added(entry("gen-000002/escaped", tarfile.SYMTYPE, "/etc/passwd")),
    "a hard link": added(entry("gen-000002/escaped", tarfile.LNKTYPE, "../../escaped")),
    "a device": added(entry("gen-000002/escaped", tarfile.CHRTYPE)),
    "a pipe": added(entry("gen-000002/escaped", tarfile.FIFOTYPE)),
    "a folder": added(entry("gen-000002/escaped", tarfile.DIRTYPE)),
    "a file twice": lambda parts: [*parts, parts[1]],
    "a file as a link": as_link,
    "a file missing": lambda parts: parts[:-1],
    "a file that nobody vouches for": added(entry("gen-000002/escaped")),
    "no manifest": lambda parts: parts[1:],
    "the manifest last": lambda parts: [*parts[1:], parts[0]],
    "a name that is none": told(generation="../gen-000002"),
    "another name": told(generation="gen-000007"),
    "a format of later": told(format=2),
    "a manifest that is none": lambda parts: [(parts[0][0], b"[]"), *parts[1:]],
    "nothing": lambda parts: [],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_archives_are_refused(encoder: Encoder, archive: Path, tmp_path: Path, kind: str) -> None:
    hostile = built(HOSTILE[kind](members(archive)), tmp_path / "hostile.tar")
    with pytest.raises(BackupRefused, match=re.escape(str(hostile))) as caught:
        restore(hostile, tmp_path / "in" / "index", encoder)
    assert "\n" not in str(caught.value)
    assert sorted(_all_files(tmp_path)) == ["hostile.tar", "writer.lock"]


def test_what_is_no_archive_is_refused(encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a backup")
    with pytest.raises(BackupRefused, match=r"notes\.txt cannot be restored"):
        restore(tmp_path / "notes.txt", tmp_path / "index", encoder)


def _all_files(folder: Path) -> Iterator[str]:
    return (path.name for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
