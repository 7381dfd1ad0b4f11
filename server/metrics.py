"""What ``/metrics`` tells Prometheus: counts and durations by route, status and kind, never by who asked or what."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from retrieval.live import LiveAssistant
from retrieval.types import Answer

router = APIRouter()
disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each figure, which nobody reads
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """One set of figures a service, so that two services in one process do not count together."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        held = self.registry
        self.requests = Counter(
            "anchorline_requests", "Requests answered", ["route", "method", "status"], registry=held
        )
        self.request_s = Histogram(
            "anchorline_request_seconds", "Until a response was sent whole", ["route"], buckets=_SECONDS, registry=held
        )
        self.answers = Counter(
            "anchorline_answers", "Questions answered", ["channel", "writer", "status"], registry=held
        )
        self.answer_s = Histogram(
            "anchorline_answer_seconds", "What an answer took, by stage", ["stage"], buckets=_SECONDS, registry=held
        )
        self.refused = Counter("anchorline_refused", "Requests turned away, by reason", ["reason"], registry=held)
        self.ratings = Counter("anchorline_ratings", "Answers rated", ["verdict", "reason"], registry=held)
        self.unstored = Counter(
            "anchorline_unstored", "Ratings and gaps lost: the store was down or behind", registry=held
        )
        self.waiting = Gauge("anchorline_waiting", "Questions waiting for their turn", ["lane"], registry=held)
        self.ready = Gauge("anchorline_ready", "1 while questions can be answered", registry=held)
        self.fault = Gauge("anchorline_index_fault", "1 while /ready names a fault of the index", registry=held)
        self.model_low = Gauge(
            "anchorline_model_budget_low", "1 while over four fifths of a day's model answers are spent", registry=held
        )
        self.generation = Gauge(
            "anchorline_generation", "1 for the generation that answers", ["generation"], registry=held
        )

    def answered(self, answer: Answer, channel: str, writer: str) -> None:
        self.answers.labels(channel, writer, answer.status.value).inc()
        for stage, milliseconds in answer.timings_ms.items():
            self.answer_s.labels(stage).observe(milliseconds / 1000)

    def text(self, live: LiveAssistant) -> bytes:
        state = live.state()
        self.ready.set(state.ready)
        self.fault.set(state.reason is not None)
        self.generation.clear()
        if state.generation:
            self.generation.labels(state.generation).set(1)
        return generate_latest(self.registry)


def _metrics(request: Request) -> Metrics:
    return cast(Metrics, request.app.state.metrics)


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, held: Annotated[Metrics, Depends(_metrics)]) -> Response:
    """For the operator. It holds figures only; a proxy may still keep it from strangers."""
    return Response(held.text(cast(LiveAssistant, request.app.state.live)), media_type=CONTENT_TYPE_LATEST)
