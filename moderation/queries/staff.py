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


def administrators() -> list[User]:
    """Return everybody who keeps rules and roles, by id: one query for their ids and one for them."""
    ids = _holders(access.ADMINISTER)
    rows = User.objects.filter(Q(pk__in=ids) | Q(is_superuser=True), is_active=True).order_by("pk")
    return list(rows)


def _staff_ids() -> frozenset[int]:
    return _holders(MODERATE, access.REVIEW, access.ADMINISTER) | frozenset(
        SectionModerator.objects.values_list("user", flat=True)
    )


def _holders(*names: str) -> frozenset[int]:
    wanted = Q()
    for name in names:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    rights = Permission.objects.filter(wanted).order_by()
    # From the few permissions to their holders, never through the table of members.
    given = rights.values_list("user").union(rights.values_list("group__user"))
    return frozenset(pk for (pk,) in given if pk is not None)
