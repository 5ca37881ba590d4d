"""Rows that operators look at, and the outbox among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from core.models import LastRun, Outbox

# Django's class takes no type parameter at run time; its stubs want one.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """Rows that are looked at: they are written by what people and processes do."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what was done, or was not, must stay provable."""
        return False


@admin.register(Outbox)
class OutboxAdmin(ReadOnlyAdmin):
    """What waits and what was given up, to look at; `manage.py outbox` acts."""

    list_display = ("id", "topic", "urgency", "created_at", "next_at", "attempts", "done_at", "failed_at", "error")
    list_filter = ("topic", ("done_at", admin.EmptyFieldListFilter), ("failed_at", admin.EmptyFieldListFilter))
    search_fields = ("=event",)
    ordering = ("-id",)


@admin.register(LastRun)
class LastRunAdmin(ReadOnlyAdmin):
    """Whether the clock runs, on a site without Redis."""

    list_display = ("name", "at")
    ordering = ("name",)
