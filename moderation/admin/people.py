"""Sanctions, appeals, policies and roles, to look at; roles are given on the page of the member."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from moderation.admin.base import PERSON, LookOnlyAdmin, link, short
from moderation.models import Appeal, AppealMessage, Notification, Policy, Sanction, SectionModerator


@admin.register(Sanction)
class SanctionAdmin(LookOnlyAdmin):
    """Sanctions: imposed and lifted on the page about the person."""

    list_display = ("id", "person", "kind", "by", "created_at", "until", "acknowledged_at", "lifted_at", "lifted_by")
    list_filter = ("kind", ("lifted_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("user", "guest", "by", "lifted_by")
    search_fields = ("=id", "=user__username", "guest__name", "=by__username", "reason")

    @admin.display(description=PERSON)
    def person(self, sanction: Sanction) -> str:
        """Return whom it is about."""
        return str(sanction.user or sanction.guest)


@admin.register(Appeal)
class AppealAdmin(LookOnlyAdmin):
    """Appeals."""

    list_display = ("id", "against", "who", "state", "first_decider", "decided_by", "cause", "created_at", "decided_at")
    list_filter = ("state", "cause", "created_at")
    list_select_related = ("decision", "sanction", "user", "guest", "first_decider", "decided_by")
    search_fields = ("=id", "=decision__id", "=decision__comment__id", "=sanction__id", "=user__username", "text")

    @admin.display(description=_("against"))
    def against(self, appeal: Appeal) -> str:
        """Return the decision or the sanction."""
        return str(appeal.decision or appeal.sanction)

    @admin.display(description=PERSON)
    def who(self, appeal: Appeal) -> str:
        """Return who appeals."""
        return str(appeal.user or appeal.guest or "–")


@admin.register(AppealMessage)
class AppealMessageAdmin(LookOnlyAdmin):
    """Lines of the conversations."""

    list_display = ("id", "appeal", "staff", "beginning", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("appeal", "staff")
    search_fields = ("=appeal__id", "=staff__username", "text")

    @admin.display(description=_("message"))
    def beginning(self, message: AppealMessage) -> str:
        """Return the beginning of the line."""
        return short(message.text)


@admin.register(Notification)
class NotificationAdmin(LookOnlyAdmin):
    """What people were told, and whether the mail went out."""

    list_display = ("id", "to", "kind", "due_at", "mailed_at", "read_at", "cancelled_at")
    list_filter = ("kind", ("mailed_at", admin.EmptyFieldListFilter), "due_at")
    list_select_related = ("user", "guest")
    search_fields = ("=id", "=user__username", "=decision__id", "=sanction__id", "=appeal__id")

    @admin.display(description=PERSON)
    def to(self, notification: Notification) -> str:
        """Return who is told."""
        return str(notification.user or notification.guest)


@admin.register(Policy)
class PolicyAdmin(LookOnlyAdmin):
    """Policies: set on their own page, which writes the log."""

    list_display = ("id", "place", "mode", "first_comments", "changed_by", "changed_at")
    list_filter = ("mode",)
    list_select_related = ("section", "article", "author", "changed_by")
    search_fields = ("section__name", "article__title", "=author__username")
    heavy = ("article__body", "article__body_html")

    @admin.display(description=_("where"))
    def place(self, policy: Policy) -> str:
        """Return where it applies."""
        return str(policy.author or policy.article or policy.section or _("The whole site"))


@admin.register(SectionModerator)
class SectionModeratorAdmin(LookOnlyAdmin):
    """Who keeps which sections: given on the page of the member, which writes the log."""

    list_display = ("id", "user", "section", "profile", "created_at")
    list_filter = ("section",)
    list_select_related = ("user", "section")
    search_fields = ("=user__username", "section__name")

    @admin.display(description=_("profile"))
    def profile(self, row: SectionModerator) -> str:
        """Return a link to the member."""
        return link(row.user, f"@{row.user.username}")
