"""Articles and sections in the administration, where their text and the policy of their discussion are edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from discussions.actions.article import save_article
from discussions.models import Article, Section
from discussions.queries.following import Loss, losses

# Django's classes take no type parameters at run time; their stubs want them.
if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    ArticleModelAdmin = admin.ModelAdmin[Article]
    ArticleModelForm = forms.ModelForm[Article]
else:
    AnyAdmin = ArticleModelAdmin = admin.ModelAdmin
    ArticleModelForm = forms.ModelForm


class ArticleForm(ArticleModelForm):
    """An article's form, which says before it saves which commented passages would lose their place."""

    lets_go = forms.BooleanField(
        label=_("Save all the same"), required=False, widget=forms.HiddenInput,
        help_text=_("Comments on these passages stay in the discussion, with the words they were about."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Return what was typed. Raises `ValidationError` for passages that would be lost and were not let go."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.instance.pk or "body" not in self.changed_data or cleaned.get("lets_go"):
            return cleaned
        lost = losses(self.instance, cleaned.get("body", ""))
        if lost:
            self.fields["lets_go"].widget = forms.CheckboxInput()
            raise ValidationError(_losses_in_words(lost), code="passages")
        return cleaned


def _losses_in_words(lost: Sequence[Loss]) -> str:
    return render_to_string("admin/discussions/article/losses.html", {"lost": lost})


@admin.register(Section)
class SectionAdmin(AnyAdmin):
    """Sections of the paper."""

    list_display = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Article)
class ArticleAdmin(ArticleModelAdmin):
    """Articles and the policy of their discussions."""

    list_display = ("title", "section", "published_at", "who_may_comment", "is_locked", "comment_count")
    list_filter = ("section", "who_may_comment", "is_locked", "language")
    list_select_related = ("section",)
    search_fields = ("title", "slug")
    show_full_result_count = False
    prepopulated_fields = {"slug": ("title",)}
    raw_id_fields = ("author",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    form = ArticleForm
    fieldsets = (
        (None, {"fields": ("title", "slug", "section", "language", "summary", "body", "lets_go")}),
        (None, {"fields": ("url", "byline", "author")}),
        (
            _("Discussion"),
            {"fields": ("who_may_comment", "passages_by", "close_after_days", "is_locked", "depth_shown")},
        ),
        (_("Publication"), {"fields": ("published_at",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """Return rows without their texts, which the form fetches."""
        return super().get_queryset(request).defer("body", "body_html")

    def view_on_site(self, obj: Article) -> str:
        """Return the page; before the publication only moderators can open it, so it is the preview as well."""
        return obj.get_absolute_url()

    def save_model(self, request: HttpRequest, obj: Article, form: ArticleForm, change: bool) -> None:
        """Save what the form holds; the text is rendered, and its passages follow."""
        fields = [name for name in form.fields if name != "lets_go"] if change else None
        save_article(obj, fields=fields, by=request.user if isinstance(request.user, User) else None)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Allow it as long as nobody has written there (the database refuses otherwise)."""
        has_comments = obj is not None and obj.comments.exists()
        return not has_comments and super().has_delete_permission(request, obj)
