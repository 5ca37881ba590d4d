"""What `discussions` and `accounts` tell: each row here is written in the transaction of what it tells of."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any

from allauth.account.signals import email_confirmed
from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from accounts.models import Guest, User
from accounts.participants import Participant
from accounts.signals import guest_claimed, guest_confirmed
from accounts.silence import silences
from discussions.models import Comment, Visibility
from discussions.signals import comment_written, staff_acted, visibility_set
from moderation import audit
from moderation.actions.cases import Queue, Severity, open_case, void_case
from moderation.actions.evasion import look_for_ban
from moderation.actions.rule_hits import is_taken_for_spam, record_findings
from moderation.actions.signals import record_heard
from moderation.models import Appeal, Decision, Notification, Outcome, Report, Rule, Sanction, StaffNote
from moderation.queries.ruleset import forget_rules


@receiver(comment_written, dispatch_uid="moderation.look_at_comment")
def look_at_comment(comment: Comment, findings: Sequence[object] = (), **kwargs: object) -> None:
    """Open a case for what is held, and for a few of the others, taken at random; write down what the rules found."""
    if comment.visibility == Visibility.HELD:
        is_resubmitted = comment.revision > 1 and _was_returned(comment)
        severity = Severity.SAMPLED if is_taken_for_spam(findings) else Severity.HELD
        open_case(
            comment, queue=Queue.HELD, severity=severity, hold_reason=comment.visibility_reason,
            is_resubmitted=is_resubmitted,
        )  # fmt: skip
    elif comment.revision == 1 and secrets.randbelow(10_000) < 100 * settings.SAMPLED_PERCENT:
        open_case(comment, queue=Queue.SAMPLED, severity=Severity.SAMPLED)
    record_heard(comment, findings)
    record_findings(comment, findings)


@receiver([post_save, post_delete], sender=Rule, dispatch_uid="moderation.forget_rules")
def forget_known_rules(**kwargs: object) -> None:
    """Let this process ask at once what the rules are, however one was changed; the others do so within a second."""
    forget_rules()
    transaction.on_commit(forget_rules)  # who asked meanwhile has the rules from before


@receiver(visibility_set, dispatch_uid="moderation.drop_case")
def drop_case(comment: Comment, **kwargs: object) -> None:
    """Close the case of a comment that its author takes back."""
    if comment.visibility == Visibility.WITHDRAWN:
        void_case(comment)


@receiver(staff_acted, dispatch_uid="moderation.write_down")
def write_down(act: str, by: User | None, article_id: int, comment_id: int | None, **kwargs: object) -> None:
    """Put what staff did in a discussion into the audit log."""
    comment = Comment.objects.only("article_id", "author_id").get(pk=comment_id) if comment_id else None
    audit.record(act, by=by, comment=comment, article_id=article_id)


@receiver(guest_claimed, dispatch_uid="moderation.move_rows")
def move_rows(guest_id: int, user_id: int, **kwargs: object) -> None:
    """Move what was said to and by the guest to the member that the guest has become."""
    # Who reported a text as both keeps one report of it; the other stays, by nobody.
    as_member = Report.objects.filter(user=user_id, comment=OuterRef("comment"), revision=OuterRef("revision"))
    twice = Report.objects.filter(Exists(as_member), guest=guest_id).values_list("pk", flat=True)
    Report.objects.filter(pk__in=list(twice)).update(guest=None)
    theirs: list[QuerySet[Any]] = [
        model.objects.filter(guest=guest_id) for model in (Report, Sanction, Appeal, Notification, StaffNote)
    ]
    for rows in theirs:
        rows.update(guest=None, user=user_id)


@silences
def is_banned(person: Participant) -> bool:
    """Return whether the person is banned: who cannot take part is not called to the discussion by mail."""
    return Sanction.objects.against(person).active().filter(kind=Sanction.Kind.BAN).exists()


@receiver(guest_confirmed, dispatch_uid="moderation.look_for_banned_guest")
def look_for_banned_guest(guest_id: int, **kwargs: object) -> None:
    """See whether the address that a guest has confirmed is that of somebody who is banned."""
    guest = Guest.objects.get(pk=guest_id)
    look_for_ban(guest, guest.email)


@receiver(email_confirmed, dispatch_uid="moderation.look_for_banned_member")
def look_for_banned_member(email_address: Any, **kwargs: object) -> None:
    """See whether the address that a member has confirmed is that of somebody who is banned."""
    look_for_ban(email_address.user, email_address.email)


def _was_returned(comment: Comment) -> bool:
    last = Decision.objects.filter(comment=comment, undone_at=None).order_by("-created_at", "-id").first()
    return last is not None and last.outcome == Outcome.RETURN


#: Groups that `migrate` makes once, and what they may do. "Moderators" comes from `discussions`.
GROUPS = {
    "Senior moderators": ("discussions.moderate", "moderation.review"),
    "Administrators": ("discussions.moderate", "moderation.review", "moderation.administer"),
}


def make_groups(sender: AppConfig, using: str, apps: Apps = installed, **kwargs: object) -> None:
    """Make the groups of the staff once; what the site made of them since stays.

    `migrate` hands over the apps as they are at its last step; `flush` sends the same news without them.
    """
    create_permissions(sender, verbosity=0, using=using, apps=apps)
    try:
        permissions = apps.get_model("auth", "Permission").objects.using(using)
    except LookupError:  # only some apps are migrated
        return
    for name, wanted in GROUPS.items():
        held = [row for row in map(partial(_permission, permissions), wanted) if row]
        if len(held) < len(wanted):
            continue
        group, is_new = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=name)
        if is_new:
            group.permissions.set(held)


def _permission(permissions: Any, name: str) -> Any:
    app, codename = name.split(".")
    return permissions.filter(content_type__app_label=app, codename=codename).first()
