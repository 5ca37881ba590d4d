"""What `accounts` tells: a guest's address is confirmed, a guest becomes a member. What `migrate` tells: it is done.

The senders of the first two wait for us inside their transaction: when the comments cannot be moved, the claim has not
happened.
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
from discussions.actions.guests import claim_comments, count_guest_votes


@receiver(guest_confirmed, dispatch_uid="discussions.count_votes")
def count_votes(guest_id: int, **kwargs: object) -> None:
    """Let the guest's votes count."""
    count_guest_votes(guest=Guest.objects.get(pk=guest_id))


@receiver(guest_claimed, dispatch_uid="discussions.move_comments")
def move_comments(guest_id: int, user_id: int, **kwargs: object) -> None:
    """Move the guest's comments and votes to the member."""
    claim_comments(user=User.objects.get(pk=user_id), guest=Guest.objects.get(pk=guest_id))


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
