"""What operators see of the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from core.models import Outbox

# Django's class takes no type parameter at run time; its stubs want one.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Outbox]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(Outbox)
class OutboxAdmin(ModelAdmin):
    """What waits and what was given up, to look at; `manage.py outbox` acts."""

    list_display = ("id", "topic", "urgency", "created_at", "next_at", "attempts", "done_at", "failed_at", "error")
    list_filter = ("topic", ("done_at", admin.EmptyFieldListFilter), ("failed_at", admin.EmptyFieldListFilter))
    search_fields = ("=event",)
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: a row belongs to what it follows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: changing it would change what is done."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what was not done must not be forgotten."""
        return False
