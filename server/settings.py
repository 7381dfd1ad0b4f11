"""What an operator may set, read from the environment once, when the service starts.

Every name has the prefix ``ANCHORLINE_``. Only ``server.__main__`` and the tests make a ``Settings``; nothing else here
reads the environment, so a running service does what it was started to do. The four standing texts are here because an
operator may reword them; each stays short enough to be read before the first question.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from limits import parse_many
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from retrieval.settings import IndexSettings

STANDING_WORDS = 60
STANDING_CHARACTERS = 320
QUESTION_CHARACTERS = 1_000
HISTORY_TURNS = 20
TURN_CHARACTERS = 4_000
RESULTS = 50
BODY_BYTES = 64 * 1024

STARTERS = (
    "How do we start?",
    "How can we offer jobs to local people?",
    "How can we use procurement for social value?",
    "What have trusts done about housing?",
    "How can we improve green space and air quality?",
    "How do we measure impact?",
)

_ROOT_PATH = re.compile(r"(/[A-Za-z0-9._-]+)+")
_FRAME_ANCESTOR = re.compile(r"'self'|'none'|https?://[A-Za-z0-9.*-]+(:\d{1,5})?")


def _parts(value: object) -> object:
    """A comma or a space parts the entries of a list."""
    return tuple(re.split(r"[,\s]+", value.strip())) if isinstance(value, str) and value.strip() else value or ()


def _origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    for origin in origins:
        parts = urlsplit(origin)
        exact = f"{parts.scheme}://{parts.netloc}"
        if parts.scheme not in ("http", "https") or not parts.netloc or exact != origin or "*" in origin:
            raise ValueError(f"{origin!r} is not an origin; write it as https://www.example.org, without a path")
    return origins


def _frame_ancestors(sources: tuple[str, ...]) -> tuple[str, ...]:
    for source in sources:
        if not _FRAME_ANCESTOR.fullmatch(source):
            raise ValueError(f"{source!r} may not frame the page; write 'self', 'none' or https://www.example.org")
    return sources


def _proxies(proxies: tuple[str, ...]) -> tuple[str, ...]:
    for proxy in proxies:
        ipaddress.ip_network(proxy)  # raises a ValueError that names the text it could not read
    return proxies


def _root_path(path: str) -> str:
    if path and not _ROOT_PATH.fullmatch(path):
        raise ValueError(f"{path!r} is no path of a site; write it as /anchorline, without a slash at its end")
    return path


def _rate_limit(limit: str) -> str:
    if limit != "off":
        parse_many(limit)  # raises a ValueError that names the text it could not read
    return limit


def _limits_url(url: str | None) -> str | None:
    if url and not url.startswith(("redis://", "rediss://", "redis+unix://")):
        raise ValueError("write it as redis://host:6379/0, rediss://… or redis+unix://…")
    return url


def _short(text: str) -> str:
    if len(text.split()) > STANDING_WORDS or len(text) > STANDING_CHARACTERS:
        raise ValueError(f"a standing text has at most {STANDING_WORDS} words and {STANDING_CHARACTERS} characters")
    return text


def _store_url(url: str | None) -> str | None:
    if url and url != "off" and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("write it as sqlite:///file, postgresql+psycopg://user@host/name, or off")
    return url


Entries = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parts)]
Rate = Annotated[str, AfterValidator(_rate_limit)]
Standing = Annotated[str, Field(min_length=1), AfterValidator(_short)]


class Settings(IndexSettings):
    """All settings of the service: where the index is, and these."""

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes any free one")
    root_path: Annotated[str, AfterValidator(_root_path)] = Field(
        default="",
        description="Path under which a proxy shows the service, such as /anchorline; the proxy takes it away",
    )
    origins: Annotated[Entries, AfterValidator(_origins)] = Field(
        default=(), description="Other sites whose pages may ask, as exact origins; none when empty"
    )
    frame_ancestors: Annotated[Entries, AfterValidator(_frame_ancestors)] = Field(
        default=("'self'",), description="Sites that may show the page in a frame"
    )
    trusted_proxies: Annotated[Entries, AfterValidator(_proxies)] = Field(
        default=(), description="Proxies, as addresses or networks, whose X-Forwarded-For is believed; none when empty"
    )
    rate_limit: Rate = Field(
        default="120/minute", description="Requests an address may make; off switches every limit off, for measuring"
    )
    conversation_limit: Rate = Field(
        default="10/minute; 100/day", description="Questions that one conversation may ask (a token its client holds)"
    )
    site_limit: Rate = Field(default="600/minute", description="Requests that one site in ANCHORLINE_ORIGINS may cause")
    limits_url: Annotated[str | None, AfterValidator(_limits_url)] = Field(
        default=None, description="Redis that replicas count in together; unset: each process counts in its memory"
    )
    concurrent: int = Field(
        default=8, ge=1, le=100, description="Answers worked on at once; as many again by language models"
    )
    queued: int = Field(
        default=50, ge=0, description="Questions that wait for their turn; further ones are told to retry"
    )
    llm_answers_a_day: int | None = Field(
        default=None, ge=1, description="Answers a day that a language model may have a part in; unset: any number"
    )
    switches: Path | None = Field(
        default=None, description="File that says what is switched off; unset: switched-off in the index"
    )
    feedback_url: Annotated[str | None, AfterValidator(_store_url)] = Field(
        default=None, description="Database of ratings and gaps; unset: feedback.sqlite in the index; off: none"
    )
    keep_questions: bool = Field(
        default=False, description="Also keep the words of questions that pass the screen for personal data"
    )
    retention_days: int = Field(default=90, ge=1, le=3650, description="Days after which ratings and gaps are deleted")
    traces_url: str | None = Field(
        default=None, description="OpenTelemetry collector (OTLP over gRPC) that traces go to; unset: none"
    )
    title: str = Field(default="Anchorline", min_length=1, max_length=60, description="Name shown on the page")
    what_it_is: Standing = Field(
        default="This page answers questions about how NHS trusts can act as anchor institutions. "
        "It shows you what published case studies and guides say, word for word, and where they say it.",
        description="Standing text: what this is",
    )
    check_the_sources: Standing = Field(
        default="Answers can be wrong or leave things out. Open the sources and check them before you use an answer.",
        description="Standing text: answers can be wrong",
    )
    no_personal_data: Standing = Field(
        default="Do not type in anything about a patient, a member of staff or any other person. You do not need to.",
        description="Standing text: no personal data",
    )
    not_for_care: Standing = Field(
        default="Do not use this page to make decisions about anyone's care. For health advice, use NHS 111. "
        "In an emergency, call 999.",
        description="Standing text: not for clinical decisions",
    )

    @property
    def switches_file(self) -> Path:
        return self.switches or self.index / "switched-off"

    @property
    def store_url(self) -> str | None:
        """Where ratings and gaps go, None for nowhere."""
        if self.feedback_url == "off":
            return None
        return self.feedback_url or f"sqlite:///{(self.index / 'feedback.sqlite').absolute()}"

    @property
    def standing(self) -> tuple[tuple[str, str], ...]:
        """The four standing texts, each after its heading, in the order in which they are shown."""
        return (
            ("What this is", self.what_it_is),
            ("It can be wrong", self.check_the_sources),
            ("No personal data", self.no_personal_data),
            ("Not for care decisions", self.not_for_care),
        )
