"""What the outbox does for discussions: telling of a comment, step by step.

`tell` writes down who is told, `collect` puts what is due for one person into a mail, `send` sends it. Each may be done
twice: what was written is not written again, what was collected is not due any more, what was sent is in the log.
"""

from __future__ import annotations

from uuid import UUID

from django.utils import translation

from accounts.mailing import offered_language, post, settle
from accounts.models import Guest, Mail, User
from accounts.participants import Participant
from core.outbox import handles
from discussions.actions.collect import collect
from discussions.actions.sift import sift
from discussions.actions.tell import tell
from discussions.mails import comments_mail, confirm_mail
from discussions.models import Subscription


@handles("discussions.tell", is_quick=True)
def tell_followers(event: UUID, comment: int, after: int = 0) -> None:
    """Write down who is told of a comment, from the follower after `after` on."""
    tell(comment, after=after)


@handles("discussions.collect", is_quick=True)
def collect_for(event: UUID, member: int | None, guest: int | None) -> None:
    """Make a mail of what is due for one person, if that person is still there."""
    person: Participant | None = (
        User.objects.filter(pk=member).first() if member else Guest.objects.filter(pk=guest or 0).first()
    )
    if person is not None:
        collect(person)


@handles("discussions.send")
def send_comments(event: UUID, mail: int) -> None:
    """Send a mail with what may still be told of it; nothing, when that is nothing."""
    row = Mail.objects.select_related("member", "guest").filter(pk=mail).first()
    if row is None or row.is_over:
        return
    person = row.member or row.guest
    assert person is not None
    rows = sift(row, person)
    if rows:
        post(comments_mail(row, person, rows), kind=Mail.Kind.COMMENTS, to=person)
    else:
        settle(row, Mail.State.SUPPRESSED, "nothing is left to tell")


@handles("discussions.confirm")
def mail_confirmation(event: UUID, mail: int, guest: int, language: str) -> None:
    """Ask an address whether its owner subscribed, unless nothing waits for that any more."""
    row = Mail.objects.filter(pk=mail).first()
    person = Guest.objects.filter(pk=guest, claimed_by=None, erasure=None).first()
    if row is None or person is None or row.is_over:
        return
    if not Subscription.objects.of(person).filter(confirmed_at=None, ended_at=None).exists():
        settle(row, Mail.State.SUPPRESSED, "nothing is left to confirm")
        return
    with translation.override(offered_language(language)):
        post(confirm_mail(row, person), kind=Mail.Kind.CONFIRM, to=person)
