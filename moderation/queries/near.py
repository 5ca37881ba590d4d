"""How many others have said the same lately, or nearly the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Guest
from discussions.screening import Draft
from moderation.fingerprints import NEAR, Print, likeness, unpack
from moderation.models import Fingerprint

#: Texts that share a band are compared, the latest first: of a flood it is known that it is one.
MOST_COMPARED = 200


def same_text_of_others(found: Print, draft: Draft, since: datetime) -> int:
    """Return how many other people have written these very words since then: one query."""
    rows = _of_others(draft, since).filter(exact=found.exact)
    return len(set(rows.values_list("comment__author", "comment__guest")[:MOST_COMPARED]))


def near_text_of_others(found: Print, draft: Draft, since: datetime) -> int:
    """Return how many other people have written nearly the same since then: one query."""
    shared = Q()
    for i, band in enumerate(found.bands):
        shared |= Q(**{f"band{i}": band})
    rows = _of_others(draft, since).filter(shared).order_by("-at")
    people = {
        (author, guest)
        for author, guest, sketch in rows.values_list("comment__author", "comment__guest", "sketch")[:MOST_COMPARED]
        if likeness(found.sketch, unpack(bytes(sketch))) >= NEAR
    }
    return len(people)


def _of_others(draft: Draft, since: datetime) -> QuerySet[Fingerprint, Any]:
    own = {"comment__guest": draft.by} if isinstance(draft.by, Guest) else {"comment__author": draft.by}
    return Fingerprint.objects.filter(at__gt=since).exclude(**own)
