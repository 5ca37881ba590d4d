"""What a guest follows, mutes and was told goes along when the guest becomes a member."""

from __future__ import annotations

from accounts.models import Guest, User
from discussions.models import Delivery, Mute, Subscription


def inherit_subscriptions(*, user: User, guest: Guest) -> None:
    """Move the guest's rows to the member; where the member has the same, the guest's go.

    Subscriptions that wait for their confirmation stay unconfirmed: signing up does not confirm another address.
    """
    _move(Subscription, ("article_id", "comment_id", "scope"), user, guest)
    _move(Mute, ("article_id", "comment_id", "writer_id", "guest_writer_id"), user, guest)
    _move(Delivery, ("comment_id",), user, guest)
    # Whoever was muted as a guest is the same person under the account's name.
    muted = Mute.objects.filter(guest_writer=guest)
    both = Mute.objects.filter(writer=user)
    muted.filter(member__in=both.values("member")).delete()
    muted.filter(guest__in=both.values("guest")).delete()
    Mute.objects.filter(guest_writer=guest).update(guest_writer=None, writer=user)


def _move(
    model: type[Subscription] | type[Mute] | type[Delivery], same: tuple[str, ...], user: User, guest: Guest
) -> None:
    there = set(model.objects.filter(member=user).values_list(*same))
    rows = list(model.objects.filter(guest=guest).values_list("pk", *same))
    twice = [pk for pk, *key in rows if tuple(key) in there]
    model.objects.filter(pk__in=twice).delete()
    model.objects.filter(guest=guest).update(guest=None, member=user)
