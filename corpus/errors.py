"""Every error that Anchorline raises on purpose.

    AnchorlineError
    ├── ManifestError       a file of ours (sources.yaml, a record, a suite) does not hold what it must
    ├── UnreadableSource    a document cannot be read; carries the file and a reason for the maintainer
    ├── IndexMissing        no published generation
    ├── IndexMismatch       a generation was built by another encoder or an older layout
    ├── IndexDamaged        a generation fails its own check
    ├── IndexBusy           another process is writing
    ├── StoreFailed         a shared vector store does not answer, or not as it must
    ├── BackupRefused       an archive is not what `ingest backup` writes, or would overwrite something
    └── EncoderUnavailable  the weights are missing, altered, or of the wrong shape

A message says what happened, to which thing, and what to do next, in one line. A refusal to answer is a status
(``retrieval.types.Status``), never an exception.
"""

from __future__ import annotations

from pathlib import Path


class AnchorlineError(Exception):
    """Base of all errors that a person can act on; command lines print it as one line and exit."""


class ManifestError(AnchorlineError):
    """One or more faults of a file that we wrote; ``faults`` holds each as ``file:line: what``."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class UnreadableSource(AnchorlineError):
    """A document that could not be read. ``path`` is the file, ``reason`` one sentence for a maintainer."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")

    def __reduce__(self) -> tuple[type[UnreadableSource], tuple[Path, str]]:
        """Rebuild from both fields: the error crosses the border of the parsing process."""
        return (UnreadableSource, (self.path, self.reason))


class IndexMissing(AnchorlineError):
    """No generation has been published yet."""


class IndexMismatch(AnchorlineError):
    """The generation was built with another encoder, or by a version whose layout differs."""


class IndexDamaged(AnchorlineError):
    """The generation does not pass its own check."""


class IndexBusy(AnchorlineError):
    """Another process holds the writer's lock."""


class StoreFailed(AnchorlineError):
    """A shared vector store does not answer, or not as it must. A reader never sees it: the own copy is searched."""


class BackupRefused(AnchorlineError):
    """An archive is damaged or hostile, or writing or unpacking it would overwrite what is there."""


class EncoderUnavailable(AnchorlineError):
    """The encoder's weights are missing, altered, or not what the settings name."""
