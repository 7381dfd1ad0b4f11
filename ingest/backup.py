"""One archive of the served generation, and an index made from it.

    backup.json                what the archive holds: the generation's name, and the SHA-256 of every file
    gen-000012/card.json …     the generation as it was sealed

A plain tar, uncompressed: sha256sum and tar look into it anywhere, and no small file can unpack into a large one. A
sealed generation never changes, so it can be copied while it is served and while the next one is built. Ratings, the
kill switches and the encoder's copy are not in it: the first have a database of their own, the last is made anew.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter

from corpus.errors import BackupRefused, IndexDamaged
from ingest.store import adopt, draft_folder, writing
from retrieval.encode import Encoder
from retrieval.generation import current_folder
from retrieval.published import POINTER, generations, is_name
from retrieval.sealed import Card, check_seal, read_card
from retrieval.weights import file_digest

_MANIFEST = "backup.json"
_FORMAT = 1
_MAX_MANIFEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """``files`` maps each path below the generation's folder to its SHA-256. ``made_at`` is UTC in ISO 8601."""

    format: int
    generation: str
    made_at: str
    files: Mapping[str, str]


_RECORD = TypeAdapter(Manifest)


def back_up(index_dir: Path, archive: Path) -> Manifest:
    """Write the served generation into one new file, which is read back before it gets its name.

    Raises IndexDamaged when the generation is unsound, BackupRefused when the file is there already.
    """
    if archive.exists():
        raise BackupRefused(f"{archive} is there already; choose another name, or move it away")
    folder = current_folder(index_dir)
    check_seal(folder)
    seal = {name: file_digest(folder / name) for name in ("card.json", "card.sha256")}
    files = {**read_card(folder).files, **seal}
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    manifest = Manifest(_FORMAT, folder.name, now, dict(sorted(files.items())))
    draft = archive.with_name(f"{archive.name}.{os.getpid()}.draft")
    try:
        _write(draft, folder, manifest)
        _read_back(draft)
        draft.replace(archive)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def restore(archive: Path, index_dir: Path, encoder: Encoder) -> Card:
    """Publish what an archive holds in a folder that holds no index; nothing is served before all of it is checked.

    Raises BackupRefused, or what keeps the generation from being opened.
    """
    check_vacant(index_dir)
    with writing(index_dir):
        check_vacant(index_dir)
        place = draft_folder(index_dir)
        try:
            with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
                manifest = _read_manifest(tar)
                for path, member in _members(tar, manifest):
                    tar.extract(member, place, filter="data")
                    if file_digest(place / member.name) != manifest.files[path]:
                        raise BackupRefused(f"{path} is not what was backed up")
            card = read_card(place / manifest.generation)
            if card.generation != manifest.generation:
                raise BackupRefused(f"it names {manifest.generation} and holds {card.generation:.40}")
        except (tarfile.TarError, ValueError, BackupRefused) as error:
            raise BackupRefused(f"{archive} cannot be restored: {error}; take another backup of the index") from error
        return adopt(index_dir, place / manifest.generation, encoder)


def check_vacant(index_dir: Path) -> None:
    """Raises BackupRefused when there is an index."""
    if generations(index_dir) or (index_dir / POINTER).exists():
        raise BackupRefused(
            f"{index_dir} holds an index, and restoring never overwrites one; "
            "move it away, or set ANCHORLINE_INDEX to another folder"
        )


def _write(archive: Path, folder: Path, manifest: Manifest) -> None:
    written = _RECORD.dump_json(manifest, indent=1)
    with archive.open("xb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            head = tarfile.TarInfo(_MANIFEST)
            head.size = len(written)
            tar.addfile(head, io.BytesIO(written))
            for path in manifest.files:
                tar.add(folder / path, f"{folder.name}/{path}", recursive=False, filter=_anonymous)
        file.flush()
        os.fsync(file.fileno())


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the name and number of whoever made it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _read_back(archive: Path) -> None:
    """Raises IndexDamaged when the archive does not hold what its manifest says: a file changed while it was copied."""
    with tarfile.open(archive, "r:") as tar:
        manifest = _read_manifest(tar)
        for path, member in _members(tar, manifest):
            content = tar.extractfile(member)
            if content is None or hashlib.file_digest(content, "sha256").hexdigest() != manifest.files[path]:  # type: ignore[arg-type]
                raise IndexDamaged(f"{manifest.generation}: {path} changed while it was copied; run the backup again")


def _read_manifest(tar: tarfile.TarFile) -> Manifest:
    """The first member. Raises BackupRefused."""
    member = tar.next()
    if member is None or member.name != _MANIFEST or not _is_plain(member) or member.size > _MAX_MANIFEST_BYTES:
        raise BackupRefused(f"it does not begin with {_MANIFEST}, so `python -m ingest backup` did not write it")
    content = tar.extractfile(member)
    try:
        manifest = _RECORD.validate_json(content.read() if content else b"")
    except ValueError:
        raise BackupRefused(f"its {_MANIFEST} cannot be read") from None
    if manifest.format != _FORMAT:
        raise BackupRefused(f"its format is {manifest.format}, this version reads {_FORMAT}")
    if not is_name(manifest.generation):
        raise BackupRefused(f"{manifest.generation!r:.60} is no generation's name")
    return manifest


def _members(tar: tarfile.TarFile, manifest: Manifest) -> list[tuple[str, tarfile.TarInfo]]:
    """The generation's files with their paths below it, each there once, and nothing else. Raises BackupRefused."""
    found: dict[str, tarfile.TarInfo] = {}
    for member in iter(tar.next, None):  # not all at once: crafted sizes make an endless archive, met here as a repeat
        path = member.name.removeprefix(f"{manifest.generation}/")
        inside = path != member.name and ".." not in PurePosixPath(path).parts and not path.startswith("/")
        if not inside or not _is_plain(member) or path not in manifest.files or path in found:
            raise BackupRefused(f"it holds {member.name!r:.60}, which belongs in no backup")
        found[path] = member
    if missing := sorted(manifest.files.keys() - found.keys()):
        raise BackupRefused(f"{missing[0]!r:.60} is missing")
    return list(found.items())


def _is_plain(member: tarfile.TarInfo) -> bool:
    """A file with bytes of its own: no link, no device, no holes."""
    return member.isreg() and not member.issparse()
