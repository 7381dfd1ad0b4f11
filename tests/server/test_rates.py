"""How often one may ask: by address, by conversation, by site; behind proxies; counted in memory or in Redis."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from server.rates import EVENTS_PER_QUESTION
from server.settings import Settings
from tests.serving import Running, serving, serving_here

pytestmark = pytest.mark.slow

TOKEN = "X-Anchorline-Conversation"
REDIS = shutil.which("redis-server")
QUESTION = {"question": "How did the trust start?"}


@pytest.fixture(scope="module")
def limited(index_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole service, page and all, behind a proxy that it believes: each test comes from an address of its own."""
    folder = tmp_path_factory.mktemp("limited")
    limits = {"RATE_LIMIT": "20/minute", "CONVERSATION_LIMIT": "2/minute; 3/day", "SITE_LIMIT": "5/minute"}
    with serving(
        index_dir, folder / "log", ORIGINS="https://listed.example", TRUSTED_PROXIES="127.0.0.1 10.0.0.0/8", **limits
    ) as running:
        yield running


def client(running: Running, address: str, **headers: str) -> httpx.Client:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Client(base_url=running.url, timeout=60, headers={"X-Forwarded-For": address} | named)


def check_refused(response: httpx.Response, words: str) -> None:
    assert response.status_code == 429, response.text
    assert 1 <= int(response.headers["retry-after"]) <= 24 * 3600
    assert words in response.json()["error"]["message"]
    assert response.json()["error"]["code"] == "too_many_requests"


def test_an_address_is_limited_over_api_and_page_together(limited: Running) -> None:
    with client(limited, "192.0.2.1") as asking, client(limited, "192.0.2.2") as other:
        statuses = [asking.get("/v1/config").status_code for _ in range(10)]
        statuses += [asking.post("/gradio_api/queue/join", json={}).status_code for _ in range(10)]
        assert 429 not in statuses
        check_refused(asking.get("/v1/config"), "from one place")
        check_refused(asking.post("/gradio_api/queue/join", json={}), "from one place")
        check_refused(asking.post("/mcp", json={}), "from one place")
        assert asking.get("/health").status_code == 200
        assert asking.get("/").status_code == 200
        assert other.get("/v1/config").status_code == 200


def test_a_conversation_is_limited_wherever_it_comes_from(limited: Running) -> None:
    token = uuid4().hex
    for number in range(3):
        with client(limited, f"192.0.2.{10 + number}", **{TOKEN: token}) as asking:
            response = asking.post("/v1/ask", json=QUESTION)
            if number < 2:
                assert response.status_code == 200
            else:
                check_refused(response, "in one conversation")
            assert asking.get("/v1/sources").status_code == 200  # reading is not asking
    with client(limited, "192.0.2.10", **{TOKEN: uuid4().hex}) as asking:
        assert asking.post("/v1/ask", json=QUESTION).status_code == 200


def test_a_session_of_the_page_is_a_conversation(limited: Running) -> None:
    events = 2 * EVENTS_PER_QUESTION
    with client(limited, "192.0.2.20") as asking:
        sent = {"session_hash": uuid4().hex, "fn_index": 0, "data": []}
        statuses = [asking.post("/gradio_api/queue/join", json=sent).status_code for _ in range(events)]
        assert 429 not in statuses
        check_refused(asking.post("/gradio_api/queue/join", json=sent), "in one conversation")
        assert asking.post("/gradio_api/queue/join", json=sent | {"session_hash": "another"}).status_code != 429


def test_a_site_is_limited_and_may_read_that_it_is(limited: Running) -> None:
    for number in range(5):
        with client(limited, f"192.0.2.{30 + number}", Origin="https://listed.example") as asking:
            assert asking.get("/v1/config").status_code == 200
    with client(limited, "192.0.2.36", Origin="https://listed.example") as asking:
        response = asking.get("/v1/config")
        check_refused(response, "from this site")
        assert response.headers["access-control-allow-origin"] == "https://listed.example"
        assert "retry-after" in response.headers["access-control-expose-headers"].lower()


def test_the_last_hop_that_is_no_proxy_of_ours_counts(limited: Running) -> None:
    """What stands further left in the header could have been written by whoever asks."""
    statuses = []
    for number in range(21):
        with client(limited, f"198.51.100.{number}, 192.0.2.40, 10.1.2.3") as asking:
            statuses.append(asking.get("/v1/config").status_code)
    assert statuses == [200] * 20 + [429]


def test_addresses_of_one_ipv6_network_count_as_one(limited: Running) -> None:
    statuses = []
    for number in range(21):
        with client(limited, f"2001:db8:1:2::{number:x}") as asking:
            statuses.append(asking.get("/v1/config").status_code)
    assert statuses == [200] * 20 + [429]
    with client(limited, "2001:db8:1:3::1") as asking:
        assert asking.get("/v1/config").status_code == 200


@pytest.mark.parametrize("forwarded", ["", "unknown", "1.2.3.4:80", ",,,", "\u00e9", "192.0.2.300"])
def test_a_header_that_names_no_address_is_not_followed(limited: Running, forwarded: str) -> None:
    with httpx.Client(base_url=limited.url, headers={"X-Forwarded-For": forwarded.encode("latin-1")}) as asking:
        assert asking.get("/v1/config").status_code in (200, 429)


def test_off_switches_every_limit_off(index_dir: Path, tmp_path: Path) -> None:
    settings = quiet(index_dir, tmp_path, rate_limit="off", conversation_limit="1/day", queued=0, concurrent=1)
    with serving_here(settings) as url, httpx.Client(base_url=url, headers={TOKEN: "a-conversation"}) as asking:
        assert {asking.get("/v1/config").status_code for _ in range(150)} == {200}
        assert {asking.post("/v1/ask", json=QUESTION).status_code for _ in range(3)} == {200}


def quiet(index: Path, folder: Path, **chosen: object) -> Settings:
    return Settings.model_validate({"index": index, "feedback_url": "off", "switches": folder / "off"} | chosen)


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if REDIS is None:
        pytest.skip("redis-server is not on the PATH (apt-get install redis-server)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with redis_server(port, tmp_path_factory.mktemp("redis")):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def redis_server(port: int, folder: Path) -> Iterator[None]:
    command = [str(REDIS), "--port", str(port), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while not listens(port):
            assert time.monotonic() < until, "redis-server did not start"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_replicas_count_together_in_redis_and_tell_it_no_address(index_dir: Path, tmp_path: Path, redis: str) -> None:
    settings = quiet(index_dir, tmp_path, rate_limit="4/minute", limits_url=redis)
    with serving_here(settings) as one, serving_here(settings) as another:
        statuses = [httpx.get(f"{(one, another)[n % 2]}/v1/config").status_code for n in range(6)]
    assert statuses == [200] * 4 + [429] * 2
    client_library = pytest.importorskip("redis")
    keys = [key.decode() for key in client_library.from_url(redis).scan_iter()]
    assert keys
    assert not any("127.0.0.1" in key for key in keys)


def test_without_its_redis_the_service_counts_by_itself(index_dir: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"redis://127.0.0.1:{free.getsockname()[1]}/0"
    settings = quiet(index_dir, tmp_path, rate_limit="2/minute", limits_url=nobody)
    with serving_here(settings) as url:
        assert [httpx.get(f"{url}/v1/config").status_code for _ in range(3)] == [200, 200, 429]
