"""How costs grow: the made-up passages keep the shape of real ones, and the command measures every stage of them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import AnchorlineError
from corpus.types import Basis
from evals.__main__ import main
from evals.growth import IN_PROCESS, WHOLE, Cost, Wanted, grow, growth_figures, growth_report, synthetic
from evals.growth_plot import growth_svg
from ingest.run import ingest_paths
from retrieval.assistant import Assistant, open_assistant
from retrieval.encode import Encoder
from retrieval.generation import current_folder
from retrieval.search import PIPELINES
from tests.conftest import REPO

ENCODERS = REPO / ".cache" / "encoders"
DOCUMENT = """\
# Harbour trust

## Jobs for neighbours

Harbour trust runs an apprenticeship scheme with the local college. It has hired 41 apprentices from nearby streets.

## Local spend

| Year | Spend |
| --- | --- |
| 2020 | 12% |
| 2021 | 19% |

## Warm homes

Nurses of Harbour trust refer patients in cold homes to an energy adviser. The adviser saw 230 households in a year.
"""


@pytest.fixture(scope="module")
def index_dir(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("growth")
    (folder / "harbour.md").write_text(DOCUMENT, encoding="utf-8")
    assert ingest_paths([folder / "harbour.md"], folder / "index", encoder).published is not None
    return folder / "index"


@pytest.fixture(scope="module")
def small(index_dir: Path) -> Iterator[Assistant]:
    with open_assistant(index_dir, None, ENCODERS) as assistant:
        yield assistant


@pytest.mark.slow
def test_neighbours_have_the_shape_of_real_passages(small: Assistant) -> None:
    content = small.content
    real = len(content.passages)
    made = synthetic(content, 3 * real + 1)
    assert made.passages[:real] == content.passages
    assert np.array_equal(made.vectors[:real], content.vectors)
    assert len(made.passages) == len(made.vectors) == 3 * real + 1
    assert len({passage.passage_id for passage in made.passages}) == 3 * real + 1
    assert len(made.sentence_vectors) == sum(len(passage.sentences) for passage in made.passages)
    assert np.allclose(np.linalg.norm(made.vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(np.linalg.norm(made.sentence_vectors.astype(np.float32), axis=1), 1, atol=1e-2)
    assert {stored.source for stored in made.sources} == {passage.source for passage in made.passages}
    for at, passage in enumerate(made.passages[real:], start=real):
        like = content.passages[at % real]
        assert passage.source.basis is Basis.SOURCE
        assert [s.kind for s in passage.sentences] == [s.kind for s in like.sentences]
        assert [passage.quote(i).count("\t") for i in range(len(passage.sentences))] == [
            like.quote(i).count("\t") for i in range(len(like.sentences))
        ]
        assert 0.5 < float(made.vectors[at] @ content.vectors[at % real]) < 0.7
    assert any(made.passages[at].text != content.passages[at % real].text for at in range(real, 2 * real))


@pytest.mark.slow
def test_it_is_the_same_twice_and_may_be_smaller_than_the_index(small: Assistant) -> None:
    one, two = (synthetic(small.content, 11) for _ in range(2))
    assert one.passages == two.passages
    assert np.array_equal(one.vectors, two.vectors)
    assert synthetic(small.content, 1).passages == small.passages[:1]


@pytest.mark.slow
def test_the_command_measures_every_stage_at_every_size(
    index_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plot, written = tmp_path / "made" / "growth.svg", tmp_path / "growth.json"
    command = ["growth", "--index", str(index_dir), "--sizes", "40,20", "--at", str(tmp_path), "--questions", "50"]
    assert main([*command, "--plot", str(plot), "--json", str(written)]) == 0
    said = capsys.readouterr().out
    costs = json.loads(written.read_text(encoding="utf-8"))
    assert [cost["passages"] for cost in costs] == [20, 40]
    assert current_folder(tmp_path / "index-40").is_dir()  # kept, so that it need not be built again
    for cost in costs:
        assert cost["searched"] == IN_PROCESS and 50 <= len(cost["stages_ms"][WHOLE]) < 100
        assert cost["build_s"] > 0 and cost["open_s"] > 0 and cost["disk_mb"] > 0.05
        assert cost["memory_mb"] is None or cost["memory_mb"] > 50
        stages = cost["stages_ms"]
        assert len({len(times) for times in stages.values()}) == 1
        assert all(f"both legs, {name}" in stages for name in PIPELINES if name not in ("dense", "bm25"))
        assert np.median(stages[WHOLE]) >= np.median(stages["encode the question"]) / 2
    assert all(stage in said for stage in costs[0]["stages_ms"])
    assert "on disk, MB" in said
    ET.parse(plot)


@pytest.mark.slow
def test_growth_of_nothing_says_why(small: Assistant) -> None:
    with pytest.raises(AnchorlineError, match="a suite with questions"):
        next(grow(small.content, [], Wanted((10,), encoders=ENCODERS)))


@pytest.mark.parametrize("sizes", ["", "0", "10,", "ten", "-5"])
def test_sizes_are_whole_numbers(sizes: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["growth", f"--sizes={sizes}"])
    assert "whole numbers above 0" in capsys.readouterr().err


SMALL = {"dense <50>": (1.0, 2.0, 3.0), WHOLE: (10.0, 20.0, 90.0)}
LARGE = {"dense <50>": (4.0, 5.0, 0.0), WHOLE: (30.0, 40.0, 200.0)}
COSTS = (
    Cost(1_000, IN_PROCESS, 1.0, 0.1, 5.0, None, None, SMALL, SMALL),
    Cost(50_000, IN_PROCESS, 60.0, 4.0, 500.0, 900.0, 400.0, LARGE, LARGE),
)


def test_tables_and_plot_show_what_was_measured() -> None:
    said = growth_report(COSTS)
    assert "2.0 / 2.9" in said and "40.0 / 184.0" in said
    assert f"{WHOLE}, CPU" in said and said.count("40.0 / 184.0") == 2
    assert [line.split()[-2:] for line in said.splitlines()[-2:]] == [["-", "900"], ["-", "400"]]
    drawn = ET.fromstring(growth_svg(COSTS))
    labels = [text.text or "" for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "dense <50>: 4.0 ms" in labels and f"{WHOLE}, p95: 184.0 ms" in labels
    assert "1,000" in labels and "50,000" in labels
    heights = {label: _y(drawn, label) for label in labels}
    # The more it costs, the higher it stands.
    assert heights[f"{WHOLE}, p95: 184.0 ms"] < heights[f"{WHOLE}: 40.0 ms"] < heights["dense <50>: 4.0 ms"]
    assert "href" not in growth_svg(COSTS)


def test_what_is_kept_names_the_size() -> None:
    figures = growth_figures(COSTS)
    assert figures["ask_p50_ms_at_1000"] == 20.0 and figures["ask_p95_ms_at_50000"] == 184.0
    assert figures["ask_p50_cpu_ms_at_1000"] == 20.0
    assert figures["memory_mb_at_1000"] is None and figures["own_mb_at_50000"] == 400.0


def test_one_size_is_a_plot_too() -> None:
    ET.fromstring(growth_svg(COSTS[:1]))


def _y(drawn: ET.Element, label: str) -> float:
    return next(float(t.attrib["y"]) for t in drawn.iter("{http://www.w3.org/2000/svg}text") if t.text == label)
