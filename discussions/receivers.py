"""What `accounts` tells: a guest's address is confirmed, a guest becomes a member. What `migrate` tells: it is done.
And what we tell ourselves: a comment is published, so who follows is told of it.

The senders of all but `migrate` wait for us inside their transaction: when the comments cannot be moved, the claim has
not happened, and no comment is there without its news.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.dispatch import receiver

from accounts.models import Guest, User
from accounts.signals import guest_claimed, guest_confirmed
from core.outbox import put
from discussions.actions.guests import claim_comments, count_guest_votes
from discussions.actions.inherit import inherit_subscriptions
from discussions.actions.subscribe import confirm_waiting
from discussions.models import Comment, Visibility
from discussions.signals import visibility_set


@receiver(visibility_set, dispatch_uid="discussions.tell_of_publication")
def tell_of_publication(comment: Comment, **kwargs: object) -> None:
    """Tell of a comment when a moderator publishes it for the first time: that is when the two times are one."""
    if comment.visibility == Visibility.PUBLIC and comment.published_at == comment.visibility_at:
        put("discussions.tell", comment=comment.pk)


@receiver(guest_confirmed, dispatch_uid="discussions.count_votes")
def count_votes(guest_id: int, **kwargs: object) -> None:
    """Let the guest's votes count, and what the guest asked to be told of be told."""
    guest = Guest.objects.get(pk=guest_id)
    count_guest_votes(guest=guest)
    confirm_waiting(guest)


@receiver(guest_claimed, dispatch_uid="discussions.move_comments")
def move_comments(guest_id: int, user_id: int, **kwargs: object) -> None:
    """Move the guest's comments and votes, subscriptions and what the guest was told to the member."""
    user, guest = User.objects.get(pk=user_id), Guest.objects.get(pk=guest_id)
    claim_comments(user=user, guest=guest)
    inherit_subscriptions(user=user, guest=guest)


def make_moderators(sender: AppConfig, using: str, apps: Apps = installed, **kwargs: object) -> None:
    """Make the group "Moderators" once: whoever is in it keeps the house. What the site made of it since stays.

    `migrate` hands over the apps as they are at its last step; `flush` sends the same news without them.
    """
    # Django makes the permissions when it is told the same news, which may be after us.
    create_permissions(sender, verbosity=0, using=using, apps=apps)
    moderate = _moderate(apps, sender.label, using)
    if moderate is None:
        return
    group, is_new = apps.get_model("auth", "Group").objects.using(using).get_or_create(name="Moderators")
    if is_new:
        group.permissions.add(moderate)


def _moderate(apps: Apps, app_label: str, using: str) -> Any:
    """Return the permission; None while only some apps are migrated."""
    try:
        permissions = apps.get_model("auth", "Permission").objects.using(using)
    except LookupError:
        return None
    return permissions.filter(content_type__app_label=app_label, codename="moderate").first()
