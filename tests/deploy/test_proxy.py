"""The recipes for nginx, followed by a real nginx: Anchorline under a path, and replicas behind one address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from tests.deploy.conftest import ENCODERS
from tests.proxied import PROXIES, answers, free_port, nginx, over_replicas
from tests.serving import Running, serving
from tests.ui.seeing import opened
from tests.ui.widget.hosting import EMPTY_STORES, STORES

pytestmark = pytest.mark.slow

PATH = "/anchorline"
QUESTION = "How did Wexcombe help local people into jobs?"


@pytest.fixture(scope="module")
def under_a_path(index_dir: Path) -> Iterator[Running]:
    log = index_dir.with_name("server.log")
    with serving(index_dir, log, ENCODER_CACHE=ENCODERS, ROOT_PATH=PATH, TRUSTED_PROXIES="127.0.0.1") as running:
        yield running


@pytest.fixture
def site(under_a_path: Running, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address of the service as visitors know it, and the folder of nginx's logs."""
    port = free_port()
    location = (PROXIES / "nginx-subpath.conf").read_text().replace("http://127.0.0.1:8000", under_a_path.url)
    server = f"server {{ listen 127.0.0.1:{port}; {location} }}"
    configuration = f"pid nginx.pid; events {{}} http {{ access_log /var/log/nginx/access.log; {server} }}"
    with nginx(configuration, tmp_path) as logs:
        assert answers(f"http://127.0.0.1:{port}{PATH}/health").status_code == 200
        yield f"http://127.0.0.1:{port}{PATH}", logs


def test_api_events_and_embed_answer_under_the_path(site: tuple[str, Path]) -> None:
    url, _ = site
    with httpx.Client(timeout=60) as client:
        answer = client.post(f"{url}/v1/ask", json={"question": QUESTION}).json()
        assert "42 local people" in answer["text"]
        headers = {"Accept": "text/event-stream"}
        with client.stream("POST", f"{url}/v1/ask", json={"question": QUESTION}, headers=headers) as events:
            said = "".join(events.iter_text())
        done = json.loads(said.rpartition("event: done")[2].partition("data: ")[2].splitlines()[0])
        assert done["citations"] == answer["citations"]
        passage = answer["citations"][0]["passage_id"].replace("#", "%23")
        assert client.get(f"{url}/v1/passages/{passage}").json()["passage_id"] == answer["citations"][0]["passage_id"]
        assert client.get(f"{url}/embed/v1/assistant.js").headers["content-type"].startswith("text/javascript")
        assert client.get(f"{url}/openapi.json").json()["servers"] == [{"url": PATH}]
        rating = {"answer_id": answer["answer_id"], "verdict": "useful"}
        assert client.post(f"{url}/v1/feedback", json=rating).status_code == 204
        own = {"Origin": url.removesuffix(PATH)}
        assert client.post(f"{url}/v1/ask", json={"question": QUESTION}, headers=own).status_code == 200
        assert client.get(f"{url}/metrics").status_code == 403
        assert client.get(url).headers["location"] == f"{PATH}/"


def test_whatever_the_page_names_is_under_the_path(site: tuple[str, Path]) -> None:
    url, _ = site
    with httpx.Client(timeout=60, base_url=url + "/") as client:
        page = client.get("./", headers={"X-Forwarded-Host": "evil.example"}).text
        named = set(re.findall(r'(?:src|href)=\\?"([^"#?\\]+)', page))
        assert "evil.example" not in page
        assert {f"{PATH}/page.js", f"{PATH}/page.css"} <= named
        named.discard("/manifest.json")  # Gradio's own slip; no browser needs it
        assert not [name for name in named if name.startswith("/") and not name.startswith(f"{PATH}/")]
        for name in named:
            assert client.get(str(httpx.URL(f"{url}/").join(name))).status_code == 200, name


def test_no_log_of_the_proxy_holds_a_question(site: tuple[str, Path]) -> None:
    url, logs = site
    httpx.get(f"{url}/", params={"q": "planted words"}, timeout=60)
    httpx.get(f"{url}/v1/nope/planted", params={"q": "planted words"}, timeout=60)
    assert "planted" not in "".join(file.read_text() for file in logs.iterdir())


def test_the_page_asks_follows_links_and_rates_under_the_path(browser: Browser, site: tuple[str, Path]) -> None:
    """``opened`` fails on any request outside the path."""
    url, _ = site
    with opened(browser, url, "1280") as seen:
        seen.ask(QUESTION)
        seen.page.get_by_role("group", name="Was this useful?").get_by_role("button", name="Yes").first.click()
        seen.page.get_by_text("Your rating has been noted.").wait_for()
        seen.follow("About the documents", "About the corpus")
        assert seen.page.url.startswith(f"{url}/?")
        developers = seen.page.get_by_role("link", name="For developers: the API")
        assert developers.evaluate("link => link.href") == f"{url}/openapi.json"
        assert seen.page.evaluate(STORES) == EMPTY_STORES


def test_a_link_to_a_question_opens_it_under_the_path(browser: Browser, site: tuple[str, Path]) -> None:
    url, _ = site
    with opened(browser, url, "1280", "?q=How+did+Wexcombe+help+local+people+into+jobs%3F") as seen:
        seen.answered(QUESTION)


def test_replicas_answer_behind_one_address(index_dir: Path, tmp_path: Path) -> None:
    log = index_dir.with_name("replica.log")
    with serving(index_dir, log, ENCODER_CACHE=ENCODERS, TRUSTED_PROXIES="127.0.0.1") as one:
        port, nobody = free_port(), f"127.0.0.1:{free_port()}"
        url = f"http://127.0.0.1:{port}"
        configuration = over_replicas((one.url.removeprefix("http://"), nobody), port, tmp_path / "logs")
        with nginx(configuration, tmp_path) as logs, httpx.Client(base_url=url, timeout=60) as client:
            assert answers(f"{url}/health").status_code == 200
            asked = [client.post("/v1/ask", json={"question": QUESTION}) for _ in range(6)]
            assert {response.status_code for response in asked} == {200}  # one of the two is not there
            assert client.get("/", params={"q": "planted words"}).status_code == 200
            assert client.get("/metrics").status_code == 403
            assert "planted" not in "".join(file.read_text() for file in logs.iterdir())
