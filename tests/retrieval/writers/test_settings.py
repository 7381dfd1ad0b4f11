"""Which language model may write: none unless it is configured, and a slip is told in one line."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from retrieval.settings import IndexSettings
from retrieval.writers.types import Endpoint

NAMES = ("URL", "MODEL", "KEY", "TIMEOUT_S")


def settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> IndexSettings:
    for name in NAMES:
        monkeypatch.delenv(f"ANCHORLINE_LLM_{name}", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(f"ANCHORLINE_LLM_{name}", value)
    return IndexSettings()


@pytest.mark.parametrize("given", [{}, {"URL": "", "MODEL": ""}, {"KEY": "secret"}])
def test_nothing_is_sent_anywhere_unless_configured(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    assert settings(monkeypatch, **given).endpoint is None


def test_an_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "http://127.0.0.1:11434/v1"
    assert settings(monkeypatch, URL=url, MODEL="tiny").endpoint == Endpoint(url, "tiny", None, 30)
    named = settings(monkeypatch, URL=url, MODEL="tiny", KEY="secret", TIMEOUT_S="5")
    assert named.endpoint == Endpoint(url, "tiny", "secret", 5)
    assert "secret" not in repr(named) and "secret" not in repr(named.endpoint)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"URL": "http://127.0.0.1/v1"}, "set both"),
        ({"MODEL": "tiny"}, "set both"),
        ({"URL": "127.0.0.1/v1", "MODEL": "tiny"}, "write it as"),
        ({"URL": "file:///etc/passwd", "MODEL": "tiny"}, "write it as"),
        ({"URL": "https://me:secret@example.org/v1", "MODEL": "tiny"}, "write it as"),
        ({"URL": "https://example.org/v1?key=1", "MODEL": "tiny"}, "write it as"),
        ({"URL": "http://127.0.0.1/v1", "MODEL": "tiny", "TIMEOUT_S": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_slip_is_refused(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault) as raised:
        settings(monkeypatch, **given)
    assert all(error["loc"] for error in raised.value.errors()), "the command line names the setting"
