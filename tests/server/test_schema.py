"""Requests that schemathesis makes up from the OpenAPI document: no 5xx, no response that it does not allow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import server
from server.settings import Settings
from tests.conftest import REPO
from tests.serving import serving_here

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
DOCUMENT = schemathesis.openapi.from_path(Path(server.__file__).with_name("openapi.json"))
OPERATIONS = {found.ok().label: found.ok() for found in DOCUMENT.get_all_operations()}
EXAMPLES = 25  # for each operation
ROUTES = {
    "POST /v1/ask", "POST /v1/search", "POST /v1/feedback", "POST /v1/chat/completions", "GET /v1/models",
    "GET /v1/models/{model}", "GET /v1/passages/{passage_id}", "GET /v1/sources", "GET /v1/sources/{source_id}",
    "GET /v1/programmes", "GET /v1/programmes/{programme_id}", "GET /v1/compare", "GET /v1/config", "GET /health",
    "GET /ready",
}  # fmt: skip


@pytest.fixture(scope="module")
def url(record_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = f"sqlite:///{tmp_path_factory.mktemp('schema')}/feedback.sqlite"
    encoders = REPO / ".cache" / "encoders"
    with serving_here(
        Settings(index=record_index, encoder_cache=encoders, feedback_url=store, rate_limit="off", keep_questions=True)
    ) as running:
        yield running


@pytest.mark.parametrize("label", OPERATIONS)
def test_responses_are_those_of_the_document(url: str, label: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy())
    def responds(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=url, checks=CHECKS, timeout=30)

    responds()


def test_the_document_names_every_route() -> None:
    assert set(OPERATIONS) == ROUTES
