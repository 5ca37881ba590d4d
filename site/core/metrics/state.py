"""The state of the site at the moment that a monitoring system asks: what waits, how long, and what was given up.

Each app says what it knows by `reports`; `core` knows the outbox and the queues of Celery. Whoever reports asks the
database a fixed, small number of questions: this is done every few seconds. What cannot be asked is left out, and
the rest is told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core import redis
from core.models import Outbox

log = logging.getLogger(__name__)

#: Values of the labels, in their order → the value.
Values = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Report:
    """One gauge: its name, what it means, the names of its labels, and who knows its values."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    ask: Callable[[], Values]


_REPORTS: list[Report] = []


def reports(name: str, meaning: str, *labels: str) -> Callable[[Callable[[], Values]], Callable[[], Values]]:
    """Register the decorated function as the source of the gauge `name`: it returns values by labels."""

    def register(ask: Callable[[], Values]) -> Callable[[], Values]:
        _REPORTS.append(Report(name, meaning, labels, ask))
        return ask

    return register


class State(Collector):
    """Asks every report anew."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return the gauges; one whose source fails is missing."""
        for report in _REPORTS:
            gauge = GaugeMetricFamily(report.name, report.meaning, labels=report.labels)
            for labels, value in self._values(report):
                gauge.add_metric(labels, value)
            yield gauge

    def _values(self, report: Report) -> Iterable[tuple[tuple[str, ...], float]]:
        try:
            return report.ask().items()
        except Exception:
            # Each source has exceptions of its own; a database that is away must not hide the counters.
            log.exception("metrics: a report failed", extra={"report": report.name})
            return ()


@reports("parkbench_outbox_lag_seconds", "How long the oldest due task has been due", "urgency")
def outbox_lag() -> Values:
    """Return seconds by urgency; nought when nothing is due."""
    now = timezone.now()
    due = Outbox.objects.filter(done_at=None, failed_at=None, next_at__lte=now).order_by()
    oldest = dict(due.values_list("urgency").annotate(oldest=Min("next_at")))
    return {
        (urgency.name.lower(),): (now - oldest.get(urgency.value, now)).total_seconds() for urgency in Outbox.Urgency
    }


@reports("parkbench_outbox_rows", "Tasks of the outbox that wait, or were given up", "topic", "state")
def outbox_rows() -> Values:
    """Return counts of what is not done."""
    # Two parts, each with an index of its own that leaves out the done rows of a week.
    found: dict[tuple[str, ...], float] = {}
    for state, rows in (("waiting", Q(done_at=None, failed_at=None)), ("given_up", Q(failed_at__isnull=False))):
        counts = Outbox.objects.filter(rows).order_by().values_list("topic").annotate(n=Count("pk"))
        found |= {(topic, state): n for topic, n in counts}
    return found


@reports("parkbench_queue_length", "Messages that wait for a worker", "queue")
def queue_lengths() -> Values:
    """Return lengths by queue; nothing without Redis, or while it does not answer."""
    if not settings.REDIS_URL:
        return {}
    lengths: list[int] = redis.breaker.run(_lengths, list)
    return {(queue,): length for queue, length in zip(settings.OUTBOX_QUEUES, lengths, strict=False)}


def _lengths() -> list[int]:
    pipeline = redis.client().pipeline(transaction=False)
    for queue in settings.OUTBOX_QUEUES:
        pipeline.llen(queue)
    return list(pipeline.execute())
