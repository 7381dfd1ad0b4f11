"""YAML that remembers its lines, so that faults in a file of ours are reported where they stand, and all at once.

YAML is parsed safely: no tag ever builds anything but plain values. This module must never repair what it reads; a key
given twice, which YAML lets the last one win, is a fault here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from corpus.errors import ManifestError

Place = tuple[str | int, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Marked:
    """A file's plain value, and the line of each key and each list item. ``body`` is what follows front matter."""

    path: Path
    value: object
    lines: Mapping[Place, int]
    body: str = ""

    def line(self, place: Place) -> int:
        """The line of the innermost part of ``place`` that exists; the first line of the value when none does."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]

    def fault(self, place: Place, what: str) -> str:
        return f"{self.path}:{self.line(place)}: {what}"


def read_yaml(path: Path) -> Marked:
    """The whole file as YAML. Raises ManifestError for an absent file, bad syntax or keys given twice."""
    return _parse(path, _text(path), 0)


def read_front_matter(path: Path) -> Marked:
    """The YAML between the first two lines that are just ``---``; the rest is the body."""
    lines = _text(path).split("\n")
    ends = [i for i, line in enumerate(lines) if line.rstrip() == "---"]
    if len(ends) < 2 or ends[0] != 0:
        raise ManifestError((f"{path}:1: no front matter; begin the file with a line ---, YAML, and another line ---",))
    marked = _parse(path, "\n".join(lines[1 : ends[1]]), 1)
    return Marked(path, marked.value, marked.lines, "\n".join(lines[ends[1] + 1 :]).strip())


def validated(marked: Marked, shape: TypeAdapter[T]) -> T:
    """The value in its type, or ManifestError with every fault at the line of the offending key or item."""
    try:
        return shape.validate_python(marked.value)
    except ValidationError as error:
        faults = (marked.fault(e["loc"], _reason(e["loc"], e["msg"], e["input"])) for e in error.errors())
        raise ManifestError(tuple(faults)) from None


def _reason(place: Place, message: str, given: object) -> str:
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float) else ""
    return f"{name or 'the file'}: {message}{shown}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ManifestError((f"{path}:1: cannot be read ({error.strerror}); is this the corpus folder?",)) from error
    except UnicodeDecodeError as error:
        raise ManifestError((f"{path}:1: is not UTF-8 text; save it as UTF-8",)) from error


def _parse(path: Path, text: str, lines_before: int) -> Marked:
    loader = yaml.CSafeLoader(text)  # libyaml's, nine times as fast over the whole corpus
    try:
        node = loader.get_single_node()
        value = None if node is None else loader.construct_document(node)
        marks = [((), 1)] if node is None else list(_marks(node, ()))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ManifestError((_syntax(path, lines_before, error),)) from None
    lines: dict[Place, int] = {}
    twice = []
    for place, line in marks:
        if place in lines:
            twice.append(f"{path}:{line + lines_before}: {place[-1]} is given twice here; keep one")
        lines.setdefault(place, line + lines_before)
    if twice:
        raise ManifestError(tuple(twice))
    return Marked(path, value, lines)


def _marks(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    if not place:
        yield place, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            name = str(key.value)
            yield (*place, name), key.start_mark.line + 1
            yield from _marks(child, (*place, name))
    elif isinstance(node, yaml.SequenceNode):
        for i, child in enumerate(node.value):
            yield (*place, i), child.start_mark.line + 1
            yield from _marks(child, (*place, i))


def _syntax(path: Path, lines_before: int, error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    line = 1 if mark is None else mark.line + 1
    problem = str(getattr(error, "problem", None) or error)
    hint = "; text that holds a colon and a space goes between quotation marks" if "mapping values" in problem else ""
    return f"{path}:{line + lines_before}: is not valid YAML: {problem}{hint}"
