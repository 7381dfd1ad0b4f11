"""Every pattern of ours, against text made of its own words over and over: whoever asks may type 2,000 characters, and
a pattern that backtracks without bounds would let one reader stop the service for all."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import islice, pairwise
from types import FrameType

import pytest

import retrieval
from tests.pace import slowness

_TYPED = 2000  # characters
_WORDS = 24  # of a pattern's own
_PATIENCE_S = 0.5
_ANYTHING = ("a ", "A ", "x's ", "and ", "the A and ", "1 ", "£1 ", "? ", ", ", " ", "-", "1,", "(", "“", "what did a ")


def _patterns() -> dict[str, re.Pattern[str]]:
    """By what they match, each with the module and the name that it is found under."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(retrieval.__path__, "retrieval."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                for at, pattern in enumerate(_within(value)):
                    if pattern not in found.values():
                        found[f"{module.name}.{name} {at}"] = pattern
    return found


def _within(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (one for pair in value.items() for part in pair for one in _within(part))
    elif isinstance(value, tuple | list | frozenset):
        yield from (one for part in value for one in _within(part))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (one for field in fields(value) for one in _within(getattr(value, field.name)))


def _units(pattern: re.Pattern[str]) -> Iterator[str]:
    words = list(islice(dict.fromkeys(re.findall(r"(?<!\\)[A-Za-z]{2,}", pattern.pattern)), _WORDS))
    yield from _ANYTHING
    yield from (f"{word} " for word in words)
    yield from (f"{one} {other} " for one, other in pairwise(words))


class _TooLong(Exception):
    """The pattern was stopped: some would take years."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TooLong


def _is_slow(pattern: re.Pattern[str], unit: str, patience_s: float) -> bool:
    signal.setitimer(signal.ITIMER_VIRTUAL, patience_s)
    try:
        pattern.search((unit * _TYPED)[:_TYPED])
    except _TooLong:
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return False


@pytest.fixture
def stopping() -> Iterator[None]:
    before = signal.signal(signal.SIGVTALRM, _stop)
    yield
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.usefixtures("stopping")
def test_no_pattern_takes_long_on_what_may_be_typed() -> None:
    patience_s = _PATIENCE_S * slowness(time.process_time)
    patterns = _patterns()
    assert len(patterns) > 300
    hostile = (
        (name, unit) for name, one in patterns.items() for unit in _units(one) if _is_slow(one, unit, patience_s)
    )
    assert not dict(hostile)


@pytest.mark.usefixtures("stopping")
def test_a_pattern_that_backtracks_without_bounds_is_found() -> None:
    endless = re.compile(r"^(?:(?:and )?\w+ )*\d")
    assert any(_is_slow(endless, unit, _PATIENCE_S) for unit in _units(endless))
