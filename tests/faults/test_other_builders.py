"""A published generation that this version or encoder cannot serve: the one before answers until the next ingest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from retrieval.sealed import LAYOUT
from tests.faults.conftest import Filled
from tests.faults.making import PATIENCE_S, SERVER, asked, until_ready_says
from tests.ingest.making import command
from tests.serving import serving

pytestmark = pytest.mark.slow


def sealed_anew(folder: Path, **changes: object) -> None:
    """The card with other contents, sealed as its writer would have: sound, but not for us."""
    card = json.dumps(json.loads((folder / "card.json").read_text()) | changes).encode()
    (folder / "card.json").write_bytes(card)
    (folder / "card.sha256").write_text(f"{hashlib.sha256(card).hexdigest()}  card.json\n")


def by_another_encoder(folder: Path) -> None:
    sealed_anew(folder, encoder_name="another-encoder", encoder_sha256="0" * 64)


def by_an_older_version(folder: Path) -> None:
    sealed_anew(folder, layout=LAYOUT - 1)


def by_a_newer_version(folder: Path) -> None:
    sealed_anew(folder, layout=LAYOUT + 1)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (by_another_encoder, "was built with another-encoder"),
        (by_an_older_version, f"has layout {LAYOUT - 1}"),
        (by_a_newer_version, f"has layout {LAYOUT + 1}"),
    ],
)
def test_the_generation_before_answers_until_the_next_ingest(
    filled: Filled, tmp_path: Path, build: Callable[[Path], None], words: str
) -> None:
    build(filled.index / "gen-000002")
    with (
        serving(filled.index, tmp_path / "log", **SERVER) as running,
        httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client,
    ):
        until_ready_says(client, words, f"the published generation {words}, at the start")
        answer = asked(client)
        assert answer["index"]["generation"] == "gen-000001" and "41 local people" in answer["text"]
        told = command(filled.index, "verify")
        assert told.returncode == 2 and words in told.stderr
        told = command(filled.index, "doctor")
        assert told.returncode == 1 and words in told.stdout and "type:  python -m ingest" in told.stdout
        done = command(filled.index, filled.documents)
        assert done.returncode == 0 and "published gen-000003" in done.stdout, done.stderr
        until_ready_says(client, None, "mended")
        answer = asked(client)
        assert answer["index"]["generation"] == "gen-000003" and "42 local people" in answer["text"]
