"""What plug-ins said, and what the spam screen has learned, to look at."""

from __future__ import annotations

from django.contrib import admin

from moderation.admin.base import LookOnlyAdmin
from moderation.models import Fingerprint, HotBranch, RecordedSignal, SpamModel


@admin.register(RecordedSignal)
class RecordedSignalAdmin(LookOnlyAdmin):
    """Signals."""

    list_display = ("id", "name", "comment_id", "revision", "value", "trouble", "version", "at")
    list_filter = ("name", "trouble")
    search_fields = ("=comment__id",)


@admin.register(Fingerprint)
class FingerprintAdmin(LookOnlyAdmin):
    """Fingerprints of texts."""

    list_display = ("id", "comment_id", "revision", "at")
    search_fields = ("=comment__id",)
    hidden = ("sketch",)
    heavy = ("sketch",)


@admin.register(HotBranch)
class HotBranchAdmin(LookOnlyAdmin):
    """Branches that are or were hot."""

    list_display = ("root_id", "article", "heat", "minutes", "since", "until", "ended_at")
    list_select_related = ("article",)
    heavy = ("article__body", "article__body_html")


@admin.register(SpamModel)
class SpamModelAdmin(LookOnlyAdmin):
    """Versions of the spam screen; which is in use is chosen on the page of the plug-ins."""

    list_display = ("n", "is_in_use", "spam", "fine", "features", "accuracy", "trained_at")
    list_filter = ("is_in_use",)
    hidden = ("counts",)
    heavy = ("counts",)
