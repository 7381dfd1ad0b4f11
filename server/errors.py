"""One shape for everything that goes wrong: ``{"error": {"code", "message", "detail"}}``.

The message is a sentence that a trust's staff member can act on. No message repeats what was asked, shows a stack or
names a folder of the machine: those are for the operator, at ``/ready`` and in the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from corpus.errors import AnchorlineError
from server.schemas import ErrorOut, FacetsIn

BUSY = "Anchorline is busy just now. Please try again in a few seconds."
BUSY_HEADERS = {"Retry-After": "3"}
UNAVAILABLE = "Anchorline has no documents to answer from just now. Please try again later."

_STATUSES = (400, 403, 404, 405, 408, 413, 415, 422, 429, 500, 503)
ERRORS: dict[int | str, dict[str, Any]] = {status: {"model": ErrorOut} for status in _STATUSES}

_CODES = {
    400: ("bad_request", "The request could not be read. Send JSON in UTF-8."),
    404: ("not_found", "There is nothing at this address. The addresses are listed in /openapi.json."),
    405: ("method_not_allowed", "This address does not take that method. See /openapi.json."),
    408: ("too_slow", "The request took too long to arrive. Please send it again."),
    413: ("too_large", "The request is too large. It may have at most 64 KB."),
    415: ("unsupported_media_type", "Send the request as JSON, with the header Content-Type: application/json."),
    500: ("internal_error", "Something went wrong here. Please try again; if it goes on, report the request id."),
    503: ("busy", BUSY),  # the queue of the page is full
}


class Refusal(Exception):
    """A request that is not carried out, with what the asker can do about it."""

    def __init__(
        self, status: int, code: str, message: str, detail: object = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.code, self.message, self.detail, self.headers = status, code, message, detail, headers
        super().__init__(message)


def error_body(code: str, message: str, detail: object = None) -> dict[str, object]:
    return {"error": {"code": code, "message": message, "detail": detail}}


def error_response(
    status: int, *, detail: object = None, message: str | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The response for a bare status: its usual code and sentence."""
    phrase = HTTPStatus(status).phrase
    code, usual = _CODES.get(status, (phrase.lower().replace(" ", "_"), f"{phrase}."))
    return JSONResponse(error_body(code, message or usual, detail), status, headers)


def printable(value: object) -> str:
    """A client's own word, short and fit to be sent back: no control characters, no half of a surrogate pair."""
    return str(value)[:60].encode("ascii", "backslashreplace").decode()


def _sentence(error: Mapping[str, object]) -> tuple[str, str]:
    """Where one fault is, and a sentence about it."""
    place = ".".join(printable(part) for part in cast(Sequence[object], error["loc"])[1:]) or "request"
    context = cast(Mapping[str, object], error.get("ctx") or {})
    name = place.rsplit(".", 1)[-1]
    known = {
        "missing": f"{place} is missing.",
        "string_too_long": f"{place} is too long: at most {context.get('max_length', 0):,} characters.",
        "too_long": f"{place} has too many entries: at most {context.get('max_length', 0):,}.",
        "extra_forbidden": f"{name} is not a facet. The facets are {', '.join(FacetsIn.model_fields)}.",
        "string_unicode": f"{place} is not valid Unicode text.",
    }
    kind = str(error["type"])
    return place, known.get(kind, f"{place}: {str(error['msg']).removeprefix('Value error, ')}.".replace("..", "."))


async def on_invalid(_: Request, exc: Exception) -> JSONResponse:
    faults = cast(RequestValidationError, exc).errors()
    if faults and faults[0]["type"] == "json_invalid":
        return error_response(400, message="The request is not valid JSON.")
    sentences = [_sentence(fault) for fault in faults[:10]]
    detail = [{"at": place, "problem": sentence} for place, sentence in sentences]
    message = sentences[0][1] if sentences else "The request is not valid."
    return JSONResponse(error_body("invalid", message, detail), 422)


async def on_refusal(_: Request, exc: Exception) -> JSONResponse:
    refusal = cast(Refusal, exc)
    return JSONResponse(error_body(refusal.code, refusal.message, refusal.detail), refusal.status, refusal.headers)


async def on_http(_: Request, exc: Exception) -> JSONResponse:
    fault = cast(HTTPException, exc)
    headers = BUSY_HEADERS if fault.status_code == 503 else fault.headers
    return error_response(fault.status_code, headers=headers)


async def on_unavailable(_: Request, exc: Exception) -> JSONResponse:
    """Nothing good can be served. The reason's kind is given; its wording, which may name folders, is at ``/ready``."""
    body = error_body("unavailable", UNAVAILABLE, {"reason": type(exc).__name__}) | {"status": "unavailable"}
    return JSONResponse(body, 503, {"Retry-After": "30"})


def install(app: FastAPI) -> None:
    """Let every error of this application leave in the one shape."""
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(Refusal, on_refusal)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(AnchorlineError, on_unavailable)
