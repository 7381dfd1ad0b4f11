"""The table that ``evals benchmark`` prints."""

from __future__ import annotations

import os

import numpy as np

from evals.benchmark import Benchmark, Taken
from evals.serving_costs import ASKED
from evals.tables import table


def benchmark_report(made: Benchmark) -> str:
    work, bare, asks, served, folder = made.best.work, made.bare, made.asks, made.serving, made.folder
    rows = [
        ("ingest, start-up taken off", *_times(work), ""),
        ("  its start-up, measured apart", *_times(made.best.start_up), ""),
        ("sentence-transformers encode, same texts", *_times(bare[0]), _ratio(work.wall, bare[0].wall)),
        ("our encoder, same texts", *_times(bare[1]), _ratio(work.wall, bare[1].wall)),
        (
            "  its passages a second, bare ones as 1",
            *_rates(bare[0].wall / bare[1].wall, bare[0].processor / bare[1].processor),
            "",
        ),
        (f"new folder of {folder.passages:,} passages", *_times(folder.first.whole), ""),
        (f"  sentence-transformers encode of {folder.sampled} of them", *_times(folder.bare), ""),
        ("  its passages a second, bare ones as 1", *_rates(folder.rates.wall, folder.rates.processor), ""),
        (f"unchanged folder of {folder.passages:,} passages", *_times(folder.again), ""),
        ("service, start to /ready", f"{served.ready_s:.2f} s", "", ""),
        (
            "  import of sentence-transformers",
            f"{made.peer_import:.2f} s",
            "",
            _ratio(served.ready_s, made.peer_import),
        ),
        ("  its page, from then on", f"{served.page_s:.2f} s", "", ""),
    ]
    if served.memory_mb is not None:
        rows.append((f"  its memory after {ASKED} questions and the page", f"{served.memory_mb:.0f} MB", "", ""))
    for quantile in (50, 95):
        ours, peer = (float(np.percentile(times, quantile)) for times in (asks.ours, asks.peer))
        rows.append((f"ask, p{quantile}", f"{ours:.1f} ms", "", ""))
        rows.append((f"LlamaIndex retriever over Chroma, p{quantile}", f"{peer:.1f} ms", "", _ratio(ours, peer)))
    title = (
        f"{made.documents}: {made.passages} passages; {len(asks.ours)} questions; best of {len(made.ingests)}; "
        f"{os.cpu_count()} cores"
    )
    return f"{title}\n\n{table(('what', 'time', 'of processors', 'ours / this'), rows)}"


def _times(taken: Taken) -> tuple[str, str]:
    return f"{taken.wall:.2f} s", f"{taken.processor:.2f} s"


def _rates(wall: float, processor: float) -> tuple[str, str]:
    return f"{wall:.2f}", f"{processor:.2f}"


def _ratio(ours: float, theirs: float) -> str:
    """ "-" where the difference of two measurements drowned in noise: a ratio of it would say nothing."""
    return f"{ours / theirs:.2f}" if ours > 0 else "-"
