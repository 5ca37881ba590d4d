"""Rules in the admin: to look at. Administrators write them on pages of their own."""

from __future__ import annotations

from django.contrib import admin

from moderation.admin.base import LookOnlyAdmin
from moderation.models import Backtest, NetworkTrace, Rule, RuleDay, RuleHit, RuleMeasure, RuleVersion


@admin.register(Rule)
class RuleAdmin(LookOnlyAdmin):
    """What the site checks for."""

    list_display = ("id", "title", "state", "owner", "created_at")
    list_filter = ("state",)
    list_select_related = ("owner",)
    search_fields = ("title",)


@admin.register(RuleVersion)
class RuleVersionAdmin(LookOnlyAdmin):
    """Every wording that a rule has had."""

    list_display = ("id", "rule", "n", "by", "created_at", "signed_by", "signed_at")
    list_select_related = ("rule", "by", "signed_by")
    heavy = ("definition",)


@admin.register(RuleHit)
class RuleHitAdmin(LookOnlyAdmin):
    """What rules found."""

    list_display = ("id", "rule", "comment_id", "at", "is_live", "effect", "reverted_at")
    list_filter = ("is_live", "effect")
    list_select_related = ("rule",)


@admin.register(RuleMeasure)
class RuleMeasureAdmin(LookOnlyAdmin):
    """What rules did that lasts."""

    list_display = ("id", "rule", "kind", "branch_id", "sanction_id", "created_at", "until", "ended_at")
    list_filter = ("kind",)
    list_select_related = ("rule",)


@admin.register(RuleDay)
class RuleDayAdmin(LookOnlyAdmin):
    """What asking rules cost."""

    list_display = ("id", "rule", "day")
    list_select_related = ("rule",)
    heavy = ("times",)


@admin.register(NetworkTrace)
class NetworkTraceAdmin(LookOnlyAdmin):
    """Which comments came from one network, while a rule counts by it. The hash says nothing by itself."""

    list_display = ("comment_id", "at")
    ordering = ("-at",)
    hidden = ("network",)


@admin.register(Backtest)
class BacktestAdmin(LookOnlyAdmin):
    """What rules would have found in the past."""

    list_display = ("id", "version_id", "by", "state", "scanned", "matched", "precision", "created_at")
    list_filter = ("state",)
    list_select_related = ("by",)
    heavy = ("result",)
