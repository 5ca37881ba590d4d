"""Who keeps the house, for the link to the desk that every page has."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.core.cache import caches
from django.db.models import Q

from accounts.models import User
from discussions.access import MODERATE
from moderation import access
from moderation.models import SectionModerator

#: A new moderator sees the link after this many seconds at the latest; the pages behind it ask anew each time.
CACHE_SECONDS = 60
_KEY = "staff:ids"


def may_be_staff(user: User) -> bool:
    """Return whether the member was given a role or a section: at most one query a minute and process.

    Whether they may use it, `moderation.access` says.
    """
    cache = caches["process"]
    known: frozenset[int] | None = cache.get(_KEY)
    if known is None:
        known = _staff_ids()
        cache.set(_KEY, known, CACHE_SECONDS)
    return user.is_superuser or user.pk in known


def _staff_ids() -> frozenset[int]:
    wanted = Q()
    for name in (MODERATE, access.REVIEW, access.ADMINISTER):
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    rights = Permission.objects.filter(wanted).order_by()
    # From the few permissions to their holders, never through the table of members.
    given = rights.values_list("user"), rights.values_list("group__user"), SectionModerator.objects.values_list("user")
    return frozenset(pk for (pk,) in given[0].union(*given[1:]) if pk is not None)
