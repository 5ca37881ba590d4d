"""What tests of the desk send and read."""

from __future__ import annotations

import uuid
from typing import Any

from django.core import signing
from django.test import Client

from moderation.models import Case


def fields(case: Case, outcome: str = "publish", **typed: Any) -> dict[str, Any]:
    """Return what the form of the card sends, as the card would show the case now."""
    case = Case.objects.select_related("comment").get(pk=case.pk)
    return {
        "outcome": outcome, "key": str(uuid.uuid4()), "lock_version": case.lock_version,
        "revision": case.comment.revision, **typed,
    }  # fmt: skip


def address(case: Case, verb: str = "") -> str:
    """Return the address of the card, or of what is done to it."""
    return f"{case.get_absolute_url()}{verb}{'/' if verb else ''}"


def opened_at(moment: float) -> str:
    """Return the stamp of a card that was opened at `moment`."""
    return signing.Signer(salt="moderation.card.opened").sign(f"{moment:.2f}")


def page_of(client: Client, case: Case) -> str:
    """Return the card's page."""
    response = client.get(address(case))
    assert response.status_code == 200
    return response.content.decode()
