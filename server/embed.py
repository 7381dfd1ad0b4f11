"""Serve the embed: each version at an address whose bytes never change, and the newest at an address that moves.

``ui/widget/versions.json`` holds the integrity of every version there ever was, oldest first. The newest is
``assistant.js``; an earlier one is kept as ``earlier/<version>.js``, since pages out there name it by its hash.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.errors import Refusal

# By its place, not by importing it: the embed is served where the page is not.
WIDGET = Path(__file__).resolve().parents[1] / "ui" / "widget"
MOVING = "v1"
_IMMUTABLE = "public, max-age=31536000, immutable"
_MOVING = "public, max-age=600"

router = APIRouter(include_in_schema=False)


@cache
def versions() -> dict[str, str]:
    """The integrity (``sha384-…``) of each version, oldest first."""
    known: dict[str, str] = json.loads((WIDGET / "versions.json").read_text("utf-8"))
    return known


def newest() -> str:
    return list(versions())[-1]


def script_file(version: str) -> Path:
    return WIDGET / "assistant.js" if version == newest() else WIDGET / "earlier" / f"{version}.js"


@cache
def _script(version: str) -> tuple[bytes, bytes]:
    """The file as it is, and compressed."""
    plain = script_file(version).read_bytes()
    return plain, gzip.compress(plain, mtime=0)


@router.api_route("/embed/{version}/assistant.js", methods=["GET", "HEAD"])
def script(version: str, request: Request) -> Response:
    """A module script is fetched with CORS, so only the pages of listed origins can run it."""
    moving = version == MOVING
    if not moving and version not in versions():
        message = f"There is no such version of the embed. The newest is {newest()}; /embed/{MOVING}/ always serves it."
        raise Refusal(404, "not_found", message)
    plain, compressed = _script(newest() if moving else version)
    headers = {"Cache-Control": _MOVING if moving else _IMMUTABLE, "Vary": "Accept-Encoding, Origin"}
    if "gzip" in request.headers.get("accept-encoding", "").lower():
        return Response(compressed, media_type="text/javascript", headers=headers | {"Content-Encoding": "gzip"})
    return Response(plain, media_type="text/javascript", headers=headers)
