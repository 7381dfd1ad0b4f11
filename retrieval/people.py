"""Whom a question may speak of as one person."""

from __future__ import annotations

KIN = (
    r"(?:mum|mother|dad|father|parents?|wife|husband|partner|brother|sister|son|daughter|child|baby|boy|girl|kids?|"
    r"teenager|friend|colleague|neighbour|patient|client|resident|tenant|student|person|man|woman|girlfriend|boyfriend|"
    r"member of (?:\w+ )?staff)"
)
