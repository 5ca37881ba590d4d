"""Mails, copies of data and erasures in the admin: to look at."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from accounts.models import Erasure, Export, Mail, RefusedAddress
from core.admin import ReadOnlyAdmin


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """What became of every mail. The log holds no address."""

    list_display = ("id", "kind", "member", "guest", "state", "reason", "created_at", "sent_at")
    list_filter = ("state", "kind")
    list_select_related = ("member", "guest")
    search_fields = ("=key",)
    ordering: ClassVar[tuple[str, ...]] = ("-id",)


@admin.register(RefusedAddress)
class RefusedAddressAdmin(ReadOnlyAdmin):
    """Addresses that their mail servers refuse, each as a digest."""

    list_display = ("digest", "reason", "refused_at")
    ordering: ClassVar[tuple[str, ...]] = ("-refused_at",)


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    """Copies of their data that people asked for. What is in them is theirs."""

    list_display = ("id", "user", "guest", "asked_at", "ready_at")
    list_select_related = ("user", "guest")
    ordering: ClassVar[tuple[str, ...]] = ("-asked_at",)


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Who wants to be forgotten, and when that is done."""

    list_display = ("id", "user", "guest", "keeps_texts", "asked_at", "due_at", "waits_since", "done_at")
    list_filter = (("done_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user", "guest")
    ordering: ClassVar[tuple[str, ...]] = ("-id",)
