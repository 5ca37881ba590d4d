"""What operators see of comments: they are only looked at.

Nobody edits somebody's words, and whether a comment is shown is decided elsewhere, with a reason. The notice above
them is the editors' own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Substr
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin
from discussions.actions.notice import save_notice
from discussions.models import Comment, Notice, Revision, Submission, Vote

# Django's classes take no type parameters at run time; their stubs want them.
if TYPE_CHECKING:
    NoticeModelAdmin = admin.ModelAdmin[Notice]
    RevisionTabularInline = admin.TabularInline[Revision, Comment]
    NoticeForm = forms.ModelForm[Notice]
else:
    NoticeModelAdmin = admin.ModelAdmin
    RevisionTabularInline = admin.TabularInline
    NoticeForm = forms.ModelForm

#: Characters of a comment that a list shows.
EXCERPT = 90


@admin.register(Notice)
class NoticeAdmin(NoticeModelAdmin):
    """The words above every discussion, one row a language."""

    list_display = ("language", "body", "is_shown")

    def save_model(self, request: HttpRequest, obj: Notice, form: NoticeForm, change: bool) -> None:
        """Render and save."""
        save_notice(obj)


class RevisionInline(RevisionTabularInline):
    """Earlier texts of a comment."""

    model = Revision
    fields = readonly_fields = ("number", "created_at", "body")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        """Refuse."""
        return False


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Comments: found and read. They are decided on where a decision names its guideline."""

    list_display = ("id", "author_name", "excerpt", "article", "visibility", "score", "created_at")
    list_display_links = ("id", "excerpt")
    list_filter = ("visibility", "article__section", "is_pinned", "is_locked", "created_at")
    list_select_related = ("article",)
    list_per_page = 50
    search_fields = ("body", "author_name", "article__title")
    search_help_text = _("Words of the text, a name, or the title of an article")
    ordering = ("-id",)
    inlines = (RevisionInline,)
    fields = readonly_fields = (
        "on_site", "article", "parent_link", "author", "guest", "author_name", "body", "language", "revision",
        "created_at", "edited_at", "visibility", "visibility_reason", "visibility_by", "visibility_at", "published_at",
        "is_pinned", "is_locked", "up_count", "down_count", "score", "reply_count", "share_count",
        "source", "source_id",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """Return rows with the beginning of their text: a list of whole ones would be megabytes."""
        rows: QuerySet[Comment] = super().get_queryset(request)
        return rows.defer("body", "html", "source_meta").annotate(beginning=Substr("body", 1, 2 * EXCERPT))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Comment], search_term: str
    ) -> tuple[QuerySet[Comment], bool]:
        """Find by number when the words are one, else by words."""
        number = search_term.strip().removeprefix("#")
        if number.isascii() and number.isdigit() and len(number) < 19:
            return queryset.filter(pk=int(number)), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("text"))
    def excerpt(self, comment: Comment) -> str:
        """Return the beginning of the text."""
        beginning: str = getattr(comment, "beginning", "")
        return Truncator(beginning).chars(EXCERPT)

    @admin.display(description=_("on the site"))
    def on_site(self, comment: Comment) -> SafeString:
        """Return a link to the comment's own page."""
        return format_html('<a href="{url}">{url}</a>', url=comment.get_absolute_url())

    @admin.display(description=_("in reply to"))
    def parent_link(self, comment: Comment) -> str:
        """Return a link to the comment that this one answers."""
        if comment.parent is None:
            return "–"
        return format_html('<a href="{}">{}</a>', comment.parent.get_absolute_url(), comment.parent)


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    """Votes."""

    list_display = ("id", "comment", "member", "guest", "value", "is_counted", "created_at")
    list_filter = ("value", "is_counted")
    list_select_related = ("comment", "member", "guest")
    search_fields = ("=comment__id", "=member__username")
    ordering = ("-id",)


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """Earlier texts."""

    list_display = ("comment", "number", "created_at")
    list_select_related = ("comment",)
    search_fields = ("=comment__id", "body")
    ordering = ("-id",)


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """Forms that were posted, by key."""

    list_display = ("key", "article", "comment", "created_at")
    list_select_related = ("article", "comment")
    search_fields = ("=key",)
    ordering = ("-id",)
