"""Somebody, with or without an account, says that a comment breaks the law."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import NotAllowed, Refused, TooMany
from core.limits import check_limit
from core.models import Outbox
from core.outbox import put
from core.text import clean_line
from discussions.markup import normalise_text
from discussions.models import Comment
from moderation import audit
from moderation.actions.cases import Queue, Severity, open_case
from moderation.models import UnlawfulNotice

LENGTH = 2000
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says, as typed."""

    explanation: str
    is_sincere: bool
    name: str = ""
    email: str = ""


def give_notice(comment: Comment, claim: Claim, *, key: UUID, network: str) -> UnlawfulNotice:
    """Take the notice, put the comment's case before all others, and return the notice with its receipt.

    The same `key` returns the same notice. `network` is the sender's, as `core.requests.client_network` gives it; it is
    counted and not kept. The receipt is mailed where there is an address. Raises `NotAllowed` for a comment that nobody
    can read any more, `Refused` without explanation or good faith, `TooMany`.
    """
    if made := UnlawfulNotice.objects.filter(key=key, comment=comment).first():
        return made
    explanation = normalise_text(claim.explanation).strip()[:LENGTH]
    _check(comment, explanation, claim)
    check_limit("unlawful_notice", f"network:{network}")
    with transaction.atomic():
        case = open_case(comment, queue=Queue.REPORTED, severity=Severity.LEGAL)
        notice = UnlawfulNotice(
            case=case, comment=comment, revision=comment.revision, explanation=explanation, is_sincere=True, key=key,
            name=clean_line(claim.name, NAME_LENGTH), email=claim.email.strip(), language=get_language() or "",
        )  # fmt: skip
        try:
            with transaction.atomic():
                notice.save(force_insert=True)
        except IntegrityError:  # the second of two clicks
            return UnlawfulNotice.objects.get(key=key)
        audit.record("notice.made", by=None, comment=comment, case=case.pk, notice=notice.pk)
        if notice.email and _may_write_to(notice.email):
            put("moderation.receipt", urgency=Outbox.Urgency.NOW, notice=notice.pk)
    return notice


def _check(comment: Comment, explanation: str, claim: Claim) -> None:
    if not comment.is_readable:
        raise NotAllowed(_("This comment can no longer be read, so there is nothing to take down."), code="gone")
    if not explanation:
        raise Refused(_("Please explain which law it breaks, and how."), code="required")
    if not claim.is_sincere:
        raise Refused(_("Please confirm that you believe this to be right and complete."), code="sincere")


def _may_write_to(email: str) -> bool:
    """Return whether the address may get another mail: it may be somebody else's. The notice is taken anyhow."""
    try:
        check_limit("guest_mail", f"address:{email.lower()}")
    except TooMany:
        return False
    return True
