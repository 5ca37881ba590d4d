"""How long the desk keeps people waiting, for a monitoring system."""

from __future__ import annotations

from django.db.models import Min
from django.utils import timezone

from core.metrics.state import Values, reports
from moderation.models import Case


@reports("parkbench_case_waiting_seconds", "How long the oldest undecided case has waited", "queue")
def oldest_case() -> Values:
    """Return seconds by queue; nought where nothing waits."""
    now = timezone.now()
    oldest = dict(Case.objects.waiting().order_by().values_list("queue").annotate(oldest=Min("opened_at")))
    return {(queue.value,): (now - oldest.get(queue.value, now)).total_seconds() for queue in Case.Queue}
