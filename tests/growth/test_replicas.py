"""Three real services over one published index behind a real nginx; one is killed under load."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from retrieval.encode import Encoder
from tests.conftest import REPO
from tests.proxied import answers, free_port, nginx, over_replicas
from tests.serving import DOCUMENTS, Running, build_index, serving, write

RATE = 20  # questions a second
LOAD_S = 15.0
KILLED_AFTER_S = 4.0
LONGEST_S = 20.0  # an answer takes 30 ms; what takes this long hangs
PAGE = 'anchorline_requests_total{method="GET",route="/page.css"'
QUESTIONS = (
    "How many local people began jobs?",
    "What was done about damp homes?",
    "What did the trust ask of suppliers?",
    "How did the trust measure impact?",
)

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Site:
    url: str
    replicas: tuple[Running, ...]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("replicas")
    shutil.copytree(REPO / ".cache" / "encoders", folder / "index" / "encoders")  # so that nobody exports it anew
    index = build_index(write(DOCUMENTS, folder / "documents"), folder / "index")
    with ExitStack() as ending:
        replicas = tuple(
            ending.enter_context(serving(index, folder / f"replica-{at}.log", TRUSTED_PROXIES="127.0.0.1"))
            for at in range(3)
        )
        port = free_port()
        addresses = [replica.url.removeprefix("http://") for replica in replicas]
        ending.enter_context(nginx(over_replicas(addresses, port, folder / "logs"), folder))
        url = f"http://127.0.0.1:{port}"
        assert answers(f"{url}/health").status_code == 200
        yield Site(url, replicas)


def counted(replica: Running, figure: str) -> int:
    lines = [
        line for line in httpx.get(f"{replica.url}/metrics", timeout=30).text.splitlines() if line.startswith(figure)
    ]
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in lines))


def test_questions_go_round_and_every_replica_gives_the_same_answer(site: Site) -> None:
    before = [counted(replica, "anchorline_answers_total{") for replica in site.replicas]
    asked = [httpx.post(f"{site.url}/v1/ask", json={"question": QUESTIONS[0]}, timeout=60).json() for _ in range(6)]
    assert len({answer["text"] for answer in asked}) == 1
    assert {answer["index"]["generation"] for answer in asked} == {"gen-000001"}
    after = [counted(replica, "anchorline_answers_total{") for replica in site.replicas]
    assert [now - was for now, was in zip(after, before, strict=True)] == [2, 2, 2]


def test_a_browser_stays_with_one_replica_and_browsers_of_one_address_are_spread(site: Site) -> None:
    def page(browser: str) -> list[int]:
        before = [counted(replica, PAGE) for replica in site.replicas]
        for _ in range(3):
            assert httpx.get(f"{site.url}/page.css", headers={"User-Agent": browser}, timeout=60).status_code == 200
        after = [counted(replica, PAGE) for replica in site.replicas]
        return [now - was for now, was in zip(after, before, strict=True)]

    took = [page(f"browser {at}") for at in range(8)]
    assert all(sorted(one) == [0, 0, 3] for one in took)
    assert len({one.index(3) for one in took}) > 1
    assert httpx.get(f"{site.url}/metrics", timeout=60).status_code == 403


async def one(client: httpx.AsyncClient, at: int) -> tuple[str, float]:
    begun = time.perf_counter()
    try:
        response = await client.post("/v1/ask", json={"question": QUESTIONS[at % len(QUESTIONS)]})
        outcome = "answered" if response.status_code == 200 and response.json()["blocks"] else str(response.status_code)
    except httpx.TimeoutException:
        outcome = "hung"
    except httpx.HTTPError as error:
        outcome = type(error).__name__
    return outcome, time.perf_counter() - begun


async def load(url: str, killing: int) -> list[tuple[str, float]]:
    """Questions at a steady rate whatever becomes of them; one process is killed on the way."""
    async with httpx.AsyncClient(base_url=url, timeout=LONGEST_S, limits=httpx.Limits(max_connections=200)) as client:
        asking: list[asyncio.Task[tuple[str, float]]] = []
        begun, alive = time.perf_counter(), True
        for at in range(int(RATE * LOAD_S)):
            await asyncio.sleep(max(0.0, begun + at / RATE - time.perf_counter()))
            asking.append(asyncio.create_task(one(client, at)))
            if alive and time.perf_counter() - begun > KILLED_AFTER_S:
                os.kill(killing, signal.SIGKILL)
                alive = False
        assert not alive
        return list(await asyncio.gather(*asking))


def test_one_of_three_killed_under_load_costs_no_more_than_one_question_in_a_hundred(site: Site) -> None:
    victim = site.replicas[1]
    results = asyncio.run(load(site.url, victim.pid))
    outcomes = Counter(outcome for outcome, _ in results)
    took = sorted(seconds for _, seconds in results)
    lost = len(results) - outcomes["answered"]
    print(
        f"\n{len(results)} questions at {RATE} a second over 3 replicas, one killed: {dict(outcomes)}, "
        f"median {took[len(took) // 2] * 1000:.0f} ms, 99 % {took[int(len(took) * 0.99)] * 1000:.0f} ms, "
        f"longest {took[-1] * 1000:.0f} ms"
    )
    assert outcomes["hung"] == 0
    assert lost <= len(results) / 100
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{victim.url}/health")
    assert httpx.get(f"{site.url}/ready", timeout=60).json()["ready"]
