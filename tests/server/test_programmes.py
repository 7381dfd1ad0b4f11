"""Programmes and comparisons over a real port, from an index of records that these tests write."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.conftest import REPO
from tests.serving import serving

pytestmark = pytest.mark.slow

EVERY = ("garden-jobs", "walking-groups", "warm-homes")
ABOUT = {
    "programme_id", "title", "organisation", "organisation_id", "aliases", "facets", "evidence", "evidence_reason",
    "sources", "contact", "not_stated",
}  # fmt: skip
STATES = {
    "summary", "points", "steps", "facts", "outcomes", "partners", "funding", "staffing", "cost", "evaluation",
    "barriers", "next_steps", "contact",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(record_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The service with the corpus folder gone: all that it tells must be in the index."""
    log, encoders = tmp_path_factory.mktemp("programmes") / "server.log", str(REPO / ".cache" / "encoders")
    with (
        serving(record_index, log, ENCODER_CACHE=encoders) as running,
        httpx.Client(base_url=running.url, timeout=60) as opened,
    ):
        yield opened


def get(client: httpx.Client, address: str, **parameters: str | list[str]) -> dict[str, Any]:
    response = client.get(address, params=parameters)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    assert body["index"]["generation"].startswith("gen-")
    return body


def ids(body: dict[str, Any]) -> list[str]:
    return [one["programme_id"] for one in body["programmes"]]


def check_citations(client: httpx.Client, cited: list[dict[str, Any]]) -> None:
    assert cited
    for citation in cited:
        passage = client.get(f"/v1/passages/{quote(citation['passage_id'], safe='')}").json()
        assert citation["quote"] in passage["text"]
        assert citation["section"] == passage["section"]
        assert (citation["basis"], bool(citation["original"])) == ("brief", True)


def refused(client: httpx.Client, address: str, status: int, code: str) -> str:
    response = client.get(address)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert (set(error), error["code"]) == ({"code", "message", "detail"}, code)
    message: str = error["message"]
    return message


def test_programmes_are_listed_with_what_nobody_states(client: httpx.Client) -> None:
    body = get(client, "/v1/programmes")
    assert ids(body) == list(EVERY)
    assert all(set(one) == ABOUT for one in body["programmes"])
    warm = body["programmes"][2]
    assert warm["sources"] == [{"source_id": "other-report", "held": False}, {"source_id": "report-2024", "held": True}]
    assert warm["facets"]["trust_type"] == ["acute"]
    assert warm["not_stated"] == ["funding", "staffing", "evaluation", "contact"]


def test_programmes_are_found_by_facets_and_organisation(client: httpx.Client) -> None:
    assert ids(get(client, "/v1/programmes", determinant="housing", trust_type="acute")) == ["warm-homes"]
    assert ids(get(client, "/v1/programmes", determinant=["housing", "food"])) == ["garden-jobs", "warm-homes"]
    assert ids(get(client, "/v1/programmes", trust_type="mental_health")) == []
    assert ids(get(client, "/v1/programmes", organisation="north-trust")) == ["garden-jobs", "warm-homes"]


def test_a_filter_that_nothing_knows_is_refused(client: httpx.Client) -> None:
    assert "'housing'" in refused(client, "/v1/programmes?determinant=castles", 422, "invalid")
    assert "determinent is not a facet" in refused(client, "/v1/programmes?determinent=housing", 422, "invalid")
    known = refused(client, "/v1/programmes?organisation=nobody", 422, "unknown_organisation")
    assert "Known: north-trust" in known


def test_one_programme_comes_whole(client: httpx.Client) -> None:
    listed = {one["programme_id"]: one for one in get(client, "/v1/programmes")["programmes"]}
    for name in EVERY:
        body = get(client, f"/v1/programmes/{name}")
        assert set(body) == ABOUT | STATES | {"index"}
        assert all(body[field] == listed[name][field] for field in ABOUT - {"contact"})
        for field in STATES:
            for one in [body[field]] if field == "summary" else body[field]:
                check_citations(client, one["citations"])
                assert one["text"] == " ".join(citation["quote"] for citation in one["citations"])
    garden = get(client, "/v1/programmes/garden-jobs")
    assert (garden["facts"][1]["value"], garden["facts"][1]["period"]) == (14, "2024")
    assert (garden["steps"][0]["phase"], garden["steps"][0]["who"]) == ("first_weeks", "The trust")
    assert (garden["contact"][0]["role"], garden["contact"][0]["route"]) == ("Head gardener", "Switchboard")


@pytest.mark.parametrize("name", ["no-such", "north-trust-overview", "brief-garden-jobs", "dig-first", "%00", "a%2Fb"])
def test_what_is_no_programme_is_not_found(client: httpx.Client, name: str) -> None:
    refused(client, f"/v1/programmes/{name}", 404, "not_found")


def test_every_pair_compares_with_each_cell_cited_or_null(client: httpx.Client) -> None:
    for pair in permutations(EVERY, 2):
        body = get(client, "/v1/compare", programme=list(pair))
        assert ids(body) == list(pair)
        for row in body["rows"]:
            assert len(row["cells"]) == 2
            for cell in filter(None, row["cells"]):
                check_citations(client, cell["citations"])


def test_what_is_not_stated_is_null(client: httpx.Client) -> None:
    body = get(client, "/v1/compare", programme=list(EVERY))
    null = {row["measure"] or row["field"]: [cell is None for cell in row["cells"]] for row in body["rows"]}
    assert null["organisation"] == [False, True, False]
    assert null["summary"] == null["evidence"] == [False, False, False]
    assert null["cost"] == null["people-hired"] == [False, True, False]
    assert null["contact"] == [False, True, True]
    assert null["funding"] == null["staffing"] == null["evaluation"] == [True, True, True]
    for name, one in zip(EVERY, body["programmes"], strict=True):
        silent = {field for field in ("cost", "funding", "staffing", "evaluation", "barriers", "contact")
                  if null[field][EVERY.index(name)]}  # fmt: skip
        assert silent == set(one["not_stated"]) - {"outcome"}


def test_a_comparison_has_limits_and_says_them(client: httpx.Client) -> None:
    assert "programme is missing" in refused(client, "/v1/compare", 422, "invalid")
    assert "2 to 5" in refused(client, "/v1/compare?programme=garden-jobs", 422, "programme_count")
    six = "&".join(f"programme={name}" for name in (*EVERY, *EVERY))
    assert "2 to 5" in refused(client, f"/v1/compare?{six}", 422, "programme_count")
    twice = refused(client, "/v1/compare?programme=garden-jobs&programme=garden-jobs", 422, "programme_twice")
    assert "give each once" in twice
    unknown = refused(client, "/v1/compare?programme=garden-jobs&programme=no-such", 422, "unknown_programme")
    assert all(name in unknown for name in EVERY)


def test_briefs_and_published_sources_are_told_apart(client: httpx.Client) -> None:
    sources = {one["source_id"]: one for one in get(client, "/v1/sources")["sources"]}
    report, brief = sources["report-2024"], sources["brief-garden-jobs"]
    assert (report["basis"], report["publisher"], report["published"]) == ("source", "A publisher", "2024-05")
    assert (brief["basis"], brief["evidence"]) == ("brief", "self_reported")
    for one in sources.values():
        assert one["passages"] > 0
        assert {"licence", "warnings", "superseded_by", "words", "pages"} <= set(one)


def test_other_methods_are_refused(client: httpx.Client) -> None:
    for address in ("/v1/programmes", "/v1/programmes/garden-jobs", "/v1/compare"):
        response = client.delete(address)
        assert (response.status_code, response.headers["allow"]) == (405, "GET")
