"""Traces for an OpenTelemetry collector, when one is configured; nothing of the library is imported otherwise.

A span names a route, a status, counts and durations. The provider is ours alone and not the process's: other libraries
then have nowhere to send spans of their own, whose attributes could hold what was asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Tracer

Attributes = dict[str, str | int | float]


class Tracing:
    """Spans to ``url``, or to nowhere when it is None. Raises ImportError without the ``tracing`` extra."""

    def __init__(self, url: str | None) -> None:
        self._tracer = _tracer(url) if url else None

    @contextmanager
    def span(self, name: str, headers: Mapping[str, str] | None = None) -> Iterator[Attributes]:
        """A span over the block, which fills in the attributes. ``headers`` may name the caller's span."""
        attributes: Attributes = {}
        if self._tracer is None:
            yield attributes
            return
        with self._tracer.start_as_current_span(
            name, context=_caller(headers or {}), record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield attributes
            finally:
                span.set_attributes(attributes)
                if "http.route" in attributes:
                    span.update_name(f"{name} {attributes['http.route']}")


def _tracer(url: str) -> Tracer:
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource({"service.name": "anchorline"}))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(url, insecure=url.startswith("http://")), schedule_delay_millis=1000)
    )
    return provider.get_tracer("anchorline")


def _caller(headers: Mapping[str, str]) -> Context | None:
    """The span that the caller named. ``tracestate`` is not taken over: it is free text."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    parent = headers.get("traceparent")
    return TraceContextTextMapPropagator().extract({"traceparent": parent}) if parent else None
