"""What a serving process loads: not what only ingest and evaluation need. Python itself names every import it makes."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from tests.serving import serving

pytestmark = pytest.mark.slow

# Each costs seconds or hundreds of megabytes.
ELSEWHERE = {
    "torch", "sentence_transformers", "transformers", "sklearn", "matplotlib", "llama_index", "nltk", "onnx", "pypdf",
    "pptx", "ingest", "evals",
}  # fmt: skip
MEMORY_MB = 600


def _imported(log: str) -> list[str]:
    """The modules that Python says it has imported, in order."""
    return [line.rpartition("|")[2].strip() for line in log.splitlines() if line.startswith("import time:")]


def test_a_serving_process_loads_only_what_answers(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    with serving(index_dir, tmp_path / "server.log") as running, httpx.Client(base_url=running.url, timeout=120) as web:
        assert web.get("/ready").status_code == 200
        assert web.post("/v1/ask", json={"question": "Who repaired damp homes?"}).json()["status"] == "answered"
        assert web.get("/").status_code == 200
        names = _imported(running.log.read_text())
        status = Path(f"/proc/{running.pid}/status")
        held = status.read_text("ascii") if status.is_file() else ""
    loaded = {name.partition(".")[0] for name in names}
    assert {"server", "retrieval", "onnxruntime", "gradio"} <= loaded
    assert not loaded & ELSEWHERE
    assert names.index("uvicorn") < names.index("gradio")
    if held:
        assert int(held.partition("VmRSS:")[2].split()[0]) / 1000 < MEMORY_MB


def test_who_opens_the_page_at_once_waits_for_it_and_the_api_does_not(index_dir: Path, tmp_path: Path) -> None:
    with serving(index_dir, tmp_path / "server.log") as running, httpx.Client(base_url=running.url, timeout=120) as web:
        begun = time.monotonic()
        assert web.get("/health").status_code == 200
        healthy_s = time.monotonic() - begun
        page = web.get("/")
        paged_s = time.monotonic() - begun
        assert page.status_code == 200
        assert "/page.js" in page.text
        assert healthy_s < paged_s
        for file in ("/page.js", "/page.css"):
            assert web.get(file).status_code == 200
        assert web.get("/nothing-here").status_code == 404


def test_a_page_that_cannot_be_built_takes_nothing_else_with_it(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "gradio.py").write_text("raise ImportError('no such page')\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{broken}:{Path(__file__).parents[2]}")
    with serving(index_dir, tmp_path / "server.log") as running, httpx.Client(base_url=running.url, timeout=120) as web:
        refused = web.get("/")
        assert refused.status_code == 500
        assert web.post("/v1/ask", json={"question": "Who repaired damp homes?"}).json()["status"] == "answered"
        assert '"ImportError"' in running.log.read_text()
