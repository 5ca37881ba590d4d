"""The time passes, and the outbox is done."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.utils import timezone

from core.models import Outbox
from core.outbox import drain


def after(days: float) -> None:
    """Do everything that is due `days` from now."""
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        drain()
    assert not Outbox.objects.exclude(error="").filter(topic__startswith="accounts.e").exists()
