"""Cases, decisions, reports and what staff say to each other, to look at."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from moderation.admin.base import PERSON, LookOnlyAdmin, link, short
from moderation.models import Case, Decision, Report, Skip, StaffNote, UnlawfulNotice


@admin.register(Case)
class CaseAdmin(LookOnlyAdmin):
    """Cases."""

    list_display = ("id", "card", "queue", "state", "severity", "reports", "article", "claimed_by", "opened_at")
    list_filter = ("queue", "state", "severity", "section", "is_resubmitted", "opened_at")
    list_select_related = ("comment", "article", "claimed_by")
    search_fields = ("=id", "=comment__id", "article__title", "comment__author_name")
    search_help_text = _("The number of a case or of a comment, a name, or the title of an article")
    heavy = ("comment__body", "comment__html", "comment__source_meta", "article__body", "article__body_html")

    @admin.display(description=_("comment"))
    def card(self, case: Case) -> str:
        """Return a link to the card."""
        return link(case, str(case.comment))


@admin.register(Decision)
class DecisionAdmin(LookOnlyAdmin):
    """Decisions: never changed, only overturned."""

    list_display = ("id", "on_comment", "outcome", "guideline_version", "by", "created_at", "undone_at", "supersedes")
    list_filter = ("outcome", ("undone_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("comment", "guideline_version", "by", "supersedes")
    search_fields = ("=id", "=case__id", "=comment__id", "=by__username", "note")
    date_hierarchy = "created_at"
    heavy = ("comment__body", "comment__html", "comment__source_meta")

    @admin.display(description=_("comment"))
    def on_comment(self, decision: Decision) -> str:
        """Return a link to the comment."""
        return link(decision.comment)


@admin.register(Report)
class ReportAdmin(LookOnlyAdmin):
    """Reports."""

    list_display = ("id", "on_comment", "reporter", "guideline", "beginning", "weight", "agreed", "created_at")
    list_filter = ("agreed", "guideline", "created_at")
    list_select_related = ("comment", "user", "guest", "guideline")
    search_fields = ("=id", "=case__id", "=comment__id", "=user__username", "note")
    hidden = ("network",)
    heavy = ("comment__body", "comment__html", "comment__source_meta")

    @admin.display(description=_("comment"))
    def on_comment(self, report: Report) -> str:
        """Return a link to the comment."""
        return link(report.comment)

    @admin.display(description=PERSON)
    def reporter(self, report: Report) -> str:
        """Return who reported."""
        return str(report.user or report.guest or "–")

    @admin.display(description=_("note"))
    def beginning(self, report: Report) -> str:
        """Return the beginning of the note."""
        return short(report.note)


@admin.register(UnlawfulNotice)
class UnlawfulNoticeAdmin(LookOnlyAdmin):
    """Notices of unlawful content; who sent them is for moderators, on the card."""

    list_display = ("receipt", "on_comment", "beginning", "created_at", "told_at")
    list_filter = (("told_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("comment",)
    search_fields = ("=receipt", "=case__id", "=comment__id")
    hidden = ("name", "email")
    heavy = ("comment__body", "comment__html", "comment__source_meta")

    @admin.display(description=_("comment"))
    def on_comment(self, notice: UnlawfulNotice) -> str:
        """Return a link to the comment."""
        return link(notice.comment)

    @admin.display(description=_("why it is unlawful"))
    def beginning(self, notice: UnlawfulNotice) -> str:
        """Return the beginning of the explanation."""
        return short(notice.explanation)


@admin.register(StaffNote)
class StaffNoteAdmin(LookOnlyAdmin):
    """Notes of staff."""

    list_display = ("id", "about", "beginning", "by", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("comment", "user", "guest", "by")
    search_fields = ("=comment__id", "=user__username", "=by__username", "text")
    heavy = ("comment__body", "comment__html", "comment__source_meta")

    @admin.display(description=_("about whom or what"))
    def about(self, note: StaffNote) -> str:
        """Return the comment or the person."""
        return str(note.comment or note.user or note.guest)

    @admin.display(description=_("note"))
    def beginning(self, note: StaffNote) -> str:
        """Return the beginning of the note."""
        return short(note.text)


@admin.register(Skip)
class SkipAdmin(LookOnlyAdmin):
    """Cases that a moderator left to somebody else."""

    list_display = ("id", "case", "by", "at")
    list_filter = ("at",)
    list_select_related = ("case", "by")
    search_fields = ("=case__id", "=by__username")
