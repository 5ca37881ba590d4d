"""What of a mail may still be told at the moment of sending; what may not is written down with its reason."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.mailing import address_of
from accounts.models import Mail
from accounts.participants import Participant
from accounts.silence import is_silenced
from core.kept import kept, param
from discussions import tree
from discussions.models import Delivery, Mute, Visibility


def sift(mail: Mail, person: Participant) -> list[Delivery]:
    """Return what of `mail` is still to be told, oldest first; the rest is dropped: gone, not wanted, muted, told."""
    rows = _rows.all(mail.pk)
    if not address_of(person) or is_silenced(person):
        return _drop(rows, {row.pk: "no address to write to" for row in rows})
    mutes = list(Mute.objects.of(person))
    told = _told_elsewhere(person, rows)
    reasons = {row.pk: _why_not(row, person, mutes, told) for row in rows}
    return _drop(rows, {pk: reason for pk, reason in reasons.items() if reason})


@kept
def _rows() -> QuerySet[Delivery, Any]:
    rows = Delivery.objects.filter(mail_id=param(), state=Delivery.State.MAILED).order_by("comment_id")
    joined = "comment__article", "comment__author", "comment__guest", "comment__parent__author", "subscription"
    return rows.select_related(*joined)


def _why_not(row: Delivery, person: Participant, mutes: Collection[Mute], told: Collection[int]) -> str:
    comment = row.comment
    if comment.visibility != Visibility.PUBLIC or comment.article.published_at > timezone.now():
        return "not public any more"
    if not _is_wanted(row, person):
        return "not wanted any more"
    if any(_is_about(mute, row) for mute in mutes):
        return "muted"
    return "told at the same address" if row.pk in told else ""


def _is_wanted(row: Delivery, person: Participant) -> bool:
    if row.subscription is not None and row.subscription.tells:
        return True
    by_preference = {Delivery.Kind.REPLY: "mail_on_reply", Delivery.Kind.MENTION: "mail_on_mention"}
    name = by_preference.get(Delivery.Kind(row.kind))
    return name is not None and bool(getattr(person, name, False))


def _is_about(mute: Mute, row: Delivery) -> bool:
    comment = row.comment
    return (
        mute.article_id == comment.article_id
        or mute.comment_id in tree.ids_of(comment.path)
        or (mute.writer_id is not None and mute.writer_id == comment.author_id)
        or (mute.guest_writer_id is not None and mute.guest_writer_id == comment.guest_id)
    )


def _told_elsewhere(person: Participant, rows: Collection[Delivery]) -> set[int]:
    """Return which of `rows` go to the same address for somebody else: a guest's, an account's. The first one tells."""
    own = {row.comment_id: row.pk for row in rows}
    same = Q(guest__email=person.email) | Q(member__email=person.email)
    others = Delivery.objects.filter(same, comment__in=own, state=Delivery.State.MAILED).exclude(pk__in=own.values())
    facts = others.values_list("pk", "comment_id", "mail__state")
    return {own[comment] for pk, comment, state in facts if state == Mail.State.SENT or pk < own[comment]}


def _drop(rows: list[Delivery], reasons: dict[int, str]) -> list[Delivery]:
    for pk, reason in reasons.items():
        Delivery.objects.filter(pk=pk).update(state=Delivery.State.DROPPED, reason=reason)
    return [row for row in rows if row.pk not in reasons]
