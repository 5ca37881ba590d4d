"""Forgetting what the house kept long enough; each once a day."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from moderation.models import Fingerprint, NetworkTrace, Report, Sanction
from moderation.rules.vocabulary import ASK_LIMITS
from moderation.transitions import WAITING


def forget_networks() -> int:
    """Take the hash of the reporter's network off reports that are old enough; they keep their weight."""
    before = timezone.now() - timedelta(days=settings.NETWORK_DAYS)
    return Report.objects.filter(created_at__lt=before).exclude(network="").update(network="")


def forget_traces() -> int:
    """Forget where comments came from once no rule can count them any more, and return how many."""
    before = timezone.now() - timedelta(hours=ASK_LIMITS["hours"][1])
    return NetworkTrace.objects.filter(at__lt=before).delete()[0]


def forget_marks() -> int:
    """Take the hash of the address off bans that have ended: it was kept for as long as they last."""
    over = Q(lifted_at__isnull=False) | Q(until__lte=timezone.now())
    return Sanction.objects.filter(over).exclude(address_hash="").update(address_hash="")


def forget_fingerprints() -> int:
    """Delete fingerprints of texts that are older than anybody compares with (`FINGERPRINT_DAYS`)."""
    before = timezone.now() - timedelta(days=settings.FINGERPRINT_DAYS)
    return Fingerprint.objects.filter(at__lt=before).delete()[0]


def forget_notes() -> int:
    """Delete the notes of reports by nobody (who reported was erased) once their case is decided."""
    rows = Report.objects.filter(user=None, guest=None).exclude(note="").exclude(case__state__in=WAITING)
    return rows.update(note="")
