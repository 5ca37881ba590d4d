"""What was told to whom, and what open pages may learn, in the admin."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from discussions.models import Delivery, LiveEvent, Mute, Subscription


@admin.register(LiveEvent)
class LiveEventAdmin(ReadOnlyAdmin):
    """What readers could notice, of the last days."""

    list_display = ("id", "article", "comment_id", "kind", "created_at")
    list_filter = ("kind",)
    list_select_related = ("article",)
    ordering: ClassVar[tuple[str, ...]] = ("-id",)


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Who follows what. People change it themselves."""

    list_display = ("id", "member", "guest", "scope", "article", "frequency", "confirmed_at", "ended_at")
    list_filter = ("scope", "frequency", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("member", "guest", "article")
    ordering: ClassVar[tuple[str, ...]] = ("-id",)


@admin.register(Mute)
class MuteAdmin(ReadOnlyAdmin):
    """Whom and what people do not want to be told of."""

    list_display = ("id", "member", "guest", "article", "comment_id", "created_at")
    list_select_related = ("member", "guest", "article")
    ordering: ClassVar[tuple[str, ...]] = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What became of each thing that somebody was to be told."""

    list_display = ("id", "member", "guest", "comment_id", "kind", "state", "reason", "due_at")
    list_filter = ("state", "kind")
    list_select_related = ("member", "guest")
    ordering: ClassVar[tuple[str, ...]] = ("-id",)
