"""How many answers a day a language model may have a part in, so that a hosted model's bill has an end.

A day is the last 24 hours. Replicas count together where they count limits together.
"""

from __future__ import annotations

import logging
import math

from limits import RateLimitItemPerDay

from server.errors import Refusal
from server.metrics import Metrics
from server.rates import Count, Counter

log = logging.getLogger("anchorline.budget")

_ALARM_AT = 0.8
_SPENT = "The language model has written as many answers as it may today. Ask without it: choose the writer extract."


class ModelBudget:
    """``answers`` a day; any number if None."""

    def __init__(self, answers: int | None, limits_url: str | None, metrics: Metrics) -> None:
        self._metrics = metrics
        self._counter = Counter(limits_url) if answers else None
        self._all = _a_day("model", answers or 1)
        self._most = _a_day("model-alarm", max(1, math.floor((answers or 1) * _ALARM_AT)))
        self._told = False

    async def spend(self) -> None:
        """Count one answer. Raises a Refusal when the day's are spent."""
        if self._counter is None:
            return
        if wait_s := await self._counter.wait_s(self._all):
            self._metrics.refused.labels("model_budget").inc()
            raise Refusal(503, "model_budget", _SPENT, headers={"Retry-After": str(math.ceil(wait_s))})
        low = await self._counter.wait_s(self._most) > 0
        self._metrics.model_low.set(low)
        if low and not self._told:
            log.warning({"model_budget": "over four fifths of a day's answers are spent"})
        self._told = low


def _a_day(kind: str, answers: int) -> Count:
    return Count(kind, (RateLimitItemPerDay(answers),), "all")
