"""The feedback and gap log: what is kept of a question and its rating, where, how long, and what happens without it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy

from server.log_store import LogStore, moment, open_store, prune, questions
from server.metrics import Metrics
from server.settings import Settings
from tests.pace import slowness
from tests.serving import environment, serving_here

pytestmark = pytest.mark.slow

QUESTION = {"question": "How did the trust start to hire local people?"}
UNANSWERABLE = {"question": "What did the trust pay its Zanzibar consultants for the flying saucer?"}
COLUMNS = {
    "id", "asked_at", "answer_id", "status", "channel", "generation", "citations", "gaps", "facets", "question",
    "verdict", "reason", "rated_at",
}  # fmt: skip


def service(index: Path, store: str, **chosen: object) -> Settings:
    return Settings.model_validate({"index": index, "feedback_url": store, "rate_limit": "off"} | chosen)


def rows(store: str, expected: int, having: Callable[[dict[str, Any]], object] = bool) -> list[dict[str, Any]]:
    """The entries, once so many have what is looked for: they are written after the response is out."""
    until = time.monotonic() + 20
    while True:
        engine = open_store(store)
        with engine.connect() as connection:
            found = [dict(row) for row in connection.execute(sqlalchemy.select(questions)).mappings()]
        engine.dispose()
        if len([row for row in found if having(row)]) >= expected:
            return found
        assert time.monotonic() < until, found
        time.sleep(0.1)


def postgres() -> str | None:
    """Why no PostgreSQL can be started here, None if one can."""
    if not (shutil.which("initdb") and shutil.which("pg_ctl")):
        return "initdb and pg_ctl are not on the PATH (apt-get install postgresql)"
    if os.getuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        return "PostgreSQL does not run as root, and there is no user postgres"
    return None


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of its own, owned by the user postgres where the tests run as root."""
    if why := postgres():
        pytest.skip(why)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    user: dict[str, Any] = {}
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
        user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=120, **user)

    run("initdb", "-D", f"{folder}/data", "-U", "anchorline", "-A", "trust")
    run("pg_ctl", "-D", f"{folder}/data", "-o", options, "-l", f"{folder}/log", "-w", "start")
    try:
        yield f"postgresql+psycopg://anchorline@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/log/feedback.sqlite"
    url: str = request.getfixturevalue("postgresql")
    engine = open_store(url)
    with engine.begin() as connection:
        connection.execute(questions.delete())
    engine.dispose()
    return url


def test_a_rating_joins_its_answer_and_no_words_are_kept(index_dir: Path, store: str) -> None:
    facets = {"trust_type": ["acute"]}
    with serving_here(service(index_dir, store)) as url, httpx.Client(base_url=url, timeout=60) as client:
        answer = client.post("/v1/ask", json=QUESTION).json()
        client.post("/v1/ask", json=QUESTION | {"facets": facets})
        rating = {"answer_id": answer["answer_id"], "verdict": "not_useful", "reason": "wrong_page"}
        response = client.post("/v1/feedback", json=rating | {"comment": "Zebedee Quux was here"})
        assert (response.status_code, response.content) == (204, b"")
        found = {row["answer_id"]: row for row in rows(store, 1, lambda row: row["verdict"])}
        rows(store, 2)
    row = found[answer["answer_id"]]
    assert set(row) == COLUMNS
    assert (row["status"], row["channel"]) == (answer["status"], "api")
    assert (row["verdict"], row["reason"]) == ("not_useful", "wrong_page")
    assert (row["citations"], row["gaps"]) == (len(answer["citations"]), len(answer["gaps"]))
    assert row["generation"] == answer["index"]["generation"]
    assert moment(days_ago=1) < row["asked_at"] <= row["rated_at"] <= moment()
    assert row["question"] is None
    assert "Zebedee" not in str(found)
    assert any(row["facets"] == '{"trust_type": ["acute"]}' for row in rows(store, 2))


def test_words_are_kept_only_on_request_and_only_if_they_pass_the_screen(index_dir: Path, store: str) -> None:
    refused = [
        "My patient, NHS number 943 476 5919, needs a home",
        "Write to jo.bloggs@example.org about jobs",
        "I want to kill myself",
        "What dose of ibuprofen for a child?",
        # Heard by the second look alone.
        "my cousin shelley barnes lost her flat and sleeps in the car, who helps",
        "The insulin is drawn up and I have said goodbye to the children",
    ]
    with serving_here(service(index_dir, store, keep_questions=True)) as url:
        for question in (UNANSWERABLE["question"], *refused):
            httpx.post(f"{url}/v1/ask", json={"question": question}, timeout=60)
        found = rows(store, 7)
    kept = {row["status"]: row["question"] for row in found}
    assert [row["question"] for row in found if row["question"]] == [UNANSWERABLE["question"]]
    assert kept["personal_data"] is kept["crisis"] is kept["clinical"] is None
    assert sorted(row["status"] for row in found if not row["question"]) == [
        *("clinical", "crisis", "crisis", "personal_data", "personal_data", "personal_data")
    ]
    gap = next(row for row in found if row["question"])
    assert gap["status"] in ("not_found", "partial")


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"answer_id": "01J", "verdict": "useful"},
        {"answer_id": "943 476 5919", "verdict": "useful"},
        {"answer_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "verdict": "splendid"},
        {"answer_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "verdict": "useful", "reason": "call 07700 900123"},
        {"answer_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "reason": "other"},
    ],
)
def test_nothing_free_is_taken(client: httpx.Client, sent: dict[str, object]) -> None:
    response = client.post("/v1/feedback", json=sent)
    assert response.status_code == 422
    assert response.json()["error"]["message"].endswith(".")
    assert "943" not in response.text
    assert "07700" not in response.text


def test_a_rating_of_an_unknown_answer_is_taken_and_keeps_nothing(index_dir: Path, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/feedback.sqlite"
    with serving_here(service(index_dir, store)) as url:
        rating = {"answer_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "verdict": "useful"}
        assert httpx.post(f"{url}/v1/feedback", json=rating).status_code == 204
        httpx.post(f"{url}/v1/ask", json=QUESTION, timeout=60)
        assert [row["verdict"] for row in rows(store, 1)] == [None]


def test_answers_come_while_the_store_is_down_and_lost_entries_are_counted(index_dir: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never says a word
        store = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/nowhere"
        with serving_here(service(index_dir, store)) as url:
            for _ in range(3):
                begun = time.monotonic()
                response = httpx.post(f"{url}/v1/ask", json=QUESTION, timeout=60)
                assert response.status_code == 200
                assert time.monotonic() - begun < 2.5 * slowness()
            rating = {"answer_id": response.json()["answer_id"], "verdict": "useful"}
            assert httpx.post(f"{url}/v1/feedback", json=rating).status_code == 204
            until = time.monotonic() + 30
            while "anchorline_unstored_total 0.0" in httpx.get(f"{url}/metrics").text:
                assert time.monotonic() < until
                time.sleep(0.2)


def test_a_folder_that_cannot_be_written_loses_no_answer(index_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with serving_here(service(index_dir, f"sqlite:///{tmp_path}/file/feedback.sqlite")) as url:
        assert httpx.post(f"{url}/v1/ask", json=QUESTION, timeout=60).status_code == 200


def test_old_entries_are_deleted_by_the_command_and_in_the_running_service(index_dir: Path, store: str) -> None:
    def fill() -> None:
        engine = open_store(store)
        row = {"status": "answered", "channel": "api", "citations": 1, "gaps": 0, "facets": "{}"}
        with engine.begin() as connection:
            connection.execute(questions.delete())
            for number, age in enumerate((0, 9, 11, 200)):
                old = row | {"asked_at": moment(age), "answer_id": f"{number:026}", "question": "Secret words?"}
                connection.execute(questions.insert().values(old))
        engine.dispose()

    fill()
    done = subprocess.run(
        [sys.executable, "-m", "server", "prune"],
        env=environment(index_dir, FEEDBACK_URL=store, RETENTION_DAYS="10"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, "Deleted 2 entries older than 10 days.\n"), done.stderr
    assert len(rows(store, 2)) == 2
    assert prune(store, 5) == 1
    fill()
    with serving_here(service(index_dir, store, retention_days=10)):
        until = time.monotonic() + 60  # a crowded machine is slow to start
        while len(rows(store, 0)) != 2:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_deleted_words_do_not_linger_in_the_file(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/feedback.sqlite"
    engine = open_store(store)
    row = {"status": "not_found", "channel": "api", "citations": 0, "gaps": 1, "facets": "{}"}
    with engine.begin() as connection:
        old = row | {"asked_at": moment(200), "answer_id": "0" * 26, "question": "Lingering words?"}
        connection.execute(questions.insert().values(old))
    engine.dispose()
    assert b"Lingering" in (tmp_path / "feedback.sqlite").read_bytes()
    assert prune(store, 90) == 1
    assert b"Lingering" not in (tmp_path / "feedback.sqlite").read_bytes()


def test_a_store_that_is_behind_drops_and_counts(index_dir: Path, tmp_path: Path) -> None:
    """The database is locked by someone else for the whole time."""
    file = tmp_path / "feedback.sqlite"
    open_store(f"sqlite:///{file}").dispose()
    figures = Metrics()
    store = LogStore(f"sqlite:///{file}", figures)
    with sqlite3.connect(file) as other:
        other.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        for _ in range(1_100):
            store.rate("0" * 26, "useful", None)
        assert time.monotonic() - begun < 2 * slowness()
        assert figures.registry.get_sample_value("anchorline_unstored_total") >= 99


def test_a_database_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "server", "prune"],
        env=environment(tmp_path, FEEDBACK_URL=f"sqlite:///{tmp_path}/file/feedback.sqlite"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "ANCHORLINE_FEEDBACK_URL" in done.stderr
