"""The addresses of the embed: one whose bytes never change, one that moves, and for whose pages."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from retrieval.live import LiveAssistant
from server import embed
from server.app import create_app
from server.settings import Settings

LISTED = "https://listed.example"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """The script is served whether or not there is an index."""
    settings = Settings(index=tmp_path, origins=(LISTED,))
    return TestClient(create_app(settings, LiveAssistant(tmp_path, None)))


def get(client: TestClient, version: str, **headers: str) -> httpx.Response:
    return client.get(f"/embed/{version}/assistant.js", headers=headers)


def test_a_version_may_be_kept_for_ever(client: TestClient) -> None:
    response = get(client, embed.newest())
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.content == embed.script_file(embed.newest()).read_bytes()


def test_the_moving_address_serves_the_newest_for_minutes_only(client: TestClient) -> None:
    response = get(client, "v1")
    assert response.content == get(client, embed.newest()).content
    assert "immutable" not in response.headers["cache-control"]


def test_it_travels_compressed_and_only_then(client: TestClient) -> None:
    compressed = get(client, "v1", **{"Accept-Encoding": "gzip"})
    assert compressed.headers["content-encoding"] == "gzip"
    assert int(compressed.headers["content-length"]) <= 20_000
    plain = get(client, "v1", **{"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == compressed.content
    assert "accept-encoding" in plain.headers["vary"].lower()


def test_only_the_pages_of_listed_origins_may_run_it(client: TestClient) -> None:
    assert get(client, "v1", Origin=LISTED).headers["access-control-allow-origin"] == LISTED
    other = get(client, "v1", Origin="https://evil.example")
    assert "access-control-allow-origin" not in other.headers
    assert "origin" in other.headers["vary"].lower()


@pytest.mark.parametrize("version", ["9.9.9", "v2", "..%2fearlier", "%2e%2e"])
def test_a_version_that_never_was_is_not_found(client: TestClient, version: str) -> None:
    response = get(client, version)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_an_earlier_version_stays(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / "0.9.0.js").write_text("export {};", "utf-8")
    (tmp_path / "assistant.js").write_text("export { newer };", "utf-8")
    (tmp_path / "versions.json").write_text('{"0.9.0": "sha384-a", "0.10.0": "sha384-b"}', "utf-8")
    monkeypatch.setattr(embed, "WIDGET", tmp_path)
    for kept in (embed.versions, embed._script):
        kept.cache_clear()
    try:
        assert get(client, "0.9.0").text == "export {};"
        assert get(client, "v1").text == get(client, "0.10.0").text == "export { newer };"
    finally:
        for kept in (embed.versions, embed._script):
            kept.cache_clear()
