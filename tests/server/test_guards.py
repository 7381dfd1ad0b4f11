"""Headers, origins, refused paths, rate limits, logs, and what is said when there is no index."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from retrieval.live import LiveAssistant
from server.app import create_app
from server.settings import Settings
from tests.serving import Running, environment, serving

pytestmark = pytest.mark.slow

ELSEWHERE = {"Host": "assistant.example", "Content-Type": "application/json"}  # Gradio trusts localhost; others do not
QUESTION = b'{"question": "How did the trust start?"}'
REFUSED = [
    "/gradio_api/upload", "/gradio_api/process_recording", "/gradio_api/file=https://evil.example/x",
    "/gradio_api/file=/etc/passwd", "/gradio_api/runs", "/gradio_api/runs/", "/gradio_api/run-history/connect",
    "/gradio_api/call/respond", "/gradio_api/run/predict", "/gradio_api/api/predict", "/monitoring",
    "/monitoring/summary", "/gradio_api/monitoring", "/gradio_api/vibe-code/", "/gradio_api/vibe-edit",
    "/gradio_api/component_server", "/gradio_api/deep_link", "/gradio_api/openapi.json", "/login", "/docs", "/redoc",
]  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/health", "/v1/config", "/v1/nope", "/openapi.json", "/theme.css"])
def test_every_response_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self';" in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["x-request-id"]
    assert "set-cookie" not in headers


def test_framing_is_allowed_to_the_sites_that_are_listed(index_dir: Path) -> None:
    settings = Settings(index=index_dir, frame_ancestors=("'self'", "https://haln.example"))
    client = TestClient(create_app(settings, LiveAssistant(index_dir, None)))
    policy = client.get("/health").headers["content-security-policy"]
    assert "frame-ancestors 'self' https://haln.example" in policy


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://listed.example.evil.example", "http://listed.example"]
)
@pytest.mark.parametrize("path", ["/v1/ask", "/gradio_api/queue/join"])
def test_a_site_that_is_not_listed_may_not_post(client: httpx.Client, origin: str, path: str) -> None:
    response = client.post(path, content=QUESTION, headers=ELSEWHERE | {"Origin": origin})
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "forbidden"
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("path", ["/", "/config", "/v1/config", "/gradio_api/info"])
def test_a_site_that_is_not_listed_may_not_read(client: httpx.Client, path: str) -> None:
    response = client.get(path, headers=ELSEWHERE | {"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in response.headers
    assert "access-control-allow-credentials" not in response.headers


def test_a_listed_site_may_ask(client: httpx.Client) -> None:
    origin = {"Origin": "https://listed.example"}
    asked = client.post("/v1/ask", content=QUESTION, headers=ELSEWHERE | origin)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == "https://listed.example"
    assert "access-control-allow-credentials" not in asked.headers
    assert "origin" in asked.headers["vary"].lower()
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    assert client.options("/v1/ask", headers=ELSEWHERE | origin | wanted).status_code == 200
    refused = client.post("/v1/ask", content=b"{}", headers=ELSEWHERE | origin)
    assert refused.headers["access-control-allow-origin"] == "https://listed.example"


def test_a_preflight_of_another_site_is_refused(client: httpx.Client) -> None:
    headers = ELSEWHERE | {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    assert client.options("/v1/ask", headers=headers).status_code == 403


def test_the_page_of_the_service_itself_may_ask(client: httpx.Client) -> None:
    headers = ELSEWHERE | {"Origin": "https://assistant.example"}
    assert client.post("/v1/ask", content=QUESTION, headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", REFUSED)
def test_what_the_page_does_not_need_does_not_exist(client: httpx.Client, method: str, path: str) -> None:
    response = client.request(method, path, headers={"Content-Type": "application/json"})
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_gradio_offers_no_api_and_keeps_no_history(client: httpx.Client) -> None:
    assert client.get("/gradio_api/info").json() == {"named_endpoints": {}, "unnamed_endpoints": {}}
    config = client.get("/config").json()
    assert config["analytics_enabled"] is False
    assert config["show_error"] is False
    assert config["footer_links"] == []
    assert config["max_file_size"] == 1024
    assert not config.get("run_history")
    assert all(d["api_visibility"] == "private" for d in config["dependencies"])


def test_rates_are_limited_by_address_and_forwarded_addresses_are_not_believed(index_dir: Path) -> None:
    settings = Settings(index=index_dir, rate_limit="3/minute")
    client = TestClient(create_app(settings, LiveAssistant(index_dir, None)))
    statuses = [client.get("/v1/config", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = client.post("/gradio_api/queue/join", json={})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "wait" in refused.json()["error"]["message"]
    assert client.get("/health").status_code == 200


def test_the_log_holds_no_question_address_or_query(anchorline_server: Running) -> None:
    with httpx.Client(base_url=anchorline_server.url) as client:
        client.post("/v1/ask", json={"question": "Is Zebedee Quux of Wexcombe in?"})
        client.post("/v1/ask", json={"question": "Zebedee\x00Quux"})
        client.get("/v1/config?name=Zebedee-Quux")
        client.get("/v1/sources/Zebedee-Quux")
    text = anchorline_server.log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    requests = [line for line in lines if "route" in line]
    asked = next(line for line in requests if line["route"] == "/v1/ask" and line["status"] == 200)
    answer = next(line for line in lines if "answer_id" in line and line["request_id"] == asked["request_id"])
    assert answer["total_ms"] >= answer["retrieve_ms"] > 0
    assert answer["channel"] == "api"
    assert {"time", "level", "method", "route", "status", "duration_ms", "request_id"} == set(lines[-1])
    assert lines[-1]["route"] == "/v1/sources/{source_id}"
    assert "Zebedee" not in text
    assert "127.0.0.1" not in text


def test_a_fault_gives_a_500_of_our_shape_without_its_words(index_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(index=index_dir), LiveAssistant(index_dir, None))

    def broken() -> None:
        raise ValueError("Zebedee Quux")

    app.add_api_route("/broken", broken)
    response = TestClient(app).get("/broken")
    assert response.status_code == 500
    assert response.json()["error"]["detail"]["request_id"] == response.headers["x-request-id"]
    assert "Zebedee" not in response.text + caplog.text
    assert "default-src 'self'" in response.headers["content-security-policy"]


def test_without_an_index_the_service_says_so(tmp_path: Path) -> None:
    with (
        serving(tmp_path / "nowhere", tmp_path / "server.log") as running,
        httpx.Client(base_url=running.url, timeout=60) as client,
    ):
        assert client.get("/health").status_code == 200
        assert client.get("/").status_code == 200
        ready = client.get("/ready")
        assert ready.status_code == 503
        assert ready.json()["ready"] is False
        assert "ingest" in ready.json()["error"]["message"]
        asked = client.post("/v1/ask", json={"question": "How do we start?"})
        assert asked.status_code == 503
        assert asked.json()["error"]["code"] == "unavailable"
        assert str(tmp_path) not in asked.text
        assert client.get("/v1/sources").status_code == 503
        assert client.get("/v1/config").status_code == 200


def test_a_port_in_use_is_one_clear_line(anchorline_server: Running, index_dir: Path) -> None:
    port = anchorline_server.url.rsplit(":", 1)[1]
    done = subprocess.run(
        [sys.executable, "-m", "server"],
        env=environment(index_dir, PORT=port),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "ANCHORLINE_PORT" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("ORIGINS", "*"),
        ("ORIGINS", "https://a.example/path"),
        ("FRAME_ANCESTORS", "'self'; script-src"),
        ("RATE_LIMIT", "often"),
        ("WHAT_IT_IS", "word " * 61),
    ],
)
def test_a_wrong_setting_is_one_clear_line(tmp_path: Path, name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server", "--openapi"],
        env=environment(tmp_path, **{name: value}),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"ANCHORLINE_{name}: ")
    assert done.stderr.count("\n") == 1
