"""Where operators write the guidelines. Saving other words makes a new version; no version is ever changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from moderation.actions.guidelines import revise_guideline
from moderation.forms.guidelines import GuidelineForm, guideline_form
from moderation.models import Guideline, GuidelineText, GuidelineVersion
from moderation.queries import guidelines as queries

# Django's classes take no type parameters at run time; their stubs want them.
if TYPE_CHECKING:
    TabularInline = admin.TabularInline[GuidelineVersion, Guideline]
    ModelAdmin = admin.ModelAdmin[Guideline]
else:
    TabularInline, ModelAdmin = admin.TabularInline, admin.ModelAdmin


class VersionInline(TabularInline):
    """What was written so far, to look at."""

    model = GuidelineVersion
    fields = readonly_fields = ("n", "effective_at", "note")
    ordering = ("-n",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Guideline | None = None) -> bool:
        """Refuse: versions come from the fields above."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Guideline | None = None) -> bool:
        """Refuse: a decision may point at it."""
        return False


@admin.register(Guideline)
class GuidelineAdmin(ModelAdmin):
    """Guidelines, edited in every language at once."""

    form = guideline_form()
    inlines = (VersionInline,)
    list_display = ("number", "title", "slug", "version", "retired_at")
    list_display_links = ("number", "title")

    def get_fieldsets(self, request: HttpRequest, obj: Guideline | None = None) -> Any:
        """Return the frame of the guideline, a box per language, and what is said about the change."""
        parts = ("title", "body", "tell")
        boxes = [(name, {"fields": [f"{part}_{code}" for part in parts]}) for code, name in settings.LANGUAGES]
        change = (_("This version"), {"fields": ("note", "effective_at")})
        return [(None, {"fields": ("number", "slug", "dsa_category", "retired_at")}), *boxes, change]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guideline]:
        """Return guidelines with the words and the number of their latest version: one query."""
        texts = GuidelineText.objects.filter(version__guideline=OuterRef("pk"), language=queries.FALLBACK_LANGUAGE)
        versions = GuidelineVersion.objects.filter(guideline=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                latest_title=Subquery(texts.order_by("-version__n").values("title")[:1]),
                latest_n=Subquery(versions.order_by("-n").values("n")[:1]),
            )
        )

    @admin.display(description=_("in one line"))
    def title(self, guideline: Guideline) -> str:
        """Return what the latest version says."""
        return getattr(guideline, "latest_title", None) or ""

    @admin.display(description=_("version"))
    def version(self, guideline: Guideline) -> int:
        """Return the number of the latest version."""
        return getattr(guideline, "latest_n", None) or 0

    def save_model(self, request: HttpRequest, obj: Guideline, form: GuidelineForm, change: bool) -> None:
        """Save place and name, and write a version if the words are new."""
        super().save_model(request, obj, form, change)
        if form.is_reworded:
            data = form.cleaned_data
            revise_guideline(obj, texts=form.wordings, note=data["note"], effective_at=data["effective_at"])
        transaction.on_commit(queries.forget_short_guidelines)

    def has_delete_permission(self, request: HttpRequest, obj: Guideline | None = None) -> bool:
        """Refuse: a guideline is retired, since decisions point at its versions."""
        return False
