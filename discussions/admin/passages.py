"""Passages and the texts they are places in: looked at here, moved on the site."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import ReadOnlyAdmin
from discussions.models import ArticleRevision, Passage, PassageHistory, PromptNotice


@admin.register(Passage)
class PassageAdmin(ReadOnlyAdmin):
    """Passages."""

    list_display = ("id", "exact", "article", "kind", "status", "confidence", "method", "is_locked")
    list_filter = ("status", "kind", "is_locked", "created_at")
    list_select_related = ("article",)
    search_fields = ("exact", "question", "article__title")
    ordering = ("-id",)


@admin.register(PassageHistory)
class PassageHistoryAdmin(ReadOnlyAdmin):
    """Where passages have been."""

    list_display = ("id", "passage", "revision", "status", "confidence", "by", "created_at")
    list_filter = ("status",)
    list_select_related = ("passage", "revision", "by")
    search_fields = ("=passage__id",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PassageHistory]:
        """Return rows without the texts that they are places in."""
        rows: QuerySet[PassageHistory] = super().get_queryset(request)
        return rows.defer("revision__text")


@admin.register(PromptNotice)
class PromptNoticeAdmin(ReadOnlyAdmin):
    """What authors were told about their questions."""

    list_display = ("id", "passage", "member", "before", "created_at", "read_at")
    list_filter = ("before",)
    list_select_related = ("passage", "member")
    search_fields = ("=passage__id",)
    ordering = ("-id",)


@admin.register(ArticleRevision)
class ArticleRevisionAdmin(ReadOnlyAdmin):
    """Texts of articles."""

    list_display = ("id", "article", "number", "created_at")
    list_select_related = ("article",)
    search_fields = ("=article__id", "article__title")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArticleRevision]:
        """Return rows without their texts, which the row's own page fetches."""
        rows: QuerySet[ArticleRevision] = super().get_queryset(request)
        return rows.defer("text", "article__body", "article__body_html")
