"""Requests that schemathesis makes up from the OpenAPI document: no 5xx, and no response that the document does not allow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.settings import Settings
from tests.conftest import REPO
from tests.serving import serving_here

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
EXAMPLES = 25  # for each operation


@pytest.fixture(scope="module")
def url(record_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = f"sqlite:///{tmp_path_factory.mktemp('schema')}/feedback.sqlite"
    encoders = REPO / ".cache" / "encoders"
    with serving_here(
        Settings(index=record_index, encoder_cache=encoders, feedback_url=store, rate_limit="off", keep_questions=True)
    ) as running:
        yield running


@pytest.fixture(scope="module")
def document(url: str) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{url}/openapi.json")


schema = schemathesis.pytest.from_fixture("document")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_responses_are_those_of_the_document(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS, timeout=30)


def test_the_document_names_every_route(url: str) -> None:
    paths = httpx.get(f"{url}/openapi.json").json()["paths"]
    assert set(paths) == {
        "/v1/ask", "/v1/search", "/v1/passages/{passage_id}", "/v1/sources", "/v1/sources/{source_id}",
        "/v1/programmes", "/v1/programmes/{programme_id}", "/v1/compare", "/v1/config", "/v1/feedback",
        "/v1/chat/completions", "/v1/models", "/v1/models/{model}", "/health", "/ready",
    }  # fmt: skip
