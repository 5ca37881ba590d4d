"""The audit log and the texts of guidelines, to look at."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from moderation.admin.base import LookOnlyAdmin, short
from moderation.models import AuditEntry, AuditHead, GuidelineText, GuidelineVersion


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnlyAdmin):
    """Every act of staff, rules and system. Nobody changes a line; the database refuses it too."""

    list_display = ("id", "at", "name", "actor_id", "comment_id", "article_id", "subject_id", "details")
    list_filter = ("name", "at")
    search_fields = ("=id",)
    search_help_text = _("The number of a line, a comment, an article or a member")
    date_hierarchy = "at"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """Find by number: of the line, or of anything that it is about."""
        term = search_term.strip().removeprefix("#")
        if not term:
            return queryset, False
        if not (term.isascii() and term.isdigit() and len(term) < 19):
            return queryset.none(), False
        number = int(term)
        return queryset.filter(
            Q(pk=number) | Q(actor_id=number) | Q(comment_id=number) | Q(article_id=number) | Q(subject_id=number)
        ), False

    @admin.display(description=_("details"))
    def details(self, entry: AuditEntry) -> str:
        """Return the other facts of the line."""
        return short(", ".join(f"{name}: {value}" for name, value in entry.data.items() if value not in (None, "")))


@admin.register(AuditHead)
class AuditHeadAdmin(LookOnlyAdmin):
    """The end of the chain."""

    list_display = ("hash", "count")


@admin.register(GuidelineVersion)
class GuidelineVersionAdmin(LookOnlyAdmin):
    """Versions of guidelines: written on the page of the guideline."""

    list_display = ("id", "guideline", "n", "effective_at", "note", "created_at")
    list_filter = ("guideline", "effective_at")
    list_select_related = ("guideline",)
    search_fields = ("guideline__slug", "note")


@admin.register(GuidelineText)
class GuidelineTextAdmin(LookOnlyAdmin):
    """What versions say, language by language."""

    list_display = ("id", "version", "language", "title")
    list_filter = ("language",)
    list_select_related = ("version__guideline",)
    search_fields = ("title", "body", "version__guideline__slug")
